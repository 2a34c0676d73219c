//! The connections that stand, per peer. A connection is in here as long as its handler lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use libp2p::swarm::ConnectionId;
use libp2p::{PeerId, StreamProtocol};
use parlor_protocol::clock::Time;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::OpenError;
use super::limits::{Limits, Quota};

/// The connections that stand; clones are handles to the same ones.
#[derive(Debug, Clone)]
pub(super) struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    /// Streams that all peers together have opened to us.
    inbound: Arc<Semaphore>,
    start: Instant,
    peers: Mutex<HashMap<PeerId, Peer>>,
}

#[derive(Debug)]
struct Peer {
    /// Oldest first.
    connections: Vec<Connection>,
    quota: Arc<Quota>,
    opening: Arc<Semaphore>,
}

#[derive(Debug)]
struct Connection {
    id: ConnectionId,
    relayed: bool,
    requests: mpsc::Sender<Request>,
}

/// Asks a handler for a stream.
#[derive(Debug)]
pub(crate) struct Request {
    /// What it shall speak.
    pub(super) protocol: StreamProtocol,
    /// Where the stream goes.
    pub(super) reply: oneshot::Sender<Result<Opened, OpenError>>,
    /// Its place among those that are being opened.
    pub(super) permit: OwnedSemaphorePermit,
}

/// A stream on which the protocol is agreed, and that the peer has not taken yet.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The stream.
    pub(super) stream: libp2p::Stream,
    /// Its place among those that are being opened.
    pub(super) permit: OwnedSemaphorePermit,
}

/// A connection's place in the registry, which it leaves when this is dropped.
#[derive(Debug)]
pub(super) struct Registration {
    registry: Registry,
    peer: PeerId,
    id: ConnectionId,
}

impl Registry {
    /// Nobody is connected.
    pub(super) fn new(limits: Limits) -> Self {
        let inbound = Arc::new(Semaphore::new(limits.inbound));
        Self(Arc::new(Inner { limits, inbound, start: Instant::now(), peers: Mutex::default() }))
    }

    /// The node's ceilings.
    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Now, as the quotas count it.
    pub(super) fn now(&self) -> Time {
        Time::ZERO + self.0.start.elapsed()
    }

    /// Adds a connection: the place that it has, what it is asked for, and what its peer may open.
    pub(super) fn add(
        &self,
        peer: PeerId,
        id: ConnectionId,
        relayed: bool,
    ) -> (Registration, mpsc::Receiver<Request>, Arc<Quota>) {
        let Limits { opening_per_peer, .. } = self.0.limits;
        // Each request holds one of the peer's permits, so there is room for all.
        let (requests, asked) = mpsc::channel(opening_per_peer.max(1));
        let mut peers = self.lock();
        let known = peers.entry(peer).or_insert_with(|| Peer {
            connections: Vec::new(),
            quota: Arc::new(Quota::new(&self.0.limits, self.0.inbound.clone(), self.now())),
            opening: Arc::new(Semaphore::new(opening_per_peer)),
        });
        known.connections.push(Connection { id, relayed, requests });
        let quota = known.quota.clone();
        drop(peers);
        (Registration { registry: self.clone(), peer, id }, asked, quota)
    }

    /// Whether there is a direct connection to this peer.
    pub(super) fn is_direct(&self, peer: &PeerId) -> bool {
        self.lock().get(peer).is_some_and(|peer| peer.connections.iter().any(|one| !one.relayed))
    }

    /// Whom to ask for a stream to this peer, with which permit, and whether it will be relayed. A direct connection
    /// goes before a relayed one; of those the newest, which is known to work while an older one may be dying unnoticed.
    pub(super) fn best(
        &self,
        peer: &PeerId,
    ) -> Result<(mpsc::Sender<Request>, OwnedSemaphorePermit, bool), OpenError> {
        let peers = self.lock();
        let peer = peers.get(peer).ok_or(OpenError::NotConnected)?;
        // The last of the greatest.
        let best = peer.connections.iter().max_by_key(|connection| !connection.relayed);
        let best = best.ok_or(OpenError::NotConnected)?;
        let permit = peer.opening.clone().try_acquire_owned().map_err(|_| OpenError::TooMany)?;
        Ok((best.requests.clone(), permit, best.relayed))
    }

    /// How many peers it knows.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PeerId, Peer>> {
        self.0.peers.lock().expect("no holder of the registry's lock panics")
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut peers = self.registry.lock();
        if let Some(peer) = peers.get_mut(&self.peer) {
            peer.connections.retain(|connection| connection.id != self.id);
            if peer.connections.is_empty() {
                peers.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a stream, and tells which of the connections was asked.
    fn asked(registry: &Registry, peer: &PeerId, connections: &mut [&mut mpsc::Receiver<Request>]) -> usize {
        let (requests, permit, _) = registry.best(peer).unwrap();
        let (reply, _) = oneshot::channel();
        requests.try_send(Request { protocol: StreamProtocol::new("/test"), reply, permit }).unwrap();
        connections.iter_mut().position(|connection| connection.try_recv().is_ok()).unwrap()
    }

    #[test]
    fn a_direct_connection_goes_first_and_a_newer_one() {
        let registry = Registry::new(Limits::default());
        let peer = PeerId::random();
        let id = ConnectionId::new_unchecked;
        let (_old, mut old, _) = registry.add(peer, id(1), true);
        assert_eq!(asked(&registry, &peer, &mut [&mut old]), 0);
        let (direct_place, mut direct, _) = registry.add(peer, id(2), false);
        let (_late, mut late, _) = registry.add(peer, id(3), true);
        assert_eq!(asked(&registry, &peer, &mut [&mut old, &mut direct, &mut late]), 1);
        let (newer_place, mut newer, _) = registry.add(peer, id(4), false);
        assert_eq!(asked(&registry, &peer, &mut [&mut old, &mut direct, &mut late, &mut newer]), 3);
        drop((direct_place, newer_place));
        assert_eq!(asked(&registry, &peer, &mut [&mut old, &mut direct, &mut late, &mut newer]), 2);
    }

    #[test]
    fn a_peer_without_connections_is_forgotten() {
        let registry = Registry::new(Limits::default());
        let peer = PeerId::random();
        let (first, _asked, _) = registry.add(peer, ConnectionId::new_unchecked(1), false);
        let (second, _asked, _) = registry.add(peer, ConnectionId::new_unchecked(2), false);
        drop(first);
        assert_eq!(registry.len(), 1);
        drop(second);
        assert_eq!(registry.len(), 0);
        assert!(matches!(registry.best(&peer), Err(OpenError::NotConnected)));
    }

    #[test]
    fn no_more_than_so_many_are_opened_at_once() {
        let registry = Registry::new(Limits { opening_per_peer: 2, ..Limits::default() });
        let peer = PeerId::random();
        let _place = registry.add(peer, ConnectionId::new_unchecked(1), false);
        let _held = (registry.best(&peer).unwrap(), registry.best(&peer).unwrap());
        assert!(matches!(registry.best(&peer), Err(OpenError::TooMany)));
    }
}
