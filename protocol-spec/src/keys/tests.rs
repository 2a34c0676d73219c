//! That a pass opens exactly its span, in theory (places) and in fact (keys).

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::cbor;
use crate::ident::{RoomId, SessionId};
use crate::media::TrackName;

fn session(seed: u8) -> SessionId {
    SessionId::from_public_key(SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()).unwrap()
}

fn tree() -> Tree {
    Tree::new(&[7; 32], &session(1), 3, EpochLength::default())
}

fn epoch(index: u32) -> Epoch {
    Epoch::new(index).unwrap()
}

fn span(first: u32, last: u32) -> RangeInclusive<Epoch> {
    epoch(first)..=epoch(last)
}

/// Spans anywhere in the tree: short ones, long ones, and such as begin or end where large subtrees do.
fn any_span() -> impl Strategy<Value = (u32, u32)> {
    let index = || {
        let near_a_power = (0..=24_u32, -3..=3_i64)
            .prop_map(|(power, off)| ((1_i64 << power) + off).clamp(0, (1 << 24) - 1) as u32);
        prop_oneof![0..=Epoch::LAST.index(), 0..2000_u32, near_a_power]
    };
    let short =
        (index(), 0..400_u32).prop_map(|(first, length)| (first, (first + length).min(Epoch::LAST.index())));
    let long = (index(), index()).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![short, long]
}

#[test]
fn everything_is_one_seed_and_nothing_is_none() {
    let all = tree().cover(Epoch::FIRST..=Epoch::LAST);
    assert_eq!(all.seeds().len(), 1);
    assert_eq!(all.spans(), [Epoch::FIRST..=Epoch::LAST]);
    let none = tree().cover(span(5, 4));
    assert!(none.seeds().is_empty() && none.spans().is_empty());
    assert_eq!(none.key(epoch(5), &TrackName::VIDEO), None);
}

#[test]
fn the_longest_cover_stays_below_the_limit() {
    let pass = tree().cover(span(1, Epoch::LAST.index() - 1));
    assert_eq!(pass.seeds().len(), 2 * usize::from(DEPTH) - 2);
    assert!(pass.seeds().len() <= MAX_SEEDS);
}

#[test]
fn every_input_of_a_key_changes_it() {
    let length = EpochLength::default();
    let key = |tree: &Tree, index, track| *tree.key(epoch(index), &track).bytes();
    let room = RoomId::from_public_key(session(9).public_key()).unwrap();
    let keys = [
        key(&tree(), 1, TrackName::VIDEO),
        key(&tree(), 2, TrackName::VIDEO),
        key(&tree(), 1, TrackName::AUDIO),
        key(&Tree::new(&[8; 32], &session(1), 3, length), 1, TrackName::VIDEO),
        key(&Tree::new(&[7; 32], &session(2), 3, length), 1, TrackName::VIDEO),
        key(&Tree::new(&[7; 32], &session(1), 4, length), 1, TrackName::VIDEO),
        key(&Tree::new(&[7; 32], &session(1), 3, 11.try_into().unwrap()), 1, TrackName::VIDEO),
        key(&Tree::public(&room, &session(1), 3, length), 1, TrackName::VIDEO),
    ];
    assert_eq!(BTreeSet::from(keys).len(), keys.len());
}

#[test]
fn secrets_hide_from_logs() {
    let tree = tree();
    let pass = tree.cover(span(3, 9));
    let key = tree.key(epoch(3), &TrackName::VIDEO);
    let shown = format!("{tree:?} {pass:?} {key:?} {:?}", Secret::derive(&[7; 32], &[], &[]));
    for secret in pass.seeds().iter().map(|seed| *seed.secret().0).chain([*key.bytes(), [7; 32]]) {
        assert!(!shown.contains(&format!("{:?}", &secret[..4]).replace(['[', ']'], "")));
        assert!(!shown.to_lowercase().contains(&HEXLOWER.encode(&secret[..4])));
    }
    assert!(shown.contains('…'));
}

#[test]
fn a_ring_keeps_the_newest_passes_and_finds_keys_again() {
    let mut ring = KeyRing::default();
    for minute in 0..100 {
        ring.add(tree().cover(span(6 * minute, 6 * minute + 5)));
        ring.add(tree().cover(span(6 * minute, 6 * minute + 5)));
    }
    assert_eq!(ring.passes().len(), MAX_PASSES);
    for _ in 0..2 {
        for index in 500..600 {
            let expected = tree().key(epoch(index), &TrackName::AUDIO);
            assert_eq!(ring.key(3, epoch(index), &TrackName::AUDIO), Some(&expected));
        }
    }
    assert_eq!(ring.key(3, epoch(6 * 36 - 1), &TrackName::AUDIO), None, "the oldest is forgotten");
    assert_eq!(ring.key(4, epoch(500), &TrackName::AUDIO), None, "another generation");
    assert_eq!(ring.key(3, epoch(600), &TrackName::AUDIO), None, "past the last");
}

proptest! {
    #[test]
    fn a_cover_is_exact_and_minimal((first, last) in any_span()) {
        let pass = tree().cover(span(first, last));
        prop_assert!(pass.seeds().len() <= MAX_SEEDS);
        prop_assert_eq!(pass.spans(), [span(first, last)], "no more and no less");
        let leaves: u64 = pass
            .seeds()
            .iter()
            .map(|seed| u64::from(seed.span().end().index() - seed.span().start().index()) + 1)
            .sum();
        prop_assert_eq!(leaves, u64::from(last - first) + 1, "none twice");
        // No seed could be replaced by its parent, which would open more.
        for seed in pass.seeds().iter().filter(|seed| seed.depth() > 0) {
            let leaves = 1_u64 << (DEPTH - seed.depth() + 1);
            let parent = u64::from(seed.index() / 2) * leaves;
            let inside = parent >= u64::from(first) && parent + leaves - 1 <= u64::from(last);
            prop_assert!(!inside, "{seed:?}");
        }
    }

    #[test]
    fn a_pass_opens_exactly_its_span((first, last) in any_span(), inside: prop::sample::Index, other: u32) {
        let tree = tree();
        let pass = tree.cover(span(first, last));
        let inside = first + inside.index((last - first + 1) as usize) as u32;
        for index in [first, last, inside] {
            let key = pass.key(epoch(index), &TrackName::VIDEO);
            prop_assert_eq!(key, Some(tree.key(epoch(index), &TrackName::VIDEO)));
        }
        let outside = [first.checked_sub(1), Some(last + 1), Some(other % (1 << DEPTH))];
        for index in outside.into_iter().flatten().filter(|index| !(first..=last).contains(index)) {
            let Some(epoch) = Epoch::new(index) else { continue };
            prop_assert_eq!(pass.key(epoch, &TrackName::VIDEO), None);
            // Not by going around the check either: no seed is an ancestor of anything outside, and none can be
            // made into one, since a seed only gives its own children.
            for seed in pass.seeds() {
                prop_assert!(seed.descend(DEPTH, index).is_none());
                prop_assert_ne!(index >> (DEPTH - seed.depth()), seed.index());
            }
        }
    }

    /// What a holder can compute is the subtrees below its seeds. None of those 32 bytes is a seed outside.
    #[test]
    fn nothing_outside_can_be_derived(first in 0..20_u32, length in 1..12_u32) {
        let tree = tree();
        let all = tree.cover(span(0, 31));
        let top = &all.seeds()[0];
        let pass = tree.cover(span(first, first + length - 1));
        let below = |seed: &Seed| {
            let places = (seed.depth()..=DEPTH).flat_map(|depth| {
                let width = 1_u32 << (depth - seed.depth());
                (0..width).map(move |at| (depth, at))
            });
            let place = |(depth, at): (u8, u32)| {
                let index = (seed.index() << (depth - seed.depth())) + at;
                *seed.descend(depth, index).unwrap().secret().0
            };
            places.map(place).collect::<Vec<_>>()
        };
        let known: BTreeSet<[u8; 32]> = pass.seeds().iter().flat_map(below).collect();
        for depth in top.depth()..=DEPTH {
            for index in 0..1_u32 << (depth - top.depth()) {
                let seed = top.descend(depth, index).unwrap();
                let opens = seed.span();
                let inside = opens.start().index() >= first && opens.end().index() < first + length;
                prop_assert_eq!(known.contains(&*seed.secret().0), inside);
            }
        }
    }

    #[test]
    fn a_pass_is_read_as_it_was_written((first, last) in any_span()) {
        let pass = tree().cover(span(first, last));
        prop_assert_eq!(cbor::from_slice::<Pass>(&cbor::to_vec(&pass)), Some(pass));
    }

    #[test]
    fn other_forms_of_a_pass_are_refused((first, last) in any_span(), at: prop::sample::Index) {
        let pass = tree().cover(span(first, last));
        let make = |seeds| Pass::new(3, EpochLength::default(), seeds);
        let seeds = pass.seeds().to_vec();
        let at = at.index(seeds.len());
        let mut twice = seeds.clone();
        twice.insert(at, seeds[at].clone());
        prop_assert!(make(twice).is_err());
        if let Some((left, right)) = seeds[at].clone().halves() {
            let mut split = seeds.clone();
            split.splice(at..=at, [left, right]);
            prop_assert!(make(split).is_err());
        }
        let mut reversed = seeds.clone();
        reversed.reverse();
        prop_assert!(seeds.len() < 2 || make(reversed) == Err(PassError::Order));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = cbor::from_slice::<Pass>(&bytes);
    }
}

impl Seed {
    /// Its two children, where it is no leaf.
    fn halves(self) -> Option<(Self, Self)> {
        let child = |side| self.descend(self.depth() + 1, 2 * self.index() + side);
        Some((child(0)?, child(1)?))
    }
}

#[test]
fn vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/keys.json")).unwrap();
    let hex = |value: &Value| HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap();
    let key32 = |value: &Value| <[u8; 32]>::try_from(hex(value)).unwrap();
    let number = |value: &Value| value.as_u64().unwrap() as u32;
    for vector in vectors["trees"].as_array().unwrap() {
        let session = SessionId::from_public_key(key32(&vector["session"])).unwrap();
        let (generation, length) = (number(&vector["generation"]), number(&vector["epoch_s"]) as u8);
        let length = length.try_into().unwrap();
        let tree = if let Some(secret) = vector.get("secret") {
            Tree::new(&key32(secret), &session, generation, length)
        } else {
            let room = RoomId::from_public_key(key32(&vector["room"])).unwrap();
            Tree::public(&room, &session, generation, length)
        };
        // A cover of one seed is that seed.
        let only_seed = |first: Epoch, last: Epoch| tree.cover(first..=last).seeds()[0].secret().0.to_vec();
        assert_eq!(only_seed(Epoch::FIRST, Epoch::LAST), hex(&vector["root"]));
        for key in vector["keys"].as_array().unwrap() {
            let (epoch, track) =
                (epoch(number(&key["epoch"])), key["track"].as_str().unwrap().parse().unwrap());
            assert_eq!(only_seed(epoch, epoch), hex(&key["leaf"]));
            assert_eq!(tree.key(epoch, &track).bytes()[..], hex(&key["key"])[..]);
        }
        for pass in vector["passes"].as_array().unwrap() {
            let cover = tree.cover(span(number(&pass["first"]), number(&pass["last"])));
            let places: Vec<_> = cover
                .seeds()
                .iter()
                .map(|seed| Value::from(vec![seed.depth().into(), seed.index()]))
                .collect();
            assert_eq!(pass["places"], Value::from(places));
            assert_eq!(cbor::to_vec(&cover), hex(&pass["encoded"]));
            assert_eq!(cbor::from_slice(&hex(&pass["encoded"])), Some(cover));
        }
    }
    for vector in vectors["refused"].as_array().unwrap() {
        let bytes = Bytes::from(hex(&vector["encoded"]));
        assert_eq!(cbor::from_slice::<Pass>(&bytes), None, "{vector}");
    }
}
