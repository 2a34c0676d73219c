//! Media time, cut into the pieces that can be opened one by one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::media::MediaTime;

/// Levels of the tree below its root: 2^24 epochs of ten seconds are more than five years of one show.
pub const DEPTH: u8 = 24;

/// How much media time an epoch covers: 1 to 60 whole seconds, 10 by default.
///
/// Shorter, and the catalogue, which is sealed anew in each epoch, would weigh more than the sound; longer, and a
/// span that was paid for could not be cut to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct EpochLength(u8);

/// Not 1 to 60 seconds. Whoever chose the length is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an epoch is 1 to 60 seconds long")]
pub struct EpochLengthError;

/// The index of an epoch, which is that of its leaf in the tree. Below 2^[`DEPTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u32);

impl EpochLength {
    /// The length in whole seconds.
    #[must_use]
    pub const fn seconds(self) -> u8 {
        self.0
    }

    /// The length.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl Default for EpochLength {
    /// Ten seconds: six steps in a paid minute.
    fn default() -> Self {
        Self(10)
    }
}

impl TryFrom<u8> for EpochLength {
    type Error = EpochLengthError;

    fn try_from(seconds: u8) -> Result<Self, EpochLengthError> {
        if (1..=60).contains(&seconds) { Ok(Self(seconds)) } else { Err(EpochLengthError) }
    }
}

impl From<EpochLength> for u8 {
    fn from(length: EpochLength) -> Self {
        length.0
    }
}

impl Epoch {
    /// The first epoch of a stream.
    pub const FIRST: Self = Self(0);
    /// The last one that the tree has a leaf for.
    pub const LAST: Self = Self((1 << DEPTH) - 1);

    /// The epoch of this index; `None` beyond [`Self::LAST`].
    #[must_use]
    pub const fn new(index: u32) -> Option<Self> {
        if index <= Self::LAST.0 { Some(Self(index)) } else { None }
    }

    /// The epoch in which this media time lies. What lies beyond the last counts as the last.
    #[must_use]
    pub fn of(time: MediaTime, length: EpochLength) -> Self {
        let index = time.as_micros() / (u64::from(length.0) * 1_000_000);
        Self(index.min(u64::from(Self::LAST.0)) as u32)
    }

    /// The index.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }

    /// When it starts.
    #[must_use]
    pub fn start(self, length: EpochLength) -> MediaTime {
        MediaTime::from_micros(u64::from(self.0) * u64::from(length.0) * 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_begins_with_its_start() {
        let length = EpochLength::default();
        for index in [0, 1, 359, Epoch::LAST.index()] {
            let epoch = Epoch::new(index).unwrap();
            let start = epoch.start(length);
            assert_eq!(Epoch::of(start, length), epoch);
            assert_eq!(Epoch::of(start + Duration::from_micros(9_999_999), length), epoch);
        }
        assert_eq!(Epoch::of(MediaTime::from_micros(10_000_000), length).index(), 1);
        assert_eq!(Epoch::of(MediaTime::from_micros(u64::MAX), length), Epoch::LAST);
        assert_eq!(Epoch::new(1 << DEPTH), None);
    }

    #[test]
    fn lengths_are_a_second_to_a_minute() {
        assert_eq!(EpochLength::try_from(0), Err(EpochLengthError));
        assert_eq!(EpochLength::try_from(61), Err(EpochLengthError));
        assert_eq!(EpochLength::try_from(60).map(EpochLength::seconds), Ok(60));
    }
}
