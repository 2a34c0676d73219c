//! Many seeds of one scenario, on all cores.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::ThreadPoolBuilder;
use serde::Serialize;

use crate::measure::Figures;
use crate::ours::Ours;
use crate::run::{RunError, run};
use crate::scenario::Scenario;

/// The least, the middle and the greatest of a figure over all seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// As many are below it as above.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

/// A figure's name, and how to read it.
pub type Reading = (&'static str, fn(&Figures) -> f64);

/// The figures of which the spread is told, as they are called in JSON.
pub const READINGS: [Reading; 14] = [
    ("source_upload_ratio", |figures| figures.source_upload_ratio),
    ("offload", |figures| figures.offload),
    ("continuity", |figures| figures.continuity),
    ("delay_p50_ms", |figures| figures.delay_p50_ms),
    ("delay_p99_ms", |figures| figures.delay_p99_ms),
    ("bound_ms", |figures| figures.bound_ms),
    ("link_ms", |figures| figures.link_ms),
    ("duplicate_ratio", |figures| figures.duplicate_ratio),
    ("control_ratio", |figures| figures.control_ratio),
    ("startup_p50_ms", |figures| figures.startup_p50_ms),
    ("startup_p95_ms", |figures| figures.startup_p95_ms),
    ("recovery_ms", |figures| figures.recovery_ms.unwrap_or(0.0)),
    ("bad_objects_delivered", |figures| figures.bad_objects_delivered as f64),
    ("events", |figures| figures.events as f64),
];

/// Runs the seeds 1 to `seeds`, and gives their figures in that order. `done` hears how many are over. The first seed
/// that breaks a rule ends it.
pub fn sweep(
    scenario: &Scenario,
    seeds: u64,
    done: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Figures>, Box<RunError>> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicU64::new(1);
    let over = AtomicU64::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..cores.min(seeds as usize) {
            scope.spawn(|| {
                // Seeds side by side keep the cores busier than the districts of one run do.
                let alone =
                    ThreadPoolBuilder::new().num_threads(1).build().expect("a thread more can be had");
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > seeds {
                        return;
                    }
                    let result = alone.install(|| run::<Ours>(scenario, seed, &|_| ()));
                    if result.is_err() {
                        // The others finish what they have begun.
                        next.store(seeds + 1, Ordering::Relaxed);
                    }
                    results.lock().expect("no thread panics with it").push((seed, result));
                    done(over.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread panicked with it");
    results.sort_by_key(|(seed, _)| *seed);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Spread {
    /// The spread of some values; zero where there are none.
    #[must_use]
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<_> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or(0.0);
        let last = values.len().saturating_sub(1);
        Self { min: at(0), median: f64::midpoint(at(last / 2), at(values.len() / 2)), max: at(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_that_of_its_values() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0].into_iter()), Spread { min: 1.0, median: 2.0, max: 3.0 });
        assert_eq!(Spread::of([4.0, 1.0].into_iter()), Spread { min: 1.0, median: 2.5, max: 4.0 });
        assert_eq!(Spread::of(std::iter::empty()), Spread { min: 0.0, median: 0.0, max: 0.0 });
    }
}
