//! Whether viewers see the source or the "no signal" picture. Pure: time is an argument.

use std::time::Duration;

use parlor_protocol::media::MediaTime;

/// How long the source may be silent. The "no signal" picture has to be seen a second after the last frame; the rest
/// is for making and encoding it.
const LIMIT: Duration = Duration::from_millis(800);
/// Likewise in frames, for slow rates: a source that gives one frame a second is not lost between two of them.
const LIMIT_FRAMES: f64 = 2.5;
/// How long a source may take to its first frame, after a rest. A camera of a Pi needs this long; showing "no signal"
/// sooner would only frighten.
const PATIENCE: Duration = Duration::from_secs(2);
/// The least time between two frames: two ticks of the video clock, rounded up.
const STEP: Duration = Duration::from_micros(50);

/// What viewers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Nothing yet: the source is being opened.
    Nothing,
    /// The source.
    Source,
    /// The "no signal" picture.
    Slate,
}

/// Watches the source, and paces the "no signal" picture while there is none.
#[derive(Debug)]
pub(super) struct Watchdog {
    interval: Duration,
    view: View,
    /// When the source counts as lost; while the slate is shown, when its next picture is due.
    due: MediaTime,
    /// The time of the last frame that was shown.
    last: Option<MediaTime>,
}

impl Watchdog {
    /// A watchdog for `fps` pictures per second that begins to wait `now`.
    pub(super) fn new(fps: u32, now: MediaTime) -> Self {
        Self {
            interval: Duration::from_secs(1) / fps.max(1),
            view: View::Nothing,
            due: now + PATIENCE,
            last: None,
        }
    }

    /// What viewers see.
    pub(super) fn view(&self) -> View {
        self.view
    }

    /// The slate's rate from now on.
    pub(super) fn set_fps(&mut self, fps: u32) {
        self.interval = Duration::from_secs(1) / fps.max(1);
    }

    /// A picture of the source that came `now`: whether it is shown. One that is older than what was shown is not,
    /// but it ends the slate all the same.
    pub(super) fn picture(&mut self, pts: MediaTime, now: MediaTime) -> bool {
        self.alive(now);
        let newer = self.last.is_none_or(|last| pts > last);
        if newer {
            self.last = Some(pts);
        }
        newer
    }

    /// A coded frame of the source that came `now`: the decode time that it is given. Coded frames build on each
    /// other, so one that is older than what was shown before is not left out but shown as soon as may be.
    pub(super) fn coded(&mut self, dts: MediaTime, now: MediaTime) -> MediaTime {
        self.alive(now);
        let dts = self.last.map_or(dts, |last| dts.max(last + STEP));
        self.last = Some(dts);
        dts
    }

    /// The source says that it is lost.
    pub(super) fn lost(&mut self, now: MediaTime) {
        if self.view != View::Slate {
            self.view = View::Slate;
            self.due = now;
        }
    }

    /// The time of the slate's picture that is due now, if one is. Turns to the slate when the source was silent for
    /// too long.
    pub(super) fn slate(&mut self, now: MediaTime) -> Option<MediaTime> {
        if now < self.due {
            return None;
        }
        self.lost(now);
        // A rhythm that can't be kept is begun anew, so that pictures never come in a burst.
        let next = self.due + self.interval;
        self.due = if next > now { next } else { now + self.interval };
        let pts = self.last.map_or(now, |last| now.max(last + STEP));
        self.last = Some(pts);
        Some(pts)
    }

    /// When [`slate`](Self::slate) is to be called next.
    pub(super) fn deadline(&self) -> MediaTime {
        self.due
    }

    fn alive(&mut self, now: MediaTime) {
        self.view = View::Source;
        self.due = now + LIMIT.max(self.interval.mul_f64(LIMIT_FRAMES));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(time: u64) -> MediaTime {
        MediaTime::from_micros(time * 1000)
    }

    /// Lets the time run from `from_ms` to `to_ms`, and gives the times at which a slate was shown.
    fn run(dog: &mut Watchdog, from_ms: u64, to_ms: u64) -> Vec<u64> {
        (from_ms..to_ms).filter_map(|time| dog.slate(ms(time))).map(|pts| pts.as_micros() / 1000).collect()
    }

    #[test]
    fn a_living_source_is_left_alone() {
        let mut dog = Watchdog::new(25, ms(0));
        assert_eq!((dog.view(), run(&mut dog, 0, 1999)), (View::Nothing, vec![]));
        for frame in 0..50 {
            let time = 1999 + frame * 40;
            assert!(dog.picture(ms(time), ms(time + 10)));
            assert_eq!((dog.view(), run(&mut dog, time + 10, time + 50)), (View::Source, vec![]));
        }
    }

    #[test]
    fn silence_brings_the_slate_within_a_second_and_at_the_steady_rate() {
        let mut dog = Watchdog::new(25, ms(0));
        dog.picture(ms(100), ms(100));
        assert_eq!(run(&mut dog, 100, 1100), [900, 940, 980, 1020, 1060]);
        assert_eq!(dog.view(), View::Slate);
        // One picture is missed, none is made up for.
        assert_eq!(run(&mut dog, 1170, 1220), [1170, 1210]);
    }

    #[test]
    fn a_loss_that_is_told_shows_at_once() {
        let mut dog = Watchdog::new(25, ms(0));
        dog.lost(ms(300));
        assert_eq!(run(&mut dog, 300, 350), [300, 340]);
        dog.lost(ms(350));
        assert_eq!(run(&mut dog, 350, 400), [380]);
    }

    #[test]
    fn the_source_comes_back_with_its_first_frame_that_is_new() {
        let mut dog = Watchdog::new(25, ms(0));
        dog.lost(ms(1000));
        assert_eq!(run(&mut dog, 1000, 1050), [1000, 1040]);
        // It is 100 ms behind: pictures from before the slate's last one are left out, and no more slates come.
        let shown: Vec<_> =
            (0..4).map(|frame| dog.picture(ms(960 + frame * 40), ms(1060 + frame * 40))).collect();
        assert_eq!(shown, [false, false, false, true]);
        assert!(run(&mut dog, 1060, 1900).is_empty());
    }

    #[test]
    fn coded_frames_catch_up() {
        let mut dog = Watchdog::new(25, ms(0));
        dog.lost(ms(1000));
        assert_eq!(run(&mut dog, 1000, 1001), [1000]);
        let times = [970, 990, 1010].map(|dts| dog.coded(ms(dts), ms(1050)).as_micros());
        assert_eq!(times, [1_000_050, 1_000_100, 1_010_000]);
    }

    #[test]
    fn a_slow_rate_is_no_loss() {
        let mut dog = Watchdog::new(1, ms(0));
        dog.picture(ms(1000), ms(1000));
        assert!(run(&mut dog, 1000, 3500).is_empty());
    }

    proptest! {
        #[test]
        fn times_rise_whatever_happens(
            fps in 1..60_u32, steps in prop::collection::vec((0..4_u8, 0..1500_u64, 0..2000_u64), 1..200),
        ) {
            let mut dog = Watchdog::new(fps, MediaTime::ZERO);
            let (mut now, mut shown) = (10_000_u64, MediaTime::ZERO);
            for (what, step, lag) in steps {
                now += step;
                let pts = ms(now - lag);
                let at = match what {
                    0 => dog.picture(pts, ms(now)).then_some(pts),
                    1 => Some(dog.coded(pts, ms(now))),
                    2 => { dog.lost(ms(now)); None }
                    _ => dog.slate(ms(now)),
                };
                if let Some(at) = at {
                    prop_assert!(at > shown);
                    shown = at;
                }
                if dog.view() == View::Slate {
                    prop_assert!(dog.deadline() <= ms(now) + dog.interval);
                }
            }
        }
    }
}
