//! Rooms in the table of two hundred nodes: published, found, left behind, and expired.

use std::collections::BTreeSet;

use libp2p::kad::store::RecordStore;
use libp2p::kad::{Quorum, Record};
use parlor_protocol::card::MAX_LIFE_MS;
use parlor_protocol::directory::Topic;
use parlor_protocol::ident::CLOCK_TOLERANCE;
use parlor_protocol::media::UnixMs;

use super::super::shelf::card_keys;
use super::world::{Found, Node, card, lasting, session, spoiled, world};
use crate::room::now;

const ROOMS: u8 = 10;

/// Prints what lookups cost, as half of them and the worst.
fn tell(what: &str, found: &[Found]) {
    let mut requests: Vec<_> = found.iter().map(|one| one.requests).collect();
    let mut trips: Vec<_> = found.iter().map(|one| one.trips).collect();
    requests.sort_unstable();
    trips.sort_unstable_by(f64::total_cmp);
    println!(
        "{what}: {} lookups; requests {} (most {}); round trips {:.1} (most {:.1})",
        found.len(),
        requests[found.len() / 2],
        requests[found.len() - 1],
        trips[found.len() / 2],
        trips[found.len() - 1],
    );
}

/// A node far from this one in the order of joining.
fn seeker(nodes: &[Node], room: u8) -> &Node {
    &nodes[(usize::from(room) * 67 + 101) % nodes.len()]
}

async fn find_all(nodes: &[Node], what: &str) {
    let mut all = Vec::new();
    for room in 0..ROOMS {
        let found = seeker(nodes, room).find(session(room).room()).await;
        assert!(found.card.is_some(), "room {room} is not found {what}");
        all.push(found);
    }
    tell(what, &all);
}

#[tokio::test(start_paused = true)]
async fn members_of_a_show_are_found_for_as_long_as_they_want_to_be() {
    let nodes = world(30).await;
    let show = Topic::Show(session(1).id());
    let mut provisions = Vec::new();
    for member in &nodes[..5] {
        provisions.push(member.provide(show.clone()).await);
    }
    let (seeker, members) = (&nodes[17], nodes[..5].iter().map(|node| node.peer).collect::<BTreeSet<_>>());
    let found =
        async |most| seeker.providers_of(show.clone(), most).await.into_iter().collect::<BTreeSet<_>>();
    while found(usize::MAX).await != members {}
    let some = found(3).await;
    assert!(some.len() == 3 && some.is_subset(&members), "{some:?}");

    // One goes, and another is in the room twice.
    let again = nodes[1].provide(show.clone()).await;
    provisions.drain(..2);
    for member in &nodes[..5] {
        member.does(|swarm, directory| directory.tidy(&mut swarm.behaviour_mut().kad)).await;
    }
    // What is no longer said again expires, in the table's own time.
    let mut says = Vec::new();
    for member in &nodes[..5] {
        says.push(member.does(|swarm, _| swarm.behaviour_mut().kad.store_mut().provided().count()).await);
    }
    assert_eq!(says, [0, 1, 1, 1, 1]);
    drop((again, provisions));
}

#[tokio::test(start_paused = true)]
async fn rooms_are_found_among_forty_nodes() {
    rooms_are_found_among(40).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes without optimization; `make bench` runs it"]
async fn rooms_are_found_among_two_hundred_nodes() {
    rooms_are_found_among(200).await;
}

async fn rooms_are_found_among(size: u32) {
    let mut nodes = world(size).await;
    let hosts = || (0..ROOMS).map(|room| (room, usize::from(room) * 3));
    for (room, host) in hosts() {
        nodes[host].publish(lasting(&session(room), 1)).await;
    }
    for room in 0..ROOMS {
        seeker(&nodes, room).find_until(session(room).room(), true).await;
    }
    find_all(&nodes, "at rest").await;
    for (room, host) in hosts() {
        seeker(&nodes, room).lists_until(session(room).room(), nodes[host].peer).await;
    }

    // A newer card takes the older one's place, and an older one does not come back.
    let (room, host) = (session(0), &nodes[0]);
    host.publish(lasting(&room, 2)).await;
    host.publish(lasting(&room, 1)).await;
    loop {
        let found = seeker(&nodes, 0).find(room.room()).await.card.unwrap();
        if found.card().sequence == 2 {
            break;
        }
    }

    // Nobody keeps what is not signed for its key, nor gives it back.
    let unknown = session(ROOMS);
    for value in [spoiled(&lasting(&unknown, 1)), lasting(&room, 3).bytes().to_vec()] {
        let record =
            Record { key: card_keys(unknown.room())[0].clone(), value, publisher: None, expires: None };
        nodes[20]
            .does(move |swarm, _| {
                let key = record.key.clone();
                let kad = &mut swarm.behaviour_mut().kad;
                assert!(
                    kad.put_record(record.clone(), Quorum::One).is_err(),
                    "the liar's own shelf is honest"
                );
                let everybody: Vec<_> = kad
                    .kbuckets()
                    .flat_map(|bucket| {
                        bucket.iter().map(|entry| *entry.node.key.preimage()).collect::<Vec<_>>()
                    })
                    .collect();
                kad.put_record_to(record, everybody.into_iter(), Quorum::One);
                key
            })
            .await;
    }
    assert!(nodes[21].find(unknown.room()).await.card.is_none());

    // A card that has expired is found no more, wherever it lies.
    let tolerance = CLOCK_TOLERANCE.as_millis() as u64;
    assert!(tolerance < MAX_LIFE_MS);
    nodes[30].publish(card(&unknown, 1, UnixMs(now().0 - tolerance + 3000))).await;
    nodes[31].find_until(unknown.room(), true).await;
    nodes[31].find_until(unknown.room(), false).await;

    // Three of ten leave at once, and nobody has published anew.
    let mut number = 0;
    nodes.retain(|_| {
        number += 1;
        number % 10 > 2
    });
    find_all(&nodes, "after three of ten have left").await;
}
