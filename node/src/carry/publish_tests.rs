//! From a room into the rings of its carriage, and from there into a room again.

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use parlor_media::Output;
use parlor_protocol::card::{Access, Card, SignedCard, TrackSummary, Viewers};
use parlor_protocol::keys::Pass;
use parlor_protocol::media::{Catalogue, Medium, Track, Video};

use super::super::open::{Keys, open};
use super::*;
use crate::room::{About, Start};

const BITRATE_BPS: u32 = 2_500_000;

fn room(show: &Show) -> Arc<Room> {
    let room = Room::new(show.session.room(), About::default());
    room.set_on_air(true);
    Arc::new(room)
}

fn catalogue() -> Catalogue {
    let track = Track {
        name: TrackName::VIDEO,
        medium: Medium::Video(Video { width: 2, height: 2, frame_rate_milli: 30_000, reordered: false }),
        codec: "avc1.42c01f".into(),
        bitrate_bps: BITRATE_BPS,
        init_version: 0,
        init: Bytes::new(),
    };
    Catalogue { epoch: now(), tracks: vec![track] }
}

fn chunk(sequence: u64, bytes: usize) -> Chunk {
    Chunk {
        sequence,
        group: 0,
        starts_group: sequence == 0,
        init_version: 0,
        time: MediaTime::from_micros(sequence * 40_000),
        duration: Duration::from_millis(40),
        captured: now(),
        payload: vec![7; bytes].into(),
    }
}

/// A room on air and its carriage, published.
struct Published {
    room: Arc<Room>,
    carriage: Arc<Carriage>,
    show: Arc<Show>,
}

fn published() -> Published {
    let show = Arc::new(Show::new(&SigningKey::from_bytes(&[7; 32]), Access::Open));
    let room = room(&show);
    Output::catalogue(&*room, catalogue());
    let issued = now();
    let card = Card {
        title: String::new(),
        description: String::new(),
        tags: Vec::new(),
        languages: Vec::new(),
        adult: false,
        tracks: vec![TrackSummary {
            name: TrackName::VIDEO,
            codec: "avc1.42c01f".into(),
            bitrate_bps: BITRATE_BPS,
            size: None,
        }],
        on_air_since: Some(issued),
        viewers: Viewers::of(0),
        access: Access::Open,
        price: None,
        snapshot: None,
        generation: 0,
        epoch: show.length,
        peer: None,
        reach: Vec::new(),
        sequence: 1,
        issued,
        expires: UnixMs(issued.0 + 60_000),
    };
    let card = SignedCard::sign(card, &show.session).unwrap();
    let carriage = Arc::new(Carriage::new(show.session.room(), Some(card)));
    tokio::spawn(publish(room.clone(), carriage.clone(), show.clone()));
    Published { room, carriage, show }
}

impl Published {
    fn chunk(&self, sequence: u64, bytes: usize) -> Chunk {
        let chunk = chunk(sequence, bytes);
        self.room.chunk(&TrackName::VIDEO, chunk.clone());
        chunk
    }
}

/// The next object's sequence, and whether its chunk goes on.
async fn next(reader: &mut crate::carry::carriage::Reader) -> (u64, bool) {
    match reader.objects.next().await {
        Some(Next::Item(object)) => (object.header().sequence, object.header().continues),
        _ => panic!("no object"),
    }
}

#[tokio::test(start_paused = true)]
async fn no_sequence_comes_twice_and_no_chunk() {
    let host = published();
    host.chunk(0, 40_000);
    let mut reader = host.carriage.read(&TrackName::VIDEO, Start::NewestGroup).unwrap();
    for expected in [(0, true), (1, true), (2, false)] {
        assert_eq!(next(&mut reader).await, expected);
    }
    drop(reader);
    // The track is given up, and taken up again by who has all of it.
    host.carriage.wanted().wait_for(BTreeMap::is_empty).await.unwrap();
    tokio::task::yield_now().await;
    let mut reader = host.carriage.read(&TrackName::VIDEO, Start::After(2)).unwrap();
    host.chunk(1, 10);
    assert_eq!(next(&mut reader).await, (3, false));
    // A chunk that nobody would take is missing.
    host.chunk(2, 0);
    host.chunk(3, 10);
    assert_eq!(next(&mut reader).await, (5, false));
}

#[tokio::test(start_paused = true)]
async fn what_is_cut_comes_whole() {
    let host = published();
    let viewer = room(&host.show);
    let keys = Arc::new(Keys::default());
    let pass: Pass = host.show.tree.borrow().cover(Epoch::FIRST..=Epoch::new(10).unwrap());
    keys.add([pass]);
    tokio::spawn(open(viewer.clone(), host.carriage.clone(), keys));
    let mut sent = vec![host.chunk(0, 100_000)];
    let mut reader = viewer.join(&TrackName::VIDEO).await.unwrap();
    sent.extend([host.chunk(1, 10), host.chunk(2, 50_000)]);
    for chunk in sent {
        assert_eq!(reader.next().await, Some(Next::Item(chunk)));
    }
}
