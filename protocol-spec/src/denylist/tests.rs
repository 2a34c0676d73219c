use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::vectors::{all, hex32, load};

fn entry(value: &serde_json::Value) -> Entry {
    let text = |field: &str| value[field].as_str().unwrap().to_owned();
    Entry { item: text("item").parse().unwrap(), reason: text("reason") }
}

#[test]
fn vectors() {
    let vectors = load!("denylist");
    for vector in all(&vectors, "lists") {
        let text = |field: &str| vector[field].as_str().unwrap().to_owned();
        let read =
            SignedList::read(&text("text")).unwrap_or_else(|error| panic!("{}: {error}", text("what")));
        let list = List {
            name: text("name"),
            description: text("description"),
            author: text("author"),
            sequence: vector["sequence"].as_u64().unwrap(),
            reports: vector["reports"].as_object().map(|reports| Reports {
                key: ReportKey::from_bytes(hex32(&reports["key"])),
                at: reports["at"].as_str().map(|link| link.parse().unwrap()),
            }),
            entries: all(&vector, "entries").iter().map(entry).collect(),
        };
        assert_eq!(*read.list(), list, "{}", text("what"));
        assert_eq!((read.key_text(), read.text()), (text("key"), &*text("signed")));
        assert_eq!(read.skipped() as u64, vector["skipped"].as_u64().unwrap());
        if vector["canonical"].as_bool().unwrap() {
            let key = SigningKey::from_bytes(&hex32(&vector["seed"]));
            assert_eq!(list.sign(&key).unwrap(), text("signed"));
        }
    }
    for vector in all(&vectors, "refused") {
        let error = SignedList::read(vector["text"].as_str().unwrap()).unwrap_err();
        assert_eq!(format!("{error:?}"), vector["error"].as_str().unwrap(), "{}", vector["why"]);
    }
    for vector in all(&vectors, "csv") {
        let table = csv(&[entry(&vector)]);
        assert_eq!(table, format!("\"item\",\"reason\"\r\n{}\r\n", vector["line"].as_str().unwrap()));
    }
}

#[test]
fn a_list_that_is_too_long_is_not_written() {
    let key = SigningKey::from_bytes(&[1; 32]);
    let mark = |n: usize| {
        let letters: Vec<_> = ('a'..='z').collect();
        format!("/parlor/mark/aaaaaaa{}{}{}", letters[n / 676], letters[n / 26 % 26], letters[n % 26])
    };
    let entries = |count, reason: &str| -> Vec<_> {
        (0..count).map(|n| Entry { item: mark(n).parse().unwrap(), reason: reason.into() }).collect()
    };
    let list = List { name: "x".into(), ..List::default() };
    let with = |entries| List { entries, ..list.clone() }.sign(&key);
    assert_eq!(with(entries(MAX_ENTRIES + 1, "")), Err(ListError::TooMany));
    assert_eq!(with(entries(MAX_ENTRIES, &"é".repeat(200))), Err(ListError::TooLong));
    assert_eq!(with(entries(1, "a\nb")), Err(ListError::Item(1)));
    assert_eq!(List { name: String::new(), ..list.clone() }.sign(&key), Err(ListError::Words));
    let whole = with(entries(MAX_ENTRIES, "rude")).unwrap();
    let longer = format!("{whole}{}", "#".repeat(MAX_LIST_BYTES + 1 - whole.len()));
    assert_eq!(SignedList::read(&longer), Err(ListError::TooLong));
    assert_eq!(SignedList::read(&whole).unwrap().list().entries.len(), MAX_ENTRIES);
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        name in "[^\\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]{1,40}",
        reason in "[^\\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,40}",
        mark in "[a-z2-7]{10}", sequence: u64, seed: [u8; 32],
    ) {
        let item = format!("/parlor/mark/{mark}").parse().unwrap();
        let list = List { name, sequence, entries: vec![Entry { item, reason }], ..List::default() };
        let text = list.sign(&SigningKey::from_bytes(&seed)).unwrap();
        let read = SignedList::read(&text).unwrap();
        prop_assert_eq!(read.list(), &list);
    }

    #[test]
    fn no_text_panics(text in ".{0,200}", lines in prop::collection::vec("(name|parlor_key|---|hints)?:? ?[a-z\"\\\\%!/]{0,9}", 0..20)) {
        let _ = SignedList::read(&text);
        let _ = SignedList::read(&lines.join("\n"));
    }
}
