//! Lists of people whom others refuse (`spec/denylist.md`): those that the host follows, and the host's own.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::time::Instant;

use libp2p::PeerId;
use parlor_protocol::denylist::{
    self, Entry, Item, List, ListError, MAX_ENTRIES, MAX_WORDS_CHARS, SignedList,
};
use parlor_protocol::media::UnixMs;

use super::{Studio, StudioError};
use crate::room::{Ban, Listed, now};
use crate::store::{BanSettings, ListSettings, RoomSettings};

/// The most lists that a host follows: all are kept with the settings, and looked through for everybody who talks.
pub(crate) const MAX_LISTS: usize = 8;

/// Why a list can't be followed. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FollowError {
    /// It is none, or its signature does not fit.
    #[error(transparent)]
    List(#[from] ListError),
    /// There are `MAX_LISTS`.
    #[error("You follow {MAX_LISTS} lists already; leave one first.")]
    Full,
    /// A newer version is here.
    #[error("You have a newer version of this list already.")]
    Older,
    /// Another list has its name: somebody else may want to pass theirs off as that.
    #[error(
        "You follow a list of this name that is signed by another key. If its keeper has a new key, leave that list first."
    )]
    OtherKey,
    /// It is the host's own.
    #[error("This is your own list.")]
    Own,
    /// No such list, or nobody of this name on one.
    #[error("This list is gone already.")]
    Gone,
}

/// What became of a list that the host wants to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// It is followed from now on.
    New,
    /// It has taken the place of an older version.
    Newer,
    /// It was here already.
    Same,
}

/// A list that the host follows.
#[derive(Debug, Clone)]
pub struct FollowedList {
    /// What it says, and who signed it.
    pub signed: SignedList,
    /// Since when it is followed.
    pub since: UnixMs,
}

impl Studio {
    /// The lists that the host follows, in the order in which that began.
    #[must_use]
    pub fn lists(&self) -> Vec<FollowedList> {
        let read = |kept: ListSettings| {
            let signed = SignedList::read(&kept.text).ok()?;
            Some(FollowedList { signed, since: kept.since })
        };
        self.store.settings().lists.followed.into_iter().filter_map(read).collect()
    }

    /// Whom the host lets talk, whatever a list says.
    #[must_use]
    pub fn excepted(&self) -> Vec<String> {
        self.store.settings().lists.excepted
    }

    /// Follows a list, or a newer version of one that is followed: by the same key, and not older.
    ///
    /// # Errors
    /// A [`FollowError`], and [`StudioError::Store`] where it can't be kept.
    pub fn follow_list(&self, text: &str) -> Result<Followed, StudioError> {
        let new = SignedList::read(text).map_err(FollowError::from)?;
        if *new.key() == self.list_key.verifying_key().to_bytes() {
            return Err(FollowError::Own.into());
        }
        let kept = self.lists();
        let before = kept.iter().find(|old| old.signed.key() == new.key());
        if kept
            .iter()
            .any(|old| old.signed.key() != new.key() && same_name(&old.signed.list().name, &new.list().name))
        {
            return Err(FollowError::OtherKey.into());
        }
        let since = match before {
            Some(old) if old.signed.text() == new.text() => return Ok(Followed::Same),
            // Two versions of one number are no order: the first is kept.
            Some(old) if new.list().sequence <= old.signed.list().sequence => {
                return Err(FollowError::Older.into());
            }
            Some(old) => old.since,
            None if kept.len() >= MAX_LISTS => return Err(FollowError::Full.into()),
            None => now(),
        };
        let followed = if before.is_some() { Followed::Newer } else { Followed::New };
        let all = kept.iter().filter(|old| old.signed.key() != new.key());
        let mut all: Vec<_> = all.map(|old| (old.since, old.signed.text().to_owned())).collect();
        all.push((since, new.text().to_owned()));
        all.sort_by_key(|(since, _)| *since);
        let all = all.into_iter().map(|(since, text)| ListSettings { since, text }).collect();
        let stored = self.store.change(|settings| settings.lists.followed = all);
        self.apply_bans();
        stored?;
        Ok(followed)
    }

    /// Follows the list of this key no more.
    ///
    /// # Errors
    /// [`FollowError::Gone`], and [`StudioError::Store`].
    pub fn leave_list(&self, key: &str) -> Result<(), StudioError> {
        let (gone, left): (Vec<_>, Vec<_>) =
            self.lists().into_iter().partition(|list| list.signed.key_text() == key);
        if gone.is_empty() {
            return Err(FollowError::Gone.into());
        }
        let kept =
            |list: FollowedList| ListSettings { text: list.signed.text().to_owned(), since: list.since };
        let stored = self.store.change(|settings| {
            settings.lists.followed = left.into_iter().map(kept).collect();
        });
        self.apply_bans();
        Ok(stored?)
    }

    /// Lets somebody talk whom a list names, or not any more.
    ///
    /// # Errors
    /// [`FollowError::Gone`] where no list names them, and [`StudioError::Store`].
    pub fn except(&self, item: &str, on: bool) -> Result<(), StudioError> {
        let lists = self.lists();
        let named: Vec<_> = lists.iter().flat_map(|list| &list.signed.list().entries).map(key_of).collect();
        if !named.iter().any(|named| named == item) {
            return Err(FollowError::Gone.into());
        }
        let stored = self.store.change(|settings| {
            let excepted = &mut settings.lists.excepted;
            // What no list names any more needs no exception: so there are never more than entries.
            excepted.retain(|other| other != item && named.contains(other));
            if on {
                excepted.push(item.to_owned());
            }
        });
        self.apply_bans();
        Ok(stored?)
    }

    /// What the lists that the host follows, and their exceptions, mean for the talk.
    pub(super) fn listed(&self) -> Vec<Ban> {
        let excepted = self.excepted();
        let mut bans = Vec::new();
        for list in self.lists() {
            let list = list.signed.list();
            for entry in list.entries.iter().filter(|entry| !excepted.contains(&key_of(entry))) {
                let listed = Listed { list: list.name.clone(), reason: entry.reason.clone() };
                bans.extend(ban(&entry.item, listed));
            }
        }
        bans
    }

    /// Those who are in the room, as lists would name them, as far as they said something or gave themselves a mark.
    #[must_use]
    pub fn items_here(&self) -> BTreeSet<Item> {
        let here = self.room.presence().here(Instant::now());
        let traces = here.into_iter().filter_map(|visitor| self.room.talk().trace(visitor));
        traces
            .flat_map(|(_, ban)| items(ban.node.and_then(|id| PeerId::from_bytes(&id).ok()), ban.mark))
            .collect()
    }

    /// The key of the host's own list, as people compare it.
    #[must_use]
    pub fn own_list_key(&self) -> String {
        denylist::key_text(&self.list_key.verifying_key().to_bytes())
    }

    /// Those whom the host barred for good, as a list that others can follow; with the host's notes as reasons or without.
    ///
    /// # Errors
    /// A [`ListError`] where it is too long.
    pub fn own_list(&self, with_notes: bool) -> Result<String, ListError> {
        let title = self.room.card().borrow().about.title.clone();
        let name = if title.trim().is_empty() { self.room.id().to_string() } else { title };
        let name = name.chars().take(MAX_WORDS_CHARS).collect();
        let list = List {
            name,
            reports: self.own_reports(),
            sequence: now().0,
            entries: self.own_entries(with_notes),
            ..List::default()
        };
        list.sign(&self.list_key)
    }

    /// The same as a table.
    #[must_use]
    pub fn own_table(&self, with_notes: bool) -> String {
        denylist::csv(&self.own_entries(with_notes))
    }

    fn own_entries(&self, with_notes: bool) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for BanSettings { node, mark, note, .. } in self.bans() {
            for item in items(node, mark) {
                let reason = if with_notes { note.clone() } else { String::new() };
                if !entries.iter().any(|entry| entry.item == item) {
                    entries.push(Entry { item, reason });
                }
            }
        }
        for RoomSettings { id, note, .. } in self.own_rooms() {
            let reason = if with_notes { note } else { String::new() };
            entries.extend(id.parse().ok().map(|id| Entry { item: Item::Room(id), reason }));
        }
        entries.truncate(MAX_ENTRIES);
        entries
    }
}

/// By what an entry is known in forms and settings.
fn key_of(entry: &Entry) -> String {
    entry.item.to_string()
}

/// As a list would name whoever has this node and this mark.
fn items(node: Option<impl Display>, mark: Option<String>) -> impl Iterator<Item = Item> {
    let node = node.map(|id| format!("/parlor/node/{id}"));
    let mark = mark.map(|mark| format!("/parlor/mark/{mark}"));
    node.into_iter().chain(mark).filter_map(|item| item.parse().ok())
}

fn ban(item: &Item, listed: Listed) -> Option<Ban> {
    let listed = Some(listed);
    match item {
        Item::Node(id) => {
            let node = id.parse::<PeerId>().ok()?.to_bytes();
            Some(Ban { node: Some(node), mark: None, listed })
        }
        Item::Mark(mark) => Some(Ban { node: None, mark: Some(mark.to_string()), listed }),
        // Nobody talks as a room.
        Item::Room(_) => None,
    }
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
