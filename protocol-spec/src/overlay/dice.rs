//! Chance that repeats itself with the seed.

use std::time::Duration;

use sha2::{Digest, Sha256};

/// A sequence of numbers that looks random and follows from a seed: SHA-256 of the seed and a counter.
pub(super) struct Dice {
    seed: [u8; 32],
    thrown: u64,
}

impl Dice {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self { seed, thrown: 0 }
    }

    /// Between three quarters and five quarters of the span, so that those who lost the same parent do not all come
    /// back at once.
    pub(super) fn around(&mut self, span: Duration) -> Duration {
        span * 3 / 4 + span / 2 * (self.throw() % 1024) / 1024
    }

    pub(super) fn throw(&mut self) -> u32 {
        self.thrown += 1;
        let digest = Sha256::new().chain_update(self.seed).chain_update(self.thrown.to_be_bytes()).finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }
}
