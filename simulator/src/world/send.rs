//! The uplink: messages first, objects in the order in which they were given, and never more than the line carries.

use super::node::{Load, Queued};
use super::{Violation, What, World};
use crate::engine::{MS, Micros, mix};
use crate::protocol::{Conduct, NodeId, Protocol, Sequence};

/// What QUIC, UDP and IP add to a message, in bytes.
const MESSAGE_OVERHEAD: u32 = 60;
/// What they add to an object, one part in so many: 3 %.
const OBJECT_OVERHEAD: u32 = 33;
/// How much of an object a packet carries.
const PACKET: u32 = 1_230;
/// How much media waits for one receiver at most.
const MOST_WAITING_MS: u64 = 1_000;

impl<P: Protocol> World<'_, P> {
    /// Sends a message: ahead of the objects, but it takes its time on the line.
    pub(super) fn send(&mut self, id: NodeId, peer: NodeId, message: P::Message) {
        let now = self.now();
        let Some(link) = self.nodes[id as usize].link(peer) else { return };
        let number = link.number;
        let bytes = P::bytes(&message) + MESSAGE_OVERHEAD;
        let out = self.take_line_for_message(id, bytes, now);
        let way = self.way(id, peer, bytes.div_ceil(PACKET));
        let link = self.nodes[id as usize].link(peer).expect("nothing removed it since");
        link.message_at = link.message_at.max(out + way);
        let at = link.message_at;
        let message = self.under_way.put(message);
        self.at(at, peer, What::Message { from: id, link: number, number: message });
    }

    /// Takes the line for a message of so many bytes, and says when it is out.
    pub(super) fn take_line_for_message(&mut self, id: NodeId, bytes: u32, now: Micros) -> Micros {
        let node = &mut self.nodes[id as usize];
        let time = node.site.sending(bytes);
        let uplink = &mut node.uplink;
        uplink.message_free = uplink.message_free.max(now) + time;
        if uplink.sending.is_some() {
            uplink.debt += time;
        }
        uplink.message_bytes += u64::from(bytes);
        self.tally.sent_message(now, id, bytes);
        self.nodes[id as usize].uplink.message_free
    }

    /// Sends an object, or says that too much waits already.
    pub(super) fn push(&mut self, id: NodeId, peer: NodeId, sequence: Sequence) -> Result<(), Violation> {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        let conduct = node.site.conduct;
        if !node.held.has(sequence) && !conduct.is_hostile() {
            return Err(self.violation(id, format!("it sends object {sequence}, which it does not have")));
        }
        let silent = match conduct {
            Conduct::Honest | Conduct::FreeRider | Conduct::Polluter => false,
            Conduct::Half => mix(u64::from(sequence)) & 1 == 1,
            Conduct::Liar | Conduct::Eclipse | Conduct::Sybil => true,
        };
        let Some(link) = node.link(peer) else { return Ok(()) };
        if silent {
            return Ok(());
        }
        let size = self.tally.object(sequence).bytes;
        let bytes = size + size / OBJECT_OVERHEAD;
        let bound = self.scenario.stream.bitrate_bps * MOST_WAITING_MS / 8_000;
        // One keyframe may wait on any line, however big it is.
        if link.waiting > 0 && u64::from(link.waiting_bytes + bytes) > bound {
            self.tally.dropped(now);
            self.at(now, id, What::Dropped { peer, sequence });
            return Ok(());
        }
        link.waiting += 1;
        link.waiting_bytes += bytes;
        let load = Load::new(sequence, conduct == Conduct::Polluter);
        let queued = Queued { to: peer, link: link.number, load, bytes };
        node.uplink.queue.push_back(queued);
        node.uplink.queued_bytes += u64::from(bytes);
        if node.uplink.sending.is_none() {
            self.send_next(id);
        }
        Ok(())
    }

    /// Begins to send the next object whose receiver is still there.
    fn send_next(&mut self, id: NodeId) {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        while let Some(next) = node.uplink.queue.pop_front() {
            node.uplink.queued_bytes -= u64::from(next.bytes);
            // Over a link that stalls it waits, without the line: its bytes stay counted as waiting.
            if node.this_link(next.to, next.link).is_some_and(|link| !link.stalled) {
                let out = now.max(node.uplink.message_free) + node.site.sending(next.bytes);
                node.uplink.sending = Some(next);
                return self.at(out, id, What::Sent);
            }
        }
    }

    /// The object on its way out is out, unless messages went ahead.
    pub(super) fn sent(&mut self, id: NodeId) -> Result<(), Violation> {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        if !node.is_in() {
            return Ok(());
        }
        let debt = std::mem::take(&mut node.uplink.debt);
        if debt > 0 {
            self.at(now + debt, id, What::Sent);
            return Ok(());
        }
        let Some(out) = node.uplink.sending.take() else { return Ok(()) };
        node.uplink.object_bytes += u64::from(out.bytes);
        self.tally.sent_object(now, id, out.bytes);
        self.check_uplink(id)?;
        let reached = self.reaches(id, out.to);
        if let Some(link) = self.nodes[id as usize].this_link(out.to, out.link) {
            if reached {
                self.fly(id, out);
            } else {
                // Without acknowledgements QUIC soon sends nothing more than probes.
                link.stalled = true;
            }
        }
        self.send_next(id);
        Ok(())
    }

    /// The object is out of the line and on its way.
    fn fly(&mut self, id: NodeId, out: Queued) {
        let now = self.now();
        let way = self.way(id, out.to, out.bytes.div_ceil(PACKET));
        let sending = self.nodes[id as usize].site.sending(out.bytes);
        let receiver = &mut self.nodes[out.to as usize];
        // Its first packet arrives while its last one is still being sent.
        let taking = u64::from(out.bytes) * 8 * 1000 * MS / receiver.site.down_bps;
        let first = (now + way).saturating_sub(sending).max(receiver.down_free);
        receiver.down_free = first + taking;
        let whole = receiver.down_free.max(now + way);
        let Some(link) = self.nodes[id as usize].link(out.to) else { return };
        link.waiting = link.waiting.saturating_sub(1);
        link.waiting_bytes = link.waiting_bytes.saturating_sub(out.bytes);
        link.object_at = link.object_at.max(whole);
        let (at, closes) = (link.object_at, link.closing && link.waiting == 0);
        self.at(at, out.to, What::Object { from: id, link: out.link, load: out.load });
        if closes {
            self.end_link(id, out.to);
        }
    }
}
