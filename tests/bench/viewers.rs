//! What one more viewer costs in CPU, against nginx (or ustreamer) sending the same bytes at the same moments.

use std::time::Duration;

use parlor_e2e::{Node, Scratch};

use crate::hls;
use crate::load::{Load, cost};
use crate::origin::{Origin, record};
use crate::reference::{Nginx, Ustreamer};
use crate::table::Table;

/// Viewers of each kind: far more than a home uplink carries, so that they stand out of the encoder's own load.
const VIEWERS: usize = 150;
/// Rounds with and without viewers; odd, for the median.
pub(crate) const ROUNDS: usize = 5;
/// By how much the bytes may differ that are said to be the same: one encoder's streams waver from second to second.
const SAME: f64 = 0.2;
/// Of the endless response, whose viewers cost least beside the encoder.
const ENDLESS: usize = 500;
/// For still pictures once a second, which cost so little that few viewers would drown in the noise.
const MANY: usize = 600;
/// How long each measurement takes: a few keyframes.
const SPAN: Duration = Duration::from_secs(5);
/// Until the first burst is over, once everybody has connected.
const WARM_UP: Duration = Duration::from_secs(2);

/// Measures each sink.
pub(crate) async fn measure(node: &Node, table: &mut Table) {
    live_mp4(node, table).await;
    low_latency_hls(node, table).await;
    motion_jpeg(node, table).await;
}

/// What one viewer costs, and gets.
pub(crate) struct PerViewer {
    /// Thousandths of a core, the median of the rounds.
    pub(crate) millicores: f64,
    /// How far the rounds lie apart: less than this is noise.
    spread: f64,
    /// Bytes a second.
    rate: f64,
}

impl PerViewer {
    /// Measures a process: what it takes with the viewers less what it took just before without, several times over,
    /// because the encoder's own load wavers by more than a viewer costs.
    pub(crate) async fn of(pid: u32, count: usize, start: impl Fn() -> Load) -> Self {
        let (mut differences, mut rate) = (Vec::new(), 0.0);
        for _ in 0..ROUNDS {
            let alone = cost(pid, None, SPAN).await;
            let load = start();
            load.begun().await;
            tokio::time::sleep(WARM_UP).await;
            let together = cost(pid, Some(&load), SPAN).await;
            load.end().await;
            differences.push((together.millicores - alone.millicores) / count as f64);
            rate += together.bytes_per_second / count as f64 / ROUNDS as f64;
        }
        Self::middle(differences, rate)
    }

    /// The middle of what the rounds gave, in thousandths of a core, and bytes a second.
    pub(crate) fn middle(mut rounds: Vec<f64>, rate: f64) -> Self {
        rounds.sort_by(f64::total_cmp);
        let spread = rounds[rounds.len() - 1] - rounds[0];
        Self { millicores: rounds[rounds.len() / 2], spread, rate }
    }

    /// Adds the comparison to the table, unless it is none: the reference must have sent the same, and what is
    /// compared must stand out of the noise.
    pub(crate) fn against(&self, reference: &Self, what: &str, name: &str, aim: &str, table: &mut Table) {
        let unit = "‰ of a core";
        let (ours, theirs) = (self.millicores, reference.millicores);
        if self.rate <= 0.0 || (reference.rate / self.rate - 1.0).abs() > SAME {
            let why = format!("not the same bytes: {:.0} B/s against {:.0} B/s", self.rate, reference.rate);
            table.void(what, name, &why);
        } else if ours <= self.spread || theirs <= reference.spread {
            let (mine, other) = (self.spread, reference.spread);
            table.void(
                what,
                name,
                &format!("noise: {ours:.3} ± {mine:.3} against {theirs:.3} ± {other:.3} {unit}"),
            );
        } else {
            table.row(what, ours, theirs, unit, name, aim);
        }
    }
}

/// `live.mp4`, against nginx relaying a recording of it without buffering: the same bytes at the same moments. And, for what
/// the moments cost, against nginx sending the recording as a file at the same rate, about one write a second.
async fn live_mp4(node: &Node, table: &mut Table) {
    let url = node.room_url("/live.mp4");
    let recording = record(node.get("/live.mp4").await, SPAN).await;
    let ours = PerViewer::of(node.pid(), ENDLESS, || Load::endless(ENDLESS, &url)).await;

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
        let theirs = PerViewer::of(nginx.pid(), ENDLESS, || Load::endless(ENDLESS, &nginx.url(path))).await;
        let aim = if path == "/relay" { "≤ 1.5 ×" } else { "" };
        ours.against(&theirs, "CPU per viewer of live.mp4", name, aim, table);
    }
}

/// MJPEG once a second, which is what ustreamer sends without a camera, of the same picture.
async fn motion_jpeg(node: &Node, table: &mut Table) {
    let url = node.room_url("/live.mjpeg?fps=1");
    // One viewer throughout, so that the encoder of still pictures runs in both of the node's measurements.
    let _one = Load::endless(1, &url);
    let ours = PerViewer::of(node.pid(), MANY, || Load::endless(MANY, &url)).await;
    let files = Scratch::default();
    let picture = files.write("frame.jpg", node.bytes("/frame.jpg").await);
    let ustreamer = Ustreamer::start(&picture).await;
    let theirs = PerViewer::of(ustreamer.pid(), MANY, || Load::endless(MANY, &ustreamer.url())).await;
    ours.against(&theirs, "CPU per viewer of MJPEG, 1 fps", "ustreamer", "", table);
}

/// LL-HLS: each viewer waits for the next part in the playlist and fetches it, picture and sound; against nginx giving the same
/// bytes as files, to viewers who ask at the moments at which the parts came.
async fn low_latency_hls(node: &Node, table: &mut Table) {
    let playlists = hls::playlists(node).await;
    let viewer = |bytes| hls::watch(playlists.clone(), bytes);
    let ours = PerViewer::of(node.pid(), VIEWERS, || Load::of(VIEWERS, viewer)).await;

    let files = Scratch::default();
    let script = hls::record(&playlists, &files, SPAN + 2 * WARM_UP).await;
    let nginx = Nginx::start(&files, "").await;
    let viewer = |bytes| hls::replay(nginx.url(""), script.clone(), bytes);
    let theirs = PerViewer::of(nginx.pid(), VIEWERS, || Load::of(VIEWERS, viewer)).await;
    ours.against(&theirs, "CPU per viewer of LL-HLS", "nginx, files", "≤ 1.5 ×", table);
}
