//! Who is here: who watches, who only listens in, who only has the page open; and who left lately. In memory only, and gone
//! some minutes after they leave.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use parlor_protocol::talk::{GuestNumber, Name};
use tokio::sync::watch;

/// The most people that are told apart; further ones still watch but are not listed.
pub const MAX_PEOPLE: usize = 10_000;

/// How many of those who left are remembered, and for how long: who has just said goodbye, and no history.
const MAX_LEFT: usize = 20;
const LEFT_FOR: Duration = Duration::from_mins(10);
/// Who comes back so soon has loaded the page again.
const RELOAD: Duration = Duration::from_secs(4);
/// Who was here for less is not missed: a glance, or a program that fetched one picture.
const STAYED: Duration = Duration::from_secs(20);

/// A visitor for as long as their session lasts. The number is random and means nothing outside this process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitorId(pub u64);

impl VisitorId {
    /// What a visitor is called who gave no name.
    #[must_use]
    pub fn guest_name(self) -> Name {
        Name::Guest(GuestNumber::of(self.0))
    }
}

/// Somebody in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are called.
    pub name: Name,
    /// What they do here.
    pub doing: Doing,
    /// Whether it is the one who asks.
    pub is_self: bool,
}

/// What somebody does in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doing {
    /// Picture or sound is going to them: they fetch it here, or with a node of their own.
    Watching,
    /// They have the talk open, and take no picture.
    Listening,
    /// They only have the page open.
    Looking,
}

/// Who is in a room, as one of them sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Whoever asks first, then those watching, and so on.
    pub listed: Vec<Person>,
    /// How many more there are.
    pub more: usize,
    /// How many of all watch with a node of their own.
    pub with_node: usize,
    /// How many do what: watch, listen in, look.
    pub counts: [usize; 3],
    /// What those are called who left lately, the last first.
    pub left: Vec<Name>,
}

/// Everybody in a room; clones are handles to the same list.
#[derive(Clone)]
pub struct Presence(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    here: BTreeMap<VisitorId, Entry>,
    /// Who left, and when, the last at the end.
    left: VecDeque<(VisitorId, Instant)>,
    /// Whether visitors are told how many are here, and not who.
    counts_only: bool,
    /// Viewers that other nodes carry the room to, as the swarm counts them.
    afar: usize,
}

struct Entry {
    /// Since when they are here.
    since: Instant,
    /// Pages held open, and until when a page that only asks now and then counts as open.
    pages: usize,
    page_until: Option<Instant>,
    /// Streams under way, and until when one that is fetched piece by piece counts as under way.
    streams: usize,
    stream_until: Option<Instant>,
    /// Pages of the talk held open.
    talks: usize,
    /// Until when their own node counts as watching.
    node_until: Option<Instant>,
}

impl Entry {
    fn new(now: Instant) -> Self {
        Self {
            since: now,
            pages: 0,
            page_until: None,
            streams: 0,
            stream_until: None,
            talks: 0,
            node_until: None,
        }
    }

    fn has_node(&self, now: Instant) -> bool {
        self.node_until.is_some_and(|until| until > now)
    }

    /// What they do; `None` once they are gone.
    fn doing(&self, now: Instant) -> Option<Doing> {
        if self.is_watching(now) || self.has_node(now) {
            Some(Doing::Watching)
        } else if self.talks > 0 {
            Some(Doing::Listening)
        } else {
            let is_looking = self.pages > 0 || self.page_until.is_some_and(|until| until > now);
            is_looking.then_some(Doing::Looking)
        }
    }

    /// Whether this node sends them the picture.
    fn is_watching(&self, now: Instant) -> bool {
        self.streams > 0 || self.stream_until.is_some_and(|until| until > now)
    }

    fn is_here(&self, now: Instant) -> bool {
        self.doing(now).is_some()
    }
}

impl State {
    /// Forgets who is gone, and remembers for a while that they left.
    fn tidy(&mut self, now: Instant) {
        let gone: Vec<_> = self.here.extract_if(.., |_, entry| !entry.is_here(now)).collect();
        for (visitor, entry) in gone {
            let last = [entry.page_until, entry.stream_until, entry.node_until].into_iter().flatten().max();
            self.leave(visitor, entry.since, last.unwrap_or(now));
        }
        self.left.retain(|(_, at)| now.saturating_duration_since(*at) < LEFT_FOR);
    }

    fn leave(&mut self, visitor: VisitorId, since: Instant, at: Instant) {
        if at.saturating_duration_since(since) < STAYED {
            return;
        }
        if self.left.len() == MAX_LEFT {
            self.left.pop_front();
        }
        self.left.push_back((visitor, at));
    }
}

impl Default for Presence {
    fn default() -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), changes: watch::Sender::new(0) }))
    }
}

/// A page or a stream that is open; dropping it closes it.
#[must_use]
pub struct Stay {
    presence: Presence,
    visitor: VisitorId,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Stream,
    Talk,
}

impl Presence {
    /// The visitor has the page open until the guard is dropped.
    pub fn visit(&self, visitor: VisitorId) -> Stay {
        self.stay(visitor, Kind::Page)
    }

    /// The visitor watches until the guard is dropped.
    pub fn watch(&self, visitor: VisitorId) -> Stay {
        self.stay(visitor, Kind::Stream)
    }

    /// The visitor has the talk open until the guard is dropped.
    pub fn listen(&self, visitor: VisitorId) -> Stay {
        self.stay(visitor, Kind::Talk)
    }

    /// The visitor's own node takes the picture for the next `span`.
    pub fn watch_with_node(&self, visitor: VisitorId, now: Instant, span: Duration) {
        self.change(visitor, now, |entry| entry.node_until = Some(now + span));
    }

    /// So many watch with nodes of their own, known here or not, as the swarm counts them.
    pub fn set_afar(&self, viewers: usize) {
        let before = std::mem::replace(&mut self.lock().afar, viewers);
        if before != viewers {
            self.tell();
        }
    }

    /// Whether visitors are to be told how many are here, and not who.
    pub fn set_counts_only(&self, counts_only: bool) {
        self.lock().counts_only = counts_only;
        self.tell();
    }

    /// Whether visitors are told how many are here, and not who.
    #[must_use]
    pub fn is_counts_only(&self) -> bool {
        self.lock().counts_only
    }

    /// The visitor has the page open for the next `span`: for pages that ask again by themselves.
    pub fn visit_for(&self, visitor: VisitorId, now: Instant, span: Duration) {
        self.change(visitor, now, |entry| entry.page_until = Some(now + span));
    }

    /// The visitor watches for the next `span`: for players that fetch piece by piece.
    pub fn watch_for(&self, visitor: VisitorId, now: Instant, span: Duration) {
        self.change(visitor, now, |entry| entry.stream_until = Some(now + span));
    }

    /// Whether this visitor is here.
    #[must_use]
    pub fn is_here(&self, visitor: VisitorId, now: Instant) -> bool {
        self.lock().here.get(&visitor).is_some_and(|entry| entry.is_here(now))
    }

    /// How many watch, on this node's own pages and elsewhere.
    #[must_use]
    pub fn all_viewers(&self, now: Instant) -> usize {
        let state = self.lock();
        let known = state.here.values().filter(|entry| entry.has_node(now)).count();
        state.here.values().filter(|entry| entry.is_watching(now)).count() + state.afar.max(known)
    }

    /// How many take the picture from this node's own pages.
    #[must_use]
    pub fn viewers(&self, now: Instant) -> usize {
        self.lock().here.values().filter(|entry| entry.is_watching(now)).count()
    }

    /// Everybody who is here.
    #[must_use]
    pub fn here(&self, now: Instant) -> BTreeSet<VisitorId> {
        let state = self.lock();
        state.here.iter().filter(|(_, entry)| entry.is_here(now)).map(|(visitor, _)| *visitor).collect()
    }

    /// Who is here, of whom the first `most` are listed, called as `name` says.
    #[must_use]
    pub fn people(
        &self,
        asking: Option<VisitorId>,
        now: Instant,
        most: usize,
        name: impl Fn(VisitorId) -> Name,
    ) -> People {
        let mut state = self.lock();
        state.tidy(now);
        let mut people: Vec<_> = state
            .here
            .iter()
            .filter_map(|(visitor, entry)| Some((asking != Some(*visitor), entry.doing(now)?, *visitor)))
            .collect();
        people.sort_unstable();
        let mut counts = [0; 3];
        for (_, doing, _) in &people {
            counts[*doing as usize] += 1;
        }
        let known = state.here.values().filter(|entry| entry.has_node(now)).count();
        let with_node = state.afar.max(known);
        // Of those whom only the swarm counts, nobody knows who they are.
        counts[Doing::Watching as usize] += with_node - known;
        let more = people.len().saturating_sub(most) + with_node - known;
        people.truncate(most);
        let is_gone = |(_, at): &&(VisitorId, Instant)| now.saturating_duration_since(*at) >= RELOAD;
        let left: Vec<_> = state.left.iter().rev().filter(is_gone).map(|(visitor, _)| *visitor).collect();
        drop(state);
        let left = left.into_iter().map(&name).collect();
        let person = |(other, doing, visitor): (bool, Doing, VisitorId)| Person {
            name: name(visitor),
            doing,
            is_self: !other,
        };
        People { listed: people.into_iter().map(person).collect(), more, with_node, counts, left }
    }

    /// Tells when somebody comes or goes. Spans that run out are not told: look again now and then.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    fn stay(&self, visitor: VisitorId, kind: Kind) -> Stay {
        self.change(visitor, Instant::now(), |entry| *kind.of(entry) += 1);
        Stay { presence: self.clone(), visitor, kind }
    }

    fn change(&self, visitor: VisitorId, now: Instant, change: impl FnOnce(&mut Entry)) {
        let mut state = self.lock();
        if state.here.len() >= MAX_PEOPLE {
            state.tidy(now);
        }
        if state.here.len() >= MAX_PEOPLE && !state.here.contains_key(&visitor) {
            return;
        }
        let entry = state.here.entry(visitor).or_insert_with(|| Entry::new(now));
        let before = entry.doing(now);
        change(entry);
        let (after, since) = (entry.doing(now), entry.since);
        if after.is_none() {
            state.here.remove(&visitor);
            if before.is_some() {
                state.leave(visitor, since, now);
            }
        } else if before.is_none() {
            state.left.retain(|(left, _)| *left != visitor);
        }
        drop(state);
        if before != after {
            self.tell();
        }
    }

    fn tell(&self) {
        self.0.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no holder of the presence lock panics")
    }
}

impl Kind {
    fn of(self, entry: &mut Entry) -> &mut usize {
        match self {
            Self::Page => &mut entry.pages,
            Self::Stream => &mut entry.streams,
            Self::Talk => &mut entry.talks,
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.presence.change(self.visitor, Instant::now(), |entry| {
            let count = self.kind.of(entry);
            // Saturating: a visitor beyond the ceiling had no entry when the stay began.
            *count = count.saturating_sub(1);
        });
    }
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
