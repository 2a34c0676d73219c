use bytes::Bytes;
use ed25519_dalek::SigningKey;
use parlor_protocol::ident::Session;
use parlor_protocol::keys::{EpochLength, Tree};
use parlor_protocol::media::{Chunk, MediaTime, TrackName, UnixMs};

use super::*;

/// An object of a track in which every tenth starts a group.
fn object(sequence: u64, bytes: usize) -> Object {
    let session = Session::new([7; 32], &SigningKey::from_bytes(&[8; 32]), UnixMs(0), UnixMs(1000)).unwrap();
    let length = EpochLength::default();
    let chunk = Chunk {
        sequence,
        group: sequence / 10,
        starts_group: sequence.is_multiple_of(10),
        init_version: 0,
        time: MediaTime::from_micros(sequence),
        duration: Duration::ZERO,
        captured: UnixMs(sequence),
        payload: Bytes::from(vec![7; bytes]),
    };
    let epoch = parlor_protocol::keys::Epoch::of(chunk.time, length);
    let key = Tree::new(&[9; 32], &session.id(), 0, length).key(epoch, &TrackName::VIDEO);
    Object::seal(&session, &key, sequence, &chunk, usize::MAX).unwrap().remove(0)
}

fn with(sequences: impl IntoIterator<Item = u64>) -> Store {
    let store = Store::new();
    sequences.into_iter().for_each(|sequence| store.add(object(sequence, 10)));
    store
}

async fn read(reader: &mut Reader) -> Result<u64, u64> {
    match reader.next().await.unwrap() {
        Next::Object(object) => Ok(object.header().sequence),
        Next::Skipped(count) => Err(count),
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_in_disorder_is_read_in_order_at_once() {
    let store = with([12, 10, 11, 3]);
    let mut reader = store.reader();
    let begun = Instant::now();
    for sequence in 10..13 {
        assert_eq!(read(&mut reader).await, Ok(sequence));
    }
    store.add(object(14, 10));
    store.add(object(13, 10));
    assert_eq!((read(&mut reader).await, read(&mut reader).await), (Ok(13), Ok(14)));
    assert_eq!(Instant::now(), begun, "nothing was missing");
}

#[tokio::test(start_paused = true)]
async fn a_hole_is_waited_for_as_long_as_it_may_be_filled() {
    let store = with(10..12);
    let mut reader = store.reader();
    assert_eq!((read(&mut reader).await, read(&mut reader).await), (Ok(10), Ok(11)));
    tokio::time::advance(SETTLES_WITHIN).await;
    store.add(object(13, 10));
    store.add(object(20, 10));
    let begun = Instant::now();
    let late = async {
        sleep_until(begun + HOLE_WAIT / 2).await;
        store.add(object(12, 10));
    };
    let (next, ()) = tokio::join!(read(&mut reader), late);
    assert_eq!((next, begun.elapsed()), (Ok(12), HOLE_WAIT / 2));
    assert_eq!(read(&mut reader).await, Ok(13));
    // What never comes is left out.
    assert_eq!(read(&mut reader).await, Err(6));
    assert_eq!(begun.elapsed(), HOLE_WAIT / 2 + HOLE_WAIT);
    assert_eq!(read(&mut reader).await, Ok(20));
}

#[tokio::test(start_paused = true)]
async fn who_begins_with_a_hole_takes_a_newer_group() {
    let store = with([10, 13]);
    let mut reader = store.reader();
    let begun = Instant::now();
    assert_eq!(read(&mut reader).await, Ok(10));
    store.add(object(20, 10));
    assert_eq!((read(&mut reader).await, read(&mut reader).await), (Err(9), Ok(20)));
    assert_eq!(Instant::now(), begun);
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_has_limits() {
    let store = with((0..3).chain([KEPT + 1]));
    assert!(store.get(1).is_none() && store.get(2).is_some());
    let half = MAX_BYTES / 2 / 9;
    let store = Store::new();
    (0..30).for_each(|sequence| store.add(object(sequence, half)));
    assert_eq!(store.lock().objects.len(), 17);
    assert!(store.get(0).is_none() && store.get(29).is_some());
    store.close();
    assert!(store.get(29).is_none() && store.reader().next().await.is_none());
}
