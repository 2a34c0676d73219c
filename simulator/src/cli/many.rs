//! `parlor-sim sweep`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::args::Sweep;
use super::{Failure, bar, say, table};
use crate::measure::{Figures, judge};
use crate::scenario::Scenario;
use crate::sweep::{READINGS, Spread, sweep as run_all};

/// What a sweep found, as JSON.
#[derive(Serialize)]
struct Found<'a> {
    scenario: &'a str,
    nodes: u32,
    seconds: u32,
    seeds: u64,
    figures: BTreeMap<&'static str, Spread>,
    /// For each aim that was missed, the seeds that missed it.
    missed: &'a BTreeMap<&'static str, Vec<u64>>,
}

/// Runs a scenario with many seeds in each of its sizes, and prints the spread of each figure.
pub(super) fn sweep(args: &Sweep) -> Result<(), Failure> {
    for scenario in args.what.scenarios()? {
        let bar = bar(&scenario.name, args.seeds);
        let runs = run_all(&scenario, args.seeds, &|over| bar.set_position(over));
        bar.finish_and_clear();
        let runs = runs.map_err(Failure::failed)?;
        let spread = |read: fn(&Figures) -> f64| Spread::of(runs.iter().map(read));
        let figures: BTreeMap<_, _> = READINGS.into_iter().map(|(name, read)| (name, spread(read))).collect();
        let missed = missed(&scenario, &runs);
        if args.what.json {
            let Scenario { name, nodes, seconds, .. } = &scenario;
            let (nodes, seconds, seeds) = (*nodes, *seconds, args.seeds);
            let found = Found { scenario: name, nodes, seconds, seeds, figures, missed: &missed };
            say(&serde_json::to_string(&found).expect("figures are plain numbers and text"))?;
        } else {
            let rows = READINGS.map(|(name, read)| (name, spread(read)));
            say(&table::spreads(&scenario, args.seeds, &rows, &missed))?;
        }
    }
    Ok(())
}

fn missed(scenario: &Scenario, runs: &[Figures]) -> BTreeMap<&'static str, Vec<u64>> {
    let mut missed: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for run in runs {
        for row in judge(scenario, run).into_iter().filter(|row| row.reached == Some(false)) {
            missed.entry(row.name).or_default().push(run.seed);
        }
    }
    missed
}
