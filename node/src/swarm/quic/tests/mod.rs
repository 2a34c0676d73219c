//! Transports on loopback, ours and stock libp2p's.

mod holes;
mod interop;
mod life;
mod listening;
mod streams;

use std::future::poll_fn;
use std::pin::Pin;

use futures::future::{Either, select};
use futures::pin_mut;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerBox, SubstreamBox};
use libp2p::core::transport::{Boxed, DialOpts, ListenerId, PortUse, TransportEvent};
use libp2p::core::{Endpoint, Transport as _};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use super::transport::Transport;

type Established = (PeerId, StreamMuxerBox);

const DIAL: DialOpts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };

/// A transport, and whose it is.
struct Node {
    peer: PeerId,
    transport: Boxed<Established>,
}

impl Node {
    fn new() -> Self {
        let key = Keypair::generate_ed25519();
        let transport = Transport::new(&key).unwrap().boxed();
        Self { peer: key.public().to_peer_id(), transport }
    }

    /// What other libp2p nodes use.
    fn stock() -> Self {
        let key = Keypair::generate_ed25519();
        let transport = libp2p_quic::tokio::Transport::new(libp2p_quic::Config::new(&key));
        let transport = transport.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed();
        Self { peer: key.public().to_peer_id(), transport }
    }

    /// Listens, and tells the first address with the peer behind it.
    async fn listen(&mut self, address: &str) -> Multiaddr {
        self.transport.listen_on(ListenerId::next(), address.parse().unwrap()).unwrap();
        match self.event().await {
            TransportEvent::NewAddress { listen_addr, .. } => listen_addr.with(Protocol::P2p(self.peer)),
            other => panic!("no address but {other:?}"),
        }
    }

    async fn event(&mut self) -> TransportEvent<Upgrade, std::io::Error> {
        poll_fn(|cx| Pin::new(&mut self.transport).poll(cx)).await
    }

    /// The next who comes in, and from where.
    async fn accept(&mut self) -> (std::io::Result<Established>, Multiaddr) {
        match self.event().await {
            TransportEvent::Incoming { upgrade, send_back_addr, .. } => (upgrade.await, send_back_addr),
            other => panic!("nobody but {other:?}"),
        }
    }

    /// Runs a future while the transport runs; nobody may come in meanwhile.
    async fn during<T>(&mut self, future: impl Future<Output = T>) -> T {
        let alone = self.event();
        pin_mut!(alone, future);
        match select(future, alone).await {
            Either::Left((done, _)) => done,
            Either::Right((event, _)) => panic!("unexpected {event:?}"),
        }
    }

    /// A connection that this node makes to one that listens at `address`.
    async fn connect(&mut self, to: &mut Self, address: &Multiaddr) -> (StreamMuxerBox, StreamMuxerBox) {
        let dialling = self.transport.dial(address.clone(), DIAL).unwrap();
        let (dialled, (accepted, _)) = futures::join!(dialling, to.accept());
        let ((there, ours), (here, theirs)) = (dialled.unwrap(), accepted.unwrap());
        assert_eq!((there, here), (to.peer, self.peer));
        (ours, theirs)
    }
}

type Upgrade = <Boxed<Established> as libp2p::core::Transport>::ListenerUpgrade;

/// Two nodes of ours with a connection between them.
async fn pair() -> (Node, Node, StreamMuxerBox, StreamMuxerBox) {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let address = host.listen("/ip4/127.0.0.1/udp/0/quic-v1").await;
    let (ours, theirs) = guest.connect(&mut host, &address).await;
    (host, guest, theirs, ours)
}

fn port(address: &Multiaddr) -> u16 {
    let port = address.iter().find_map(|part| if let Protocol::Udp(port) = part { Some(port) } else { None });
    port.unwrap()
}

async fn open(muxer: &mut StreamMuxerBox) -> std::io::Result<SubstreamBox> {
    poll_fn(|cx| Pin::new(&mut *muxer).poll_outbound(cx)).await
}

async fn accept(muxer: &mut StreamMuxerBox) -> std::io::Result<SubstreamBox> {
    poll_fn(|cx| Pin::new(&mut *muxer).poll_inbound(cx)).await
}

async fn close(muxer: &mut StreamMuxerBox) {
    poll_fn(|cx| Pin::new(&mut *muxer).poll_close(cx)).await.unwrap();
}

/// Waits until the connection breaks.
async fn end(muxer: &mut StreamMuxerBox) -> std::io::Error {
    poll_fn(|cx| Pin::new(&mut *muxer).poll(cx)).await.unwrap_err()
}
