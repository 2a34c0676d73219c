//! A peer with which a node exchanges what both have.

use std::sync::Arc;
use std::time::Duration;

use super::lane::{FAR_MS, Lane, millis};
use super::message::{Have, Mark, State};
use super::{Contact, PeerName, Place, STRIPES};
use crate::clock::Time;
use crate::invite::Address;

/// For how many states somebody who refused is not asked again, where it says no other: who has no place to offer may
/// still give one to somebody who passes the stripe on.
const REFUSES_FOR: u8 = 8;

/// One neighbour.
#[derive(Debug)]
pub(super) struct Neighbour {
    pub(super) mark: Mark,
    pub(super) addresses: Vec<Address>,
    /// Since when it is one.
    pub(super) since: Time,
    /// When something came from it.
    pub(super) heard: Time,
    pub(super) state: Arc<State>,
    /// Of the state, what is looked at most: the rest lies elsewhere in memory.
    free: u8,
    spare: u8,
    wait: u8,
    /// What it has of the track that it names first.
    first: Option<Have>,
    /// When it said so.
    said: Time,
    /// How many states it has told since refusals were last forgotten.
    told: u8,
    /// How late each stripe comes to it and from there to here, by its last state; `None` where it has nothing new.
    pub(super) lag: [Option<i64>; STRIPES],
    /// Stripes that it refused since it last said that it has a place, one bit each.
    pub(super) refused: u8,
    /// The same, asked in need.
    pub(super) refused_in_need: u8,
    /// Whether it has ever brought an object that was of use.
    pub(super) has_brought: bool,
    /// Whether it was left as a parent for not bringing what it said it had.
    pub(super) has_owed: bool,
    /// Objects that it was asked for and did not send, less those that it did.
    pub(super) lacks: u8,
}

impl Neighbour {
    pub(super) fn new(mark: Mark, addresses: Vec<Address>, now: Time) -> Self {
        Self {
            mark,
            addresses,
            since: now,
            heard: now,
            state: Arc::default(),
            free: 0,
            spare: 0,
            wait: 0,
            first: None,
            said: now,
            told: 0,
            lag: [None; STRIPES],
            refused: 0,
            refused_in_need: 0,
            has_brought: false,
            has_owed: false,
            lacks: 0,
        }
    }

    pub(super) fn contact(&self, peer: &PeerName) -> Contact {
        Contact { peer: peer.clone(), addresses: self.addresses.clone() }
    }

    /// Takes in what it says that it has, and gives the stripes in which it has a place and had none before, one bit each.
    pub(super) fn update(&mut self, now: Time, state: Arc<State>, lane: Option<&Lane>) -> u8 {
        let opened = state.free & !self.free;
        self.refused &= !opened;
        self.refused_in_need = 0;
        self.lacks = self.lacks.saturating_sub(1);
        self.told += 1;
        if self.told == REFUSES_FOR {
            (self.told, self.refused) = (0, 0);
        }
        (self.free, self.spare, self.wait) = (state.free, state.spare, state.wait);
        self.first = state.have.first().copied();
        (self.state, self.said) = (state, now);
        self.reckon(lane);
        opened
    }

    /// Lags are told by another track from now on, or by the first: none of before can be compared with them.
    pub(super) fn reckon_anew(&mut self, lane: Option<&Lane>) {
        self.lag = [None; STRIPES];
        self.reckon(lane);
    }

    /// What it has of the track by which lateness is told.
    fn have(&self, lane: Option<&Lane>) -> Option<&Have> {
        match lane {
            Some(lane) => self.have_of(lane.number),
            None => self.first.as_ref(),
        }
    }

    fn have_of(&self, lane: u8) -> Option<&Have> {
        let first = self.first.as_ref().filter(|have| have.lane == lane);
        first.or_else(|| self.state.have.iter().find(|have| have.lane == lane))
    }

    /// The newest object of a stripe that it says it has, and for how long it had it when it said so.
    pub(super) fn newest_of(&self, stripe: usize, lane: Option<&Lane>) -> Option<(u64, Duration)> {
        let age = self.state.ages[stripe];
        let sequence = self.have(lane)?.newest_of_stripes()[stripe].filter(|_| age < u8::MAX)?;
        Some((sequence, Duration::from_millis(u64::from(age) * 10)))
    }

    /// Reckons how late it is, by what is known of the track.
    fn reckon(&mut self, lane: Option<&Lane>) {
        let Some(have) = self.have(lane) else {
            self.lag = [None; STRIPES];
            return;
        };
        for (stripe, newest) in have.newest_of_stripes().into_iter().enumerate() {
            let age = self.state.ages[stripe];
            let before = self.lag[stripe];
            let lag = newest.filter(|_| age < u8::MAX).map(|sequence| {
                // Before anything was seen, everybody's lag is off by the same.
                let unseen = (sequence as i64).saturating_mul(100);
                let captured = lane.map_or(unseen, |lane| lane.captured(sequence));
                (millis(self.said) - i64::from(age) * 10).saturating_sub(captured).clamp(-FAR_MS, FAR_MS)
            });
            // Where the next one does not come, it is at least as late as it is overdue.
            let overdue = newest.zip(lane).map(|(sequence, lane)| {
                let next = Place { lane: lane.number, sequence }.next();
                millis(self.said).saturating_sub(lane.captured(next.sequence)).clamp(-FAR_MS, FAR_MS)
            });
            self.lag[stripe] = lag.map(|lag| {
                let usual = before.map_or(lag, |before| i64::midpoint(before, lag));
                overdue.map_or(usual, |overdue| usual.max(overdue))
            });
        }
    }

    /// It lacks an object of this stripe, so long after the capture of that.
    pub(super) fn lacks_since(&mut self, stripe: usize, late: i64) {
        self.lag[stripe] = self.lag[stripe].map(|lag| lag.max(late.min(FAR_MS)));
    }

    /// The newest object that it claims to have.
    pub(super) fn newest(&self, lane: u8) -> Option<u64> {
        self.have_of(lane).map(|have| have.newest)
    }

    /// How long an object would wait there before it is sent here, in milliseconds.
    pub(super) fn wait(&self) -> i64 {
        i64::from(self.wait) * 10
    }

    /// Whether it has a place for somebody who wants this stripe.
    pub(super) fn offers(&self, stripe: usize) -> bool {
        self.free >> stripe & 1 == 1
    }

    /// Whether it may be asked for this stripe: it has a place, or may make one for who `gives` the stripe on.
    pub(super) fn is_open(&self, stripe: usize, gives: bool) -> bool {
        self.refused >> stripe & 1 == 0 && (self.offers(stripe) || gives)
    }

    /// Whether it has a place in any stripe.
    pub(super) fn offers_any(&self) -> bool {
        self.free != 0
    }

    /// Whether it has a place for somebody who finds none elsewhere.
    pub(super) fn has_spare(&self) -> bool {
        self.spare > 0
    }

    /// Whether it has said that it has this object.
    pub(super) fn names(&self, place: Place) -> bool {
        self.have_of(place.lane).is_some_and(|have| have.has(place.sequence))
    }
}
