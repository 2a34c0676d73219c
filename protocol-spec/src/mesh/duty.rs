//! What a parent owes: to bring what it has. Who does not is left, and remembered.

use std::time::Duration;

use super::message::Message;
use super::supply::{ANSWER_WITHIN, Parent};
use super::{Mesh, PeerName, Place};
use crate::limit::BARRING;

/// How many objects a parent may fail to bring that others had, before it is replaced.
const STRIKES: u8 = 2;
/// What failing as a parent weighs: the third within minutes bars it.
const LATE: u32 = BARRING * 2 / 5;
/// The same, where it has said that it lacks the object itself.
const EXCUSED: u32 = BARRING / 20;
/// What it weighs never to have brought anything.
const IDLE: u32 = BARRING * 7 / 10;
/// How long a parent has to bring what it says that it has: an object may wait for a second in a line.
const BRINGS_WITHIN: Duration = Duration::from_millis(1500);

impl Parent {
    /// What it weighs that it does not bring what it should.
    const fn weight(&self, is_excused: bool) -> u32 {
        match self.delivers {
            _ if is_excused => EXCUSED,
            true => LATE,
            false => IDLE,
        }
    }
}

impl Mesh {
    /// An object of this stripe came from this peer in time.
    pub(super) fn delivered(&mut self, stripe: usize, from: &PeerName) {
        if let Some(parent) = &mut self.supplies[stripe].parent
            && parent.peer == *from
        {
            parent.delivers = true;
            parent.owes = None;
            parent.strikes = parent.strikes.saturating_sub(1);
        }
    }

    /// Somebody else had to bring what the parent should have. It is excused where it has said that it looks for the object
    /// itself: then it is left all the same, and hardly remembered.
    pub(super) fn failed(&mut self, stripe: usize, by: &PeerName, is_excused: bool) {
        let now = self.now;
        let Some(parent) = &mut self.supplies[stripe].parent else { return };
        if parent.peer == *by || now.since(parent.since) < ANSWER_WITHIN {
            return;
        }
        parent.strikes += 1;
        if parent.strikes >= STRIKES {
            self.leave_parent(stripe, is_excused);
        }
    }

    /// Wants this stripe of its parent no more, and remembers why.
    fn leave_parent(&mut self, stripe: usize, is_excused: bool) {
        let Some(parent) = &self.supplies[stripe].parent else { return };
        let (peer, weight) = (parent.peer.clone(), parent.weight(is_excused));
        self.misdeeds.add(self.now, &peer, weight);
        self.send(&peer, Message::Stop { stripe: stripe as u8 });
        self.orphan(stripe);
    }

    /// A neighbour has just said what it has: if it is a parent, it owes what came to it since it is one, and is not here.
    pub(super) fn reckon_debts(&mut self, peer: &PeerName) {
        let Some(neighbour) = self.neighbours.get(peer) else { return };
        for (stripe, supply) in self.supplies.iter_mut().enumerate() {
            let Some(parent) = supply.parent.as_mut().filter(|parent| parent.peer == *peer) else { continue };
            let here = self.lanes.first().and_then(|lane| lane.newest_of(stripe));
            if let Some((sequence, age)) = neighbour.newest_of(stripe, self.lanes.first())
                && age <= self.now.since(parent.since)
                && here.is_none_or(|here| here < sequence)
            {
                parent.owes.get_or_insert(self.now + BRINGS_WITHIN.saturating_sub(age));
            }
        }
    }

    /// Leaves the parent that has not brought in time what it said that it has.
    pub(super) fn call_in(&mut self, stripe: usize) {
        let Some(parent) = &self.supplies[stripe].parent else { return };
        if parent.owes.is_none_or(|owes| self.now < owes) {
            return;
        }
        if let Some(neighbour) = self.neighbours.get_mut(&parent.peer) {
            neighbour.has_owed = true;
        }
        self.leave_parent(stripe, false);
    }

    /// Somebody else has what this one, the parent before, did not bring: this object, and maybe others. Whoever has brought
    /// some may have run dry through no fault of its own.
    pub(super) fn ran_dry(&mut self, before: &Parent, next: Place) {
        let is_excused = before.delivers || self.is_excused(next);
        self.misdeeds.add(self.now, &before.peer, before.weight(is_excused));
    }
}
