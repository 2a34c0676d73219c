//! What the world drives: a node's part of the room, sans-IO. The mesh is one; the [baselines](crate::baseline) are
//! others, over the same links.
//!
//! The shapes follow `parlor_protocol::mesh`: input and time in, output and the next deadline out.

use std::sync::Arc;

use crate::engine::Micros;
use crate::scenario::{Film, Object};

/// A node's number. The host is 0.
pub type NodeId = u32;
/// An object's place among all that the host sends, whatever its track.
pub type Sequence = u32;

/// The host's number.
pub const HOST: NodeId = 0;
/// Into how many stripes the stream is cut.
pub const STRIPES: usize = 8;

/// How a node behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conduct {
    /// As the protocol has it.
    Honest,
    /// As the protocol has it, but it offers nothing.
    FreeRider,
    /// It promises everything and sends nothing.
    Liar,
    /// It sends every other object only.
    Half,
    /// It sends objects that the host did not sign.
    Polluter,
    /// It names nobody but its own kind, and sends nothing.
    Eclipse,
    /// One of a group that crowds the host, names each other, and sends nothing.
    Sybil,
}

impl Conduct {
    /// Whether it means harm. Those are no viewers: no figure counts what they receive.
    #[must_use]
    pub fn is_hostile(self) -> bool {
        !matches!(self, Self::Honest | Self::FreeRider)
    }

    /// Whether it belongs to a group whose members name each other.
    #[must_use]
    pub fn has_gang(self) -> bool {
        matches!(self, Self::Eclipse | Self::Sybil)
    }
}

/// What a node starts with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Its number.
    pub me: NodeId,
    /// How many stripes it says it sends at once.
    pub slots: u16,
    /// How it behaves.
    pub conduct: Conduct,
    /// Those who are in league with it.
    pub gang: Arc<[NodeId]>,
    /// Decides what is left to chance.
    pub seed: u64,
    /// What the host sends.
    pub film: Arc<Film>,
}

/// Something happened.
#[derive(Debug)]
pub enum Input<M> {
    /// Nodes that may be in the room; the host is the first.
    Contacts(Vec<NodeId>),
    /// There is a connection to the node that [`Output::Connect`] named.
    Connected(NodeId),
    /// There can be no connection to it.
    Unreachable(NodeId),
    /// The connection to it is gone.
    Gone(NodeId),
    /// A message from it.
    Message(NodeId, M),
    /// A new object, verified: from this node, or made here by the host.
    Object {
        /// Who sent it.
        from: Option<NodeId>,
        /// Which it is.
        sequence: Sequence,
        /// Whether a group starts with it.
        starts_group: bool,
        /// Whether its chunk goes on in the next one.
        continues: bool,
        /// When it was captured, in milliseconds of the host's clock.
        captured_ms: u64,
    },
    /// It sent a bad object.
    Bad(NodeId),
    /// An object could not be sent to this node, since too much waits for it already.
    Dropped(NodeId, Sequence),
    /// The node leaves.
    Leave,
    /// The deadline has come.
    Timeout,
}

/// Something is to be done.
#[derive(Debug)]
pub enum Output<M> {
    /// Connect to this node.
    Connect(NodeId),
    /// Send it this message.
    Send(NodeId, M),
    /// Send it this object.
    Push(NodeId, Sequence),
    /// There is no use for the connection to it any more.
    Disconnect(NodeId),
    /// Find more contacts.
    Seek,
}

/// A node's part of the room.
pub trait Protocol: Send {
    /// What two nodes say to each other.
    type Message: Send;

    /// What a table of figures calls it.
    const NAME: &'static str;

    /// A node that has just been started.
    fn new(setup: Setup) -> Self;

    /// Takes in what happened at `now`, by the node's own clock.
    fn handle(&mut self, now: Micros, input: Input<Self::Message>);

    /// How long an object that is sent now waits for those before it, told before each input.
    fn set_backlog(&mut self, _backlog: Micros) {}

    /// The next thing to be done.
    fn poll(&mut self) -> Option<Output<Self::Message>>;

    /// When [`Input::Timeout`] is due, by the node's own clock.
    fn deadline(&self) -> Option<Micros>;

    /// Whom it takes each stripe from, where that is settled beforehand.
    fn parents(&self) -> [Option<NodeId>; STRIPES] {
        [None; STRIPES]
    }

    /// On which of a link's streams this object goes, where there is one for each stripe.
    #[must_use]
    fn stream(_object: Object) -> usize {
        0
    }

    /// How many bytes a message has on its stream.
    fn bytes(message: &Self::Message) -> u32;

    /// How many outputs one input may lead to at most; more is a fault.
    fn most_outputs(&self) -> usize {
        // A member of a few dozen neighbours, a few outputs each.
        1024
    }
}
