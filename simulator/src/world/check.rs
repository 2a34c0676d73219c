//! What must hold whatever happens. A run ends with the first thing that does not.

use super::district::Local;
use super::{Turn, World};
use crate::engine::{Micros, SECOND};
use crate::protocol::{NodeId, Protocol, STRIPES};

/// How often whole cycles of parents are looked for.
const BETWEEN_CHECKS: Micros = 5 * SECOND;
/// How long a cycle may stand: whoever is in one gets nothing new, and finds that out sooner than this.
const LONGEST_LOOP: Micros = 3 * SECOND;

/// Something that must not be, was.
#[derive(Debug, Clone, thiserror::Error)]
#[error("node {node} broke a rule at {:.3} s: {what}", *.at as f64 / 1e6)]
pub struct Violation {
    /// At which node.
    pub node: NodeId,
    /// When.
    pub at: Micros,
    /// What was.
    pub what: String,
}

/// Cycles that were seen, and not yet a second time.
#[derive(Default)]
pub(super) struct Loops {
    /// Stripe and members of each, the least first.
    suspects: Vec<(usize, Vec<NodeId>)>,
}

impl<P: Protocol> Local<'_, '_, P> {
    pub(super) fn violation(&self, node: NodeId, what: String) -> Violation {
        Violation { node, at: self.now(), what }
    }

    /// No node sends more than its line carries: neither since it came, nor by letting queues grow.
    pub(super) fn check_uplink(&self, id: NodeId) -> Result<(), Violation> {
        let now = self.now();
        let node = self.district.node(id);
        let uplink = &node.uplink;
        // Messages that were given to the line and are not out yet.
        let pending = uplink.message_free.saturating_sub(now) * node.site.up_bps / SECOND / 8;
        let out = (uplink.object_bytes + uplink.message_bytes).saturating_sub(pending);
        let carried = (now - node.came) * (node.site.up_bps / 8) / SECOND;
        // A byte for each rounding.
        if out > carried + 8 {
            return Err(self.violation(id, format!("it sent {out} bytes over a line that carries {carried}")));
        }
        let most = node.links.len() * 64;
        if uplink.queue.len() > most {
            let waiting = uplink.queue.len();
            return Err(self.violation(id, format!("{waiting} objects wait for its line")));
        }
        Ok(())
    }
}

impl<P: Protocol> World<'_, P> {
    pub(super) fn plan_loop_checks(&mut self) {
        let mut at = BETWEEN_CHECKS;
        while at + LONGEST_LOOP < self.common.scenario.end() {
            self.turn_at(at, Turn::CheckLoops);
            self.turn_at(at + LONGEST_LOOP, Turn::CheckLoops);
            at += BETWEEN_CHECKS;
        }
    }

    /// Looks for cycles of parents, and then, a little later, whether one of them still stands.
    pub(super) fn check_loops(&mut self) -> Result<(), Violation> {
        let parents: Vec<_> = (0..self.common.sites.len() as NodeId)
            .map(|id| self.node(id))
            .map(|node| match &node.protocol {
                Some(protocol) if !node.site.conduct.is_hostile() => protocol.parents(),
                _ => [None; STRIPES],
            })
            .collect();
        let cycles: Vec<_> = (0..STRIPES)
            .flat_map(|stripe| cycles(&parents, stripe).map(move |cycle| (stripe, cycle)))
            .collect();
        let suspects = std::mem::take(&mut self.loops.suspects);
        let second_look = !self.now.is_multiple_of(BETWEEN_CHECKS);
        if !second_look {
            self.loops.suspects = cycles;
        } else if let Some((stripe, cycle)) = cycles.into_iter().find(|cycle| suspects.contains(cycle)) {
            let what = format!("its stripe {stripe} goes round: {cycle:?}");
            return Err(Violation { node: cycle[0], at: self.now, what });
        }
        Ok(())
    }
}

/// The cycles among the parents of one stripe, each beginning with its least member.
fn cycles(parents: &[[Option<NodeId>; STRIPES]], stripe: usize) -> impl Iterator<Item = Vec<NodeId>> {
    // In which walk a node was met; 0 for none.
    let mut met = vec![0u32; parents.len()];
    let mut found = Vec::new();
    for start in 0..parents.len() {
        let walk = start as u32 + 1;
        let mut at = start;
        while met[at] == 0 {
            met[at] = walk;
            let Some(parent) = parents[at][stripe].filter(|parent| (*parent as usize) < parents.len()) else {
                break;
            };
            at = parent as usize;
            if met[at] == walk {
                found.push(cycle_from(parents, stripe, at as NodeId));
            }
        }
    }
    found.into_iter()
}

fn cycle_from(parents: &[[Option<NodeId>; STRIPES]], stripe: usize, start: NodeId) -> Vec<NodeId> {
    let mut cycle = vec![start];
    while let Some(next) = parents[*cycle.last().expect("it has the start") as usize][stripe]
        && next != start
    {
        cycle.push(next);
    }
    let least = cycle.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(place, _)| place);
    cycle.rotate_left(least);
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_once_and_begin_with_the_least() {
        let mut parents = vec![[None; STRIPES]; 7];
        for (child, parent) in [(1, 0), (2, 1), (3, 5), (5, 4), (4, 3), (6, 3)] {
            parents[child][2] = Some(parent);
        }
        assert_eq!(cycles(&parents, 2).collect::<Vec<_>>(), [vec![3, 5, 4]]);
        assert!(cycles(&parents, 1).next().is_none());
    }
}
