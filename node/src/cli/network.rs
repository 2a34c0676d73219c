//! What every command that joins the network takes, and how a command without a room of its own joins it.

use std::sync::Arc;

use clap::Args;
use ed25519_dalek::SigningKey;
use libp2p::Multiaddr;
use parlor_protocol::invite::Invite;

use crate::app::{Peers, network_settings, room_named};
use crate::carry::DEFAULT_CEILING_BPS;
use crate::config::{Layer, Mbps, NetworkLayer};
use crate::store::NetworkSettings;
use crate::swarm::Duty;

/// Flags of the network.
#[derive(Args)]
pub(super) struct NetworkFlags {
    /// The UDP and TCP port for other nodes; 0: any free ones [default: 0]
    #[arg(long, value_name = "N", env = "PARLOR_P2P_PORT")]
    p2p_port: Option<u16>,
    /// A relay, with its peer id (repeatable)
    #[arg(long, value_name = "MULTIADDR", env = "PARLOR_RELAY", value_delimiter = ',')]
    relay: Vec<Multiaddr>,
    /// A node to begin with (repeatable)
    #[arg(long, value_name = "MULTIADDR", env = "PARLOR_BOOTSTRAP", value_delimiter = ',')]
    bootstrap: Vec<Multiaddr>,
    /// The ceiling of the upload to other nodes, in Mbit/s, such as 8 or 0.5 [default: as the studio left it, else 10]
    #[arg(long, value_name = "N", env = "PARLOR_UPLOAD_MBPS")]
    upload_mbps: Option<Mbps>,
    /// Neither look for nodes on the local network nor be found there
    #[arg(long, env = "PARLOR_NO_MDNS")]
    no_mdns: bool,
}

impl NetworkFlags {
    pub(super) fn layer(&self) -> NetworkLayer {
        let some = |list: &Vec<Multiaddr>| (!list.is_empty()).then(|| list.clone());
        NetworkLayer {
            port: self.p2p_port,
            relays: some(&self.relay),
            bootstrap: some(&self.bootstrap),
            upload_mbps: self.upload_mbps,
            mdns: self.no_mdns.then_some(false),
            ..NetworkLayer::default()
        }
    }
}

/// A room as people give it: an invite link, a room's id, or the address of its page.
pub(super) fn room(text: &str) -> Result<Invite, String> {
    let hint = "a room is an invite link (parlor://…), a room's id, or the address of its page";
    room_named(text).map_err(|error| format!("{error}; {hint}"))
}

/// Joins the network for as long as the command runs, under an id that is forgotten with it.
pub(super) async fn join(flags: &NetworkFlags) -> Result<Arc<Peers>, String> {
    let layer = Layer { network: flags.layer(), ephemeral: Some(true), ..Layer::default() };
    let config = layer.resolve().map_err(|error| error.to_string())?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("the system has no randomness: {error}"))?;
    let settings = network_settings(Duty::Room, &config.network, &NetworkSettings::default());
    let key = SigningKey::from_bytes(&seed);
    let ceiling_bps = config.network.upload_mbps.map_or(DEFAULT_CEILING_BPS, Mbps::bps);
    Peers::start(&key, settings, ceiling_bps).await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_taken_as_people_have_them() {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        let id = parlor_protocol::ident::RoomId::from_public_key(key).unwrap();
        for text in
            [id.to_string(), format!("parlor://{id}"), format!("http://127.0.0.1:8787/room/{id}?watch=mjpeg")]
        {
            assert_eq!(room(&text).unwrap().room(), id, "{text}");
        }
        assert!(room("somewhere").unwrap_err().contains("an invite link"));
    }
}
