//! Nodes that were started to serve others, by which this one finds the network again.

use libp2p::Multiaddr;
use serde::{Deserialize, Serialize};

use super::reach::peer_of;

/// Servers that are remembered: with one of them the node finds the network again, and some will be gone.
const MAX_SERVERS: usize = 8;

/// Servers, 8 at most, the latest last; each with its peer id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Servers(Vec<Multiaddr>);

impl Servers {
    /// Notes a server, in place of what was known of it. Whether anything is new.
    pub fn meet(&mut self, server: &Multiaddr) -> bool {
        if self.0.contains(server) || peer_of(server).is_none() {
            return false;
        }
        self.0.retain(|known| peer_of(known) != peer_of(server));
        self.0.push(server.clone());
        let more = self.0.len().saturating_sub(MAX_SERVERS);
        self.0.drain(..more);
        true
    }

    /// Notes all of these. Whether anything is new.
    pub fn meet_all(&mut self, others: &Self) -> bool {
        // All of them, not only until one is new.
        let new = others.0.iter().filter(|server| self.meet(server)).count();
        new > 0
    }

    /// Their addresses.
    pub fn iter(&self) -> impl Iterator<Item = &Multiaddr> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use libp2p::PeerId;

    use super::*;

    #[test]
    fn the_latest_are_remembered() {
        let mut servers = Servers::default();
        let peer = PeerId::random();
        let server = |host: usize, peer: PeerId| -> Multiaddr {
            format!("/ip4/203.0.113.{host}/udp/4001/quic-v1/p2p/{peer}").parse().unwrap()
        };
        assert!(servers.meet(&server(1, peer)));
        assert!(!servers.meet(&server(1, peer)));
        // It has moved.
        assert!(servers.meet(&server(2, peer)));
        assert!(servers.iter().eq([&server(2, peer)]));
        for host in 3..3 + MAX_SERVERS {
            assert!(servers.meet(&server(host, PeerId::random())));
        }
        assert_eq!(servers.iter().count(), MAX_SERVERS);
        assert!(servers.iter().all(|known| *known != server(2, peer)));
        assert!(!servers.meet(&"/ip4/203.0.113.1/udp/4001/quic-v1".parse().unwrap()), "nobody's address");
    }
}
