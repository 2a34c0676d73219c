//! How a node finds others in the room.

use super::common::Presence;
use super::district::Local;
use super::{Violation, What};
use crate::engine::{Micros, SECOND};
use crate::protocol::{HOST, Input, NodeId, Protocol};

/// How many of those that came last the host knows.
pub(super) const LATELY: usize = 64;
/// How long it takes until the others find somebody who came.
const KNOWN_AFTER: Micros = SECOND;
/// How many of them a newcomer hears of, besides the host.
const NAMED: usize = 7;
/// What asking a node that is gone costs.
const DEAD_NODE: Micros = SECOND;
/// What a lookup sends, in bytes, for each node that is asked.
const LOOKUP_BYTES: u32 = 400;
/// No two lookups of a node begin within this time.
const BETWEEN_LOOKUPS: Micros = 2 * SECOND;

impl<P: Protocol> Local<'_, '_, P> {
    /// Looks the room up, now or as soon as it may.
    pub(super) fn seek(&mut self, id: NodeId) {
        let now = self.now();
        let common = self.common;
        let node = self.node(id);
        if node.looking || node.protocol.is_none() {
            return;
        }
        node.looking = true;
        if node.look_after > now {
            let after = node.look_after;
            return self.at(after, id, What::Seeks);
        }
        node.look_after = now + BETWEEN_LOOKUPS;
        // Two or three nodes of the table, one after the other.
        let mut left = 2 + node.chance.u32(..2);
        let mut took = 0;
        while left > 0 {
            let asked = self.node(id).chance.usize(..common.sites.len());
            self.take_line_for_message(id, LOOKUP_BYTES, now);
            if common.presence[asked] == Presence::Gone {
                took += DEAD_NODE;
            } else {
                took += 2 * common.latency(id, asked as NodeId);
                left -= 1;
            }
        }
        self.at(now + took, id, What::Looked);
    }

    pub(super) fn looked(&mut self, id: NodeId) -> Result<(), Violation> {
        self.node(id).looking = false;
        let contacts = self.contacts(id);
        self.tell(id, Input::Contacts(contacts))
    }

    /// Whom the room's card and the table name: the host, and some who came lately. Some may have gone since.
    fn contacts(&mut self, id: NodeId) -> Vec<NodeId> {
        let now = self.now();
        let known = self.common.lately.iter().rev().skip_while(|(came, _)| came + KNOWN_AFTER > now);
        let mut known: Vec<_> = known.map(|(_, id)| *id).filter(|other| *other != id).take(LATELY).collect();
        self.node(id).chance.shuffle(&mut known);
        known.truncate(NAMED);
        known.insert(0, HOST);
        known
    }
}
