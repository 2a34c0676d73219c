//! A small house of real nodes comes to what the simulator says of the same lines. `make bench` asks the same of thirty.

use parlor_e2e::say;
use parlor_e2e::trial::{self, Compared, Source};
use parlor_sim::scenario::{MassLeave, Scenario, load};

/// Viewers, each a process.
const NODES: u32 = 8;
/// Which lines they have.
const TOPOLOGY: u64 = 1;

#[tokio::test]
async fn real_nodes_come_to_what_the_simulator_says() {
    let source = Source::measure().await;
    let steady =
        Scenario { fill_s: 5.0, warm_up_s: 12, seconds: 32, ..load("steady").expect("it is built in") };
    let leave = MassLeave { at_s: 18, share: 0.25 };
    for scenario in [steady.clone(), Scenario { name: "massleave".into(), mass_leave: Some(leave), ..steady }]
    {
        let scenario = trial::scenario(scenario, NODES, TOPOLOGY, &source);
        let Some(outcome) = trial::run(&scenario, &source).await else { return };
        for compared in Compared::all(&scenario, &[outcome.figures]) {
            say(&format!("{}: {compared}\n", scenario.name));
            // Delays of processes that wait for a processor say nothing of the mesh.
            if compared.is_delay() && outcome.packets_late > trial::LATE {
                say(&format!("NOT COMPARED: the machine held packets up for {:?}.\n", outcome.packets_late));
            } else {
                assert!(compared.is_plausible(), "{}: {compared}", scenario.name);
            }
        }
    }
}
