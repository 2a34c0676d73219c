//! What the host may set about picture and sound, and the values that are taken otherwise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Size, rate and bitrate of the full picture. The small one and the still pictures follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quality {
    /// Pixels across, even, 160 to 3840.
    pub width: u32,
    /// Pixels down, even, 120 to 2160.
    pub height: u32,
    /// Frames per second, 10 to 60: a frame must fit a chunk, and a viewer who wants fewer takes MJPEG.
    pub fps: u32,
    /// Bits per second of the picture, 100 000 to 50 000 000.
    pub bitrate_bps: u32,
}

impl Default for Quality {
    /// 720p30 at 2.5 Mbit/s: what a Pi 4 encodes and a home uplink carries twice.
    fn default() -> Self {
        Self { width: 1280, height: 720, fps: 30, bitrate_bps: 2_500_000 }
    }
}

/// Everything that shapes the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The full picture.
    pub quality: Quality,
    /// Whether the small quality is encoded too; `None`: if the machine can.
    pub small: Option<bool>,
    /// Bits per second of the Opus sound, 16 000 to 256 000.
    pub audio_bitrate_bps: u32,
    /// Media per chunk, 10 to 100 ms. Shorter is sooner at the viewer; each chunk costs about 150 bytes of headers.
    pub chunk: Duration,
    /// Time between keyframes that nobody asked for, 0.5 to 4 s. Longer saves bits; HLS starts at a keyframe.
    pub keyframe_interval: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            quality: Quality::default(),
            small: None,
            audio_bitrate_bps: 96_000,
            // One frame at 30 fps, one frame of Opus: sound in pairs would come 20 ms later, and in bursts, for which
            // WebRTC players then hold the picture back too.
            chunk: Duration::from_millis(35),
            keyframe_interval: Duration::from_secs(2),
        }
    }
}
