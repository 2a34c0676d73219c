//! The stream of a trial: what it is like, so that the simulator's is the same.

use std::path::PathBuf;

use parlor_sim::scenario::Stream;
use parlor_sim::world::Site;
use serde_json::Value;

use crate::ffmpeg::{ffmpeg_clean, ffprobe};
use crate::program::Program;
use crate::{Node, Place, Scratch};

/// What the host encodes: noise fills the bitrate at any size. Small, since as many nodes as a house has viewers share a
/// machine.
const MEDIA: &str = "[media]\nwidth = 320\nheight = 180\nfps = 30\nbitrate_bps = 1000000\naudio_bitrate_bps = 16000\nchunk_ms = 100\nkeyframe_interval_ms = 2000\nsmall = false";
/// What its card says of it: picture and sound, though the film is silent. As little sound as there can be: what a node
/// reckons for it would let it send more than its line takes.
const CARD_BPS: f64 = 1e6 + 16e3;
const FPS: u32 = 30;
const CHUNK_MS: u32 = 100;
const GROUP_MS: u32 = 2000;
/// What a node reckons for a stripe besides media, and how much of its ceiling it promises (`node/src/carry/capacity.rs`).
const OVERHEAD: f64 = 0.05;
const PROMISED: f64 = 0.9;
/// Header, seal and signature of an object.
const OBJECT_BYTES: f64 = 160.0;
/// A piece is not shorter (`protocol-spec/spec/object.md`, section 8).
const LEAST_PIECE_BYTES: f64 = 8192.0;
/// How much of the stream is looked at.
const MEASURED_S: u64 = 20;

/// A stream that has been measured.
pub struct Source {
    scratch: Scratch,
    stream: Stream,
    own_ms: u64,
}

impl Source {
    /// Makes the film that the host shows, and has a viewer on the same machine watch it: what the stream is like, and how
    /// long the host itself takes over it.
    pub async fn measure() -> Self {
        let scratch = Scratch::default();
        let film = scratch.path("noise.mp4");
        let noise = format!("testsrc2=size=320x180:rate={FPS}:duration=10,noise=alls=100:allf=t");
        let args = ["-f", "lavfi", "-i", &noise, "-preset", "ultrafast", film.to_str().expect("UTF-8")];
        ffmpeg_clean(&args, b"").await;
        let mut source = Self { scratch, stream: Stream::default(), own_ms: 0 };
        let args = ["--camera", &source.camera(), "--live", "--visibility", "invite"];
        let host = Node::start(&args, MEDIA).await;
        let watched = source.scratch.path("watched.mp4");
        let args = [
            "watch",
            &host.ready().invite,
            "--stats",
            "--no-mdns",
            "--out",
            watched.to_str().expect("UTF-8"),
        ];
        let mut viewer = Program::start(Place::Here, &args);
        let mut delays = Vec::new();
        let mut objects = 0;
        while delays.len() < (MEASURED_S * 1000 / u64::from(CHUNK_MS)) as usize {
            let report = viewer.until("a report", |_| true).await;
            objects = report.objects;
            delays.extend(report.chunks.iter().map(|(_, delay)| *delay));
        }
        let pieces = objects as f64 / delays.len() as f64;
        viewer.stop("TERM").await;
        delays.sort_unstable();
        source.own_ms = delays[delays.len() / 2];
        let bytes = std::fs::metadata(&watched).expect("it was written").len();
        let probed =
            ffprobe(&["-show_packets", "-select_streams", "v"], watched.to_str().expect("UTF-8")).await;
        source.stream = stream(&packets(&probed), bytes, pieces);
        source
    }

    /// The host's camera, as a flag.
    #[must_use]
    pub fn camera(&self) -> String {
        format!("file:{}", PathBuf::from(self.scratch.as_ref()).join("noise.mp4").display())
    }

    /// What the stream is like, as a scenario has it.
    #[must_use]
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// How long the host itself takes, from the capture of a chunk's first sample until its last piece is sent.
    #[must_use]
    pub fn own_ms(&self) -> u64 {
        self.own_ms
    }

    /// What the host is configured with.
    pub(super) fn media() -> &'static str {
        MEDIA
    }

    /// The ceiling of a node's upload, as a flag: what its line takes, or what is closest to it and leads to the same slots
    /// as in the simulator.
    pub(super) fn upload_mbps(site: &Site) -> String {
        let slot_bps = CARD_BPS * (1.0 + OVERHEAD) / 8.0 / PROMISED;
        let slots = f64::from(site.slots);
        // A little within, so that rounding changes nothing.
        let bps = (site.up_bps as f64).clamp((slots + 0.1) * slot_bps, (slots + 0.9) * slot_bps);
        format!("{:.3}", bps / 1e6)
    }
}

/// A picture: its size, and whether a group starts with it.
type Packet = (f64, bool);

fn packets(probed: &Value) -> Vec<Packet> {
    let packet = |packet: &Value| {
        let size = packet["size"].as_str().and_then(|size| size.parse().ok()).expect("a packet has a size");
        let flags = packet["flags"].as_str().expect("a packet has flags");
        (size, flags.starts_with('K'))
    };
    probed["packets"].as_array().expect("ffprobe lists packets").iter().map(packet).collect()
}

/// What a stream of these pictures is like, in a film of so many bytes, with so many objects a chunk.
fn stream(packets: &[Packet], film_bytes: u64, pieces: f64) -> Stream {
    let per_group = (GROUP_MS * FPS / 1000) as usize;
    let per_chunk = (CHUNK_MS * FPS / 1000) as usize;
    let sum = |packets: &[Packet]| packets.iter().map(|(size, _)| size).sum::<f64>();
    // One from which a picture is missing is no measure of the others.
    let groups: Vec<_> =
        packets.chunk_by(|_, (_, starts)| !starts).filter(|group| group.len() == per_group).collect();
    assert!(!groups.is_empty(), "no group has {per_group} pictures");
    let chunks = (groups.len() * per_group / per_chunk) as f64;
    let media = groups.iter().map(|group| sum(group)).sum::<f64>() / chunks;
    let first = groups.iter().map(|group| sum(&group[..per_chunk])).sum::<f64>() / groups.len() as f64;
    let boxes = (film_bytes as f64 - sum(packets)) / (packets.len() / per_chunk) as f64;
    let besides = boxes + pieces * OBJECT_BYTES;
    let chunk_bytes = media + besides;
    let piece_bytes = (chunk_bytes / 2.0).max(LEAST_PIECE_BYTES);
    Stream {
        bitrate_bps: (chunk_bytes * 8_000.0 / f64::from(CHUNK_MS)) as u64,
        chunk_ms: CHUNK_MS,
        group_chunks: GROUP_MS / CHUNK_MS,
        keyframe_factor: (first + besides) / chunk_bytes,
        piece_ms: (piece_bytes / chunk_bytes * f64::from(CHUNK_MS)) as u32,
        ..Stream::default()
    }
}
