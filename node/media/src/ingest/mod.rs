//! Publishers: OBS, ffmpeg or a browser that sends the picture instead of the camera.
//!
//! A [`Feed`] takes media that somebody else received (RTMP, WHIP); an [`SrtListener`] receives them itself, for SRT
//! lives in GStreamer. Both pass H.264 through and decode the sound. Who may publish, and the sockets of RTMP and
//! WHIP, are the node's.

mod feed;
mod input;
mod srt;
mod ts;

#[cfg(test)]
mod tests;

use bytes::Bytes;

use crate::origin::Publisher;

pub(crate) use feed::open;
pub use feed::{Feed, FeedError};
pub(crate) use srt::Published;
pub use srt::{SrtError, SrtListener, SrtStatus};

/// What a publisher is about to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// Who sends.
    pub publisher: Publisher,
    /// The picture, if there is one.
    pub video: Option<VideoFormat>,
    /// The sound, if there is one.
    pub audio: Option<AudioFormat>,
}

/// The form of a publisher's picture. It is H.264 always; a publisher of anything else is refused before it gets here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VideoFormat {
    /// Access units with the length before each NAL unit, as RTMP has them.
    H264 {
        /// The `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15, section 5.3.3.1).
        record: Bytes,
    },
    /// RTP packets (RFC 6184), as WebRTC has them, already decrypted.
    H264Rtp {
        /// The payload type that was agreed on, 0 to 127.
        payload_type: u8,
        /// The parameters of the session description: `packetization-mode=1;sprop-parameter-sets=…`.
        fmtp: String,
    },
}

/// The form of a publisher's sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudioFormat {
    /// AAC frames without headers, as RTMP has them.
    Aac {
        /// The `AudioSpecificConfig` (ISO/IEC 14496-3, section 1.6.2.1).
        config: Bytes,
    },
    /// RTP packets of Opus (RFC 7587), already decrypted.
    OpusRtp {
        /// The payload type that was agreed on, 0 to 127.
        payload_type: u8,
    },
}
