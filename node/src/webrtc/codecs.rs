//! What a connection can carry: H.264 and Opus, and how lost packets and keyframes are asked for.

#[cfg(feature = "gstreamer")]
use rtc::interceptor::NackGeneratorBuilder;
use rtc::interceptor::{NackResponderBuilder, Registry, Slot};
#[cfg(feature = "gstreamer")]
use rtc::peer_connection::configuration::interceptor_registry::{
    configure_rtcp_reports, configure_twcc_receiver_only,
};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_H264, MIME_TYPE_OPUS, MediaEngine};
use rtc::rtp_transceiver::rtp_sender::{RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RtpCodecKind};
use webrtc::error::Error;

use super::keyframes::KeyframeRequests;

/// Ticks of a video timestamp per second (RFC 6184, section 8.2.1).
pub(super) const VIDEO_CLOCK: u32 = 90_000;
/// Ticks of a sound timestamp per second (RFC 7587, section 4.1).
pub(super) const AUDIO_CLOCK: u32 = 48_000;

/// Profiles that offers name: constrained baseline, baseline, main, high and constrained high. A decoder follows
/// the parameter sets in the stream, whichever of them was agreed on.
const H264_PROFILES: [&str; 5] = ["42e01f", "42001f", "4d001f", "64001f", "640c1f"];
/// Payload types before an offer is known; the offer's numbers replace them.
const H264_PAYLOAD_TYPE: u8 = 102;
const OPUS_PAYLOAD_TYPE: u8 = 111;
/// Packets kept for retransmission, a power of two: 1.5 s at 2.5 Mbit/s, beyond any round trip that is still live.
const KEPT_PACKETS: u16 = 512;

/// Codecs and interceptors of one connection.
pub(super) struct Abilities {
    /// What is agreed to in an answer.
    pub(super) codecs: MediaEngine,
    /// What acts on packets between the session and the socket.
    pub(super) interceptors: Registry,
}

impl Abilities {
    /// Sends: answers requests for lost packets, hands on requests for keyframes. The session writes the sender
    /// reports itself, for it knows the media time.
    pub(super) fn to_send() -> Result<Self, Error> {
        let responder = NackResponderBuilder::new().with_size(KEPT_PACKETS).build();
        let interceptors = Registry::new()
            .with(Slot::NackResponder, responder)
            .with(KeyframeRequests::slot(), KeyframeRequests::default());
        Ok(Self { codecs: codecs()?, interceptors })
    }

    #[cfg(feature = "gstreamer")]
    /// Receives: asks for lost packets, and reports what arrives so that the sender finds its bitrate.
    pub(super) fn to_receive() -> Result<Self, Error> {
        let mut codecs = codecs()?;
        let interceptors = configure_rtcp_reports(Registry::new())
            .with(Slot::NackGenerator, NackGeneratorBuilder::new().build());
        let interceptors = configure_twcc_receiver_only(interceptors, &mut codecs)?;
        Ok(Self { codecs, interceptors })
    }
}

fn codecs() -> Result<MediaEngine, Error> {
    let mut codecs = MediaEngine::default();
    for (payload_type, profile) in (H264_PAYLOAD_TYPE..).zip(H264_PROFILES) {
        codecs.register_codec(h264(payload_type, profile), RtpCodecKind::Video)?;
    }
    codecs.register_codec(opus(), RtpCodecKind::Audio)?;
    Ok(codecs)
}

/// The codec of every video track: H.264 in packetization mode 1 (RFC 6184, section 6.3).
pub(super) fn h264(payload_type: u8, profile: &str) -> RTCRtpCodecParameters {
    let feedback = [("nack", ""), ("nack", "pli"), ("ccm", "fir")]
        .map(|(kind, parameter)| RTCPFeedback { typ: kind.to_owned(), parameter: parameter.to_owned() });
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_H264.to_owned(),
            clock_rate: VIDEO_CLOCK,
            channels: 0,
            sdp_fmtp_line: format!(
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={profile}"
            ),
            rtcp_feedback: feedback.to_vec(),
        },
        payload_type,
    }
}

/// The codec of every audio track: Opus, stereo (RFC 7587).
pub(super) fn opus() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: AUDIO_CLOCK,
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1".to_owned(),
            rtcp_feedback: Vec::new(),
        },
        payload_type: OPUS_PAYLOAD_TYPE,
    }
}

/// The default H.264 codec, for a track that is made before the offer is read.
pub(super) fn default_h264() -> RTCRtpCodecParameters {
    h264(H264_PAYLOAD_TYPE, H264_PROFILES[0])
}
