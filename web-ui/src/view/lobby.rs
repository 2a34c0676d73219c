//! The lobby: the rooms that this node knows, as cards, and what the visitor asked to see of them.

use super::{Notice, Page};
use crate::lobby::{Filter, arrange};

/// A room in the lobby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomCard {
    /// The room's id in its text form; pages link to `/room/ID`.
    pub id: String,
    /// The title, empty if the host gave none.
    pub title: String,
    /// The host's words about the room.
    pub description: String,
    /// Tags, without `#`.
    pub tags: Vec<String>,
    /// Languages spoken, as tags of BCP 47: `en`, `pt-BR`. Pages write the common ones by their own names.
    pub languages: Vec<String>,
    /// Whether the host labels the room as for adults.
    pub adult: bool,
    /// What it takes to watch.
    pub price: Price,
    /// Seconds on air, `None` while off air.
    pub on_air_secs: Option<u64>,
    /// People watching.
    pub viewers: Viewers,
    /// What tells the room's present snapshot from its earlier ones, such as the first digits of its hash: pages load
    /// `/room/ID/snapshot.jpg?v=…`, so that a browser asks anew when it changed. Empty where there is none.
    pub snapshot: String,
    /// Whether this is the room of the node that serves the page.
    pub is_own: bool,
}

/// What it takes to watch a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Price {
    /// Nothing.
    Free,
    /// So many satoshis for so many seconds.
    Paid {
        /// Satoshis for each span.
        sats: u64,
        /// The span's seconds.
        secs: u64,
    },
    /// An invite from the host.
    Invitation,
}

/// How many watch. Hosts of listed rooms publish only a rough number; a node knows its own room's exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewers {
    /// So many.
    Exactly(usize),
    /// So many or some more: the bottom of the published bucket.
    AtLeast(usize),
}

impl Viewers {
    /// The number that is known.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Exactly(count) | Self::AtLeast(count) => count,
        }
    }
}

/// What the visitor answered when asked whether they are 18; the node keeps it in a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adults {
    /// They were not asked yet: pictures of rooms for adults are covered, and the page asks.
    #[default]
    Unasked,
    /// They are: such rooms are shown as all others.
    Shown,
    /// They are not, or don't want to see it: pictures stay covered, and the page doesn't ask again.
    Hidden,
}

/// What of the lobby changes while it is open: the document at `/lobby/cards`, which scripts take it from.
pub struct LobbyCards {
    /// What every page needs.
    pub page: Page,
    /// What the visitor asked to see.
    pub filter: Filter,
    /// The answer to the 18+ question.
    pub adults: Adults,
    /// Rooms that match, sorted; at most [`MAX_CARDS`](crate::lobby::MAX_CARDS).
    pub rooms: Vec<RoomCard>,
    /// Rooms that match beyond those shown.
    pub more_rooms: usize,
    /// Rooms of others that are known, whether or not they match.
    pub found: usize,
    /// Nodes that this node is connected to; `None` for strangers, who see this node's own room alone and are told
    /// nothing of the network.
    pub peers: Option<usize>,
}

/// The page at `/`.
pub struct Lobby {
    /// The rooms.
    pub cards: LobbyCards,
    /// Why the pasted invite led nowhere.
    pub notice: Option<Notice>,
    /// That invite, to stand in its field again; empty otherwise.
    pub invite: String,
    /// Tags to choose from and how many rooms have each, the most frequent first.
    pub tags: Vec<(String, usize)>,
    /// Languages to choose from, likewise.
    pub languages: Vec<(String, usize)>,
}

impl Lobby {
    /// The lobby of these rooms, which are all that this visitor may know of: filtered, sorted, and cut to what a
    /// page holds. `peers` as in [`LobbyCards`].
    #[must_use]
    pub fn new(
        page: Page,
        rooms: Vec<RoomCard>,
        filter: Filter,
        adults: Adults,
        peers: Option<usize>,
    ) -> Self {
        let arranged = arrange(rooms, &filter);
        let cards = LobbyCards {
            page,
            filter,
            adults,
            rooms: arranged.rooms,
            more_rooms: arranged.more_rooms,
            found: arranged.found,
            peers,
        };
        Self {
            cards,
            notice: None,
            invite: String::new(),
            tags: arranged.tags,
            languages: arranged.languages,
        }
    }
}
