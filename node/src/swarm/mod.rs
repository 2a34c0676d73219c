//! The node among its peers: connections, the distributed hash table, how the node is reached, and streams.
//!
//! [`Network`] is the handle to it all; one task, the driver, owns libp2p's swarm. Knows nothing of media: what
//! runs over the streams is [`crate::carry`]'s.

mod behaviour;
mod candidates;
mod dials;
mod directory;
mod driver;
mod fallback;
mod fence;
mod network;
mod ports;
pub(crate) mod quic;
mod reach;
mod servers;
mod settings;
mod shelf;
pub(crate) mod streams;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use network::Inlets;
pub use network::{DialError, Event, Network, NetworkError, Provision};
pub use reach::{Nat, Relay, RelayState, Standing};
pub use servers::Servers;
pub use settings::{Duty, MAX_BOOTSTRAP, MAX_RELAYS, Reach, Settings};

use libp2p::StreamProtocol;

/// One long-lived stream in each direction between two peers: cards, the tree, keys, talk (`spec/control.md`).
pub(crate) const CONTROL: StreamProtocol = StreamProtocol::new("/parlor/control/1");
/// One stream for each stripe that a neighbour sends (`spec/frame.md`).
pub(crate) const OBJECTS: StreamProtocol = StreamProtocol::new("/parlor/objects/1");
