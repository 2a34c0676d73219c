//! The report: one page of HTML that needs nothing else, neither a script nor the network.

mod page;
mod plot;
mod plots;

pub use page::page;
