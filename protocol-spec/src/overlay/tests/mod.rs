//! One overlay by hand, many in a simulated network, and what they write.

mod chaos;
mod desk;
mod rules;
mod simulation;
mod waiting;
mod wire;
mod world;

use bytes::Bytes;

use super::{Contact, PeerName};

fn name(id: u32) -> PeerName {
    Bytes::copy_from_slice(&id.to_be_bytes()).try_into().unwrap()
}

fn index(peer: &PeerName) -> u32 {
    u32::from_be_bytes(peer.as_bytes().try_into().unwrap())
}

fn contact(id: u32) -> Contact {
    let [a, b, c, d] = id.to_be_bytes();
    Contact { peer: name(id), addresses: vec![format!("/ip4/{a}.{b}.{c}.{d}/udp/1").parse().unwrap()] }
}
