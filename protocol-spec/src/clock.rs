//! A point in time as the caller counts it. Nothing in this crate reads a clock: `now` is always an argument.

use std::ops::Add;
use std::time::Duration;

/// A point in time: microseconds since a start that the caller chose, and that stays the same while it runs.
///
/// It must not run backwards, and has nothing to do with the calendar ([`UnixMs`](crate::media::UnixMs)) or with a
/// room's timeline ([`MediaTime`](crate::media::MediaTime)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(u64);

impl Time {
    /// The caller's start.
    pub const ZERO: Self = Self(0);

    /// The point `micros` µs after the start.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The time since `earlier`, zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
    }
}
