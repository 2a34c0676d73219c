//! A transport that leads nowhere but to the chosen relays: what keeps a hidden host from ever sending a packet to
//! anybody else, whatever a protocol above it comes up with.

use std::pin::Pin;
use std::task::{Context, Poll};

use libp2p::Multiaddr;
use libp2p::core::Transport;
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};

/// A transport behind a fence.
pub(super) struct Fence<T> {
    inner: T,
    /// Where it may lead, without peer ids; `None`: anywhere.
    allowed: Option<Vec<Multiaddr>>,
}

impl<T> Fence<T> {
    /// No fence.
    pub(super) fn open(inner: T) -> Self {
        Self { inner, allowed: None }
    }

    /// A fence around everything but these addresses. Nothing listens behind it either.
    pub(super) fn around(inner: T, allowed: &[Multiaddr]) -> Self {
        Self { inner, allowed: Some(allowed.iter().map(without_peer).collect()) }
    }

    fn admits(&self, address: &Multiaddr) -> bool {
        let is_listed = |allowed: &Vec<Multiaddr>| allowed.contains(&without_peer(address));
        self.allowed.as_ref().is_none_or(is_listed)
    }
}

impl<T: Transport + Unpin> Transport for Fence<T> {
    type Output = T::Output;
    type Error = T::Error;
    type ListenerUpgrade = T::ListenerUpgrade;
    type Dial = T::Dial;

    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<T::Error>> {
        if self.allowed.is_some() {
            return Err(TransportError::MultiaddrNotSupported(address));
        }
        self.inner.listen_on(id, address)
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.inner.remove_listener(id)
    }

    fn dial(&mut self, address: Multiaddr, options: DialOpts) -> Result<T::Dial, TransportError<T::Error>> {
        if !self.admits(&address) {
            return Err(TransportError::MultiaddrNotSupported(address));
        }
        self.inner.dial(address, options)
    }

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<TransportEvent<T::ListenerUpgrade, T::Error>> {
        Pin::new(&mut self.inner).poll(context)
    }
}

fn without_peer(address: &Multiaddr) -> Multiaddr {
    address.iter().filter(|part| !matches!(part, libp2p::multiaddr::Protocol::P2p(_))).collect()
}
