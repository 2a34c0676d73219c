//! What capture hands to encode: pictures, access units and sound on one timeline.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use parlor_protocol::media::{MediaTime, UnixMs};

use crate::trouble::Trouble;

/// The stream's timeline: a steady clock, and the calendar time when it stood at zero.
///
/// Every pipeline runs on it, so a buffer's running time is its media time, whichever pipeline it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    clock: gst::Clock,
    base: gst::ClockTime,
    epoch: UnixMs,
}

impl Timeline {
    /// A timeline that starts now.
    pub(crate) fn start() -> Self {
        let clock = gst::SystemClock::obtain();
        let base = clock.time();
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { clock, base, epoch: UnixMs(since_1970.as_millis() as u64) }
    }

    /// The wall-clock time at media time zero.
    pub(crate) fn epoch(&self) -> UnixMs {
        self.epoch
    }

    /// Where the timeline stands now.
    pub(crate) fn now(&self) -> MediaTime {
        MediaTime::from_micros(self.clock.time().saturating_sub(self.base).useconds())
    }

    /// Puts a pipeline on this timeline; to be called before it leaves the null state.
    pub(crate) fn govern(&self, pipeline: &gst::Pipeline) {
        pipeline.use_clock(Some(&self.clock));
        pipeline.set_start_time(gst::ClockTime::NONE);
        pipeline.set_base_time(self.base);
    }
}

/// The raw picture that encode wants: I420 (BT.601/709 limited range), square pixels, a steady frame-rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PictureFormat {
    /// Pixels across, even.
    pub(crate) width: u32,
    /// Pixels down, even.
    pub(crate) height: u32,
    /// Frames per second.
    pub(crate) fps: u32,
}

impl PictureFormat {
    /// The caps of the raw picture.
    pub(crate) fn caps(self) -> gst::Caps {
        gst::Caps::builder("video/x-raw")
            .field("format", "I420")
            .field("width", self.width.cast_signed())
            .field("height", self.height.cast_signed())
            .field("framerate", gst::Fraction::new(self.fps.cast_signed(), 1))
            .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
            .build()
    }
}

/// The caps of the raw sound: 48 kHz, stereo, signed 16 bit, interleaved.
pub(crate) fn sound_caps() -> gst::Caps {
    gst::Caps::builder("audio/x-raw")
        .field("format", "S16LE")
        .field("layout", "interleaved")
        .field("rate", 48_000)
        .field("channels", 2)
        .build()
}

/// What a decoder of an H.264 stream needs first, and what the catalogue says of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AvcConfig {
    /// The `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15, section 5.3.3.1), with four-byte NAL lengths.
    pub(crate) record: Bytes,
    /// Pixels across, after cropping.
    pub(crate) width: u32,
    /// Pixels down, after cropping.
    pub(crate) height: u32,
    /// Frames per 1000 s, 0 where the stream does not say.
    pub(crate) frame_rate_milli: u32,
}

/// One coded frame of H.264.
#[derive(Debug, Clone)]
pub(crate) struct AccessUnit {
    /// NAL units, each after its length in four bytes; a keyframe carries its parameter sets in band too.
    pub(crate) data: Bytes,
    /// When it is shown.
    pub(crate) pts: MediaTime,
    /// When it is decoded; never after `pts`, never before the last one's.
    pub(crate) dts: MediaTime,
    /// Whether decoding can start here (an IDR picture).
    pub(crate) key: bool,
    /// The decoder set-up that it needs.
    pub(crate) config: Arc<AvcConfig>,
}

/// What a capture produces.
#[derive(Debug, Clone)]
pub(crate) enum Captured {
    /// A raw picture in the [`PictureFormat`] that was asked for; its PTS is media time.
    Picture(gst::Buffer),
    /// A frame that the source had coded in H.264 already; it is passed through.
    AccessUnit(AccessUnit),
    /// Raw sound as [`sound_caps`] has it; its PTS is media time.
    Sound(gst::Buffer),
    /// The source is gone, and why; the capture keeps trying to bring it back.
    Lost(Trouble),
}
