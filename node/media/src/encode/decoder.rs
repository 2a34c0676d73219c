//! H.264 that is passed through, to raw pictures for the small quality and the still ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gstreamer as gst;
use gstreamer::prelude::*;
use parlor_protocol::media::MediaTime;

use super::elements::is_installed;
use super::line::{Failed, Line, shown_at};
use super::{EncodeError, element};
use crate::frame::{AccessUnit, AvcConfig, PictureFormat};

/// The decoders, first choice first.
const DECODERS: [&str; 3] = ["v4l2h264dec", "avdec_h264", "openh264dec"];
/// Access units that may wait: a burst after a hiccup of the publisher's line. They are small.
const WAITING: u64 = 60;

/// A running decoder.
#[derive(Debug)]
pub(crate) struct Decoder {
    line: Line,
    /// Whether there was a keyframe; nothing can be decoded before the first.
    started: AtomicBool,
}

impl Decoder {
    /// Starts a decoder of access units with this set-up; `take` gets pictures in the format `output`, stamped with
    /// media time, and is called from the decoder's thread.
    pub(crate) fn start(
        config: &AvcConfig,
        output: PictureFormat,
        mut take: impl FnMut(gst::Buffer, MediaTime) + Send + 'static,
        failed: Failed,
    ) -> Result<Self, EncodeError> {
        let name = DECODERS.into_iter().find(|name| is_installed(name)).unwrap_or("avdec_h264");
        let decode = element(name)?;
        if decode.has_property("max-threads") {
            // One: threads over frames would hold one back each, and the full picture does not need them.
            decode.set_property("max-threads", 1_i32);
        }
        let input = gst::Caps::builder("video/x-h264")
            .field("stream-format", "avc")
            .field("alignment", "au")
            .field("codec_data", gst::Buffer::from_slice(config.record.clone()))
            .field("width", config.width.cast_signed())
            .field("height", config.height.cast_signed())
            .build();
        let mut caps = output.caps();
        // The stream's own frames are taken as they come.
        caps.make_mut().structure_mut(0).expect("the caps have one structure").remove_field("framerate");
        let take = move |sample: gst::Sample| {
            let Some(pts) = shown_at(&sample) else { return };
            let Some(picture) = sample.buffer_owned() else { return };
            drop(sample);
            take(picture, pts);
        };
        let row = [decode, element("videoconvertscale")?];
        let line = Line::start(name, (&input, &caps), &row, WAITING, take, failed)?;
        Ok(Self { line, started: AtomicBool::new(false) })
    }

    /// Takes the next access unit; those before the first keyframe are left out.
    pub(crate) fn push(&self, unit: &AccessUnit) {
        if !self.started.load(Ordering::Relaxed) && !unit.key {
            return;
        }
        self.started.store(true, Ordering::Relaxed);
        let mut buffer = gst::Buffer::from_slice(unit.data.clone());
        let fields = buffer.get_mut().expect("a new buffer has one owner");
        fields.set_pts(gst::ClockTime::from_useconds(unit.pts.as_micros()));
        fields.set_dts(gst::ClockTime::from_useconds(unit.dts.as_micros()));
        if !unit.key {
            fields.set_flags(gst::BufferFlags::DELTA_UNIT);
        }
        self.line.push(buffer);
    }

    /// How much was dropped, because the line did not keep up.
    pub(crate) fn dropped(&self) -> u64 {
        self.line.dropped()
    }
}

/// The format of the raw pictures that are made of a stream with this set-up: its own size, made even, and its own
/// rate, or `fps` where it does not say.
pub(crate) fn decoded_format(config: &Arc<AvcConfig>, fps: u32) -> PictureFormat {
    let even = |side: u32| (side & !1).max(2);
    let rate = (config.frame_rate_milli + 500) / 1000;
    PictureFormat {
        width: even(config.width),
        height: even(config.height),
        fps: if (1..=60).contains(&rate) { rate } else { fps },
    }
}
