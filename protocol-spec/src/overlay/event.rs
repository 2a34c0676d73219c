//! What the overlay is told, what it asks for, and how it looks from outside.

use super::{Contact, Message, PeerName};
use crate::invite::Address;

/// The most children of a node, whatever its settings say: each is a connection, and a home uplink carries far
/// fewer.
pub const MAX_CHILDREN: u16 = 512;

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
    /// The most children that it serves, [`MAX_CHILDREN`] at most.
    pub capacity: u16,
    /// Where others may reach it, [`MAX_ADDRESSES`](super::MAX_ADDRESSES) at most. Empty to be named to nobody: a host
    /// that hides its address, a node that can't be reached.
    pub addresses: Vec<Address>,
}

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Peers that may be in the tree, best first: from a card, an invite, the directory.
    Contacts(Vec<Contact>),
    /// There is a connection to the peer that [`Output::Connect`] named.
    Connected(PeerName),
    /// There can be no connection to it.
    Unreachable(PeerName),
    /// The connection to it is gone.
    Gone(PeerName),
    /// A message from it.
    Message(PeerName, Message),
    /// A new, verified object arrived from it. Every 100 ms is often enough.
    Media(PeerName),
    /// An object went out to this child. Every 100 ms is often enough; without it, the child is sent
    /// [`Message::Alive`].
    Sent(PeerName),
    /// It sent a bad object: it is left, and remembered.
    Bad(PeerName),
    /// It is alive, but keeps back what the room has: it is left, unless it has just said that it looks for a way
    /// itself.
    Withholds(PeerName),
    /// It has no right to its place as a child any more: the next who asks may have it.
    Dismiss(PeerName),
    /// The most children from now on.
    Capacity(u16),
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
    /// Take media from this parent from now on.
    Follow(PeerName),
    /// Take no more media from it.
    Unfollow(PeerName),
    /// Send media to this child from now on.
    Serve(PeerName),
    /// Send it no more media.
    Drop(PeerName),
    /// Once what was sent to it is out, the overlay has no use for the connection any more.
    Disconnect(PeerName),
    /// Nobody is left to ask: find more contacts.
    Seek,
}

/// Where a node stands, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whom it takes media from.
    pub parent: Option<PeerName>,
    /// Hops from the host, 0 for the host itself; `None` while there is no way to it.
    pub depth: Option<usize>,
    /// Whom it serves.
    pub children: Vec<ChildView>,
    /// The most children that it serves.
    pub capacity: u16,
    /// Viewers here and below, as far as the children say.
    pub viewers: u32,
}

/// One child in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildView {
    /// Its name.
    pub peer: PeerName,
    /// Viewers there and below, as it says.
    pub viewers: u32,
}
