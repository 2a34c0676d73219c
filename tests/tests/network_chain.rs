//! A room that goes from viewer to viewer: most of them get parts of it from each other.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use parlor_e2e::ffmpeg::pictures;
use parlor_e2e::picture::{Picture, TimeCode};
use parlor_e2e::program::{Program, Stats};
use parlor_e2e::tape::{Arrival, Tape, breaks, longest_pause};
use parlor_e2e::{Node, Place, in_time, say};

/// Five megabits go out of the host, and a room of a bit more than one: a few copies, of which it sends one as long as
/// others send it on.
const UPLOAD: [&str; 2] = ["--upload-mbps", "5"];
const CONFIG: &str = "[media]\nbitrate_bps = 1200000";
/// Who sends on to others sends a few copies; who does not sends nothing.
const GIVES: &str = "5";
const TAKES: &str = "0";

/// Two seconds of pictures: for so long, whoever has just come goes on with a newer group instead of what is missing of the
/// first (`protocol-spec/spec/network.md`).
const SETTLED: usize = 60;

/// One viewer, with what it wrote and what it said last.
struct Viewer {
    program: Program,
    tape: Tape,
    stats: Stats,
}

/// A host and four viewers, of whom the first two send on.
struct Swarm {
    _host: Node,
    _relay: Program,
    /// The room as the host's own node shows it.
    source: Tape,
    viewers: Vec<Viewer>,
}

impl Swarm {
    /// With `carried`, the relay that they begin with carries the room too.
    async fn start(carried: bool) -> Self {
        let (relay, ready) = Program::relay(Place::Here, &[]).await;
        let begin = ["--bootstrap", &ready.p2p[0]];
        let args = ["--camera", "test", "--live", "--visibility", "listed"];
        let host = Node::start(&[&args[..], &UPLOAD, &begin].concat(), CONFIG).await;
        let room = host.ready().invite.clone();
        let mut source = Tape::of_response(host.get("/live.mp4").await);
        source.more(1).await;
        let relay = if carried {
            let args = [room.as_str(), "--upload-mbps", GIVES];
            Program::relay(Place::Here, &[&args[..], &begin].concat()).await.0
        } else {
            relay
        };
        let mut viewers = Vec::new();
        for upload in [GIVES, GIVES, TAKES, TAKES] {
            viewers.push(Viewer::start(&room, &[&["--upload-mbps", upload][..], &begin].concat()).await);
        }
        let mut swarm = Self { _host: host, _relay: relay, source, viewers };
        swarm.form().await;
        swarm
    }

    /// Waits until everybody has a way to the host, and some have it through others.
    async fn form(&mut self) {
        in_time("a swarm", async {
            loop {
                for viewer in &mut self.viewers {
                    viewer.stats = viewer.program.report().await;
                }
                let hops: Vec<_> = self.viewers.iter().filter_map(|viewer| viewer.stats.hops).collect();
                if hops.len() == self.viewers.len() && hops.iter().any(|hops| *hops > 1) {
                    return;
                }
            }
        })
        .await;
    }
}

impl Viewer {
    /// Watches; returns with the first picture.
    async fn start(room: &str, more: &[&str]) -> Self {
        let watch = ["watch", room, "--out", "-", "--stats", "--no-mdns"];
        let mut program = Program::start(Place::Here, &[&watch[..], more].concat());
        let mut tape = program.film();
        tape.more(1).await;
        let stats = program.report().await;
        Self { program, tape, stats }
    }
}

/// How much later pictures came to one than to another, in the middle of all of them.
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

/// Fails unless what was seen is what the host showed, to the pixel.
async fn assert_shown(source: &mut Tape, seen: &Tape, least: usize) {
    let film = seen.whole_bytes();
    source.reaches(seen.newest()).await;
    let shown = by_time(&source.whole_bytes()).await;
    let seen = by_time(&film).await;
    assert!(seen.len() >= least, "{} pictures came", seen.len());
    for (time, picture) in &seen {
        let same = shown.get(time).unwrap_or_else(|| panic!("{time} was seen, and never shown"));
        assert!(same == picture, "the picture of {time} has other pixels than at the host");
    }
}

#[tokio::test]
async fn everybody_sees_what_the_host_shows() {
    let mut swarm = Swarm::start(true).await;
    for viewer in &mut swarm.viewers {
        viewer.tape.more(SETTLED).await;
    }
    // What came while they found each other came from others.
    let formed = swarm.source.newest();
    for viewer in &mut swarm.viewers {
        viewer.tape.reaches(formed).await;
    }
    swarm.viewers[3].tape.more(90).await;

    let mut words = String::from("a swarm, after the host's own node (median):");
    let before = since(formed, &swarm.source);
    for (at, viewer) in swarm.viewers.iter_mut().enumerate() {
        let here = since(formed, &viewer.tape);
        assert!(breaks(&here).is_empty(), "viewer {at} lacks chunks");
        let now = viewer.program.report().await;
        assert_eq!(now.refused, 0, "viewer {at}");
        let (hops, missed) = (now.hops.unwrap_or_default(), now.missed - viewer.stats.missed);
        let added = added(&before, &here).as_secs_f64() * 1000.0;
        write!(words, " {added:.1} ms over {hops} hops ({missed} objects missed);").unwrap();
    }
    say(&format!("{words}\n"));
    assert_shown(&mut swarm.source, &swarm.viewers[3].tape, 90).await;
}

#[tokio::test]
async fn who_loses_a_parent_has_picture_again() {
    let mut swarm = Swarm::start(false).await;
    for viewer in &mut swarm.viewers {
        viewer.tape.more(60).await;
    }
    // On a machine that stood still for a second they may have found others.
    swarm.form().await;
    let sends_on = |viewer: &Viewer| viewer.stats.children > 0;
    let at = swarm.viewers.iter().position(sends_on).expect("somebody sends something on");
    let killed = swarm.viewers.remove(at);
    let before: Vec<_> = swarm.viewers.iter().map(|viewer| viewer.tape.pictures().len()).collect();
    killed.program.stop("KILL").await;

    let mut words = String::from("a node that sends on is killed; the longest pause after it:");
    for (viewer, before) in swarm.viewers.iter_mut().zip(before) {
        viewer.tape.more(150).await;
        let after = viewer.tape.pictures()[before - 1..].to_vec();
        let (pause, _) = longest_pause(&after).unwrap();
        write!(words, " {} ms;", pause.as_millis()).unwrap();
        assert!(breaks(&after).is_empty(), "something is missing after {} ms", pause.as_millis());
        let stats = viewer.program.report().await;
        assert_eq!(stats.refused, 0, "{stats:?}");
        assert!(stats.hops.is_some(), "no way to the host: {stats:?}");
        let film = pictures(None, &viewer.tape.whole_bytes()).await;
        assert!(film.iter().all(|picture| picture.time_code().is_some()), "the film is broken");
    }
    say(&format!("{words}\n"));
}

#[tokio::test]
async fn chunks_in_pieces_come_whole_over_two_hops() {
    // At this size and bitrate a group's start is several times as long as a piece may be (`spec/object.md`, section 8).
    // The host can send one copy of the room, and the one to whom it goes sends it on.
    let config = "[media]\nwidth = 1920\nheight = 1080\nfps = 15\nbitrate_bps = 1300000";
    let args = ["--camera", "test", "--live", "--visibility", "listed", "--upload-mbps", "2"];
    let host = Node::start(&args, config).await;
    let room = host.ready().invite.clone();
    let mut source = Tape::of_response(host.get("/live.mp4").await);
    source.more(1).await;
    let _first = Viewer::start(&room, &["--upload-mbps", GIVES]).await;
    let mut second = Viewer::start(&room, &["--upload-mbps", TAKES]).await;
    second.program.until("film over two hops", |stats| stats.hops == Some(2)).await;
    second.tape.more(SETTLED).await;
    let formed = second.tape.newest();
    second.tape.more(90).await;

    let here = since(formed, &second.tape);
    assert!(breaks(&here).is_empty(), "chunks are missing");
    let longest = here.iter().map(|one| one.chunk.data.len()).max().unwrap();
    assert!(longest > 8192, "no chunk was cut: the longest has {longest} bytes");
    say(&format!("over two hops: chunks of up to {longest} bytes, in pieces\n"));
    assert_shown(&mut source, &second.tape, 90).await;
}
