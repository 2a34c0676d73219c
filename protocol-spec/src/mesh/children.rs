//! Who is sent which stripe.

use std::time::Duration;

use super::{PeerName, STRIPES};
use crate::clock::Time;

/// Somebody who is sent a stripe.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) peer: PeerName,
    /// How many stripes it sends at once, as it says, if it sends this one on; 0 otherwise.
    pub(super) gives: u8,
    pub(super) since: Time,
    /// Who has taken its place.
    pub(super) moved: Option<Move>,
    /// When it is next sent to this node's own parent, and how long after that again.
    pub(super) raised: Time,
    pub(super) raise_every: Duration,
}

/// A child's place is taken by another.
#[derive(Debug)]
pub(super) struct Move {
    pub(super) taker: PeerName,
    pub(super) since: Time,
    /// Whether the child has been told.
    pub(super) told: bool,
}

/// Whom a node serves.
#[derive(Debug, Default)]
pub(super) struct Serving {
    pub(super) children: [Vec<Child>; STRIPES],
    /// Stripes that it sends to several, one bit each.
    pub(super) own: u8,
    /// To how many at most.
    pub(super) fan: usize,
}

impl Serving {
    pub(super) fn of(&self, stripe: usize) -> &[Child] {
        &self.children[stripe]
    }

    pub(super) fn used(&self) -> usize {
        self.children.iter().map(Vec::len).sum()
    }

    /// How many stripes it sends to this peer.
    pub(super) fn stripes_of(&self, peer: &PeerName) -> usize {
        (0..STRIPES).filter(|stripe| self.serves(*stripe, peer)).count()
    }

    pub(super) fn serves(&self, stripe: usize, peer: &PeerName) -> bool {
        self.children[stripe].iter().any(|child| child.peer == *peer)
    }

    pub(super) fn remove(&mut self, stripe: usize, peer: &PeerName) -> bool {
        let before = self.children[stripe].len();
        self.children[stripe].retain(|child| child.peer != *peer);
        self.children[stripe].len() < before
    }

    /// Those who give the stripe on come first, since others wait behind them.
    pub(super) fn insert(&mut self, stripe: usize, child: Child) {
        let list = &mut self.children[stripe];
        let at = list.partition_point(|other| other.gives >= child.gives);
        list.insert(at, child);
    }

    pub(super) fn get_mut(&mut self, stripe: usize, peer: &PeerName) -> Option<&mut Child> {
        self.children[stripe].iter_mut().find(|child| child.peer == *peer)
    }
}
