//! Who can open which minutes of a room: a tree of keys over media time (`spec/keys.md`).
//!
//! Media time is cut into epochs. Each epoch has a leaf of a binary tree, in which each seed gives its two children,
//! and nobody finds a seed from its children (Goldreich, Goldwasser and Micali's construction). A *pass* for a span
//! is the handful of seeds that cover exactly that span; a content key is derived from a leaf and a track's name.
//! A new *generation* is a new tree: whoever is not given a pass of it is out.

mod epoch;
mod pass;
mod ring;
mod seed;
mod tree;

pub use epoch::{DEPTH, Epoch, EpochLength, EpochLengthError};
pub use pass::{MAX_SEEDS, Pass, PassError};
pub use ring::{KeyRing, MAX_PASSES};
#[cfg(test)]
use seed::Secret;
pub use seed::{ContentKey, Seed};
pub use tree::Tree;

#[cfg(test)]
mod tests;
