//! The `[network]` section: how the node takes part in the network of peers.

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use serde::Deserialize;

use super::{ConfigError, Mbps};
use crate::carry::{LobbyPicture, Visibility};
use crate::swarm::{MAX_BOOTSTRAP, MAX_RELAYS, Reach};

/// The node among its peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkConfig {
    /// The UDP and TCP port for peers; 0: any free ones.
    pub port: u16,
    /// Who learns of the room; `None`: as the studio left it.
    pub visibility: Option<Visibility>,
    /// What picture of it stands in lobbies, where it is listed; `None`: as the studio left it.
    pub lobby_picture: Option<LobbyPicture>,
    /// How peers reach the node; `None`: as the studio left it.
    pub reach: Option<Reach>,
    /// Relays, beside those of the studio; each with its peer id.
    pub relays: Vec<Multiaddr>,
    /// Peers to begin with.
    pub bootstrap: Vec<Multiaddr>,
    /// The ceiling of the upload to other nodes; `None`: as the studio left it.
    pub upload_mbps: Option<Mbps>,
    /// Whether nodes on the local network are looked for.
    pub mdns: bool,
}

/// The `[network]` section.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkLayer {
    /// See [`NetworkConfig::port`].
    pub port: Option<u16>,
    /// See [`NetworkConfig::visibility`].
    pub visibility: Option<Visibility>,
    /// See [`NetworkConfig::lobby_picture`].
    pub lobby_picture: Option<LobbyPicture>,
    /// See [`NetworkConfig::reach`].
    pub reach: Option<Reach>,
    /// See [`NetworkConfig::relays`].
    pub relays: Option<Vec<Multiaddr>>,
    /// See [`NetworkConfig::bootstrap`].
    pub bootstrap: Option<Vec<Multiaddr>>,
    /// See [`NetworkConfig::upload_mbps`].
    pub upload_mbps: Option<Mbps>,
    /// See [`NetworkConfig::mdns`].
    pub mdns: Option<bool>,
}

impl NetworkLayer {
    pub(super) fn under(self, over: Self) -> Self {
        Self {
            port: over.port.or(self.port),
            visibility: over.visibility.or(self.visibility),
            lobby_picture: over.lobby_picture.or(self.lobby_picture),
            reach: over.reach.or(self.reach),
            relays: over.relays.or(self.relays),
            bootstrap: over.bootstrap.or(self.bootstrap),
            upload_mbps: over.upload_mbps.or(self.upload_mbps),
            mdns: over.mdns.or(self.mdns),
        }
    }

    pub(super) fn resolve(self) -> Result<NetworkConfig, ConfigError> {
        let relays = self.relays.unwrap_or_default();
        let bootstrap = self.bootstrap.unwrap_or_default();
        if relays.len() > MAX_RELAYS {
            return Err(ConfigError::Network("there are more than 4 relays; remove some"));
        }
        if !relays.iter().all(names_peer) {
            return Err(ConfigError::Network(
                "a relay's address must end with its peer id (/p2p/…); copy all of it from the relay's ready line",
            ));
        }
        if bootstrap.len() > MAX_BOOTSTRAP {
            return Err(ConfigError::Network("there are more than 32 bootstrap peers; remove some"));
        }
        Ok(NetworkConfig {
            port: self.port.unwrap_or(0),
            visibility: self.visibility,
            lobby_picture: self.lobby_picture,
            reach: self.reach,
            relays,
            bootstrap,
            upload_mbps: self.upload_mbps,
            mdns: self.mdns.unwrap_or(true),
        })
    }
}

/// Whether an address ends with the id of the peer there.
#[must_use]
pub fn names_peer(address: &Multiaddr) -> bool {
    matches!(address.iter().last(), Some(Protocol::P2p(_)))
}
