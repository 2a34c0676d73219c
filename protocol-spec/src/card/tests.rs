use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::cbor;
use crate::directory::card_keys;
use crate::ident::Session;
use crate::vectors::{all, cbor as json, expected, follow_cose, hex, hex32, load, named};

const NOW: UnixMs = UnixMs(1_795_253_045_250);

fn session() -> Session {
    let room = SigningKey::from_bytes(&[1; 32]);
    Session::new([2; 32], &room, NOW, UnixMs(NOW.0 + 3_600_000)).unwrap()
}

/// As little as there can be.
fn card() -> Card {
    Card {
        title: String::new(),
        description: String::new(),
        tags: Vec::new(),
        languages: Vec::new(),
        adult: false,
        tracks: Vec::new(),
        on_air_since: None,
        viewers: Viewers::default(),
        access: Access::Open,
        price: None,
        snapshot: None,
        generation: 0,
        epoch: EpochLength::default(),
        peer: None,
        reach: Vec::new(),
        sequence: 0,
        issued: NOW,
        expires: UnixMs(NOW.0 + 1),
    }
}

fn card_of(value: &Value) -> Card {
    json(value).deserialized().unwrap()
}

fn now_of(vector: &Value) -> UnixMs {
    UnixMs(vector["now"].as_u64().unwrap())
}

#[test]
fn cards_of_the_vectors() {
    let vectors = load!("card");
    for vector in all(&vectors, "cards") {
        let room = SigningKey::from_bytes(&hex32(&vector["room_seed"]));
        let time = |name: &str| UnixMs(vector[name].as_u64().unwrap());
        let session =
            Session::new(hex32(&vector["session_seed"]), &room, time("from_ms"), time("until_ms")).unwrap();
        assert_eq!(session.certificate().encode(), hex(&vector["certificate"]));
        assert_eq!(session.room().to_string(), vector["room"].as_str().unwrap());
        assert_eq!(session.room().public_key(), hex32(&vector["room_key"]));
        assert_eq!(session.id().public_key(), hex32(&vector["session"]));
        assert_eq!(card_keys(&session.room())[0], hex(&vector["record_key"])[..]);
        let card = card_of(&vector["card"]);
        assert_eq!(cbor::to_deterministic(&card), hex(&vector["payload"]), "{}", vector["what"]);
        let signed = SignedCard::sign(card, &session).unwrap();
        assert_eq!(signed.bytes(), &hex(&vector["encoded"]));
        assert_eq!(SignedCard::decode(signed.bytes(), now_of(&vector)), Ok(signed));
        follow_cose(&vector, hex32(&vector["session"]));
    }
    for vector in all(&vectors, "read") {
        let signed = SignedCard::decode(&hex(&vector["encoded"]), now_of(&vector)).unwrap();
        assert_eq!(signed.card(), &card_of(&vector["card"]));
        assert_eq!(signed.bytes(), &hex(&vector["encoded"]));
    }
}

#[test]
fn refused_cards_of_the_vectors() {
    let vectors = load!("card");
    for vector in all(&vectors, "refused").iter().chain(&all(&vectors, "times")) {
        let result = SignedCard::decode(&hex(&vector["encoded"]), now_of(vector));
        assert_eq!(named(result), expected(vector), "{vector}");
    }
}

#[test]
fn the_newer_card_of_the_vectors() {
    for vector in all(&load!("card"), "newer") {
        let read = |name: &str| SignedCard::decode(&hex(&vector[name]), now_of(&vector)).unwrap();
        let (newer, older) = (read("newer"), read("older"));
        assert!(newer.is_newer_than(&older), "{}", vector["what"]);
        assert!(!older.is_newer_than(&newer), "{}", vector["what"]);
        assert!(!newer.is_newer_than(&newer));
    }
}

#[test]
fn a_card_of_another_room_replaces_none() {
    let other = Session::new([3; 32], &SigningKey::from_bytes(&[4; 32]), NOW, UnixMs(NOW.0 + 9000)).unwrap();
    let one = SignedCard::sign(card(), &session()).unwrap();
    let two = SignedCard::sign(Card { sequence: 9, ..card() }, &other).unwrap();
    assert!(!two.is_newer_than(&one) && !one.is_newer_than(&two));
}

#[test]
fn what_no_reader_takes_is_not_signed() {
    let nine = |text: &str| (0..9).map(|n| format!("{text}{n}")).collect::<Vec<_>>();
    let track = |name: &str| TrackSummary {
        name: name.parse().unwrap(),
        codec: "opus".into(),
        bitrate_bps: 0,
        size: None,
    };
    let long =
        Card { description: "🎹".repeat(2000), reach: vec!["/a".repeat(99).parse().unwrap(); 3], ..card() };
    let broken = [
        (Card { title: "x".repeat(121), ..card() }, CardError::Title),
        (Card { title: "\u{2067}".into(), ..card() }, CardError::Title),
        (Card { description: "x".repeat(2001), ..card() }, CardError::Description),
        (Card { tags: nine("t").iter().map(|t| t.parse().unwrap()).collect(), ..card() }, CardError::Tags),
        (Card { languages: vec!["de".parse().unwrap(); 5], ..card() }, CardError::Languages),
        (Card { tracks: vec![track("a"), track("a")], ..card() }, CardError::Tracks),
        (Card { access: Access::Paid, ..card() }, CardError::Price),
        (Card { price: Some(Price::new(1, 1).unwrap()), ..card() }, CardError::Price),
        (Card { reach: vec!["/a".parse().unwrap(); 9], ..card() }, CardError::Reach),
        (Card { expires: NOW, ..card() }, CardError::Life),
        (Card { expires: UnixMs(NOW.0 + MAX_LIFE_MS + 1), ..card() }, CardError::Life),
        (long, CardError::TooLarge),
    ];
    for (card, error) in broken {
        assert_eq!(SignedCard::sign(card, &session()), Err(error));
    }
}

#[test]
fn nothing_longer_than_the_limit_is_looked_at() {
    assert_eq!(SignedCard::decode(&vec![0xd2; MAX_CARD_BYTES + 1], NOW), Err(CardError::TooLarge));
    assert_eq!(SignedCard::decode(&vec![0xd2; MAX_CARD_BYTES], NOW), Err(CardError::Malformed));
}

#[test]
fn headers_within_headers_are_not_followed() {
    // The parameter 7, a counter signature, holds a header, which holds another, and so on.
    let mut header = vec![0xa0];
    while header.len() < 7000 {
        let mut outer = vec![0xa1, 0x07, 0x83, 0x59];
        outer.extend((header.len() as u16).to_be_bytes());
        outer.extend(&header);
        outer.extend([0xa0, 0x40]);
        header = outer;
    }
    let mut bytes = vec![0xd2, 0x84, 0x59];
    bytes.extend((header.len() as u16).to_be_bytes());
    bytes.extend(&header);
    bytes.extend([0xa0, 0x40, 0x58, 0x40]);
    bytes.extend([0; 64]);
    assert_eq!(SignedCard::decode(&bytes, NOW), Err(CardError::Malformed));
}

#[test]
fn viewers_are_counted_in_powers_of_ten() {
    let buckets =
        [0, 1, 9, 10, 99, 100, 1000, 10_000, 99_999, 100_000, u64::MAX].map(|n| Viewers::of(n).at_least());
    assert_eq!(buckets, [0, 1, 1, 10, 10, 100, 1000, 10_000, 10_000, 100_000, 100_000]);
}

prop_compose! {
    fn any_track()(
        name in "[a-z0-9-]{1,24}", codec in "[A-Za-z0-9._-]{1,64}", bitrate_bps: u32, size: Option<(u32, u32)>,
    ) -> TrackSummary {
        let size = size.map(|(width, height)| Size { width, height });
        TrackSummary { name: name.parse().unwrap(), codec, bitrate_bps, size }
    }
}

prop_compose! {
    fn any_words()(
        title in "\\PC{0,120}", description in "[\\PC\n]{0,300}", adult: bool,
        tags in prop::collection::hash_set("[a-z0-9à-ž-]{1,24}", 0..=MAX_TAGS),
        languages in prop::collection::vec("[a-z]{2,8}(-[a-z0-9]{1,8}){0,2}", 0..=MAX_LANGUAGES),
        reach in prop::collection::vec("/[A-Za-z0-9/.:_-]{1,80}", 0..=MAX_REACH),
    ) -> Card {
        Card {
            title, description, adult,
            tags: tags.iter().map(|text| text.parse().unwrap()).collect(),
            languages: languages.iter().map(|text| text.parse().unwrap()).collect(),
            reach: reach.iter().map(|text| text.parse().unwrap()).collect(),
            ..card()
        }
    }
}

prop_compose! {
    fn any_card()(
        words in any_words(), tracks in prop::collection::vec(any_track(), 0..=MAX_TRACKS), since: Option<u64>,
        viewers: u64, access in 0..3_usize, (sats, minutes) in (1..=MAX_PRICE_SATS, 1..=MAX_PRICE_MINUTES),
        snapshot: Option<[u8; 32]>, generation: u32, epoch in 1..=60_u8,
        peer in prop::option::of(prop::collection::vec(any::<u8>(), 1..=64)), sequence: u64,
        life in 1..=MAX_LIFE_MS,
    ) -> Card {
        let access = [Access::Open, Access::Invited, Access::Paid][access];
        Card {
            tracks, access, generation, sequence,
            on_air_since: since.map(UnixMs),
            viewers: Viewers::of(viewers),
            price: (access == Access::Paid).then(|| Price::new(sats, minutes).unwrap()),
            snapshot: snapshot.map(SnapshotHash::from_bytes),
            epoch: epoch.try_into().unwrap(),
            peer: peer.map(|bytes| bytes::Bytes::from(bytes).try_into().unwrap()),
            expires: UnixMs(NOW.0 + life),
            ..words
        }
    }
}

proptest! {
    #[test]
    fn round_trips(card in any_card()) {
        // Two random names are hardly ever the same.
        prop_assume!(card.check().is_ok());
        let signed = SignedCard::sign(card.clone(), &session()).unwrap();
        prop_assert_eq!(signed.card(), &card);
        prop_assert_eq!(SignedCard::decode(signed.bytes(), NOW), Ok(signed));
    }

    #[test]
    fn no_byte_of_a_card_can_be_changed(at: prop::sample::Index, bit in 0..8_u8) {
        let mut bytes = SignedCard::sign(card(), &session()).unwrap().bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(SignedCard::decode(&bytes, NOW).is_err());
    }

    #[test]
    fn no_payload_panics(at: prop::sample::Index, byte: u8, cut: prop::sample::Index, card in any_card()) {
        let mut payload = cbor::to_deterministic(&card);
        let at = at.index(payload.len());
        payload[at] = byte;
        payload.truncate(cut.index(2 * payload.len()));
        // Signed, so that it is looked into.
        let session = session();
        let bytes = signed::sign_payload(&session, payload);
        let _ = SignedCard::decode(&bytes, NOW);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".*") {
        let _ = SignedCard::decode(&bytes, NOW);
        let _ = text.parse::<Tag>();
        let _ = text.parse::<Language>();
    }
}
