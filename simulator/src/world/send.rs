//! The uplink: messages first, objects in the order in which they were given, and never more than the line carries.

use super::district::Local;
use super::node::{Coming, Link, Load, Queued};
use super::{Violation, What};
use crate::engine::{MS, Micros, mix};
use crate::protocol::{Conduct, NodeId, Protocol, Sequence};

/// What QUIC, UDP and IP add to a message, in bytes.
const MESSAGE_OVERHEAD: u32 = 60;
/// What they add to an object, one part in so many: 5 %, which is those sixty bytes for each packet.
const OBJECT_OVERHEAD: u32 = 20;
/// How much of an object a packet carries.
const PACKET: u32 = 1_230;
/// What an acknowledgement takes on the line, IP's and UDP's headers among it.
const ACKNOWLEDGEMENT: u32 = 65;
/// For how many packets one comes, and one at least for what came within so long (`node/src/swarm/quic/config.rs`).
const ACKNOWLEDGED_AT_ONCE: u32 = 10;
const ACKNOWLEDGED_WITHIN: Micros = 25 * MS;
/// How much media waits for one receiver at most.
const MOST_WAITING_MS: u64 = 1_000;

/// What an object of this size takes on a line, in bytes.
pub(super) const fn on_line(size: u32) -> u32 {
    size + size / OBJECT_OVERHEAD
}

impl<P: Protocol> Local<'_, '_, P> {
    /// Sends a message: ahead of the objects, but it takes its time on the line.
    pub(super) fn send(&mut self, id: NodeId, peer: NodeId, message: P::Message) {
        let now = self.now();
        let bytes = P::bytes(&message);
        let on_line = bytes + MESSAGE_OVERHEAD;
        let Some(way) = self.way(id, peer, on_line.div_ceil(PACKET)) else { return };
        let out = self.take_line_for_message(id, on_line, now);
        let link = self.node(id).link(peer).expect("there is a way over it");
        let open = Link::opens(link.latency, &mut link.messages_open, now);
        link.message_at = link.message_at.max(out.max(open) + way);
        let (at, link) = (link.message_at, link.number);
        self.post_with(at, peer, What::Message { from: id, link, bytes, number: 0 }, Some(message));
    }

    /// Takes the line for a message of so many bytes, and says when it is out.
    pub(super) fn take_line_for_message(&mut self, id: NodeId, bytes: u32, now: Micros) -> Micros {
        self.district.tally.sent_message(now, id, bytes);
        self.take_line(id, bytes, now)
    }

    /// Takes the line for something small that goes ahead of the objects, and says when it is out.
    fn take_line(&mut self, id: NodeId, bytes: u32, now: Micros) -> Micros {
        let node = self.node(id);
        let time = node.site.sending(bytes);
        let uplink = &mut node.uplink;
        uplink.message_free = uplink.message_free.max(now) + time;
        if uplink.sending.is_some() {
            uplink.debt += time;
        }
        uplink.message_bytes += u64::from(bytes);
        uplink.message_free
    }

    /// Takes the line for acknowledging an object. That is QUIC's share of carrying objects, and no message of ours.
    pub(super) fn acknowledge_object(&mut self, id: NodeId, peer: NodeId, bytes: u32) {
        let now = self.now();
        let bytes = self.acknowledgements(id, peer, bytes);
        self.district.tally.acknowledged(now, id, bytes);
        self.take_line(id, bytes, now);
    }

    /// Takes the line for acknowledging a message, which counts as what messages take.
    pub(super) fn acknowledge_message(&mut self, id: NodeId, peer: NodeId, bytes: u32) {
        let now = self.now();
        let bytes = self.acknowledgements(id, peer, bytes);
        self.take_line_for_message(id, bytes, now);
    }

    /// How many bytes of acknowledgements are due for so many from this peer.
    fn acknowledgements(&mut self, id: NodeId, peer: NodeId, bytes: u32) -> u32 {
        let now = self.now();
        let Some(link) = self.node(id).link(peer) else { return 0 };
        if now >= link.acknowledged_until {
            (link.acknowledged_until, link.acknowledged_more) = (now + ACKNOWLEDGED_WITHIN, 0);
        }
        let packets = bytes.div_ceil(PACKET);
        let due = packets.saturating_sub(link.acknowledged_more).div_ceil(ACKNOWLEDGED_AT_ONCE);
        link.acknowledged_more += due * ACKNOWLEDGED_AT_ONCE;
        link.acknowledged_more -= packets;
        due * ACKNOWLEDGEMENT
    }

    /// Sends an object, or says that too much waits already.
    pub(super) fn push(&mut self, id: NodeId, peer: NodeId, sequence: Sequence) -> Result<(), Violation> {
        let now = self.now();
        let bound = self.common.scenario.stream.bitrate_bps * MOST_WAITING_MS / 8_000;
        let common = self.common;
        let node = self.node(id);
        let conduct = node.site.conduct;
        if !node.held.has(sequence) && !conduct.is_hostile() {
            return Err(self.violation(id, format!("it sends object {sequence}, which it does not have")));
        }
        let silent = match conduct {
            Conduct::Honest | Conduct::FreeRider | Conduct::Polluter => false,
            Conduct::Half => mix(u64::from(sequence)) & 1 == 1,
            Conduct::Liar | Conduct::Eclipse | Conduct::Sybil => true,
        };
        let Some(link) = node.link(peer).filter(|_| !silent) else { return Ok(()) };
        let object = common.object(sequence);
        let bytes = on_line(object.bytes);
        // One keyframe may wait on any line, however big it is.
        if link.waiting > 0 && u64::from(link.waiting_bytes + bytes) > bound {
            self.district.tally.dropped(now);
            self.at(now, id, What::Dropped { peer, sequence });
            return Ok(());
        }
        link.waiting += 1;
        link.waiting_bytes += bytes;
        let load = Load::new(sequence, conduct == Conduct::Polluter);
        let queued = Queued { to: peer, link: link.number, load, bytes };
        let open = Link::opens(link.latency, &mut link.objects_open[P::stream(object)], now);
        if open > now {
            self.at(open, id, What::Opened(queued));
        } else {
            self.queue(id, queued);
        }
        Ok(())
    }

    /// The stream for this object is open: it waits for the line.
    pub(super) fn queue(&mut self, id: NodeId, queued: Queued) {
        let uplink = &mut self.node(id).uplink;
        uplink.queue.push_back(queued);
        uplink.queued_bytes += u64::from(queued.bytes);
        if uplink.sending.is_none() {
            self.send_next(id);
        }
    }

    /// Begins to send the next object whose receiver is still there.
    fn send_next(&mut self, id: NodeId) {
        let now = self.now();
        let node = self.node(id);
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
        let node = self.node(id);
        if node.protocol.is_none() {
            return Ok(());
        }
        let debt = std::mem::take(&mut node.uplink.debt);
        if debt > 0 {
            self.at(now + debt, id, What::Sent);
            return Ok(());
        }
        let Some(out) = node.uplink.sending.take() else { return Ok(()) };
        node.uplink.object_bytes += u64::from(out.bytes);
        let object = self.common.object(out.load.sequence());
        self.district.tally.sent_object(now, id, object, out.bytes);
        self.check_uplink(id)?;
        if self.common.reaches(id, out.to) {
            self.fly(id, out);
        } else if let Some(link) = self.node(id).this_link(out.to, out.link) {
            // Without acknowledgements QUIC soon sends nothing more than probes.
            link.stalled = true;
        }
        self.send_next(id);
        Ok(())
    }

    /// The object is out of the line and on its way.
    fn fly(&mut self, id: NodeId, out: Queued) {
        let now = self.now();
        let Some(way) = self.way(id, out.to, out.bytes.div_ceil(PACKET)) else { return };
        let node = self.node(id);
        let depth = node.held.depth(out.load.sequence()).saturating_add(1);
        let Some(link) = node.this_link(out.to, out.link) else { return };
        link.waiting = link.waiting.saturating_sub(1);
        link.waiting_bytes = link.waiting_bytes.saturating_sub(out.bytes);
        link.object_at = link.object_at.max(now + way);
        let (at, closes) = (link.object_at, link.closing && link.waiting == 0);
        self.post(at, out.to, What::Object(Coming { from: id, link: out.link, load: out.load, depth }));
        if closes {
            self.end_link(id, out.to);
        }
    }
}
