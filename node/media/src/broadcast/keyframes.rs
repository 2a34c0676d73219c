//! How often a keyframe may be had. Pure: time is an argument.

use std::time::Duration;

use parlor_protocol::media::MediaTime;

/// A keyframe costs as much as ten other frames: more than two a second would take the line from everybody for the
/// sake of those who just came.
const SHORTEST: Duration = Duration::from_millis(500);

/// Lets the first wish through at once, and gathers those that follow too soon.
#[derive(Debug, Default)]
pub(super) struct Keyframes {
    last: Option<MediaTime>,
    wanted: bool,
}

impl Keyframes {
    /// Somebody wants a keyframe.
    pub(super) fn want(&mut self) {
        self.wanted = true;
    }

    /// Whether a keyframe is to be made now. If so, all wishes are taken to be met by it.
    pub(super) fn due(&mut self, now: MediaTime) -> bool {
        let due = self.deadline().is_some_and(|at| at <= now);
        if due {
            self.wanted = false;
            self.last = Some(now);
        }
        due
    }

    /// When [`due`](Self::due) is to be asked again; `None` if nobody wants a keyframe.
    pub(super) fn deadline(&self) -> Option<MediaTime> {
        self.wanted.then(|| self.last.map_or(MediaTime::ZERO, |last| last + SHORTEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(time: u64) -> MediaTime {
        MediaTime::from_micros(time * 1000)
    }

    #[test]
    fn the_first_is_made_at_once_and_the_others_are_gathered() {
        let mut keyframes = Keyframes::default();
        assert!(!keyframes.due(ms(1000)));
        keyframes.want();
        assert!(keyframes.due(ms(1000)) && !keyframes.due(ms(2000)));
        keyframes.want();
        assert!(keyframes.due(ms(2000)));
        for time in [2100, 2200, 2499] {
            keyframes.want();
            assert!(!keyframes.due(ms(time)));
        }
        assert_eq!(keyframes.deadline(), Some(ms(2500)));
        assert!(keyframes.due(ms(2500)) && !keyframes.due(ms(9000)));
        assert_eq!(keyframes.deadline(), None);
    }
}
