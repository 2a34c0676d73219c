//! What the command line takes.

use std::path::PathBuf;

use clap::{Args as Arguments, Parser, Subcommand};

use super::Failure;
use crate::scenario::{self, Scenario};

/// Simulates a room of any size: the mesh's own code over simulated links.
#[derive(Debug, Parser)]
#[command(name = "parlor-sim", version, about)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a scenario once, and print its figures.
    Run(Run),
    /// Run a scenario with many seeds on all cores, and print the least, the middle and the greatest of each figure.
    Sweep(Sweep),
    /// List the built-in scenarios.
    List,
}

/// What is run.
#[derive(Debug, Clone, Arguments)]
pub(super) struct What {
    /// A built-in scenario, or a TOML file.
    #[arg(value_name = "SCENARIO|FILE.toml")]
    pub(super) scenario: String,
    /// How many come to watch, instead of what the scenario says.
    #[arg(long, value_name = "N")]
    pub(super) nodes: Option<u32>,
    /// How many seconds it goes, instead of what the scenario says.
    #[arg(long, value_name = "T")]
    pub(super) seconds: Option<u32>,
    /// Print JSON: one object per size of the scenario, each on its own line.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Arguments)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) what: What,
    /// What chance begins with: the same seed gives the same run.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// Write a report with plots to this file; of a scenario of several sizes, about the last.
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Run the baselines too, and set ours beside them.
    #[arg(long)]
    pub(super) baselines: bool,
}

#[derive(Debug, Arguments)]
pub(super) struct Sweep {
    #[command(flatten)]
    pub(super) what: What,
    /// How many seeds: 1 to N.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(super) seeds: u64,
}

impl What {
    /// The scenario that was asked for, in each of its sizes.
    pub(super) fn scenarios(&self) -> Result<Vec<Scenario>, Failure> {
        let loaded = scenario::load(&self.scenario).map_err(Failure::usage)?;
        let sizes = match self.nodes {
            Some(nodes) => vec![nodes],
            None if loaded.sizes.is_empty() => vec![loaded.nodes],
            None => loaded.sizes.clone(),
        };
        let with = |nodes| {
            let filled = loaded.of_size(nodes);
            let seconds = self.seconds.unwrap_or(filled.seconds);
            let scenario = Scenario { seconds, ..filled };
            scenario.check().map_err(|rule| Failure::usage(format!("this cannot be run: {rule}")))?;
            Ok(scenario)
        };
        sizes.into_iter().map(with).collect()
    }
}
