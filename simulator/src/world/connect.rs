//! Connections: dialing, through NAT or not, and how they end.

use super::node::Link;
use super::site::{Site, punches};
use super::{Violation, What, World};
use crate::engine::{MS, Micros, SECOND, mix};
use crate::protocol::{Input, NodeId, Protocol};

/// When dialing is given up.
const DIALING: Micros = 3 * SECOND;
/// How long punching through two NATs takes: finding each other over a relay, then some tries.
const PUNCHING: std::ops::Range<Micros> = 300 * MS..1500 * MS;
/// QUIC's idle timeout: so long does nobody notice that a node has vanished.
pub(super) const IDLE: Micros = 10 * SECOND;
/// What each side sends to make a connection: padded first packets and a chain of certificates.
const HANDSHAKE_BYTES: u32 = 2_600;
/// A node spends at most this part of its line on greeting others, one in so many: 20 %. A crowd at the door must not
/// keep the stream from those inside.
const GREETING_PART: u64 = 5;
/// How far it may run ahead of that.
const GREETING_BURST: Micros = SECOND;

impl<P: Protocol> World<'_, P> {
    /// `id` wants a connection to `peer`.
    pub(super) fn dial(&mut self, id: NodeId, peer: NodeId) {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        if let Some(link) = node.link(peer) {
            link.closing = false;
            return self.at(now, id, What::Dialed { peer, through: true });
        }
        if node.dialing.contains(&peer) {
            return;
        }
        node.dialing.push(peer);
        let mut through = peer != id && self.reaches(id, peer) && self.gets_through(id, peer);
        let mut wait = if through { self.dialing_time(id, peer) } else { DIALING };
        if through && !self.greets(peer) {
            // It says so at once.
            (through, wait) = (false, 2 * self.latency(id, peer));
        }
        self.at(now + wait, id, What::Dialed { peer, through });
    }

    pub(super) fn dialed(&mut self, id: NodeId, peer: NodeId, through: bool) -> Result<(), Violation> {
        let now = self.now();
        self.nodes[id as usize].dialing.retain(|other| *other != peer);
        if !self.nodes[id as usize].is_in() {
            return Ok(());
        }
        if self.nodes[id as usize].link(peer).is_some() {
            return self.tell(id, Input::Connected(peer));
        }
        if !through || !self.reaches(id, peer) {
            return self.tell(id, Input::Unreachable(peer));
        }
        self.links_made += 1;
        let number = self.links_made;
        for (end, other) in [(id, peer), (peer, id)] {
            self.nodes[end as usize].remove_link(other);
            self.nodes[end as usize].add_link(Link::new(other, number));
            self.take_line_for_message(end, HANDSHAKE_BYTES, now);
        }
        self.tell(id, Input::Connected(peer))
    }

    /// Whether the other one is there, and on this side of a split.
    pub(super) fn reaches(&self, id: NodeId, peer: NodeId) -> bool {
        let there = self.nodes.get(peer as usize).is_some_and(super::Node::is_in);
        there && self.healing(id, peer).is_none()
    }

    /// Whether a node can afford to greet one more.
    fn greets(&mut self, id: NodeId) -> bool {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        let free = node.uplink.greeting_free.max(now);
        let greets = free <= now + GREETING_BURST;
        if greets {
            node.uplink.greeting_free = free + GREETING_PART * node.site.sending(HANDSHAKE_BYTES);
        }
        greets
    }

    fn gets_through(&self, id: NodeId, peer: NodeId) -> bool {
        let natted = |id: NodeId| self.nodes[id as usize].site.natted;
        !(natted(id) && natted(peer)) || punches(self.scenario, self.seed, id, peer)
    }

    /// A round trip and a half for QUIC; a further one where the other one has to be asked, over a relay, to dial.
    fn dialing_time(&mut self, id: NodeId, peer: NodeId) -> Micros {
        let (one, other) = (&self.nodes[id as usize].site, &self.nodes[peer as usize].site);
        let latency = one.latency(other);
        match (one.natted, other.natted) {
            (_, false) => 3 * latency,
            (false, true) => 5 * latency,
            (true, true) => 3 * latency + self.link_chance.u64(PUNCHING),
        }
    }

    /// `id` has no use for the connection any more: it ends once what was given to it is out.
    pub(super) fn disconnect(&mut self, id: NodeId, peer: NodeId) {
        if let Some(link) = self.nodes[id as usize].link(peer) {
            link.closing = true;
            if link.waiting == 0 {
                self.end_link(id, peer);
            }
        }
    }

    /// Ends a connection in good order: the other end learns of it after all that was sent before.
    pub(super) fn end_link(&mut self, id: NodeId, peer: NodeId) {
        let now = self.now();
        let latency = self.latency(id, peer);
        if let Some(link) = self.nodes[id as usize].remove_link(peer) {
            let at = (now + latency).max(link.message_at).max(link.object_at);
            self.at(at, peer, What::Closed { peer: id, link: link.number });
        }
    }

    /// The node is gone without a word: the other ends find out in their own time.
    pub(super) fn abandon_links(&mut self, id: NodeId) {
        let now = self.now();
        for link in std::mem::take(&mut self.nodes[id as usize].links) {
            // Each has heard from it at a moment of its own.
            let since = self.link_chance.u64(..500 * MS);
            self.at(now + IDLE - since, link.peer, What::Closed { peer: id, link: link.number });
        }
    }

    pub(super) fn closed(&mut self, id: NodeId, peer: NodeId, link: u32) -> Result<(), Violation> {
        let node = &mut self.nodes[id as usize];
        if node.this_link(peer, link).is_none() {
            return Ok(());
        }
        node.remove_link(peer);
        self.tell(id, Input::Gone(peer))
    }

    pub(super) fn latency(&self, id: NodeId, peer: NodeId) -> Micros {
        self.nodes[id as usize].site.latency(&self.nodes[peer as usize].site)
    }

    /// How long a packet, or so many, take on their way, besides the time on the line: jitter, and where one is lost,
    /// the one to two round trips until it is sent again.
    pub(super) fn way(&mut self, id: NodeId, peer: NodeId, packets: u32) -> Micros {
        let (one, other): (&Site, &Site) = (&self.nodes[id as usize].site, &self.nodes[peer as usize].site);
        let latency = one.latency(other);
        let loss = f64::from(one.loss_ppm + other.loss_ppm) / 2e6;
        // The chance that one of a few dozen is lost, close enough for losses of a percent.
        let expected = loss * f64::from(packets);
        let again = expected * (1.0 - expected / 2.0).max(0.5);
        let drawn = self.link_chance.u64(..);
        let jitter = ((drawn >> 32) * u64::from(self.scenario.network.jitter_ms) * MS) >> 32;
        let turn = drawn as u32;
        let longer = if f64::from(turn) < again * f64::from(u32::MAX) {
            let part = mix(drawn) >> 32;
            2 * latency + ((2 * latency * part) >> 32)
        } else {
            0
        };
        latency + jitter + longer
    }
}
