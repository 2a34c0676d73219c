//! What comes in: messages, objects, and what the host makes.

use super::connect::HANDSHAKE_BYTES;
use super::district::Local;
use super::node::Coming;
use super::send::on_line;
use super::{Violation, What};
use crate::engine::{MS, Micros, SECOND};
use crate::measure::Arrival;
use crate::protocol::{HOST, Input, NodeId, Protocol, Sequence};

/// The calendar at the start of the run, by the host's clock: any will do.
const EPOCH_MS: u64 = 1_800_000_000_000;
/// What it takes the host to hear a line: a handshake, since most who talk are no neighbours of its, and the answer.
const ANSWERING_BYTES: u32 = HANDSHAKE_BYTES + 100;
/// Over more hops nothing comes in a sound room, however large: it would be going round.
const MOST_HOPS: u8 = 120;

impl<P: Protocol> Local<'_, '_, P> {
    /// The host has made an object.
    pub(super) fn captured(&mut self, sequence: Sequence) -> Result<(), Violation> {
        self.node(HOST).held.put(sequence, 0, true);
        self.tell(HOST, self.object(None, sequence))
    }

    /// The host has heard what somebody wants to say, over a connection that was made for it, and answers.
    pub(super) fn heard(&mut self) {
        let now = self.now();
        self.take_line_for_message(HOST, ANSWERING_BYTES, now);
        self.district.tally.answered(now, ANSWERING_BYTES);
    }

    fn object(&self, from: Option<NodeId>, sequence: Sequence) -> Input<P::Message> {
        let object = self.common.object(sequence);
        let captured_ms = EPOCH_MS + self.common.site(HOST).clock.read(object.captured) / MS;
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
        bytes: u32,
        number: u32,
    ) -> Result<(), Violation> {
        if let Some(later) = self.held_back(id, from, link) {
            self.at(later, id, What::Message { from, link, bytes, number });
            return Ok(());
        }
        let Some(message) = self.district.under_way.take(number) else { return Ok(()) };
        if self.node(id).this_link(from, link).is_none() {
            return Ok(());
        }
        self.acknowledge_message(id, from, bytes);
        self.tell(id, Input::Message(from, message))
    }

    /// Until when a split of the world keeps back what comes over this link, and with it what comes after that.
    fn held_back(&mut self, id: NodeId, from: NodeId, link: u32) -> Option<Micros> {
        let now = self.now();
        let healing = self.common.healing(id, from);
        let link = self.node(id).this_link(from, link)?;
        link.held_until = link.held_until.max(healing.unwrap_or_default());
        Some(link.held_until).filter(|until| *until > now)
    }

    /// The last of an object reaches the downlink, which takes its time where others are in it.
    pub(super) fn object_arrives(&mut self, id: NodeId, coming: Coming) -> Result<(), Violation> {
        if let Some(later) = self.held_back(id, coming.from, coming.link) {
            self.at(later, id, What::Object(coming));
            return Ok(());
        }
        let now = self.now();
        let bytes = on_line(self.common.object(coming.load.sequence()).bytes);
        let sending = self.common.site(coming.from).sending(bytes);
        let node = self.node(id);
        // Its first packet came while its last one was still being sent.
        let first = now.saturating_sub(sending).max(node.down_free);
        node.down_free = first + u64::from(bytes) * 8 * SECOND / node.site.down_bps;
        let whole = node.down_free;
        if whole > now {
            self.at(whole, id, What::Received(coming));
            return Ok(());
        }
        self.object_received(id, coming)
    }

    pub(super) fn object_received(&mut self, id: NodeId, coming: Coming) -> Result<(), Violation> {
        let Coming { from, link, load, depth } = coming;
        let now = self.now();
        let sequence = load.sequence();
        let object = self.common.object(sequence);
        let node = self.node(id);
        if node.this_link(from, link).is_none() {
            return Ok(());
        }
        let hostile = node.site.conduct.is_hostile();
        self.acknowledge_object(id, from, object.bytes);
        let node = self.node(id);
        let has_it = node.held.has(sequence);
        let arrival = Arrival { bytes: object.bytes, from_host: from == HOST, hostile };
        if load.is_bad() {
            self.district.tally.received_bad(now, arrival);
            return self.tell(id, Input::Bad(from));
        }
        if has_it {
            self.district.tally.received_again(now, arrival);
            return Ok(());
        }
        if depth > MOST_HOPS {
            return Err(self.violation(id, format!("object {sequence} came over {depth} hops")));
        }
        if object.captured > now {
            return Err(self.violation(id, format!("object {sequence} was never made by the host")));
        }
        self.accept(id, sequence, depth, arrival);
        self.tell(id, self.object(Some(from), sequence))
    }

    /// Counts an object that a node did not have, and the chunk if it is whole now.
    fn accept(&mut self, id: NodeId, sequence: Sequence, depth: u8, arrival: Arrival) {
        let now = self.now();
        let common = self.common;
        let object = common.object(sequence);
        let tally = &mut self.district.tally;
        tally.received(now, arrival);
        if object.is_talk() && !arrival.hostile {
            tally.told(object.captured, now);
        }
        let in_time = now <= object.captured + tally.deadline();
        let node = self.district.node_mut(id);
        node.held.put(sequence, depth, in_time);
        if !object.is_picture() || arrival.hostile || !object.siblings().all(|sibling| node.held.has(sibling))
        {
            return;
        }
        let starts = node.first_frame.is_none() && common.object(object.first).starts_group;
        if starts {
            node.first_frame = Some(now);
            node.first_chunk = object.chunk;
        }
        // What was captured before it saw anything waited for the viewer, not the viewer for it.
        let was_awaited = node.first_frame.is_some_and(|first| first <= object.captured);
        let came = node.came;
        let tally = &mut self.district.tally;
        if starts {
            tally.started(now - came);
        }
        if was_awaited {
            tally.delayed(object.chunk, now - object.captured, depth);
        }
    }
}
