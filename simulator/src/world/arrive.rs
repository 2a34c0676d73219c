//! What comes in: messages, objects, and what the host makes.

use super::node::Load;
use super::{Violation, What, World};
use crate::engine::{MS, Micros};
use crate::measure::Arrival;
use crate::protocol::{HOST, Input, NodeId, Protocol, Sequence};

/// The calendar at the start of the run, by the host's clock: any will do.
const EPOCH_MS: u64 = 1_800_000_000_000;
/// Over more hops nothing comes in a sound room, however large: it would be going round.
const MOST_HOPS: u8 = 120;

impl<P: Protocol> World<'_, P> {
    /// The host has made an object.
    pub(super) fn captured(&mut self, sequence: Sequence) -> Result<(), Violation> {
        self.nodes[HOST as usize].held.put(sequence, 0, true);
        self.tell(HOST, self.object(None, sequence))
    }

    fn object(&self, from: Option<NodeId>, sequence: Sequence) -> Input<P::Message> {
        let object = self.tally.object(sequence);
        let host = &self.nodes[HOST as usize].site.clock;
        let captured_ms = EPOCH_MS + host.read(object.captured) / MS;
        Input::Object {
            from,
            sequence,
            starts_group: object.starts_group,
            continues: object.continues,
            captured_ms,
        }
    }

    pub(super) fn message_arrives(
        &mut self,
        id: NodeId,
        from: NodeId,
        link: u32,
        number: u32,
    ) -> Result<(), Violation> {
        if let Some(later) = self.healing(id, from) {
            if let Some(link) = self.nodes[from as usize].this_link(id, link) {
                link.message_at = link.message_at.max(later);
            }
            self.at(later, id, What::Message { from, link, number });
            return Ok(());
        }
        let Some(message) = self.under_way.take(number) else { return Ok(()) };
        if self.nodes[id as usize].this_link(from, link).is_none() {
            return Ok(());
        }
        self.tell(id, Input::Message(from, message))
    }

    pub(super) fn object_arrives(
        &mut self,
        id: NodeId,
        from: NodeId,
        link: u32,
        load: Load,
    ) -> Result<(), Violation> {
        if let Some(later) = self.healing(id, from) {
            if let Some(link) = self.nodes[from as usize].this_link(id, link) {
                link.object_at = link.object_at.max(later);
            }
            self.at(later, id, What::Object { from, link, load });
            return Ok(());
        }
        let now = self.now();
        let sequence = load.sequence();
        let depth = self.nodes[from as usize].held.depth(sequence).saturating_add(1);
        let node = &mut self.nodes[id as usize];
        if node.this_link(from, link).is_none() {
            return Ok(());
        }
        let hostile = node.site.conduct.is_hostile();
        let arrival = Arrival { bytes: self.tally.object(sequence).bytes, from_host: from == HOST, hostile };
        if load.is_bad() {
            self.tally.received_bad(now, arrival);
            return self.tell(id, Input::Bad(from));
        }
        if node.held.has(sequence) {
            self.tally.received_again(now, arrival);
            return Ok(());
        }
        if depth > MOST_HOPS {
            return Err(self.violation(id, format!("object {sequence} came over {depth} hops")));
        }
        self.accept(id, sequence, depth, arrival);
        if !self.nodes[HOST as usize].held.has(sequence) {
            return Err(self.violation(id, format!("object {sequence} was never made by the host")));
        }
        self.tell(id, self.object(Some(from), sequence))
    }

    /// Counts an object that a node did not have, and the chunk if it is whole now.
    fn accept(&mut self, id: NodeId, sequence: Sequence, depth: u8, arrival: Arrival) {
        let now = self.now();
        let object = self.tally.object(sequence);
        let in_time = now <= object.captured + self.tally.deadline();
        let node = &mut self.nodes[id as usize];
        node.held.put(sequence, depth, in_time);
        self.tally.received(now, arrival);
        if arrival.hostile || !object.siblings().all(|sibling| node.held.has(sibling)) {
            return;
        }
        if node.first_frame.is_none() && self.tally.object(object.first).starts_group {
            node.first_frame = Some(now);
            node.first_chunk = object.chunk;
            self.tally.started(now - node.came);
        }
        // What was captured before it saw anything waited for the viewer, not the viewer for it.
        let seen: Option<Micros> = node.first_frame;
        if seen.is_some_and(|first| first <= object.captured) {
            self.tally.delayed(object.chunk, now - object.captured, depth);
        }
    }
}
