//! Still pictures as a moving one: `multipart/x-mixed-replace`, and the choice of pictures for a frame-rate.

use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::MediaTime;

/// The content type of the whole response.
pub const CONTENT_TYPE: &str = "multipart/x-mixed-replace; boundary=parlor-picture";
/// The slowest and the fastest that a viewer may choose, in frames per second.
pub const FPS: std::ops::RangeInclusive<u32> = 1..=30;

/// What stands before each picture.
const PART_HEAD: &[u8] = b"--parlor-picture\r\nContent-Type: image/jpeg\r\n\r\n";
/// What ends a picture and begins the next.
const PART_BREAK: &[u8] = b"\r\n--parlor-picture\r\nContent-Type: image/jpeg\r\n\r\n";

/// The first bytes of the response, before any picture.
#[must_use]
pub fn start() -> Bytes {
    Bytes::from_static(PART_HEAD)
}

/// A JPEG picture as it follows [`start`] or another picture; send the two one after the other.
///
/// The head of the next part goes out with the picture: Chromium shows a picture only when the next one's head has
/// come, which would cost a whole frame of delay. So no head can tell its picture's length, and none does.
#[must_use]
pub fn picture(jpeg: Bytes) -> [Bytes; 2] {
    [jpeg, Bytes::from_static(PART_BREAK)]
}

/// Picks the pictures that go out, at most so many per second.
#[derive(Debug, Clone)]
pub struct Pace {
    period: Duration,
    due: Option<MediaTime>,
}

impl Pace {
    /// A pace of `fps` pictures per second, held to [`FPS`].
    #[must_use]
    pub fn new(fps: u32) -> Self {
        Self { period: Duration::from_secs(1) / fps.clamp(*FPS.start(), *FPS.end()), due: None }
    }

    /// Whether the picture taken at `time` goes out.
    ///
    /// Over time no more than the chosen number pass, and all of them where the source gives no more. A picture may
    /// come a quarter of the period early, for cameras are never exact.
    pub fn takes(&mut self, time: MediaTime) -> bool {
        let early = self.period / 4;
        match self.due {
            Some(due) if time + early < due => false,
            Some(due) if time < due + self.period => {
                self.due = Some(due + self.period);
                true
            }
            // The first, or the first after a pause: the rhythm starts anew.
            _ => {
                self.due = Some(time + self.period);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_picture_is_a_whole_part_as_soon_as_it_is_sent() {
        let mut sent = start().to_vec();
        for jpeg in [&b"one"[..], b"two"] {
            for piece in picture(Bytes::copy_from_slice(jpeg)) {
                sent.extend_from_slice(&piece);
            }
        }
        let boundary = format!("--{}\r\n", CONTENT_TYPE.split_once("boundary=").unwrap().1);
        let sent = String::from_utf8(sent).unwrap();
        let parts: Vec<&str> = sent.split(&boundary).collect();
        let head = "Content-Type: image/jpeg\r\n\r\n";
        // Nothing before the first, two whole ones, and the head of the one that will come.
        assert_eq!(parts, ["", &format!("{head}one\r\n"), &format!("{head}two\r\n"), head]);
    }

    /// How many of `count` pictures at `source` per second pass at `fps`.
    fn passed(source: u64, fps: u32, count: u64) -> usize {
        let mut pace = Pace::new(fps);
        // Cameras are up to 3 ms late, each time otherwise.
        let time = |number: u64| MediaTime::from_micros(number * 1_000_000 / source + number * 7919 % 3000);
        (0..count).filter(|number| pace.takes(time(*number))).count()
    }

    #[test]
    fn the_chosen_rate_is_met() {
        for (source, fps, expected) in [
            (30, 30, 300),
            (30, 15, 150),
            (30, 20, 200),
            (30, 1, 10),
            (30, 29, 290),
            (25, 30, 250),
            (60, 30, 300),
        ] {
            let passed = passed(source, fps, source * 10);
            assert!(passed.abs_diff(expected) <= 1, "{passed} of {source} fps at {fps}");
        }
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut pace = Pace::new(10);
        let mut at = |ms: u64| pace.takes(MediaTime::from_micros(ms * 1000));
        assert!(at(0) && at(100));
        assert!(at(5000) && !at(5033) && !at(5066) && at(5100));
    }

    #[test]
    fn rates_out_of_range_are_held_to_it() {
        assert_eq!(passed(30, 0, 300), passed(30, 1, 300));
        assert_eq!(passed(60, u32::MAX, 600), passed(60, 30, 600));
    }

    proptest! {
        #[test]
        fn never_more_than_chosen(steps in prop::collection::vec(0..200_000_u64, 1..300), fps in 1..=30_u32) {
            let mut pace = Pace::new(fps);
            let (mut at, mut taken) = (0, Vec::new());
            for step in steps {
                at += step;
                if pace.takes(MediaTime::from_micros(at)) {
                    taken.push(at);
                }
            }
            // In any span: what the rate gives, one at its edge, one that came a period late and a quarter for the
            // one that came early. In quarters, so that nothing is rounded.
            for (number, first) in taken.iter().enumerate() {
                let span = taken[taken.len() - 1] - first;
                let quarters = 4 * (taken.len() - number) as u64;
                prop_assert!(quarters * 1_000_000 <= 4 * span * u64::from(fps) + 9_000_000);
            }
        }
    }
}
