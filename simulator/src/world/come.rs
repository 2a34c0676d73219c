//! Who comes and who goes.

use std::collections::VecDeque;

use super::common::Presence;
use super::district::District;
use super::node::Node;
use super::seek::LATELY;
use super::{Turn, Violation, World};
use crate::engine::{Micros, SECOND, mix};
use crate::protocol::{HOST, Input, NodeId, Protocol, Setup};

impl<P: Protocol> World<'_, P> {
    /// Somebody clicks on the room.
    pub(super) fn comes(&mut self, id: NodeId) -> Result<(), Violation> {
        let (now, scenario) = (self.now, self.common.scenario);
        let site = self.common.site(id);
        let setup = Setup {
            me: id,
            slots: site.slots,
            conduct: site.conduct,
            gang: self.common.gang.clone(),
            seed: mix(self.common.seed ^ mix(u64::from(id) << 8)),
            film: self.common.film.clone(),
        };
        self.common.presence[id as usize] = Presence::In;
        let mut local = self.local(id);
        let node = local.node(id);
        node.came = now;
        node.protocol = Some(Box::new(P::new(setup)));
        local.tell(id, Input::Timeout)?;
        if id == HOST {
            return Ok(());
        }
        self.common.lately.push_back((now, id));
        // Enough that LATELY of them are known already, however fast they come.
        if self.common.lately.len() > 64 * LATELY {
            self.common.lately.pop_front();
        }
        if scenario.invited {
            self.tell(id, Input::Contacts(vec![HOST]))?;
        } else {
            self.local(id).seek(id);
        }
        if scenario.churn_per_minute > 0.0 {
            let mean_s = 60.0 / scenario.churn_per_minute;
            let stay_s = -mean_s * (1.0 - self.chance.f64()).ln();
            // Nobody goes while the room still fills.
            let from = now.max(((scenario.fill_s + 1.0) * SECOND as f64) as Micros);
            self.turn_at(from + (stay_s * SECOND as f64) as Micros, Turn::Leaves(id));
        }
        Ok(())
    }

    /// Somebody leaves, politely or not, and another comes instead.
    pub(super) fn leaves(&mut self, id: NodeId) -> Result<(), Violation> {
        if !self.common.is_in(id) {
            return Ok(());
        }
        self.depart(id)?;
        let newcomer = self.common.add();
        let node = Node::new(&self.common, newcomer, self.common.site(newcomer).clone());
        self.districts[District::<P>::of(newcomer)].add(node);
        self.turn_at(self.now, Turn::Comes(newcomer));
        Ok(())
    }

    /// The node leaves, politely or by vanishing.
    pub(super) fn depart(&mut self, id: NodeId) -> Result<(), Violation> {
        let now = self.now;
        if self.chance.f64() < self.common.scenario.polite {
            let mut local = self.local(id);
            local.tell(id, Input::Leave)?;
            let peers = local.node(id).links.peers().to_vec();
            for peer in peers {
                local.end_link(id, peer);
            }
            self.common.lately.retain(|(_, other)| *other != id);
        } else {
            // The table goes on naming it.
            self.local(id).abandon_links(id);
        }
        self.common.presence[id as usize] = Presence::Gone;
        let mut local = self.local(id);
        let node = local.node(id);
        node.protocol = None;
        node.uplink.queue = VecDeque::new();
        node.uplink.queued_bytes = 0;
        node.uplink.sending = None;
        self.close_books(id, now);
        Ok(())
    }

    /// Counts a node's stay, once it is over.
    pub(super) fn close_books(&mut self, id: NodeId, until: Micros) {
        let unmade = self.node(id).held.beyond(&self.node(HOST).held);
        self.districts[District::<P>::of(id)].close_books(id, until, unmade);
    }
}
