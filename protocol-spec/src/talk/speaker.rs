//! What the desk remembers of those who talk: how often they spoke, and what they may not do.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Refusal;
use crate::clock::Time;
use crate::limit::TokenBucket;

/// The most speakers that are remembered: ten times those who talk in a full house. About 100 bytes each.
pub const MAX_SPEAKERS: usize = 4096;
/// How many lines one speaker has at once: an answer, and what was forgotten in it. One comes back each second.
const BURST: u32 = 4;

/// How many lines somebody has beside the limits who has shown that they are no flood: as many as at first.
const SPARE: u32 = BURST;
/// For how long: until they have said what they wanted to, so that nobody gathers them.
const SPARE_FOR: Duration = Duration::from_mins(1);

/// Who talks, as the host tells them apart: a number that a session, a node's key or an account stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speaker(pub u64);

/// One speaker's standing.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) bucket: TokenBucket,
    pub(super) spare: Spare,
    pub(super) spoke: Option<Time>,
    pub(super) last_text: String,
    pub(super) silence: Silence,
}

/// Lines that somebody has beside the limits, for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spare {
    lines: u32,
    until: Time,
}

impl Spare {
    const NONE: Self = Self { lines: 0, until: Time::ZERO };

    /// A fresh allowance, in place of what was left of one before.
    pub(super) fn fresh(now: Time) -> Self {
        Self { lines: SPARE, until: now + SPARE_FOR }
    }

    /// Takes one, where there is one.
    pub(super) fn take(&mut self, now: Time) -> bool {
        let has_one = self.lines > 0 && now < self.until;
        self.lines -= u32::from(has_one);
        has_one
    }
}

/// Until when somebody is not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silence {
    /// They are heard.
    None,
    Until(Time),
    /// For as long as the room is remembered.
    Barred,
}

impl Silence {
    /// Whether it is over.
    pub(super) fn check(self, now: Time) -> Result<(), Refusal> {
        match self {
            Self::Barred => Err(Refusal::Barred),
            Self::Until(until) if until > now => Err(Refusal::Silenced(until.since(now))),
            Self::Until(_) | Self::None => Ok(()),
        }
    }
}

/// Everybody who has talked lately, or may not.
#[derive(Debug, Default)]
pub(super) struct Speakers(BTreeMap<Speaker, Standing>);

impl Speakers {
    /// The standing of this speaker; a new one takes the place of whoever was silent for longest.
    pub(super) fn of(&mut self, now: Time, speaker: Speaker) -> &mut Standing {
        if self.0.len() >= MAX_SPEAKERS && !self.0.contains_key(&speaker) {
            // Whoever is barred stays so, unless everybody is.
            let oldest = self.0.iter().min_by_key(|(_, standing)| {
                (standing.silence == Silence::Barred, standing.spoke.unwrap_or(Time::ZERO))
            });
            if let Some(oldest) = oldest.map(|(speaker, _)| *speaker) {
                self.0.remove(&oldest);
            }
        }
        self.0.entry(speaker).or_insert_with(|| Standing {
            bucket: TokenBucket::new(BURST, 1, now),
            spare: Spare::NONE,
            spoke: None,
            last_text: String::new(),
            silence: Silence::None,
        })
    }

    pub(super) fn silence(&self, speaker: Speaker) -> Silence {
        self.0.get(&speaker).map_or(Silence::None, |standing| standing.silence)
    }

    pub(super) fn barred(&self) -> impl Iterator<Item = Speaker> + '_ {
        self.0.iter().filter(|(_, standing)| standing.silence == Silence::Barred).map(|(speaker, _)| *speaker)
    }
}
