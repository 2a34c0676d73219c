//! A second implementation, in JavaScript and with js-libp2p (`tests/interop`), against the pages' examples, and
//! against a relay and a host as processes.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::path::Path;
use std::process::{Output, Stdio};

use parlor_e2e::host::Host;
use parlor_e2e::program::{Program, run_in};
use parlor_e2e::python::interpreter;
use parlor_e2e::{Node, Place, in_time};
use serde_json::Value;
use tokio::process::Command;

const TITLE: &str = "Küche ☕ 2";

/// Runs Node.js in `tests/interop` until it ends by itself: what it printed. Fails the test where it failed.
async fn node_js(args: &[&str]) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
    assert!(here.join("node_modules").is_dir(), "the npm packages are not there: contrib/setup/setup test");
    let mut command = Command::new("node");
    command.args(args).current_dir(here).stdin(Stdio::null()).kill_on_drop(true);
    let output = in_time("the script's end", command.output()).await;
    printed(&output.expect("Node.js is set up: contrib/setup/setup test"))
}

fn printed(output: &Output) -> String {
    let [words, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{words}{errors}");
    words.into_owned()
}

/// Looks for listed rooms until there is one with that title.
async fn listed_room(bootstrap: &str) -> Value {
    let args = ["rooms", "--json", "--wait", "2", "--no-mdns", "--bootstrap", bootstrap];
    let search = async {
        loop {
            let found = printed(&run_in(Place::Here, &args).await);
            let found: Vec<Value> = serde_json::from_str(&found).unwrap();
            if let Some(room) = found.into_iter().find(|room| room["title"] == TITLE) {
                return room;
            }
        }
    };
    in_time("the room", search).await
}

/// A port that nobody listens on. The ready line need not name the relay's TCP addresses, so the test must know its port.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn the_pages_are_enough_to_read_every_example() {
    let report = node_js(&["--test", "--test-reporter=tap", "vectors.test.js"]).await;
    assert!(report.contains("\n# fail 0\n") && !report.contains("\n# pass 0\n"), "{report}");
}

#[tokio::test]
async fn the_pages_cddl_says_what_the_examples_are() {
    let mut command = Command::new(interpreter());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/cddl.py");
    command.arg(script).stdin(Stdio::null()).kill_on_drop(true);
    let output = in_time("the script's end", command.output()).await;
    assert_eq!(printed(&output.expect("Python is set up: contrib/setup/setup test")), "");
}

#[tokio::test]
async fn js_libp2p_finds_a_listed_room_and_verifies_its_card() {
    let port = free_port();
    let (_relay, ready) = Program::relay(Place::Here, &["--p2p-port", &port.to_string()]).await;
    let bootstrap = ready.p2p[0].as_str();
    let args = ["--camera", "test", "--live", "--visibility", "listed", "--bootstrap", bootstrap];
    let host = Node::start(&args, "").await;
    let card = [("title", TITLE), ("description", ""), ("tags", "")];
    Host::new(&host).await.post("/studio/card", &card).await;
    let listed = listed_room(bootstrap).await;
    let room = host.ready().room.as_str();
    assert_eq!(listed["room"], room, "{listed}");

    let server = format!("/ip4/127.0.0.1/tcp/{port}/p2p/{}", ready.peer);
    let found: Value = serde_json::from_str(&node_js(&["find.js", &server, room]).await).unwrap();
    assert_eq!((&found["title"], &found["room"]), (&TITLE.into(), &room.into()), "{found}");
    assert_eq!(found["access"], "open", "{found}");
    // The host keeps a part of the table too, once the relay has found that it can be reached.
    let servers = [ready.peer.as_str(), host.ready().peer.as_str()];
    assert!(found["from"].as_str().is_some_and(|from| servers.contains(&from)), "{found}");
    assert_eq!(found["on_air_since"], listed["on_air_since_ms"], "{found}");
}
