//! What overlays write and read: `vectors/overlay.json`, limits, damage.

use data_encoding::HEXLOWER;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::super::*;
use super::{contact, name};
use crate::cbor;

fn hex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

fn peer(value: &Value) -> PeerName {
    bytes::Bytes::from(hex(value)).try_into().unwrap()
}

fn addresses(value: &Value) -> Vec<crate::invite::Address> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().parse().unwrap()).collect()
}

fn contacts(value: &Value) -> Vec<Contact> {
    let contact =
        |value: &Value| Contact { peer: peer(&value["peer"]), addresses: addresses(&value["addresses"]) };
    value.as_array().unwrap().iter().map(contact).collect()
}

fn standing(value: &Value) -> Standing {
    Standing {
        viewers: value["viewers"].as_u64().unwrap() as u32,
        places: value["places"].as_u64().unwrap() as u16,
        places_below: value["places_below"].as_u64().unwrap() as u32,
    }
}

fn message(value: &Value) -> Message {
    let path = |value: &Value| value.as_array().unwrap().iter().map(peer).collect();
    match value["kind"].as_str().unwrap() {
        "join" => Message::Join {
            addresses: addresses(&value["addresses"]),
            standing: standing(&value["standing"]),
        },
        "welcome" => Message::Welcome {
            addresses: addresses(&value["addresses"]),
            path: path(&value["path"]),
            alternates: contacts(&value["alternates"]),
        },
        "elsewhere" => Message::Elsewhere { contacts: contacts(&value["contacts"]) },
        "full" => Message::Full,
        "path" => Message::Path { path: path(&value["path"]) },
        "alternates" => Message::Alternates { contacts: contacts(&value["contacts"]) },
        "standing" => Message::Standing(standing(&value["standing"])),
        "wait" => Message::Wait,
        "alive" => Message::Alive,
        "leave" => Message::Leave,
        other => panic!("{other}"),
    }
}

#[test]
fn vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../../../vectors/overlay.json")).unwrap();
    let all = |name: &str| vectors[name].as_array().unwrap().clone();
    for vector in all("messages") {
        let (message, bytes) = (message(&vector["message"]), hex(&vector["encoded"]));
        assert_eq!(HEXLOWER.encode(&cbor::to_vec(&message)), HEXLOWER.encode(&bytes), "{vector}");
        assert_eq!(cbor::from_slice(&bytes), Some(message));
    }
    for vector in all("read") {
        assert_eq!(cbor::from_slice(&hex(&vector["encoded"])), Some(message(&vector["message"])), "{vector}");
    }
    for vector in all("refused") {
        assert_eq!(cbor::from_slice::<Message>(&hex(&vector["encoded"])), None, "{vector}");
    }
}

#[test]
fn lists_have_limits() {
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Any {
        Path { path: Vec<PeerName> },
        Elsewhere { contacts: Vec<Contact> },
    }
    let reads = |message: Any| cbor::from_slice::<Message>(&cbor::to_vec(&message)).is_some();
    let path = |length: u32| Any::Path { path: (0..length).map(name).collect() };
    assert!(reads(path(MAX_PATH as u32)) && !reads(path(MAX_PATH as u32 + 1)));
    let elsewhere = |length: u32| Any::Elsewhere { contacts: (0..length).map(contact).collect() };
    assert!(reads(elsewhere(MAX_CONTACTS as u32)) && !reads(elsewhere(MAX_CONTACTS as u32 + 1)));
    let address = contact(1).addresses[0].clone();
    let crowded = |length| {
        let addresses = vec![address.clone(); length];
        Any::Elsewhere { contacts: vec![Contact { addresses, ..contact(1) }] }
    };
    assert!(reads(crowded(MAX_ADDRESSES)) && !reads(crowded(MAX_ADDRESSES + 1)));
}

#[test]
fn names_have_limits() {
    for (length, fits) in [(0, false), (1, true), (MAX_PEER_BYTES, true), (MAX_PEER_BYTES + 1, false)] {
        let bytes = bytes::Bytes::from(vec![1; length]);
        assert_eq!(PeerName::try_from(bytes.clone()).is_ok(), fits);
        assert_eq!(cbor::from_slice::<PeerName>(&cbor::to_vec(&bytes)).is_some(), fits);
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = cbor::from_slice::<Message>(&bytes);
    }

    #[test]
    fn no_damaged_message_panics(at: prop::sample::Index, byte: u8) {
        let welcome = Message::Welcome {
            addresses: contact(1).addresses,
            path: (0..5).map(name).collect(),
            alternates: (0..5).map(contact).collect(),
        };
        let mut bytes = cbor::to_vec(&welcome);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = cbor::from_slice::<Message>(&bytes);
    }
}
