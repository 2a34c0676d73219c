//! Replays, reorderings and stale copies.

use std::collections::BTreeSet;

use super::*;
use crate::object::window::{MAX_AGE, WINDOW, Window};

/// An object whose signature nobody looks at: the window goes by the header.
fn object(sequence: u64) -> Object {
    with(sequence, |_| ())
}

fn with(sequence: u64, change: impl FnOnce(&mut Header)) -> Object {
    Object::verified(Bytes::new(), header(sequence, change), 0)
}

#[test]
fn takes_each_object_once_and_late_ones_within_the_window() {
    let mut window = Window::new(UnixMs(0));
    for sequence in [5000, 4999, 5000 - WINDOW + 1, 5003, 5001] {
        assert_eq!(window.admit(&object(sequence)), Ok(()));
        assert_eq!(window.check(object(sequence).header()), Err(ObjectError::Replayed));
        assert_eq!(window.admit(&object(sequence)), Err(ObjectError::Replayed));
    }
    assert_eq!(window.newest(), Some(5003));
    assert_eq!(window.admit(&object(5003 - WINDOW)), Err(ObjectError::TooOld));
    assert_eq!(window.admit(&object(0)), Err(ObjectError::TooOld));
    // A jump leaves nothing behind that would be taken for seen.
    assert_eq!(window.admit(&object(5003 + WINDOW)), Ok(()));
    assert_eq!(window.admit(&object(5004)), Ok(()));
    assert_eq!(window.admit(&object(u64::MAX)), Ok(()));
    assert_eq!(window.admit(&object(u64::MAX)), Err(ObjectError::Replayed));
    assert_eq!(window.admit(&object(u64::MAX - 1)), Ok(()));
}

#[test]
fn the_hosts_numbers_never_run_against_the_sequence() {
    let mut window = Window::new(UnixMs(0));
    let epoch = Epoch::new(7).unwrap();
    let newest = with(100, |header| (header.generation, header.epoch) = (2, epoch));
    assert_eq!(window.admit(&newest), Ok(()));
    for wrong in [
        with(101, |header| (header.generation, header.epoch) = (1, epoch)),
        with(101, |header| (header.generation, header.epoch) = (2, Epoch::FIRST)),
        with(101, |header| {
            (header.generation, header.epoch) = (2, epoch);
            header.captured = UnixMs(CAPTURED.0 - 10_001);
        }),
        with(99, |header| (header.generation, header.epoch) = (3, Epoch::FIRST)),
        with(99, |header| (header.generation, header.epoch) = (2, Epoch::LAST)),
        with(99, |header| header.captured = UnixMs(CAPTURED.0 + 10_001)),
    ] {
        assert_eq!(window.admit(&wrong), Err(ObjectError::Disordered), "{:?}", wrong.header());
    }
    // Late ones of the time before a revocation are right, and a refused one has left no mark.
    assert_eq!(window.admit(&object(99)), Ok(()));
    let next = with(101, |header| (header.generation, header.epoch) = (3, epoch));
    assert_eq!(window.admit(&next), Ok(()));
}

#[test]
fn a_stale_copy_of_the_show_is_noticed() {
    let age = MAX_AGE.as_millis() as u64;
    let old = |age| with(0, |header| header.captured = UnixMs(CAPTURED.0 - age));
    let mut window = Window::new(CAPTURED);
    assert_eq!(window.admit(&old(age + 1)), Err(ObjectError::TooOld));
    assert_eq!(window.admit(&old(age)), Ok(()));
    window.learn(UnixMs(CAPTURED.0 + age));
    window.learn(UnixMs(0));
    assert_eq!(window.admit(&with(1, |_| ())), Ok(()));
    assert_eq!(window.admit(&with(2, |header| header.captured.0 -= 1)), Err(ObjectError::TooOld));
}

proptest! {
    /// Against a set that remembers everything.
    #[test]
    fn is_a_set_with_a_short_memory(
        steps in prop::collection::vec((prop_oneof![0..8_u64, 0..WINDOW * 3], any::<bool>()), 1..300),
    ) {
        let (mut window, mut seen, mut newest) = (Window::new(UnixMs(0)), BTreeSet::new(), None);
        let mut at = 10_000;
        for (step, back) in steps {
            at = if back { at - step.min(at) } else { at + step };
            let expected = match newest {
                Some(newest) if newest >= at + WINDOW => Err(ObjectError::TooOld),
                _ if seen.contains(&at) => Err(ObjectError::Replayed),
                _ => Ok(()),
            };
            prop_assert_eq!(window.admit(&object(at)), expected);
            if expected.is_ok() {
                seen.insert(at);
                newest = newest.max(Some(at));
            }
        }
    }
}
