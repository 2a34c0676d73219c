//! The rules bite: a protocol that breaks one is caught, and the message says how to repeat the run.

#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_sim::engine::Micros;
use parlor_sim::protocol::{HOST, Input, NodeId, Output, Protocol, STRIPES, Setup};
use parlor_sim::run::run;
use parlor_sim::scenario::{Scenario, load};

/// It sends what it does not have.
const INVENTS: u8 = 0;
/// It has always one more thing to do.
const BABBLES: u8 = 1;
/// It takes the first two viewers to be each other's parents.
const CIRCLES: u8 = 2;
/// It breaks nothing, though its timer is always due.
const HURRIES: u8 = 3;

struct Rogue<const HOW: u8> {
    me: NodeId,
    outputs: Vec<Output<()>>,
}

impl<const HOW: u8> Protocol for Rogue<HOW> {
    type Message = ();

    const NAME: &'static str = "rogue";

    fn new(setup: Setup) -> Self {
        Self { me: setup.me, outputs: Vec::new() }
    }

    fn handle(&mut self, _: Micros, input: Input<()>) {
        match input {
            Input::Contacts(_) => self.outputs.push(Output::Connect(HOST)),
            Input::Connected(peer) if HOW == INVENTS => self.outputs.push(Output::Push(peer, 9_000)),
            _ => (),
        }
    }

    fn poll(&mut self) -> Option<Output<()>> {
        if HOW == BABBLES && self.me != HOST { Some(Output::Send(HOST, ())) } else { self.outputs.pop() }
    }

    fn deadline(&self) -> Option<Micros> {
        (HOW == HURRIES && self.me == 1).then_some(0)
    }

    fn parents(&self) -> [Option<NodeId>; STRIPES] {
        let mut parents = [None; STRIPES];
        if HOW == CIRCLES && (1..=2).contains(&self.me) {
            parents[5] = Some(3 - self.me);
        }
        parents
    }

    fn bytes((): &()) -> u32 {
        1
    }
}

fn caught<const HOW: u8>() -> String {
    run::<Rogue<HOW>>(&scenario(), 4, &|_| ()).unwrap_err().to_string()
}

fn scenario() -> Scenario {
    Scenario { nodes: 3, seconds: 20, warm_up_s: 10, fill_s: 1.0, ..load("steady").unwrap() }
}

#[test]
fn who_breaks_a_rule_is_caught() {
    for (said, expected) in [
        (caught::<INVENTS>(), "it sends object 9000, which it does not have"),
        (caught::<BABBLES>(), "more than 1024 outputs for one input"),
        (caught::<CIRCLES>(), "its stripe 5 goes round: [1, 2]"),
    ] {
        assert!(said.contains(expected), "{said}");
        assert!(said.contains("parlor-sim run steady --seed 4 --nodes 3 --seconds 20"), "{said}");
    }
}

#[test]
fn a_timer_that_is_always_due_does_not_stop_time() {
    let figures = run::<Rogue<HURRIES>>(&scenario(), 4, &|_| ()).unwrap();
    assert!((10_000..30_000).contains(&figures.events), "{}", figures.events);
    assert!(figures.continuity.abs() < 1e-9 && figures.startup_p50_ms > 100_000.0);
}
