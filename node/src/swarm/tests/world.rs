//! Nodes that keep a table together: the real table and directory over connections that stay in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::MemoryTransport;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, Transport, identify, kad, yamux};
use parlor_protocol::card::{Access, Card, SignedCard, Viewers};
use parlor_protocol::directory::{Shard, Topic};
use parlor_protocol::ident::{RoomId, Session};
use parlor_protocol::keys::EpochLength;
use parlor_protocol::media::UnixMs;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::super::directory::Directory;
use super::super::shelf::Shelf;
use super::late::{Late, ONE_WAY};
use crate::room::now;

/// How long a connection without use is kept.
const IDLE: Duration = Duration::from_mins(1);
/// How many of the nearest others each node knows: libp2p's bucket.
const NEAR: usize = 20;
/// Of the others it knows one of so many.
const EACH: usize = 6;

#[derive(NetworkBehaviour)]
pub(super) struct Table {
    identify: identify::Behaviour,
    pub(super) kad: kad::Behaviour<Shelf>,
}

type Order = Box<dyn FnOnce(&mut Swarm<Table>, &mut Directory) + Send>;

/// A node that runs until this is dropped.
pub(super) struct Node {
    pub(super) peer: PeerId,
    pub(super) address: Multiaddr,
    orders: mpsc::UnboundedSender<Order>,
    requests: Arc<AtomicU64>,
}

/// What a lookup brought and cost.
pub(super) struct Found {
    pub(super) card: Option<SignedCard>,
    /// Questions to other nodes.
    pub(super) requests: u64,
    /// Round trips, one after the other.
    pub(super) trips: f64,
}

impl Node {
    pub(super) async fn start(key: Keypair, kad: kad::Behaviour<Shelf>) -> Self {
        Self::start_knowing(key, kad, |_| true).await
    }

    /// A node that remembers only those peers.
    pub(super) async fn start_knowing(
        key: Keypair,
        kad: kad::Behaviour<Shelf>,
        knows: impl Fn(&PeerId) -> bool + Send + 'static,
    ) -> Self {
        let peer = key.public().to_peer_id();
        let transport = MemoryTransport::default()
            .map(|stream, _| Late::new(stream))
            .upgrade(Version::V1Lazy)
            .authenticate(libp2p_plaintext::Config::new(&key))
            .multiplex(yamux::Config::default())
            .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
            .boxed();
        let identify = identify::Behaviour::new(identify::Config::new("/parlor/1".into(), key.public()));
        let config = libp2p::swarm::Config::with_tokio_executor().with_idle_connection_timeout(IDLE);
        let mut swarm = Swarm::new(transport, Table { identify, kad }, peer, config);
        swarm.behaviour_mut().kad.set_mode(Some(kad::Mode::Server));
        swarm.listen_on("/memory/0".parse().unwrap()).unwrap();
        let address = loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                break address;
            }
        };
        swarm.add_external_address(address.clone());
        let (orders, ordered) = mpsc::unbounded_channel();
        let requests = Arc::default();
        tokio::spawn(run(swarm, ordered, Arc::clone(&requests), knows));
        Self { peer, address, orders, requests }
    }

    /// Runs this on the node's own task.
    pub(super) async fn does<T: Send + 'static>(
        &self,
        order: impl FnOnce(&mut Swarm<Table>, &mut Directory) -> T + Send + 'static,
    ) -> T {
        let (done, result) = oneshot::channel();
        let order =
            |swarm: &mut Swarm<Table>, directory: &mut Directory| drop(done.send(order(swarm, directory)));
        self.orders.send(Box::new(order)).unwrap();
        result.await.unwrap()
    }

    pub(super) async fn dial(&self, address: &Multiaddr) {
        let address = address.clone();
        self.does(move |swarm, _| swarm.dial(address).unwrap()).await;
    }

    pub(super) async fn publish(&self, card: SignedCard) {
        let topics = Topic::of(&card).collect();
        self.does(move |swarm, directory| directory.publish(&mut swarm.behaviour_mut().kad, &card, topics))
            .await;
    }

    pub(super) async fn find(&self, room: RoomId) -> Found {
        let (before, start) = (self.requests.load(Ordering::Relaxed), Instant::now());
        let (done, card) = oneshot::channel();
        self.does(move |swarm, directory| directory.find(&mut swarm.behaviour_mut().kad, room, done)).await;
        let card = card.await.unwrap();
        Found {
            card,
            requests: self.requests.load(Ordering::Relaxed) - before,
            trips: start.elapsed().as_secs_f64() / (2.0 * ONE_WAY.as_secs_f64()),
        }
    }

    /// Searches until the room's card is there, or until it is gone.
    pub(super) async fn find_until(&self, room: RoomId, there: bool) -> Found {
        loop {
            let found = self.find(room).await;
            if found.card.is_some() == there {
                return found;
            }
        }
    }

    /// Searches until this peer is among those that provide the shard of the room in the lobby.
    pub(super) async fn lists_until(&self, room: RoomId, peer: PeerId) {
        while !self.providers(room).await.contains(&peer) {}
    }

    /// Peers that provide the shard of this room.
    async fn providers(&self, room: RoomId) -> Vec<PeerId> {
        self.providers_of(Topic::Shard(Shard::of(&room)), usize::MAX).await
    }

    /// Provides a topic until what is given back is dropped.
    pub(super) async fn provide(&self, topic: Topic) -> oneshot::Receiver<()> {
        let (provided, provision) = oneshot::channel();
        self.does(move |swarm, directory| {
            directory.provide(&mut swarm.behaviour_mut().kad, topic, provided);
        })
        .await;
        provision
    }

    /// Peers that provide a topic, so many at most.
    pub(super) async fn providers_of(&self, topic: Topic, most: usize) -> Vec<PeerId> {
        let (told, mut peers) = mpsc::channel(64);
        self.does(move |swarm, directory| {
            directory.providers(&mut swarm.behaviour_mut().kad, &topic, most, told);
        })
        .await;
        let mut all = Vec::new();
        while let Some(peer) = peers.recv().await {
            all.push(peer);
        }
        all
    }
}

async fn run(
    mut swarm: Swarm<Table>,
    mut orders: mpsc::UnboundedReceiver<Order>,
    requests: Arc<AtomicU64>,
    knows: impl Fn(&PeerId) -> bool,
) {
    let mut directory = Directory::default();
    loop {
        let event = match select(swarm.next(), std::pin::pin!(orders.recv())).await {
            Either::Left((event, _)) => event.unwrap(),
            Either::Right((Some(order), _)) => {
                order(&mut swarm, &mut directory);
                continue;
            }
            Either::Right((None, _)) => return,
        };
        match event {
            SwarmEvent::Behaviour(TableEvent::Identify(identify::Event::Received {
                peer_id, info, ..
            })) => {
                for address in info.listen_addrs.into_iter().filter(|_| knows(&peer_id)) {
                    swarm.behaviour_mut().kad.add_address(&peer_id, address);
                }
            }
            SwarmEvent::Behaviour(TableEvent::Kad(kad::Event::RoutingUpdated { peer, .. }))
                if !knows(&peer) =>
            {
                swarm.behaviour_mut().kad.remove_peer(&peer);
            }
            SwarmEvent::Behaviour(TableEvent::Kad(kad::Event::OutboundQueryProgressed {
                id,
                result,
                step,
                stats,
            })) => {
                if step.last {
                    requests.fetch_add(stats.num_requests().into(), Ordering::Relaxed);
                }
                for found in directory.progress(&mut swarm.behaviour_mut().kad, id, result, &step) {
                    // The searcher has enough.
                    let _ = found.told.try_send(found.peer);
                }
            }
            _ => {}
        }
    }
}

/// The key of node `number`, the same in every run.
pub(super) fn key(number: u32) -> Keypair {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    Keypair::ed25519_from_bytes(seed).unwrap()
}

/// So many nodes, each of which knows the others that it would know after a while: those nearest to it, and some of the
/// rest. Two hundred that join at once ask each other 60,000 questions first, and those are no part of what is tested.
pub(super) async fn world(size: u32) -> Vec<Node> {
    let mut nodes = Vec::new();
    for number in 0..size {
        let key = key(number);
        let shelf = Shelf::kademlia(key.public().to_peer_id());
        nodes.push(Node::start(key, shelf).await);
    }
    for (number, node) in nodes.iter().enumerate() {
        let key = kad::KBucketKey::from(node.peer);
        let mut others: Vec<_> = nodes.iter().map(|other| (other.peer, other.address.clone())).collect();
        others.sort_by_key(|(other, _)| key.distance(&kad::KBucketKey::from(*other)));
        let far = others.split_off(NEAR + 1);
        others.extend(far.into_iter().skip(number % EACH).step_by(EACH));
        node.does(move |swarm, _| {
            for (peer, address) in others.into_iter().skip(1) {
                swarm.behaviour_mut().kad.add_address(&peer, address);
            }
        })
        .await;
    }
    nodes
}

/// Room `number` and what it needs to sign cards.
pub(super) fn session(number: u8) -> Session {
    let (from, until) = (UnixMs(now().0 - 3_600_000), UnixMs(now().0 + 3_600_000));
    Session::new([number; 32], &SigningKey::from_bytes(&[number ^ 0xff; 32]), from, until).unwrap()
}

/// A card that ends then.
pub(super) fn card(session: &Session, sequence: u64, expires: UnixMs) -> SignedCard {
    let card = Card {
        title: "A room".into(),
        description: String::new(),
        tags: Vec::new(),
        languages: Vec::new(),
        adult: false,
        tracks: Vec::new(),
        on_air_since: Some(UnixMs(expires.0 - 1000)),
        viewers: Viewers::of(0),
        access: Access::Open,
        price: None,
        snapshot: None,
        generation: 0,
        epoch: EpochLength::default(),
        peer: None,
        reach: Vec::new(),
        sequence,
        issued: UnixMs(expires.0 - 1000),
        expires,
    };
    SignedCard::sign(card, session).unwrap()
}

/// A card that is good for a while.
pub(super) fn lasting(session: &Session, sequence: u64) -> SignedCard {
    card(session, sequence, UnixMs(now().0 + 120_000))
}

/// Its bytes with one of them changed.
pub(super) fn spoiled(card: &SignedCard) -> Vec<u8> {
    let mut bytes = Bytes::clone(card.bytes()).to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    bytes
}
