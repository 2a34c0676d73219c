use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::media::UnixMs;
use crate::talk::GuestNumber;
use crate::vectors::{all, cbor as json, expected, hex, hex32, load, named};

fn report(value: &Value) -> Report {
    json(value).deserialized().unwrap()
}

fn room(seed: u8) -> RoomId {
    RoomId::from_public_key(SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()).unwrap()
}

#[test]
fn vectors() {
    let vectors = load!("report");
    for vector in all(&vectors, "reports") {
        let report = report(&vector["report"]);
        assert_eq!(report.encode().unwrap(), hex(&vector["encoded"]), "{vector}");
        assert_eq!(Report::decode(&hex(&vector["encoded"])), Ok(report));
    }
    for vector in all(&vectors, "read") {
        assert_eq!(Report::decode(&hex(&vector["encoded"])), Ok(report(&vector["report"])), "{vector}");
    }
    for vector in all(&vectors, "refused") {
        assert_eq!(named(Report::decode(&hex(&vector["encoded"]))), expected(&vector), "{vector}");
    }
    for vector in all(&vectors, "sealed") {
        let key = SigningKey::from_bytes(&hex32(&vector["list_seed"]));
        let (list, secret) = (key.verifying_key().to_bytes(), ReportSecret::of_list(&key));
        assert_eq!(secret.key().as_bytes(), &hex32(&vector["key"]));
        let report = Report::decode(&hex(&vector["report"])).unwrap();
        let sealed = SealedReport::seal(&report, &list, &secret.key(), hex32(&vector["random"])).unwrap();
        assert_eq!(sealed.as_bytes(), hex(&vector["sealed"]), "{vector}");
        assert_eq!(sealed.to_string(), vector["text"].as_str().unwrap());
        assert_eq!(sealed.open(&list, &secret), Ok(report));
    }
    for vector in all(&vectors, "not_opened") {
        let key = SigningKey::from_bytes(&hex32(&vector["list_seed"]));
        let sealed = SealedReport::try_from(hex(&vector["sealed"]));
        let opened = sealed
            .and_then(|sealed| sealed.open(&key.verifying_key().to_bytes(), &ReportSecret::of_list(&key)));
        assert_eq!(named(opened), expected(&vector), "{vector}");
    }
}

#[test]
fn a_key_that_is_none_seals_nothing() {
    let report = Report {
        room: room(1),
        about: About::Room { title: String::new() },
        reason: Reason::Other,
        words: String::new(),
        from: None,
    };
    let sealed = SealedReport::seal(&report, &[0; 32], &ReportKey::from_bytes([0; 32]), [7; 32]);
    assert_eq!(sealed, Err(UnsealError::Sealed));
    let long = Report { words: "x".repeat(MAX_REPORT_CHARS + 1), ..report };
    assert_eq!(long.encode(), Err(ReportError::Text));
}

#[test]
fn a_text_is_found_among_other_words() {
    let sealed = SealedReport::try_from(vec![7; 164]).unwrap();
    let text = format!("Hello,\r\n\r\n{}\r\nBye", sealed.to_string().replace('\n', "\r\n  "));
    assert_eq!(text.parse(), Ok(sealed.clone()));
    for broken in
        ["", "Hello", &sealed.to_string().replace("END", "AND"), &sealed.to_string().replace('B', "!")]
    {
        assert_eq!(broken.parse::<SealedReport>(), Err(ArmourError));
    }
}

#[test]
fn nothing_of_a_sealed_report_is_shown() {
    let bytes = [[1; 32].as_slice(), b"secret secret secret secret secret secret secret secret"].concat();
    let sealed = SealedReport::try_from(bytes).unwrap();
    assert_eq!(format!("{sealed:?}"), format!("SealedReport({})", "01".repeat(32)));
}

fn any_report() -> impl Strategy<Value = Report> {
    let plain = "[^\\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]{1,24}";
    let name = prop_oneof![
        plain.prop_map(Name::Given),
        any::<u64>().prop_map(|number| Name::Guest(GuestNumber::of(number))),
    ];
    let author = name.clone().prop_map(Author::called);
    let line = (author.clone(), any::<u64>(), plain).prop_map(|(by, number, text)| Line {
        number,
        at: UnixMs(number / 2),
        by,
        text,
        reply_to: None,
        announces: false,
    });
    let about = prop_oneof![
        line.prop_map(About::Line),
        author.prop_map(About::Person),
        plain.prop_map(|title| About::Room { title }),
    ];
    (about, 0..Reason::ALL.len(), plain, prop::option::of(name), 0..4_u8).prop_map(
        |(about, reason, words, from, seed)| Report {
            room: room(seed),
            about,
            reason: Reason::ALL[reason],
            words,
            from,
        },
    )
}

proptest! {
    #[test]
    fn round_trips_sealed_and_not(report in any_report(), seed: [u8; 32], random: [u8; 32]) {
        prop_assert_eq!(Report::decode(&report.encode().unwrap()), Ok(report.clone()));
        let key = SigningKey::from_bytes(&seed);
        let (list, secret) = (key.verifying_key().to_bytes(), ReportSecret::of_list(&key));
        let sealed = SealedReport::seal(&report, &list, &secret.key(), random).unwrap();
        let read: SealedReport = sealed.to_string().parse().unwrap();
        prop_assert_eq!(read.open(&list, &secret), Ok(report));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,200}") {
        let _ = Report::decode(&bytes);
        let key = SigningKey::from_bytes(&[1; 32]);
        let secret = ReportSecret::of_list(&key);
        if let Ok(sealed) = SealedReport::try_from(bytes) {
            let _ = sealed.open(&key.verifying_key().to_bytes(), &secret);
        }
        let _ = text.parse::<SealedReport>();
    }
}
