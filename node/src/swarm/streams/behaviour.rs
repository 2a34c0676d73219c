//! The swarm's side of the streams.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::ConnectionEstablished;
use libp2p::swarm::{ConnectionClosed, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, ToSwarm};
use libp2p::{Multiaddr, PeerId, StreamProtocol};

use super::handler::{Flood, Handler};
use super::incoming::Queues;
use super::registry::Registry;
use super::{Control, Incoming, Limits};

/// What becomes of the peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The first connection to this peer stands.
    Connected {
        /// Who it is.
        peer: PeerId,
        /// Whether that connection is a relay's circuit.
        relayed: bool,
    },
    /// The last connection to this peer is gone, and its streams with it.
    Disconnected(PeerId),
    /// The peer goes on opening streams although they are refused. Told once per peer until it is disconnected; the
    /// connections stay, for others to close.
    Flood(PeerId),
}

/// Streams as a part of the swarm.
pub(crate) struct Behaviour {
    registry: Registry,
    queues: Arc<Queues>,
    /// The swarm takes them after each of its own events, which bring one at most.
    events: VecDeque<Event>,
}

impl Behaviour {
    /// A behaviour that takes streams of these protocols; with it the handle that opens streams of any protocol, and where
    /// those of each come in.
    pub(crate) fn new<const N: usize>(
        protocols: [StreamProtocol; N],
        limits: Limits,
    ) -> (Self, Control, [Incoming; N]) {
        let (queues, incoming) = Queues::new(protocols, limits.queue);
        let registry = Registry::new(limits);
        let control = Control::new(registry.clone());
        (Self { registry, queues: Arc::new(queues), events: VecDeque::new() }, control, incoming)
    }

    fn handler(&self, id: ConnectionId, peer: PeerId, ours: &Multiaddr) -> Handler {
        let relayed = ours.iter().any(|part| part == Protocol::P2pCircuit);
        Handler::new(&self.registry, self.queues.clone(), peer, id, relayed)
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(id, peer, local))
    }

    fn handle_established_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        remote: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(id, peer, remote))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(ConnectionEstablished {
                peer_id: peer,
                endpoint,
                other_established: 0,
                ..
            }) => self.events.push_back(Event::Connected { peer, relayed: endpoint.is_relayed() }),
            FromSwarm::ConnectionClosed(ConnectionClosed { peer_id, remaining_established: 0, .. }) => {
                self.events.push_back(Event::Disconnected(peer_id));
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, _: ConnectionId, Flood: Flood) {
        self.events.push_back(Event::Flood(peer));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Event, Infallible>> {
        // Nothing to wake for: the events come from the swarm, which polls after each.
        self.events.pop_front().map_or(Poll::Pending, |event| Poll::Ready(ToSwarm::GenerateEvent(event)))
    }
}
