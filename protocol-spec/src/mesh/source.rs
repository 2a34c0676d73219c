//! The host: to whom the first copies go.

use std::time::Duration;

use super::{Mesh, Role, STRIPES};
use crate::clock::Time;
use crate::limit::BARRING;

/// How often the host looks how far each stripe has spread.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a stripe has after its first copy goes to somebody else.
const GRACE: Duration = Duration::from_secs(3);
/// Fewer neighbours say nothing about a room.
const MIN_NEIGHBOURS: usize = 6;
/// What it weighs to have spread nothing.
const NOT_SPREAD: u32 = BARRING * 3 / 5;

impl Mesh {
    /// A stripe that most neighbours do not get is given to somebody else first: whoever had it has not passed it on.
    /// What counts is what arrives, not what anybody says of himself.
    pub(super) fn tick_source(&mut self) {
        if self.settings.role != Role::Host || self.spread_at > self.now {
            return;
        }
        self.spread_at = self.now + LOOK_EVERY;
        self.thin_out();
        if self.neighbours.len() < MIN_NEIGHBOURS {
            return;
        }
        for stripe in 0..STRIPES {
            let Some(first) = self.serving.of(stripe).first() else { continue };
            if self.now.since(first.since) < GRACE {
                continue;
            }
            let others = self.neighbours.iter().filter(|(peer, _)| !self.serving.serves(stripe, peer));
            let (mut all, mut reached) = (0, 0);
            for (_, neighbour) in others {
                all += 1;
                reached += usize::from(neighbour.lag[stripe].is_some());
            }
            if reached * 3 < all {
                let peer = first.peer.clone();
                self.misdeeds.add(self.now, &peer, NOT_SPREAD);
                self.dismiss(stripe, &peer);
            }
        }
    }

    pub(super) fn source_due(&self) -> Option<Time> {
        (self.settings.role == Role::Host).then_some(self.spread_at)
    }
}
