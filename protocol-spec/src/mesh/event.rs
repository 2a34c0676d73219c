//! What the mesh is told, what it asks for, and how it looks from outside.

use super::meet::MET_FROM;
use super::{Contact, Message, PeerName, STRIPES};
use crate::invite::Address;
use crate::media::UnixMs;

/// What a node is to the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The source: it has no parent.
    Host,
    /// Somebody watches here.
    Viewer,
    /// It carries the room for others, and nobody watches here.
    Relay,
}

/// What a node starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The node's own name.
    pub me: PeerName,
    /// What it is to the room.
    pub role: Role,
    /// How many stripes it sends at once: its upload, as a multiple of the room's bitrate, times [`STRIPES`]. 24 is
    /// three times the stream.
    pub slots: u16,
    /// Where others may reach it, [`MAX_ADDRESSES`](super::MAX_ADDRESSES) at most. Empty to be named to nobody.
    pub addresses: Vec<Address>,
}

/// An object's place in the room: its track's number, and its sequence in the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The track: its number (`spec/network.md`, section 5.3).
    pub lane: u8,
    /// The object's sequence in its track (`spec/object.md`, section 1).
    pub sequence: u64,
}

impl Place {
    /// The stripe in which the object travels: each is one further back in every round, so that objects which come at
    /// an even distance and are large (those that start groups) don't all fall to the same few.
    #[must_use]
    pub const fn stripe(self) -> usize {
        let stripes = STRIPES as u64;
        ((self.sequence % stripes + self.sequence / stripes % stripes) % stripes) as usize
    }

    /// The next object of the same stripe: each round of [`STRIPES`] objects has one.
    #[must_use]
    pub const fn next(self) -> Self {
        let stripes = STRIPES as u64;
        let round = self.sequence / stripes + 1;
        let turn = (self.stripe() as u64 + stripes - round % stripes) % stripes;
        Self { lane: self.lane, sequence: round.saturating_mul(stripes).saturating_add(turn) }
    }
}

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Peers that may be in the room: from a card, an invite, the directory. Without addresses where there is a
    /// connection already.
    Contacts(Vec<Contact>),
    /// There is a connection to the peer that [`Output::Connect`] named.
    Connected(PeerName),
    /// There can be no connection to it.
    Unreachable(PeerName),
    /// The connection to it is gone.
    Gone(PeerName),
    /// A message from it.
    Message(PeerName, Message),
    /// A new object, verified: from this peer, or made here by the host.
    Object {
        /// Who sent it; `None` at the host.
        from: Option<PeerName>,
        /// Which it is.
        place: Place,
        /// Whether a group starts with it: who comes now can begin there.
        starts_group: bool,
        /// Whether its chunk goes on in the next object (`spec/object.md`, section 2).
        continues: bool,
        /// When it was captured, by the host's clock.
        captured: UnixMs,
    },
    /// It sent a bad object: it is left, and remembered.
    Bad(PeerName),
    /// An object could not be sent to this peer, since too much waits for it already.
    Dropped(PeerName, Place),
    /// How many stripes this node sends at once from now on.
    Slots(u16),
    /// Where others may reach this node from now on.
    Addresses(Vec<Address>),
    /// The node leaves the room. Nothing happens after that.
    Leave,
    /// The deadline has come.
    Timeout,
}

/// Something is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Connect to this peer, and answer with [`Input::Connected`], at once where there is a connection already, or
    /// with [`Input::Unreachable`].
    Connect(Contact),
    /// Send it this message.
    Send(PeerName, Message),
    /// Send it this object, which was taken in before and is among the last [`WINDOW`](super::WINDOW) of its track.
    Push(PeerName, Place),
    /// Once what was sent to it is out, the mesh has no use for the connection any more.
    Disconnect(PeerName),
    /// Too few peers are known: find more contacts.
    Seek,
}

/// Somebody whom a node sends stripes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Who it is.
    pub peer: PeerName,
    /// How many stripes it is sent.
    pub stripes: u8,
    /// How many watch there and below it, as they say; 0 where it is not sent the first stripe.
    pub viewers: u32,
}

/// Where a node stands, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom it takes each stripe from.
    pub parents: [Option<PeerName>; STRIPES],
    /// Whom it sends stripes.
    pub children: Vec<Branch>,
    /// How many watch here and below.
    pub viewers: u32,
    /// With how many peers it exchanges what they have.
    pub neighbours: usize,
    /// How many stripes it sends at once at most.
    pub slots: u16,
}

impl View {
    /// Whether newcomers gain from meeting this node: something of the room comes to it, and its line carries more than
    /// a little.
    #[must_use]
    pub fn has_to_give(&self) -> bool {
        self.slots >= MET_FROM && self.parents.iter().any(Option::is_some)
    }
}
