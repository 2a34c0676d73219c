//! What is counted while a run goes, and the figures that come of it.

mod figures;
mod histogram;
mod reading;
mod tally;

pub use figures::{Figures, Judged, Second, TalkFigures, judge};
pub use histogram::Histogram;
pub use reading::Reading;
pub use tally::{Arrival, STEP_MS, Sent, Stay, Tally, Usage};
