//! How much a node sends: its slots, as far as they have proved true, spread over stripes, and what is left of them.

use std::time::Duration;

use super::{Mesh, Role, STRIPES};

/// To how many a node sends one stripe. Each copy makes the next wait; few copies make long ways. Between is the
/// shortest: three.
const FAN: usize = 3;
/// Below this a copy takes more than a quarter of a second.
const MIN_SLOTS: u16 = 4;
/// How long an object is, mostly, in milliseconds.
const OBJECT_MS: usize = 100;
/// From how much an upload is busy: nobody more is served, and no hole filled.
const BUSY: Duration = Duration::from_millis(150);
/// From how much it is too small for those that are served.
const OVERLOAD: Duration = Duration::from_secs(1);
/// How often a node that sends more than it can takes one slot back, and how often it tries one more.
const SHRINKS_EVERY: Duration = Duration::from_secs(1);
const GROWS_EVERY: Duration = Duration::from_secs(1);
/// How many places a host keeps for those who find none elsewhere, once it has enough neighbours to fill the room
/// without it: one is an eighth of the stream.
const SPARE: usize = 1;

impl Mesh {
    /// Spreads the slots over stripes: each stripe to a few, and the rest not at all.
    pub(super) fn lay_out(&mut self) {
        let slots = self.slots_for_stripes();
        let count = slots.div_ceil(FAN).min(STRIPES);
        self.serving.fan = slots.div_ceil(STRIPES).max(FAN);
        let first = self.mark as usize % STRIPES;
        self.serving.own = (0..count).fold(0, |own, step| own | 1 << ((first + step) % STRIPES));
        if self.settings.role == Role::Host {
            (self.serving.own, self.serving.fan) = (u8::MAX, 1);
        }
    }

    /// How many stripes it sends at once: none where each copy would take so long that whoever waits for it is better
    /// served elsewhere. What such a node can send goes to those who miss something.
    pub(super) fn slots_for_stripes(&self) -> usize {
        if self.slots < MIN_SLOTS { 0 } else { usize::from(self.slots) }
    }

    /// How long somebody more would wait for an object, in units of 10 ms: some copies go first, and each takes as long
    /// as the upload says.
    pub(super) fn wait(&self) -> u8 {
        let copy = OBJECT_MS / 10 * STRIPES / usize::from(self.slots.max(1));
        let behind = self.backlog.as_millis() as usize / 10;
        (behind + copy * self.serving.fan.min(FAN) * 2 / 3).min(255) as u8
    }

    /// To how many more this stripe could be sent.
    pub(super) fn room(&self, stripe: usize) -> usize {
        if self.serving.own >> stripe & 1 == 0 || self.way_of(stripe).is_none() || self.is_busy() {
            return 0;
        }
        let left = self.slots_for_stripes().saturating_sub(self.serving.used());
        left.min(self.serving.fan.saturating_sub(self.takers(stripe)))
    }

    /// How many places of a stripe are taken: at the host of many, those who don't pass it on take none.
    pub(super) fn takers(&self, stripe: usize) -> usize {
        let children = self.serving.of(stripe);
        if self.is_host_of_many() {
            children.iter().filter(|child| child.gives > 0 && !self.is_silent(&child.peer)).count()
        } else {
            children.len()
        }
    }

    /// What a parent has of sending this node the stripe: how many stripes it sends at once, if this one is among them.
    pub(super) fn gives(&self, stripe: usize) -> u8 {
        let left = self.slots_for_stripes().saturating_sub(self.serving.used());
        let serves = left > 0 || !self.serving.of(stripe).is_empty();
        if self.serving.own >> stripe & 1 == 0 || self.settings.addresses.is_empty() || !serves {
            return 0;
        }
        self.slots.min(255) as u8
    }

    /// Stripes with room, one bit each.
    pub(super) fn free(&self) -> u8 {
        (0..STRIPES).filter(|stripe| self.room(*stripe) > 0).fold(0, |free, stripe| free | 1 << stripe)
    }

    /// Places for those who find none elsewhere.
    pub(super) fn spare(&self) -> usize {
        let most = if self.is_busy() { 0 } else { self.slots_for_stripes().min(self.most_places()) };
        most.saturating_sub(self.serving.used())
    }

    /// A host that others can fill the room for keeps to a copy of each stripe, and little more.
    pub(super) fn most_places(&self) -> usize {
        if self.is_host_of_many() { STRIPES + SPARE } else { usize::MAX }
    }

    /// Whether what is sent now would wait for what was sent before.
    pub(super) fn is_busy(&self) -> bool {
        self.backlog > BUSY
    }

    /// Gives slots up where the upload is too small for them, and tries more where it is not.
    pub(super) fn tick_slots(&mut self) {
        if self.backlog > OVERLOAD {
            self.overloaded();
        } else if self.slots < self.settings.slots && self.now.since(self.slots_at) >= GROWS_EVERY {
            self.slots += 1;
            self.slots_at = self.now;
        }
    }

    /// More waited for a child than could be sent: this node sends less from now on, and tries again later.
    pub(super) fn overloaded(&mut self) {
        if self.now.since(self.slots_at) >= SHRINKS_EVERY && self.slots > 0 {
            self.slots -= 1;
            self.slots_at = self.now;
            self.shed();
        }
    }

    pub(super) fn set_slots(&mut self, slots: u16) {
        if self.settings.slots == slots {
            return;
        }
        (self.settings.slots, self.slots) = (slots, slots);
        self.lay_out();
        self.shed();
    }

    /// Sends away who is too many, those first behind whom nobody waits.
    pub(super) fn shed(&mut self) {
        while self.serving.used() > usize::from(self.slots) {
            let last = self.serving.children.iter().enumerate().filter_map(|(stripe, list)| {
                list.last().map(|child| (child.gives, std::cmp::Reverse(list.len()), stripe))
            });
            let Some((_, _, stripe)) = last.min() else { return };
            let Some(child) = self.serving.children[stripe].last() else { return };
            let peer = child.peer.clone();
            self.dismiss(stripe, &peer);
        }
    }
}
