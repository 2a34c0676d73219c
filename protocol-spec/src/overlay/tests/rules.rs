//! One overlay by hand: each rule of `spec/overlay.md` by itself.

use std::collections::BTreeSet;

use super::super::*;
use super::desk::{Desk, ME, ROOM_FOR_NOBODY, ROOM_FOR_TWO, connects, path, send, sent_to, welcome};
use super::{contact, name};

#[test]
fn a_viewer_connects_joins_and_follows() {
    let mut desk = Desk::new(Role::Viewer, 2);
    assert_eq!(desk.waits(0), [(1000, Output::Seek)]);
    assert_eq!(desk.does(Input::Contacts(vec![contact(1)])), [Output::Connect(contact(1))]);
    let join = Message::Join { addresses: contact(ME).addresses, standing: ROOM_FOR_TWO };
    assert_eq!(desk.does(Input::Connected(name(1))), [send(1, join)]);
    assert_eq!(desk.says(1, welcome(1, &[0, 1], Vec::new())), [Output::Follow(name(1))]);
    let view = desk.overlay.view();
    assert_eq!((view.parent, view.depth, view.viewers), (Some(name(1)), Some(2), 1));
}

#[test]
fn a_host_serves_up_to_its_capacity_then_sends_on_in_turn() {
    let mut desk = Desk::new(Role::Host, 2);
    for peer in [1, 2] {
        let outputs = desk.joins(peer, ROOM_FOR_TWO);
        assert_eq!(outputs[0], Output::Serve(name(peer)));
        assert!(matches!(sent_to(&outputs, peer)[0], Message::Welcome { path, .. } if *path == [name(ME)]));
    }
    // Two places each: four joiners are sent to one and the other, a fifth finds nothing.
    let first = |outputs: &[Output], peer| match sent_to(outputs, peer)[0] {
        Message::Elsewhere { contacts } => contacts[0].peer.clone(),
        other => panic!("{other:?}"),
    };
    let named: Vec<PeerName> = (3..7).map(|peer| first(&desk.joins(peer, ROOM_FOR_NOBODY), peer)).collect();
    assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(named.iter().filter(|peer| **peer == name(1)).count(), 2);
    assert_eq!(desk.joins(7, ROOM_FOR_NOBODY), [send(7, Message::Full)]);
    // Those who have told of places below are sent to after those who have some themselves.
    desk.says(1, Message::Standing(Standing { viewers: 5, places: 0, places_below: 9 }));
    desk.says(2, Message::Standing(Standing { viewers: 1, places: 1, places_below: 0 }));
    assert_eq!(first(&desk.joins(8, ROOM_FOR_NOBODY), 8), name(2));
    assert_eq!(first(&desk.joins(9, ROOM_FOR_NOBODY), 9), name(1));
    assert_eq!(desk.overlay.view().viewers, 6);
}

#[test]
fn one_who_brings_places_stands_in_for_one_who_has_none() {
    let mut desk = Desk::new(Role::Host, 1);
    desk.joins(1, ROOM_FOR_NOBODY);
    let outputs = desk.joins(2, ROOM_FOR_TWO);
    let elsewhere = Message::Elsewhere { contacts: vec![contact(2)] };
    assert_eq!(outputs[..2], [send(1, elsewhere), Output::Drop(name(1))]);
    assert!(outputs.contains(&Output::Serve(name(2))));
    // Not where nobody could be sent to it.
    let nameless = Message::Join { addresses: Vec::new(), standing: ROOM_FOR_TWO };
    let mut desk = Desk::new(Role::Host, 1);
    desk.joins(1, ROOM_FOR_NOBODY);
    assert_eq!(desk.says(2, nameless), [send(2, Message::Full)]);
}

#[test]
fn nobody_on_the_way_from_the_host_becomes_a_child() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    for ancestor in [0, 1, ME] {
        assert_eq!(desk.joins(ancestor, ROOM_FOR_TWO), [send(ancestor, Message::Full)]);
    }
    assert!(desk.joins(2, ROOM_FOR_TWO).contains(&Output::Serve(name(2))));
    // Nor does anybody while there is no way.
    let mut desk = Desk::new(Role::Viewer, 5);
    assert!(desk.joins(2, ROOM_FOR_TWO).contains(&send(2, Message::Full)));
}

#[test]
fn a_way_through_oneself_is_a_loop_and_is_left() {
    let mut desk = Desk::with_parent(1, vec![contact(2)], 5);
    let outputs = desk.says(1, path(&[0, ME, 3, 1]));
    let left = [Output::Unfollow(name(1)), send(1, Message::Leave), Output::Disconnect(name(1))];
    assert_eq!(outputs[..3], left);
    assert_eq!(connects(&outputs), [2]);
    desk.does(Input::Connected(name(2)));
    let outputs = desk.says(2, welcome(2, &[0, ME, 2], Vec::new()));
    assert_eq!(outputs[..2], [send(2, Message::Leave), Output::Disconnect(name(2))]);
    // A way that does not end at the parent is none either.
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    assert_eq!(desk.says(1, path(&[0, 3]))[..3], left);
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    assert_eq!(desk.says(1, path(&[]))[..3], left);
}

#[test]
fn a_new_way_is_told_to_the_children() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    desk.joins(2, ROOM_FOR_TWO);
    let outputs = desk.says(1, path(&[0, 7, 1]));
    assert_eq!(sent_to(&outputs, 2), [&path(&[0, 7, 1, ME])]);
    assert_eq!(desk.overlay.view().depth, Some(3));
    assert!(desk.says(1, path(&[0, 7, 1])).is_empty(), "the same again is no news");
    // 31 hops are the most below which there may be somebody.
    let longest: Vec<u32> = (0..30).chain([1]).collect();
    let outputs = desk.says(1, path(&longest));
    assert!(matches!(sent_to(&outputs, 2)[..], [Message::Path { path }] if path.len() == MAX_PATH));
    let too_long: Vec<u32> = (200..231).chain([1]).collect();
    let outputs = desk.says(1, path(&too_long));
    assert_eq!(sent_to(&outputs, 2), [&path(&[])]);
    assert_eq!(desk.overlay.view().depth, Some(MAX_PATH), "but the node itself goes on");
}

#[test]
fn a_silent_parent_is_replaced_at_once() {
    let mut desk = Desk::with_parent(1, vec![contact(2), contact(3)], 5);
    for _ in 0..2 {
        // It hears how its child stands, and stays.
        assert_eq!(desk.waits(700).len(), 2);
        desk.does(Input::Media(name(1)));
    }
    desk.says(1, Message::Alive);
    desk.does(Input::Media(name(2)));
    let outputs = desk.waits(800);
    let at = desk.now_ms;
    assert_eq!(
        outputs[outputs.len() - 4..],
        [
            (at, Output::Unfollow(name(1))),
            (at, send(1, Message::Leave)),
            (at, Output::Disconnect(name(1))),
            (at, Output::Connect(contact(2))),
        ]
    );
    // The next one is asked as well after 300 ms; the first to answer is taken, the other is told.
    assert_eq!(desk.waits(300), [(at + 300, Output::Connect(contact(3)))]);
    desk.does(Input::Connected(name(3)));
    desk.does(Input::Connected(name(2)));
    let outputs = desk.says(3, welcome(3, &[0, 3], Vec::new()));
    assert_eq!(outputs, [send(2, Message::Leave), Output::Disconnect(name(2)), Output::Follow(name(3))]);
    assert_eq!(desk.says(2, welcome(2, &[0, 2], Vec::new())), [send(2, Message::Leave)]);
}

#[test]
fn a_child_gets_a_sign_of_life_when_it_gets_nothing_else() {
    let mut desk = Desk::new(Role::Host, 5);
    desk.joins(1, ROOM_FOR_TWO);
    let alive = |outputs: Vec<(u64, Output)>| {
        outputs.iter().filter(|(_, output)| *output == send(1, Message::Alive)).count()
    };
    assert_eq!(alive(desk.waits(1000)), 4);
    for _ in 0..10 {
        desk.does(Input::Sent(name(1)));
        assert_eq!(alive(desk.waits(200)), 0);
    }
}

#[test]
fn a_silent_child_frees_its_place() {
    let mut desk = Desk::new(Role::Host, 1);
    desk.joins(1, ROOM_FOR_NOBODY);
    desk.waits(3000);
    desk.says(1, Message::Standing(ROOM_FOR_NOBODY));
    let outputs = desk.waits(3500);
    let (_, last) = outputs.split_at(outputs.len() - 3);
    let last: Vec<&Output> = last.iter().map(|(_, output)| output).collect();
    assert_eq!(last, [&send(1, Message::Leave), &Output::Drop(name(1)), &Output::Disconnect(name(1))]);
    // If it is there all the same, it hears that it has to join again.
    assert_eq!(desk.says(1, Message::Standing(ROOM_FOR_NOBODY)), [send(1, Message::Leave)]);
    assert!(desk.joins(1, ROOM_FOR_NOBODY).contains(&Output::Serve(name(1))));
}

#[test]
fn who_sent_a_bad_object_is_left_and_remembered() {
    let mut desk = Desk::with_parent(1, vec![contact(1)], 5);
    let outputs = desk.does(Input::Bad(name(1)));
    let left = [Output::Unfollow(name(1)), send(1, Message::Leave), Output::Disconnect(name(1))];
    assert_eq!(outputs[..3], left);
    assert_eq!(connects(&desk.does(Input::Contacts(vec![contact(1), contact(2)]))), [2]);
    desk.does(Input::Connected(name(2)));
    desk.says(2, welcome(2, &[0, 2], Vec::new()));
    assert!(desk.joins(1, ROOM_FOR_TWO).is_empty());
    desk.joins(3, ROOM_FOR_TWO);
    let outputs = desk.does(Input::Bad(name(3)));
    assert_eq!(outputs[..3], [send(3, Message::Leave), Output::Drop(name(3)), Output::Disconnect(name(3))]);
    for _ in 0..600 {
        desk.waits_with(Some(2), 9, 1000);
    }
    assert!(desk.joins(1, ROOM_FOR_TWO).contains(&Output::Serve(name(1))), "ten minutes later it may");
}

#[test]
fn a_child_without_a_right_to_its_place_gives_it_to_the_next() {
    let mut desk = Desk::new(Role::Host, 1);
    desk.joins(1, ROOM_FOR_TWO);
    assert!(!desk.joins(2, ROOM_FOR_NOBODY).contains(&Output::Serve(name(2))));
    let outputs = desk.does(Input::Dismiss(name(1)));
    assert_eq!(outputs, [send(1, Message::Leave), Output::Drop(name(1)), Output::Disconnect(name(1))]);
    assert!(desk.joins(2, ROOM_FOR_NOBODY).contains(&Output::Serve(name(2))));
    // Nobody else's place is touched; and it is no misdeed: whoever has the right again may come.
    assert!(desk.does(Input::Dismiss(name(1))).is_empty());
    desk.does(Input::Gone(name(2)));
    assert!(desk.joins(1, ROOM_FOR_TWO).contains(&Output::Serve(name(1))));
    let mut viewer = Desk::with_parent(1, Vec::new(), 5);
    assert!(viewer.does(Input::Dismiss(name(1))).is_empty(), "a parent is none of one's children");
}

#[test]
fn a_search_that_finds_nobody_grows_quiet() {
    let mut desk = Desk::new(Role::Viewer, 5);
    desk.does(Input::Contacts(vec![contact(1)]));
    let mut seeks = Vec::new();
    while desk.now_ms < 100_000 {
        // However often it is asked, it is never there.
        if desk.does(Input::Unreachable(name(1))).contains(&Output::Seek) {
            seeks.push(desk.now_ms);
        }
        desk.waits(10);
    }
    let pauses: Vec<u64> = seeks.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Half a second, then twice as long each time, up to eight; a quarter more or less.
    let about = |pause: u64, expected: u64| (expected * 3 / 4..=expected * 5 / 4 + 20).contains(&pause);
    let expected = [500, 1000, 2000, 4000].into_iter().chain(std::iter::repeat(8000));
    assert!(pauses.iter().zip(expected).all(|(pause, expected)| about(*pause, expected)), "{pauses:?}");
    // Contacts that come in between are asked at once.
    assert_eq!(connects(&desk.does(Input::Contacts(vec![contact(2)]))), [2]);
}

#[test]
fn invented_names_lead_nowhere() {
    let mut desk = Desk::new(Role::Viewer, 5);
    let mut asked = desk.does(Input::Contacts(vec![contact(1)]));
    let mut next = 1000;
    let mut count = 0;
    while let [Output::Connect(first), ..] = &asked[..] {
        count += 1;
        let first = super::index(&first.peer);
        desk.does(Input::Connected(name(first)));
        let contacts = (next..next + 8).map(contact).collect();
        next += 8;
        asked = desk.says(first, Message::Elsewhere { contacts });
        asked.retain(|output| matches!(output, Output::Connect(_)));
        assert!(asked.len() <= 1);
    }
    assert_eq!(count, 64);
    let outputs = desk.waits(10);
    assert!(connects(&outputs.into_iter().map(|(_, output)| output).collect::<Vec<_>>()).is_empty());
}

#[test]
fn a_host_that_hides_is_named_to_nobody() {
    let mut desk = Desk::new(Role::Relay, 5);
    // The relay knows where the host is: its user has chosen it.
    desk.does(Input::Contacts(vec![contact(0)]));
    desk.does(Input::Connected(name(0)));
    let hidden = Message::Welcome { addresses: Vec::new(), path: vec![name(0)], alternates: Vec::new() };
    desk.says(0, hidden);
    let mut outputs = Vec::new();
    for child in 1..5 {
        outputs.extend(desk.joins(child, ROOM_FOR_TWO));
    }
    assert_eq!(desk.overlay.view().viewers, 4, "nobody watches at a relay");
    outputs.extend(desk.waits_with(Some(0), 1, 3000));
    desk.does(Input::Gone(name(0)));
    outputs.extend(
        desk.waits_with(None, 1, 2000).into_iter().filter(|o| connects(std::slice::from_ref(o)).is_empty()),
    );
    assert!(!format!("{outputs:?}").contains("/ip4/0.0.0.0/"), "the host's address");
    assert!(format!("{outputs:?}").contains("/ip4/0.0.0.3/"), "but the children hear of each other");
}

#[test]
fn a_child_hears_where_to_go_if_its_parent_fails() {
    let alternates = vec![contact(8), contact(0)];
    let mut desk = Desk::with_parent(1, alternates, 20);
    for child in 20..32 {
        desk.joins(child, ROOM_FOR_NOBODY);
    }
    let mut latest = Vec::new();
    for output in desk.waits_with(Some(1), 25, 1500) {
        if let Output::Send(peer, Message::Alternates { contacts }) = output {
            assert!(contacts.len() <= MAX_CONTACTS);
            latest.push((super::index(&peer), contacts));
        }
    }
    let (_, of_25) = latest.iter().rfind(|(peer, _)| *peer == 25).unwrap();
    let named: Vec<u32> = of_25.iter().map(|contact| super::index(&contact.peer)).collect();
    assert_eq!(named, [1, 26, 27, 28, 29, 30, 31, 0], "up, its neighbours, the host last");
    let (_, of_30) = latest.iter().rfind(|(peer, _)| *peer == 30).unwrap();
    let [_, next, after, ..] = &of_30[..] else { panic!("{of_30:?}") };
    assert_eq!((&next.peer, &after.peer), (&name(31), &name(20)), "the last one's neighbour is the first");
}

#[test]
fn less_capacity_sends_the_smallest_branches_elsewhere() {
    let mut desk = Desk::new(Role::Host, 3);
    desk.joins(1, Standing { viewers: 9, ..ROOM_FOR_TWO });
    desk.joins(2, Standing { viewers: 1, ..ROOM_FOR_TWO });
    desk.joins(3, Standing { viewers: 5, ..ROOM_FOR_TWO });
    let outputs = desk.does(Input::Capacity(1));
    let dropped: Vec<&Output> = outputs.iter().filter(|output| matches!(output, Output::Drop(_))).collect();
    assert_eq!(dropped, [&Output::Drop(name(2)), &Output::Drop(name(3))]);
    assert!(matches!(sent_to(&outputs, 3)[0], Message::Elsewhere { contacts } if contacts[0] == contact(1)));
    assert_eq!(desk.overlay.view().capacity, 1);
}

#[test]
fn a_child_that_is_sent_elsewhere_goes_there_first() {
    let mut desk = Desk::with_parent(1, vec![contact(2)], 5);
    let outputs = desk.says(1, Message::Elsewhere { contacts: vec![contact(3)] });
    assert_eq!(outputs[0], Output::Unfollow(name(1)));
    assert_eq!(connects(&outputs), [3]);
    desk.does(Input::Connected(name(3)));
    let outputs = desk.says(3, Message::Elsewhere { contacts: vec![contact(4)] });
    assert_eq!(connects(&outputs), [4]);
    assert_eq!(connects(&desk.does(Input::Unreachable(name(4)))), [2]);
}

#[test]
fn new_addresses_are_told_up_and_down() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    desk.joins(2, ROOM_FOR_TWO);
    let addresses = contact(7).addresses;
    let outputs = desk.does(Input::Addresses(addresses.clone()));
    assert!(matches!(sent_to(&outputs, 1)[0], Message::Join { addresses: a, .. } if *a == addresses));
    assert!(matches!(sent_to(&outputs, 2)[0], Message::Welcome { addresses: a, .. } if *a == addresses));
    assert!(desk.does(Input::Addresses(addresses)).is_empty());
    // A child that says so keeps its place.
    let outputs = desk.says(2, Message::Join { addresses: Vec::new(), standing: ROOM_FOR_TWO });
    assert!(matches!(outputs[..], [Output::Send(_, Message::Welcome { .. })]));
    assert_eq!(desk.overlay.view().children.len(), 1);
}

#[test]
fn a_node_that_leaves_says_so_and_is_quiet() {
    let mut desk = Desk::with_parent(1, Vec::new(), 5);
    desk.joins(2, ROOM_FOR_TWO);
    let outputs = desk.does(Input::Leave);
    for output in [
        send(2, Message::Leave),
        Output::Drop(name(2)),
        Output::Unfollow(name(1)),
        send(1, Message::Leave),
        Output::Disconnect(name(1)),
    ] {
        assert!(outputs.contains(&output), "{output:?}");
    }
    assert!(desk.joins(3, ROOM_FOR_TWO).is_empty());
    assert_eq!(desk.overlay.deadline(), None);
}

#[test]
fn what_others_claim_is_believed_within_bounds() {
    let mut desk = Desk::new(Role::Host, 600);
    let most = Standing { viewers: u32::MAX, places: u16::MAX, places_below: u32::MAX };
    for peer in 1000..1600 {
        desk.joins(peer, most);
    }
    let view = desk.overlay.view();
    assert_eq!((view.capacity, view.children.len()), (MAX_CHILDREN, MAX_CHILDREN.into()));
    assert_eq!(view.viewers, 1_000_000 * u32::from(MAX_CHILDREN));
}
