//! What passed in the last second: bits, frames, and the delay of the picture. Pure: time is an argument.

use std::collections::VecDeque;
use std::time::Duration;

use parlor_protocol::media::MediaTime;

/// What a reading covers.
const WINDOW: Duration = Duration::from_secs(1);
/// The most that is remembered. Five tracks at 100 chunks a second, which none reaches, stay below it.
const MOST: usize = 1024;

/// What passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    /// A frame of the full picture.
    Frame,
    /// A chunk of the full picture: its payload, and how long ago its first frame was captured.
    Picture { bytes: usize, delay: Duration },
    /// A chunk of another track.
    Other { bytes: usize },
}

/// A sliding second.
#[derive(Debug, Default)]
pub(super) struct Meter {
    passed: VecDeque<(MediaTime, Passed)>,
}

/// What the meter shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reading {
    pub(super) bitrate_bps: u64,
    pub(super) frame_rate_milli: u32,
    pub(super) delay: Duration,
}

impl Meter {
    /// Counts what passed `now`.
    pub(super) fn count(&mut self, passed: Passed, now: MediaTime) {
        self.forget(now);
        if self.passed.len() == MOST {
            self.passed.pop_front();
        }
        self.passed.push_back((now, passed));
    }

    /// The last second, seen from `now`.
    pub(super) fn read(&mut self, now: MediaTime) -> Reading {
        self.forget(now);
        let (mut reading, mut delays, mut chunks) = (Reading::default(), Duration::ZERO, 0);
        for (_, passed) in &self.passed {
            match passed {
                Passed::Frame => reading.frame_rate_milli += 1000,
                Passed::Other { bytes } => reading.bitrate_bps += *bytes as u64 * 8,
                Passed::Picture { bytes, delay } => {
                    reading.bitrate_bps += *bytes as u64 * 8;
                    delays += *delay;
                    chunks += 1;
                }
            }
        }
        reading.delay = delays.checked_div(chunks).unwrap_or_default();
        reading
    }

    fn forget(&mut self, now: MediaTime) {
        while self.passed.front().is_some_and(|(at, _)| now.since(*at) >= WINDOW) {
            self.passed.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(time: u64) -> MediaTime {
        MediaTime::from_micros(time * 1000)
    }

    #[test]
    fn it_shows_the_last_second_only() {
        let mut meter = Meter::default();
        for index in 0..60 {
            let delay = Duration::from_millis(index);
            meter.count(Passed::Frame, ms(index * 40));
            meter.count(Passed::Picture { bytes: 1000, delay }, ms(index * 40));
        }
        meter.count(Passed::Other { bytes: 500 }, ms(2360));
        // 25 frames of the picture with the delays 35 to 59 ms, and a chunk of something else.
        let delay = Duration::from_millis(47);
        let reading = Reading { bitrate_bps: 25 * 8000 + 4000, frame_rate_milli: 25_000, delay };
        assert_eq!(meter.read(ms(2360)), reading);
        assert_eq!(meter.read(ms(4000)), Reading::default());
    }

    #[test]
    fn it_stays_small() {
        let mut meter = Meter::default();
        (0..10_000).for_each(|_| meter.count(Passed::Frame, MediaTime::ZERO));
        assert_eq!(meter.passed.len(), MOST);
    }
}
