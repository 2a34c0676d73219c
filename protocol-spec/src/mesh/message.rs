//! What two neighbours say to each other, `mesh-message` in `spec/mesh.cddl`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Contact, MAX_ADDRESSES, STRIPES, few};
use crate::invite::Address;

/// The most contacts in a message.
pub const MAX_CONTACTS: usize = 8;
/// The most tracks in a [`State`].
pub const MAX_LANES: usize = 16;

/// A message between neighbours. Each goes over a stream that keeps the order and loses nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Let us be neighbours.
    Join {
        /// Where others may reach the sender, [`MAX_ADDRESSES`] at most; empty to be named to nobody.
        #[serde(deserialize_with = "few::<_, _, MAX_ADDRESSES>")]
        addresses: Vec<Address>,
        /// What it has.
        state: State,
        /// Send me the start of the newest group: I have nothing to show yet.
        start: bool,
    },
    /// We are. To a `Join`.
    Welcome {
        /// Where others may reach the sender; empty to be named to nobody.
        #[serde(deserialize_with = "few::<_, _, MAX_ADDRESSES>")]
        addresses: Vec<Address>,
        /// What it has.
        state: State,
        /// Others in the room, [`MAX_CONTACTS`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_CONTACTS>")]
        contacts: Vec<Contact>,
    },
    /// To a `Join`: I have neighbours enough; these are in the room as well. To a neighbour: we are none any more.
    Elsewhere {
        /// [`MAX_CONTACTS`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_CONTACTS>")]
        contacts: Vec<Contact>,
    },
    /// What I have now. All neighbours are told the same.
    State(Arc<State>),
    /// Send me this stripe.
    Ask {
        /// Below [`STRIPES`].
        stripe: u8,
        /// What the sender has, so that what it lacks comes first.
        #[serde(deserialize_with = "few::<_, _, MAX_LANES>")]
        have: Vec<Have>,
        /// How many stripes it sends at once, if it would send this one on; 0 otherwise.
        gives: u8,
        /// Nobody else has a place.
        in_need: bool,
    },
    /// This stripe comes from me from now on. To a child: the way that it takes has changed.
    Yes {
        /// Below [`STRIPES`].
        stripe: u8,
        /// The way from the host to the sender, both included, [`MAX_PATH`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_PATH>")]
        path: Vec<Mark>,
    },
    /// This stripe does not come from me, or not any more.
    No {
        /// Below [`STRIPES`].
        stripe: u8,
    },
    /// This stripe does not come from me any more; this peer has a place for you.
    Moved {
        /// Below [`STRIPES`].
        stripe: u8,
        /// Who has taken your place, and keeps one for you.
        to: Contact,
    },
    /// Send me no more of this stripe.
    Stop {
        /// Below [`STRIPES`].
        stripe: u8,
    },
    /// Send me the start of the newest group: I have nothing to show yet.
    Start {
        /// What there is of it already.
        #[serde(deserialize_with = "few::<_, _, MAX_LANES>")]
        have: Vec<Have>,
    },
    /// Send me these objects.
    Pull {
        /// Which track.
        lane: u8,
        /// Which objects, [`MAX_PULL`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_PULL>")]
        sequences: Vec<u64>,
    },
    /// I don't have these, or can't send them. To a child: I look for them myself.
    Lack {
        /// Which track.
        lane: u8,
        /// Which objects, [`MAX_PULL`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_PULL>")]
        sequences: Vec<u64>,
    },
    /// Name me others in the room.
    Find,
    /// Others in the room.
    Found {
        /// [`MAX_CONTACTS`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_CONTACTS>")]
        contacts: Vec<Contact>,
    },
    /// I leave the room, or am not your neighbour any more.
    Leave,
}

/// A peer's name in a path: the first four bytes of its SHA-256. Two peers with the same mark can't stand on one path,
/// which costs them nothing but a parent.
pub type Mark = u32;
/// The longest path.
pub const MAX_PATH: usize = 32;
/// The most objects in one [`Message::Pull`].
pub const MAX_PULL: usize = 16;

/// What a node has, and what it can give. It goes out as an array, in this order: every neighbour is told once a second.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Told", into = "Told")]
pub struct State {
    /// For each track that it takes, [`MAX_LANES`] at most.
    pub have: Vec<Have>,
    /// How long it has had the newest object of each stripe of its first track, in units of 10 ms; 255 for longer.
    pub ages: [u8; STRIPES],
    /// Stripes that it would send to somebody more, one bit each.
    pub free: u8,
    /// To how many more it would send whatever they need, places in its own stripes among them.
    pub spare: u8,
    /// How long somebody more would wait for each object behind others, in units of 10 ms.
    pub wait: u8,
    /// How many watch here and below, on the way that the first stripe takes: as they say.
    pub viewers: u32,
}

/// [`State`] as it goes out.
#[derive(Serialize, Deserialize)]
struct Told(#[serde(deserialize_with = "few::<_, _, MAX_LANES>")] Vec<Have>, [u8; STRIPES], u8, u8, u8, u32);

impl From<Told> for State {
    fn from(Told(have, ages, free, spare, wait, viewers): Told) -> Self {
        Self { have, ages, free, spare, wait, viewers }
    }
}

impl From<State> for Told {
    fn from(State { have, ages, free, spare, wait, viewers }: State) -> Self {
        Self(have, ages, free, spare, wait, viewers)
    }
}

/// Which objects of a track a node has. It goes out as an array that says what is missing, since that is next to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Lacking", into = "Lacking")]
pub struct Have {
    /// The track: its number (`spec/network.md`, section 5.3).
    pub lane: u8,
    /// The newest object that it has.
    pub newest: u64,
    /// Which of the 64 before it: the lowest bit is the one before.
    pub before: u64,
    /// And of the 64 before those.
    pub earlier: u64,
}

/// [`Have`] as it goes out: the track, the newest object, and which of the 64 before it and of those before that lack.
type Lacking = (u8, u64, u64, u64);

impl From<Lacking> for Have {
    fn from((lane, newest, lacks, earlier): Lacking) -> Self {
        Self { lane, newest, before: !lacks, earlier: !earlier }
    }
}

impl From<Have> for Lacking {
    fn from(have: Have) -> Self {
        (have.lane, have.newest, !have.before, !have.earlier)
    }
}
