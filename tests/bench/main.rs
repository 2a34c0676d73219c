//! The benchmarks: each number beside its reference of the same run, as a ratio, so that the machine cancels out.
//!
//! Nothing passes or fails here. What is measured, and against what, stands in front of each part; the aims are those of the
//! project and are printed beside the numbers. `parlor-bench memory glass viewers talk network agrees` measures those parts only.
//! Needs `contrib/setup/setup bench`.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run says so by panicking")]

mod agrees;
mod glass;
mod hls;
mod load;
mod network;
mod objects;
mod origin;
mod process;
mod reference;
mod source;
mod table;
mod talk;
mod viewers;

use std::time::Duration;

use parlor_e2e::Node;

use table::Table;

/// How long each part measures: long enough that a keyframe more or less does not matter.
const SPAN: Duration = Duration::from_secs(10);

/// What a node does by default: 720p at 30 fps and 2.5 Mbit/s, with the small quality.
const MEDIA: &str = "[media]\nwidth = 1280\nheight = 720\nfps = 30\nbitrate_bps = 2500000\nkeyframe_interval_ms = 2000\nsmall = true";

#[tokio::main]
async fn main() {
    let parts: Vec<_> = std::env::args().skip(1).collect();
    if let [command, chunk] = &parts[..]
        && command == source::COMMAND
    {
        return source::run(chunk.parse().expect("a size in bytes")).await;
    }
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut table = Table::default();
    quiet().await;
    if wants("memory") {
        memory(&mut table).await;
    }
    if wants("glass") || wants("viewers") {
        let node = Node::start(&["--camera", "test", "--live"], MEDIA).await;
        node.status_when("the picture", |status| status["engine"]["signal"] == "present").await;
        if wants("glass") {
            glass::measure(&node, &mut table).await;
        }
        if wants("viewers") {
            viewers::measure(&node, &mut table).await;
        }
    }
    if wants("talk") {
        talk::measure(&mut table).await;
    }
    if wants("network") {
        network::measure(&mut table).await;
    }
    if wants("agrees") {
        agrees::measure(&mut table).await;
    }
    table.print();
}

/// Says so when the machine does other work: every number then measures that as well.
async fn quiet() {
    let before = process::machine_ticks();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = process::machine_ticks();
    let busy = (after.0 - before.0) as f64 / (after.1 - before.1).max(1) as f64 * 100.0;
    if busy > 10.0 {
        println!("NOT A QUIET MACHINE: other work takes {busy:.0} % of it, so the numbers below say little.");
    }
}

/// Resident memory: idle against nginx, live against ffmpeg encoding a picture of the same size and rate.
async fn memory(table: &mut Table) {
    let idle = Node::start(&["--camera", "test"], MEDIA).await;
    let nginx = reference::Nginx::start(&parlor_e2e::Scratch::default(), "").await;
    table.row(
        "memory, idle",
        mib(process::rss_bytes(idle.pid())),
        mib(process::rss_bytes(nginx.pid())),
        "MiB",
        "nginx",
        "",
    );
    drop((idle, nginx));

    let live = Node::start(&["--camera", "test", "--live"], MEDIA).await;
    let ffmpeg = reference::encoder();
    live.status_when("the picture", |status| status["engine"]["signal"] == "present").await;
    tokio::time::sleep(SPAN).await;
    let (ours, theirs) = (process::rss_bytes(live.pid()), process::rss_bytes(ffmpeg.id().unwrap()));
    table.row("memory, live at 720p30", mib(ours), mib(theirs), "MiB", "ffmpeg x264", "≤ 120 MiB");
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
