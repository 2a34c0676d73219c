//! What the network costs: an object's seals and signatures, a relay's processor time, a hop's delay, and how soon a
//! viewer who comes has a picture.

use std::time::{Duration, Instant};

use parlor_e2e::program::Program;
use parlor_e2e::{Node, Place, Scratch, ffmpeg};

use crate::objects;
use crate::process::cpu;
use crate::source::Source;
use crate::table::Table;

/// Children of the relay that is measured: it has forty neighbours at most (`protocol-spec/spec/mesh.md`, section 2), the host
/// among them.
const CHILDREN: usize = 36;
/// How long the relay is watched.
const SPAN: Duration = Duration::from_secs(20);
/// Viewers who come one after the other.
const JOINS: usize = 9;

/// What the host sends: noise, which fills the bitrate at any size, in chunks of 100 ms. The host has the uplink for one child, and the
/// relay for all of them.
const MEDIA: &str = "[media]\nwidth = 640\nheight = 360\nfps = 30\nbitrate_bps = 2500000\nchunk_ms = 100\nkeyframe_interval_ms = 2000";
const HOST_MBPS: &str = "4";
const RELAY_MBPS: &str = "1000";

/// Measures all of it.
pub(crate) async fn measure(table: &mut Table) {
    objects::measure(table);
    let scratch = Scratch::default();
    let film = scratch.path("noise.mp4");
    let noise = "testsrc2=size=640x360:rate=30:duration=10,noise=alls=100:allf=t";
    ffmpeg::ffmpeg_clean(
        &["-f", "lavfi", "-i", noise, "-preset", "ultrafast", film.to_str().expect("UTF-8")],
        b"",
    )
    .await;
    let camera = format!("file:{}", film.display());

    let (_first, first) = Program::relay(Place::Here, &[]).await;
    let begin = ["--bootstrap", first.p2p[0].as_str()];
    let host = ["--camera", &camera, "--live", "--visibility", "listed", "--upload-mbps", HOST_MBPS];
    let host = Node::start(&[&host[..], &begin].concat(), MEDIA).await;
    host.status_when("the picture", |status| status["engine"]["signal"] == "present").await;
    let room = host.ready().invite.clone();
    let relay = [room.as_str(), "--upload-mbps", RELAY_MBPS];
    let (relay, ready) = Program::relay(Place::Here, &[&relay[..], &begin].concat()).await;

    let watch = ["watch", room.as_str(), "--stats", "--no-mdns", "--upload-mbps", "0"];
    let watch = [&watch[..], &begin].concat();
    let first_pictures = joins(&[&watch[..], &["--out", "-"]].concat()).await;
    let reference = Source::start(1).await;
    let handshakes = reference.joins(JOINS).await;
    table.row(
        "join to first picture",
        ms(middle(first_pictures)),
        ms(middle(handshakes)),
        "ms",
        "quinn's first chunk",
        "≤ 500 ms",
    );

    let mut viewers = Vec::new();
    for _ in 0..CHILDREN {
        let mut viewer = Program::start(Place::Here, &watch);
        let below = |stats: &parlor_e2e::program::Stats| stats.parents.contains(&ready.peer);
        viewer.until("a place below the relay", below).await;
        viewers.push(viewer);
    }
    let (before, start) = (cpu(relay.pid()), bytes(&mut viewers).await);
    tokio::time::sleep(SPAN).await;
    let (spent, delivered) = (cpu(relay.pid()).saturating_sub(before), bytes(&mut viewers).await - start);
    let mut delays = Vec::new();
    for viewer in &mut viewers {
        delays.extend(viewer.report().await.delay_ms.map(Duration::from_millis));
    }
    drop(viewers);

    let rate = delivered as f64 / SPAN.as_secs_f64() / CHILDREN as f64;
    let reference = Source::start(rate as usize / 10).await;
    let (quinn_spent, quinn_delivered) = reference.serve(CHILDREN, SPAN).await;
    table.row(
        "processor per delivered GB, relay with 36 children",
        per_gb(spent, delivered),
        per_gb(quinn_spent, quinn_delivered),
        "s/GB",
        "bare quinn",
        "≤ 1.25 ×",
    );
    let capture = "a chunk's own length";
    table.row("delay, capture to the second hop", ms(middle(delays)), 100.0, "ms", capture, "");
}

/// How long each of some viewers, who come one after the other, waits from its start to its first picture.
async fn joins(watch: &[&str]) -> Vec<Duration> {
    let mut waited = Vec::new();
    for _ in 0..JOINS {
        let start = Instant::now();
        let mut viewer = Program::start(Place::Here, watch);
        viewer.film().more(1).await;
        waited.push(start.elapsed());
    }
    waited
}

async fn bytes(viewers: &mut [Program]) -> u64 {
    let mut sum = 0;
    for viewer in viewers {
        sum += viewer.report().await.bytes;
    }
    sum
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn per_gb(spent: Duration, bytes: u64) -> f64 {
    spent.as_secs_f64() / (bytes as f64 / 1e9)
}
