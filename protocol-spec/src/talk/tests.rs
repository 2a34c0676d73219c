//! The desk against impatient people, and words against hostile ones.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::clock::Time;
use crate::media::UnixMs;

const ANNA: Speaker = Speaker(1);
const BEN: Speaker = Speaker(2);
const HOST: Speaker = Speaker(3);

fn at(seconds: u64) -> Time {
    Time::from_micros(seconds * 1_000_000)
}

fn words(text: &str) -> Words {
    Words::new(text, None).unwrap()
}

fn guest(name: &str) -> Author {
    Author::named(name).unwrap()
}

fn host() -> Author {
    Author { badge: Some(Badge::Host), ..guest("Mira") }
}

/// Says it `seconds` after the start.
fn say(desk: &mut Desk, seconds: u64, who: Speaker, text: &str) -> Result<u64, Refusal> {
    let by = if who == HOST { host() } else { guest("somebody") };
    match desk.say(at(seconds), UnixMs(seconds * 1000), who, by, words(text))? {
        News::Said(line) => Ok(line.number),
        other => panic!("{other:?}"),
    }
}

fn seen(desk: &Desk) -> Vec<&str> {
    desk.lines().map(|line| line.text.as_str()).collect()
}

#[test]
fn lines_keep_their_order_and_the_oldest_go() {
    let mut desk = Desk::new(at(0));
    for number in 0..MAX_LINES as u64 + 10 {
        assert_eq!(say(&mut desk, number * 2, ANNA, &number.to_string()), Ok(number + 1));
    }
    let numbers: Vec<u64> = desk.lines().map(|line| line.number).collect();
    assert_eq!((numbers.len(), numbers[0]), (MAX_LINES, 11));
    assert!(numbers.is_sorted());
}

#[test]
fn an_answer_names_a_line_that_is_there() {
    let mut desk = Desk::new(at(0));
    let first = say(&mut desk, 0, ANNA, "Hello?").unwrap();
    for (named, kept) in [(first, Some(first)), (99, None)] {
        let answer = Words::new(&format!("to {named}"), Some(named)).unwrap();
        let News::Said(line) = desk.say(at(1), UnixMs(0), BEN, guest("Ben"), answer).unwrap() else {
            panic!()
        };
        assert_eq!(line.reply_to, kept);
    }
}

#[test]
fn who_floods_is_told_to_wait_and_the_others_are_heard() {
    let mut desk = Desk::new(at(0));
    let took = (0..20).filter(|n| say(&mut desk, 0, ANNA, &n.to_string()).is_ok()).count();
    assert_eq!(took, 4);
    assert_eq!(say(&mut desk, 0, ANNA, "more"), Err(Refusal::TooFast(Duration::from_secs(1))));
    assert!(say(&mut desk, 0, BEN, "Hello").is_ok());
    assert!(say(&mut desk, 1, ANNA, "more").is_ok());
    assert_eq!(say(&mut desk, 3, ANNA, "more"), Err(Refusal::Again));
    assert!(say(&mut desk, 40, ANNA, "more").is_ok());
}

#[test]
fn a_crowd_is_kept_to_what_can_be_read_but_the_host_is_heard() {
    let mut desk = Desk::new(at(0));
    let took = (0..100).filter(|n| say(&mut desk, 0, Speaker(100 + n), "hi").is_ok()).count();
    assert_eq!(took, 40);
    assert!(matches!(say(&mut desk, 0, ANNA, "hi"), Err(Refusal::Crowded(_))));
    for n in 0..50 {
        assert!(say(&mut desk, 0, HOST, &format!("calm {n}")).is_ok());
    }
}

#[test]
fn who_is_no_flood_has_a_few_lines_more_and_not_without_end() {
    let mut desk = Desk::new(at(0));
    for n in 0..100 {
        let _ = say(&mut desk, 0, Speaker(100 + n), "hi");
    }
    for who in [ANNA, BEN] {
        assert!(matches!(say(&mut desk, 0, who, "hi"), Err(Refusal::Crowded(_))));
        desk.vouch(at(0), who);
        desk.vouch(at(0), who);
    }
    let took = (0..20).filter(|n| say(&mut desk, 0, ANNA, &n.to_string()).is_ok()).count();
    assert_eq!(took, 4, "what was left of an allowance is not added to the next");
    let line = desk.lines().next_back().unwrap().number;
    desk.obey(at(0), Order::TimeOut(line, Duration::from_secs(5)));
    desk.vouch(at(0), ANNA);
    assert!(matches!(say(&mut desk, 1, ANNA, "still me"), Err(Refusal::Silenced(_))));
    desk.obey(at(1), Order::Slow(Duration::from_mins(5)));
    assert!(say(&mut desk, 1, BEN, "one").is_ok());
    assert!(matches!(say(&mut desk, 2, BEN, "two"), Err(Refusal::Slow(_))));
}

#[test]
fn what_was_left_to_somebody_lapses() {
    let mut desk = Desk::new(at(0));
    desk.vouch(at(0), ANNA);
    let took = (0..20).filter(|n| say(&mut desk, 60, ANNA, &n.to_string()).is_ok()).count();
    assert_eq!(took, 4);
    desk.vouch(at(60), ANNA);
    let took = (20..40).filter(|n| say(&mut desk, 119, ANNA, &n.to_string()).is_ok()).count();
    assert_eq!(took, 8);
}

#[test]
fn slow_mode_asks_for_pauses() {
    let mut desk = Desk::new(at(0));
    assert_eq!(desk.obey(at(0), Order::Slow(Duration::from_secs(30))), []);
    assert!(say(&mut desk, 0, ANNA, "one").is_ok());
    assert_eq!(say(&mut desk, 10, ANNA, "two"), Err(Refusal::Slow(Duration::from_secs(20))));
    assert!(say(&mut desk, 30, ANNA, "two").is_ok());
    desk.obey(at(0), Order::Slow(Duration::from_hours(1)));
    assert_eq!(desk.slow(), MAX_SLOW);
}

#[test]
fn what_is_hidden_is_gone_for_those_who_come_later_too() {
    let mut desk = Desk::new(at(0));
    let first = say(&mut desk, 0, ANNA, "one").unwrap();
    say(&mut desk, 0, BEN, "two").unwrap();
    assert_eq!(desk.obey(at(1), Order::Hide(first)), [News::Hidden(first)]);
    assert_eq!(desk.obey(at(1), Order::Hide(first)), []);
    assert_eq!(seen(&desk), ["two"]);
    assert_eq!(desk.obey(at(1), Order::Clear), [News::Cleared]);
    assert_eq!(seen(&desk), [""; 0]);
}

#[test]
fn whoever_is_silenced_is_told_for_how_long() {
    let mut desk = Desk::new(at(0));
    let line = say(&mut desk, 0, ANNA, "rude").unwrap();
    assert_eq!(desk.obey(at(1), Order::TimeOut(line, Duration::from_mins(1))), [News::Hidden(line)]);
    assert_eq!(say(&mut desk, 2, ANNA, "again"), Err(Refusal::Silenced(Duration::from_secs(59))));
    assert!(say(&mut desk, 61, ANNA, "sorry").is_ok());
}

#[test]
fn whoever_is_barred_leaves_nothing_behind_until_the_host_relents() {
    let mut desk = Desk::new(at(0));
    let lines = [say(&mut desk, 0, ANNA, "one").unwrap(), say(&mut desk, 0, ANNA, "two").unwrap()];
    say(&mut desk, 0, BEN, "Hello").unwrap();
    assert_eq!(desk.obey(at(1), Order::Bar(lines[0])), lines.map(News::Hidden));
    assert_eq!(say(&mut desk, 9999, ANNA, "three"), Err(Refusal::Barred));
    assert_eq!((seen(&desk), desk.barred().collect()), (vec!["Hello"], vec![ANNA]));
    desk.obey(at(10_000), Order::Unbar(ANNA));
    assert!(say(&mut desk, 10_000, ANNA, "three").is_ok());
}

#[test]
fn nobody_silences_the_host() {
    let mut desk = Desk::new(at(0));
    let line = say(&mut desk, 0, HOST, "Welcome").unwrap();
    assert_eq!(desk.obey(at(0), Order::Bar(line)), []);
    desk.obey(at(0), Order::TimeOut(line, MAX_SLOW));
    assert!(say(&mut desk, 0, HOST, "Still here").is_ok());
}

#[test]
fn those_who_talk_are_bounded_and_the_barred_are_kept() {
    let mut desk = Desk::new(at(0));
    let line = say(&mut desk, 0, ANNA, "rude").unwrap();
    desk.obey(at(0), Order::Bar(line));
    for n in 0..2 * MAX_SPEAKERS as u64 {
        let _ = say(&mut desk, 10 + n, Speaker(1000 + n), "hi");
    }
    assert_eq!(say(&mut desk, 99_999, ANNA, "again"), Err(Refusal::Barred));
}

#[test]
fn unwanted_words_are_refused_by_name_where_they_stand_alone() {
    let mut desk = Desk::new(at(0));
    desk.obey(at(0), Order::Unwanted(Unwanted::read("Spoiler\n\n grüner  tee ").unwrap()));
    for (text, word) in [
        ("no SPOILERs, please", None),
        ("a spoiler!", Some("spoiler")),
        ("Grüner  Tee?", Some("grüner  tee")),
    ] {
        let refused = say(&mut desk, 0, Speaker(text.len() as u64), text).err();
        assert_eq!(refused, word.map(|word| Refusal::Unwanted(word.to_owned())), "{text}");
    }
    assert!(say(&mut desk, 0, HOST, "spoiler").is_ok());
    let unwanted = Some(Refusal::Unwanted("spoiler".to_owned()));
    assert_eq!(
        desk.say(at(90), UnixMs(0), ANNA, guest("Spoiler Sam"), words("Good evening")).err(),
        unwanted
    );
    assert_eq!(desk.unwanted().list(), "spoiler\ngrüner  tee");
    assert!(Unwanted::read(&"x\n".repeat(MAX_UNWANTED + 1)).is_err());
    assert!(Unwanted::read(&"x".repeat(MAX_UNWANTED_CHARS + 1)).is_err());
}

#[test]
fn moderators_have_the_powers_they_were_given_until_they_are_barred() {
    let mut desk = Desk::new(at(0));
    let line = say(&mut desk, 0, ANNA, "I can help").unwrap();
    let powers = Powers { hide: true, ..Powers::default() };
    desk.obey(at(0), Order::Trust(line, powers));
    assert_eq!((desk.powers(ANNA), desk.powers(BEN)), (Some(powers), None));
    assert!(powers.allow(&Order::Hide(line)) && !powers.allow(&Order::Clear));
    let all = Powers::ALL;
    assert!(!all.allow(&Order::Trust(line, all)), "nobody but the host makes moderators");
    assert!(all.allow(&Order::Lock(true)) && all.allow(&Order::SendOut(true)));
    assert!(!powers.allow(&Order::Lock(true)) && !powers.allow(&Order::SendOut(false)));
    let (bens, hosts) =
        (say(&mut desk, 0, BEN, "Hello").unwrap(), say(&mut desk, 0, HOST, "Welcome").unwrap());
    assert!(desk.allows(ANNA, &Order::Hide(bens)) && !desk.allows(BEN, &Order::Hide(bens)));
    assert!(!desk.allows(ANNA, &Order::Hide(hosts)), "nobody keeps order over the host");
    desk.obey(at(0), Order::Trust(bens, all));
    assert!(!desk.allows(BEN, &Order::Bar(line)), "nor over each other");
    desk.obey(at(0), Order::Bar(line));
    assert_eq!(desk.powers(ANNA), None);
    for n in 0..2 * MAX_MODERATORS as u64 {
        let line = say(&mut desk, 100 + n, Speaker(100 + n), "me too").unwrap();
        desk.obey(at(100), Order::Trust(line, powers));
    }
    assert_eq!(desk.moderators().count(), MAX_MODERATORS);
    desk.obey(at(200), Order::Distrust(Speaker(100)));
    assert_eq!(desk.powers(Speaker(100)), None);
}

#[test]
fn only_who_keeps_order_announces() {
    let mut desk = Desk::new(at(0));
    for (by, announces) in [(host(), true), (guest("Anna"), false)] {
        let text = words(by.name.as_given().unwrap()).to_all();
        let News::Said(line) = desk.say(at(0), UnixMs(0), ANNA, by, text).unwrap() else { panic!() };
        assert_eq!(line.announces, announces);
    }
}

#[test]
fn a_phrase_is_always_the_same_mark() {
    let mark = |phrase: &str| Identity::of(phrase).unwrap().mark().to_string();
    // Settled: whoever has a mark keeps it.
    assert_eq!(mark("correct horse"), "h5j3rb273v");
    assert_ne!(mark("correct horse"), mark("correct horse "));
    assert!(Identity::of("").is_none());
    assert!(Identity::of(&"x".repeat(MAX_PHRASE_BYTES + 1)).is_none());
}

#[test]
fn words_say_what_is_wrong_with_them() {
    assert_eq!(words(" Hello\r\nyou \n").text(), "Hello\nyou");
    assert_eq!(Words::new(" \n ", None), Err(WordsError::Empty));
    assert_eq!(Words::new(&"x".repeat(MAX_CHAT_CHARS + 1), None), Err(WordsError::TooLong));
    assert_eq!(Words::new("a\u{202e}b", None), Err(WordsError::Characters));
    assert!(Words::new(&"🎹".repeat(MAX_CHAT_CHARS), None).is_ok());
}

proptest! {
    #[test]
    fn any_words_are_short_and_plain_or_refused(text: String) {
        if let Ok(words) = Words::new(&text, None) {
            prop_assert!(!words.text().is_empty() && words.text().chars().count() <= MAX_CHAT_CHARS);
            prop_assert!(words.text().chars().all(|c| c == '\n' || !c.is_control()));
        }
    }

    #[test]
    fn the_desk_never_holds_more_than_it_may(
        calls in prop::collection::vec((0..8_u8, 0..30_u64, 0..300_u64, 0..5_u64), 1..400),
    ) {
        let mut desk = Desk::new(at(0));
        let mut now = 0;
        for (call, who, number, step) in calls {
            now += step;
            let order = match call {
                0 => Order::Hide(number),
                1 => Order::TimeOut(number, Duration::from_secs(number)),
                2 => Order::Bar(number),
                3 if number == 0 => Order::Clear,
                4 => Order::Slow(Duration::from_secs(number / 100)),
                5 => Order::Unbar(Speaker(who)),
                _ => {
                    let _ = say(&mut desk, now, Speaker(who), &number.to_string());
                    continue;
                }
            };
            let hidden = desk.obey(at(now), order);
            prop_assert!(hidden.len() <= MAX_LINES);
        }
        let numbers: Vec<u64> = desk.lines().map(|line| line.number).collect();
        prop_assert!(numbers.len() <= MAX_LINES && numbers.is_sorted());
    }
}
