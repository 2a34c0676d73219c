//! A stranger that asks the table for all that it has: a room's card, who provides the lobby, who is in it.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::StreamExt;
use libp2p::kad::{self, GetRecordOk, QueryResult, RecordKey, store::MemoryStore};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, StreamProtocol, SwarmBuilder, identify, noise, tcp, yamux};
use parlor_protocol::card::SignedCard;
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::UnixMs;
use sha2::{Digest, Sha256};

/// Before the 32 bytes of a room's public key, in the key of its card (`spec/network.md`).
const CARD_KEY: &[u8] = b"/parlor/card/1/";
/// Before the number of a shard of the lobby, in what its key is the hash of.
const LOBBY: &[u8] = b"parlor lobby v1";
/// Shards of the lobby.
const SHARDS: u8 = 16;
/// Walks to random places of the table, to meet whoever is in it.
const WALKS: usize = 8;

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    kad: kad::Behaviour<MemoryStore>,
}

/// Looks until every question has its answer, and prints all that was said.
pub(crate) async fn look(bootstrap: Multiaddr, room: RoomId) {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_other_transport(|key| libp2p_quic::tokio::Transport::new(libp2p_quic::Config::new(key)))
        .unwrap()
        .with_behaviour(|key| {
            let me = key.public().to_peer_id();
            let config = kad::Config::new(StreamProtocol::new("/parlor/kad/1"));
            Behaviour {
                identify: identify::Behaviour::new(identify::Config::new("/parlor/1".into(), key.public())),
                kad: kad::Behaviour::with_config(me, MemoryStore::new(me), config),
            }
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(20)))
        .build();
    swarm.dial(bootstrap).unwrap();
    let mut open = HashSet::new();
    let mut asked = false;
    loop {
        let event = swarm.select_next_some().await;
        println!("{event:?}");
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received {
                peer_id,
                info,
                ..
            })) => {
                let kad = &mut swarm.behaviour_mut().kad;
                info.listen_addrs.into_iter().for_each(|address| _ = kad.add_address(&peer_id, address));
                if !std::mem::replace(&mut asked, true) {
                    open.insert(kad.get_record(RecordKey::new(&[CARD_KEY, &room.public_key()].concat())));
                    open.extend((0..SHARDS).map(|shard| {
                        let hash = Sha256::new().chain_update(LOBBY).chain_update([shard]).finalize();
                        kad.get_providers(RecordKey::new(&hash.as_slice()))
                    }));
                    open.extend((0..WALKS).map(|_| kad.get_closest_peers(PeerId::random())));
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed {
                id,
                result,
                step,
                ..
            })) => {
                if let QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(found))) = result {
                    let bytes = Bytes::from(found.record.value);
                    let card = SignedCard::decode(&bytes, now()).expect("only cards are in the table");
                    println!("card {:?}", card.card());
                    card.card().reach.iter().for_each(|address| println!("card reach {address}"));
                }
                if step.last {
                    open.remove(&id);
                }
                if open.is_empty() {
                    break;
                }
            }
            _ => {}
        }
    }
    for bucket in swarm.behaviour_mut().kad.kbuckets() {
        for entry in bucket.iter() {
            println!("table {:?} {:?}", entry.node.key, entry.node.value);
        }
    }
}

fn now() -> UnixMs {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    UnixMs(since_1970.as_millis() as u64)
}
