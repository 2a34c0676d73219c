//! A client of the same crate watches a room over loopback.

use bytes::{Bytes, BytesMut};
use parlor_protocol::media::TrackName;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp::codec::h264::H264Packet;
use rtc::rtp::packetizer::Depacketizer;
use tokio::sync::oneshot;
use webrtc::media_stream::track_remote::TrackRemote;

use super::*;
use crate::webrtc::testing::{Client, FRAME, frame, gateway, packet, room, sound};

const FULL: (TrackName, bool) = (TrackName::VIDEO, false);

/// The next whole frame of a track, with its timestamp.
async fn next_frame(track: &dyn TrackRemote) -> (u64, Bytes) {
    let mut depacketizer = H264Packet::default();
    depacketizer.is_avc = true;
    let mut frame = BytesMut::new();
    loop {
        let packet = packet(track).await;
        frame.extend_from_slice(&depacketizer.depacketize(&packet.payload).unwrap());
        if packet.header.marker {
            return (packet.header.timestamp.into(), frame.freeze());
        }
    }
}

/// Which frame or packet of sound a timestamp means.
fn index(ticks: u64, clock: u64) -> u64 {
    let ticks_per_frame = clock * FRAME.as_millis() as u64 / 1000;
    assert_eq!(ticks % ticks_per_frame, 0);
    ticks / ticks_per_frame
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_gets_the_room_s_frames_and_sound() {
    let (room, mut camera) = room(&[FULL]);
    let gateway = gateway();
    let mut client = Client::new().await;
    let offer = client.offer_to_receive().await;
    let (guard, ended) = oneshot::channel::<()>();
    let answer = gateway.play(room, None, &offer, guard).await.unwrap();
    client.take(&answer.sdp).await;
    let (video, audio) = client.tracks().await;

    let (ticks, first) = next_frame(&*video).await;
    let first_index = index(ticks, 90_000);
    assert_eq!(first, frame(first_index, true), "the first frame is a keyframe, unharmed");
    let (ticks, second) = next_frame(&*video).await;
    assert_eq!(index(ticks, 90_000), first_index + 1);
    assert!(second == frame(first_index + 1, false) || second == frame(first_index + 1, true));
    let heard = packet(&*audio).await;
    let heard_index = index(heard.header.timestamp.into(), 48_000);
    assert_eq!(heard.payload, sound(heard_index));
    assert!(heard_index >= first_index, "no sound from before the picture");

    let asked = *camera.asked.borrow_and_update();
    let media_ssrc = video.ssrcs().await[0];
    let loss = PictureLossIndication { sender_ssrc: 0, media_ssrc };
    video.write_rtcp(vec![Box::new(loss)]).await.unwrap();
    camera.asked.wait_for(|now| *now > asked).await.unwrap();

    gateway.end(&answer.session);
    ended.await.unwrap_err();
    assert_eq!(gateway.sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_broadcast() {
    let (room, _camera) = room(&[FULL]);
    let mut client = Client::new().await;
    let offer = client.offer_to_receive().await;
    let (guard, ended) = oneshot::channel::<()>();
    let answer = gateway().play(room.clone(), None, &offer, guard).await;
    // The gateway is gone with its last handle, and the session with it.
    answer.unwrap();
    ended.await.unwrap_err();

    let gateway = gateway();
    let (guard, ended) = oneshot::channel::<()>();
    let mut client = Client::new().await;
    let offer = client.offer_to_receive().await;
    let answer = gateway.play(room.clone(), None, &offer, guard).await.unwrap();
    client.take(&answer.sdp).await;
    packet(&*client.tracks().await.0).await;
    room.set_on_air(false);
    ended.await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn reordered_pictures_are_not_sent() {
    let mut client = Client::new().await;
    let offer = client.offer_to_receive().await;
    let (only_full, _camera) = room(&[(TrackName::VIDEO, true)]);
    let refused = gateway().play(only_full, None, &offer, ()).await;
    assert!(matches!(refused, Err(PlayError::Reordered)));

    let (both, _camera) = room(&[(TrackName::VIDEO, true), (TrackName::VIDEO_SMALL, false)]);
    assert_eq!(playable(&both, TrackName::VIDEO).await.unwrap(), TrackName::VIDEO_SMALL);
    let none = playable(&both, TrackName::AUDIO).await;
    assert!(matches!(none, Err(PlayError::Room(JoinError::NoSuchTrack))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_offer_is_refused_or_answered() {
    let (room, _camera) = room(&[FULL]);
    let gateway = gateway();
    let offer = Client::new().await.offer_to_receive().await;
    let lines: Vec<_> = offer.split_inclusive("\r\n").collect();
    for missing in 0..lines.len() {
        let damaged = [&lines[..missing], &lines[missing + 1..]].concat().concat();
        let (guard, ended) = oneshot::channel::<()>();
        match gateway.play(room.clone(), None, &damaged, guard).await {
            Ok(answer) => {
                gateway.end(&answer.session);
                ended.await.unwrap_err();
            }
            Err(error) => {
                assert!(matches!(error, PlayError::Offer(_)), "without {}: {error}", lines[missing]);
            }
        }
    }
}
