//! Raw pictures to H.264.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_video as gst_video;
use parlor_protocol::media::MediaTime;

use super::h264::Candidate;
use super::line::{Failed, Line, shown_at};
use super::{EncodeError, element};
use crate::frame::{AccessUnit, AvcConfig, PictureFormat};
use crate::settings::{Quality, Settings};

/// What is to come out of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spec {
    /// Size and rate.
    pub(crate) picture: PictureFormat,
    /// Bits per second, held to by the encoder.
    pub(crate) bitrate_bps: u32,
    /// Time between keyframes that nobody asked for.
    pub(crate) keyframe_interval: Duration,
}

/// Less than this makes no picture worth watching, however small.
const LEAST_SMALL_BPS: u32 = 300_000;

impl Spec {
    /// The full picture that these settings ask for.
    pub(crate) fn of(settings: &Settings) -> Self {
        let Quality { width, height, fps, bitrate_bps } = settings.quality;
        let picture = PictureFormat { width, height, fps };
        Self { picture, bitrate_bps, keyframe_interval: settings.keyframe_interval }
    }

    /// The small quality beside this one: half as wide and high, so a quarter of the pixels and of the bits.
    pub(crate) fn small(self) -> Self {
        let half = |side: u32| ((side / 2) & !1).max(2);
        let PictureFormat { width, height, fps } = self.picture;
        Self {
            picture: PictureFormat { width: half(width), height: half(height), fps },
            bitrate_bps: (self.bitrate_bps / 4).max(LEAST_SMALL_BPS).min(self.bitrate_bps),
            ..self
        }
    }

    pub(super) fn bitrate_kbps(&self) -> u32 {
        (self.bitrate_bps / 1000).max(1)
    }

    /// Frames from one keyframe to the next.
    pub(super) fn keyframe_frames(&self) -> u32 {
        ((self.keyframe_interval.as_secs_f64() * f64::from(self.picture.fps)).round() as u32).max(1)
    }

    /// The lowest level that the size and rate fit in (H.264, table A-1), for encoders that don't find it themselves.
    fn level(&self) -> &'static str {
        let PictureFormat { width, height, fps } = self.picture;
        let blocks = width.div_ceil(16) * height.div_ceil(16);
        match (blocks, blocks * fps) {
            (..=3600, ..=108_000) => "3.1",
            (..=8192, ..=245_760) => "4",
            (..=8704, ..=522_240) => "4.2",
            _ => "5.1",
        }
    }
}

/// A running H.264 encoder.
#[derive(Debug)]
pub(crate) struct VideoEncoder {
    line: Line,
    encoder: gst::Element,
    /// The last picture's time in microseconds, after which the next one's must be.
    last_us: AtomicU64,
}

impl VideoEncoder {
    /// Starts an encoder of pictures in the format `input`, which are scaled if `spec` has another size.
    ///
    /// `take` gets the access units in order, the first of them a keyframe; it is called from the encoder's thread.
    pub(crate) fn start(
        candidate: &Candidate,
        input: PictureFormat,
        spec: &Spec,
        waiting: u64,
        mut take: impl FnMut(AccessUnit) + Send + 'static,
        failed: Failed,
    ) -> Result<Self, EncodeError> {
        let encoder = element(candidate.element)?;
        (candidate.configure)(&encoder, spec);
        let convert = element("videoconvertscale")?;
        let scaled = element("capsfilter")?;
        let size = gst::Caps::builder("video/x-raw")
            .field("width", spec.picture.width.cast_signed())
            .field("height", spec.picture.height.cast_signed());
        scaled.set_property("caps", size.build());
        let profile = element("capsfilter")?;
        profile.set_property("caps", coded_caps(candidate, spec));
        let parse = element("h264parse")?;
        // Parameter sets before every keyframe.
        parse.set_property("config-interval", -1_i32);

        let output =
            gst::Caps::builder("video/x-h264").field("stream-format", "avc").field("alignment", "au").build();
        let mut setup: Option<(gst::Caps, Arc<AvcConfig>)> = None;
        let take = move |sample: gst::Sample| {
            if let Some(unit) = unit(&sample, &mut setup) {
                take(unit);
            }
        };
        let row = [convert, scaled, encoder.clone(), profile, parse];
        let line = Line::start(candidate.element, (&input.caps(), &output), &row, waiting, take, failed)?;
        Ok(Self { line, encoder, last_us: AtomicU64::new(0) })
    }

    /// Takes the next picture, shown at `pts`, which the buffer says too. One that is not newer than the last is left
    /// out: a source that comes back may begin before the "no signal" picture's last.
    pub(crate) fn push(&self, picture: gst::Buffer, pts: MediaTime) {
        if self.last_us.fetch_max(pts.as_micros(), Ordering::Relaxed) < pts.as_micros() {
            self.line.push(picture);
        }
    }

    /// Makes the next picture a keyframe.
    pub(crate) fn request_keyframe(&self) {
        let event = gst_video::UpstreamForceKeyUnitEvent::builder().all_headers(true).build();
        if let Some(pad) = self.encoder.static_pad("src") {
            // Refused only while the encoder stops.
            pad.send_event(event);
        }
    }

    /// How many pictures were dropped, because the encoder did not keep up.
    pub(crate) fn dropped(&self) -> u64 {
        self.line.dropped()
    }
}

/// What the encoder must give.
fn coded_caps(candidate: &Candidate, spec: &Spec) -> gst::Caps {
    let caps = gst::Caps::builder("video/x-h264")
        .field("stream-format", "byte-stream")
        .field("alignment", "au")
        .field("profile", gst::List::new(candidate.profiles));
    if candidate.names_level { caps.field("level", spec.level()).build() } else { caps.build() }
}

/// The access unit in a sample of `h264parse`; `None` for one without a time or a set-up, which never happens.
fn unit(sample: &gst::Sample, setup: &mut Option<(gst::Caps, Arc<AvcConfig>)>) -> Option<AccessUnit> {
    let caps = sample.caps_owned()?;
    if setup.as_ref().is_none_or(|(known, _)| *known != caps) {
        let config = Arc::new(config(&caps)?);
        *setup = Some((caps, config));
    }
    let (_, config) = setup.as_ref()?;
    let pts = shown_at(sample)?;
    let buffer = sample.buffer_owned()?;
    let key = !buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
    let data = Bytes::from_owner(buffer.into_mapped_buffer_readable().ok()?);
    // Without B-frames, a frame is decoded when it is shown.
    Some(AccessUnit { data, pts, dts: pts, key, config: Arc::clone(config) })
}

fn config(caps: &gst::CapsRef) -> Option<AvcConfig> {
    let caps = caps.structure(0)?;
    let record = caps.get::<gst::Buffer>("codec_data").ok()?;
    let size = |name| caps.get::<i32>(name).ok().and_then(|size| u32::try_from(size).ok());
    let rate = caps.get::<gst::Fraction>("framerate").unwrap_or(gst::Fraction::new(0, 1));
    let frame_rate_milli = i64::from(rate.numer()) * 1000 / i64::from(rate.denom().max(1));
    Some(AvcConfig {
        record: Bytes::copy_from_slice(&record.map_readable().ok()?),
        width: size("width")?,
        height: size("height")?,
        frame_rate_milli: u32::try_from(frame_rate_milli).unwrap_or(0),
    })
}
