//! Nodes among peers that mean harm (`tests/stranger`): nothing bad is shown or passed on, who sent it is dropped and
//! remembered, and the others notice nothing.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::net::UdpSocket;
use std::process::Stdio;

use parlor_e2e::ffmpeg::pictures;
use parlor_e2e::memory::resident_bytes;
use parlor_e2e::program::{Program, Stats};
use parlor_e2e::tape::{Tape, breaks, longest_pause};
use parlor_e2e::{Node, Place, Scratch, in_time, say};
use parlor_protocol::mesh::STRIPES;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

/// Six megabits go out of the host, and a room of nearly three: it can send two copies. One is for somebody honest who
/// sends nothing on, the other for the stranger; whoever comes then takes from the stranger.
const UPLOAD: [&str; 2] = ["--upload-mbps", "6"];
const CONFIG: &str = "[media]\nbitrate_bps = 2400000";
/// Three stripes of eight: others are told where it is, and nobody takes their stream from it.
const VICTIMS_UPLOAD: &str = "1.2";
/// What a node may take in addition while it is flooded: as many connections and streams as it admits, and no more.
const ROOM_TO_GROW: u64 = 100 << 20;

/// A running stranger; killed when dropped.
struct Stranger {
    _child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Stranger {
    fn start(args: &[&str]) -> Self {
        let mut command = Place::Here.command(env!("CARGO_BIN_EXE_parlor-stranger"));
        command.args(args).stdin(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { _child: child, stdin, lines }
    }

    /// The next thing that it says happened.
    async fn next(&mut self, what: &str) -> Value {
        let line = in_time(what, self.lines.next_line()).await.unwrap();
        let line = line.unwrap_or_else(|| panic!("{what}: the stranger ended"));
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"))
    }

    /// Waits until this happens.
    async fn until(&mut self, event: &str) -> Value {
        loop {
            let next = self.next(event).await;
            if next["event"] == event {
                return next;
            }
        }
    }

    /// Tells it to go on.
    async fn go(&mut self) {
        self.stdin.write_all(b"\n").await.unwrap();
    }
}

/// A host on air, and somebody honest who watches it and passes nothing on.
struct Stage {
    host: Node,
    link: String,
    _honest: Program,
    tape: Tape,
    /// When whoever is honest had found a way to the host: a newcomer begins anew with the next group, if need be.
    settled: u64,
}

impl Stage {
    async fn new() -> Self {
        let args = ["--camera", "test", "--live", "--visibility", "listed"];
        let host = Node::start(&[&args[..], &UPLOAD].concat(), CONFIG).await;
        let link = host.ready().invite.clone();
        let mut honest = watch(&link, &["--upload-mbps", "0"]);
        let mut tape = honest.film();
        honest.until("the host as parent", |stats| stats.hops == Some(1)).await;
        tape.more(60).await;
        let settled = tape.newest();
        Self { host, link, _honest: honest, tape, settled }
    }

    /// Fails if the honest viewer lacks anything, and says what it noticed.
    async fn end(mut self, what: &str) {
        self.tape.more(30).await;
        let mut seen = self.tape.pictures();
        seen.retain(|picture| picture.chunk.time >= self.settled);
        assert!(breaks(&seen).is_empty(), "who was honest lacks chunks");
        let (pause, _) = longest_pause(&seen).unwrap();
        say(&format!("{what}: the longest pause of somebody honest: {} ms\n", pause.as_millis()));
    }
}

fn watch(link: &str, more: &[&str]) -> Program {
    let args = ["watch", link, "--out", "-", "--stats", "--no-mdns"];
    Program::start(Place::Here, &[&args[..], more].concat())
}

fn free_port() -> u16 {
    UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port()
}

/// Somebody takes parts of the stream from a peer that does this harm, and must come away from it whole.
async fn survive(link: &str, harm: &str, file: Option<&str>) {
    let port = free_port().to_string();
    let args: Vec<&str> = ["parent", link, harm, &port].into_iter().chain(file).collect();
    let mut stranger = Stranger::start(&args);
    let joined = stranger.until("joined").await;
    let joined = joined["peer"].as_str().unwrap().to_owned();
    let mut victim = watch(link, &["--upload-mbps", VICTIMS_UPLOAD, "--p2p-port", &port]);
    let mut tape = victim.film();
    stranger.until("child").await;
    tape.more(10).await;
    victim.until("the stranger as parent", |stats| stats.parents.contains(&joined)).await;
    let at = format!("/ip4/127.0.0.1/udp/{port}/quic-v1");
    let mut witness = Stranger::start(&["witness", link, &at]);
    witness.until("verified").await;

    stranger.go().await;
    let is_honest = |stats: &Stats| stats.hops == Some(1) && !stats.parents.contains(&joined);
    let after = victim.until(&format!("honest parents after {harm}"), is_honest).await;
    // The first bad object is the last of its stream; a frame that is none is no object.
    let is_object = !["kind", "long", "silence"].contains(&harm);
    let most = if is_object { STRIPES as u64 } else { 0 };
    assert!((u64::from(is_object)..=most).contains(&after.refused), "{harm}: {after:?}");
    if harm != "silence" {
        // Nobody is barred at once for a pause, which may be somebody else's.
        stranger.until("dropped").await;
        stranger.until("refused").await;
    }
    tape.more(30).await;
    witness.until("verified").await;
    let shown = pictures(None, &tape.whole_bytes()).await;
    assert!(shown.iter().all(|picture| picture.time_code().is_some()), "{harm}: a picture that nobody sent");
    victim.stop("TERM").await;
}

#[tokio::test]
async fn whoever_sends_what_the_host_did_not_is_left() {
    let stage = Stage::new().await;
    for harm in ["header", "body", "signature", "repeat", "kind", "long", "silence"] {
        survive(&stage.link, harm, None).await;
    }
    stage.end("among those who send bad objects").await;
}

#[tokio::test]
async fn whoever_sends_another_rooms_objects_or_those_of_yesterday_is_left() {
    let other = Stage::new().await;
    let scratch = Scratch::default();
    let record = async |link: &str, name: &str| {
        let file = scratch.path(name).to_str().unwrap().to_owned();
        let mut stranger = Stranger::start(&["record", link, "30", &file]);
        let ended = in_time("a recording", stranger.lines.next_line()).await.unwrap();
        assert_eq!(ended, None);
        file
    };
    let foreign = record(&other.link, "foreign").await;
    drop(other);

    let mut stage = Stage::new().await;
    let yesterday = record(&stage.link, "yesterday").await;
    // The next show has another key to sign with.
    stage.host.set_on_air(false).await;
    stage.host.set_on_air(true).await;
    // Who is honest has their place again.
    stage.tape.more(30).await;
    survive(&stage.link, "foreign", Some(&foreign)).await;
    survive(&stage.link, "foreign", Some(&yesterday)).await;
}

#[tokio::test]
async fn whoever_floods_a_node_disturbs_nobody() {
    let stage = Stage::new().await;
    let before = resident_bytes(stage.host.pid());
    let mut most = before;
    let mut held = Vec::new();
    for how in ["streams", "messages"] {
        let mut stranger = Stranger::start(&["flood", &stage.link, how]);
        let sent = stranger.until("sent").await;
        say(&format!("a flood of {how}: {} were sent\n", sent["count"]));
        stranger.until("refused").await;
        most = most.max(resident_bytes(stage.host.pid()));
    }
    for how in ["halves", "deaf", "names"] {
        let mut stranger = Stranger::start(&["flood", &stage.link, how]);
        let found = stranger.until("held").await;
        say(&format!("a flood of {how}: {} are held\n", found["count"]));
        most = most.max(resident_bytes(stage.host.pid()));
        held.push(stranger);
    }
    // The node is there for others all the while.
    let mut newcomer = watch(&stage.link, &[]);
    newcomer.film().more(30).await;
    most = most.max(resident_bytes(stage.host.pid()));
    let grown = most - before;
    say(&format!("a flooded node takes {} MB more than before\n", grown >> 20));
    assert!(grown < ROOM_TO_GROW, "{grown} bytes");
    stage.end("beside a flood").await;
}
