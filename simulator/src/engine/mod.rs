//! Virtual time: a queue of events in their order, clocks that drift, chance from a seed, and the trace.
//! What the events mean is [`world`](crate::world)'s.

mod chance;
mod clock;
mod queue;
mod slab;
mod trace;

pub use chance::{mix, rng};
pub use clock::Clock;
pub use queue::Queue;
pub use slab::Slab;
pub use trace::Trace;

/// A point in virtual time, in microseconds since the start of the run.
pub type Micros = u64;

/// A millisecond.
pub const MS: Micros = 1_000;
/// A second.
pub const SECOND: Micros = 1_000 * MS;
