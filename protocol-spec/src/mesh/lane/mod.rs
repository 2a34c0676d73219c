//! What a node has of one track, and how late each stripe of it comes.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::message::Have;
use super::{Place, STRIPES};
use crate::clock::Time;
use crate::media::UnixMs;

/// How many objects of a track are remembered, newest last: five seconds at 24 objects a second, which is more than
/// anybody waits for one.
pub const WINDOW: u64 = 128;
/// How far apart objects are taken to be before any was seen, in milliseconds.
const INTERVAL_MS: i64 = 100;
/// The mean distance is that of so many objects: pieces of a chunk have one time, so few of them say little.
const MEAN_OF: i64 = 128;

/// Three hundred years: nobody's word leads further away, so that no sum overflows.
pub(super) const FAR_MS: i64 = 10_000_000_000_000;
/// How far a stripe is taken to stray before that is known, in milliseconds.
const FIRST_STRAYS_MS: i64 = 100;
/// For how long watching may yet begin with a newer group than the first that came.
const SETTLES_WITHIN: Duration = Duration::from_millis(1500);

/// One track as far as a node has it.
///
/// Times in milliseconds are by this node's own clock. How late something is, *lag*, is such a time less the one of
/// capture by the host's clock: the difference of the two clocks is in every lag of a node, and so counts for nothing
/// where lags are compared.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    pub(super) number: u8,
    newest: u64,
    /// The newest that neighbours have, as it was when that was last looked at.
    pub(super) claimed: u64,
    /// The lowest bit is the newest.
    had: u128,
    /// Those of them with which a chunk ends.
    ends: u128,
    /// The first object that is wanted: the start of the group with which watching began.
    start: u64,
    /// When the first object came.
    begun: Time,
    /// Where the newest group begins, once such an object came.
    group: Option<u64>,
    captured: Captured,
    stripes: [Recent; STRIPES],
}

/// What a track needs to know of an object beside its sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) starts_group: bool,
    /// Whether its chunk goes on in the next object.
    pub(super) continues: bool,
    pub(super) captured: UnixMs,
}

/// When an object was captured, and how far apart they are.
#[derive(Debug, Clone, Copy)]
struct Captured {
    sequence: u64,
    at: i64,
    /// The mean, in microseconds.
    interval: i64,
    /// Of how many objects.
    of: i64,
}

/// The newest of a stripe.
#[derive(Debug, Clone, Copy, Default)]
struct Recent {
    newest: Option<(u64, Time)>,
    lag: Option<Lag>,
}

/// How late a stripe comes, and how far it strays from that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lag {
    pub(super) mean: i64,
    pub(super) strays: i64,
}

impl Lane {
    /// A track of which this is the first object.
    pub(super) fn new(now: Time, place: Place, captured: UnixMs) -> Self {
        Self {
            begun: now,
            number: place.lane,
            newest: place.sequence,
            claimed: 0,
            had: 0,
            ends: 0,
            start: place.sequence,
            group: None,
            captured: Captured {
                sequence: place.sequence,
                at: calendar(captured),
                interval: INTERVAL_MS * 1000,
                of: 1,
            },
            stripes: Default::default(),
        }
    }

    /// Takes in an object; `false` where it was there already, or is too old to be of use. How late the stripe comes is told
    /// by what its parent brings alone: what had to be asked for elsewhere is later, however soon the parent would be.
    pub(super) fn insert(&mut self, now: Time, sequence: u64, piece: Piece, by_parent: bool) -> bool {
        let Piece { starts_group, continues, captured } = piece;
        if sequence > self.newest {
            let step = sequence - self.newest;
            let later = |bits: u128| if step < WINDOW { bits << step } else { 0 };
            (self.had, self.ends) = (later(self.had), later(self.ends));
            self.newest = sequence;
        }
        let back = self.newest - sequence;
        if back >= WINDOW || self.had >> back & 1 == 1 {
            return false;
        }
        self.had |= 1 << back;
        self.ends |= u128::from(!continues) << back;
        if starts_group && self.group.is_none_or(|group| sequence > group) {
            self.group = Some(sequence);
            if now.since(self.begun) < SETTLES_WITHIN {
                self.start = sequence;
            }
        }
        self.captured.learn(sequence, calendar(captured));
        let place = Place { lane: self.number, sequence };
        let lag = by_parent.then(|| millis(now).saturating_sub(calendar(captured)));
        self.stripes[place.stripe()].learn(now, sequence, lag);
        true
    }

    pub(super) fn has(&self, sequence: u64) -> bool {
        let back = self.newest.checked_sub(sequence);
        back.is_some_and(|back| back < WINDOW && self.had >> back & 1 == 1)
    }

    /// Whether this object is still to come.
    pub(super) fn awaits(&self, sequence: u64) -> bool {
        let near = self.newest.saturating_sub(127)..=self.newest.saturating_add(64);
        sequence >= self.start && near.contains(&sequence) && !self.has(sequence)
    }

    pub(super) const fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) const fn group(&self) -> Option<u64> {
        self.group
    }

    /// The objects with which the newest group starts, the pieces of its first chunk, as far as they are known. `None`
    /// where that was so long ago that it is forgotten.
    pub(super) fn opening(&self) -> Option<RangeInclusive<u64>> {
        let group = self.group.filter(|group| self.newest - group < WINDOW)?;
        let ends = self.ends & (u128::MAX >> (WINDOW - 1 - (self.newest - group)));
        let last = ends.checked_ilog2().map_or(self.newest, |back| self.newest - u64::from(back));
        Some(group..=last)
    }

    /// Whether there is all of what a group starts with, so that watching can begin.
    pub(super) fn has_start(&self) -> bool {
        let Some(mut opening) = self.opening() else { return false };
        self.ends >> (self.newest - *opening.end()) & 1 == 1 && opening.all(|sequence| self.has(sequence))
    }

    /// How much of the stream one object is, in microseconds, by the mean.
    pub(super) const fn interval(&self) -> i64 {
        self.captured.interval
    }

    /// The oldest object of the last so many milliseconds, among those that are remembered.
    pub(super) const fn back(&self, span_ms: i64) -> u64 {
        let count = (span_ms * 1000 / self.captured.interval) as u64;
        let most = if count < WINDOW { count } else { WINDOW - 1 };
        self.newest.saturating_sub(most)
    }

    /// How late a stripe comes, smoothed.
    pub(super) fn lag(&self, stripe: usize) -> Option<Lag> {
        self.stripes[stripe].lag
    }

    /// The newest object of a stripe.
    pub(super) fn newest_of(&self, stripe: usize) -> Option<u64> {
        self.stripes[stripe].newest.map(|(sequence, _)| sequence)
    }

    /// The object that comes next in a stripe, once one has come.
    pub(super) fn next_of(&self, stripe: usize) -> Option<Place> {
        Some(Place { lane: self.number, sequence: self.newest_of(stripe)? }.next())
    }

    /// A stripe has another parent: what was known of its lag counts no more.
    pub(super) fn forget_lag(&mut self, stripe: usize) {
        self.stripes[stripe].lag = None;
    }

    /// When an object was or will be captured, by the host's clock, as far as can be told.
    pub(super) fn captured(&self, sequence: u64) -> i64 {
        self.captured.of(sequence)
    }

    /// Objects up to `front` that are missing, oldest first, among the last 128 and 64 to come.
    pub(super) fn missing(&self, front: u64) -> impl Iterator<Item = u64> + use<> {
        let newest = self.newest;
        let span = (newest - self.start.min(newest)).min(127);
        let mut holes = !self.had & (u128::MAX >> (127 - span));
        let inside = std::iter::from_fn(move || {
            let top = holes.checked_ilog2()?;
            holes &= !(1 << top);
            Some(newest - u64::from(top))
        });
        inside.chain(newest.saturating_add(1)..=front.min(newest.saturating_add(64)))
    }

    /// What a neighbour is told.
    pub(super) fn have(&self) -> Have {
        Have {
            lane: self.number,
            newest: self.newest,
            before: (self.had >> 1) as u64,
            earlier: (self.had >> 65) as u64,
        }
    }

    /// How long each stripe's newest object has been here, in units of 10 ms.
    pub(super) fn ages(&self, now: Time) -> [u8; STRIPES] {
        self.stripes.map(|recent| match recent.newest {
            Some((_, at)) => (now.since(at).as_millis() / 10).min(255) as u8,
            None => u8::MAX,
        })
    }
}

impl Captured {
    fn of(&self, sequence: u64) -> i64 {
        let steps = (sequence as i64).saturating_sub(self.sequence as i64);
        self.at.saturating_add(steps.saturating_mul(self.interval) / 1000).clamp(-FAR_MS, FAR_MS)
    }

    fn learn(&mut self, sequence: u64, at: i64) {
        if sequence <= self.sequence {
            return;
        }
        let steps = i64::try_from(sequence - self.sequence).unwrap_or(i64::MAX);
        // A pause of the host is no interval.
        let interval = (at.saturating_sub(self.at).saturating_mul(1000) / steps).clamp(1000, 1_000_000);
        let weight = steps.min(MEAN_OF);
        self.of = (self.of + weight).min(MEAN_OF);
        self.interval += (interval - self.interval) * weight / self.of;
        (self.sequence, self.at) = (sequence, at);
    }
}

impl Recent {
    fn learn(&mut self, now: Time, sequence: u64, lag: Option<i64>) {
        if self.newest.is_some_and(|(newest, _)| newest >= sequence) {
            return;
        }
        self.newest = Some((sequence, now));
        let Some(lag) = lag else { return };
        // What comes first from a new parent may be old: sooner is believed quickly, later slowly.
        self.lag = Some(match self.lag {
            Some(Lag { mean, strays }) => {
                let off = lag - mean;
                Lag {
                    mean: mean + off / if off < 0 { 2 } else { 4 },
                    strays: strays + (off.abs() - strays) / 4,
                }
            }
            None => Lag { mean: lag, strays: FIRST_STRAYS_MS },
        });
    }
}

impl Have {
    /// Whether this object is among them.
    #[must_use]
    pub const fn has(&self, sequence: u64) -> bool {
        match self.newest.checked_sub(sequence) {
            Some(0) => true,
            Some(back @ 1..=64) => self.before >> (back - 1) & 1 == 1,
            Some(back @ 65..=128) => self.earlier >> (back - 65) & 1 == 1,
            _ => false,
        }
    }

    /// The oldest object among them.
    pub(super) const fn oldest(&self) -> u64 {
        let back = match (self.earlier, self.before) {
            (0, 0) => 0,
            (0, before) => 64 - before.leading_zeros(),
            (earlier, _) => 128 - earlier.leading_zeros(),
        };
        self.newest.saturating_sub(back as u64)
    }

    /// The newest object of each stripe among them.
    pub(super) fn newest_of_stripes(&self) -> [Option<u64>; STRIPES] {
        let mut newest = [None; STRIPES];
        for back in 0..=self.newest.min(64) {
            let sequence = self.newest - back;
            let slot = &mut newest[Place { lane: self.lane, sequence }.stripe()];
            if slot.is_none() && self.has(sequence) {
                *slot = Some(sequence);
                if newest.iter().all(Option::is_some) {
                    break;
                }
            }
        }
        newest
    }
}

/// A time of the calendar in milliseconds, as long as it is one.
fn calendar(time: UnixMs) -> i64 {
    time.0.min(FAR_MS as u64) as i64
}

/// A time in milliseconds.
pub(super) const fn millis(time: Time) -> i64 {
    (time.as_micros() / 1000) as i64
}

#[cfg(test)]
mod tests;
