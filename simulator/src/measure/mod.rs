//! What is counted while a run goes, and the figures that come of it.

mod figures;
mod histogram;
mod tally;

pub use figures::{Figures, Judged, Second, judge};
pub use histogram::Histogram;
pub use tally::{Arrival, STEP_MS, Sent, Stay, Tally, Usage};
