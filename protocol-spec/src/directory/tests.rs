use std::collections::BTreeSet;

use super::*;
use crate::vectors::{all, expected, hex, hex32, load, named};

fn room(value: &serde_json::Value) -> RoomId {
    RoomId::from_public_key(hex32(value)).unwrap()
}

#[test]
fn keys_of_the_vectors() {
    let vectors = load!("directory");
    for vector in all(&vectors, "rooms") {
        let room = room(&vector["room_key"]);
        assert_eq!(room.to_string(), vector["room"].as_str().unwrap());
        let keys: Vec<_> = all(&vector, "card_keys").iter().map(hex).collect();
        assert_eq!(card_keys(&room)[..], keys[..]);
        assert_eq!(u64::from(Shard::of(&room).number()), vector["shard"].as_u64().unwrap());
    }
    let shards = all(&vectors, "shards");
    assert_eq!(shards.len(), usize::from(SHARDS));
    for (vector, shard) in shards.iter().zip(Shard::all()) {
        assert_eq!(u64::from(shard.number()), vector["shard"].as_u64().unwrap());
        assert_eq!(Topic::Shard(shard).key(), hex32(&vector["key"]));
    }
    for vector in all(&vectors, "tags") {
        let tag = vector["tag"].as_str().unwrap().parse().unwrap();
        assert_eq!(Topic::Tag(tag).key(), hex32(&vector["key"]));
    }
    for vector in all(&vectors, "shows") {
        let session = SessionId::from_public_key(hex32(&vector["session_key"])).unwrap();
        assert_eq!(Topic::Show(session).key(), hex32(&vector["key"]));
    }
}

#[test]
fn records_of_the_vectors() {
    for vector in all(&load!("directory"), "records") {
        let (key, value) = (hex(&vector["key"]), hex(&vector["value"]));
        let now = UnixMs(vector["now"].as_u64().unwrap());
        let result = read_record(&key, &value, now);
        if let Ok(card) = &result {
            let topics: BTreeSet<_> = Topic::of(card).map(|topic| topic.key()).collect();
            assert_eq!(topics, all(&vector, "topics").iter().map(hex32).collect());
        }
        assert_eq!(named(result), expected(&vector), "{}", vector["what"]);
    }
}
