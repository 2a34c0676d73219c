//! Real media for tests: coded by FFmpeg, packaged here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::MediaTime;

use super::fmp4::Kind;
use super::fmp4::chunk::{Packager, Packed, Sample};
use super::fmp4::init::{self, AudioInit, Header, VideoInit};
use super::fmp4::read;

/// Frames per second of the picture, and frames from one keyframe to the next.
pub(super) const FPS: u64 = 30;

/// One track of it.
pub(super) struct Track {
    pub(super) header: Header,
    pub(super) chunks: Vec<Packed>,
    /// Frames that were coded.
    pub(super) frames: usize,
}

/// A picture of 320 × 240 with a keyframe each second, and a tone in stereo, twice.
pub(super) struct Coded {
    /// For what the test writes.
    pub(super) dir: TempDir,
    pub(super) video: Track,
    pub(super) opus: Track,
    pub(super) aac: Track,
}

/// Codes `seconds` of media that start at `start_us`; `None`, said aloud, where FFmpeg is not installed.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(super) fn coded(test: &str, start_us: u64, seconds: u64) -> Option<Coded> {
    if !is_installed("ffmpeg") || !is_installed("ffprobe") {
        eprintln!("SKIPPED: {test}: ffmpeg and ffprobe are not installed (Debian package ffmpeg)");
        return None;
    }
    let dir = TempDir::new(test);
    let video = video(&dir.path("v.h264"), start_us, seconds);
    let tone = format!("-f lavfi -i sine=frequency=440:sample_rate=48000:duration={seconds} -ac 2 -y");

    let file = dir.path("a.opus");
    run("ffmpeg", &format!("{tone} -c:a libopus -frame_duration 20 -f ogg"), &file);
    let packets = ogg_to_packets(&std::fs::read(&file).expect("ffmpeg wrote it"));
    let init = AudioInit::Opus { channels: 2, pre_skip: 312 };
    let opus = sound(&init, &packets, |packet| start_us + packet * 20_000);

    let file = dir.path("a.aac");
    run("ffmpeg", &format!("{tone} -c:a aac -f adts"), &file);
    let blocks = adts_to_blocks(&std::fs::read(&file).expect("ffmpeg wrote it"));
    let init = AudioInit::Aac { config: Bytes::from_static(&[0x11, 0x90]) };
    let aac = sound(&init, &blocks, |block| start_us + block * 1024 * 1_000_000 / 48_000);
    Some(Coded { dir, video, opus, aac })
}

fn video(file: &Path, start_us: u64, seconds: u64) -> Track {
    let frames = seconds * FPS;
    run(
        "ffmpeg",
        &format!(
            "-f lavfi -i testsrc2=size=320x240:rate={FPS} -frames:v {frames} -c:v libx264 -tune zerolatency \
             -profile:v high -pix_fmt yuv420p -g {FPS} -x264-params aud=1:scenecut=0 -f h264 -y"
        ),
        file,
    );
    let (record, units) = annex_b_to_access_units(&std::fs::read(file).expect("ffmpeg wrote it"));
    assert_eq!(units.len() as u64, frames);
    let header =
        init::video(&VideoInit { record, width: 320, height: 240 }).expect("x264 writes a sound record");
    let is_idr = |unit: &Bytes| read::nals(unit).any(|nal| nal[0] & 0x1f == 5);
    let chunks = pack(Kind::Video, &units, |frame| start_us + frame * 1_000_000 / FPS, is_idr);
    Track { header, chunks, frames: units.len() }
}

fn sound(init: &AudioInit, frames: &[Bytes], start: impl Fn(u64) -> u64) -> Track {
    let chunks = pack(Kind::Audio, frames, start, |_| true);
    Track { header: init::audio(init).expect("the configuration is sound"), chunks, frames: frames.len() }
}

fn pack(
    kind: Kind,
    frames: &[Bytes],
    start: impl Fn(u64) -> u64,
    key: impl Fn(&Bytes) -> bool,
) -> Vec<Packed> {
    let mut packager = Packager::new(kind, Duration::from_millis(40));
    let mut chunks = Vec::new();
    for (number, data) in (0..).zip(frames) {
        let time = MediaTime::from_micros(start(number));
        let duration = MediaTime::from_micros(start(number + 1)).since(time);
        let sample = Sample { data: data.clone(), time, shown: time, duration, key: key(data) };
        chunks.extend(packager.push(sample).expect("the frames follow each other"));
    }
    chunks.extend(packager.flush());
    chunks
}

/// A directory that goes away with the test.
pub(super) struct TempDir(PathBuf);

impl TempDir {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("parlor-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("the temporary folder can be written");
        Self(dir)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs one of FFmpeg's programs; what it says on standard output, and that it complained of nothing.
pub(super) fn run(program: &str, arguments: &str, file: &Path) -> String {
    let mut command = Command::new(program);
    command.args(["-v", "error"]).args(arguments.split_whitespace()).arg(file);
    let output = command.output().expect("the program is installed");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{command:?}: {complaints}");
    String::from_utf8(output.stdout).expect("FFmpeg writes UTF-8")
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("-version").output().is_ok_and(|output| output.status.success())
}

/// H.264 as FFmpeg writes it with start codes: the record, and access units behind four-byte lengths.
fn annex_b_to_access_units(stream: &[u8]) -> (Bytes, Vec<Bytes>) {
    /// NAL unit types (ITU-T H.264, table 7-1).
    const SPS: u8 = 7;
    const PPS: u8 = 8;
    const DELIMITER: u8 = 9;
    let mut starts: Vec<usize> = Vec::new();
    for at in 0..stream.len().saturating_sub(3) {
        if stream[at..at + 3] == [0, 0, 1] {
            starts.push(at + 3);
        }
    }
    let (mut units, mut sps, mut pps) = (Vec::new(), None, None);
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).map_or(stream.len(), |next| next - 3);
        let nal = &stream[*start..end];
        let nal = &nal[..=nal.iter().rposition(|byte| *byte != 0).expect("a unit has a type")];
        match nal[0] & 0x1f {
            DELIMITER => units.push(Vec::new()),
            SPS => sps = Some(nal),
            PPS => pps = Some(nal),
            _ => {}
        }
        let unit = units.last_mut().expect("a delimiter comes first");
        unit.extend_from_slice(&(nal.len() as u32).to_be_bytes());
        unit.extend_from_slice(nal);
    }
    (
        avc_record(sps.expect("ffmpeg writes an SPS"), pps.expect("and a PPS")),
        units.into_iter().map(Bytes::from).collect(),
    )
}

/// The packets of an Ogg stream (RFC 3533, section 6), without Opus' two header packets.
fn ogg_to_packets(stream: &[u8]) -> Vec<Bytes> {
    let (mut packets, mut packet, mut at) = (Vec::new(), Vec::new(), 0);
    while at < stream.len() {
        let segments = usize::from(stream[at + 26]);
        let lacing = &stream[at + 27..at + 27 + segments];
        at += 27 + segments;
        for length in lacing {
            packet.extend_from_slice(&stream[at..at + usize::from(*length)]);
            at += usize::from(*length);
            if *length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
    }
    packets.split_off(2).into_iter().map(Bytes::from).collect()
}

/// The raw data blocks of an ADTS stream (ISO/IEC 14496-3, section 1.A.3).
fn adts_to_blocks(stream: &[u8]) -> Vec<Bytes> {
    let (mut blocks, mut at) = (Vec::new(), 0);
    while at < stream.len() {
        let head = &stream[at..at + 7];
        let length = usize::from(head[3] & 3) << 11 | usize::from(head[4]) << 3 | usize::from(head[5]) >> 5;
        blocks.push(Bytes::copy_from_slice(&stream[at + 7..at + length]));
        at += length;
    }
    blocks
}

/// The `AVCDecoderConfigurationRecord` of these parameter sets (ISO/IEC 14496-15, section 5.3.3.1).
pub(super) fn avc_record(sps: &[u8], pps: &[u8]) -> Bytes {
    let mut record = vec![1, sps[1], sps[2], sps[3], 0xff, 0xe1];
    record.extend_from_slice(&(sps.len() as u16).to_be_bytes());
    record.extend_from_slice(sps);
    record.push(1);
    record.extend_from_slice(&(pps.len() as u16).to_be_bytes());
    record.extend_from_slice(pps);
    record.into()
}
