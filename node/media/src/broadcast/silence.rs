//! Sound without gaps: silence where none came, and one time that only counts samples. Pure: time is an argument.

use std::time::Duration;

use parlor_protocol::media::MediaTime;

/// Samples per second of [`sound_caps`](crate::frame::sound_caps).
const RATE: u32 = 48_000;
/// Timestamps may be off by so much before samples are dropped or silence is put in: sound cards count a little
/// faster or slower than the clock, and 40 ms between picture and sound are not noticed (ITU-R BT.1359).
const TOLERANCE: u64 = RATE as u64 * 40 / 1000;
/// While there is sound, this much may be late before silence takes its place: what a home network's hiccups take.
const PATIENCE: Duration = Duration::from_millis(200);
/// Sound that did not come for so long is not there at all, and silence keeps up with the clock, for a player waits
/// for whichever of picture and sound is later.
const ABSENCE: Duration = Duration::from_secs(1);
/// Silence is made in pieces of 20 ms, a packet of Opus.
const PIECE: u64 = RATE as u64 * 20 / 1000;
/// A longer hole is not filled but left: the machine slept.
const LONGEST_FILL: u64 = RATE as u64 * 2;

/// What is to be encoded next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// So many samples of silence.
    Silence {
        /// The first, counted from media time zero.
        at: u64,
        samples: u64,
    },
    /// A part of the sound that came.
    Sound {
        /// The first, counted from media time zero.
        at: u64,
        /// Samples of the sound to leave out at its start.
        skip: u64,
        samples: u64,
    },
}

/// Makes one unbroken row of samples of the sound that comes.
#[derive(Debug)]
pub(super) struct Filler {
    /// The next sample, counted from media time zero.
    next: u64,
    /// When sound came last.
    heard: Option<MediaTime>,
}

impl Filler {
    /// A row that begins `now`.
    pub(super) fn new(now: MediaTime) -> Self {
        Self { next: now.as_ticks(RATE), heard: None }
    }

    /// Takes sound of so many samples, the first of them captured at `pts`, and gives what is to be encoded: the
    /// silence before it, if there is a gap, and what of it was not yet covered.
    pub(super) fn sound(&mut self, pts: MediaTime, samples: u64, now: MediaTime) -> Vec<Piece> {
        self.heard = Some(now);
        let at = pts.as_ticks(RATE);
        let mut pieces = Vec::new();
        let mut skip = 0;
        if at > self.next + LONGEST_FILL {
            self.next = at;
        } else if at > self.next + TOLERANCE {
            pieces.push(self.silence(at - self.next));
        } else if at + TOLERANCE < self.next {
            skip = (self.next - at).min(samples);
        }
        if skip < samples {
            pieces.push(Piece::Sound { at: self.next, skip, samples: samples - skip });
            self.next += samples - skip;
        }
        pieces
    }

    /// The silence that is due now, because sound is late or absent.
    pub(super) fn due(&mut self, now: MediaTime) -> Option<Piece> {
        if now < self.deadline() {
            return None;
        }
        let until = (now - self.lateness(now)).as_ticks(RATE);
        let missing = until.saturating_sub(self.next);
        if missing > LONGEST_FILL {
            self.next = until;
            return None;
        }
        // Whole pieces, the rest next time.
        let samples = missing / PIECE * PIECE;
        (samples > 0).then(|| self.silence(samples))
    }

    /// When [`due`](Self::due) is to be asked next, if no sound comes before.
    pub(super) fn deadline(&self) -> MediaTime {
        let end = time(self.next + PIECE);
        match self.heard {
            // Late after the patience; absent, at the latest, when that is over too.
            Some(heard) => (end + PATIENCE).min(end.max(heard + ABSENCE)),
            None => end,
        }
    }

    fn silence(&mut self, samples: u64) -> Piece {
        let at = self.next;
        self.next += samples;
        Piece::Silence { at, samples }
    }

    /// By how much sound may lag behind the clock.
    fn lateness(&self, now: MediaTime) -> Duration {
        if self.heard.is_some_and(|heard| now.since(heard) < ABSENCE) { PATIENCE } else { Duration::ZERO }
    }
}

/// The media time of a sample, to the microsecond above, so that by then the sample is due.
fn time(sample: u64) -> MediaTime {
    MediaTime::from_micros((sample * 1_000_000).div_ceil(u64::from(RATE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(time: u64) -> MediaTime {
        MediaTime::from_micros(time * 1000)
    }

    /// Samples in so many milliseconds.
    const fn s(ms: u64) -> u64 {
        ms * 48
    }

    fn sound(at_ms: u64, skip_ms: u64, samples_ms: u64) -> Piece {
        Piece::Sound { at: s(at_ms), skip: s(skip_ms), samples: s(samples_ms) }
    }

    fn silence(at_ms: u64, samples_ms: u64) -> Piece {
        Piece::Silence { at: s(at_ms), samples: s(samples_ms) }
    }

    #[test]
    fn sound_that_comes_on_time_passes_as_it_is() {
        let mut filler = Filler::new(ms(1000));
        for time in (1000..3000).step_by(10) {
            // A few milliseconds of jitter in the timestamps change nothing.
            let jitter = time / 10 % 7;
            assert_eq!(filler.sound(ms(time + jitter), s(10), ms(time + 30)), [sound(time, 0, 10)]);
            assert_eq!(filler.due(ms(time + 40)), None);
        }
    }

    #[test]
    fn without_sound_silence_keeps_up_with_the_clock() {
        let mut filler = Filler::new(ms(1000));
        let mut end = 1000;
        for time in 1000..1200 {
            if let Some(piece) = filler.due(ms(time)) {
                assert_eq!(piece, silence(end, 20));
                end += 20;
            }
            assert!(time < end + 20);
        }
        assert_eq!(end, 1180);
    }

    #[test]
    fn a_gap_is_filled_and_an_overlap_left_out() {
        let mut filler = Filler::new(ms(0));
        filler.sound(ms(0), s(100), ms(100));
        assert_eq!(filler.sound(ms(150), s(10), ms(160)), [silence(100, 50), sound(150, 0, 10)]);
        assert_eq!(filler.sound(ms(100), s(100), ms(200)), [sound(160, 60, 40)]);
        assert_eq!(filler.sound(ms(0), s(100), ms(200)), []);
    }

    #[test]
    fn late_sound_is_waited_for_and_absent_sound_is_not() {
        let mut filler = Filler::new(ms(0));
        filler.sound(ms(0), s(100), ms(100));
        assert_eq!(filler.deadline(), ms(320));
        assert_eq!(filler.due(ms(319)), None);
        assert_eq!(filler.due(ms(320)), Some(silence(100, 20)));
        for time in 321..1100 {
            filler.due(ms(time));
        }
        // A second after the last sound, the silence catches up.
        assert_eq!(filler.due(ms(1100)), Some(silence(880, 220)));
        assert_eq!(filler.deadline(), ms(1120));
    }

    #[test]
    fn a_machine_that_slept_does_not_make_up_for_it() {
        let mut filler = Filler::new(ms(0));
        assert_eq!(filler.due(ms(3_600_000)), None);
        assert_eq!(filler.due(ms(3_600_020)), Some(silence(3_600_000, 20)));
        assert_eq!(filler.sound(ms(7_200_000), s(10), ms(7_200_000)), [sound(7_200_000, 0, 10)]);
    }

    proptest! {
        #[test]
        fn the_row_has_no_gap_and_never_leads_the_clock_by_much(
            events in prop::collection::vec((any::<bool>(), 0..300_u64, 0..500_u64, 1..100_u64), 1..200),
        ) {
            let mut now = 1000;
            let mut filler = Filler::new(ms(now));
            let mut next = s(now);
            for (is_sound, step, lag, length) in events {
                now += step;
                let pieces = if is_sound {
                    filler.sound(ms(now.saturating_sub(lag + length)), s(length), ms(now))
                } else {
                    filler.due(ms(now)).into_iter().collect()
                };
                for piece in pieces {
                    let (at, samples) = match piece {
                        Piece::Silence { at, samples } => (at, samples),
                        Piece::Sound { at, skip, samples } => {
                            prop_assert!(skip + samples == s(length));
                            (at, samples)
                        }
                    };
                    prop_assert_eq!(at, next);
                    next = at + samples;
                }
                // Timestamps within the tolerance count as exact, so that is how far the row can lead.
                prop_assert!(next <= s(now) + TOLERANCE);
            }
        }
    }
}
