//! The program `parlor-sim`, as a script sees it.

#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::process::{Command, Output};

use serde_json::Value;

fn parlor_sim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parlor-sim")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_last_line_of_json_has_every_figure() {
    let page = std::env::temp_dir().join(format!("parlor-sim-{}.html", std::process::id()));
    let arguments =
        ["run", "small", "--nodes", "3", "--seconds", "20", "--json", "--html", page.to_str().unwrap()];
    let output = parlor_sim(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let figures: Value = serde_json::from_str(text(&output.stdout).lines().last().unwrap()).unwrap();
    let keys = [
        "source_upload_ratio",
        "offload",
        "continuity",
        "delay_p50_ms",
        "delay_p99_ms",
        "bound_ms",
        "duplicate_ratio",
        "control_ratio",
        "startup_p50_ms",
        "startup_p95_ms",
        "recovery_ms",
        "bad_objects_delivered",
        "nodes",
        "seed",
        "events",
    ];
    for key in keys {
        assert!(figures.get(key).is_some(), "{key}");
    }
    assert_eq!(figures["nodes"], 3);
    assert!(std::fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));
    std::fs::remove_file(page).unwrap();
}

#[test]
fn a_sweep_tells_the_spread() {
    let output = parlor_sim(&["sweep", "small", "--nodes", "2", "--seconds", "20", "--seeds", "2", "--json"]);
    let found: Value = serde_json::from_str(text(&output.stdout).lines().last().unwrap()).unwrap();
    assert_eq!(found["seeds"], 2);
    assert!(found["figures"]["continuity"]["min"].as_f64() <= found["figures"]["continuity"]["max"].as_f64());
}

#[test]
fn what_makes_no_sense_is_said_in_one_sentence() {
    let cases: [(&[&str], &str); 4] = [
        (&["run", "nowhere"], "there is no scenario nowhere"),
        (&["run", "nowhere.toml"], "cannot be read"),
        (&["run", "steady", "--nodes", "0"], "between 1 and 100000"),
        (&["run", "steady", "--seconds", "10"], "after warm_up_s"),
    ];
    for (arguments, expected) in cases {
        let output = parlor_sim(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.lines().any(|line| line.starts_with("parlor-sim: ") && line.contains(expected)),
            "{said}"
        );
    }
    assert_eq!(parlor_sim(&["fly"]).status.code(), Some(2));
    let listed = parlor_sim(&["list"]);
    assert!(text(&listed.stdout).lines().any(|line| line.starts_with("massleave ")));
}
