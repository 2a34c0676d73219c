//! The two clocks of a stream: media time, which starts with it, and the calendar.

use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point on a room's own timeline, in microseconds since [`Catalogue::epoch`](super::Catalogue::epoch).
///
/// It never runs backwards and does not follow corrections of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MediaTime(u64);

impl MediaTime {
    /// Where every timeline starts.
    pub const ZERO: Self = Self(0);

    /// The point `micros` µs into the stream.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start of the stream.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Whole ticks of a clock of `hertz` since the start of the stream, rounded to the nearest.
    #[must_use]
    pub const fn as_ticks(self, hertz: u32) -> u64 {
        ((self.0 as u128 * hertz as u128 + 500_000) / 1_000_000) as u64
    }

    /// The time since `earlier`, zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for MediaTime {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for MediaTime {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
    }
}

/// Wall-clock time in milliseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMs(pub u64);

impl UnixMs {
    /// The wall-clock time when the media time was `time`, on a timeline that began at `self`.
    #[must_use]
    pub const fn at(self, time: MediaTime) -> Self {
        Self(self.0.saturating_add(time.as_micros() / 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_round_to_the_nearest_and_do_not_drift() {
        assert_eq!(MediaTime::from_micros(33_333).as_ticks(90_000), 3000);
        let ten_years = MediaTime::from_micros(315_576_000_000_000);
        assert_eq!(ten_years.as_ticks(48_000), 15_147_648_000_000);
    }
}
