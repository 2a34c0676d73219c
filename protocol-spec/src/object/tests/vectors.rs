//! `vectors/object.json`.

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::*;
use crate::ident::SessionId;

fn hex(value: &Value) -> Bytes {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap().into()
}

fn array(value: &Value) -> [u8; 32] {
    hex(value)[..].try_into().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../../../vectors/object.json")).unwrap();
    let room_key = SigningKey::from_bytes(&array(&vectors["room_seed"]));
    let until = UnixMs(CAPTURED.0 + 1000);
    let session = Session::new(array(&vectors["session_seed"]), &room_key, CAPTURED, until).unwrap();
    assert_eq!(session.room().public_key(), array(&vectors["room"]));
    assert_eq!(session.id().public_key(), array(&vectors["session"]));
    let tree = |generation| {
        Tree::new(&array(&vectors["tree_secret"]), &session.id(), generation, EpochLength::default())
    };
    let all = |name: &str| vectors[name].as_array().unwrap().clone();
    for vector in all("objects") {
        let epoch = Epoch::new(number(&vector["epoch"]) as u32).unwrap();
        let track = vector["track"].as_str().unwrap().parse().unwrap();
        let key = tree(number(&vector["generation"]) as u32).key(epoch, &track);
        assert_eq!(key.bytes()[..], hex(&vector["key"])[..]);
        let content = hex(&vector["content"]);
        let object = if track == TrackName::CATALOGUE {
            let (sequence, now) = (number(&vector["sequence"]), UnixMs(number(&vector["captured_ms"])));
            let catalogue = Catalogue::decode(&content).unwrap();
            Object::seal_catalogue(&session, &key, sequence, now, &catalogue)
        } else {
            let (sequence, chunk) = (number(&vector["sequence"]), Chunk::decode(&content).unwrap());
            Object::seal(&session, &key, sequence, &chunk, usize::MAX).map(|mut objects| objects.remove(0))
        };
        assert_eq!(object.as_ref().unwrap().bytes(), &hex(&vector["encoded"]), "{}", vector["what"]);
        let received = receive(hex(&vector["encoded"]), &session, &session.room()).unwrap();
        let header = received.header();
        assert_eq!(header.sequence, number(&vector["sequence"]));
        assert_eq!(header.group, number(&vector["group"]));
        assert_eq!(header.captured.0, number(&vector["captured_ms"]));
        assert_eq!(header.starts_group, vector["starts_group"].as_bool().unwrap());
        assert!(read_through(&received, &key).is_ok());
        assert_eq!(unsealed(&vector), content);
    }
    for vector in all("refused") {
        let error = receive(hex(&vector["encoded"]), &session, &session.room()).unwrap_err();
        assert_eq!(format!("{error:?}"), vector["error"].as_str().unwrap(), "{}", vector["what"]);
    }
    for vector in all("not_opened") {
        let object = verified(&vectors, &vector["encoded"]);
        let error = read_through(&object, &key_of(&vectors, &object)).unwrap_err();
        assert_eq!(format!("{error:?}"), vector["error"].as_str().unwrap(), "{}", vector["what"]);
    }
    for vector in all("cut") {
        let epoch = Epoch::new(number(&vector["epoch"]) as u32).unwrap();
        let track = vector["track"].as_str().unwrap().parse().unwrap();
        let key = tree(number(&vector["generation"]) as u32).key(epoch, &track);
        let chunk = Chunk::decode(&hex(&vector["content"])).unwrap();
        let limit = number(&vector["piece_bytes"]) as usize;
        let objects = Object::seal(&session, &key, number(&vector["sequence"]), &chunk, limit).unwrap();
        let encoded: Vec<_> = objects.iter().map(|object| json!(HEXLOWER.encode(object.bytes()))).collect();
        assert_eq!(encoded, *vector["encoded"].as_array().unwrap(), "{}", vector["what"]);
    }
}

#[test]
fn streams() {
    let vectors: Value = serde_json::from_str(include_str!("../../../vectors/object.json")).unwrap();
    for vector in vectors["streams"].as_array().unwrap() {
        let mut assembly = Assembly::default();
        let given = vector["objects"].as_array().unwrap().iter().map(|encoded| {
            let object = verified(&vectors, encoded);
            let Ok(Content::Piece(piece)) = object.open(&key_of(&vectors, &object)) else {
                panic!("{object:?}")
            };
            match assembly.add(piece) {
                Ok(None) => Value::Null,
                Ok(Some(chunk)) => json!({ "chunk": HEXLOWER.encode(&chunk.encode().unwrap()) }),
                Err(error) => json!({ "error": format!("{error:?}") }),
            }
        });
        assert_eq!(given.collect::<Vec<_>>(), *vector["gives"].as_array().unwrap(), "{}", vector["what"]);
    }
}

/// What a viewer does with an object that comes right after the end of a chunk.
fn read_through(object: &Object, key: &ContentKey) -> Result<(), ObjectError> {
    match object.open(key)? {
        Content::Piece(piece) => assembly_before(object).add(piece).map(|chunk| assert!(chunk.is_some())),
        Content::Catalogue(_) | Content::Talk(_) => Ok(()),
    }
}

fn verified(vectors: &Value, encoded: &Value) -> Object {
    let session = SessionId::from_public_key(array(&vectors["session"])).unwrap();
    Received::read(hex(encoded)).unwrap().verify(&session, &room(vectors)).unwrap()
}

fn key_of(vectors: &Value, object: &Object) -> ContentKey {
    let session = SessionId::from_public_key(array(&vectors["session"])).unwrap();
    let Header { generation, epoch, track, .. } = object.header();
    let secret = array(&vectors["tree_secret"]);
    Tree::new(&secret, &session, *generation, EpochLength::default()).key(*epoch, track)
}

/// What the steps of the vector alone make of it.
fn unsealed(vector: &Value) -> Bytes {
    let (header, encoded) = (hex(&vector["header"]), hex(&vector["encoded"]));
    let signed = &encoded[..encoded.len() - 64];
    let (content, tag) = signed.strip_prefix(&header[..]).unwrap().split_last_chunk::<16>().unwrap();
    let mut content = content.to_vec();
    let (key, nonce) = (array(&vector["key"]), <[u8; 12]>::try_from(&hex(&vector["nonce"])[..]).unwrap());
    ChaCha20Poly1305::new(&key.into())
        .decrypt_inout_detached(&nonce.into(), &header, content.as_mut_slice().into(), tag.into())
        .unwrap();
    content.into()
}

fn room(vectors: &Value) -> RoomId {
    RoomId::from_public_key(array(&vectors["room"])).unwrap()
}
