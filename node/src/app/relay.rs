//! `parlor relay`: a node with no camera and no studio, which answers for the network and carries the rooms that it
//! is told to.

use parlor_protocol::invite::Invite;
use parlor_protocol::mesh::Role;
use serde::Serialize;

use super::ready::whole;
use super::servers::remember;
use super::{AppError, Peers, peers, told_to_stop};
use crate::config::Config;
use crate::store::Store;
use crate::swarm::Duty;

/// The ready line of a relay; other programs read it, so its keys stay.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "ready")]
pub struct RelayReady {
    /// The relay's peer id.
    pub peer: String,
    /// Where peers reach it: what hosts give as `--relay`, and anybody as `--bootstrap`.
    pub p2p: Vec<String>,
    /// The rooms that it carries.
    pub rooms: Vec<String>,
}

/// Runs a relay for these rooms until it is told to stop. `announce` is called once it serves.
///
/// # Errors
/// An [`AppError`] where it can't start.
pub async fn relay(
    config: Config,
    rooms: Vec<Invite>,
    announce: impl FnOnce(&RelayReady),
) -> Result<(), AppError> {
    let store = Store::open(config.data_dir.clone())?;
    let host = store.settings().network;
    let ceiling = super::studio::network::ceiling_bps(&config.network, &host);
    let settings = peers::settings(Duty::Relay, &config.network, &host);
    let peers = Peers::start(&store.node_key()?, settings, ceiling).await?;
    for invite in &rooms {
        peers.open(invite.clone(), Role::Relay)?;
    }
    let network = peers.carrier().network();
    let addresses = network.standing().borrow().for_invites();
    announce(&RelayReady {
        peer: network.me().to_string(),
        p2p: addresses.iter().map(|address| whole(address, network.me())).collect(),
        rooms: rooms.iter().map(|invite| invite.room().to_string()).collect(),
    });
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    tokio::select! {
        () = told_to_stop()? => {}
        () = remember(network, &store) => {}
    }
    Ok(())
}
