//! Figures as tables of text.

use std::collections::BTreeMap;

use crate::measure::{Figures, judge};
use crate::scenario::Scenario;
use crate::sweep::Spread;

/// The figures, their aims, and whether they were reached.
pub(super) fn figures(scenario: &Scenario, figures: &Figures) -> String {
    let Figures { protocol, nodes, seed, seconds, events, trace, wall_s, .. } = figures;
    let (name, warm_up_s) = (&scenario.name, scenario.warm_up_s);
    let mut lines = vec![format!(
        "{name}: {protocol}, {nodes} viewers, {seconds} s, measured from {warm_up_s} s on, seed {seed}"
    )];
    for row in judge(scenario, figures) {
        let reached = match row.reached {
            Some(true) => "reached",
            Some(false) => "MISSED",
            None => "",
        };
        let line = format!("  {:22} {:>12}  {:12} {reached}", row.name, row.value, row.aim);
        lines.push(line.trim_end().to_owned());
    }
    let per_event = wall_s * 1e6 / (*events).max(1) as f64;
    lines.push(format!("  {events} events in {wall_s:.1} s ({per_event:.2} µs each), trace {trace}"));
    lines.join("\n")
}

/// Ours and the baselines, a column each.
pub(super) fn beside(scenario: &Scenario, figures: &Figures, baselines: &[Figures]) -> String {
    let columns: Vec<_> = std::iter::once(figures).chain(baselines).collect();
    let row = |name: &str, cells: Vec<String>| {
        let cells: Vec<_> = cells.iter().map(|cell| format!("{cell:>13}")).collect();
        format!("  {name:22} {}", cells.join(" "))
    };
    let mut lines = vec![row("", columns.iter().map(|column| column.protocol.to_owned()).collect())];
    let judged: Vec<_> = columns.iter().map(|column| judge(scenario, column)).collect();
    for (place, first) in judged[0].iter().enumerate() {
        let value = |column: &Vec<crate::measure::Judged>| {
            column.get(place).map(|cell| cell.value.clone()).unwrap_or_default()
        };
        lines.push(row(first.name, judged.iter().map(value).collect()));
    }
    lines.join("\n")
}

/// The spread of each figure over many seeds, and which seeds missed an aim.
pub(super) fn spreads(
    scenario: &Scenario,
    seeds: u64,
    rows: &[(&'static str, Spread)],
    missed: &BTreeMap<&'static str, Vec<u64>>,
) -> String {
    let Scenario { name, nodes, seconds, .. } = scenario;
    let mut lines = vec![format!("{name}: {nodes} viewers, {seconds} s, seeds 1 to {seeds}")];
    lines.push(format!("  {:22} {:>14} {:>14} {:>14}", "", "least", "middle", "greatest"));
    for (name, Spread { min, median, max }) in rows {
        // Ratios need their digits; milliseconds and counts do not.
        let digits = if *max < 20.0 { 5 } else { 0 };
        lines.push(format!("  {name:22} {min:>14.digits$} {median:>14.digits$} {max:>14.digits$}"));
    }
    for (aim, by) in missed {
        let by: Vec<_> = by.iter().map(u64::to_string).collect();
        lines.push(format!("  MISSED {aim}: seeds {}", by.join(", ")));
    }
    if missed.is_empty() {
        lines.push("  every aim was reached with every seed".to_owned());
    }
    lines.join("\n")
}
