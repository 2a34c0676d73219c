//! Listening, dialling, and who is let in.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures::FutureExt;
use libp2p::core::Endpoint as Role;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportError, TransportEvent};
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId};
use quinn::{ClientConfig, Endpoint, Incoming, ServerConfig, TransportConfig};

use super::address::{Place, multiaddr};
use super::config::{anywhere, endpoint};
use super::connection::{Connecting, connect};
use super::hole::Holes;
use super::listener::{self, Listener};
use super::tls::Identity;
use super::{Config, Error};

/// The name that TLS wants for a server; nobody sees it.
const SERVER_NAME: &str = "libp2p";

/// Handshakes with who connects to us, from which on everybody must first show that they are at their address (RFC 9000,
/// section 8.1.2). It costs them a round trip, and who lies about their address everything.
const WARY_FROM: usize = 64;
/// Handshakes at a time with who connects to us. Each costs a signature and some 20 kB; further ones get no answer, and
/// clients try again by themselves.
const MAX_HANDSHAKES: usize = 256;

/// How many a listener turns away before others have their turn.
const REFUSALS_PER_TURN: usize = 64;

/// QUIC as a transport of libp2p.
///
/// Dials from a socket that listens where one reaches the address, so that routers see one address of ours for all.
pub(crate) struct Transport {
    config: Config,
    identity: Identity,
    parameters: Arc<TransportConfig>,
    server: ServerConfig,
    listeners: Vec<Listener>,
    /// Whose turn it is first, so that a flood at one listener does not silence the others.
    turn: usize,
    /// Sockets to dial from where none listens: for IPv4, and for IPv6.
    dialers: [Option<Endpoint>; 2],
    holes: Holes,
    /// One clone for each handshake with who connects to us.
    handshakes: Arc<()>,
    removed: VecDeque<ListenerId>,
    waker: Option<Waker>,
}

impl Transport {
    /// A transport for the node with this key, which listens nowhere yet. It must be used within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Certificate`] and [`Error::Tls`], if the key can't sign.
    pub(crate) fn new(key: &Keypair) -> Result<Self, Error> {
        Self::with_config(key, Config::default())
    }

    /// The same with other settings.
    pub(crate) fn with_config(key: &Keypair, config: Config) -> Result<Self, Error> {
        let identity = Identity::new(key)?;
        Ok(Self {
            parameters: config.transport(),
            server: config.server(&identity)?,
            config,
            identity,
            listeners: Vec::new(),
            turn: 0,
            dialers: [None, None],
            holes: Holes::default(),
            handshakes: Arc::new(()),
            removed: VecDeque::new(),
            waker: None,
        })
    }

    fn connect(&mut self, place: Place, port: PortUse) -> Result<Connecting, Error> {
        let endpoint = self.dialer(place.socket.ip(), port)?;
        let mut client = ClientConfig::new(Arc::new(self.identity.client(place.peer)?));
        client.transport_config(self.parameters.clone());
        let limit = self.config.handshake_timeout;
        let connecting = async move {
            let connecting = endpoint.connect_with(client, place.socket, SERVER_NAME)?;
            connect(connecting, limit, None).await
        };
        Ok(connecting.boxed())
    }

    fn punch(&mut self, place: Place, peer: PeerId) -> Result<Connecting, Error> {
        let ip = place.socket.ip();
        let listener =
            self.listeners.iter().find(|listener| listener.reaches(ip)).ok_or(Error::NotListening)?;
        let hole = self.holes.begin(listener.socket()?, place.socket)?;
        Ok(hole.punch(peer, self.config.handshake_timeout).boxed())
    }

    fn dialer(&mut self, remote: IpAddr, port: PortUse) -> Result<Endpoint, Error> {
        if port == PortUse::New {
            return Ok(endpoint(anywhere(remote), None)?.0);
        }
        if let Some(listener) = self.listeners.iter().find(|listener| listener.reaches(remote)) {
            return Ok(listener.endpoint().clone());
        }
        let dialer = &mut self.dialers[usize::from(remote.is_ipv6())];
        if let Some(dialer) = dialer {
            return Ok(dialer.clone());
        }
        Ok(dialer.insert(endpoint(anywhere(remote), None)?.0).clone())
    }

    /// Lets somebody in, unless there are too many at the door.
    fn admit(&mut self, index: usize, incoming: Incoming) -> Option<TransportEvent<Connecting, Error>> {
        let handshakes = Arc::strong_count(&self.handshakes) - 1;
        if handshakes >= MAX_HANDSHAKES {
            incoming.ignore();
            return None;
        }
        if handshakes >= WARY_FROM && !incoming.remote_address_validated() {
            // It fails for those alone who have shown their address.
            let _ = incoming.retry();
            return None;
        }
        let listener = &self.listeners[index];
        let remote = incoming.remote_address();
        let (listener_id, local_addr) = (listener.id(), listener.local(&incoming));
        // What fails here is the client's hello, which nobody needs to hear of.
        let connecting = incoming.accept().ok()?;
        let upgrade = connect(connecting, self.config.handshake_timeout, Some(self.handshakes.clone()));
        let upgrade = self.holes.fill(remote, upgrade)?;
        Some(TransportEvent::Incoming { listener_id, upgrade, local_addr, send_back_addr: multiaddr(remote) })
    }

    fn poll_listener(
        &mut self,
        index: usize,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Connecting, Error>> {
        let listener_id = self.listeners[index].id();
        for _ in 0..REFUSALS_PER_TURN {
            let Poll::Ready(event) = self.listeners[index].poll(cx) else { return Poll::Pending };
            return Poll::Ready(match event {
                listener::Event::Address(listen_addr) => {
                    TransportEvent::NewAddress { listener_id, listen_addr }
                }
                listener::Event::Expired(listen_addr) => {
                    TransportEvent::AddressExpired { listener_id, listen_addr }
                }
                listener::Event::Blind(error) => TransportEvent::ListenerError { listener_id, error },
                listener::Event::Closed => {
                    self.listeners.swap_remove(index);
                    TransportEvent::ListenerClosed { listener_id, reason: Ok(()) }
                }
                listener::Event::Incoming(incoming) => match self.admit(index, *incoming) {
                    Some(event) => event,
                    None => continue,
                },
            });
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl libp2p::core::Transport for Transport {
    type Output = (PeerId, StreamMuxerBox);
    type Error = Error;
    type ListenerUpgrade = Connecting;
    type Dial = Connecting;

    /// Listens at an address of this machine, or at all of them: `/ip4/0.0.0.0` or `/ip6/::`, whose addresses are told
    /// as they come and go. Each family has its own socket.
    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<Error>> {
        let place = Place::parse(&address).ok_or(TransportError::MultiaddrNotSupported(address))?;
        let listener = Listener::new(id, place.socket, self.server.clone()).map_err(TransportError::Other)?;
        // Whom the old one dialled keeps it; from now on the listener dials.
        self.dialers[usize::from(place.socket.is_ipv6())] = None;
        self.listeners.push(listener);
        self.wake();
        Ok(())
    }

    /// Takes no more connections there. Those that stand go on.
    fn remove_listener(&mut self, id: ListenerId) -> bool {
        let Some(index) = self.listeners.iter().position(|listener| listener.id() == id) else {
            return false;
        };
        self.listeners.swap_remove(index).close();
        self.removed.push_back(id);
        self.wake();
        true
    }

    /// Dials, or as the listener of a connection to be, punches a hole for who dials us (libp2p specification
    /// `relay/DCUtR.md`); for that the peer must be named.
    fn dial(&mut self, address: Multiaddr, options: DialOpts) -> Result<Connecting, TransportError<Error>> {
        let Some(place) = Place::parse(&address).filter(Place::is_dialable) else {
            return Err(TransportError::MultiaddrNotSupported(address));
        };
        let connecting = match (options.role, place.peer) {
            (Role::Dialer, _) => self.connect(place, options.port_use),
            (Role::Listener, Some(peer)) => self.punch(place, peer),
            (Role::Listener, None) => return Err(TransportError::MultiaddrNotSupported(address)),
        };
        connecting.map_err(TransportError::Other)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TransportEvent<Connecting, Error>> {
        if let Some(listener_id) = self.removed.pop_front() {
            return Poll::Ready(TransportEvent::ListenerClosed { listener_id, reason: Ok(()) });
        }
        let count = self.listeners.len();
        for offset in 0..count {
            let index = (self.turn + offset) % count;
            if let Poll::Ready(event) = self.poll_listener(index, cx) {
                self.turn = index + 1;
                return Poll::Ready(event);
            }
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
