//! Chance, all of it from the run's seed.

use fastrand::Rng;

/// Spreads the bits of a number evenly: the finalizer of `SplitMix64`. For what must be the same whoever asks, such as
/// whether a pair of nodes ever gets through to each other.
#[must_use]
pub fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A source of chance of its own for each purpose, so that one more draw here changes nothing there.
#[must_use]
pub fn rng(seed: u64, purpose: u64) -> Rng {
    Rng::with_seed(mix(seed ^ mix(purpose)))
}
