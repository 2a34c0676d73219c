//! The room as sources and sinks see it.

use std::time::Duration;

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use parlor_protocol::media::{self, MediaTime, Video};

use super::*;

fn room() -> Room {
    let key = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
    Room::new(RoomId::from_public_key(key).expect("a made key is strong"), About::default())
}

fn catalogue() -> Catalogue {
    let medium = Medium::Video(Video { width: 2, height: 2, frame_rate_milli: 30_000, reordered: false });
    let track = media::Track {
        name: TrackName::VIDEO,
        medium,
        codec: "avc1.42c01f".into(),
        bitrate_bps: 1,
        init_version: 0,
        init: Bytes::new(),
    };
    Catalogue { epoch: UnixMs(0), tracks: vec![track] }
}

fn chunk(sequence: u64, starts_group: bool, captured: UnixMs) -> Chunk {
    Chunk {
        sequence,
        group: 0,
        starts_group,
        init_version: 0,
        time: MediaTime::from_micros(sequence * 40_000),
        duration: Duration::from_millis(40),
        captured,
        payload: Bytes::from_static(b"x"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_joiner_starts_at_a_fresh_keyframe_at_once() {
    let room = Arc::new(room());
    Output::catalogue(&*room, catalogue());
    room.chunk(&TrackName::VIDEO, chunk(0, true, now()));
    room.chunk(&TrackName::VIDEO, chunk(1, false, now()));
    let mut reader = room.join(&TrackName::VIDEO).await.unwrap();
    assert!(matches!(reader.next().await, Some(Next::Item(chunk)) if chunk.sequence == 0));
}

#[tokio::test(start_paused = true)]
async fn a_joiner_asks_for_a_keyframe_and_gets_it() {
    let room = Arc::new(room());
    Output::catalogue(&*room, catalogue());
    room.chunk(&TrackName::VIDEO, chunk(0, true, UnixMs(now().0 - 10_000)));
    room.chunk(&TrackName::VIDEO, chunk(1, false, now()));
    let joining = tokio::spawn({
        let room = room.clone();
        async move { room.join(&TrackName::VIDEO).await.unwrap().next().await }
    });
    room.keyframes().notified().await;
    assert_eq!(room.demand().changes().borrow().readers, 1);
    room.chunk(&TrackName::VIDEO, chunk(2, true, now()));
    assert!(matches!(joining.await.unwrap(), Some(Next::Item(chunk)) if chunk.sequence == 2));
    assert_eq!(room.demand().changes().borrow().readers, 0);
}

#[tokio::test(start_paused = true)]
async fn an_old_keyframe_is_better_than_none() {
    let room = Arc::new(room());
    Output::catalogue(&*room, catalogue());
    room.chunk(&TrackName::VIDEO, chunk(0, true, UnixMs(now().0 - 10_000)));
    room.chunk(&TrackName::VIDEO, chunk(1, false, now()));
    let mut reader = room.join(&TrackName::VIDEO).await.unwrap();
    assert!(matches!(reader.next().await, Some(Next::Item(chunk)) if chunk.sequence == 0));
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_does_not_start_is_reported() {
    let room = Arc::new(room());
    assert_eq!(room.join(&TrackName::VIDEO).await.err(), Some(JoinError::NotStarted));
    Output::catalogue(&*room, catalogue());
    assert_eq!(room.join(&TrackName::VIDEO).await.err(), Some(JoinError::NotStarted));
    assert_eq!(room.join(&TrackName::AUDIO).await.err(), Some(JoinError::NoSuchTrack));
}

#[tokio::test(start_paused = true)]
async fn off_air_ends_readers_and_forgets_the_picture() {
    let room = Arc::new(room());
    room.set_on_air(true);
    Output::catalogue(&*room, catalogue());
    room.chunk(&TrackName::VIDEO, chunk(0, true, now()));
    let mut reader = room.join(&TrackName::VIDEO).await.unwrap();
    room.set_on_air(false);
    assert_eq!(reader.next().await, None);
    assert_eq!(room.join(&TrackName::VIDEO).await.err(), Some(JoinError::NotStarted));
}

#[tokio::test(start_paused = true)]
async fn the_rehearsal_is_not_shown() {
    let room = Arc::new(room());
    Output::catalogue(&*room, catalogue());
    room.chunk(&TrackName::VIDEO, chunk(0, true, now()));
    let mut host = room.join(&TrackName::VIDEO).await.unwrap();
    room.set_on_air(true);
    assert_eq!(host.next().await, None);
    room.chunk(&TrackName::VIDEO, chunk(1, false, now()));
    room.chunk(&TrackName::VIDEO, chunk(2, true, now()));
    let mut reader = room.join(&TrackName::VIDEO).await.unwrap();
    assert!(matches!(reader.next().await, Some(Next::Item(chunk)) if chunk.sequence == 2));
}

#[tokio::test]
async fn only_a_change_of_the_card_is_told() {
    let room = Arc::new(room());
    let card = room.card();
    room.set_about(About::default());
    room.set_on_air(false);
    assert!(!card.has_changed().unwrap());
    room.set_about(About { title: "Tea".into(), ..About::default() });
    assert!(card.has_changed().unwrap());
}
