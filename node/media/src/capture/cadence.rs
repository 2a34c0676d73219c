//! A steady frame-rate from a source that has another one, or none that it keeps. Pure: time is an argument.

use std::time::Duration;

use parlor_protocol::media::MediaTime;

/// A longer hole is not filled: the source was away, and a burst of old pictures would only delay the new one.
const LONGEST_FILL: Duration = Duration::from_millis(700);

/// Decides which pictures are shown, and when the one before is shown again.
///
/// A picture that comes at its time passes at once and keeps its own time; nothing waits for the picture after it.
/// It may come 7/20 of the interval early and 3/4 late: together more than one interval, so that jitter can't drop
/// and repeat in turn, yet neither bound lies where a source of half or twice the rate has its pictures.
#[derive(Debug)]
pub(super) struct Cadence {
    interval: Duration,
    /// When the last picture was taken, and when the next is expected.
    last_and_due: Option<(MediaTime, MediaTime)>,
}

impl Cadence {
    /// A cadence of `fps` pictures a second.
    pub(super) fn new(fps: u32) -> Self {
        Self { interval: Duration::from_secs(1) / fps.max(1), last_and_due: None }
    }

    /// The time from one picture to the next.
    pub(super) fn interval(&self) -> Duration {
        self.interval
    }

    /// Takes a picture of this time: `None` if it is one too many, else the times at which the picture before it
    /// has to be shown again, up to its own.
    pub(super) fn place(&mut self, pts: MediaTime) -> Option<Vec<MediaTime>> {
        let Some((last, mut due)) = self.last_and_due else {
            self.last_and_due = Some((pts, pts + self.interval));
            return Some(Vec::new());
        };
        if pts <= last || pts + self.interval * 7 / 20 < due {
            return None;
        }
        let mut missing = 0;
        if pts.since(due) > LONGEST_FILL {
            due = pts;
        }
        while pts >= due + self.interval * 3 / 4 {
            missing += 1;
            due = due + self.interval;
        }
        self.last_and_due = Some((pts, due + self.interval));
        let step = pts.since(last) / (missing + 1);
        Some((1..=missing).map(|index| last + step * index).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is shown of pictures at these times, in µs: (time, whether it is a repetition).
    fn shown(fps: u32, times: impl IntoIterator<Item = u64>) -> Vec<(u64, bool)> {
        let mut cadence = Cadence::new(fps);
        let mut shown = Vec::new();
        for time in times {
            if let Some(again) = cadence.place(MediaTime::from_micros(time)) {
                shown.extend(again.iter().map(|time| (time.as_micros(), true)));
                shown.push((time, false));
            }
        }
        shown
    }

    #[test]
    fn the_right_rate_passes_with_its_jitter() {
        let times = [1000, 1035, 1064, 1103, 1131, 1168, 1200].map(|ms| ms * 1000);
        assert_eq!(shown(30, times), times.map(|time| (time, false)));
    }

    #[test]
    fn a_faster_source_is_thinned_evenly() {
        let from_60 = shown(30, (0..60).map(|n| n * 1_000_000 / 60));
        assert_eq!(from_60.len(), 30);
        let from_50 = shown(30, (0..50).map(|n| n * 20_000));
        assert_eq!(from_50.len(), 30);
    }

    #[test]
    fn a_slower_source_is_repeated() {
        let from_15 = shown(30, (0..15).map(|n| n * 1_000_000 / 15));
        assert_eq!(from_15.iter().filter(|(_, again)| *again).count(), 14);
        assert_eq!(from_15[..3], [(0, false), (33_333, true), (66_666, false)]);
    }

    #[test]
    fn repetitions_are_spread_evenly() {
        let from_25 = shown(30, (0..26).map(|n| n * 40_000));
        assert_eq!(from_25.iter().filter(|(_, again)| *again).count(), 5);
        assert!(from_25.windows(2).all(|pair| (20_000..=40_000).contains(&(pair[1].0 - pair[0].0))));
    }

    #[test]
    fn a_long_hole_stays_a_hole() {
        let times = [0, 33_000, 2_000_000, 2_033_000];
        assert_eq!(shown(30, times), times.map(|time| (time, false)));
    }

    proptest! {
        #[test]
        fn times_always_rise(fps in 1..60_u32, steps in prop::collection::vec(0..2_000_000_u64, 1..200)) {
            let mut time = 0;
            let times = shown(fps, steps.into_iter().map(|step| { time += step; time }));
            prop_assert!(times.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
