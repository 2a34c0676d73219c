//! The room in the network, and its invites.

use libp2p::Multiaddr;
use parlor_protocol::media::UnixMs;
use serde::{Deserialize, Serialize};

use crate::carry::{LobbyPicture, Visibility};
use crate::secret::Secret;
use crate::swarm::{Reach, Servers};

/// What the host set about the room in the network.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkSettings {
    /// Who learns of it.
    pub visibility: Visibility,
    /// What picture of it stands in lobbies, where it is listed.
    pub lobby_picture: LobbyPicture,
    /// How peers reach the node.
    pub reach: Reach,
    /// The relays.
    pub relays: Vec<Multiaddr>,
    /// The ceiling of the upload to other nodes, in Mbit/s; `None`: the default.
    pub upload_mbps: Option<u32>,
    /// Whether the room is for adults only.
    pub adult: bool,
    /// The languages spoken, as BCP 47 writes them.
    pub languages: Vec<String>,
    /// Servers that were met, to begin with next time. No viewer is among them: only nodes that were started to serve
    /// others.
    pub servers: Servers,
    /// The invites; `None` before the first was made.
    pub invites: Option<Vec<InviteSettings>>,
}

/// An invite that the host made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InviteSettings {
    /// The host's name for it.
    pub name: String,
    /// How many people may use it; `None`: any number.
    pub limit: Option<u32>,
    /// From when on nobody comes in with it; `None`: never.
    #[serde(default)]
    pub ends: Option<UnixMs>,
    /// Whether it lets people in while the door is locked, too.
    #[serde(default)]
    pub opens_lock: bool,
    /// When it was made.
    pub made: UnixMs,
    /// What its link carries.
    pub secret: Secret,
}
