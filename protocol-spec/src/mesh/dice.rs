//! Chance that repeats itself with the seed.

use std::time::Duration;

/// A sequence of numbers that looks random and follows from a seed: `SplitMix64`. Nothing secret depends on it.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        let words = seed.chunks_exact(8).map(|word| u64::from_be_bytes(word.try_into().unwrap_or_default()));
        Self(words.fold(0, |sum, word| sum.rotate_left(17) ^ word))
    }

    pub(super) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below `end`, which is not zero.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.throw() % end as u64) as usize
    }

    /// Between three quarters and five quarters of the span, so that what happened to many at once does not do so again.
    pub(super) fn around(&mut self, span: Duration) -> Duration {
        span * 3 / 4 + span / 2 * (self.below(1024) as u32) / 1024
    }

    /// Leaves this many of the list, in any order.
    pub(super) fn some<T>(&mut self, list: &mut Vec<T>, count: usize) {
        for at in 0..count.min(list.len()) {
            let other = at + self.below(list.len() - at);
            list.swap(at, other);
        }
        list.truncate(count);
    }
}
