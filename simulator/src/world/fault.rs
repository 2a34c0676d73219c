//! What goes wrong with many at once: a mass departure, and a split of the world that heals.

use super::connect::IDLE;
use super::{Violation, What, World};
use crate::engine::{MS, Micros, SECOND};
use crate::protocol::{HOST, Input, NodeId, Protocol};

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

impl<P: Protocol> World<'_, P> {
    pub(super) fn plan_faults(&mut self) {
        if let Some(leave) = self.scenario.mass_leave {
            self.at(u64::from(leave.at_s) * SECOND, HOST, What::Fault(Fault::MassLeave));
        }
        if let Some(partition) = &self.scenario.partition {
            let at = u64::from(partition.at_s) * SECOND;
            let heals = at + u64::from(partition.seconds) * SECOND;
            self.at(at, HOST, What::Fault(Fault::Splits));
            if at + IDLE < heals {
                self.at(at + IDLE, HOST, What::Fault(Fault::Cuts));
            }
            self.at(heals, HOST, What::Fault(Fault::Heals));
        }
    }

    pub(super) fn fault(&mut self, fault: Fault) -> Result<(), Violation> {
        match fault {
            Fault::MassLeave => self.many_leave(),
            Fault::Splits => {
                if let Some(partition) = &self.scenario.partition {
                    let regions = partition.regions.iter().fold(0, |bits, region| bits | 1 << region);
                    self.split =
                        Some(Split { regions, heals: self.now() + u64::from(partition.seconds) * SECOND });
                }
                Ok(())
            }
            Fault::Cuts => self.cut(),
            Fault::Heals => {
                self.heal();
                Ok(())
            }
        }
    }

    fn many_leave(&mut self) -> Result<(), Violation> {
        let share = self.scenario.mass_leave.map_or(0.0, |leave| leave.share);
        let mut present: Vec<NodeId> =
            (1..self.nodes.len() as NodeId).filter(|id| self.nodes[*id as usize].is_in()).collect();
        self.life_chance.shuffle(&mut present);
        present.truncate((present.len() as f64 * share).round() as usize);
        present.into_iter().try_for_each(|id| self.depart(id))
    }

    /// Links across the split that are still there go on. What waited for them is given up.
    fn heal(&mut self) {
        self.split = None;
        for link in self.nodes.iter_mut().flat_map(|node| &mut node.links) {
            if link.stalled {
                (link.stalled, link.waiting, link.waiting_bytes) = (false, 0, 0);
            }
        }
    }

    /// Every connection across the split times out, at both ends.
    fn cut(&mut self) -> Result<(), Violation> {
        for id in 0..self.nodes.len() as NodeId {
            let across: Vec<_> = self.nodes[id as usize].links.iter().map(|link| link.peer).collect();
            for peer in across {
                if self.splits(id, peer) {
                    self.nodes[id as usize].remove_link(peer);
                    self.tell(id, Input::Gone(peer))?;
                }
            }
        }
        Ok(())
    }

    fn splits(&self, one: NodeId, other: NodeId) -> bool {
        let side = |split: &Split, id: NodeId| split.regions >> self.nodes[id as usize].site.region & 1;
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
