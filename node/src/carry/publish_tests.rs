//! From a room into the stores of its carriage, and from there into a room again.

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use parlor_media::Output;
use parlor_protocol::card::{Access, Card, SignedCard, TrackSummary, Viewers};
use parlor_protocol::keys::Pass;
use parlor_protocol::media::{Catalogue, Medium, Track, Video};

use super::super::open::{Keys, open};
use super::super::store::{self, Reader};
use super::*;
use crate::room::About;

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
    let (carriage, _) = Carriage::new(show.session.room(), Some(card));
    let carriage = Arc::new(carriage);
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
async fn next(reader: &mut Reader) -> (u64, bool) {
    match reader.next().await {
        Some(store::Next::Object(object)) => (object.header().sequence, object.header().continues),
        _ => panic!("no object"),
    }
}

#[tokio::test(start_paused = true)]
async fn no_sequence_comes_twice_and_no_chunk() {
    let host = published();
    host.chunk(0, 40_000);
    let wish = host.carriage.want(&TrackName::VIDEO);
    let mut reader = host.carriage.read(&TrackName::VIDEO).unwrap();
    for expected in [(0, true), (1, true), (2, false)] {
        assert_eq!(next(&mut reader).await, expected);
    }
    drop(wish);
    // The track is given up, and taken up again.
    host.carriage.wanted().wait_for(BTreeMap::is_empty).await.unwrap();
    tokio::task::yield_now().await;
    let _wish = host.carriage.want(&TrackName::VIDEO);
    host.chunk(1, 10);
    assert_eq!(next(&mut reader).await, (3, false));
    // Of a chunk that nobody would take, and of what comes after it in its group, there is nothing, and no gap.
    host.chunk(2, 0);
    host.chunk(3, 10);
    host.room.chunk(&TrackName::VIDEO, Chunk { starts_group: true, group: 1, ..chunk(4, 10) });
    assert_eq!(next(&mut reader).await, (4, false));
    let (_, newest) = host.carriage.newest(&TrackName::VIDEO).unwrap();
    assert_eq!(newest.header().group, 1);
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
