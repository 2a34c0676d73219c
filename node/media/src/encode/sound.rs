//! Raw sound to Opus and AAC.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use parlor_protocol::media::MediaTime;

use super::elements::{is_installed, missing};
use super::line::{Failed, Line, shown_at};
use super::{EncodeError, element};
use crate::frame::sound_caps;
use crate::package::fmp4::init::AudioInit;

/// A codec of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// RFC 6716, for browsers and nodes.
    Opus,
    /// AAC, low complexity, for Apple's HLS players.
    Aac,
}

/// One packet of Opus or one raw data block of AAC.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    pub(crate) data: Bytes,
    /// When its first sample is heard, if the decoder's delay is not dropped.
    pub(crate) time: MediaTime,
    pub(crate) duration: Duration,
    /// What a decoder needs first.
    pub(crate) init: Arc<AudioInit>,
}

/// Media in a packet of Opus. 20 ms is what every WebRTC stack expects; less costs bits, more costs delay.
const OPUS_FRAME: Duration = Duration::from_millis(20);
/// Media in a block of AAC: 1024 samples at 48 kHz.
const AAC_FRAME: Duration = Duration::from_nanos(1024 * 1_000_000_000 / 48_000);
/// Pieces of sound that may wait: a second of the usual 20 ms, since a gap is heard.
const WAITING: u64 = 50;
/// AAC needs about this much more than Opus for the same ear, and is at its best below the second number.
const AAC_SHARE: (u32, u32) = (4, 3);
const AAC_MOST_BPS: u32 = 256_000;

/// An AAC encoder, and by how much what comes out of it lags behind what went in: a block, decoded, begins with the
/// sound from so many samples before the block's own time. GStreamer does not say; the test measures it.
pub(super) struct Aac {
    pub(super) element: &'static str,
    pub(super) delay_samples: u64,
}

/// The AAC encoders, first choice first. libav's sounds a little better and costs 20 MB for its libraries, which
/// nothing else that runs all the time needs.
pub(super) const AAC: [Aac; 2] =
    [Aac { element: "voaacenc", delay_samples: 1600 }, Aac { element: "avenc_aac", delay_samples: 1024 }];

/// A running encoder of sound.
#[derive(Debug)]
pub(crate) struct SoundEncoder {
    line: Line,
}

impl Codec {
    /// What the codec is given of the bitrate that the host set for Opus.
    pub(crate) fn bitrate_bps(self, opus_bps: u32) -> u32 {
        match self {
            Self::Opus => opus_bps,
            Self::Aac => (opus_bps * AAC_SHARE.0 / AAC_SHARE.1).min(AAC_MOST_BPS),
        }
    }

    /// The encoder that is installed, or the error that says what to install.
    pub(crate) fn encoder(self) -> Result<&'static str, EncodeError> {
        match self {
            Self::Opus => Some("opusenc").filter(|name| is_installed(name)).ok_or_else(|| missing("opusenc")),
            Self::Aac => aac().map(|aac| aac.element),
        }
    }
}

fn aac() -> Result<&'static Aac, EncodeError> {
    AAC.iter().find(|aac| is_installed(aac.element)).ok_or_else(|| missing("voaacenc"))
}

/// Where an encoder's packets go, and its failure.
pub(crate) struct Start {
    /// Called from the encoder's thread.
    pub(crate) take: Box<dyn FnMut(Packet) + Send>,
    pub(crate) failed: Failed,
}

impl SoundEncoder {
    /// Starts an encoder of sound as [`sound_caps`] has it.
    pub(crate) fn start(codec: Codec, bitrate_bps: u32, start: Start) -> Result<Self, EncodeError> {
        match codec {
            Codec::Opus => {
                let encoder = element("opusenc")?;
                encoder.set_property_from_str("bitrate-type", "constrained-vbr");
                encoder.set_property_from_str("frame-size", "20");
                let caps = gst::Caps::new_empty_simple("audio/x-opus");
                Self::run(codec, "opusenc", encoder, bitrate_bps, &caps, Duration::ZERO, start)
            }
            Codec::Aac => Self::start_aac(aac()?, bitrate_bps, start),
        }
    }

    pub(super) fn start_aac(aac: &Aac, bitrate_bps: u32, start: Start) -> Result<Self, EncodeError> {
        let caps =
            gst::Caps::builder("audio/mpeg").field("mpegversion", 4).field("stream-format", "raw").build();
        let delay = Duration::from_nanos(aac.delay_samples * 1_000_000_000 / 48_000);
        Self::run(Codec::Aac, aac.element, element(aac.element)?, bitrate_bps, &caps, delay, start)
    }

    fn run(
        codec: Codec,
        name: &'static str,
        encoder: gst::Element,
        bitrate_bps: u32,
        caps: &gst::Caps,
        delay: Duration,
        Start { mut take, failed }: Start,
    ) -> Result<Self, EncodeError> {
        encoder.set_property("bitrate", bitrate_bps.cast_signed());
        let mut setup: Option<(gst::Caps, Arc<AudioInit>)> = None;
        let take = move |sample: gst::Sample| {
            if let Some(packet) = packet(codec, &sample, delay, &mut setup) {
                take(packet);
            }
        };
        let row = [element("audioconvert")?, encoder];
        let line = Line::start(name, (&sound_caps(), caps), &row, WAITING, take, failed)?;
        Ok(Self { line })
    }

    /// Takes the next sound; its PTS is media time, and follows the end of the last.
    pub(crate) fn push(&self, sound: gst::Buffer) {
        self.line.push(sound);
    }

    /// How many pieces of sound were dropped, because the encoder did not keep up.
    pub(crate) fn dropped(&self) -> u64 {
        self.line.dropped()
    }
}

fn packet(
    codec: Codec,
    sample: &gst::Sample,
    delay: Duration,
    setup: &mut Option<(gst::Caps, Arc<AudioInit>)>,
) -> Option<Packet> {
    let caps = sample.caps_owned()?;
    if setup.as_ref().is_none_or(|(known, _)| *known != caps) {
        let init = Arc::new(init(codec, &caps)?);
        *setup = Some((caps, init));
    }
    let (_, init) = setup.as_ref()?;
    let buffer = sample.buffer()?;
    let pts = shown_at(sample)?;
    let (shift, duration) = match codec {
        // GStreamer has taken the pre-skip off the times already, and off the first packet's duration; the packet
        // holds 20 ms all the same, and it is the decoder that drops what is too much (RFC 7845, section 4.2).
        Codec::Opus => (OPUS_FRAME.saturating_sub(buffer.duration().unwrap_or_default().into()), OPUS_FRAME),
        Codec::Aac => (delay, AAC_FRAME),
    };
    // Nothing is heard before media time zero; a packet that would begin there holds only what the decoder drops.
    let time = (pts >= MediaTime::ZERO + shift).then(|| pts - shift)?;
    let data = Bytes::from_owner(sample.buffer_owned()?.into_mapped_buffer_readable().ok()?);
    Some(Packet { data, time, duration, init: Arc::clone(init) })
}

fn init(codec: Codec, caps: &gst::CapsRef) -> Option<AudioInit> {
    let caps = caps.structure(0)?;
    match codec {
        Codec::Opus => {
            let headers = caps.get::<gst::ArrayRef>("streamheader").ok()?;
            let head = headers.first()?.get::<gst::Buffer>().ok()?;
            let head = head.map_readable().ok()?;
            // `OpusHead` (RFC 7845, section 5.1): channels at 9, pre-skip at 10, little-endian.
            let (channels, pre_skip) = (*head.get(9)?, head.get(10..12)?);
            Some(AudioInit::Opus { channels, pre_skip: u16::from_le_bytes([pre_skip[0], pre_skip[1]]) })
        }
        Codec::Aac => {
            let config = caps.get::<gst::Buffer>("codec_data").ok()?;
            // The first two bytes are all of an AudioSpecificConfig for LC (ISO/IEC 14496-3, section 1.6.2.1);
            // what libav adds only says that there is no SBR.
            let config = config.map_readable().ok()?;
            Some(AudioInit::Aac { config: Bytes::copy_from_slice(config.get(..2)?) })
        }
    }
}
