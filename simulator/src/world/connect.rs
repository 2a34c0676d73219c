//! Connections: dialing, through NAT or not, and how they end.

use super::district::Local;
use super::node::Link;
use super::{Violation, What};
use crate::engine::{MS, Micros, SECOND, mix};
use crate::protocol::{Input, NodeId, Protocol};

/// When dialing is given up.
const DIALING: Micros = 3 * SECOND;
/// How long punching through two NATs takes: finding each other over a relay, then some tries.
const PUNCHING: std::ops::Range<Micros> = 300 * MS..1500 * MS;
/// QUIC's idle timeout: so long does nobody notice that a node has vanished.
pub(super) const IDLE: Micros = 10 * SECOND;
/// What each side sends to make a connection, as was seen of real nodes: four padded packets with a post-quantum key and a
/// certificate, one of 1480 bytes that tries the path, and what `identify` says.
pub(super) const HANDSHAKE_BYTES: u32 = 7_500;

impl<P: Protocol> Local<'_, '_, P> {
    /// `id` wants a connection to `peer`.
    pub(super) fn dial(&mut self, id: NodeId, peer: NodeId) {
        let now = self.now();
        let node = self.node(id);
        if let Some(link) = node.link(peer) {
            link.closing = false;
            return self.at(now, id, What::Dialed { peer, through: true });
        }
        if node.dialing.contains(&peer) {
            return;
        }
        node.dialing.push(peer);
        if peer != id && self.common.reaches(id, peer) && self.common.gets_through(id, peer) {
            self.post(now + self.common.latency(id, peer), peer, What::Knocks { from: id });
        } else {
            self.at(now + DIALING, id, What::Dialed { peer, through: false });
        }
    }

    /// `from` wants a connection to `id`, who may have gone meanwhile, and says nothing then.
    pub(super) fn knocked(&mut self, id: NodeId, from: NodeId) {
        let latency = self.common.latency(id, from);
        let through = self.common.is_in(id);
        let wait = if through { self.dialing_time(id, from) } else { DIALING };
        let at = self.now() + wait - latency;
        self.post(at, from, What::Dialed { peer: id, through });
    }

    pub(super) fn dialed(&mut self, id: NodeId, peer: NodeId, through: bool) -> Result<(), Violation> {
        let now = self.now();
        let common = self.common;
        let node = self.node(id);
        node.dialing.retain(|other| *other != peer);
        if node.protocol.is_none() {
            return Ok(());
        }
        if node.link(peer).is_some() {
            return self.tell(id, Input::Connected(peer));
        }
        if !through || !common.reaches(id, peer) {
            return self.tell(id, Input::Unreachable(peer));
        }
        node.links_made += 1;
        // Which of the two has dialed tells their numbers apart.
        let link = node.links_made << 1 | u32::from(id < peer);
        node.links.add(Link::new(common, id, peer, link));
        self.take_line_for_message(id, HANDSHAKE_BYTES, now);
        self.post(now + common.latency(id, peer), peer, What::Linked { peer: id, link });
        self.tell(id, Input::Connected(peer))
    }

    /// `peer` has made a connection to `id`.
    pub(super) fn linked(&mut self, id: NodeId, peer: NodeId, link: u32) {
        let now = self.now();
        let common = self.common;
        if !common.is_in(id) {
            return self.post(now + IDLE, peer, What::Closed { peer: id, link });
        }
        self.take_line_for_message(id, HANDSHAKE_BYTES, now);
        let node = self.node(id);
        match node.link(peer) {
            Some(other) => other.crossed = Some(link),
            None => node.links.add(Link::new(common, id, peer, link)),
        }
    }

    /// How long it takes from `id`, who was dialed, to be connected with `from`: a round trip and a half for QUIC; a
    /// further one where `id` had to be asked, over a relay, to dial.
    fn dialing_time(&mut self, id: NodeId, from: NodeId) -> Micros {
        let latency = self.common.latency(id, from);
        match (self.common.site(from).natted, self.common.site(id).natted) {
            (_, false) => 3 * latency,
            (false, true) => 5 * latency,
            (true, true) => 3 * latency + self.node(id).chance.u64(PUNCHING),
        }
    }

    /// `id` has no use for the connection any more: it ends once what was given to it is out.
    pub(super) fn disconnect(&mut self, id: NodeId, peer: NodeId) {
        if let Some(link) = self.node(id).link(peer) {
            link.closing = true;
            if link.waiting == 0 {
                self.end_link(id, peer);
            }
        }
    }

    /// Ends a connection in good order: the other end learns of it after all that was sent before.
    pub(super) fn end_link(&mut self, id: NodeId, peer: NodeId) {
        let now = self.now();
        if let Some(link) = self.node(id).part(peer) {
            let at = (now + link.latency).max(link.message_at).max(link.object_at);
            for number in [Some(link.number), link.crossed].into_iter().flatten() {
                self.post(at, peer, What::Closed { peer: id, link: number });
            }
        }
    }

    /// The node is gone without a word: the other ends find out in their own time.
    pub(super) fn abandon_links(&mut self, id: NodeId) {
        let now = self.now();
        for link in std::mem::take(&mut self.node(id).links).iter_mut() {
            // Each has heard from it at a moment of its own.
            let since = self.node(id).chance.u64(..500 * MS);
            for number in [Some(link.number), link.crossed].into_iter().flatten() {
                self.post(now + IDLE - since, link.peer, What::Closed { peer: id, link: number });
            }
        }
    }

    pub(super) fn closed(&mut self, id: NodeId, peer: NodeId, number: u32) -> Result<(), Violation> {
        let node = self.node(id);
        let Some(link) = node.this_link(peer, number) else { return Ok(()) };
        if let Some(crossed) = link.crossed.take() {
            // One of two: the other one is still there.
            if link.number == number {
                link.number = crossed;
            }
            return Ok(());
        }
        node.part(peer);
        self.tell(id, Input::Gone(peer))
    }

    /// How long a packet, or so many, take on their way over the link to `peer`, besides the time on the line: jitter,
    /// and where one is lost, the one to two round trips until it is sent again. `None` without a link.
    pub(super) fn way(&mut self, id: NodeId, peer: NodeId, packets: u32) -> Option<Micros> {
        let most_jitter = u64::from(self.common.scenario.network.jitter_ms) * MS;
        let node = self.node(id);
        let link = node.link(peer)?;
        let (latency, loss) = (link.latency, f64::from(link.loss_ppm) / 1e6);
        // The chance that one of a few dozen is lost, close enough for losses of a percent.
        let expected = loss * f64::from(packets);
        let again = expected * (1.0 - expected / 2.0).max(0.5);
        let drawn = node.chance.u64(..);
        let jitter = ((drawn >> 32) * most_jitter) >> 32;
        let turn = drawn as u32;
        let longer = if f64::from(turn) < again * f64::from(u32::MAX) {
            let part = mix(drawn) >> 32;
            2 * latency + ((2 * latency * part) >> 32)
        } else {
            0
        };
        Some(latency + jitter + longer)
    }
}
