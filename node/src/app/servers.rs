//! Servers that the node has met, so that it finds the network again without being told.

use crate::store::Store;
use crate::swarm::Network;

/// Keeps every server that is met, for as long as it is polled.
pub(super) async fn remember(network: &Network, store: &Store) {
    let mut standing = network.standing();
    loop {
        let met = standing.borrow_and_update().servers.clone();
        let mut known = store.settings().network.servers;
        if known.meet_all(&met)
            && let Err(error) = store.change(|settings| settings.network.servers = known)
        {
            tracing::warn!("{error}; the servers that were met are forgotten when the node stops");
        }
        if standing.changed().await.is_err() {
            // The network has ended.
            return std::future::pending().await;
        }
    }
}
