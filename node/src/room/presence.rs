//! Who is here: who watches, and who only has the page open. In memory only, and gone when they leave.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::guest;

/// The most people that are told apart; further ones still watch but are not listed.
pub const MAX_PEOPLE: usize = 10_000;

/// A visitor for as long as their session lasts. The number is random and means nothing outside this process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitorId(pub u64);

impl VisitorId {
    /// The name that the room shows for a visitor who gave none.
    #[must_use]
    pub fn guest_name(self) -> String {
        guest::name(self.0)
    }
}

/// Somebody in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name that the room shows.
    pub name: String,
    /// Whether picture or sound is going to them; otherwise they only have the page open.
    pub watching: bool,
    /// Whether it is the one who asks.
    pub is_self: bool,
}

/// Everybody in a room; clones are handles to the same list.
#[derive(Clone)]
pub struct Presence(Arc<Shared>);

struct Shared {
    here: Mutex<BTreeMap<VisitorId, Entry>>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Entry {
    /// Pages held open, and until when a page that only asks now and then counts as open.
    pages: usize,
    page_until: Option<Instant>,
    /// Streams under way, and until when one that is fetched piece by piece counts as under way.
    streams: usize,
    stream_until: Option<Instant>,
}

impl Entry {
    fn is_watching(&self, now: Instant) -> bool {
        self.streams > 0 || self.stream_until.is_some_and(|until| until > now)
    }

    fn is_here(&self, now: Instant) -> bool {
        self.is_watching(now) || self.pages > 0 || self.page_until.is_some_and(|until| until > now)
    }
}

impl Default for Presence {
    fn default() -> Self {
        Self(Arc::new(Shared { here: Mutex::default(), changes: watch::Sender::new(0) }))
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
        self.lock().get(&visitor).is_some_and(|entry| entry.is_here(now))
    }

    /// How many are watching.
    #[must_use]
    pub fn viewers(&self, now: Instant) -> usize {
        self.lock().values().filter(|entry| entry.is_watching(now)).count()
    }

    /// Everybody who is here.
    #[must_use]
    pub fn here(&self, now: Instant) -> BTreeSet<VisitorId> {
        let here = self.lock();
        here.iter().filter(|(_, entry)| entry.is_here(now)).map(|(visitor, _)| *visitor).collect()
    }

    /// The first `most` people, called as `name` says, `asking` first, then those watching, and how many more there are.
    #[must_use]
    pub fn people(
        &self,
        asking: Option<VisitorId>,
        now: Instant,
        most: usize,
        name: impl Fn(VisitorId) -> String,
    ) -> (Vec<Person>, usize) {
        let mut here = self.lock();
        here.retain(|_, entry| entry.is_here(now));
        let mut people: Vec<_> = here
            .iter()
            .map(|(visitor, entry)| (asking != Some(*visitor), !entry.is_watching(now), *visitor))
            .collect();
        people.sort_unstable();
        let more = people.len().saturating_sub(most);
        people.truncate(most);
        let person = |(other, idle, visitor): (bool, bool, VisitorId)| Person {
            name: name(visitor),
            watching: !idle,
            is_self: !other,
        };
        (people.into_iter().map(person).collect(), more)
    }

    /// Tells when somebody comes or goes. Spans that run out are not told: look again now and then.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    fn stay(&self, visitor: VisitorId, kind: Kind) -> Stay {
        self.change(visitor, Instant::now(), |entry| match kind {
            Kind::Page => entry.pages += 1,
            Kind::Stream => entry.streams += 1,
        });
        Stay { presence: self.clone(), visitor, kind }
    }

    fn change(&self, visitor: VisitorId, now: Instant, change: impl FnOnce(&mut Entry)) {
        let mut here = self.lock();
        if here.len() >= MAX_PEOPLE {
            here.retain(|_, entry| entry.is_here(now));
        }
        if here.len() >= MAX_PEOPLE && !here.contains_key(&visitor) {
            return;
        }
        let entry = here.entry(visitor).or_default();
        let before = (entry.is_here(now), entry.is_watching(now));
        change(entry);
        let after = (entry.is_here(now), entry.is_watching(now));
        if !after.0 {
            here.remove(&visitor);
        }
        drop(here);
        if before != after {
            self.0.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<VisitorId, Entry>> {
        self.0.here.lock().expect("no holder of the presence lock panics")
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.presence.change(self.visitor, Instant::now(), |entry| match self.kind {
            // Saturating: a visitor beyond the ceiling had no entry when the stay began.
            Kind::Page => entry.pages = entry.pages.saturating_sub(1),
            Kind::Stream => entry.streams = entry.streams.saturating_sub(1),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: VisitorId = VisitorId(1);
    const BEN: VisitorId = VisitorId(2 << 50);

    #[test]
    fn watching_and_only_looking_are_told_apart() {
        let presence = Presence::default();
        let _anna = (presence.visit(ANNA), presence.watch(ANNA));
        let ben = presence.visit(BEN);
        let now = Instant::now();
        let (people, more) = presence.people(Some(BEN), now, 10, VisitorId::guest_name);
        assert_eq!(
            people,
            [
                Person { name: BEN.guest_name(), watching: false, is_self: true },
                Person { name: ANNA.guest_name(), watching: true, is_self: false },
            ]
        );
        assert_eq!((more, presence.viewers(now)), (0, 1));
        drop(ben);
        assert_eq!(presence.people(None, now, 0, VisitorId::guest_name), (vec![], 1));
    }

    #[test]
    fn spans_run_out() {
        let presence = Presence::default();
        let now = Instant::now();
        presence.watch_for(ANNA, now, Duration::from_secs(10));
        assert_eq!(presence.viewers(now + Duration::from_secs(9)), 1);
        assert_eq!(presence.viewers(now + Duration::from_secs(10)), 0);
    }

    #[test]
    fn changes_are_told_once() {
        let presence = Presence::default();
        let mut changes = presence.changes();
        let stay = presence.watch(ANNA);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        let again = presence.watch(ANNA);
        assert!(!changes.has_changed().unwrap());
        drop((stay, again));
        assert!(changes.has_changed().unwrap());
    }
}
