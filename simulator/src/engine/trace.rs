//! A fingerprint of all that happened, in order: two runs that differ anywhere differ here.

use super::{Micros, mix};

/// A running hash over every event that was delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trace {
    hash: u64,
    events: u64,
}

impl Trace {
    /// Takes in an event: when, at which node, of which kind, about what.
    pub fn add(&mut self, at: Micros, node: u32, kind: u8, about: u32) {
        let what = u64::from(node) << 32 | u64::from(about);
        self.hash = mix(self.hash ^ at.rotate_left(24) ^ what.wrapping_add(u64::from(kind) << 56));
        self.events += 1;
    }

    /// The fingerprint of this and of what happened elsewhere at the same time.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { hash: mix(self.hash ^ other.hash.rotate_left(32)), events: self.events + other.events }
    }

    /// The fingerprint.
    #[must_use]
    pub fn hash(self) -> u64 {
        self.hash
    }

    /// How many events it has taken in.
    #[must_use]
    pub fn events(self) -> u64 {
        self.events
    }
}
