//! How much somebody may ask for, and for how long a misdeed is remembered. Time is an argument (`spec/limits.md`).

mod bucket;
mod misdeeds;

pub use bucket::TokenBucket;
pub use misdeeds::{BARRED_FOR, BARRING, MAX_REMEMBERED, Misdeeds};
