//! `parlor-sim run`.

use std::path::Path;

use super::args::Run;
use super::{Failure, bar, say, table};
use crate::baseline::{self, Runner, Server};
use crate::measure::Figures;
use crate::ours::Ours;
use crate::report;
use crate::run::run as run_one;
use crate::scenario::Scenario;

/// Runs a scenario once in each of its sizes, and prints the figures.
pub(super) fn run(args: &Run) -> Result<(), Failure> {
    for scenario in args.what.scenarios()? {
        let mut figures = watched(&scenario, args.seed, "parlor", run_one::<Ours>)?;
        if scenario.aims.startup_over_server_ms.is_some() {
            let server = watched(&scenario, args.seed, "one server", run_one::<Server>)?;
            figures.server_startup_max_ms = Some(server.startup_max_ms);
        }
        let mut baselines = Vec::new();
        if args.baselines {
            for (name, runner) in baseline::ALL {
                baselines.push(watched(&scenario, args.seed, name, runner)?);
            }
        }
        if let Some(path) = &args.html {
            write_page(path, &report::page(&scenario, &figures, &baselines))?;
        }
        if args.what.json {
            for one in baselines.iter().chain([&figures]) {
                say(&serde_json::to_string(one).expect("figures are plain numbers and text"))?;
            }
        } else {
            say(&table::figures(&scenario, &figures))?;
            if !baselines.is_empty() {
                say(&table::beside(&scenario, &figures, &baselines))?;
            }
        }
    }
    Ok(())
}

fn watched(scenario: &Scenario, seed: u64, name: &str, runner: Runner) -> Result<Figures, Failure> {
    let bar = bar(&format!("{}, {name}", scenario.name), 1000);
    let figures = runner(scenario, seed, &|done| bar.set_position((done * 1000.0) as u64));
    bar.finish_and_clear();
    figures.map_err(Failure::failed)
}

fn write_page(path: &Path, page: &str) -> Result<(), Failure> {
    let refused = |error| Failure::failed(format!("{} cannot be written: {error}", path.display()));
    std::fs::write(path, page).map_err(refused)
}
