//! A client of the same crate watches one engine's test picture and publishes it to another engine.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use parlor_media::package::fmp4::read;
use parlor_media::{Coder, Origin, Settings, Source};
use parlor_protocol::media::{Chunk, TrackName};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_VP8, MediaEngine};
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;

use super::*;
use crate::room::{Next, Room};
use crate::webrtc::codecs;
use crate::webrtc::testing::{Client, empty_room, gateway, packet};

/// An engine that runs, and its room.
fn engine(source: Source) -> (Arc<Broadcast>, Arc<Room>) {
    let room = empty_room();
    let settings = Settings {
        quality: parlor_media::Quality { width: 320, height: 240, fps: 30, bitrate_bps: 300_000 },
        small: Some(false),
        keyframe_interval: Duration::from_millis(500),
        ..Settings::default()
    };
    let broadcast = Arc::new(Broadcast::start(settings, source, room.clone()).unwrap());
    broadcast.set_running(true);
    (broadcast, room)
}

/// A track that a client sends, with its SSRC.
async fn add_track(
    client: &Client,
    codec: RTCRtpCodecParameters,
    kind: RtpCodecKind,
) -> (Arc<TrackLocalStaticRTP>, u32) {
    let ssrc = if kind == RtpCodecKind::Video { 1 } else { 2 };
    let encoding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        active: true,
        codec: codec.rtp_codec,
        ..Default::default()
    };
    let name = kind.to_string();
    let track = MediaStreamTrack::new("camera".to_owned(), name.clone(), name, kind, vec![encoding]);
    let track = Arc::new(TrackLocalStaticRTP::new(track));
    let init =
        RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Sendonly, ..Default::default() };
    client.connection.add_transceiver_from_track(track.clone(), Some(init)).await.unwrap();
    (track, ssrc)
}

/// Sends on what comes from `from`, under another SSRC and payload type.
async fn relay(from: Arc<dyn TrackRemote>, to: Arc<TrackLocalStaticRTP>, ssrc: u32, payload_type: u8) {
    loop {
        let mut packet = packet(&*from).await;
        packet.header.ssrc = ssrc;
        packet.header.payload_type = payload_type;
        if to.write_rtp(packet).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_publisher_sends_reaches_the_room() {
    let (_source, source_room) = engine(Source::Test);
    let (broadcast, room) = engine(Source::None);
    let gateway = gateway();

    let coded = Arc::default();
    tokio::spawn(collect(source_room.clone(), Arc::clone(&coded)));
    let mut viewer = Client::new().await;
    let offer = viewer.offer_to_receive().await;
    let answer = gateway.play(source_room, None, &offer, ()).await.unwrap();
    viewer.take(&answer.sdp).await;
    let (video, audio) = viewer.tracks().await;

    let mut publisher = Client::new().await;
    let (video_out, video_ssrc) = add_track(&publisher, codecs::default_h264(), RtpCodecKind::Video).await;
    let (audio_out, audio_ssrc) = add_track(&publisher, codecs::opus(), RtpCodecKind::Audio).await;
    let offer = publisher.offer().await;
    let answer = gateway.publish(broadcast.clone(), &offer).await.unwrap();
    let second = gateway.publish(broadcast.clone(), &offer).await;
    assert!(matches!(second, Err(PublishError::Busy)));
    publisher.take(&answer.sdp).await;
    publisher.connected().await;
    let agreed = rtc::peer_connection::sdp::RTCSessionDescription::answer(answer.sdp.clone()).unwrap();
    let agreed = PayloadTypes::of(&agreed.unmarshal().unwrap());
    tokio::spawn(relay(video, video_out, video_ssrc, agreed.h264[0]));
    tokio::spawn(relay(audio, audio_out, audio_ssrc, agreed.opus[0]));

    // The very pictures that the source had coded come out, not coded again.
    let mut reader = room.join(&TrackName::VIDEO).await.unwrap();
    loop {
        let Some(Next::Item(chunk)) = reader.next().await else { continue };
        let coded = coded.lock().unwrap();
        if keyframes(&chunk).any(|unit| coded.contains(&unit)) {
            break;
        }
    }
    let status = broadcast.status();
    assert_eq!(
        (status.source, status.encoder),
        (Origin::Publisher(parlor_media::Publisher::Whip), Coder::Source)
    );

    gateway.end(&answer.session);
    publisher.over().await;
    let mut again = Client::new().await;
    add_track(&again, codecs::default_h264(), RtpCodecKind::Video).await;
    let offer = again.offer().await;
    gateway.publish(broadcast, &offer).await.unwrap();
}

/// The coded slices of keyframes in a chunk.
fn keyframes(chunk: &Chunk) -> impl Iterator<Item = Bytes> {
    const IDR_SLICE: u8 = 5;
    let samples = read::samples(&chunk.payload).unwrap();
    samples.into_iter().flat_map(|sample| read::nals(&sample.data)).filter(|unit| unit[0] & 0x1f == IDR_SLICE)
}

/// Collects the keyframes that a room gets.
async fn collect(room: Arc<Room>, coded: Arc<Mutex<HashSet<Bytes>>>) {
    let mut reader = room.join(&TrackName::VIDEO).await.unwrap();
    while let Some(next) = reader.next().await {
        if let Next::Item(chunk) = next {
            coded.lock().unwrap().extend(keyframes(&chunk));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_codec_is_refused() {
    let (broadcast, _room) = engine(Source::None);
    let vp8 = RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.to_owned(),
            clock_rate: 90_000,
            ..Default::default()
        },
        payload_type: 96,
    };
    let mut codecs = MediaEngine::default();
    codecs.register_codec(vp8.clone(), RtpCodecKind::Video).unwrap();
    let mut publisher = Client::with_codecs(codecs).await;
    add_track(&publisher, vp8, RtpCodecKind::Video).await;
    let offer = publisher.offer().await;
    let refused = gateway().publish(broadcast, &offer).await;
    assert!(matches!(refused, Err(PublishError::Offer(OfferError::NoH264))));
}
