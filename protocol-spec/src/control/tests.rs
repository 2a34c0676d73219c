use std::time::Duration;

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use serde_json::Value;

use super::message::KINDS;
use super::*;
use crate::card::Tag;
use crate::cbor;
use crate::ident::RoomId;
use crate::invite::Proof;
use crate::media::TrackName;
use crate::talk::{GuestNumber, Name, Refusal};
use crate::vectors::{all, cbor as json, expected, hex, load, named};

fn room(seed: [u8; 32]) -> RoomId {
    RoomId::from_public_key(SigningKey::from_bytes(&seed).verifying_key().to_bytes()).unwrap()
}

fn message(value: &Value) -> Message {
    json(value).deserialized().unwrap()
}

#[test]
fn vectors() {
    let vectors = load!("control");
    for vector in all(&vectors, "messages") {
        let message = message(&vector["message"]);
        assert_eq!(message.encode().unwrap(), hex(&vector["encoded"]), "{vector}");
        assert_eq!(Message::decode(&hex(&vector["encoded"])), Ok(Some(message)));
    }
    for vector in all(&vectors, "read") {
        assert_eq!(Message::decode(&hex(&vector["encoded"])), Ok(Some(message(&vector["message"]))));
    }
    for vector in all(&vectors, "unknown") {
        assert_eq!(Message::decode(&hex(&vector["encoded"])), Ok(None), "{vector}");
    }
    for vector in all(&vectors, "refused") {
        assert_eq!(named(Message::decode(&hex(&vector["encoded"]))), expected(&vector), "{vector}");
    }
}

#[test]
fn the_vectors_have_every_kind_and_the_list_of_kinds_too() {
    let vectors = all(&load!("control"), "messages");
    let mut seen: Vec<_> =
        vectors.iter().map(|vector| cbor::single_key(&hex(&vector["encoded"])).unwrap()).collect();
    seen.sort();
    seen.dedup();
    let mut kinds = KINDS;
    kinds.sort_unstable();
    assert_eq!(seen, kinds);
}

#[test]
fn limits_hold_in_both_directions() {
    let room = room([1; 32]);
    let check = |message: Message, expected| {
        assert_eq!(message.encode().err(), expected);
        assert_eq!(Message::decode(&cbor::to_vec(&message)).err(), expected);
    };
    let bytes = |length: usize| Bytes::from(vec![7; length]);
    let chat = |text: String| Message::Chat {
        room,
        number: 1,
        name: None,
        mark: None,
        trip_phrase: None,
        reply_to: None,
        text,
    };
    check(Message::Card(bytes(MAX_CARD_BYTES)), None);
    check(Message::Card(bytes(MAX_CARD_BYTES + 1)), Some(MessageError::Cards));
    check(Message::Announce(bytes(MAX_CARD_BYTES + 1)), Some(MessageError::Cards));
    check(Message::Cards(vec![bytes(1); MAX_CARDS]), None);
    check(Message::Cards(vec![bytes(1); MAX_CARDS + 1]), Some(MessageError::Cards));
    check(Message::Cards(vec![bytes(1), bytes(MAX_CARD_BYTES + 1)]), Some(MessageError::Cards));
    check(Message::Cards(vec![bytes(MAX_CARD_BYTES); MAX_CARDS]), Some(MessageError::TooLong));
    check(Message::Order { room, number: 1, body: bytes(MAX_ORDER_BYTES) }, None);
    check(Message::Order { room, number: 1, body: bytes(MAX_ORDER_BYTES + 1) }, Some(MessageError::Order));
    check(Message::Report { room, number: 1, report: bytes(MAX_REPORT_BYTES) }, None);
    check(
        Message::Report { room, number: 1, report: bytes(MAX_REPORT_BYTES + 1) },
        Some(MessageError::Report),
    );
    let sealed = |length| Message::SealedReport { room, number: 1, sealed: bytes(length) };
    check(sealed(MAX_REPORT_BYTES), None);
    check(sealed(MAX_REPORT_BYTES + 1), Some(MessageError::Report));
    check(Message::Snapshot { room, jpeg: bytes(MAX_SNAPSHOT_BYTES) }, None);
    check(Message::Snapshot { room, jpeg: bytes(MAX_SNAPSHOT_BYTES + 1) }, Some(MessageError::Snapshot));
    check(chat("🎹".repeat(MAX_CHAT_CHARS)), None);
    check(chat("x".repeat(MAX_CHAT_CHARS + 1)), Some(MessageError::Chat));
    check(chat(String::new()), Some(MessageError::Chat));
    check(chat("\0".into()), Some(MessageError::Chat));
}

#[test]
fn cards_that_fit_are_all_that_fit() {
    let pack = |length: usize, count: usize| {
        let message = Message::cards_that_fit(vec![Bytes::from(vec![7; length]); count]);
        let Message::Cards(cards) = &message else { panic!("cards") };
        (cards.len(), message.encode().unwrap().len())
    };
    assert_eq!(pack(1000, 3).0, 3);
    assert_eq!(pack(1000, 100).0, MAX_CARDS);
    let (count, length) = pack(MAX_CARD_BYTES, 100);
    assert_eq!(count, 31);
    assert!(length <= MAX_MESSAGE_BYTES);
    for length in [4080, 4090, 4093] {
        assert!(pack(length, 100).1 <= MAX_MESSAGE_BYTES);
    }
}

fn any_message() -> impl Strategy<Value = Message> {
    let bytes = |max| prop::collection::vec(any::<u8>(), 0..max).prop_map(Bytes::from);
    let tag = "[a-zà-ž-]{1,24}".prop_map(|text| text.parse::<Tag>().unwrap());
    let track = "[a-z0-9-]{1,24}".prop_map(|text| text.parse::<TrackName>().unwrap());
    let room = (0..4_u8).prop_map(|seed| room([seed; 32]));
    let name = prop_oneof![
        "\\PC{1,24}".prop_map(Name::Given),
        any::<u64>().prop_map(|number| Name::Guest(GuestNumber::of(number))),
    ];
    prop_oneof![
        bytes(99).prop_map(Message::Card),
        prop::option::of(tag).prop_map(|tag| Message::AskCards { tag }),
        prop::collection::vec(bytes(9), 0..MAX_CARDS).prop_map(Message::Cards),
        (room.clone(), any::<Option<[u8; 32]>>())
            .prop_map(|(room, proof)| Message::Enter { room, proof: proof.map(Proof::from_bytes) }),
        (room.clone(), any::<u32>(), prop::option::of(name), any::<Option<u64>>(), "[\\PC\n]{1,500}")
            .prop_map(|(room, number, name, reply_to, text)| Message::Chat {
                room,
                number,
                name,
                mark: None,
                trip_phrase: None,
                reply_to,
                text
            }),
        (room.clone(), any::<u32>(), prop::option::of(any::<u32>())).prop_map(|(room, number, wait)| {
            let refused = wait.map(|wait| Refusal::Slow(Duration::from_millis(wait.into())));
            Message::Heard { room, number, refused }
        }),
        (room.clone(), any::<u32>(), bytes(99)).prop_map(|(room, number, body)| Message::Order {
            room,
            number,
            body
        }),
        (room.clone(), bytes(99)).prop_map(|(room, jpeg)| Message::Snapshot { room, jpeg }),
        (room.clone(), prop::collection::vec((track, any::<u8>()), 0..9)).prop_map(|(room, tracks)| {
            let tracks = tracks.into_iter().map(|(track, age)| Wish { track, age }).collect();
            Message::Want { room, tracks }
        }),
        (room, any::<u32>()).prop_map(|(room, show)| {
            let show = json(&Value::from(show)).deserialized().unwrap();
            Message::Mesh { room, show, message: crate::mesh::Message::Find }
        }),
    ]
}

proptest! {
    #[test]
    fn round_trips(message in any_message()) {
        let bytes = message.encode().unwrap();
        prop_assert_eq!(Message::decode(&bytes), Ok(Some(message)));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Message::decode(&bytes);
    }

    #[test]
    fn no_damaged_message_panics(
        message in any_message(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index,
    ) {
        let mut bytes = message.encode().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(2 * bytes.len()));
        let _ = Message::decode(&bytes);
    }
}
