//! What one more viewer costs in CPU, against nginx (or ustreamer) sending the same bytes at the same moments.

use std::time::Duration;

use parlor_e2e::{Node, Scratch};

use crate::SPAN;
use crate::hls;
use crate::load::{Load, cost};
use crate::origin::{Origin, record};
use crate::reference::{Nginx, Ustreamer};
use crate::table::Table;

/// Viewers of each kind: what a home uplink never carries, and two cores of loopback easily do.
const VIEWERS: usize = 50;
/// For still pictures once a second, which cost so little that few viewers would drown in the noise.
const MANY: usize = 300;
/// Until everybody has connected and the first burst is over.
const WARM_UP: Duration = Duration::from_secs(2);

/// Measures each sink.
pub(crate) async fn measure(node: &Node, table: &mut Table) {
    live_mp4(node, table).await;
    low_latency_hls(node, table).await;
    motion_jpeg(node, table).await;
}

/// Thousandths of a core for one viewer: what a process takes with them, less what it takes without.
async fn per_viewer(pid: u32, count: usize, start: impl FnOnce() -> Load) -> f64 {
    let alone = cost(pid, None, SPAN).await;
    let load = start();
    tokio::time::sleep(WARM_UP).await;
    let together = cost(pid, Some(&load), SPAN).await;
    assert!(together.bytes_per_second > 0.0, "the viewers received nothing");
    (together.millicores - alone.millicores) / count as f64
}

/// `live.mp4`, against nginx relaying a recording of it without buffering: the same bytes at the same moments. And, for what
/// the moments cost, against nginx sending the recording as a file at the same rate, about one write a second.
async fn live_mp4(node: &Node, table: &mut Table) {
    let url = node.room_url("/live.mp4");
    let recording = record(node.get("/live.mp4").await, SPAN).await;
    let ours = per_viewer(node.pid(), VIEWERS, || Load::endless(VIEWERS, &url)).await;

    let origin = Origin::start(recording.clone()).await;
    let files = Scratch::default();
    let whole: Vec<u8> = recording.iter().flat_map(|(_, piece)| piece.iter().copied()).collect();
    let rate = whole.len() as u64 / SPAN.as_secs();
    // Long enough for the whole measurement.
    files.write("file.mp4", whole.repeat(4));
    let locations = format!(
        "location /relay {{ proxy_pass http://{}; proxy_buffering off; }} location /file.mp4 {{ limit_rate {rate}; }}",
        origin.address
    );
    let nginx = Nginx::start(&files, &locations).await;
    for (path, name) in [("/relay", "nginx relaying"), ("/file.mp4", "nginx, file in bursts")] {
        let theirs = per_viewer(nginx.pid(), VIEWERS, || Load::endless(VIEWERS, &nginx.url(path))).await;
        let aim = if path == "/relay" { "≤ 1.5 ×" } else { "" };
        table.row("CPU per viewer of live.mp4", ours, theirs, "‰ of a core", name, aim);
    }
}

/// MJPEG once a second, which is what ustreamer sends without a camera, of the same picture.
async fn motion_jpeg(node: &Node, table: &mut Table) {
    let url = node.room_url("/live.mjpeg?fps=1");
    // One viewer throughout, so that the encoder of still pictures runs in both of the node's measurements.
    let _one = Load::endless(1, &url);
    let ours = per_viewer(node.pid(), MANY, || Load::endless(MANY, &url)).await;
    let files = Scratch::default();
    let picture = files.write("frame.jpg", node.bytes("/frame.jpg").await);
    let ustreamer = Ustreamer::start(&picture).await;
    let theirs = per_viewer(ustreamer.pid(), MANY, || Load::endless(MANY, &ustreamer.url())).await;
    table.row("CPU per viewer of MJPEG, 1 fps", ours, theirs, "‰ of a core", "ustreamer", "");
}

/// LL-HLS: each viewer waits for the next part in the playlist and fetches it, picture and sound; against nginx giving the same
/// bytes as files, to viewers who ask at the moments at which the parts came.
async fn low_latency_hls(node: &Node, table: &mut Table) {
    let playlists = hls::playlists(node).await;
    let viewer = |bytes| hls::watch(playlists.clone(), bytes);
    let ours = per_viewer(node.pid(), VIEWERS, || Load::of(VIEWERS, viewer)).await;

    let files = Scratch::default();
    let script = hls::record(&playlists, &files, SPAN + 2 * WARM_UP).await;
    let nginx = Nginx::start(&files, "").await;
    let viewer = |bytes| hls::replay(nginx.url(""), script.clone(), bytes);
    let theirs = per_viewer(nginx.pid(), VIEWERS, || Load::of(VIEWERS, viewer)).await;
    table.row("CPU per viewer of LL-HLS", ours, theirs, "‰ of a core", "nginx, files", "≤ 1.5 ×");
}
