//! One stream of a publisher as it enters a pipeline: what it is, and how much of it may wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSrc;
use gstreamer_video as gst_video;

use super::feed::FeedError;
use super::{AudioFormat, VideoFormat};
use crate::capture::{Record, element};
use crate::trouble::Trouble;

/// Frames or packets that may wait for their turn: a keyframe of 2 MiB in packets of 1200 bytes is 1750 of them. More
/// means that the machine does not keep up, and waiting would only add delay.
const WAITING: u64 = 2048;
/// Their bytes likewise: a second of the highest bitrate, and a keyframe on top.
const WAITING_BYTES: u64 = 8 * 1024 * 1024;
/// How long a packet may wait for one that is late.
const JITTER_MS: u32 = 50;

/// Where one stream is pushed in.
pub(super) struct Input {
    source: AppSrc,
    /// How an access unit is read; only for those.
    record: Option<Record>,
    /// Whether a picture was dropped, so that those up to the next keyframe can't be decoded.
    broken: AtomicBool,
    /// How many frames or packets were dropped.
    pub(super) dropped: AtomicU64,
}

impl Input {
    /// An input of pictures that leads to `tail`. `keyframe_wanted` is set when something downstream wants one.
    pub(super) fn video(
        pipeline: &gst::Pipeline,
        format: &VideoFormat,
        tail: &gst::Element,
        keyframe_wanted: &Arc<AtomicBool>,
    ) -> Result<Self, FeedError> {
        match format {
            VideoFormat::H264 { record } => {
                let parsed = Record::parse(record).map_err(|_| FeedError::Record)?;
                let caps = gst::Caps::builder("video/x-h264")
                    .field("stream-format", "avc")
                    .field("alignment", "au")
                    .field("codec_data", gst::Buffer::from_slice(record.clone()))
                    .build();
                Self::new(pipeline, &caps, false, Some(parsed), &[tail])
            }
            VideoFormat::H264Rtp { payload_type, fmtp } => {
                let mut caps = rtp_caps("video", "H264", 90_000, *payload_type)?;
                let fields = caps.make_mut().structure_mut(0).expect("the caps have one structure");
                for key in ["packetization-mode", "profile-level-id", "sprop-parameter-sets"] {
                    if let Some(value) = parameter(fmtp, key) {
                        fields.set(key, value);
                    }
                }
                let (jitter, depay) = (jitter_buffer()?, element("rtph264depay")?);
                depay.set_property("request-keyframe", true);
                depay.set_property("wait-for-keyframe", true);
                let wanted = Arc::clone(keyframe_wanted);
                let output = jitter.static_pad("src").expect("a jitter buffer has one output");
                output.add_probe(gst::PadProbeType::EVENT_UPSTREAM, move |_, info| {
                    if info.event().is_some_and(|event| gst_video::ForceKeyUnitEvent::is(event)) {
                        wanted.store(true, Ordering::Relaxed);
                    }
                    gst::PadProbeReturn::Ok
                });
                Self::new(pipeline, &caps, true, None, &[&jitter, &depay, tail])
            }
        }
    }

    /// An input of sound that leads to `tail`.
    pub(super) fn audio(
        pipeline: &gst::Pipeline,
        format: &AudioFormat,
        tail: &gst::Element,
    ) -> Result<Self, FeedError> {
        match format {
            AudioFormat::Aac { config } => {
                // Five bits of object type, four of frequency: both stand in the first two bytes.
                if config.len() < 2 || config[0] >> 3 == 0 {
                    return Err(FeedError::Aac);
                }
                let caps = gst::Caps::builder("audio/mpeg")
                    .field("mpegversion", 4)
                    .field("stream-format", "raw")
                    .field("framed", true)
                    .field("codec_data", gst::Buffer::from_slice(config.clone()))
                    .build();
                Self::new(pipeline, &caps, false, None, &[&element("aacparse")?, &aac_decoder()?, tail])
            }
            AudioFormat::OpusRtp { payload_type } => {
                let caps = rtp_caps("audio", "OPUS", 48_000, *payload_type)?;
                let decoder = element("opusdec")?;
                // A lost packet is made up for rather than heard.
                decoder.set_property("plc", true);
                let row = [&jitter_buffer()?, &element("rtpopusdepay")?, &decoder, tail];
                Self::new(pipeline, &caps, true, None, &row)
            }
        }
    }

    /// Takes a frame with its presentation and decode time, or a packet without. Never waits.
    pub(super) fn push(&self, bytes: Bytes, times: Option<(Duration, Duration)>) {
        let full = self.source.current_level_buffers() >= WAITING
            || self.source.current_level_bytes() + bytes.len() as u64 > WAITING_BYTES;
        if let Some(record) = &self.record
            && self.broken.load(Ordering::Relaxed)
            && !full
            && record.is_key(&bytes)
        {
            self.broken.store(false, Ordering::Relaxed);
        }
        if full || self.broken.load(Ordering::Relaxed) {
            self.broken.store(self.record.is_some(), Ordering::Relaxed);
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut buffer = gst::Buffer::from_slice(bytes);
        if let Some((pts, dts)) = times {
            let fields = buffer.make_mut();
            fields.set_pts(gst::ClockTime::try_from(pts).ok());
            fields.set_dts(gst::ClockTime::try_from(dts).ok());
        }
        // Fails once the pipeline has failed, which is told elsewhere.
        let _ = self.source.push_buffer(buffer);
    }

    fn new(
        pipeline: &gst::Pipeline,
        caps: &gst::Caps,
        stamp: bool,
        record: Option<Record>,
        row: &[&gst::Element],
    ) -> Result<Self, FeedError> {
        let source =
            AppSrc::builder().caps(caps).format(gst::Format::Time).is_live(true).do_timestamp(stamp).build();
        let broken = |_| FeedError::Machine(Trouble::Joining);
        let (tail, new) = row.split_last().expect("a row ends in a branch");
        let new: Vec<_> = std::iter::once(source.upcast_ref()).chain(new.iter().copied()).collect();
        pipeline.add_many(&new).map_err(broken)?;
        gst::Element::link_many(&new).map_err(broken)?;
        new[new.len() - 1].link(*tail).map_err(broken)?;
        // What waits is bounded in `push`, which can tell what it drops.
        source.set_max_bytes(0);
        Ok(Self { source, record, broken: AtomicBool::new(false), dropped: AtomicU64::new(0) })
    }
}

fn jitter_buffer() -> Result<gst::Element, Trouble> {
    let jitter = element("rtpjitterbuffer")?;
    jitter.set_property("latency", JITTER_MS);
    jitter.set_property("do-lost", true);
    Ok(jitter)
}

/// The AAC decoder that this machine has.
pub(super) fn aac_decoder() -> Result<gst::Element, Trouble> {
    element("avdec_aac").or_else(|trouble| element("faad").map_err(|_| trouble))
}

fn rtp_caps(media: &str, encoding: &str, clock_rate: i32, payload_type: u8) -> Result<gst::Caps, FeedError> {
    if payload_type > 127 {
        return Err(FeedError::PayloadType(payload_type));
    }
    let caps = gst::Caps::builder("application/x-rtp")
        .field("media", media)
        .field("encoding-name", encoding)
        .field("clock-rate", clock_rate)
        .field("payload", i32::from(payload_type));
    Ok(caps.build())
}

/// A parameter of a session description's `fmtp` line (RFC 6184, section 8.1).
fn parameter<'a>(fmtp: &'a str, key: &str) -> Option<&'a str> {
    let pair = |pair: &'a str| pair.trim().split_once('=').filter(|(name, _)| *name == key);
    fmtp.split(';').find_map(pair).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_in_the_fmtp_line() {
        let fmtp = "level-asymmetry-allowed=1; packetization-mode=1;sprop-parameter-sets=Z0LAHw==,aMqD";
        assert_eq!(parameter(fmtp, "packetization-mode"), Some("1"));
        assert_eq!(parameter(fmtp, "sprop-parameter-sets"), Some("Z0LAHw==,aMqD"));
        assert_eq!(parameter(fmtp, "mode"), None);
        assert_eq!(parameter("", "mode"), None);
    }
}
