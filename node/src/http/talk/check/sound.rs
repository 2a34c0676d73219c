//! A check's digits as sound, for who does not see them: a low tone, and then as many high beeps as the digit says, digit
//! by digit. Counted and not spoken, so that it needs neither a language nor anybody's voice.

use std::f32::consts::TAU;

use super::Told;

/// Samples a second: beeps need no more, and a telephone has no more.
const RATE: u32 = 8000;
/// The tone before each digit, and the two at the end, in hertz: two octaves below the beeps, so that nobody takes one for
/// the other.
const LOW_HZ: f32 = 262.0;
/// The beeps, in hertz: where ears and small loudspeakers are best.
const HIGH_HZ: std::ops::Range<f32> = 940.0..1180.0;
const LOW_MS: u32 = 350;
const BEEP_MS: u32 = 130;
/// Between two beeps: three in a second can be counted.
const BETWEEN_MS: std::ops::Range<u32> = 200..260;
/// After a low tone.
const AFTER_LOW_MS: u32 = 400;
/// After the beeps of a digit: long enough to write it down.
const AFTER_DIGIT_MS: u32 = 900;
/// Tones begin and end softly, without a click.
const SOFT_MS: u32 = 12;
/// How loud they are, and the noise behind them.
const LOUD: f32 = 0.7;
const NOISE: f32 = 0.02;

/// The sound as a WAV file (RIFF): one channel of 8 bits, half a minute at most.
pub(super) fn sound(Told { digits, seed }: Told) -> Vec<u8> {
    let mut tape = Tape { samples: Vec::new(), chance: fastrand::Rng::with_seed(seed) };
    tape.rest(AFTER_LOW_MS);
    for digit in digits {
        tape.tone(LOW_HZ, LOW_MS);
        tape.rest(AFTER_LOW_MS);
        for _ in 0..digit {
            let hz = HIGH_HZ.start + tape.chance.f32() * (HIGH_HZ.end - HIGH_HZ.start);
            tape.tone(hz, BEEP_MS);
            let between = tape.chance.u32(BETWEEN_MS);
            tape.rest(between);
        }
        tape.rest(AFTER_DIGIT_MS);
    }
    for _ in 0..2 {
        tape.tone(LOW_HZ, LOW_MS);
        tape.rest(AFTER_LOW_MS / 2);
    }
    wav(&tape.samples)
}

struct Tape {
    samples: Vec<u8>,
    chance: fastrand::Rng,
}

impl Tape {
    fn tone(&mut self, hz: f32, ms: u32) {
        let (length, soft) = (samples_in(ms), samples_in(SOFT_MS));
        for at in 0..length {
            let edge = (at.min(length - at) as f32 / soft as f32).min(1.0);
            let wave = (TAU * hz * at as f32 / RATE as f32).sin();
            self.put(LOUD * edge * wave);
        }
    }

    fn rest(&mut self, ms: u32) {
        for _ in 0..samples_in(ms) {
            self.put(0.0);
        }
    }

    fn put(&mut self, level: f32) {
        let noise = NOISE * (2.0 * self.chance.f32() - 1.0);
        // Eight bits of WAV have no sign: silence is in the middle.
        self.samples.push(((level + noise).clamp(-1.0, 1.0) * 127.0 + 128.0) as u8);
    }
}

fn samples_in(ms: u32) -> u32 {
    RATE * ms / 1000
}

/// The header of 44 bytes that every player knows, and the samples.
fn wav(samples: &[u8]) -> Vec<u8> {
    let length = samples.len() as u32;
    let mut bytes = Vec::with_capacity(44 + samples.len());
    bytes.extend(b"RIFF");
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    bytes.extend([1_u16, 1].map(u16::to_le_bytes).as_flattened());
    // Samples, and bytes, a second.
    bytes.extend([RATE, RATE].map(u32::to_le_bytes).as_flattened());
    // Bytes, and bits, of a sample.
    bytes.extend([1_u16, 8].map(u16::to_le_bytes).as_flattened());
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody hears who knows nothing of how it was made: stretches of sound between silences, low or high by how
    /// often they swing; and how many high ones follow each low one.
    fn heard(wav: &[u8]) -> Vec<u8> {
        assert_eq!((&wav[..4], &wav[8..12], &wav[36..40]), (&b"RIFF"[..], &b"WAVE"[..], &b"data"[..]));
        let rate = u32::from_le_bytes(wav[24..28].try_into().unwrap()) as usize;
        let level: Vec<i32> = wav[44..].iter().map(|sample| i32::from(*sample) - 128).collect();
        let mut counts = Vec::new();
        let mut stretch: Vec<i32> = Vec::new();
        // A hundredth of a second at a time.
        for piece in level.chunks(rate / 100) {
            let power =
                piece.iter().map(|level| level.unsigned_abs().pow(2)).sum::<u32>() / piece.len() as u32;
            let is_loud = power > 200;
            if is_loud {
                stretch.extend(piece);
                continue;
            }
            let swings = stretch.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
            match swings * rate / stretch.len().max(1) / 2 {
                0 => {}
                1..=500 => counts.push(0),
                _ => *counts.last_mut().expect("a low tone comes first") += 1,
            }
            stretch.clear();
        }
        counts
    }

    #[test]
    fn who_counts_hears_the_digits() {
        for seed in 0..40 {
            let digits = [1, 2, 3, 4, 5, 6].map(|digit| (digit + seed as u8) % 6 + 1);
            let sound = sound(Told { digits, seed });
            let heard = heard(&sound);
            assert_eq!(heard[..6], digits, "{seed}");
            assert_eq!(heard[6..], [0, 0], "the end is told by two low tones");
        }
    }

    #[test]
    fn it_is_no_longer_than_anybody_listens() {
        let longest = sound(Told { digits: [6; 6], seed: 1 });
        assert!(longest.len() < RATE as usize * 30, "{} bytes", longest.len());
        assert_eq!(longest, sound(Told { digits: [6; 6], seed: 1 }), "the same each time it is fetched");
    }
}
