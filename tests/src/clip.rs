//! Short files made by ffmpeg, to be published or shown: other people's encoders, other parameters than ours.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::ffmpeg::ffmpeg_clean;
use crate::{Scratch, nal};

/// A clip that no part of the node would make by itself: 320 × 240, main profile, 25 fps.
pub struct Clip {
    /// Where it is.
    pub path: PathBuf,
    /// Its coded slices.
    pub slices: HashSet<Vec<u8>>,
}

/// Four seconds of H.264 and AAC in this container (`flv`, `mpegts`, `mp4`).
pub async fn h264(scratch: &Scratch, container: &str) -> Clip {
    let path = scratch.path(&format!("h264.{container}"));
    let video = "-c:v libx264 -profile:v main -preset veryfast -pix_fmt yuv420p -g 25 -keyint_min 25 -bf 0";
    encode("testsrc2=size=320x240:rate=25", video, container, &path).await;
    let path_text = path.to_str().expect("a scratch path is text");
    let units =
        ["-i", path_text, "-map", "0:v", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-"];
    // MPEG-TS holds the byte stream already, and the filter passes it.
    let stream = ffmpeg_clean(&units, b"").await;
    let slices = nal::slices(nal::of_byte_stream(&stream));
    assert!(slices.len() >= 100, "{} slices in four seconds", slices.len());
    Clip { path, slices }
}

/// The same with a codec that the node does not take: HEVC in MPEG-TS.
pub async fn hevc(scratch: &Scratch) -> PathBuf {
    let path = scratch.path("hevc.ts");
    let video = "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -g 25";
    encode("testsrc2=size=320x240:rate=25", video, "mpegts", &path).await;
    path
}

/// A second of plain white without sound, as a file to be looped.
pub async fn white(path: &Path) {
    let path = path.to_str().expect("a scratch path is text");
    let picture = "color=white:size=640x360:rate=25:duration=1";
    let args = [
        "-f",
        "lavfi",
        "-i",
        picture,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-y",
        path,
    ];
    ffmpeg_clean(&args, b"").await;
}

async fn encode(picture: &str, video: &str, container: &str, path: &Path) {
    let path = path.to_str().expect("a scratch path is text");
    let mut args =
        vec!["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"];
    args.extend(["-t", "4"].into_iter().chain(video.split(' ')));
    args.extend(["-c:a", "aac", "-b:a", "96k", "-ac", "2", "-f", container, "-y", path]);
    ffmpeg_clean(&args, b"").await;
}
