//! Where a carried room stands.

use std::collections::BTreeSet;

use parlor_protocol::mesh::{PeerName, View};

/// Where a carried room stands, for those who show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The node's place among its neighbours; `None` while there is no show.
    pub view: Option<View>,
    /// Hops from the host, on the longest way that a stripe takes; `None` while none comes.
    pub hops: Option<usize>,
    /// Objects that arrived, were verified and taken.
    pub objects: u64,
    /// Objects that were refused, whosever fault.
    pub refused: u64,
    /// Objects that never came to those who watch here.
    pub missed: u64,
}

impl Standing {
    /// How many nodes get stripes of the room from this one.
    #[must_use]
    pub fn children(&self) -> usize {
        self.view.as_ref().map_or(0, |view| view.children.len())
    }

    /// How many stripes this node sends at once at most.
    #[must_use]
    pub fn slots(&self) -> u16 {
        self.view.as_ref().map_or(0, |view| view.slots)
    }

    /// Whom the room's stripes come from, each once.
    #[must_use]
    pub fn parents(&self) -> BTreeSet<PeerName> {
        self.view.iter().flat_map(|view| view.parents.iter().flatten().cloned()).collect()
    }
}
