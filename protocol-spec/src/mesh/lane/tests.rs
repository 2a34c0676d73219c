use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

const START: Time = Time::from_micros(1_000_000);

fn captured(sequence: u64) -> UnixMs {
    UnixMs(1000 * 1000 + sequence * 100)
}

fn lane(first: u64) -> Lane {
    let mut lane = Lane::new(START, Place { lane: 0, sequence: first }, captured(first));
    assert!(lane.insert(START, first, true, captured(first)));
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
            prop_assert_eq!(lane.insert(START, sequence, false, captured(sequence)), is_new);
            let newest = lane.newest();
            for sequence in (newest + 1).saturating_sub(WINDOW)..=newest {
                prop_assert_eq!(lane.has(sequence), set.contains(&sequence));
                if sequence + 64 >= newest {
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
            let from = first.max((newest + 1).saturating_sub(64));
            let expected: Vec<u64> = (from..=newest + 2).filter(|sequence| !set.contains(sequence)).collect();
            prop_assert_eq!(missing, expected);
        }
    }

    #[test]
    fn no_claim_makes_it_panic(newest in any::<u64>(), before in any::<u64>(), front in any::<u64>()) {
        let have = Have { lane: 0, newest, before };
        for sequence in have.newest_of_stripes().into_iter().flatten() {
            prop_assert!(have.has(sequence));
        }
        let lane = lane(5);
        prop_assert!(lane.missing(front).count() <= 128);
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
    lane.insert(at(100 + 250), 1, false, captured(1));
    assert_eq!(lane.lag(1).map(|lag| lag.mean), Some(offset + 250));
    lane.insert(at(800 + 200), 8, false, captured(8));
    assert_eq!(lane.lag(1).map(|lag| lag.mean), Some(offset + 225), "sooner is believed quickly");
    lane.insert(at(2300 + 400), 23, false, captured(23));
    assert_eq!(lane.lag(1).map(|lag| lag.mean), Some(offset + 268), "later slowly");
    assert_eq!(lane.captured(30), captured(30).0 as i64);
}
