//! One socket that listens: under which addresses, and who comes in.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::task::{Context, Poll};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use libp2p::Multiaddr;
use libp2p::core::transport::ListenerId;
use quinn::{Incoming, ServerConfig};

use super::{Error, address, config};

/// A socket that listens.
pub(super) struct Listener {
    id: ListenerId,
    endpoint: quinn::Endpoint,
    /// A copy of the endpoint's socket, for packets that are not QUIC.
    socket: UdpSocket,
    local: SocketAddr,
    incoming: BoxStream<'static, Incoming>,
    /// The one address of a socket that has one, until it is told.
    untold: Option<Multiaddr>,
    /// Tells the addresses of a socket that is bound to all of them.
    watcher: Option<IfWatcher>,
}

/// What a listener has to say.
pub(super) enum Event {
    /// It can be reached under this address.
    Address(Multiaddr),
    /// It can't be reached under this address any more.
    Expired(Multiaddr),
    /// Somebody wants to connect.
    Incoming(Box<Incoming>),
    /// It does not learn of further addresses.
    Blind(Error),
    /// Its socket is gone.
    Closed,
}

impl Listener {
    /// Listens at `local`: an address of this machine or the unspecified one, port 0 for any free one.
    pub(super) fn new(id: ListenerId, local: SocketAddr, server: ServerConfig) -> Result<Self, Error> {
        let (endpoint, socket) = config::endpoint(local, Some(server))?;
        let local = socket.local_addr()?;
        let everywhere = local.ip().is_unspecified();
        Ok(Self {
            id,
            incoming: incoming(endpoint.clone()),
            endpoint,
            socket,
            local,
            untold: (!everywhere).then(|| address::multiaddr(local)),
            watcher: everywhere.then(IfWatcher::new).transpose()?,
        })
    }

    /// Its name.
    pub(super) fn id(&self) -> ListenerId {
        self.id
    }

    /// Where to dial from, to come from the address that we listen at.
    pub(super) fn endpoint(&self) -> &quinn::Endpoint {
        &self.endpoint
    }

    /// Its socket, for packets that are not QUIC.
    pub(super) fn socket(&self) -> Result<UdpSocket, Error> {
        Ok(self.socket.try_clone()?)
    }

    /// Whether packets from here get to `remote`.
    pub(super) fn reaches(&self, remote: IpAddr) -> bool {
        address::reaches(self.local.ip(), remote)
    }

    /// Our address, as who comes in sees it.
    pub(super) fn local(&self, incoming: &Incoming) -> Multiaddr {
        let ip = incoming.local_ip().unwrap_or(self.local.ip());
        address::multiaddr(SocketAddr::new(ip, self.local.port()))
    }

    /// Takes no more connections. Those that stand keep the socket until they end.
    pub(super) fn close(self) {
        self.endpoint.set_server_config(None);
    }

    /// What happens next.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if let Some(address) = self.untold.take() {
            return Poll::Ready(Event::Address(address));
        }
        if let Poll::Ready(event) = self.poll_watcher(cx) {
            return Poll::Ready(event);
        }
        self.incoming
            .poll_next_unpin(cx)
            .map(|incoming| incoming.map_or(Event::Closed, |incoming| Event::Incoming(Box::new(incoming))))
    }

    fn poll_watcher(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        while let Some(watcher) = &mut self.watcher {
            let Poll::Ready(event) = watcher.poll_if_event(cx) else { break };
            let (ip, is_up) = match event {
                Ok(IfEvent::Up(net)) => (net.addr(), true),
                Ok(IfEvent::Down(net)) => (net.addr(), false),
                Err(error) => {
                    // It would say so for ever.
                    self.watcher = None;
                    return Poll::Ready(Event::Blind(error.into()));
                }
            };
            if self.is_ours(ip) {
                let address = address::multiaddr(SocketAddr::new(ip, self.local.port()));
                return Poll::Ready(if is_up { Event::Address(address) } else { Event::Expired(address) });
            }
        }
        Poll::Pending
    }

    /// Of our family, and no IPv6 link-local address: that means nothing without the name of a link.
    fn is_ours(&self, ip: IpAddr) -> bool {
        let is_link_local = matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
        ip.is_ipv4() == self.local.is_ipv4() && !is_link_local
    }
}

fn incoming(endpoint: quinn::Endpoint) -> BoxStream<'static, Incoming> {
    let next =
        |endpoint: quinn::Endpoint| async move { endpoint.accept().await.map(|next| (next, endpoint)) };
    stream::unfold(endpoint, next).boxed()
}
