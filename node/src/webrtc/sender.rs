//! One track that is sent: its place in the connection, its packets, and what the viewer asks for.

use std::sync::Arc;

use bytes::Bytes;
use parlor_protocol::media::{MediaTime, UnixMs};
use rtc::media_stream::MediaStreamTrack;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use webrtc::error::Error;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::PeerConnection;
use webrtc::rtp_transceiver::RtpTransceiver;

use super::stream::Stream;

/// Picture and sound bear one name, so that players keep them together (RFC 8830).
const STREAM_NAME: &str = "parlor";

/// The connection is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone;

/// A track that is sent.
pub(super) struct Sender {
    track: Arc<TrackLocalStaticRTP>,
    transceiver: Arc<dyn RtpTransceiver>,
    stream: Stream,
}

/// What a viewer asks for on one track.
pub(super) struct Requests(Arc<TrackLocalStaticRTP>);

impl Sender {
    /// Adds a track to a connection that has not met its client yet.
    pub(super) async fn add(
        connection: &dyn PeerConnection,
        codec: RTCRtpCodecParameters,
        name: &str,
    ) -> Result<Self, Error> {
        let is_video = codec.rtp_codec.mime_type.starts_with("video/");
        let kind = if is_video { RtpCodecKind::Video } else { RtpCodecKind::Audio };
        let ssrc = random();
        let stream = Stream::new(ssrc, codec.payload_type, codec.rtp_codec.clock_rate, random() as u16);
        let encoding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
            active: true,
            codec: codec.rtp_codec,
            ..Default::default()
        };
        let track = Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
            STREAM_NAME.to_owned(),
            name.to_owned(),
            name.to_owned(),
            kind,
            vec![encoding],
        )));
        let init =
            RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Sendonly, ..Default::default() };
        let transceiver = connection.add_transceiver_from_track(track.clone(), Some(init)).await?;
        Ok(Self { track, transceiver, stream })
    }

    /// Takes over the payload type that offer and answer agreed on; `None` where they agreed on no codec.
    pub(super) async fn agreed(&mut self) -> Option<()> {
        let parameters = self.transceiver.sender().await.ok()??.get_parameters().await.ok()?;
        let mut codecs = parameters.rtp_parameters.codecs.iter();
        let wanted = |codec: &&RTCRtpCodecParameters| {
            let codec = &codec.rtp_codec;
            !codec.mime_type.eq_ignore_ascii_case("video/H264")
                || codec.sdp_fmtp_line.contains("packetization-mode=1")
        };
        self.stream.set_payload_type(codecs.find(wanted)?.payload_type);
        Some(())
    }

    /// Sends one payload.
    pub(super) async fn send(&mut self, ticks: u64, marker: bool, payload: Bytes) -> Result<(), Gone> {
        self.track.write_rtp(self.stream.packet(ticks, marker, payload)).await.map_err(|_| Gone)
    }

    /// Sends a sender report.
    pub(super) async fn report(&self, epoch: UnixMs, at: MediaTime) -> Result<(), Gone> {
        self.track.write_rtcp(vec![Box::new(self.stream.report(epoch, at))]).await.map_err(|_| Gone)
    }

    /// The viewer's requests for keyframes.
    pub(super) fn requests(&self) -> Requests {
        Requests(self.track.clone())
    }
}

impl Requests {
    /// The next request; `None` once the connection is over.
    pub(super) async fn next(&mut self) -> Option<()> {
        self.0.poll().await.map(drop)
    }
}

fn random() -> u32 {
    getrandom::u32().expect("the system has randomness")
}
