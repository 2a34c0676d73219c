//! Tells the swarm under which addresses peers see us, as they see them.
//!
//! `identify` 0.48 replaces the port that a peer saw with the port that we listen on. Behind a router that gives each
//! flow a port of its own choosing, hole punching then aims at a port where nobody is. So what peers saw goes in as it
//! is, beside what `identify` makes of it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};

/// Addresses that wait to be told. Each connection brings one; the swarm takes them with every turn.
const MAX_WAITING: usize = 64;

/// The behaviour; it handles no connection.
#[derive(Default)]
pub(super) struct Behaviour {
    seen: VecDeque<Multiaddr>,
}

impl Behaviour {
    /// A peer saw us under this address.
    pub(super) fn add(&mut self, address: Multiaddr) {
        if self.seen.len() < MAX_WAITING {
            self.seen.push_back(address);
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        match self.seen.pop_front() {
            Some(address) => Poll::Ready(ToSwarm::NewExternalAddrCandidate(address)),
            // Added to only by who polls the swarm next.
            None => Poll::Pending,
        }
    }
}
