use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::vectors::{all, hex, load, named};

fn kind(value: &Value) -> Kind {
    if value == "object" { Kind::Object } else { Kind::Message }
}

fn frame(value: &Value) -> Frame {
    let body = Bytes::from(hex(&value["body"]));
    match kind(&value["kind"]) {
        Kind::Object => Frame::Object(body),
        Kind::Message => Frame::Message(body),
    }
}

fn reader(vector: &Value) -> Reader {
    if vector["stream"] == "messages" { Reader::messages() } else { Reader::objects() }
}

fn framed(kind: Kind, body: &[u8]) -> Vec<u8> {
    [&encode_head(kind, body.len())[..], body].concat()
}

/// Everything that a reader gives for these bytes, cut into pieces.
fn read(mut reader: Reader, pieces: &[&[u8]]) -> Result<Vec<Frame>, FrameError> {
    let mut frames = Vec::new();
    for piece in pieces {
        reader.push(piece);
        while let Some(frame) = reader.next()? {
            frames.push(frame);
        }
    }
    reader.finish().map(|()| frames)
}

#[test]
fn vectors() {
    let vectors = load!("frame");
    for vector in all(&vectors, "frames") {
        let encoded = hex(&vector["encoded"]);
        assert_eq!(framed(kind(&vector["kind"]), &hex(&vector["body"])), encoded);
        assert_eq!(read(Reader::objects(), &[&encoded]), Ok(vec![frame(&vector)]));
    }
    for vector in all(&vectors, "streams") {
        let bytes = hex(&vector["bytes"]);
        let expected: Vec<_> = all(&vector, "frames").iter().map(frame).collect();
        for size in 1..=bytes.len() {
            let pieces: Vec<_> = bytes.chunks(size).collect();
            assert_eq!(read(reader(&vector), &pieces).as_ref(), Ok(&expected));
        }
    }
    for vector in all(&vectors, "refused") {
        let bytes = hex(&vector["bytes"]);
        let result = read(reader(&vector), &[&bytes]);
        assert_eq!(named(result).as_deref(), vector["error"].as_str(), "{vector}");
    }
}

#[test]
fn the_longest_of_each_kind_is_read_and_one_byte_more_is_not() {
    for kind in [Kind::Object, Kind::Message] {
        let longest = vec![7; kind.max_bytes()];
        let bytes = framed(kind, &longest);
        assert!(bytes.len() <= MAX_FRAME_BYTES);
        let frames = read(Reader::objects(), &[&bytes]).unwrap();
        assert!(matches!(&frames[..], [Frame::Object(body) | Frame::Message(body)] if *body == longest));

        let length = kind.max_bytes() as u32 + 1;
        let mut head = length.to_be_bytes().to_vec();
        head.push(bytes[4]);
        assert_eq!(read(Reader::objects(), &[&head]), Err(FrameError::TooLong(length)));
    }
}

#[test]
fn a_head_alone_costs_little_memory() {
    let mut reader = Reader::objects();
    reader.push(&encode_head(Kind::Object, MAX_OBJECT_BYTES));
    assert_eq!(reader.next(), Ok(None));
    assert!(reader.buffer.capacity() <= 1024);
}

#[test]
fn bodies_are_not_copied() {
    let mut reader = Reader::messages();
    reader.push(&framed(Kind::Message, b"where it was pushed"));
    let place = reader.buffer.as_ptr();
    let Ok(Some(Frame::Message(body))) = reader.next() else { panic!("a message") };
    assert_eq!(body.as_ptr(), place.wrapping_add(HEAD_BYTES));
}

#[test]
fn after_an_error_there_is_nothing_more() {
    let mut reader = Reader::messages();
    reader.push(&framed(Kind::Object, b"x"));
    assert_eq!(reader.next(), Err(FrameError::Object));
    reader.push(&framed(Kind::Message, b"good"));
    assert_eq!(reader.next(), Err(FrameError::Object));
    assert_eq!(reader.finish(), Err(FrameError::Object));
}

proptest! {
    #[test]
    fn frames_come_out_as_they_went_in_however_they_are_cut(
        bodies in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 1..300)), 0..8),
        sizes in prop::collection::vec(1..200_usize, 1..50),
    ) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (object, body) in bodies {
            let kind = if object { Kind::Object } else { Kind::Message };
            bytes.extend(framed(kind, &body));
            expected.push(if object { Frame::Object(body.into()) } else { Frame::Message(body.into()) });
        }
        let mut reader = Reader::objects();
        let mut frames = Vec::new();
        let mut rest = &bytes[..];
        for size in sizes.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            reader.push(piece);
            rest = after;
            while let Some(frame) = reader.next().unwrap() {
                frames.push(frame);
            }
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(frames, expected);
        prop_assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn no_bytes_panic(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..20)) {
        let pieces: Vec<_> = pieces.iter().map(Vec::as_slice).collect();
        let _ = read(Reader::messages(), &pieces);
        let _ = read(Reader::objects(), &pieces);
    }
}
