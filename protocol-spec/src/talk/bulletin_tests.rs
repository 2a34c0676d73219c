//! What was said, as it travels: the vectors, and a reader who comes late and misses some.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::cbor;
use crate::clock::Time;
use crate::ident::RoomId;
use crate::media::UnixMs;
use crate::vectors::{all, cbor as json, expected, hex, hex32, load, named};

#[test]
fn vectors() {
    let vectors = load!("talk");
    let bulletin = |vector: &serde_json::Value| json(&vector["bulletin"]).deserialized::<Bulletin>().unwrap();
    for vector in all(&vectors, "bulletins") {
        let bytes = Bytes::from(hex(&vector["encoded"]));
        assert_eq!(bulletin(&vector).encode(), bytes, "{vector}");
        assert_eq!(Bulletin::decode(&bytes), Ok(bulletin(&vector)));
    }
    for vector in all(&vectors, "read") {
        assert_eq!(Bulletin::decode(&hex(&vector["encoded"]).into()), Ok(bulletin(&vector)), "{vector}");
    }
    for vector in all(&vectors, "refused") {
        assert_eq!(named(Bulletin::decode(&hex(&vector["encoded"]).into())), expected(&vector), "{vector}");
    }
    for vector in all(&vectors, "tripcodes") {
        let tripcode = Tripcode::of(vector["phrase"].as_str().unwrap()).map(|tripcode| tripcode.to_string());
        assert_eq!(tripcode.as_deref(), vector["tripcode"].as_str(), "{vector}");
    }
    for vector in all(&vectors, "proofs") {
        let proof: MarkProof = cbor::from_slice(&hex(&vector["proof"])).unwrap();
        let room = RoomId::from_public_key(hex32(&vector["room"])).unwrap();
        let mark = proof.mark(room, &hex(&vector["peer"])).map(|mark| mark.to_string());
        assert_eq!(mark.as_deref(), vector["mark"].as_str());
    }
}

#[test]
fn a_proof_is_of_one_phrase_one_room_and_one_peer() {
    let room = |seed| {
        let key = SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
        RoomId::from_public_key(key).unwrap()
    };
    let identity = Identity::of("correct horse").unwrap();
    let proof = identity.prove(room(1), b"peer");
    assert_eq!(proof.mark(room(1), b"peer"), Some(identity.mark()));
    assert_eq!(proof.mark(room(2), b"peer"), None);
    assert_eq!(proof.mark(room(1), b"reep"), None);
}

#[test]
fn captions_reach_a_reader_and_are_kept_by_nobody() {
    let mut desk = Desk::new(Time::ZERO);
    let caption = |text: &str| Caption::new(text, UnixMs(9), None, None).unwrap();
    let mut bulletin = Bulletin::default();
    for number in 0..5 {
        bulletin.add(desk.caption(Time::ZERO, caption(&number.to_string())).unwrap()).unwrap();
    }
    assert_eq!(desk.caption(Time::ZERO, caption("5")), Err(CaptionError::TooFast));
    let later = Time::ZERO + Duration::from_millis(500);
    bulletin.add(desk.caption(later, caption("5")).unwrap()).unwrap();
    bulletin.add(News::Cleared).unwrap();
    let mut reader = Transcript::default();
    let news = reader.take(Bulletin::decode(&bulletin.encode().into()).unwrap());
    let texts: Vec<_> = news
        .iter()
        .filter_map(|news| if let News::Caption(caption) = news { Some(caption.text.as_str()) } else { None })
        .collect();
    assert_eq!(texts, ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(Bulletin::of_all(desk.lines(), []).captions, []);
    for number in 6..8 {
        bulletin.add(News::Caption(caption(&number.to_string()).into())).unwrap();
    }
    assert!(bulletin.add(News::Caption(caption("8").into())).is_err(), "it is full");
}

#[test]
fn those_who_begin_get_the_newest_that_fit() {
    let mut desk = Desk::new(Time::ZERO);
    let host = Author { badge: Some(Badge::Host), ..Author::named("Mira").unwrap() };
    for number in 0..MAX_LINES {
        let words = Words::new(&format!("{number} {}", "ü".repeat(490)), None).unwrap();
        desk.say(Time::ZERO, UnixMs(0), Speaker(0), host.clone(), words).unwrap();
    }
    let bulletin = Bulletin::of_all(desk.lines(), []);
    assert!(bulletin.encode().len() <= MAX_BULLETIN_BYTES);
    assert!(bulletin.encode().len() > MAX_BULLETIN_BYTES - 1200, "one more would not fit");
    assert_eq!(bulletin.said.last().unwrap().number, MAX_LINES as u64);
    assert!(bulletin.said.is_sorted_by_key(|line| line.number));
}

#[test]
fn what_is_not_in_a_bulletin_that_begins_anew_is_gone() {
    let by = Author::named("Anna").unwrap();
    let line = |number| Line {
        number,
        at: UnixMs(0),
        by: by.clone(),
        text: number.to_string(),
        reply_to: None,
        announces: false,
    };
    let mut reader = Transcript::default();
    reader.take(Bulletin { said: (1..=5).map(line).collect(), ..Bulletin::default() });
    let anew = Bulletin { since: Some(2), said: vec![line(3), line(5), line(6)], ..Bulletin::default() };
    let news = [News::Hidden(1), News::Hidden(4), News::Said(line(6).into())];
    assert_eq!(reader.take(anew.clone()), news, "what is older than the first of them may be there yet");
    assert_eq!(reader.take(anew), []);
}

#[derive(Debug, Clone)]
enum Step {
    Say(String),
    Hide(u64),
    Clear,
    /// The host begins anew.
    Anew,
    /// What was gathered so far is sent.
    Send,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => "[a-z]{1,9}".prop_map(Step::Say),
        2 => (0u64..40).prop_map(Step::Hide),
        1 => Just(Step::Clear),
        2 => Just(Step::Anew),
        4 => Just(Step::Send),
    ]
}

proptest! {
    #[test]
    fn whoever_comes_and_whatever_they_miss_sees_what_the_desk_shows(
        steps in prop::collection::vec((step(), prop::bool::weighted(0.8)), 1..120),
    ) {
        let mut desk = Desk::new(Time::ZERO);
        let host = Author { badge: Some(Badge::Host), ..Author::named("Mira").unwrap() };
        let mut reader = Transcript::default();
        let mut page: Vec<u64> = Vec::new();
        let mut hidden = VecDeque::new();
        let mut gathered = Bulletin::default();
        // Of a group of which something is missing, nothing more is shown.
        let mut follows = false;
        let mut deliver = |bulletin: &Bulletin, arrives: bool, page: &mut Vec<u64>| {
            let bytes = Bytes::from(bulletin.encode());
            follows = arrives && (follows || bulletin.begins_anew());
            if follows {
                for news in reader.take(Bulletin::decode(&bytes).unwrap()) {
                    match news {
                        News::Said(line) => page.push(line.number),
                        News::Hidden(number) => page.retain(|shown| *shown != number),
                        News::Cleared => page.clear(),
                        News::Caption(_) => unreachable!("nobody sent one"),
                    }
                }
            }
        };
        for (step, arrives) in steps {
            let news = match step {
                Step::Say(text) => {
                    let words = Words::new(&text, None).unwrap();
                    vec![desk.say(Time::ZERO, UnixMs(0), Speaker(0), host.clone(), words).unwrap()]
                }
                Step::Hide(number) => desk.obey(Time::ZERO, Order::Hide(number)),
                Step::Clear => desk.obey(Time::ZERO, Order::Clear),
                Step::Anew => {
                    gathered = Bulletin::default();
                    deliver(&Bulletin::of_all(desk.lines(), hidden.iter().copied()), arrives, &mut page);
                    continue;
                }
                Step::Send => {
                    deliver(&std::mem::take(&mut gathered), arrives, &mut page);
                    continue;
                }
            };
            for news in news {
                if let News::Hidden(number) = news {
                    hidden.push_back(number);
                }
                gathered.add(news).unwrap();
            }
        }
        deliver(&Bulletin::of_all(desk.lines(), hidden.iter().copied()), true, &mut page);
        let shown: Vec<u64> = desk.lines().map(|line| line.number).collect();
        prop_assert_eq!(&page, &shown);
        let known: Vec<u64> = reader.lines().map(|line| line.number).collect();
        prop_assert_eq!(known, shown);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(bulletin) = Bulletin::decode(&bytes.into()) {
            Transcript::default().take(bulletin);
        }
    }
}

#[test]
fn refusals_say_the_same_after_the_way() {
    let wait = Duration::from_millis(1500);
    let all = [
        Refusal::TooFast(wait),
        Refusal::Slow(wait),
        Refusal::Crowded(wait),
        Refusal::Unwanted("darn".into()),
        Refusal::Again,
        Refusal::Silenced(wait),
        Refusal::Barred,
        Refusal::Listed { list: "Rude".into(), reason: "Spam".into() },
        Refusal::Listed { list: "Rude".into(), reason: String::new() },
        Refusal::NotHere,
        Refusal::Other,
    ];
    for refusal in all {
        let read: Refusal = cbor::from_slice(&cbor::to_vec(&refusal)).unwrap();
        assert_eq!(read, refusal);
    }
}
