//! The host, and to whom its first copies go: everybody else waits for those.

use std::sync::Arc;
use std::time::Duration;

use super::message::Message;
use super::serve::MANY;
use super::supply::Supply;
use super::{Mesh, PeerName, Role, STRIPES};
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

/// How often the host's children tell it what they have, and it looks whether they do.
const FIRST_EVERY: Duration = Duration::from_millis(150);
/// After so long without a word from its child, the host gives the stripe to somebody else too.
const FIRST_SILENCE: Duration = Duration::from_millis(450);

impl Mesh {
    /// The host and its children look after each other, sooner than others do.
    pub(super) fn tick_first(&mut self) {
        if self.first_at > self.now {
            return;
        }
        self.first_at = self.now + FIRST_EVERY;
        if self.settings.role == Role::Host {
            let children = self.serving.children.iter().flatten();
            let silent = children.filter(|child| self.is_silent(&child.peer)).count();
            if silent > self.silent {
                self.state_at = self.now;
            }
            self.silent = silent;
        } else if let Some(host) = self.supplies.iter().find_map(Supply::host).cloned() {
            self.send(&host, Message::State(Arc::new(self.state())));
        }
    }

    /// Whether nothing was heard of this child of the host for so long that its stripes may have run dry.
    pub(super) fn is_silent(&self, child: &PeerName) -> bool {
        self.neighbours.get(child).is_none_or(|neighbour| self.now.since(neighbour.heard) > FIRST_SILENCE)
    }

    /// A neighbour has a place in these stripes, one bit each, and had none before. If it is the host of a room of many, it
    /// has lost whom it sent them: who can pass them on asks at once, whether it has noticed yet that they run dry or not.
    pub(super) fn take_first_place(&mut self, peer: &PeerName, opened: u8) {
        let Some(neighbour) = self.neighbours.get(peer).filter(|_| self.neighbours.len() > MANY) else {
            return;
        };
        let mark = neighbour.mark;
        if !self.supplies.iter().any(|supply| supply.begins_at(mark)) {
            return;
        }
        for stripe in (0..STRIPES).filter(|stripe| opened >> stripe & 1 == 1) {
            let is_free = self.supplies[stripe].asking.is_none() && self.parent_of(stripe) != Some(peer);
            if is_free && self.gives(stripe) > 0 && !self.serving.serves(stripe, peer) {
                self.ask(peer, stripe, false);
            }
        }
    }

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
        if self.settings.role == Role::Host {
            return Some(self.spread_at.min(self.first_at));
        }
        self.supplies.iter().any(|supply| supply.host().is_some()).then_some(self.first_at)
    }
}
