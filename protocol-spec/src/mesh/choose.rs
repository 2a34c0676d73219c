//! Whom to take a stripe from, among the neighbours.

use super::lane::millis;
use super::meet::FEW;
use super::neighbour::Neighbour;
use super::{Mesh, PeerName, Place, STRIPES};

/// How many milliseconds sooner another parent must be for a stripe to move there.
const SOONER_MS: i64 = 200;
/// Each stripe above two that one peer brings is worth so many milliseconds: who loses it loses them all.
const SPREAD_MS: i64 = 60;
/// The most stripes that one peer is asked for, as long as there may be others.
const MAX_OF_ONE: usize = 3;
/// How much a peer that has failed before must be sooner to be asked again.
const SUSPECT_MS: i64 = 1000;
/// How much later than usual the next object of a stripe may be before somebody else is asked for the stripe, in
/// milliseconds. A little more than what it takes until an honest parent has said that it waits itself.
const DRY_MS: i64 = 500;

impl Mesh {
    /// Whom to ask for a stripe, and whether in need.
    pub(super) fn best(&mut self, stripe: usize) -> Option<(PeerName, bool)> {
        let gives = self.gives(stripe) > 0;
        let in_need = self.is_in_need(stripe);
        let now = self.now;
        let mut best: Option<(i64, &PeerName, bool)> = None;
        for (peer, neighbour) in &self.neighbours {
            let has_spare = neighbour.has_spare() && neighbour.refused_in_need >> stripe & 1 == 0;
            let needed = in_need && has_spare;
            let open = neighbour.is_open(stripe, gives);
            if !(open || needed)
                || (!in_need && self.brings_or_may(peer) >= MAX_OF_ONE)
                || self.serving.serves(stripe, peer)
                || self.misdeeds.bars(now, peer)
            {
                continue;
            }
            let Some(mut cost) = self.cost(stripe, peer, neighbour) else { continue };
            if self.misdeeds.suspects(now, peer) {
                cost += SUSPECT_MS;
            }
            if !open {
                cost += 10 * SUSPECT_MS;
            }
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, peer, !open));
            }
        }
        best.map(|(_, peer, in_need)| (peer.clone(), in_need))
    }

    /// How late this stripe would come from this neighbour, in milliseconds: its lag and its wait, and more the more it brings
    /// already. `None` where it has nothing of it.
    fn cost(&self, stripe: usize, peer: &PeerName, neighbour: &Neighbour) -> Option<i64> {
        let lag = neighbour.lag[stripe]?;
        let spread = SPREAD_MS * self.brings(peer).saturating_sub(1) as i64;
        Some(lag + neighbour.wait() + spread)
    }

    /// Whether it may be this stripe's parent after the one that there is.
    fn may_follow(&self, stripe: usize, peer: &PeerName) -> bool {
        self.parent_of(stripe) != Some(peer)
            && !self.serving.serves(stripe, peer)
            && !self.misdeeds.suspects(self.now, peer)
            && !self.misdeeds.bars(self.now, peer)
    }

    /// Moves one stripe to a parent from whom it would come sooner, if there is one.
    pub(super) fn improve(&mut self) {
        let Some(lane) = self.lanes.first() else { return };
        let mut best: Option<(i64, usize, &PeerName)> = None;
        for stripe in 0..STRIPES {
            let supply = &self.supplies[stripe];
            let (Some(_), None, Some(lag)) = (&supply.parent, &supply.asking, lane.lag(stripe)) else {
                continue;
            };
            let gives = self.gives(stripe) > 0;
            for (peer, neighbour) in &self.neighbours {
                if !neighbour.is_open(stripe, gives) {
                    continue;
                }
                let Some(cost) = self.cost(stripe, peer, neighbour) else { continue };
                let gain = lag.mean - lag.strays - cost;
                if gain > best.map_or(SOONER_MS, |(most, ..)| most) && self.may_follow(stripe, peer) {
                    best = Some((gain, stripe, peer));
                }
            }
        }
        if let Some((_, stripe, peer)) = best {
            let peer = peer.clone();
            self.ask(&peer, stripe, false);
        }
    }

    /// The next object of a stripe whose parent brings nothing any more.
    pub(super) fn run_dry(&self, stripe: usize) -> Option<Place> {
        let next = self.lanes.first()?.next_of(stripe)?;
        let expected = self.expected(stripe, self.lanes.first()?.captured(next.sequence))?;
        (expected + DRY_MS < millis(self.now)).then_some(next)
    }

    /// Asks somebody for a stripe who has what its parent does not bring. Who is not even heard any more is gone.
    pub(super) fn revive(&mut self, stripe: usize) {
        let Some(next) = self.run_dry(stripe) else { return };
        if let Some(parent) = self.parent_of(stripe).cloned()
            && self.is_mute(&parent)
        {
            self.part_from(&parent);
            return;
        }
        // Where few are, whoever is asked sends all that is missing, which holds up the others who stand there.
        if self.neighbours.len() <= FEW {
            return;
        }
        let gives = self.gives(stripe) > 0;
        let mut best: Option<(i64, &PeerName)> = None;
        for (peer, neighbour) in &self.neighbours {
            if !neighbour.is_open(stripe, gives) {
                continue;
            }
            let Some(cost) = self.cost(stripe, peer, neighbour) else { continue };
            if best.is_none_or(|(least, _)| cost < least)
                && (neighbour.names(next) || neighbour.names(next.next()))
                && self.may_follow(stripe, peer)
            {
                best = Some((cost, peer));
            }
        }
        if let Some((_, peer)) = best {
            let peer = peer.clone();
            self.ask(&peer, stripe, false);
        }
    }
}
