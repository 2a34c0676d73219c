//! How often a password may be tried. Time is an argument.

use std::time::{Duration, Instant};

/// Tries in a row, for somebody with a few passwords in mind.
const BURST: u32 = 5;
/// Then one in so long: 7200 a day, which leaves a password of eight random letters safe for centuries.
const REFILL: Duration = Duration::from_secs(12);

/// The tries that are left, for everybody together: an address tells little about who tries (a Tor service shows
/// none), and keeping addresses is what this node does not do. The one-time link works while guessers use them up.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// When the tries made so far are forgotten; each adds [`REFILL`].
    settled: Option<Instant>,
}

impl Attempts {
    /// Takes a try, or says how long to wait for one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let settled = self.settled.map_or(now, |settled| settled.max(now)) + REFILL;
        let over = settled.duration_since(now).saturating_sub(REFILL * BURST);
        if over > Duration::ZERO {
            return Err(over);
        }
        self.settled = Some(settled);
        Ok(())
    }

    /// The password was right: whoever has it need not wait.
    pub(super) fn forgive(&mut self) {
        self.settled = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_at_once_then_slowly() {
        let (mut attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..BURST {
            assert_eq!(attempts.take(start), Ok(()));
        }
        assert_eq!(attempts.take(start), Err(REFILL));
        assert_eq!(attempts.take(start + REFILL / 2), Err(REFILL / 2));
        assert_eq!(attempts.take(start + REFILL), Ok(()));
        assert_eq!(attempts.take(start + REFILL), Err(REFILL));
        let tomorrow = start + Duration::from_hours(24);
        let taken = (0..10_000).filter(|_| attempts.take(tomorrow).is_ok()).count();
        assert_eq!(taken, BURST as usize);
        attempts.forgive();
        assert_eq!(attempts.take(tomorrow), Ok(()));
    }
}
