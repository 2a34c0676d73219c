//! What goes wrong with many at once: a mass departure, and a split of the world that heals.

use super::common::Common;
use super::connect::IDLE;
use super::district::District;
use super::{Turn, Violation, World};
use crate::engine::{MS, Micros, SECOND};
use crate::protocol::{Input, NodeId, Protocol};

/// Packets that waited for the split to heal come within so long: QUIC tries again ever more rarely.
const AFTER_HEALING: Micros = 1500 * MS;

/// Something goes wrong with many.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// Many leave.
    MassLeave,
    /// The world splits.
    Splits,
    /// Connections across the split have been silent too long.
    Cuts,
    /// It is whole again.
    Heals,
}

/// Which regions are cut off, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Split {
    /// One bit for each region.
    regions: u32,
    heals: Micros,
}

impl Common<'_> {
    fn splits(&self, one: NodeId, other: NodeId) -> bool {
        let side = |split: &Split, id: NodeId| split.regions >> self.site(id).region & 1;
        self.split.as_ref().is_some_and(|split| side(split, one) != side(split, other))
    }

    /// When what goes between the two arrives, if a split keeps it back.
    pub(super) fn healing(&self, one: NodeId, other: NodeId) -> Option<Micros> {
        let split = self.split.as_ref()?;
        if !self.splits(one, other) {
            return None;
        }
        // The same for all that goes from one to the other, so that it keeps its order.
        Some(split.heals + u64::from(one ^ other.rotate_left(7)) * MS % AFTER_HEALING)
    }
}

impl<P: Protocol> World<'_, P> {
    pub(super) fn plan_faults(&mut self) {
        let scenario = self.common.scenario;
        if let Some(leave) = scenario.mass_leave {
            self.turn_at(u64::from(leave.at_s) * SECOND, Turn::Fault(Fault::MassLeave));
        }
        if let Some(partition) = &scenario.partition {
            let at = u64::from(partition.at_s) * SECOND;
            let heals = at + u64::from(partition.seconds) * SECOND;
            self.turn_at(at, Turn::Fault(Fault::Splits));
            if at + IDLE < heals {
                self.turn_at(at + IDLE, Turn::Fault(Fault::Cuts));
            }
            self.turn_at(heals, Turn::Fault(Fault::Heals));
        }
    }

    pub(super) fn fault(&mut self, fault: Fault) -> Result<(), Violation> {
        match fault {
            Fault::MassLeave => return self.many_leave(),
            Fault::Splits => self.split(),
            Fault::Cuts => return self.cut(),
            Fault::Heals => self.heal(),
        }
        Ok(())
    }

    fn many_leave(&mut self) -> Result<(), Violation> {
        let share = self.common.scenario.mass_leave.map_or(0.0, |leave| leave.share);
        let mut present: Vec<NodeId> =
            (1..self.common.sites.len() as NodeId).filter(|id| self.common.is_in(*id)).collect();
        self.chance.shuffle(&mut present);
        present.truncate((present.len() as f64 * share).round() as usize);
        present.into_iter().try_for_each(|id| self.depart(id))
    }

    fn split(&mut self) {
        if let Some(partition) = &self.common.scenario.partition {
            let regions = partition.regions.iter().fold(0, |bits, region| bits | 1 << region);
            let heals = self.now + u64::from(partition.seconds) * SECOND;
            self.common.split = Some(Split { regions, heals });
        }
    }

    /// Links across the split that are still there go on. What waited for them is given up.
    fn heal(&mut self) {
        self.common.split = None;
        let nodes = self.districts.iter_mut().flat_map(District::nodes_mut);
        for link in nodes.flat_map(|node| node.links.iter_mut()) {
            if link.stalled {
                (link.stalled, link.waiting, link.waiting_bytes) = (false, 0, 0);
            }
        }
    }

    /// Every connection across the split times out, at both ends.
    fn cut(&mut self) -> Result<(), Violation> {
        for id in 0..self.common.sites.len() as NodeId {
            let peers = self.node(id).links.peers().iter().copied();
            let across: Vec<_> = peers.filter(|peer| self.common.splits(id, *peer)).collect();
            for peer in across {
                self.local(id).node(id).part(peer);
                self.tell(id, Input::Gone(peer))?;
            }
        }
        Ok(())
    }
}
