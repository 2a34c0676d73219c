//! A token bucket: so many at once, and so many per second in the long run.

use std::time::Duration;

use crate::clock::Time;

/// Parts of a token that are counted, so that a slow bucket loses nothing between two looks a microsecond apart.
const PARTS: u64 = 1_000_000;

/// A token bucket: `capacity` tokens at once, `per_second` in the long run. What a token stands for (a message, a
/// byte, a stream) is the owner's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenBucket {
    capacity: u32,
    per_second: u32,
    /// What is in it, in [`PARTS`] of a token.
    level: u64,
    /// When `level` was right.
    at: Time,
}

impl TokenBucket {
    /// A full bucket, which holds `capacity` tokens and gets `per_second` back; 0 counts as 1 for both.
    #[must_use]
    pub fn new(capacity: u32, per_second: u32, now: Time) -> Self {
        let capacity = capacity.max(1);
        Self { capacity, per_second: per_second.max(1), level: u64::from(capacity) * PARTS, at: now }
    }

    /// How many tokens it holds.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Takes `tokens`, or none of them.
    ///
    /// # Errors
    /// How long it takes until there are as many; [`Duration::MAX`] for more than the bucket ever holds.
    pub fn take(&mut self, now: Time, tokens: u32) -> Result<(), Duration> {
        self.fill(now);
        let wanted = u64::from(tokens) * PARTS;
        if let Some(rest) = self.level.checked_sub(wanted) {
            self.level = rest;
            return Ok(());
        }
        if tokens > self.capacity {
            return Err(Duration::MAX);
        }
        Err(Duration::from_micros((wanted - self.level).div_ceil(u64::from(self.per_second))))
    }

    /// One token per second is one part per microsecond. A clock that runs backwards fills nothing.
    fn fill(&mut self, now: Time) {
        let gained = now.since(self.at).as_micros() as u64;
        let gained = gained.saturating_mul(u64::from(self.per_second));
        self.level = self.level.saturating_add(gained).min(u64::from(self.capacity) * PARTS);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn at(micros: u64) -> Time {
        Time::from_micros(micros)
    }

    #[test]
    fn gives_its_capacity_at_once_then_its_rate() {
        let mut bucket = TokenBucket::new(5, 2, Time::ZERO);
        assert_eq!(bucket.take(Time::ZERO, 5), Ok(()));
        assert_eq!(bucket.take(Time::ZERO, 1), Err(Duration::from_millis(500)));
        assert_eq!(bucket.take(at(499_999), 1), Err(Duration::from_micros(1)));
        assert_eq!(bucket.take(at(500_000), 1), Ok(()));
        assert_eq!(bucket.take(at(60_000_000), 6), Err(Duration::MAX));
        assert_eq!(bucket.take(at(60_000_000), 5), Ok(()));
    }

    #[test]
    fn a_clock_that_runs_backwards_gives_nothing() {
        let mut bucket = TokenBucket::new(1, 1, at(10_000_000));
        assert_eq!(bucket.take(at(10_000_000), 1), Ok(()));
        assert_eq!(bucket.take(Time::ZERO, 1), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take(at(10_500_000), 1), Err(Duration::from_millis(500)));
    }

    proptest! {
        #[test]
        fn never_gives_more_than_it_says_and_the_wait_is_right(
            capacity in 1..1000_u32, per_second in 1..1000_u32,
            takes in prop::collection::vec((0..2_000_000_u64, 1..100_u32), 1..100),
        ) {
            let mut bucket = TokenBucket::new(capacity, per_second, Time::ZERO);
            let (mut now, mut given) = (0, 0_u64);
            for (pause, tokens) in takes {
                now += pause;
                match bucket.take(at(now), tokens) {
                    Ok(()) => given += u64::from(tokens),
                    Err(wait) if tokens <= capacity => {
                        let wait = wait.as_micros() as u64;
                        prop_assert!(bucket.clone().take(at(now + wait - 1), tokens).is_err());
                        prop_assert!(bucket.clone().take(at(now + wait), tokens).is_ok());
                    }
                    Err(wait) => prop_assert_eq!(wait, Duration::MAX),
                }
                let allowed = u64::from(capacity) + now * u64::from(per_second) / 1_000_000;
                prop_assert!(given <= allowed, "{} of {}", given, allowed);
            }
        }

        #[test]
        fn no_numbers_panic(capacity: u32, per_second: u32, start: u64, now: u64, tokens: u32) {
            let _ = TokenBucket::new(capacity, per_second, at(start)).take(at(now), tokens);
        }
    }
}
