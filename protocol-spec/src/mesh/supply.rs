//! Upward: from whom a node takes each stripe.

use std::time::Duration;

use super::lane::millis;
use super::message::{Mark, Message};
use super::{Mesh, PeerName, Role, STRIPES};
use crate::clock::Time;

/// How long the answer to an `Ask` may take.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_millis(800);
/// How long the peer may take that a parent has named: it has to be connected first.
const MOVE_WITHIN: Duration = Duration::from_millis(2500);
/// When the next is asked where nobody could be.
const AGAIN: Duration = Duration::from_millis(200);
/// How long a stripe goes without a parent before those are asked who have no place to offer.
const NEED_AFTER: Duration = Duration::from_millis(300);
/// How often a stripe may move to another parent.
const MOVE_EVERY: Duration = Duration::from_secs(3);

/// A stripe on its way here.
#[derive(Debug, Default)]
pub(super) struct Supply {
    pub(super) parent: Option<Parent>,
    pub(super) asking: Option<Asking>,
    /// Who did not answer in time, and may still: the question or the answer waits in somebody's line.
    late: Option<PeerName>,
    /// When somebody is asked.
    next: Time,
    /// Since when there is no parent.
    orphaned: Time,
}

#[derive(Debug)]
pub(super) struct Parent {
    pub(super) peer: PeerName,
    /// From the host to the parent.
    pub(super) path: Vec<Mark>,
    pub(super) since: Time,
    /// Whether it has brought anything.
    pub(super) delivers: bool,
    /// Until when it has to bring something: it has said that it has what is not here.
    pub(super) owes: Option<Time>,
    pub(super) strikes: u8,
}

#[derive(Debug)]
pub(super) struct Asking {
    peer: PeerName,
    until: Time,
    /// Whether the parent sent us there.
    moved: bool,
}

impl Supply {
    pub(super) fn parent_name(&self) -> Option<&PeerName> {
        self.parent.as_ref().map(|parent| &parent.peer)
    }

    /// Whether its way begins at whoever has this mark, who is the host then.
    pub(super) fn begins_at(&self, mark: Mark) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.path.first() == Some(&mark))
    }

    /// The parent, where it is the host.
    pub(super) fn host(&self) -> Option<&PeerName> {
        self.parent.as_ref().filter(|parent| parent.path.len() == 1).map(|parent| &parent.peer)
    }
}

impl Mesh {
    /// The way of a stripe from the host to this node, both included, where there is one.
    pub(super) fn way_of(&self, stripe: usize) -> Option<Vec<Mark>> {
        if self.settings.role == Role::Host {
            return Some(vec![self.mark]);
        }
        let parent = self.supplies[stripe].parent.as_ref()?;
        (parent.path.len() < super::MAX_PATH)
            .then(|| parent.path.iter().copied().chain([self.mark]).collect())
    }

    pub(super) fn parent_of(&self, stripe: usize) -> Option<&PeerName> {
        self.supplies[stripe].parent_name()
    }

    /// How many stripes this peer brings.
    pub(super) fn brings(&self, peer: &PeerName) -> usize {
        (0..STRIPES).filter(|stripe| self.parent_of(*stripe) == Some(peer)).count()
    }

    /// Whether this neighbour is a parent or a child, or may become one.
    pub(super) fn is_of_use(&self, peer: &PeerName) -> bool {
        self.brings_or_may(peer) > 0 || (0..STRIPES).any(|stripe| self.serving.serves(stripe, peer))
    }

    /// How many stripes it brings, or was asked for.
    pub(super) fn brings_or_may(&self, peer: &PeerName) -> usize {
        let from = |supply: &Supply| {
            supply.parent.as_ref().is_some_and(|parent| parent.peer == *peer)
                || supply.asking.as_ref().is_some_and(|asking| asking.peer == *peer)
        };
        self.supplies.iter().filter(|supply| from(supply)).count()
    }

    /// Whether a stripe has no parent for longer than it takes to ask around.
    pub(super) fn is_starved(&self) -> bool {
        self.settings.role != Role::Host && (0..STRIPES).any(|stripe| self.is_in_need(stripe))
    }

    /// The stripe has no parent any more.
    pub(super) fn orphan(&mut self, stripe: usize) {
        let supply = &mut self.supplies[stripe];
        if supply.parent.take().is_some() {
            (supply.orphaned, supply.next) = (self.now, self.now);
        }
    }

    pub(super) fn agreed(&mut self, peer: &PeerName, stripe: usize, path: Vec<Mark>) {
        let is_way = !path.contains(&self.mark)
            && !path.is_empty()
            && self.neighbours.get(peer).is_some_and(|neighbour| path.last() == Some(&neighbour.mark));
        let now = self.now;
        let dry = self.run_dry(stripe);
        let supply = &mut self.supplies[stripe];
        let is_late = supply.parent.is_none() && supply.late.take_if(|late| *late == *peer).is_some();
        let was_asked = supply.asking.take_if(|asking| asking.peer == *peer).is_some() || is_late;
        match &mut supply.parent {
            Some(parent) if parent.peer == *peer => {
                if !is_way {
                    self.send(peer, Message::Stop { stripe: stripe as u8 });
                    self.orphan(stripe);
                } else if parent.path != path {
                    parent.path = path;
                    self.tell_way(stripe);
                }
            }
            _ if !was_asked || !is_way => self.send(peer, Message::Stop { stripe: stripe as u8 }),
            before => {
                let parent =
                    Parent { peer: peer.clone(), path, since: now, delivers: false, owes: None, strikes: 0 };
                supply.late = None;
                if let Some(before) = before.replace(parent) {
                    self.send(&before.peer, Message::Stop { stripe: stripe as u8 });
                    if let Some(next) = dry {
                        self.ran_dry(&before, next);
                    }
                }
                if let Some(lane) = self.lanes.first_mut() {
                    lane.forget_lag(stripe);
                }
                self.tell_way(stripe);
            }
        }
    }

    pub(super) fn refused(&mut self, peer: &PeerName, stripe: usize) {
        let in_need = self.is_in_need(stripe);
        if let Some(neighbour) = self.neighbours.get_mut(peer) {
            neighbour.refused |= 1 << stripe;
            if in_need {
                neighbour.refused_in_need |= 1 << stripe;
            }
        }
        if self.parent_of(stripe) == Some(peer) {
            self.orphan(stripe);
        }
        self.ask_failed(peer, stripe);
    }

    fn ask_failed(&mut self, peer: &PeerName, stripe: usize) {
        let supply = &mut self.supplies[stripe];
        if let Some(asking) = supply.asking.take_if(|asking| asking.peer == *peer) {
            supply.next = self.now;
            if asking.moved {
                self.complain(stripe);
            }
        }
    }

    /// The parent has given the place to somebody who does not serve us: it is told.
    fn complain(&mut self, stripe: usize) {
        if let Some(parent) = self.parent_of(stripe).cloned() {
            self.ask(&parent, stripe, false);
        }
    }

    /// Somebody else has a place for us.
    pub(super) fn moved(&mut self, peer: &PeerName, stripe: usize, to: super::Contact) {
        if self.parent_of(stripe) != Some(peer) || to.peer == self.settings.me {
            return;
        }
        if self.misdeeds.bars(self.now, &to.peer) {
            self.complain(stripe);
            return;
        }
        let is_near = self.neighbours.contains_key(&to.peer);
        let until = self.now + if is_near { ANSWER_WITHIN } else { MOVE_WITHIN };
        self.supplies[stripe].asking = Some(Asking { peer: to.peer.clone(), until, moved: true });
        if is_near {
            self.send_ask(&to.peer, stripe, true);
        } else {
            self.meet(to);
        }
    }

    /// The first neighbour is there: from now on a stripe without a parent is an orphan.
    pub(super) fn begin_supplies(&mut self) {
        for supply in &mut self.supplies {
            supply.orphaned = self.now;
        }
    }

    /// A new neighbour: it may be one to whom a parent has sent us.
    pub(super) fn met(&mut self, peer: &PeerName) {
        for stripe in 0..STRIPES {
            let supply = &mut self.supplies[stripe];
            if supply.asking.as_ref().is_some_and(|asking| asking.peer == *peer) {
                self.send_ask(peer, stripe, true);
            } else if supply.parent.is_none() {
                supply.next = self.now;
            }
        }
    }

    /// Somebody could not be met: it may be one to whom a parent has sent us, who serves us on for a while.
    pub(super) fn unmet(&mut self, peer: &PeerName) {
        for supply in &mut self.supplies {
            if supply.asking.take_if(|asking| asking.peer == *peer).is_some() {
                supply.next = self.now;
            }
        }
    }

    /// A neighbour is gone.
    pub(super) fn lost(&mut self, peer: &PeerName) {
        for stripe in 0..STRIPES {
            if self.serving.remove(stripe, peer) && self.settings.role == Role::Host {
                // Everybody waits for whoever is first now.
                self.state_at = self.now;
            }
            if self.parent_of(stripe) == Some(peer) {
                self.orphan(stripe);
            }
            self.ask_failed(peer, stripe);
        }
    }

    pub(super) fn is_in_need(&self, stripe: usize) -> bool {
        let supply = &self.supplies[stripe];
        supply.parent.is_none() && self.now.since(supply.orphaned) >= NEED_AFTER
    }

    pub(super) fn ask(&mut self, peer: &PeerName, stripe: usize, in_need: bool) {
        let until = self.now + ANSWER_WITHIN;
        self.supplies[stripe].asking = Some(Asking { peer: peer.clone(), until, moved: false });
        self.send_ask(peer, stripe, in_need);
    }

    fn send_ask(&mut self, peer: &PeerName, stripe: usize, in_need: bool) {
        let have = self.lanes.iter().map(super::lane::Lane::have).collect();
        let gives = self.gives(stripe);
        self.send(peer, Message::Ask { stripe: stripe as u8, have, gives, in_need });
    }

    pub(super) fn tick_supplies(&mut self) {
        if self.settings.role == Role::Host {
            return;
        }
        let now = self.now;
        for stripe in 0..STRIPES {
            if let Some(asking) = self.supplies[stripe].asking.take_if(|asking| asking.until <= now) {
                let neighbour = self.neighbours.get_mut(&asking.peer);
                let was_asked = neighbour.is_some();
                if let Some(neighbour) = neighbour {
                    neighbour.refused |= 1 << stripe;
                    neighbour.refused_in_need |= 1 << stripe;
                }
                // Its answer may be on the way: where it is not wanted any more by then, it is told so.
                if self.misdeeds.suspects(now, &asking.peer) {
                    self.send(&asking.peer, Message::Stop { stripe: stripe as u8 });
                } else {
                    self.supplies[stripe].late = Some(asking.peer);
                }
                self.supplies[stripe].next = now;
                if asking.moved && was_asked {
                    self.complain(stripe);
                }
            }
            self.call_in(stripe);
            let supply = &self.supplies[stripe];
            if supply.asking.is_none() && supply.parent.is_some() {
                self.revive(stripe);
            } else if supply.asking.is_none() && supply.next <= now {
                match self.best(stripe) {
                    Some((peer, in_need)) => self.ask(&peer, stripe, in_need),
                    None => self.supplies[stripe].next = now + self.dice.around(AGAIN),
                }
            }
        }
        if self.move_at <= now {
            self.move_at = now + self.dice.around(MOVE_EVERY);
            self.improve();
        }
    }

    pub(super) fn supplies_due(&self) -> Option<Time> {
        if self.settings.role == Role::Host {
            return None;
        }
        let due = self.supplies.iter().filter_map(|supply| match (&supply.asking, &supply.parent) {
            (Some(asking), _) => Some(asking.until),
            (None, None) => Some(supply.next),
            (None, Some(parent)) => parent.owes,
        });
        due.chain([self.move_at]).min()
    }

    /// When an object should be here at the latest, in milliseconds of this node's clock, where that can be told.
    pub(super) fn expected(&self, stripe: usize, captured: i64) -> Option<i64> {
        let lane = self.lanes.first()?;
        let supply = &self.supplies[stripe];
        match (&supply.parent, lane.lag(stripe)) {
            (Some(_), Some(lag)) => Some(captured + lag.mean + 4 * lag.strays),
            // A new parent sends what is missing at once.
            (Some(parent), None) => Some(millis(parent.since + ANSWER_WITHIN)),
            (None, _) => {
                let lags = self.neighbours.values().filter_map(|neighbour| neighbour.lag[stripe]);
                lags.min().map(|lag| captured + lag)
            }
        }
    }
}
