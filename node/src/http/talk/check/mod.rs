//! The flood check: who says more at once than the talk takes, on this node's own pages, shows that they are no flood, and
//! has a few lines more. With scripts the browser does some work (`work`); without, they copy six digits from a picture
//! (`parlor_pictures::draw_digits`) or count them from a sound (`sound`). All of it is made here, in memory, and asks nobody
//! else (`spec/talk.md`, section 3).

pub(in crate::http) mod fetch;
mod sound;
mod work;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;

pub(in crate::http) use self::work::{BITS, PARTS};
use super::Hearing;
use crate::room::VisitorId;

/// Digits in a code: with six signs each, one guess in 46,656 is right, and each guess costs a check.
const DIGITS: usize = 6;
/// The highest digit, from 1: more beeps than six in a group are hard to count.
const HIGHEST: u8 = 6;
/// How long one can be answered: time to hear the digits three times.
const LASTS: Duration = Duration::from_mins(3);
/// How many are asked for at once, and each half a second after that: with four lines for each, a flood that answers all of
/// them says no more than the room has anyway.
const BURST: u32 = 40;
const PAUSE: Duration = Duration::from_millis(500);
/// The most that can be open: all that are asked for while one lasts. About 100 bytes each.
const MAX_OPEN: usize = 400;
/// How often the picture and the sound of one are fetched, in all: each once or twice, and the sound in pieces by some
/// players.
const MAX_FETCHES: u8 = 16;

/// The checks that are open, one for a visitor.
#[derive(Default)]
pub(in crate::http) struct Checks(Mutex<State>);

#[derive(Default)]
struct State {
    open: BTreeMap<VisitorId, Check>,
    /// When all that could be asked for can be again: further away than the burst lasts, none is left.
    full_at: Option<Instant>,
}

struct Check {
    id: [u8; 16],
    digits: [u8; DIGITS],
    /// Makes picture and sound the same each time they are fetched.
    seed: u64,
    until: Instant,
    fetches: u8,
}

/// What of an open check is drawn or sounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    digits: [u8; DIGITS],
    seed: u64,
}

/// What somebody answered.
pub(super) struct Answer<'a> {
    /// Which check they were asked, as forms name it.
    pub(super) id: &'a str,
    /// The digits that they typed.
    pub(super) code: &'a str,
    /// The work that their browser did.
    pub(super) work: &'a str,
}

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are no flood.
    Passed,
    /// They have answered nothing. The check stays open.
    Unanswered,
    /// It was wrong, or too late, or of another check. One that was open is not any more.
    Wrong,
}

impl Checks {
    /// What the visitor is to be asked, as forms name it: what they were asked before, where that is open. `None` while too
    /// many are asked.
    pub(super) fn ask(&self, visitor: VisitorId, now: Instant) -> Option<String> {
        let mut state = self.lock();
        state.open.retain(|_, check| check.until > now);
        if let Some(check) = state.open.get(&visitor).filter(|check| check.fetches < MAX_FETCHES) {
            return Some(HEXLOWER.encode(&check.id));
        }
        let full_at = state.full_at.map_or(now, |at| at.max(now)) + PAUSE;
        if full_at > now + PAUSE * BURST || state.open.len() >= MAX_OPEN {
            return None;
        }
        state.full_at = Some(full_at);
        let seed = u64::from_be_bytes(random());
        let check = Check { id: random(), digits: digits(), seed, until: now + LASTS, fetches: 0 };
        let id = HEXLOWER.encode(&check.id);
        state.open.insert(visitor, check);
        Some(id)
    }

    /// Takes what the visitor answered.
    pub(super) fn answer(&self, visitor: VisitorId, answer: &Answer<'_>, now: Instant) -> Verdict {
        if answer.code.trim().is_empty() && answer.work.is_empty() {
            return Verdict::Unanswered;
        }
        let Some(check) = self.lock().open.remove(&visitor) else { return Verdict::Wrong };
        let is_of_it = check.until > now && HEXLOWER.encode(&check.id) == answer.id;
        let typed = answer.code.chars().filter(|letter| !letter.is_whitespace());
        let is_code = typed.eq(check.digits.iter().map(|digit| char::from(b'0' + digit)));
        if is_of_it && (is_code || work::is_done(&check.id, answer.work)) {
            Verdict::Passed
        } else {
            Verdict::Wrong
        }
    }

    /// What is to be drawn or sounded of the visitor's check of this name; `None` where it is not open, or was fetched too
    /// often.
    fn tell(&self, visitor: VisitorId, id: &str, now: Instant) -> Option<Told> {
        let mut state = self.lock();
        let check = state.open.get_mut(&visitor)?;
        let is_open = check.until > now && HEXLOWER.encode(&check.id) == id && check.fetches < MAX_FETCHES;
        if !is_open {
            return None;
        }
        check.fetches += 1;
        Some(Told { digits: check.digits, seed: check.seed })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of the checks' lock panics")
    }
}

fn digits() -> [u8; DIGITS] {
    // 252 is a multiple of six: no digit is likelier than another.
    let fair = |byte: &u8| *byte < 252;
    let mut digits = [0; DIGITS];
    let mut left = digits.iter_mut();
    loop {
        for byte in random::<16>().into_iter().filter(fair) {
            let Some(digit) = left.next() else { return digits };
            *digit = byte % HIGHEST + 1;
        }
    }
}

fn random<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// The digits of an open check, for tests of the pages.
#[cfg(test)]
#[cfg(not(any(feature = "gstreamer", feature = "loom")))]
pub(in crate::http) fn code_of(checks: &Checks, id: &str) -> String {
    let state = checks.lock();
    let check = state.open.values().find(|check| HEXLOWER.encode(&check.id) == id).expect("it is open");
    check.digits.map(|digit| digit.to_string()).concat()
}

#[cfg(test)]
mod tests {
    use super::work::tests::{ID, WORK};
    use super::*;

    const ANNA: VisitorId = VisitorId(1);
    const BEN: VisitorId = VisitorId(2);

    fn answer(checks: &Checks, visitor: VisitorId, id: &str, code: &str, now: Instant) -> Verdict {
        checks.answer(visitor, &Answer { id, code, work: "" }, now)
    }

    fn code(checks: &Checks, visitor: VisitorId, id: &str, now: Instant) -> String {
        let told = checks.tell(visitor, id, now).unwrap();
        told.digits.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_right_code_passes_once_and_for_whom_it_was_shown() {
        let (checks, now) = (Checks::default(), Instant::now());
        let id = checks.ask(ANNA, now).unwrap();
        assert_eq!(checks.ask(ANNA, now), Some(id.clone()), "one for each");
        let right = code(&checks, ANNA, &id, now);
        assert!(checks.tell(BEN, &id, now).is_none() && checks.tell(ANNA, "", now).is_none());
        assert_eq!(answer(&checks, BEN, &id, &right, now), Verdict::Wrong);
        assert_eq!(answer(&checks, ANNA, &id, " ", now), Verdict::Unanswered);
        let spaced = format!(" {} {}", &right[..3], &right[3..]);
        assert_eq!(answer(&checks, ANNA, &id, &spaced, now), Verdict::Passed);
        assert_eq!(answer(&checks, ANNA, &id, &right, now), Verdict::Wrong);
    }

    #[test]
    fn one_guess_each_and_only_in_time() {
        let (checks, now) = (Checks::default(), Instant::now());
        let id = checks.ask(ANNA, now).unwrap();
        let right = code(&checks, ANNA, &id, now);
        assert_eq!(answer(&checks, ANNA, &id, "7", now), Verdict::Wrong);
        assert_eq!(answer(&checks, ANNA, &id, &right, now), Verdict::Wrong);
        let id = checks.ask(ANNA, now).unwrap();
        let right = code(&checks, ANNA, &id, now);
        assert!(checks.tell(ANNA, &id, now + LASTS).is_none());
        assert_ne!(checks.ask(ANNA, now + LASTS).unwrap(), id);
        assert_eq!(answer(&checks, ANNA, &id, &right, now + LASTS), Verdict::Wrong);
    }

    #[test]
    fn work_passes_too() {
        let (checks, now) = (Checks::default(), Instant::now());
        checks.ask(ANNA, now).unwrap();
        checks.lock().open.get_mut(&ANNA).unwrap().id = ID;
        let id = HEXLOWER.encode(&ID);
        assert_eq!(checks.answer(ANNA, &Answer { id: &id, code: "", work: WORK }, now), Verdict::Passed);
        let other = checks.ask(ANNA, now).unwrap();
        assert_eq!(checks.answer(ANNA, &Answer { id: &other, code: "", work: WORK }, now), Verdict::Wrong);
    }

    #[test]
    fn what_is_asked_and_fetched_is_bounded() {
        let (checks, now) = (Checks::default(), Instant::now());
        let asked = |from: u64, now| {
            (from..from + 1000).filter(|number| checks.ask(VisitorId(*number), now).is_some()).count()
        };
        assert_eq!(asked(0, now), BURST as usize);
        assert_eq!(asked(1000, now + PAUSE * 3), 3);
        let mut most = 0;
        for second in 0..1000 {
            asked(1000 * second, now + Duration::from_secs(second));
            most = most.max(checks.lock().open.len());
        }
        assert!(most <= MAX_OPEN, "{most}");
        let later = now + Duration::from_hours(1);
        let id = checks.ask(ANNA, later).unwrap();
        let fetched = (0..100).filter(|_| checks.tell(ANNA, &id, later).is_some()).count();
        assert_eq!(fetched, usize::from(MAX_FETCHES));
        assert_ne!(checks.ask(ANNA, later).unwrap(), id, "one that can't be fetched any more is replaced");
    }

    #[test]
    fn digits_are_all_there_is_to_count() {
        let mut seen = [0; HIGHEST as usize];
        for digit in (0..1000).flat_map(|_| digits()) {
            seen[usize::from(digit) - 1] += 1;
        }
        assert!(seen.iter().all(|count| *count > 700), "{seen:?}");
    }
}
