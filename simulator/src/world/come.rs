//! Who comes and who goes, and how a newcomer finds the room.

use std::collections::VecDeque;

use super::{Site, Violation, What, World};
use crate::engine::{Micros, SECOND, mix};
use crate::measure::Stay;
use crate::protocol::{HOST, Input, NodeId, Protocol, Setup};

/// How many of those that came last the host knows.
const LATELY: usize = 64;
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

impl<P: Protocol> World<'_, P> {
    /// Somebody clicks on the room.
    pub(super) fn comes(&mut self, id: NodeId) -> Result<(), Violation> {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        node.came = now;
        let setup = Setup {
            me: id,
            slots: node.site.slots,
            conduct: node.site.conduct,
            gang: self.gang.clone(),
            seed: mix(self.seed ^ mix(u64::from(id) << 8)),
        };
        node.protocol = Some(Box::new(P::new(setup)));
        self.tell(id, Input::Timeout)?;
        if id == HOST {
            return Ok(());
        }
        self.lately.push_back((now, id));
        // Enough that LATELY of them are known already, however fast they come.
        if self.lately.len() > 64 * LATELY {
            self.lately.pop_front();
        }
        self.seek(id);
        if self.scenario.churn_per_minute > 0.0 {
            let mean_s = 60.0 / self.scenario.churn_per_minute;
            let stay_s = -mean_s * (1.0 - self.life_chance.f64()).ln();
            // Nobody goes while the room still fills.
            let from = now.max(((self.scenario.fill_s + 1.0) * SECOND as f64) as Micros);
            self.at(from + (stay_s * SECOND as f64) as Micros, id, What::Leaves);
        }
        Ok(())
    }

    /// Looks the room up, now or as soon as it may.
    pub(super) fn seek(&mut self, id: NodeId) {
        let now = self.now();
        let node = &mut self.nodes[id as usize];
        if node.looking || !node.is_in() {
            return;
        }
        node.looking = true;
        if node.look_after > now {
            let after = node.look_after;
            return self.at(after, id, What::Seeks);
        }
        node.look_after = now + BETWEEN_LOOKUPS;
        // Two or three nodes of the table, one after the other.
        let mut left = 2 + self.life_chance.u32(..2);
        let mut took = 0;
        while left > 0 {
            let asked = self.life_chance.usize(..self.nodes.len());
            self.take_line_for_message(id, LOOKUP_BYTES, now);
            if self.nodes[asked].left.is_some() {
                took += DEAD_NODE;
            } else {
                took += 2 * self.latency(id, asked as NodeId);
                left -= 1;
            }
        }
        self.at(now + took, id, What::Looked);
    }

    pub(super) fn looked(&mut self, id: NodeId) -> Result<(), Violation> {
        self.nodes[id as usize].looking = false;
        let contacts = self.contacts(id);
        self.tell(id, Input::Contacts(contacts))
    }

    /// Whom the room's card and the table name: the host, and some who came lately. Some may have gone since.
    fn contacts(&mut self, id: NodeId) -> Vec<NodeId> {
        let now = self.now();
        let known = self.lately.iter().rev().skip_while(|(came, _)| came + KNOWN_AFTER > now);
        let mut known: Vec<_> = known.map(|(_, id)| *id).filter(|other| *other != id).take(LATELY).collect();
        self.life_chance.shuffle(&mut known);
        known.truncate(NAMED);
        known.insert(0, HOST);
        known
    }

    /// Somebody leaves, politely or not, and another comes instead.
    pub(super) fn leaves(&mut self, id: NodeId) -> Result<(), Violation> {
        if !self.nodes[id as usize].is_in() {
            return Ok(());
        }
        self.depart(id)?;
        let newcomer = self.nodes.len() as NodeId;
        let objects = self.tally.film().len();
        let site = Site::of(self.scenario, self.seed, newcomer);
        self.nodes.push(super::Node::new(site, objects));
        self.at(self.now(), newcomer, What::Comes);
        Ok(())
    }

    /// The node leaves, politely or by vanishing.
    pub(super) fn depart(&mut self, id: NodeId) -> Result<(), Violation> {
        let now = self.now();
        if self.life_chance.f64() < self.scenario.polite {
            self.tell(id, Input::Leave)?;
            let peers: Vec<_> = self.nodes[id as usize].links.iter().map(|link| link.peer).collect();
            for peer in peers {
                self.end_link(id, peer);
            }
            self.lately.retain(|(_, other)| *other != id);
        } else {
            // The table goes on naming it.
            self.abandon_links(id);
        }
        let node = &mut self.nodes[id as usize];
        node.protocol = None;
        node.left = Some(now);
        node.uplink.queue = VecDeque::new();
        node.uplink.queued_bytes = 0;
        node.uplink.sending = None;
        self.close_books(id, now);
        Ok(())
    }

    /// Counts a node's stay, once it is over.
    pub(super) fn close_books(&mut self, id: NodeId, until: Micros) {
        let node = &self.nodes[id as usize];
        self.tally.bad_delivered += node.held.beyond(&self.nodes[HOST as usize].held);
        let stay = Stay {
            id,
            hostile: node.site.conduct.is_hostile(),
            came: node.came,
            left: until,
            first_frame: node.first_frame,
            first_chunk: node.first_chunk,
            capacity_bps: node.site.up_bps,
        };
        self.tally.stayed(stay, |sequence| node.held.was_in_time(sequence));
    }
}
