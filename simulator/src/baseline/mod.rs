//! What else one could do, in the same world: to set ours beside.

mod gossip;
mod ideal;
mod server;
mod tree;

pub use gossip::{Flood, Gossip, MeshPull};
pub use ideal::ideal;
pub use server::Server;
pub use tree::Tree;

use crate::measure::Figures;
use crate::run::{RunError, run};
use crate::scenario::Scenario;

/// Something that runs a scenario with a seed.
pub type Runner = fn(&Scenario, u64, &dyn Fn(f64)) -> Result<Figures, Box<RunError>>;

/// Every baseline, and what a table calls it.
pub const ALL: [(&str, Runner); 5] = [
    ("one server", run::<Server>),
    ("tree of two", run::<Tree>),
    ("mesh-pull", run::<MeshPull>),
    ("flood", run::<Flood>),
    ("ideal push", ideal),
];
