//! Whether the simulator is right: the same house on the same lines, simulated and with real nodes.

use parlor_e2e::say;
use parlor_e2e::trial::{self, Compared, Source};
use parlor_sim::scenario::{Scenario, load};

use crate::table::Table;

/// Viewers, each a process.
const NODES: u32 = 30;
/// Each scenario is run so often with real nodes; the middle counts.
const RUNS: usize = 3;
/// Which lines they have.
const TOPOLOGY: u64 = 1;

/// Runs both scenarios, and sets each figure beside the simulator's.
pub(crate) async fn measure(table: &mut Table) {
    let source = Source::measure().await;
    for (name, seconds) in [("steady", 80), ("massleave", 90)] {
        let scenario = Scenario {
            seconds,
            ..trial::scenario(&load(name).expect("it is built in"), NODES, TOPOLOGY, &source)
        };
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            let Some(outcome) = trial::run(&scenario, &source).await else {
                return table.void(
                    "real nodes and simulated ones",
                    "simulated",
                    "it needs root, for namespaces",
                );
            };
            let late = outcome.packets_late;
            say(&format!("{name}: 99 % of the packets went on within {late:?} of their time\n"));
            runs.push(outcome.figures);
        }
        for compared in Compared::all(&scenario, &runs) {
            say(&format!("{name}, {NODES} viewers: {compared}\n"));
            let what = format!("{name}, {NODES} real viewers: {}", compared.name);
            let unit = if compared.is_delay() { "ms" } else { "" };
            table.row(&what, compared.real, compared.simulated, unit, "simulated", "0.87 to 1.15 ×");
        }
    }
}
