//! What the tasks of every carried room share.

use std::sync::{Arc, Mutex};

use libp2p::PeerId;
use parlor_protocol::clock::Time;
use parlor_protocol::limit::{BARRING, Misdeeds};
use tokio::time::Instant;

use super::links::Links;
use super::upload::Upload;
use crate::swarm::Network;

/// What the tasks of a carried room need of the node.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) network: Network,
    pub(super) links: Links,
    pub(super) upload: Arc<Upload>,
    misdeeds: Arc<Mutex<Misdeeds<PeerId>>>,
    start: Instant,
}

impl Means {
    /// With nobody known for misdeeds.
    pub(super) fn new(network: Network, links: Links, upload: Arc<Upload>) -> Self {
        Self { network, links, upload, misdeeds: Arc::default(), start: Instant::now() }
    }

    /// Drops a peer, and remembers it.
    pub(super) fn misbehaved(&self, peer: PeerId) {
        let now = Time::ZERO + self.start.elapsed();
        let is_barred = {
            let mut misdeeds = self.misdeeds.lock().expect("no holder of this lock panics");
            misdeeds.add(now, &peer, BARRING);
            misdeeds.bars(now, &peer)
        };
        let network = self.network.clone();
        tokio::spawn(async move {
            if is_barred {
                network.bar(peer).await;
            } else {
                network.disconnect(peer).await;
            }
        });
    }
}
