//! Holes: objects that did not come, and are asked for.

use std::time::Duration;

use super::lane::millis;
use super::message::{MAX_PULL, Message};
use super::{Mesh, Output, PeerName, Place, Role, STRIPES};
use crate::clock::Time;

/// How much later than usual an object may be before it is asked for elsewhere, in milliseconds.
const SLACK_MS: i64 = 400;
/// How often a node looks what is missing.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long an object that was asked for may take.
const COMES_WITHIN: Duration = Duration::from_secs(1);
/// How long a parent that lacks an object itself has to find it.
const PARENT_LOOKS: Duration = Duration::from_millis(600);
/// How many are asked for one object.
const MAX_TRIES: usize = 6;
/// The most objects that are asked for at a time.
const MAX_PULLS: usize = 64;
/// What is saved up for pulls while nobody asks, and how much more may go to those who come, in microseconds of the
/// stream.
const MAX_CREDIT: i64 = 800_000;
const STARTS: i64 = 1_800_000;
/// What another track than the first is of the stream, one part in so many: sound, mostly.
const BESIDE: i64 = 16;
/// After so long an object is of no use any more, in milliseconds.
const STALE_MS: i64 = 4000;
/// How sure a node must be that a neighbour has an object that it has not named, in milliseconds.
const SURE_MS: i64 = 50;
/// From how much a neighbour is left alone that lacks what it is asked for.
const MAX_LACKS: u8 = 4;

/// An object that somebody was asked for.
#[derive(Debug)]
pub(super) struct Pull {
    asked: Vec<PeerName>,
    /// Whether the parent has said that it looks for the object itself.
    is_excused: bool,
    /// Until when the last one has time; then the next is asked.
    until: Time,
}

impl Mesh {
    /// An object has come: if it was asked for, from whom it came tells who did not bring it.
    pub(super) fn filled(&mut self, place: Place, from: &PeerName) {
        if let Some(pull) = self.pulls.remove(&place)
            && pull.asked.contains(from)
        {
            self.failed(place.stripe(), from, pull.is_excused);
        }
    }

    pub(super) fn pulled(&mut self, peer: &PeerName, lane: u8, sequences: Vec<u64>) {
        let mut lacks = Vec::new();
        for sequence in sequences {
            let mine = self.lanes.iter().position(|mine| mine.number == lane && mine.has(sequence));
            let length = mine.map(|at| self.length(at)).filter(|_| self.neighbours.contains_key(peer));
            if length.is_some_and(|length| self.spend_pull(length)) {
                self.outbox.push_back(Output::Push(peer.clone(), Place { lane, sequence }));
            } else {
                lacks.push(sequence);
            }
        }
        if !lacks.is_empty() {
            self.send(peer, Message::Lack { lane, sequences: lacks });
        }
    }

    /// How much of the stream an object of this track is, in microseconds: the picture is nearly all of it.
    pub(super) fn length(&self, index: usize) -> i64 {
        self.lanes[index].interval() / if index == 0 { 1 } else { BESIDE }
    }

    /// What may be sent besides the stripes: what is left of the upload, and a tenth of it always; a host of many sends little,
    /// since others can.
    fn spend_pull(&mut self, length: i64) -> bool {
        self.spend(length, 0) && !self.is_busy()
    }

    /// The same for a group's start: who has nothing to show goes before who lacks a piece.
    pub(super) fn spend_start(&mut self, length: i64) -> bool {
        self.spend(length, -STARTS)
    }

    /// Takes so much of the stream from the credit, as long as that leaves so much, in microseconds.
    fn spend(&mut self, length: i64, least: i64) -> bool {
        let slots = u64::from(self.slots);
        let left = slots.saturating_sub(self.serving.used() as u64) + slots / 10;
        // A host of many keeps its own: who misses something has others to ask.
        let spare = if self.is_host_of_many() { 0 } else { left };
        // In microseconds of the stream for each millisecond; a slot is an eighth of it.
        let rate = spare * 125 + if slots > 0 { 50 } else { 0 };
        let passed = self.now.since(self.pull_spent).as_millis() as u64;
        self.pull_spent = self.now;
        let most = if slots > 0 { MAX_CREDIT } else { 0 };
        self.pull_credit = (self.pull_credit + (rate * passed) as i64).min(most);
        let may = slots > 0 && self.pull_credit - length >= least;
        if may {
            self.pull_credit -= length;
        }
        may
    }

    pub(super) fn lacked(&mut self, peer: &PeerName, lane: u8, sequences: &[u64]) {
        let mut was_asked = false;
        let now = millis(self.now);
        for sequence in sequences {
            let place = Place { lane, sequence: *sequence };
            if let (Some(lane), Some(neighbour)) = (self.lanes.first(), self.neighbours.get_mut(peer))
                && lane.number == place.lane
            {
                neighbour.lacks_since(place.stripe(), now.saturating_sub(lane.captured(*sequence)));
            }
            if self.parent_of(place.stripe()) == Some(peer) {
                self.excused(place);
            }
            if let Some(pull) = self.pulls.get_mut(&place)
                && pull.asked.last() == Some(peer)
            {
                pull.until = self.now;
                was_asked = true;
            }
        }
        if was_asked && let Some(neighbour) = self.neighbours.get_mut(peer) {
            neighbour.lacks = neighbour.lacks.saturating_add(1);
        }
    }

    /// The parent lacks this object itself, and looks for it: once it has it, it sends it. The children hear the same.
    fn excused(&mut self, place: Place) {
        let is_missing =
            self.lanes.iter().any(|lane| lane.number == place.lane && lane.awaits(place.sequence));
        if !is_missing {
            return;
        }
        if let Some(pull) = self.pulls.get_mut(&place) {
            pull.is_excused = true;
        } else if self.pulls.len() < MAX_PULLS {
            let until = self.now + PARENT_LOOKS;
            self.pulls.insert(place, Pull { asked: Vec::new(), is_excused: true, until });
            self.excuse(place.lane, place.stripe(), place.sequence);
        }
    }

    /// Whether the parent has said that it lacks this object itself.
    pub(super) fn is_excused(&self, place: Place) -> bool {
        self.pulls.get(&place).is_some_and(|pull| pull.is_excused)
    }

    /// Asks for what is missing.
    pub(super) fn tick_pulls(&mut self) {
        if self.settings.role == Role::Host || self.pull_at > self.now {
            return;
        }
        self.pull_at = self.now + LOOK_EVERY;
        let now = millis(self.now);
        // Whoever came too late is not waited for any more.
        self.pulls.retain(|_, pull| pull.until + COMES_WITHIN > self.now);
        let mut asks: Vec<(PeerName, u8, Vec<u64>)> = Vec::new();
        for index in 0..self.lanes.len() {
            let lane = &self.lanes[index];
            let front = lane.newest().max(lane.claimed);
            let number = lane.number;
            let missing: Vec<(u64, i64)> =
                lane.missing(front).map(|sequence| (sequence, lane.captured(sequence))).collect();
            if missing.is_empty() {
                continue;
            }
            let stale = now - STALE_MS - self.least_lag().unwrap_or_default();
            for (sequence, captured) in missing {
                let place = Place { lane: number, sequence };
                let Some(expected) = self.expected(place.stripe(), captured) else { continue };
                if captured < stale {
                    self.pulls.remove(&place);
                    continue;
                }
                let due = match self.pulls.get(&place) {
                    Some(pull) => millis(pull.until),
                    None => expected + SLACK_MS,
                };
                if due > now {
                    continue;
                }
                let Some(peer) = self.who_has(place, captured) else { continue };
                if self.pulls.len() >= MAX_PULLS && !self.pulls.contains_key(&place) {
                    continue;
                }
                let until = self.now + COMES_WITHIN;
                if !self.pulls.contains_key(&place) {
                    self.excuse(number, place.stripe(), sequence);
                }
                let pull =
                    self.pulls.entry(place).or_insert(Pull { asked: Vec::new(), is_excused: false, until });
                pull.until = until;
                pull.asked.push(peer.clone());
                match asks
                    .iter_mut()
                    .find(|(who, lane, list)| *who == peer && *lane == number && list.len() < MAX_PULL)
                {
                    Some((.., list)) => list.push(sequence),
                    None => asks.push((peer, number, vec![sequence])),
                }
            }
        }
        for (peer, lane, sequences) in asks {
            self.send(&peer, Message::Pull { lane, sequences });
        }
    }

    pub(super) fn pulls_due(&self) -> Option<Time> {
        (self.settings.role != Role::Host).then_some(self.pull_at)
    }

    /// How late the soonest stripe comes, here or to a neighbour.
    fn least_lag(&self) -> Option<i64> {
        let here = self.lanes.first()?;
        let ours = (0..STRIPES).filter_map(|stripe| here.lag(stripe)).map(|lag| lag.mean);
        ours.chain(self.neighbours.values().flat_map(|neighbour| neighbour.lag).flatten()).min()
    }

    /// Looks which objects are known to be there: two neighbours have them.
    pub(super) fn learn_claims(&mut self) {
        for lane in &mut self.lanes {
            let (mut first, mut second) = (0, 0);
            for newest in self.neighbours.values().filter_map(|neighbour| neighbour.newest(lane.number)) {
                if newest > first {
                    (first, second) = (newest, first);
                } else {
                    second = second.max(newest);
                }
            }
            lane.claimed = if self.neighbours.len() > 2 { second } else { first };
        }
    }

    /// Who most likely has this object, has not been asked for it, and can send it.
    fn who_has(&mut self, place: Place, captured: i64) -> Option<PeerName> {
        let stripe = place.stripe();
        let now = millis(self.now);
        let asked = self.pulls.get(&place).map_or(&[][..], |pull| &pull.asked);
        if asked.len() >= MAX_TRIES {
            return None;
        }
        let parent = self.parent_of(stripe);
        let mut best: Option<(i64, &PeerName)> = None;
        let turn = place.sequence as usize / STRIPES;
        for (index, (peer, neighbour)) in self.neighbours.iter().enumerate() {
            if parent == Some(peer) || neighbour.lacks >= MAX_LACKS || asked.contains(peer) {
                continue;
            }
            let mut cost = 100 * i64::from(neighbour.lacks) + if neighbour.offers_any() { 0 } else { 100 };
            // Not always the same one.
            cost += ((index + turn) % 8) as i64 * 10;
            if best.is_some_and(|(least, _)| least <= cost) {
                continue;
            }
            let named = neighbour.names(place);
            let sure = neighbour.lag[stripe].is_some_and(|lag| captured + lag + SURE_MS <= now);
            if !(named || sure) || self.misdeeds.bars(self.now, peer) {
                continue;
            }
            cost += i64::from(!named) * 50;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, peer));
            }
        }
        best.map(|(_, peer)| peer.clone())
    }
}
