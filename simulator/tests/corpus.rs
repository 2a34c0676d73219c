//! The committed cases: scenarios and seeds that once broke a rule, or that are likely to. Each is run whole, and no
//! rule may be broken.

#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::path::Path;

use parlor_sim::ours::Ours;
use parlor_sim::run::run;
use parlor_sim::scenario::{MassLeave, Partition, Scenario, load};
use serde::Deserialize;

/// A case of `simulator/corpus/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// A built-in scenario.
    scenario: String,
    nodes: u32,
    seed: u64,
    seconds: u32,
    /// When what happens at a moment happens, instead of when the scenario says.
    at_s: Option<u32>,
    /// What it is about.
    #[serde(rename = "why")]
    _why: String,
}

#[test]
fn no_case_of_the_corpus_breaks_a_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let case: Case = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let scenario = shortened(load(&case.scenario).unwrap(), &case);
        scenario.check().unwrap();
        let figures = run::<Ours>(&scenario, case.seed, &|_| ());
        let figures = figures.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(figures.events > 0);
        assert_eq!(figures.bad_objects_delivered, 0);
    }
}

/// Short cases measure from the middle on.
fn shortened(scenario: Scenario, case: &Case) -> Scenario {
    let at_s = |planned: u32| case.at_s.unwrap_or(planned);
    let middle = case.seconds / 2;
    Scenario {
        nodes: case.nodes,
        seconds: case.seconds,
        warm_up_s: middle.min(scenario.warm_up_s),
        fill_s: scenario.fill_s.min(f64::from(middle) / 2.0),
        mass_leave: scenario.mass_leave.map(|leave| MassLeave { at_s: at_s(leave.at_s), ..leave }),
        partition: scenario.partition.map(|split| Partition { at_s: at_s(split.at_s), ..split }),
        ..scenario
    }
}
