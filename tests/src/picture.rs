//! A decoded picture, and the time code that the test picture carries in its top row.
//!
//! 40 squares, each a fortieth of the width: `1010`, 32 bits of Unix milliseconds modulo 2³² at capture, and the
//! exclusive or of that number's eight nibbles.

use std::time::{SystemTime, UNIX_EPOCH};

/// Squares in the row.
const SQUARES: usize = 40;
/// The first four squares: a picture that does not begin so carries no code.
const MARK: u64 = 0b1010;

/// The brightness of a picture, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// `width × height` values.
    pub luma: Vec<u8>,
}

/// A point in wall-clock time, in milliseconds modulo 2³².
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeCode(pub u32);

impl TimeCode {
    /// The code of a frame captured now.
    #[must_use]
    pub fn now() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
        Self::of_unix_ms(since_1970.as_millis())
    }

    /// The code of a frame captured at this time.
    #[must_use]
    pub fn of_unix_ms(ms: u128) -> Self {
        Self((ms % (1 << 32)) as u32)
    }

    /// Milliseconds from `earlier` to this, negative if that is later. Right as long as they are within 24 days.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> i32 {
        self.0.wrapping_sub(earlier.0).cast_signed()
    }
}

impl Picture {
    /// The time code, where the picture carries a valid one.
    #[must_use]
    pub fn time_code(&self) -> Option<TimeCode> {
        let square = self.width / SQUARES;
        if square == 0 || self.height < square {
            return None;
        }
        let bits = (0..SQUARES).fold(0, |bits: u64, at| {
            let middle = square / 2 * self.width + at * square + square / 2;
            bits << 1 | u64::from(self.luma[middle] >= 126)
        });
        let number = (bits >> 4) as u32;
        let sum = (0..8).fold(0, |sum, nibble| sum ^ (number >> (4 * nibble) & 15));
        (bits >> 36 == MARK && bits & 15 == u64::from(sum)).then_some(TimeCode(number))
    }

    /// The mean brightness.
    #[must_use]
    pub fn mean(&self) -> u8 {
        let sum: u64 = self.luma.iter().map(|&value| u64::from(value)).sum();
        (sum / self.luma.len() as u64) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(number: u32, sum: u32) -> Picture {
        let bits = MARK << 36 | u64::from(number) << 4 | u64::from(sum);
        let row: Vec<u8> = (0..80).map(|x| if bits >> (39 - x / 2) & 1 == 1 { 235 } else { 16 }).collect();
        Picture { width: 80, height: 2, luma: row.repeat(2) }
    }

    #[test]
    fn reads_what_was_drawn_and_nothing_else() {
        assert_eq!(drawn(0x1234_5678, 8).time_code(), Some(TimeCode(0x1234_5678)));
        assert_eq!(drawn(0x1234_5678, 9).time_code(), None);
        assert_eq!(Picture { width: 80, height: 2, luma: vec![235; 160] }.time_code(), None);
    }

    #[test]
    fn spans_survive_the_wrap() {
        assert_eq!(TimeCode(5).ms_since(TimeCode(u32::MAX - 4)), 10);
        assert_eq!(TimeCode(u32::MAX - 4).ms_since(TimeCode(5)), -10);
    }
}
