//! A clock that is not ours, laid on the timeline. Pure: time is an argument, in microseconds.

use parlor_protocol::media::MediaTime;

/// How far a publisher's frames may fall behind before its clock is laid on the timeline anew. Less than a second
/// would cut into what a hiccup of a home network does; more would let sound and picture queue up behind it.
const LONGEST_LAG_US: i64 = 1_000_000;
/// The least time between two frames of a lane; two ticks at 48 kHz, so that they differ at every timescale.
const SHORTEST_STEP_US: i64 = 50;

/// Which of a publisher's streams a frame belongs to; each has its own order, all have one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// The picture.
    Picture,
    /// The sound.
    Sound,
}

/// A clock that runs slow falls behind; it is pulled along by so much, once in so long, when even the fastest frame of
/// that time was late by more than the slack: 500 ppm, ten times what quartz does, in steps that nobody notices.
const PULL_US: i64 = 5_000;
const PULL_EVERY_US: i64 = 10_000_000;
const SLACK_US: i64 = 20_000;

/// Lays a publisher's clock on the timeline so that no frame lies in the future, none lies more than a second
/// back, and the decode times of a lane never run backwards.
///
/// The frame that was fastest on its way sets the relation: it is taken to have arrived at once. Frames that come
/// later than that keep their distance, so jitter does not reach the timeline.
#[derive(Debug, Default)]
pub(crate) struct Rebase {
    offset_us: Option<i64>,
    last_us: [Option<i64>; 2],
    /// When the clock may be pulled next, and the least lag up to now.
    pull: Option<(i64, i64)>,
}

impl Rebase {
    /// The presentation and decode time, on the timeline, of a frame that has these by its own clock and came `now`.
    pub(crate) fn place(
        &mut self,
        lane: Lane,
        pts_us: i64,
        dts_us: i64,
        now: MediaTime,
    ) -> (MediaTime, MediaTime) {
        let now_us = i64::try_from(now.as_micros()).unwrap_or(i64::MAX);
        // Saturating: the times are a stranger's.
        let at_once = now_us.saturating_sub(pts_us);
        let offset_us = match self.offset_us {
            Some(offset) if offset <= at_once && offset >= at_once.saturating_sub(LONGEST_LAG_US) => {
                offset + self.pull(at_once - offset, now_us)
            }
            _ => {
                self.pull = None;
                at_once
            }
        };
        self.offset_us = Some(offset_us);
        let reorder_us = pts_us.saturating_sub(dts_us).clamp(0, LONGEST_LAG_US);
        let last = &mut self.last_us[lane as usize];
        let earliest = last.map_or(0, |last| last + SHORTEST_STEP_US);
        let dts_us = pts_us.saturating_add(offset_us).saturating_sub(reorder_us).max(earliest);
        *last = Some(dts_us);
        (MediaTime::from_micros((dts_us + reorder_us) as u64), MediaTime::from_micros(dts_us as u64))
    }

    /// By how much the clock is pulled along at a frame that lags by this.
    fn pull(&mut self, lag_us: i64, now_us: i64) -> i64 {
        let (due_us, least_us) = self.pull.unwrap_or((now_us.saturating_add(PULL_EVERY_US), i64::MAX));
        let least_us = least_us.min(lag_us);
        if now_us < due_us {
            self.pull = Some((due_us, least_us));
            return 0;
        }
        self.pull = None;
        if least_us > SLACK_US { PULL_US } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(time: u64) -> MediaTime {
        MediaTime::from_micros(time * 1000)
    }

    fn place(rebase: &mut Rebase, pts_ms: i64, now_ms: u64) -> u64 {
        rebase.place(Lane::Picture, pts_ms * 1000, pts_ms * 1000, ms(now_ms)).1.as_micros() / 1000
    }

    #[test]
    fn the_first_frame_comes_now_and_the_rest_keep_their_distance() {
        let mut rebase = Rebase::default();
        assert_eq!(place(&mut rebase, 500, 9000), 9000);
        // Late by 12 ms, on time, late by 300 ms: none of it is seen.
        assert_eq!(place(&mut rebase, 533, 9045), 9033);
        assert_eq!(place(&mut rebase, 566, 9066), 9066);
        assert_eq!(place(&mut rebase, 600, 9400), 9100);
    }

    #[test]
    fn no_frame_lies_in_the_future() {
        let mut rebase = Rebase::default();
        assert_eq!(place(&mut rebase, 0, 1000), 1000);
        // It took the first frame 20 ms longer than this one.
        assert_eq!(place(&mut rebase, 40, 1020), 1020);
        assert_eq!(place(&mut rebase, 80, 1060), 1060);
    }

    #[test]
    fn a_clock_that_drifts_away_is_laid_anew() {
        let mut rebase = Rebase::default();
        assert_eq!(place(&mut rebase, 0, 1000), 1000);
        assert_eq!(place(&mut rebase, 100, 2100), 1100);
        assert_eq!(place(&mut rebase, 200, 2300), 2300);
        assert_eq!(place(&mut rebase, 233, 2333), 2333);
        // The publisher starts its clock again.
        assert_eq!(place(&mut rebase, -70_000, 2366), 2366);
    }

    #[test]
    fn a_slow_clock_is_pulled_along_without_a_jump() {
        let mut rebase = Rebase::default();
        let mut last = None;
        // Two hours at 25 fps, of a clock that loses 100 ppm, by a way that takes up to 15 ms longer at times.
        for n in 0..180_000 {
            let (pts_us, jitter_us) = (n * 40_000, n * 7 % 4 * 5000);
            let now = MediaTime::from_micros((pts_us + pts_us / 10_000 + jitter_us) as u64);
            let (shown, _) = rebase.place(Lane::Picture, pts_us, pts_us, now);
            assert!(shown <= now && now.since(shown).as_millis() < 60);
            if let Some(last) = last.replace(shown) {
                assert!((39_000..=45_000).contains(&shown.since(last).as_micros()));
            }
        }
    }

    #[test]
    fn a_burst_never_runs_backwards() {
        let mut rebase = Rebase::default();
        place(&mut rebase, 0, 1000);
        let times: Vec<_> =
            (1..50).map(|n| rebase.place(Lane::Picture, n * 33_000, n * 33_000, ms(3000)).1).collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        // The sound beside it is placed by the same clock.
        assert_eq!(rebase.place(Lane::Sound, 49 * 33_000, 49 * 33_000, ms(3000)).0, ms(3000));
    }

    #[test]
    fn reordered_frames_keep_their_composition_time() {
        let mut rebase = Rebase::default();
        // I0 P3 B1 B2 at 10 ms a frame, decoded 10 ms before the first is shown.
        let frames = [(10, 0), (40, 10), (20, 20), (30, 30)];
        for (pts, dts) in frames {
            let (shown, decoded) = rebase.place(Lane::Picture, pts * 1000, dts * 1000, ms(5000 + dts as u64));
            assert_eq!(shown.since(decoded).as_millis() as i64, pts - dts);
        }
    }

    proptest! {
        #[test]
        fn any_times_keep_the_order_and_do_not_panic(
            frames in prop::collection::vec((any::<i64>(), any::<i64>(), any::<bool>(), 0..5_000_000_u64), 1..100),
        ) {
            let mut rebase = Rebase::default();
            let mut now = MediaTime::ZERO;
            let mut last = [MediaTime::ZERO; 2];
            for (pts, dts, sound, step) in frames {
                now = MediaTime::from_micros(now.as_micros() + step);
                let lane = if sound { Lane::Sound } else { Lane::Picture };
                let (shown, decoded) = rebase.place(lane, pts, dts, now);
                prop_assert!(decoded >= last[lane as usize] && shown >= decoded);
                last[lane as usize] = decoded;
            }
        }
    }
}
