//! Seal, read, verify, open; and everything that must fail.

mod pieces;
mod vectors;
mod window;

use std::time::Duration;

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::ident::{RoomId, Session};
use crate::keys::{ContentKey, Epoch, EpochLength, KeyRing, Tree};
use crate::media::{Catalogue, Chunk, ChunkError, MAX_PAYLOAD_BYTES, MediaTime, TrackName, UnixMs};

const CAPTURED: UnixMs = UnixMs(1_795_253_045_250);

/// A session of the room whose key comes from `room`; its own comes from `show`.
fn host(room: u8, show: u8) -> Session {
    let until = UnixMs(CAPTURED.0 + 3_600_000);
    Session::new([show; 32], &SigningKey::from_bytes(&[room; 32]), CAPTURED, until).unwrap()
}

fn tree(session: &Session) -> Tree {
    Tree::new(&[5; 32], &session.id(), 0, EpochLength::default())
}

fn key(session: &Session, time: MediaTime) -> ContentKey {
    tree(session).key(Epoch::of(time, EpochLength::default()), &TrackName::VIDEO)
}

fn chunk(sequence: u64, payload: &[u8]) -> Chunk {
    Chunk {
        sequence,
        group: sequence / 30,
        starts_group: sequence.is_multiple_of(30),
        init_version: 1,
        time: MediaTime::from_micros(sequence * 33_333),
        duration: Duration::from_micros(33_333),
        captured: CAPTURED.at(MediaTime::from_micros(sequence * 33_333)),
        payload: Bytes::copy_from_slice(payload),
    }
}

/// A header in the middle of a group, as `change` makes it.
fn header(sequence: u64, change: impl FnOnce(&mut Header)) -> Header {
    let mut header = Header {
        room: RoomId::from_public_key(SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes()).unwrap(),
        track: TrackName::VIDEO,
        sequence,
        group: 0,
        generation: 0,
        epoch: Epoch::FIRST,
        captured: CAPTURED,
        starts_group: false,
        continues: false,
    };
    change(&mut header);
    header
}

/// A chunk in one piece.
fn sealed(session: &Session, chunk: &Chunk) -> Object {
    let key = key(session, chunk.time);
    let mut objects = Object::seal(session, &key, chunk.sequence, chunk, usize::MAX).unwrap();
    assert_eq!(objects.len(), 1);
    objects.remove(0)
}

/// The chunk that is in this object alone.
fn opened(object: &Object, key: &ContentKey) -> Result<Chunk, ObjectError> {
    let Content::Piece(piece) = object.open(key)? else { panic!("a catalogue") };
    Ok(assembly_before(object).add(piece)?.expect("the chunk is whole"))
}

/// What knows that a chunk ended right before this object.
fn assembly_before(object: &Object) -> Assembly {
    let header = object.header().clone();
    let sequence = header.sequence.wrapping_sub(1);
    let header = Header { sequence, starts_group: false, continues: false, ..header };
    let mut assembly = Assembly::default();
    let end = Piece { header, length: EpochLength::default(), bytes: Bytes::new() };
    assert_eq!(assembly.add(end), Ok(None));
    assembly
}

/// As a node on the way takes an object.
fn receive(bytes: impl Into<Bytes>, session: &Session, room: &RoomId) -> Result<Object, ObjectError> {
    Received::read(bytes.into())?.verify(&session.id(), room)
}

/// An object whose host does not keep the rules: any header, any content.
fn dishonest(session: &Session, key: &ContentKey, header: Header, content: &[u8]) -> Object {
    let object = Object::sign(session, key, header, content);
    receive(object.bytes().clone(), session, &session.room()).expect("the signature is right")
}

#[test]
fn the_longest_header_is_as_long_as_the_limit() {
    let session = host(1, 2);
    let header = Header {
        room: session.room(),
        track: "abcdefghijklmnopqrstuvwx".parse().unwrap(),
        sequence: u64::MAX,
        group: u64::MAX,
        generation: u32::MAX,
        epoch: Epoch::LAST,
        captured: UnixMs(u64::MAX),
        starts_group: true,
        continues: true,
    };
    let mut bytes = Vec::new();
    header.write(sealed::MAX_SEALED_BYTES, &mut bytes);
    // A flag of 24 and more would take one byte more.
    assert_eq!(bytes.len(), MAX_HEADER_BYTES - 1);
    assert_eq!(Header::read(&bytes), Ok((header, bytes.len(), sealed::MAX_SEALED_BYTES)));
}

#[test]
fn the_largest_chunk_fits_and_shares_its_memory() {
    let session = host(1, 2);
    let chunk = chunk(30, &vec![7; MAX_PAYLOAD_BYTES]);
    let object = sealed(&session, &chunk);
    assert!(object.bytes().len() <= MAX_OBJECT_BYTES);
    let came = object.bytes().clone();
    let received = receive(came.clone(), &session, &session.room()).unwrap();
    assert_eq!(received.bytes().as_ptr(), came.as_ptr(), "what is forwarded is what came");
    assert_eq!(opened(&received, &key(&session, chunk.time)), Ok(chunk));
    let longer = vec![0; MAX_OBJECT_BYTES + 1];
    assert_eq!(Received::read(longer.into()).unwrap_err(), ObjectError::TooLarge);
}

#[test]
fn every_flipped_bit_is_refused() {
    let session = host(1, 2);
    let object = sealed(&session, &chunk(0, &[1, 2, 3]));
    for at in 0..object.bytes().len() * 8 {
        let mut bytes = object.bytes().to_vec();
        bytes[at / 8] ^= 1 << (at % 8);
        let error = receive(bytes, &session, &session.room()).unwrap_err();
        assert_eq!(error.fault(), Fault::Peer, "{error:?} at {at}");
    }
}

#[test]
fn every_truncation_is_told_as_such() {
    let session = host(1, 2);
    let object = sealed(&session, &chunk(12, &[9; 300]));
    for length in 0..object.bytes().len() {
        let error = Received::read(object.bytes().slice(..length)).unwrap_err();
        assert_eq!(error, ObjectError::Truncated, "{length} bytes");
    }
    let longer = [&object.bytes()[..], &[0]].concat();
    assert_eq!(Received::read(longer.into()).unwrap_err(), ObjectError::Malformed);
}

#[test]
fn another_room_or_show_is_refused() {
    let (session, other_room, yesterday) = (host(1, 2), host(3, 4), host(1, 5));
    let bytes = sealed(&session, &chunk(0, &[1])).bytes().clone();
    assert_eq!(receive(bytes.clone(), &session, &other_room.room()), Err(ObjectError::OtherRoom));
    assert_eq!(receive(bytes.clone(), &yesterday, &session.room()), Err(ObjectError::Forged));
    // A session that speaks for no room of this name can't claim one either.
    let (header, ..) = Header::read(&bytes).unwrap();
    let claimed = Object::sign(&other_room, &key(&session, MediaTime::ZERO), header, &[1]);
    assert_eq!(receive(claimed.bytes().clone(), &session, &session.room()), Err(ObjectError::Forged));
}

#[test]
fn only_its_own_key_opens_it() {
    let session = host(1, 2);
    let chunk = chunk(0, &[1]);
    let object = sealed(&session, &chunk);
    let (length, first) = (EpochLength::default(), Epoch::FIRST);
    let own = tree(&session);
    for other in [
        own.key(Epoch::new(1).unwrap(), &TrackName::VIDEO),
        own.key(first, &TrackName::AUDIO),
        Tree::new(&[5; 32], &session.id(), 1, length).key(first, &TrackName::VIDEO),
    ] {
        assert_eq!(object.open(&other), Err(ObjectError::OtherKey));
    }
    let wrong = Tree::new(&[6; 32], &session.id(), 0, length).key(first, &TrackName::VIDEO);
    assert_eq!(object.open(&wrong), Err(ObjectError::Sealed));
    let mut ring = KeyRing::default();
    assert_eq!(object.key(&mut ring), Err(ObjectError::NoKey));
    ring.add(own.cover(first..=first));
    assert_eq!(opened(&object, object.key(&mut ring).unwrap()), Ok(chunk));
}

#[test]
fn a_host_cannot_seal_what_no_viewer_takes() {
    let session = host(1, 2);
    let good = chunk(0, &[1]);
    let key = key(&session, MediaTime::ZERO);
    let late = Chunk { time: MediaTime::from_micros(10_000_000), ..good.clone() };
    assert_eq!(Object::seal(&session, &key, 0, &late, 100), Err(ObjectError::WrongEpoch));
    let empty = Chunk { payload: Bytes::new(), ..good.clone() };
    assert_eq!(Object::seal(&session, &key, 0, &empty, 100), Err(ObjectError::Chunk(ChunkError::Empty)));
    let of_catalogue = tree(&session).key(Epoch::FIRST, &TrackName::CATALOGUE);
    assert_eq!(Object::seal(&session, &of_catalogue, 0, &good, 100), Err(ObjectError::OtherKey));
    let sealed = Object::seal_catalogue(&session, &key, 0, CAPTURED, &Catalogue::default());
    assert_eq!(sealed, Err(ObjectError::OtherKey));
}

#[test]
fn a_catalogue_travels_as_a_track() {
    let session = host(1, 2);
    let key = tree(&session).key(Epoch::FIRST, &TrackName::CATALOGUE);
    let catalogue = Catalogue { epoch: CAPTURED, tracks: Vec::new() };
    let object = Object::seal_catalogue(&session, &key, 4, CAPTURED, &catalogue).unwrap();
    let received = receive(object.bytes().clone(), &session, &session.room()).unwrap();
    assert_eq!(received.open(&key), Ok(Content::Catalogue(catalogue)));
    let honest = object.header().clone();
    for header in [
        Header { group: 3, ..honest.clone() },
        Header { starts_group: false, ..honest.clone() },
        Header { continues: true, ..honest.clone() },
    ] {
        let object = dishonest(&session, &key, header, &Catalogue::default().encode().unwrap());
        assert_eq!(object.open(&key), Err(ObjectError::Mismatch));
    }
    let object = dishonest(&session, &key, received.header().clone(), &[0xff]);
    assert!(matches!(object.open(&key), Err(ObjectError::Catalogue(_))));
}

#[test]
fn a_header_that_contradicts_its_content_is_the_hosts_fault() {
    let session = host(1, 2);
    let chunk = chunk(31, &[1]);
    let honest = sealed(&session, &chunk).header().clone();
    let content = chunk.encode().unwrap();
    let key = key(&session, chunk.time);
    for header in [
        Header { group: 0, ..honest.clone() },
        Header { starts_group: true, ..honest.clone() },
        Header { captured: UnixMs(1), ..honest.clone() },
    ] {
        let error = opened(&dishonest(&session, &key, header, &content), &key).unwrap_err();
        assert_eq!((error, error.fault()), (ObjectError::Mismatch, Fault::Host));
    }
    let next = tree(&session).key(Epoch::new(1).unwrap(), &TrackName::VIDEO);
    let header = Header { epoch: next.epoch(), ..honest.clone() };
    let error = opened(&dishonest(&session, &next, header, &content), &next).unwrap_err();
    assert_eq!((error, error.fault()), (ObjectError::WrongEpoch, Fault::Host));
    let error = opened(&dishonest(&session, &key, honest, &content[..9]), &key).unwrap_err();
    assert!(matches!(error, ObjectError::Chunk(_)) && error.fault() == Fault::Host);
}

#[test]
fn what_is_sealed_does_not_show() {
    let session = host(1, 2);
    let secret = b"this stands in the picture";
    let object = sealed(&session, &chunk(0, secret));
    assert!(!object.bytes().windows(secret.len()).any(|window| window == secret));
}

proptest! {
    // Signing takes milliseconds where the curve's code is not optimized.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn round_trips(sequence in 0..1_u64 << 40, payload in prop::collection::vec(any::<u8>(), 1..500)) {
        let session = host(1, 2);
        let chunk = chunk(sequence, &payload);
        let object = sealed(&session, &chunk);
        let received = receive(object.bytes().clone(), &session, &session.room()).unwrap();
        prop_assert_eq!(&received, &object);
        prop_assert_eq!(opened(&received, &key(&session, chunk.time)), Ok(chunk));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Received::read(bytes.into());
    }

    #[test]
    fn no_damaged_object_panics_or_passes(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let session = host(1, 2);
        let object = sealed(&session, &chunk(40, &[3; 50]));
        let mut bytes = object.bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        prop_assume!(bytes[..] != object.bytes()[..]);
        prop_assert!(receive(bytes, &session, &session.room()).is_err());
    }
}
