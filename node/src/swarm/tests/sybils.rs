//! Nodes that place themselves around a room's key to hide it.

use std::collections::HashSet;
use std::time::Duration;

use libp2p::PeerId;
use libp2p::kad::store::RecordStore;
use libp2p::kad::{self, KBucketKey, StoreInserts};
use tokio::time::sleep;

use super::super::shelf::{Shelf, card_keys};
use super::world::{Node, key, lasting, session, world};

const HONEST: u32 = 30;
/// More than the twenty that a card is given to.
const SYBILS: usize = 24;

/// A node of the table that takes everything and keeps nothing.
async fn hollow(number: u32, friends: HashSet<PeerId>) -> Node {
    let key = key(number);
    let me = key.public().to_peer_id();
    let mut config = Shelf::config();
    config.set_record_filtering(StoreInserts::FilterBoth);
    let kad = kad::Behaviour::with_config(me, Shelf::new(me), config);
    Node::start_knowing(key, kad, move |peer| friends.contains(peer)).await
}

#[tokio::test(start_paused = true)]
async fn sybils_around_the_key_hide_no_room() {
    let nodes = world(HONEST).await;
    let room = session(1);
    let places = card_keys(room.room());
    let target = KBucketKey::from(places[0].clone());
    let far = |peer: &PeerId| target.distance(&KBucketKey::from(*peer));
    let last = nodes.iter().min_by_key(|node| far(&node.peer)).unwrap();
    let numbers: Vec<_> = (HONEST..)
        .filter(|number| far(&key(*number).public().to_peer_id()) < far(&last.peer))
        .take(SYBILS)
        .collect();
    let friends: HashSet<_> = numbers.iter().map(|number| key(*number).public().to_peer_id()).collect();
    let mut sybils = Vec::new();
    for number in numbers {
        let sybil = hollow(number, friends.clone()).await;
        for node in &nodes {
            sybil.dial(&node.address).await;
        }
        sybils.push(sybil);
    }
    // The attack stands: the last honest node on the way to the key knows nobody nearer but them.
    loop {
        let (target, friends) = (target.clone(), friends.clone());
        let is_surrounded = last.does(move |swarm, _| {
            let near = swarm.behaviour_mut().kad.get_closest_local_peers(&target);
            near.take(20).filter(|peer| friends.contains(peer.preimage())).count() == 20
        });
        if is_surrounded.await {
            break;
        }
        // Time passes only when nobody has anything to do.
        sleep(Duration::from_millis(1)).await;
    }

    let (host, searcher) = (&nodes[3], &nodes[17]);
    host.publish(lasting(&room, 1)).await;
    let found = searcher.find_until(room.room(), true).await;
    println!("surrounded: requests {}; round trips {:.1}", found.requests, found.trips);
    for node in nodes.iter().filter(|node| node.peer != host.peer) {
        let place = places[0].clone();
        let keeps = node.does(move |swarm, _| swarm.behaviour_mut().kad.store_mut().get(&place).is_some());
        assert!(!keeps.await, "the attack failed by itself");
    }
}
