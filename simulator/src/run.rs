//! One run: a scenario, a seed and a protocol, to figures.

use std::time::Instant;

use crate::measure::Figures;
use crate::protocol::Protocol;
use crate::scenario::Scenario;
use crate::world::{Violation, World};

/// A run failed: a rule was broken. The protocol is at fault, or the simulator.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{violation}; repeat it with: {command}")]
pub struct RunError {
    /// What happened.
    pub violation: Violation,
    /// The one command that repeats it.
    pub command: String,
}

/// Runs the scenario with this protocol. `progress` hears how much is over, from 0 to 1.
pub fn run<P: Protocol>(
    scenario: &Scenario,
    seed: u64,
    progress: &dyn Fn(f64),
) -> Result<Figures, Box<RunError>> {
    let started = Instant::now();
    let (tally, trace) = World::<P>::new(scenario, seed).run(progress).map_err(|violation| {
        let Scenario { name, nodes, seconds, .. } = scenario;
        let command = format!("parlor-sim run {name} --seed {seed} --nodes {nodes} --seconds {seconds}");
        Box::new(RunError { violation, command })
    })?;
    let mut figures = Figures::of(scenario, P::NAME, seed, &tally, trace);
    figures.wall_s = started.elapsed().as_secs_f64();
    Ok(figures)
}
