//! What the page about lists of others shows.

use super::{Notice, Page};

/// The lists that the host follows, and their own.
pub struct Lists {
    /// What every page needs.
    pub page: Page,
    /// What was done or refused just now.
    pub notice: Option<Notice>,
    /// A list that was refused just now, to stand in its field again.
    pub typed: String,
    /// The lists; 8 at most.
    pub lists: Vec<FollowedList>,
    /// The key that signs the host's own.
    pub own_key: String,
    /// People on the host's own.
    pub own_entries: usize,
    /// Rooms on the host's own: id and title.
    pub own_rooms: Vec<(String, String)>,
    /// How the host takes reports for it.
    pub takes: TakesReports,
}

/// How somebody who keeps a list takes reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesReports {
    /// Not at all.
    No,
    /// As texts that people send them.
    AsText,
    /// Straight to their node, or as text.
    Here,
}

/// A list that the host follows.
pub struct FollowedList {
    /// What it is called.
    pub name: String,
    /// What is on it; may be empty.
    pub description: String,
    /// Who keeps it; may be empty.
    pub author: String,
    /// The key that signs it, which also names it in forms.
    pub key: String,
    /// Its number, as seconds since 1970.
    pub version_secs: u64,
    /// Lines that name something that is not for Parlor.
    pub skipped: usize,
    /// Whom it names; 1000 at most.
    pub entries: Vec<ListEntry>,
}

/// Somebody on a list.
pub struct ListEntry {
    /// As the list names them, and forms.
    pub item: String,
    /// By what they are known.
    pub name: ListedName,
    /// Why; may be empty.
    pub reason: String,
    /// Whether they are in the room, as far as that is known.
    pub is_here: bool,
    /// Whether the host lets them talk all the same.
    pub is_excepted: bool,
}

/// By what somebody on a list is known.
pub enum ListedName {
    /// Their node's key.
    Node(String),
    /// Their mark.
    Mark(String),
    /// A room, by its id.
    Room(String),
}
