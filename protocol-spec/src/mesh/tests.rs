mod supply;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::media::UnixMs;

/// The most outputs for one input: a few for each neighbour, and a group's objects for who asks for a stripe.
const MAX_OUTPUTS: usize = 400;

fn name(number: u8) -> PeerName {
    PeerName::try_from(Bytes::copy_from_slice(&[b'p', number])).unwrap()
}

fn contact(number: u8) -> Contact {
    Contact { peer: name(number), addresses: vec!["/a".parse().unwrap()] }
}

fn mesh(number: u8, role: Role, slots: u16) -> Mesh {
    let addresses = contact(number).addresses;
    Mesh::new(Settings { me: name(number), role, slots, addresses }, [number; 32])
}

fn at(ms: u64) -> Time {
    Time::from_micros(ms * 1000)
}

fn outputs(mesh: &mut Mesh) -> Vec<Output> {
    std::iter::from_fn(|| mesh.poll()).collect()
}

fn object(from: Option<u8>, sequence: u64) -> Input {
    let place = Place { lane: 0, sequence };
    let captured = UnixMs(1_000_000 + sequence * 100);
    Input::Object {
        from: from.map(name),
        place,
        starts_group: sequence.is_multiple_of(20),
        continues: false,
        captured,
    }
}

fn join(addresses: Vec<crate::invite::Address>) -> Message {
    Message::Join { addresses, state: State::default(), start: false }
}

fn ask(stripe: u8, gives: u8) -> Message {
    Message::Ask { stripe, have: Vec::new(), gives, in_need: false }
}

/// A host with these neighbours.
fn host(neighbours: impl IntoIterator<Item = u8>) -> Mesh {
    let mut host = mesh(0, Role::Host, 20);
    for neighbour in neighbours {
        host.handle(at(0), Input::Message(name(neighbour), join(contact(neighbour).addresses)));
    }
    outputs(&mut host);
    host
}

fn answer(host: &mut Mesh, now: u64, peer: u8, message: Message) -> Option<bool> {
    host.handle(at(now), Input::Message(name(peer), message));
    outputs(host).into_iter().find_map(|output| match output {
        Output::Send(to, Message::Yes { .. }) if to == name(peer) => Some(true),
        Output::Send(to, Message::No { .. }) if to == name(peer) => Some(false),
        _ => None,
    })
}

fn pushed(host: &mut Mesh, now: u64, sequence: u64) -> Vec<PeerName> {
    host.handle(at(now), object(None, sequence));
    let pushes = outputs(host).into_iter().filter_map(|output| match output {
        Output::Push(peer, place) if place.sequence == sequence => Some(peer),
        _ => None,
    });
    pushes.collect()
}

#[test]
fn a_host_gives_each_stripe_once() {
    let mut host = host(1..=2);
    let stripe = Place { lane: 0, sequence: 3 }.stripe() as u8;
    assert_eq!(answer(&mut host, 1, 1, ask(stripe, 18)), Some(true));
    assert_eq!(answer(&mut host, 1, 2, ask(stripe, 18)), Some(false), "the place is taken");
    assert_eq!(pushed(&mut host, 2, 3), [name(1)]);
    assert_eq!(pushed(&mut host, 3, 4), [], "another stripe");
}

#[test]
fn a_host_of_many_gives_the_only_copy_to_who_passes_it_on() {
    let mut host = host(1..=20);
    assert_eq!(answer(&mut host, 1, 1, ask(0, 0)), Some(false), "it would end there");
    assert_eq!(answer(&mut host, 1, 2, ask(0, 7)), Some(true));
    assert_eq!(answer(&mut host, 1, 3, ask(0, 7)), Some(false), "the place is taken");
    let in_need = Message::Ask { stripe: 1, have: Vec::new(), gives: 0, in_need: true };
    assert_eq!(answer(&mut host, 1, 4, in_need), Some(true), "one place is for those who find none");
    assert_eq!(answer(&mut host, 1, 5, ask(1, 7)), Some(true), "which is not the one of who passes it on");
}

#[test]
fn a_host_gives_a_silent_childs_stripe_to_somebody_else_too() {
    let mut host = host(1..=20);
    assert_eq!(answer(&mut host, 1, 1, ask(0, 18)), Some(true));
    let tells = || Message::State(Arc::new(State::default()));
    answer(&mut host, 400, 1, tells());
    assert_eq!(answer(&mut host, 800, 2, ask(0, 18)), Some(false), "the child has spoken");
    host.handle(at(1000), Input::Timeout);
    let frees =
        |output: &Output| matches!(output, Output::Send(_, Message::State(state)) if state.free & 1 == 1);
    assert!(outputs(&mut host).iter().filter(|output| frees(output)).count() >= 19, "all are told at once");
    assert_eq!(answer(&mut host, 1010, 2, ask(0, 18)), Some(true));
}

#[test]
fn who_alone_has_a_stripe_of_a_host_of_many_is_sent_all_that_it_lacks_of_it() {
    let mut host = host(1..=20);
    for sequence in 0..50 {
        pushed(&mut host, 1 + sequence, sequence);
    }
    let stripe = Place { lane: 0, sequence: 49 }.stripe();
    let until_20 = Have { lane: 0, newest: 20, before: (1 << 20) - 1, earlier: 0 };
    let mut sent_to = |peer: u8| -> Vec<u64> {
        let have = vec![until_20];
        let asks = Message::Ask { stripe: stripe as u8, have, gives: 18, in_need: true };
        host.handle(at(60), Input::Message(name(peer), asks));
        let pushes = outputs(&mut host).into_iter().filter_map(|output| match output {
            Output::Push(to, place) if to == name(peer) => Some(place.sequence),
            _ => None,
        });
        pushes.collect()
    };
    let since = |first: u64| -> Vec<u64> {
        (first..50).filter(|sequence| Place { lane: 0, sequence: *sequence }.stripe() == stripe).collect()
    };
    assert_eq!(sent_to(1), since(24), "of two and a half seconds");
    assert_eq!(sent_to(2), since(40), "of the newest group: others could bring the rest");
}

#[test]
fn a_host_of_many_spreads_its_copies_over_several() {
    let mut host = host(1..=20);
    for stripe in 0..4 {
        assert_eq!(answer(&mut host, 1, 1, ask(stripe, 40)), Some(true), "better than nobody");
    }
    assert_eq!(answer(&mut host, 2, 2, ask(0, 40)), Some(true), "it has none yet");
    assert_eq!(answer(&mut host, 3, 3, ask(1, 18)), Some(false), "it gives less than half for each");
    assert_eq!(answer(&mut host, 4, 1, ask(4, 40)), Some(true));
    assert_eq!(answer(&mut host, 5, 1, ask(0, 40)), Some(true), "it has it still");
}

#[test]
fn who_can_hardly_send_is_met_by_nobody_whom_it_does_not_meet_itself() {
    for (slots, addresses) in [(2, Vec::new()), (3, contact(1).addresses)] {
        let mut viewer = mesh(1, Role::Viewer, slots);
        viewer.handle(at(0), Input::Contacts(vec![contact(0)]));
        viewer.handle(at(1), Input::Connected(name(0)));
        let joins = outputs(&mut viewer).into_iter().find_map(|output| match output {
            Output::Send(_, Message::Join { addresses, .. }) => Some(addresses),
            _ => None,
        });
        assert_eq!(joins, Some(addresses), "{slots} slots");
    }
}

#[test]
fn a_host_learns_how_many_watch_below_the_first_stripe() {
    let mut host = host(1..=2);
    answer(&mut host, 1, 1, ask(0, 18));
    answer(&mut host, 1, 2, ask(1, 18));
    let tells = |viewers| Message::State(Arc::new(State { viewers, ..State::default() }));
    answer(&mut host, 2, 1, tells(700));
    answer(&mut host, 2, 2, tells(1));
    let view = host.view();
    let branches: Vec<u32> = view.children.iter().map(|branch| branch.viewers).collect();
    assert_eq!((view.viewers, branches), (700, vec![700, 0]));
    let alone = [Role::Viewer, Role::Relay].map(|role| mesh(3, role, 20).view().viewers);
    assert_eq!(alone, [1, 0], "a relay watches nothing");
}

#[test]
fn who_is_no_neighbour_is_served_nothing() {
    let mut host = host([]);
    assert_eq!(answer(&mut host, 1, 9, ask(0, 18)), Some(false));
    host.handle(at(2), object(None, 0));
    host.handle(at(3), Input::Message(name(9), Message::Pull { lane: 0, sequences: vec![0] }));
    assert!(!outputs(&mut host).iter().any(|output| matches!(output, Output::Push(..))));
}

#[test]
fn who_took_a_place_and_serves_nobody_loses_it() {
    let mut host = host(1..=2);
    let stripe = Place { lane: 0, sequence: 8 }.stripe() as u8;
    assert_eq!(answer(&mut host, 1, 1, ask(stripe, 0)), Some(true));
    for now in [1000, 2000] {
        answer(&mut host, now, 1, Message::State(Arc::default()));
    }
    assert_eq!(answer(&mut host, 2000, 2, ask(stripe, 40)), Some(true), "it gives more");
    host.handle(at(2500), Input::Timeout);
    let moved = Message::Moved { stripe, to: contact(2) };
    assert!(outputs(&mut host).contains(&Output::Send(name(1), moved)));
    assert_eq!(pushed(&mut host, 2600, 8), [name(2), name(1)], "both, until the first is served there");

    assert_eq!(answer(&mut host, 3000, 1, ask(stripe, 0)), Some(true), "it is not");
    assert_eq!(pushed(&mut host, 3100, 23), [name(1)]);
    assert_eq!(answer(&mut host, 9000, 2, ask(stripe, 40)), Some(true), "once is forgiven");
}

#[test]
fn a_silent_child_loses_its_place_before_a_silent_neighbour_goes() {
    let mut host = host(1..=2);
    assert_eq!(answer(&mut host, 1, 1, ask(0, 18)), Some(true));
    host.handle(at(2600), Input::Timeout);
    assert!(outputs(&mut host).contains(&Output::Disconnect(name(1))));
    assert_eq!(host.view().neighbours, 1);
    assert_eq!(answer(&mut host, 2700, 2, ask(0, 18)), Some(true), "the place is free");
}

#[test]
fn the_next_object_of_a_stripe_is_in_the_next_round() {
    for sequence in 0..200 {
        let place = Place { lane: 1, sequence };
        let between = sequence + 1..place.next().sequence;
        assert_eq!((place.next().lane, place.next().stripe()), (1, place.stripe()));
        assert!(between.into_iter().all(|sequence| Place { lane: 1, sequence }.stripe() != place.stripe()));
    }
    let last = Place { lane: 0, sequence: u64::MAX };
    assert!(last.next().sequence >= u64::MAX - 8, "nothing overflows");
}

#[test]
fn names_are_asked_for_ever_more_rarely_where_there_is_nobody_else() {
    let mut viewer = mesh(9, Role::Viewer, 7);
    viewer.handle(at(0), Input::Message(name(1), join(contact(1).addresses)));
    let known = || Message::Found { contacts: vec![contact(1)] };
    let mut asked = Vec::new();
    for now in 0..60_000 {
        if viewer.deadline().is_some_and(|due| due <= at(now)) {
            viewer.handle(at(now), Input::Timeout);
        }
        if now % 1000 == 0 {
            viewer.handle(at(now), Input::Message(name(1), Message::State(Arc::default())));
        }
        while let Some(output) = viewer.poll() {
            if matches!(output, Output::Send(_, Message::Find)) {
                asked.push(now);
                viewer.handle(at(now), Input::Message(name(1), known()));
            }
        }
    }
    assert!((6..=20).contains(&asked.len()), "{asked:?}");
    // Somebody new is met at once, and may know others.
    viewer.handle(at(60_000), Input::Message(name(1), Message::Found { contacts: vec![contact(2)] }));
    viewer.handle(at(60_000), Input::Timeout);
    let met = outputs(&mut viewer);
    assert!(met.contains(&Output::Connect(contact(2))), "{met:?}");
}

fn any_state() -> impl Strategy<Value = State> {
    let have =
        (0u8..3, any::<u64>(), any::<u64>(), prop::bool::ANY).prop_map(|(lane, newest, before, wild)| {
            let newest = if wild { newest } else { newest % 200 };
            Have { lane, newest, before, earlier: before }
        });
    (vec(have, 0..3), any::<[u8; STRIPES]>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u32>())
        .prop_map(|(have, ages, free, spare, wait, viewers)| State { have, ages, free, spare, wait, viewers })
}

fn any_message() -> impl Strategy<Value = Message> {
    let contacts = || vec((0u8..12).prop_map(contact), 0..MAX_CONTACTS);
    let stripe = || any::<u8>();
    let path = vec((0u8..12).prop_map(|number| mark(&name(number))), 0..MAX_PATH);
    prop_oneof![
        (any_state(), any::<bool>()).prop_map(|(state, start)| Message::Join {
            addresses: contact(1).addresses,
            state,
            start
        }),
        (any_state(), contacts()).prop_map(|(state, contacts)| Message::Welcome {
            addresses: contact(1).addresses,
            state,
            contacts
        }),
        contacts().prop_map(|contacts| Message::Elsewhere { contacts }),
        any_state().prop_map(|state| Message::State(Arc::new(state))),
        (stripe(), any_state(), any::<u8>(), any::<bool>()).prop_map(|(stripe, state, gives, in_need)| {
            Message::Ask { stripe, have: state.have, gives, in_need }
        }),
        (stripe(), path).prop_map(|(stripe, path)| Message::Yes { stripe, path }),
        stripe().prop_map(|stripe| Message::No { stripe }),
        (stripe(), 0u8..12).prop_map(|(stripe, to)| Message::Moved { stripe, to: contact(to) }),
        stripe().prop_map(|stripe| Message::Stop { stripe }),
        any_state().prop_map(|state| Message::Start { have: state.have }),
        (0u8..3, vec(any::<u64>(), 0..MAX_PULL))
            .prop_map(|(lane, sequences)| Message::Pull { lane, sequences }),
        (0u8..3, vec(0u64..200, 0..MAX_PULL)).prop_map(|(lane, sequences)| Message::Lack { lane, sequences }),
        Just(Message::Find),
        contacts().prop_map(|contacts| Message::Found { contacts }),
        Just(Message::Leave),
    ]
}

fn any_input() -> impl Strategy<Value = Input> {
    let peer = || (0u8..12).prop_map(name);
    let object = (prop::option::of(0u8..12), 0u8..40, any::<u64>(), any::<[bool; 2]>(), any::<u64>())
        .prop_map(|(from, lane, sequence, [starts_group, continues], captured)| Input::Object {
            from: from.map(name),
            place: Place { lane, sequence: if lane > 2 { sequence } else { sequence % 300 } },
            starts_group,
            continues,
            captured: UnixMs(captured),
        });
    prop_oneof![
        vec((0u8..12).prop_map(contact), 0..9).prop_map(Input::Contacts),
        peer().prop_map(Input::Connected),
        peer().prop_map(Input::Unreachable),
        peer().prop_map(Input::Gone),
        (peer(), any_message()).prop_map(|(peer, message)| Input::Message(peer, message)),
        object,
        peer().prop_map(Input::Bad),
        (peer(), 0u64..300).prop_map(|(peer, sequence)| Input::Dropped(peer, Place { lane: 0, sequence })),
        (0u16..600).prop_map(Input::Slots),
        Just(Input::Timeout),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_it_stays_bounded(
        is_host in any::<bool>(),
        slots in 0u16..600,
        inputs in vec((any_input(), 0u64..2000, 0u64..800), 1..200),
    ) {
        let role = if is_host { Role::Host } else { Role::Viewer };
        let mut mesh = mesh(0, role, slots);
        let mut now = 0;
        for (input, pause, backlog) in inputs {
            now += pause;
            mesh.set_backlog(Duration::from_millis(backlog));
            mesh.handle(at(now), input);
            prop_assert!(outputs(&mut mesh).len() <= MAX_OUTPUTS);
            prop_assert!(mesh.deadline().is_some_and(|due| due > at(now)), "it is never due at once again");
            let view = mesh.view();
            prop_assert!(view.neighbours <= 40);
            let sent: usize = view.children.iter().map(|branch| usize::from(branch.stripes)).sum();
            // Who is sent elsewhere is served on for a while.
            prop_assert!(sent <= usize::from(slots.max(600)) * 2);
        }
    }
}
