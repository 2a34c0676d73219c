//! How a node takes part in the network.

use libp2p::Multiaddr;

/// The most relays that a host chooses: each keeps a reservation, and more hide nobody better.
pub const MAX_RELAYS: usize = 4;
/// The most bootstrap peers that are tried.
pub const MAX_BOOTSTRAP: usize = 32;

/// What the node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Rooms of its user: their own, and those that they watch.
    Room,
    /// Others: it relays circuits, answers the DHT, and carries the rooms that it is told to.
    Relay,
}

/// How peers reach the node, and what they learn by it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Directly, by hole punching, or else through relays. Peers see the node's address.
    #[default]
    Direct,
    /// Only through the relays that the host chose, which alone see the node's address.
    Relayed,
}

/// How the node takes part in the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What it is for.
    pub duty: Duty,
    /// How it is reached.
    pub reach: Reach,
    /// The UDP and TCP port; 0: any free ones.
    pub port: u16,
    /// The relays, [`MAX_RELAYS`] at most; each with its peer id.
    pub relays: Vec<Multiaddr>,
    /// Peers to begin with, [`MAX_BOOTSTRAP`] at most.
    pub bootstrap: Vec<Multiaddr>,
    /// Whether peers on the local network are looked for.
    pub mdns: bool,
}
