//! Swarms on loopback that open streams to each other.

mod events;
mod flood;
mod opening;
mod relayed;

use std::pin::pin;

use futures::future::{Either, join_all, select};
use futures::stream::FuturesUnordered;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::core::Transport as _;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::OrTransport;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, noise, relay, yamux};
use tokio::sync::mpsc;

use super::super::quic;
use super::*;

const TALK: StreamProtocol = StreamProtocol::new("/test/talk/1");
const WATCH: StreamProtocol = StreamProtocol::new("/test/watch/1");

#[derive(NetworkBehaviour)]
struct All {
    streams: Behaviour,
    circuits: relay::client::Behaviour,
    relay: Toggle<relay::Behaviour>,
}

type Order = Box<dyn FnOnce(&mut Swarm<All>) + Send>;

/// A swarm that runs by itself until this is dropped.
struct Node {
    peer: PeerId,
    control: Control,
    talk: Incoming,
    watch: Incoming,
    /// What the swarm said of its streams.
    events: mpsc::UnboundedReceiver<Event>,
    /// Under which addresses it listens.
    addresses: mpsc::UnboundedReceiver<Multiaddr>,
    /// For each new connection, whether it runs over a relay's circuit.
    relayed: mpsc::UnboundedReceiver<bool>,
    orders: mpsc::UnboundedSender<Order>,
}

impl Node {
    fn new() -> Self {
        Self::with(Limits::default(), false)
    }

    fn limited(limits: Limits) -> Self {
        Self::with(limits, false)
    }

    fn with(limits: Limits, relays: bool) -> Self {
        let key = Keypair::generate_ed25519();
        let peer = key.public().to_peer_id();
        let (streams, control, [talk, watch]) = Behaviour::new([TALK, WATCH], limits);
        let (circuits, client) = relay::client::new(peer);
        let circuits = circuits
            .upgrade(Version::V1)
            .authenticate(noise::Config::new(&key).unwrap())
            .multiplex(yamux::Config::default())
            .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
        let quic = quic::Transport::new(&key).unwrap();
        let transport = OrTransport::new(circuits, quic).map(|either, _| either.into_inner()).boxed();
        let relay = relays.then(|| relay::Behaviour::new(peer, relay::Config::default())).into();
        let behaviour = All { streams, circuits: client, relay };
        let swarm = Swarm::new(transport, behaviour, peer, libp2p::swarm::Config::with_tokio_executor());
        let (event_sender, events) = mpsc::unbounded_channel();
        let (address_sender, addresses) = mpsc::unbounded_channel();
        let (relayed_sender, relayed) = mpsc::unbounded_channel();
        let (orders, ordered) = mpsc::unbounded_channel();
        tokio::spawn(run(swarm, ordered, event_sender, address_sender, relayed_sender));
        Self { peer, control, talk, watch, events, addresses, relayed, orders }
    }

    fn order(&self, order: impl FnOnce(&mut Swarm<All>) + Send + 'static) {
        self.orders.send(Box::new(order)).unwrap();
    }

    async fn listen(&mut self) -> Multiaddr {
        self.order(|swarm| {
            swarm.listen_on("/ip4/127.0.0.1/udp/0/quic-v1".parse().unwrap()).unwrap();
        });
        self.addresses.recv().await.unwrap()
    }

    fn dial(&self, peer: PeerId, address: Multiaddr) {
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![address]);
        self.order(move |swarm| swarm.dial(options.build()).unwrap());
    }

    async fn event(&mut self) -> Event {
        self.events.recv().await.unwrap()
    }

    async fn open(&self, to: &Self) -> Result<Stream, OpenError> {
        self.control.open(to.peer, TALK).await
    }
}

async fn run(
    mut swarm: Swarm<All>,
    mut orders: mpsc::UnboundedReceiver<Order>,
    events: mpsc::UnboundedSender<Event>,
    addresses: mpsc::UnboundedSender<Multiaddr>,
    relayed: mpsc::UnboundedSender<bool>,
) {
    loop {
        let event = match select(swarm.next(), pin!(orders.recv())).await {
            Either::Left((event, _)) => event.unwrap(),
            Either::Right((Some(order), _)) => {
                order(&mut swarm);
                continue;
            }
            Either::Right((None, _)) => return,
        };
        // Nobody may listen any more.
        match event {
            SwarmEvent::Behaviour(AllEvent::Streams(event)) => drop(events.send(event)),
            SwarmEvent::ConnectionEstablished { endpoint, .. } => drop(relayed.send(endpoint.is_relayed())),
            SwarmEvent::NewListenAddr { address, .. } => {
                // A relay tells only addresses that others can reach.
                swarm.add_external_address(address.clone());
                let _ = addresses.send(address);
            }
            _ => {}
        }
    }
}

/// A node that listens, and one that is connected to it.
async fn pair(host: Limits, guest: Limits) -> (Node, Node) {
    let (mut host, mut guest) = (Node::limited(host), Node::limited(guest));
    let address = host.listen().await;
    guest.dial(host.peer, address);
    assert_eq!(guest.event().await, Event::Connected { peer: host.peer, relayed: false });
    assert_eq!(host.event().await, Event::Connected { peer: guest.peer, relayed: false });
    (host, guest)
}

/// Says one word, and hears another.
async fn exchange(asking: &mut Stream, answering: &mut Stream) {
    let mut word = [0; 4];
    asking.write_all(b"word").await.unwrap();
    asking.flush().await.unwrap();
    answering.read_exact(&mut word).await.unwrap();
    answering.write_all(&word).await.unwrap();
    answering.flush().await.unwrap();
    asking.read_exact(&mut word).await.unwrap();
    assert_eq!(&word, b"word");
}

/// A stream that one opens and the other takes.
async fn stream(from: &Node, to: &mut Node) -> (Stream, Inbound) {
    let peer = to.peer;
    let taken = async {
        let mut inbound = to.talk.next().await.unwrap();
        inbound.stream.flush().await.unwrap();
        inbound
    };
    let (opened, inbound) = futures::join!(from.control.open(peer, TALK), taken);
    assert_eq!((inbound.peer, &inbound.protocol), (from.peer, &TALK));
    (opened.unwrap(), inbound)
}
