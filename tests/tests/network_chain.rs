//! A room that goes from viewer to viewer: every node of the chain serves one other.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use parlor_e2e::ffmpeg::pictures;
use parlor_e2e::picture::{Picture, TimeCode};
use parlor_e2e::program::{Program, Stats};
use parlor_e2e::tape::{Arrival, Tape, breaks, longest_pause};
use parlor_e2e::{Node, Place, in_time, say};

/// Two megabits go out of each node, and a room of a bit more than one: one child each.
const UPLOAD: [&str; 2] = ["--upload-mbps", "2"];
const CONFIG: &str = "[media]\nbitrate_bps = 1200000";

/// One viewer of the chain, with what it wrote and what it said last.
struct Viewer {
    program: Program,
    tape: Tape,
    stats: Stats,
}

/// A host and four viewers, each below the one before it.
struct Chain {
    _host: Node,
    _relay: Program,
    /// The room as the host's own node shows it.
    source: Tape,
    viewers: Vec<Viewer>,
    /// How many nodes stand below the host.
    length: usize,
}

impl Chain {
    /// With `carried`, the relay that they begin with has a place in the chain too; which, is for the tree to decide.
    async fn start(carried: bool) -> Self {
        let (relay, ready) = Program::relay(Place::Here, &[]).await;
        let begin = ["--bootstrap", &ready.p2p[0]];
        let args = ["--camera", "test", "--live", "--visibility", "listed"];
        let host = Node::start(&[&args[..], &UPLOAD, &begin].concat(), CONFIG).await;
        let room = host.ready().invite.clone();
        let mut source = Tape::of_response(host.get("/live.mp4").await);
        source.more(1).await;
        let relay = if carried {
            Program::relay(Place::Here, &[&[room.as_str()][..], &UPLOAD, &begin].concat()).await.0
        } else {
            relay
        };
        let mut viewers = Vec::new();
        for _ in 0..4 {
            viewers.push(Viewer::start(&room, &begin).await);
        }
        let mut chain =
            Self { _host: host, _relay: relay, source, viewers, length: 4 + usize::from(carried) };
        chain.form().await;
        chain
    }

    /// Waits until each node serves the next; the viewers are then in their order.
    async fn form(&mut self) {
        in_time("a chain", async {
            loop {
                for viewer in &mut self.viewers {
                    viewer.stats = viewer.program.report().await;
                }
                self.viewers.sort_by_key(|viewer| viewer.stats.hops);
                if is_chain(&self.viewers, self.length) {
                    return;
                }
            }
        })
        .await;
    }
}

fn is_chain(viewers: &[Viewer], length: usize) -> bool {
    let hops: Vec<_> = viewers.iter().filter_map(|viewer| viewer.stats.hops).collect();
    let children: usize = viewers.iter().map(|viewer| viewer.stats.children).sum();
    // The one that serves nobody is a viewer, or a relay below the last of them.
    let last = hops.last().copied().unwrap_or_default();
    hops.len() == viewers.len()
        && hops.windows(2).all(|pair| pair[0] < pair[1])
        && (last, children)
            == if last == length { (length, viewers.len() - 1) } else { (length - 1, viewers.len()) }
}

impl Viewer {
    /// Watches; returns with the first picture.
    async fn start(room: &str, begin: &[&str]) -> Self {
        let watch = ["watch", room, "--out", "-", "--stats", "--no-mdns"];
        let mut program = Program::start(Place::Here, &[&watch[..], &UPLOAD, begin].concat());
        let mut tape = program.film();
        tape.more(1).await;
        let stats = program.report().await;
        Self { program, tape, stats }
    }
}

/// How much later pictures came to one than to the one before it, in the middle of all of them.
fn added(before: &[Arrival], after: &[Arrival]) -> Duration {
    let came: BTreeMap<u64, _> = before.iter().map(|one| (one.chunk.time, one.at)).collect();
    let mut later: Vec<_> = after
        .iter()
        .filter_map(|one| Some(one.at.saturating_duration_since(*came.get(&one.chunk.time)?)))
        .collect();
    assert!(later.len() > 30, "{} pictures in common", later.len());
    later.sort_unstable();
    later[later.len() / 2]
}

/// The pictures of this media time and later.
fn since(time: u64, tape: &Tape) -> Vec<Arrival> {
    tape.pictures().into_iter().filter(|one| one.chunk.time >= time).collect()
}

/// The pictures of a film by the time that they carry.
async fn by_time(film: &[u8]) -> BTreeMap<u32, Picture> {
    let decoded = pictures(None, film).await;
    let with_time = decoded.into_iter().map(|picture| {
        let TimeCode(time) = picture.time_code().expect("the test picture carries its time");
        (time, picture)
    });
    with_time.collect()
}

#[tokio::test]
async fn the_last_of_a_chain_sees_what_the_host_shows() {
    let mut chain = Chain::start(true).await;
    // What came while the chain was formed came from others.
    let formed = chain.source.newest();
    chain.viewers[3].tape.reaches(formed).await;
    chain.viewers[3].tape.more(90).await;

    let mut words = String::from("a chain, each hop after the one before it (median):");
    let mut before = since(formed, &chain.source);
    let mut hops = 0;
    for (at, viewer) in chain.viewers.iter_mut().enumerate() {
        let here = since(formed, &viewer.tape);
        assert!(breaks(&here).is_empty(), "viewer {at} lacks chunks");
        assert_eq!((viewer.stats.refused, viewer.stats.missed), (0, 0), "viewer {at}");
        let more = viewer.stats.hops.unwrap() - hops;
        let through = if more > 1 { " (through the relay)" } else { "" };
        write!(words, " {:.1} ms{through}", added(&before, &here).as_secs_f64() * 1000.0).unwrap();
        hops += more;
        before = here;
    }
    say(&format!("{words}\n"));

    let film = chain.viewers[3].tape.whole_bytes();
    let end = chain.viewers[3].tape.newest();
    chain.source.reaches(end).await;
    let shown = by_time(&chain.source.whole_bytes()).await;
    let seen = by_time(&film).await;
    assert!(seen.len() >= 90, "{} pictures came to the end", seen.len());
    for (time, picture) in &seen {
        let same = shown.get(time).unwrap_or_else(|| panic!("{time} was seen at the end, and never shown"));
        assert!(same == picture, "the picture of {time} has other pixels at the end of the chain");
    }
}

#[tokio::test]
async fn who_loses_its_parent_misses_nothing() {
    let mut chain = Chain::start(false).await;
    chain.viewers[3].tape.more(60).await;
    // On a machine that stood still for a second it may have become another one.
    chain.form().await;
    let before: Vec<_> = chain.viewers.iter().map(|viewer| viewer.tape.pictures()).collect();
    let quiet = longest_pause(&before[2]).unwrap().0;

    let killed = chain.viewers.remove(1);
    let parent = chain.viewers[1].stats.parent.clone().unwrap();
    killed.program.stop("KILL").await;
    chain.viewers[1]
        .program
        .until("another parent", |stats| stats.parent.as_ref().is_some_and(|now| *now != parent))
        .await;
    for viewer in &mut chain.viewers {
        viewer.tape.more(90).await;
    }
    let mut words =
        format!("a node of the chain is killed; the longest pause before: {} ms", quiet.as_millis());
    let below = [("its child", &before[2]), ("its grandchild", &before[3])];
    for (viewer, (name, before)) in chain.viewers[1..].iter_mut().zip(below) {
        let (pause, _) = longest_pause(&viewer.tape.pictures()[before.len() - 1..]).unwrap();
        write!(words, "; {name}'s now: {} ms", pause.as_millis()).unwrap();
        let stats = viewer.program.report().await;
        assert_eq!((stats.refused, stats.missed), (0, 0), "{name} lacks objects: {stats:?}");
        assert!(stats.hops.is_some(), "{name} has no way to the host: {stats:?}");
        let film = pictures(None, &viewer.tape.whole_bytes()).await;
        assert!(film.iter().all(|picture| picture.time_code().is_some()), "{name}'s film is broken");
    }
    say(&format!("{words}\n"));
}
