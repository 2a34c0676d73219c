use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

const START: Time = Time::from_micros(1_000_000);

fn captured(sequence: u64) -> UnixMs {
    UnixMs(1000 * 1000 + sequence * 100)
}

fn piece(sequence: u64, starts_group: bool) -> Piece {
    Piece { starts_group, continues: false, captured: captured(sequence) }
}

fn lane(first: u64) -> Lane {
    let mut lane = Lane::new(START, Place { lane: 0, sequence: first }, captured(first));
    assert!(lane.insert(START, first, piece(first, true), true));
    lane
}

proptest! {
    #[test]
    fn it_knows_what_a_set_knows(first in 0u64..1000, steps in prop::collection::vec(0u64..90, 1..200)) {
        let mut lane = lane(first);
        let mut set = BTreeSet::from([first]);
        for step in steps {
            let sequence = (lane.newest() + step).saturating_sub(45);
            let is_new = lane.newest().saturating_sub(sequence) < WINDOW && set.insert(sequence);
            prop_assert_eq!(lane.insert(START, sequence, piece(sequence, false), true), is_new);
            let newest = lane.newest();
            for sequence in (newest + 1).saturating_sub(WINDOW)..=newest {
                prop_assert_eq!(lane.has(sequence), set.contains(&sequence));
                if sequence + 127 >= newest {
                    prop_assert_eq!(lane.have().has(sequence), set.contains(&sequence));
                }
            }
            for (stripe, found) in lane.have().newest_of_stripes().into_iter().enumerate() {
                let of_stripe = |sequence: u64| Place { lane: 0, sequence }.stripe() == stripe;
                let expected = set.iter().rev().find(|sequence| of_stripe(**sequence));
                let expected = expected.copied().filter(|sequence| sequence + 64 >= newest);
                prop_assert_eq!(found, expected);
            }
            let missing: Vec<u64> = lane.missing(newest + 2).collect();
            let from = first.max((newest + 1).saturating_sub(128));
            let expected: Vec<u64> = (from..=newest + 2).filter(|sequence| !set.contains(sequence)).collect();
            prop_assert_eq!(missing, expected);
        }
    }

    #[test]
    fn no_claim_makes_it_panic(newest in any::<u64>(), before in any::<u64>(), front in any::<u64>()) {
        let have = Have { lane: 0, newest, before, earlier: before };
        for sequence in have.newest_of_stripes().into_iter().flatten() {
            prop_assert!(have.has(sequence));
        }
        let lane = lane(5);
        prop_assert!(lane.missing(front).count() <= 192);
        lane.captured(newest);
    }
}

#[test]
fn lag_is_the_time_since_capture_by_two_clocks() {
    let mut lane = lane(0);
    let at = |ms: u64| START + Duration::from_millis(ms);
    let offset = millis(START) - captured(0).0 as i64;
    assert_eq!(lane.lag(0).map(|lag| lag.mean), Some(offset));
    // Three of the same stripe, one after the other.
    lane.insert(at(100 + 250), 1, piece(1, false), true);
    assert_eq!(lane.lag(1).map(|lag| lag.mean), Some(offset + 250));
    lane.insert(at(800 + 200), 8, piece(8, false), true);
    assert_eq!(lane.lag(1).map(|lag| lag.mean), Some(offset + 225), "sooner is believed quickly");
    lane.insert(at(2300 + 400), 23, piece(23, false), true);
    assert_eq!(lane.lag(1).map(|lag| lag.mean), Some(offset + 268), "later slowly");
    assert_eq!(lane.captured(30), captured(30).0 as i64);
}

#[test]
fn the_start_of_a_group_is_all_pieces_of_its_first_chunk_in_whatever_order_they_come() {
    let of_start = |sequence: u64| Piece {
        starts_group: sequence == 20,
        continues: sequence < 22,
        captured: captured(20),
    };
    let mut lane = lane(0);
    assert_eq!((lane.opening(), lane.has_start()), (Some(0..=0), true));
    let mut has_start_after = |sequence| {
        lane.insert(
            START,
            sequence,
            if sequence > 22 { piece(sequence, false) } else { of_start(sequence) },
            true,
        );
        (lane.opening(), lane.has_start())
    };
    // Without the first it is nothing.
    assert_eq!(has_start_after(21), (Some(0..=0), true));
    assert_eq!(has_start_after(20), (Some(20..=21), false));
    assert_eq!(has_start_after(24), (Some(20..=24), false), "the end is not known yet");
    assert_eq!(has_start_after(22), (Some(20..=22), true));
    assert_eq!(has_start_after(23), (Some(20..=22), true));
}

#[test]
fn a_track_that_begins_in_the_middle_of_a_group_has_no_start() {
    let mut lane = Lane::new(START, Place { lane: 0, sequence: 5 }, captured(5));
    assert!(lane.insert(START, 5, piece(5, false), true));
    assert_eq!((lane.opening(), lane.has_start()), (None, false));
    // The one before may come later.
    assert!(lane.insert(START, 3, piece(3, true), true));
    assert_eq!((lane.opening(), lane.has_start()), (Some(3..=3), true));
}
