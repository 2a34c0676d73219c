//! From whom stripes are taken, and when that is somebody else.

use super::*;

/// One who is in a room with thirty pictures a second: it takes all from the first, and the second has all as well.
struct Watching {
    viewer: Mesh,
    /// Asked of whom, which.
    pulled: Vec<(PeerName, u64)>,
}

impl Watching {
    const EVERY_MS: u64 = 33;

    fn new() -> Self {
        let mut watching = Self { viewer: mesh(5, Role::Viewer, 0), pulled: Vec::new() };
        watching.handle(0, Input::Contacts(vec![contact(1), contact(2)]));
        for peer in [1, 2] {
            watching.handle(1, Input::Connected(name(peer)));
            let state = Self::state(0, if peer == 1 { u8::MAX } else { 0 });
            let welcome =
                Message::Welcome { addresses: contact(peer).addresses, state, contacts: Vec::new() };
            watching.handle(2, Input::Message(name(peer), welcome));
        }
        watching
    }

    /// Having everything that there is at this time.
    fn state(now: u64, free: u8) -> State {
        let newest = 1000 + now / Self::EVERY_MS;
        let have = vec![Have { lane: 0, newest, before: u64::MAX, earlier: u64::MAX }];
        State { have, ages: [1; STRIPES], free, ..State::default() }
    }

    fn handle(&mut self, now: u64, input: Input) {
        self.viewer.handle(at(now), input);
        for output in outputs(&mut self.viewer) {
            match output {
                Output::Send(peer, Message::Ask { stripe, .. }) if peer == name(1) => {
                    let path = vec![mark(&name(0)), mark(&peer)];
                    self.viewer.handle(at(now), Input::Message(peer, Message::Yes { stripe, path }));
                }
                Output::Send(peer, Message::Pull { sequences, .. }) => {
                    self.pulled.extend(sequences.into_iter().map(|sequence| (peer.clone(), sequence)));
                }
                _ => {}
            }
        }
    }

    fn go_on(&mut self, time: std::ops::Range<u64>, is_pushed: bool) {
        for now in time {
            if now.is_multiple_of(Self::EVERY_MS) && is_pushed {
                let sequence = 1000 + now / Self::EVERY_MS;
                let (place, captured) = (Place { lane: 0, sequence }, UnixMs(1_795_000_000_000 + now));
                let (starts_group, continues) = (sequence.is_multiple_of(60), false);
                let from = Some(name(1));
                self.handle(now + 1, Input::Object { from, place, starts_group, continues, captured });
            }
            if now.is_multiple_of(500) {
                for (peer, free) in [(1, u8::MAX), (2, 0)] {
                    self.handle(
                        now,
                        Input::Message(name(peer), Message::State(Arc::new(Self::state(now, free)))),
                    );
                }
            }
            if self.viewer.deadline().is_some_and(|due| due <= at(now)) {
                self.handle(now, Input::Timeout);
            }
        }
    }
}

#[test]
fn what_a_parent_that_falls_silent_at_once_does_not_bring_is_asked_of_another() {
    let mut watching = Watching::new();
    watching.go_on(3..700, true);
    assert_eq!(watching.viewer.view().parents, [const { Some(1) }; STRIPES].map(|peer| peer.map(name)));
    assert_eq!(watching.pulled, [], "everything comes");
    watching.go_on(700..2300, false);
    let first = 1000 + 700 / Watching::EVERY_MS + 1;
    // As soon as that is a second late.
    for sequence in first..first + 600 / Watching::EVERY_MS {
        assert!(watching.pulled.contains(&(name(2), sequence)), "{sequence} of {:?}", watching.pulled);
    }
}

#[test]
fn how_late_somebody_is_counts_from_the_first_object_on() {
    let mut watching = Watching::new();
    watching.go_on(3..1100, true);
    let late = |peer| watching.viewer.neighbours[&name(peer)].lag[0].expect("it has objects");
    assert!((late(1) - late(2)).abs() < 100, "{} and {}", late(1), late(2));
    let capture = 1_795_000_000_000;
    assert!((late(2) + capture).abs() < 400, "{} ms", late(2) + capture);
}

/// One who can send nothing on and knows these, who say that they have all and places in every stripe.
fn viewer_beside(peers: &[u8]) -> Mesh {
    viewer_with_slots(0, peers)
}

/// The same, who can send so many stripes on.
fn viewer_with_slots(slots: u16, peers: &[u8]) -> Mesh {
    let mut viewer = mesh(5, Role::Viewer, slots);
    viewer.handle(at(0), Input::Contacts(peers.iter().copied().map(contact).collect()));
    for peer in peers {
        viewer.handle(at(1), Input::Connected(name(*peer)));
        let state = Watching::state(0, u8::MAX);
        let welcome = Message::Welcome { addresses: contact(*peer).addresses, state, contacts: Vec::new() };
        viewer.handle(at(2), Input::Message(name(*peer), welcome));
    }
    viewer
}

/// Who is asked for which stripes.
fn asked(viewer: &mut Mesh) -> Vec<(PeerName, u8)> {
    let ask = |output| match output {
        Output::Send(peer, Message::Ask { stripe, .. }) => Some((peer, stripe)),
        _ => None,
    };
    outputs(viewer).into_iter().filter_map(ask).collect()
}

/// A yes, and whether the one who says it is told to stop.
fn is_stopped(viewer: &mut Mesh, now: u64, peer: &PeerName, stripe: u8, path: Vec<Mark>) -> bool {
    viewer.handle(at(now), Input::Message(peer.clone(), Message::Yes { stripe, path }));
    outputs(viewer).contains(&Output::Send(peer.clone(), Message::Stop { stripe }))
}

fn way(peer: &PeerName) -> Vec<Mark> {
    vec![mark(&name(0)), mark(peer)]
}

#[test]
fn a_loop_is_refused() {
    let mut viewer = viewer_beside(&[1]);
    let (peer, stripe) = asked(&mut viewer).remove(0);
    let through_me = vec![mark(&name(0)), mark(&name(5)), mark(&peer)];
    assert!(is_stopped(&mut viewer, 3, &peer, stripe, through_me));
    assert_eq!(viewer.view().parents[usize::from(stripe)], None);
}

#[test]
fn whose_way_becomes_too_long_to_be_told_sends_its_children_away() {
    let mut viewer = viewer_with_slots(24, &[1, 2]);
    let (parent, stripe) = asked(&mut viewer).remove(0);
    let child = if parent == name(1) { 2 } else { 1 };
    assert!(!is_stopped(&mut viewer, 3, &parent, stripe, way(&parent)));
    assert_eq!(answer(&mut viewer, 4, child, ask(stripe, 0)), Some(true));
    let through = |others: std::ops::Range<u8>| -> Message {
        let others = others.map(|number| mark(&name(number)));
        let path = [mark(&name(0))].into_iter().chain(others).chain([mark(&parent)]).collect();
        Message::Yes { stripe, path }
    };
    let mut told = |yes: Message| {
        viewer.handle(at(5), Input::Message(parent.clone(), yes));
        outputs(&mut viewer).into_iter().find_map(|output| match output {
            Output::Send(peer, Message::Yes { path, .. }) if peer == name(child) => Some(path.len()),
            Output::Send(peer, Message::No { .. }) if peer == name(child) => Some(0),
            _ => None,
        })
    };
    assert_eq!(told(through(10..39)), Some(MAX_PATH));
    assert_eq!(told(through(10..40)), Some(0), "it is sent away");
    assert_eq!(viewer.view().parents[usize::from(stripe)], Some(parent), "what comes is of use here");
}

#[test]
fn an_answer_that_comes_late_is_taken_where_nobody_else_brings_the_stripe() {
    let mut viewer = viewer_beside(&[1, 2]);
    let (slow, stripe) = asked(&mut viewer).remove(0);
    viewer.handle(at(900), Input::Timeout);
    let said = outputs(&mut viewer);
    assert!(!said.contains(&Output::Send(slow.clone(), Message::Stop { stripe })), "it may still answer");
    let asks = |output: &Output| matches!(output, Output::Send(peer, Message::Ask { stripe: asked, .. }) if *asked == stripe && *peer != slow);
    assert!(said.iter().any(asks), "the other is asked as well");
    assert!(!is_stopped(&mut viewer, 1000, &slow, stripe, way(&slow)));
    assert_eq!(viewer.view().parents[usize::from(stripe)], Some(slow));
}

#[test]
fn an_answer_that_comes_late_is_not_taken_where_somebody_else_brings_the_stripe() {
    let mut viewer = viewer_beside(&[1, 2]);
    let (slow, stripe) = asked(&mut viewer).remove(0);
    viewer.handle(at(900), Input::Timeout);
    let quick = if slow == name(1) { name(2) } else { name(1) };
    assert!(!is_stopped(&mut viewer, 950, &quick, stripe, way(&quick)));
    assert!(is_stopped(&mut viewer, 1000, &slow, stripe, way(&slow)));
    assert_eq!(viewer.view().parents[usize::from(stripe)], Some(quick));
}

/// Says that it has everything up to now, and has had the newest for 10 ms.
fn claim(viewer: &mut Mesh, now: u64, peer: &PeerName) {
    viewer.handle(
        at(now),
        Input::Message(peer.clone(), Message::State(Arc::new(Watching::state(now, u8::MAX)))),
    );
}

/// Lets time pass up to then, with every deadline kept, and gives what is said meanwhile.
fn pass(viewer: &mut Mesh, until: u64) -> Vec<Output> {
    let mut said = outputs(viewer);
    while let Some(due) = viewer.deadline().filter(|due| *due <= at(until)) {
        viewer.handle(due, Input::Timeout);
        said.extend(outputs(viewer));
    }
    said
}

/// Says that it has what there was a second before the first word, and nothing since: the host makes a pause.
fn pause(viewer: &mut Mesh, now: u64, peer: &PeerName) {
    let ages = [((now + 1000) / 10).min(255) as u8; STRIPES];
    let state = State { ages, ..Watching::state(0, u8::MAX) };
    viewer.handle(at(now), Input::Message(peer.clone(), Message::State(Arc::new(state))));
}

#[test]
fn a_parent_that_has_what_it_does_not_bring_is_left_although_nothing_ever_came() {
    let mut viewer = viewer_beside(&[1]);
    let (liar, stripe) = asked(&mut viewer).remove(0);
    assert!(!is_stopped(&mut viewer, 3, &liar, stripe, way(&liar)));
    pause(&mut viewer, 500, &liar);
    for now in [1000, 1500, 2000] {
        claim(&mut viewer, now, &liar);
        pass(&mut viewer, now + 480);
        assert_eq!(
            viewer.view().parents[usize::from(stripe)].as_ref(),
            Some(&liar),
            "it has a second and a half"
        );
    }
    let said = pass(&mut viewer, 2500);
    assert!(said.contains(&Output::Send(liar.clone(), Message::Stop { stripe })), "{said:?}");
    assert_ne!(viewer.view().parents[usize::from(stripe)], Some(liar));
}

#[test]
fn a_parent_owes_nothing_that_it_had_before_it_was_one() {
    let mut viewer = viewer_beside(&[1]);
    let (paused, stripe) = asked(&mut viewer).remove(0);
    assert!(!is_stopped(&mut viewer, 300, &paused, stripe, way(&paused)));
    for now in (500..4000).step_by(500) {
        pause(&mut viewer, now, &paused);
        pass(&mut viewer, now + 499);
    }
    assert_eq!(viewer.view().parents[usize::from(stripe)], Some(paused));
}

#[test]
fn a_stripe_that_runs_dry_is_taken_of_whoever_has_the_next_object() {
    let mut watching = Watching::new();
    watching.go_on(3..1500, true);
    // Only where there are many.
    for peer in 11..=17 {
        watching.handle(1500, Input::Message(name(peer), join(contact(peer).addresses)));
    }
    // Nobody has more than there is here: then nobody is asked.
    let stale = Arc::new(Watching::state(1480, u8::MAX));
    watching.viewer.handle(at(1500), Input::Message(name(2), Message::State(stale.clone())));
    let asks = |said: Vec<Output>| {
        let is_ask =
            |output: &Output| matches!(output, Output::Send(peer, Message::Ask { .. }) if *peer == name(2));
        said.into_iter().filter(is_ask).count()
    };
    assert_eq!(asks(pass(&mut watching.viewer, 2550)), 0);
    for peer in [1, 2] {
        claim(&mut watching.viewer, 2550, &name(peer));
    }
    assert!(asks(pass(&mut watching.viewer, 2700)) > 0, "stripes are dry here, and not there");
}

#[test]
fn a_parent_that_brings_nothing_and_says_nothing_is_gone_before_the_picture() {
    let mut watching = Watching::new();
    watching.go_on(3..2001, true);
    // Its last word and its last object are of now. Who says that it is there is one who waits as well.
    let (mut waits, mut vanishes) = (Watching::new(), watching);
    waits.go_on(3..2001, true);
    let stale = Arc::new(Watching::state(2000, u8::MAX));
    waits.handle(3000, Input::Message(name(1), Message::State(stale)));
    let leave = Output::Send(name(1), Message::Leave);
    assert!(!pass(&mut waits.viewer, 3900).contains(&leave));
    assert!(!pass(&mut vanishes.viewer, 3300).contains(&leave), "a word may come late");
    assert!(pass(&mut vanishes.viewer, 3600).contains(&leave));
    assert!(vanishes.viewer.view().parents.iter().all(|parent| *parent != Some(name(1))));
}

#[test]
fn what_had_to_be_asked_for_does_not_count_as_how_late_a_stripe_comes() {
    let mut watching = Watching::new();
    watching.go_on(3..1000, true);
    let place = Place { lane: 0, sequence: 1000 + 1000 / Watching::EVERY_MS + 1 };
    let before = watching.viewer.lanes[0].lag(place.stripe()).map(|lag| lag.mean);
    let captured = UnixMs(1_795_000_000_000 + 1020);
    let late = Input::Object { from: Some(name(2)), place, starts_group: false, continues: false, captured };
    watching.handle(3500, late);
    assert_eq!(watching.viewer.lanes[0].lag(place.stripe()).map(|lag| lag.mean), before);
}

#[test]
fn a_liar_who_never_brought_anything_is_a_neighbour_no_more() {
    let mut viewer = viewer_beside(&[1]);
    let stripes: Vec<u8> = asked(&mut viewer).into_iter().map(|(_, stripe)| stripe).collect();
    assert!(stripes.len() > 1);
    for stripe in stripes {
        viewer.handle(at(3), Input::Message(name(1), Message::Yes { stripe, path: way(&name(1)) }));
    }
    let said: Vec<Output> = (500..4000)
        .step_by(500)
        .flat_map(|now| {
            claim(&mut viewer, now, &name(1));
            pass(&mut viewer, now + 499)
        })
        .collect();
    assert!(said.contains(&Output::Send(name(1), Message::Leave)), "it is parted from");
    assert_eq!(viewer.view().neighbours, 0);
}

#[test]
fn who_cannot_be_met_has_not_taken_the_place_for_nothing() {
    let mut viewer = viewer_beside(&[1]);
    let (parent, stripe) = asked(&mut viewer).remove(0);
    assert!(!is_stopped(&mut viewer, 3, &parent, stripe, way(&parent)));
    viewer.handle(at(10), Input::Message(parent.clone(), Message::Moved { stripe, to: contact(9) }));
    outputs(&mut viewer);
    viewer.handle(at(20), Input::Unreachable(name(9)));
    let said = outputs(&mut viewer);
    let complains = |output: &Output| matches!(output, Output::Send(to, Message::Ask { stripe: asked, .. }) if *asked == stripe && *to == parent);
    assert!(!said.iter().any(complains), "{said:?}");
    assert_eq!(viewer.view().parents[usize::from(stripe)], Some(parent), "it serves on for a while");
}
