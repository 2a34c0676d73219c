//! Whole runs: the same seed gives the same run, and the world is as hard as it claims to be.

#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_sim::baseline;
use parlor_sim::measure::Figures;
use parlor_sim::ours::Ours;
use parlor_sim::run::run;
use parlor_sim::scenario::{Scenario, load};

fn short(name: &str, nodes: u32) -> Scenario {
    Scenario { nodes, seconds: 30, warm_up_s: 12, fill_s: 4.0, sizes: Vec::new(), ..load(name).unwrap() }
}

fn ours(scenario: &Scenario, seed: u64) -> Figures {
    run::<Ours>(scenario, seed, &|_| ()).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let scenario = Scenario { churn_per_minute: 1.0, ..short("hostile", 24) };
    let (one, again, other) = (ours(&scenario, 5), ours(&scenario, 5), ours(&scenario, 6));
    assert_eq!(Figures { wall_s: 0.0, ..one.clone() }, Figures { wall_s: 0.0, ..again });
    assert_ne!(one.trace, other.trace);
}

#[test]
fn a_run_is_the_same_on_any_number_of_processors() {
    let scenario = Scenario { churn_per_minute: 1.0, ..short("nat", 40) };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ours(&scenario, 3))
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(Figures { wall_s: 0.0, ..one }, Figures { wall_s: 0.0, ..three });
}

#[test]
fn a_few_viewers_are_served() {
    let figures = ours(&short("small", 6), 1);
    assert!(figures.continuity > 0.9, "{}", figures.continuity);
    assert!(figures.source_upload_ratio < 2.6, "{}", figures.source_upload_ratio);
    assert!(figures.startup_max_ms < 10_000.0, "{}", figures.startup_max_ms);
}

#[test]
fn one_server_serves_two_and_not_twenty() {
    let server = |nodes| {
        let (_, runner) = baseline::ALL[0];
        runner(&short("small", nodes), 1, &|_| ()).unwrap()
    };
    let (two, twenty) = (server(2), server(20));
    assert!(two.continuity > 0.999 && (two.source_upload_ratio - 2.06).abs() < 0.03, "{}", two.continuity);
    assert!(twenty.continuity < 0.5 && twenty.source_upload_ratio < 2.55, "{}", twenty.continuity);
    // Nothing is faster than the line: an object of 28 kB takes 36 ms at 6.25 Mbit/s.
    assert!(two.delay_p50_ms > 36.0, "{}", two.delay_p50_ms);
}

#[test]
fn every_baseline_runs() {
    let scenario = Scenario { churn_per_minute: 0.5, ..short("steady", 20) };
    for (name, runner) in baseline::ALL {
        let figures = runner(&scenario, 2, &|_| ()).unwrap();
        assert_eq!(figures.protocol, name);
        assert!(figures.events > 1000, "{name}");
    }
    let (_, ideal) = baseline::ALL[4];
    let figures = ideal(&short("steady", 100), 2, &|_| ()).unwrap();
    // Now and then all of an object's first copies go to those who can hardly send: that is what chance alone costs.
    assert!(figures.continuity > 0.98 && figures.duplicate_ratio < 1e-9, "{}", figures.continuity);
    assert!(figures.delay_p50_ms < 3.0 * figures.bound_ms, "{}", figures.delay_p50_ms);
}
