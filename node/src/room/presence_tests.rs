//! Who is here, in time that the tests keep.

use super::*;

const ANNA: VisitorId = VisitorId(1);
const BEN: VisitorId = VisitorId(2 << 50);

#[test]
fn watching_and_only_looking_are_told_apart() {
    let presence = Presence::default();
    let _anna = (presence.visit(ANNA), presence.watch(ANNA));
    let ben = presence.visit(BEN);
    let now = Instant::now();
    let people = presence.people(Some(BEN), now, 10, VisitorId::guest_name);
    assert_eq!(
        people.listed,
        [
            Person { name: BEN.guest_name(), doing: Doing::Looking, is_self: true },
            Person { name: ANNA.guest_name(), doing: Doing::Watching, is_self: false },
        ]
    );
    assert_eq!((people.more, people.counts, presence.viewers(now)), (0, [1, 0, 1], 1));
    let listening = presence.listen(BEN);
    assert_eq!(presence.people(Some(BEN), now, 10, VisitorId::guest_name).listed[0].doing, Doing::Listening);
    drop((ben, listening));
    let people = presence.people(None, now, 0, VisitorId::guest_name);
    assert_eq!((people.listed, people.more), (vec![], 1));
}

#[test]
fn whom_the_swarm_carries_the_room_to_is_counted_and_named_where_known() {
    let presence = Presence::default();
    let now = Instant::now();
    presence.watch_with_node(ANNA, now, Duration::from_secs(10));
    presence.set_afar(5);
    let people = presence.people(None, now, 10, VisitorId::guest_name);
    assert_eq!(people.listed, [Person { name: ANNA.guest_name(), doing: Doing::Watching, is_self: false }]);
    assert_eq!((people.more, people.with_node, people.counts), (4, 5, [5, 0, 0]));
    assert_eq!(presence.viewers(now), 0, "this node sends them nothing itself");
    let later = now + Duration::from_secs(10);
    assert_eq!(presence.people(None, later, 10, VisitorId::guest_name).listed, []);
}

#[test]
fn who_left_is_told_for_a_while_unless_they_come_back() {
    let presence = Presence::default();
    let start = Instant::now();
    let left = |now| presence.people(None, now, 10, VisitorId::guest_name).left;
    presence.watch_for(ANNA, start, STAYED);
    presence.watch_for(BEN, start, Duration::from_secs(1));
    let gone = start + STAYED;
    assert_eq!(left(gone), [], "they may be loading the page again");
    assert_eq!(left(gone + RELOAD), [ANNA.guest_name()], "a glance is not missed");
    assert_eq!(left(gone + LEFT_FOR), []);
    presence.watch_for(ANNA, gone, STAYED);
    assert_eq!(left(gone + STAYED), []);
    presence.visit_for(ANNA, gone + STAYED, STAYED);
    assert_eq!(left(gone + STAYED + RELOAD), [], "they are here");
    for visitor in 0..100 {
        presence.watch_for(VisitorId(visitor), start, STAYED);
    }
    assert!(left(gone).len() <= MAX_LEFT && left(gone + RELOAD).len() == MAX_LEFT);
}

#[test]
fn spans_run_out() {
    let presence = Presence::default();
    let now = Instant::now();
    presence.watch_for(ANNA, now, Duration::from_secs(10));
    assert_eq!(presence.viewers(now + Duration::from_secs(9)), 1);
    assert_eq!(presence.viewers(now + Duration::from_secs(10)), 0);
}

#[test]
fn changes_are_told_once() {
    let presence = Presence::default();
    let mut changes = presence.changes();
    let stay = presence.watch(ANNA);
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    let again = presence.watch(ANNA);
    assert!(!changes.has_changed().unwrap());
    drop((stay, again));
    assert!(changes.has_changed().unwrap());
}
