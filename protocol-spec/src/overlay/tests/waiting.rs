//! One overlay by hand: a way that is lost and found again, and media that are kept back.

use super::super::*;
use super::desk::{Desk, ROOM_FOR_TWO, connects, path, send, sent_to, welcome};
use super::{contact, name};

#[test]
fn children_wait_three_seconds_for_a_parent_that_looks_for_one() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    desk.joins(2, ROOM_FOR_TWO);
    desk.does(Input::Gone(name(1)));
    let outputs = desk.waits_with(None, 2, 2900);
    assert!(sent_to(&outputs, 2).iter().all(|message| **message == Message::Alive));
    assert!(outputs.contains(&send(2, Message::Alive)));
    let outputs = desk.waits_with(None, 2, 1000);
    assert_eq!(sent_to(&outputs, 2).last(), Some(&&path(&[])), "after that there is nothing to say");
}

#[test]
fn who_waits_takes_nobody_until_there_is_a_way_again() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    desk.joins(2, ROOM_FOR_TWO);
    assert_eq!(desk.says(1, Message::Wait), [send(2, Message::Wait)]);
    assert!(desk.says(1, Message::Wait).is_empty(), "once is enough");
    assert_eq!(desk.overlay.view().depth, None);
    assert_eq!(desk.joins(3, ROOM_FOR_TWO), [send(3, Message::Full)]);
    // The same way, because the parent's addresses are others now, is no way that was found.
    desk.says(1, welcome(1, &[0, 1], Vec::new()));
    assert_eq!(desk.joins(3, ROOM_FOR_TWO), [send(3, Message::Full)]);
    // The child is told as well where the way is the one that it knows.
    assert_eq!(sent_to(&desk.says(1, path(&[0, 1])), 2), [&path(&[0, 1, super::desk::ME])]);
    assert_eq!(desk.overlay.view().depth, Some(2));
    assert!(desk.joins(3, ROOM_FOR_TWO).contains(&Output::Serve(name(3))));
}

#[test]
fn children_of_an_orphan_are_told_to_wait_then_the_new_way() {
    let mut desk = Desk::with_parent(1, vec![contact(3)], 5);
    desk.joins(2, ROOM_FOR_TWO);
    assert_eq!(sent_to(&desk.does(Input::Gone(name(1))), 2), [&Message::Wait]);
    desk.does(Input::Connected(name(3)));
    let outputs = desk.says(3, welcome(3, &[0, 3], Vec::new()));
    assert_eq!(sent_to(&outputs, 2), [&path(&[0, 3, super::desk::ME])]);
}

#[test]
fn a_parent_that_waits_for_too_long_is_left() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    desk.says(1, Message::Wait);
    // Ten seconds, and half a second for each of the two hops.
    for _ in 0..109 {
        desk.says(1, Message::Alive);
        assert!(!desk.waits(100).iter().any(|(_, output)| *output == Output::Unfollow(name(1))));
    }
    desk.says(1, Message::Alive);
    assert!(desk.waits(100).iter().any(|(_, output)| *output == Output::Unfollow(name(1))));
}

#[test]
fn who_withholds_is_left_and_only_remembered_the_second_time() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    for again in [true, false] {
        let outputs = desk.does(Input::Withholds(name(1)));
        assert_eq!(outputs[0], Output::Unfollow(name(1)));
        let outputs = desk.waits(1000).into_iter().map(|(_, output)| output).collect::<Vec<_>>();
        assert_eq!(connects(&outputs), if again { vec![1] } else { vec![] });
        desk.does(Input::Connected(name(1)));
        desk.says(1, welcome(1, &[0, 1], Vec::new()));
    }
}

#[test]
fn a_host_who_sends_nothing_is_asked_again_and_again() {
    let mut desk = Desk::with_parent(0, Vec::new(), 5);
    for _ in 0..5 {
        let outputs = desk.does(Input::Withholds(name(0)));
        assert_eq!(outputs[0], Output::Unfollow(name(0)));
        let outputs = desk.waits(1000).into_iter().map(|(_, output)| output).collect::<Vec<_>>();
        assert_eq!(connects(&outputs), [0]);
        desk.does(Input::Connected(name(0)));
        desk.says(0, welcome(0, &[0], Vec::new()));
    }
}

#[test]
fn who_said_that_it_waits_is_excused_for_ten_seconds() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    let is_left_after = |desk: &mut Desk, ms: u64| {
        for _ in 0..ms / 100 {
            desk.waits(100);
            desk.says(1, Message::Alive);
        }
        desk.does(Input::Withholds(name(1))).contains(&Output::Unfollow(name(1)))
    };
    desk.says(1, Message::Wait);
    assert!(!is_left_after(&mut desk, 2500));
    // A new way may take two seconds, and half a second for each of the two hops.
    desk.says(1, path(&[0, 1]));
    assert!(!is_left_after(&mut desk, 2900));
    // Media may come late, not never.
    desk.says(1, Message::Wait);
    assert!(!is_left_after(&mut desk, 4500));
    assert!(is_left_after(&mut desk, 100));
}

#[test]
fn media_end_an_excuse_and_allow_another() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    for _ in 0..3 {
        desk.says(1, Message::Wait);
        desk.waits(700);
        desk.says(1, path(&[0, 1]));
        assert!(desk.does(Input::Withholds(name(1))).is_empty());
        desk.does(Input::Media(name(1)));
    }
    assert_eq!(desk.does(Input::Withholds(name(1)))[0], Output::Unfollow(name(1)));
}

#[test]
fn who_kept_media_back_is_asked_after_all_others() {
    let mut desk = Desk::with_parent(1, vec![contact(1), contact(2)], 5);
    desk.does(Input::Contacts(vec![contact(1), contact(3)]));
    assert_eq!(connects(&desk.does(Input::Withholds(name(1)))), [2]);
    // While anybody else is asked, it is not.
    assert_eq!(connects(&desk.does(Input::Unreachable(name(2)))), [3]);
    assert!(desk.waits(4900).iter().all(|(_, output)| !matches!(output, Output::Connect(_))));
    let later: Vec<Output> = desk.waits(5000).into_iter().map(|(_, output)| output).collect();
    let asked = connects(&later);
    assert_eq!(asked[..2], [2, 3], "{asked:?}");
}

#[test]
fn an_orphan_asks_two_at_once_where_the_first_asked_can_name_nobody() {
    let alternates: Vec<Contact> = (2..8).map(contact).collect();
    let mut desk = Desk::with_parent(1, alternates, 5);
    assert_eq!(connects(&desk.does(Input::Gone(name(1)))), [2]);
    desk.does(Input::Connected(name(2)));
    let lost = Message::Elsewhere { contacts: vec![contact(1)] };
    assert_eq!(connects(&desk.says(2, lost)), [3, 4]);
    desk.does(Input::Connected(name(3)));
    assert_eq!(connects(&desk.says(3, Message::Full)), [5]);
    // Not so a newcomer.
    let mut desk = Desk::new(Role::Viewer, 5);
    desk.does(Input::Contacts((2..6).map(contact).collect()));
    desk.does(Input::Connected(name(2)));
    assert_eq!(connects(&desk.says(2, Message::Full)), [3]);
}
