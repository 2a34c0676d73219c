//! A node's own clock: it started at some other time, and runs a little too fast or too slow.

use super::Micros;

/// How a node counts time. It never runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// What it shows when the run starts.
    pub offset: Micros,
    /// How much too fast it runs, in millionths; negative for too slow. Quartz is good to ±100.
    pub drift_ppm: i64,
}

impl Clock {
    /// What it shows at a point of virtual time.
    #[must_use]
    pub fn read(self, now: Micros) -> Micros {
        (self.offset + now).saturating_add_signed(now.cast_signed() * self.drift_ppm / 1_000_000)
    }

    /// The first point of virtual time at which it shows `local` or more.
    #[must_use]
    pub fn when(self, local: Micros) -> Micros {
        let ahead = local.saturating_sub(self.offset);
        // One step of the series is within a microsecond for runs of hours; the rest is walked.
        let mut at = ahead.saturating_add_signed(-(ahead.cast_signed() * self.drift_ppm / 1_000_000));
        while self.read(at) >= local && at > 0 {
            at -= 1;
        }
        while self.read(at) < local {
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_comes_neither_early_nor_late() {
        for drift_ppm in [-100, -1, 0, 7, 100] {
            let clock = Clock { offset: 12_345, drift_ppm };
            for at in [1, 999, 1_000_000, 600_000_123] {
                let local = clock.read(at);
                let when = clock.when(local);
                assert!(clock.read(when) >= local && clock.read(when - 1) < local, "{drift_ppm} {at}");
            }
        }
    }
}
