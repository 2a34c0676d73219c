//! What the node speaks with peers: libp2p's protocols beside our own streams, put together and limited.

use std::time::Duration;

use libp2p::allow_block_list::{self, BlockedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{autonat, dcutr, identify, kad, mdns, memory_connection_limits, ping, relay};

use super::candidates;
use super::settings::{Duty, Reach, Settings};
use super::shelf::Shelf;
use super::streams;

/// The version of everything that Parlor's nodes say to each other.
const PROTOCOL_VERSION: &str = "/parlor/1";
/// Name and version of the program, as `identify` tells them; the same for all, so that nobody stands out.
const AGENT: &str = concat!("parlor/", env!("CARGO_PKG_VERSION"));

/// Connections being made at a time, in each direction: a flood of half-open ones costs no more than this.
const MAX_PENDING: u32 = 64;
/// Connections from and to peers, in each direction: at 0.13 MB each (measured) this is below 150 MB, and above what
/// any home uplink carries in neighbours.
const MAX_ESTABLISHED: u32 = 512;
/// Connections with one peer: a direct one beside a relayed one, and both sides' at a hole punch.
const MAX_PER_PEER: u32 = 4;
/// New connections are refused while the node holds more than this part of the machine's memory.
const MAX_MEMORY_PART: f64 = 0.5;

/// What a relay gives to one circuit: an hour of a stream at 8 Mbit/s. libp2p's 128 KiB is for hole punching alone.
const MAX_CIRCUIT_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// How long a circuit may last; then the peers make a new one.
const MAX_CIRCUIT_DURATION: Duration = Duration::from_hours(1);
/// Circuits at a time: each may carry a stream, and a friend's server has no more uplink than this.
const MAX_CIRCUITS: usize = 256;
/// Circuits with one peer: a hidden host's viewers all come through one reservation.
const MAX_CIRCUITS_PER_PEER: usize = 128;

/// Everything that runs over the connections.
#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    blocked: allow_block_list::Behaviour<BlockedPeers>,
    limits: connection_limits::Behaviour,
    memory: memory_connection_limits::Behaviour,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    pub(super) kad: kad::Behaviour<Shelf>,
    mdns: Toggle<mdns::tokio::Behaviour>,
    autonat: Toggle<autonat::v2::client::Behaviour>,
    autonat_server: Toggle<autonat::v2::server::Behaviour>,
    pub(super) candidates: Toggle<candidates::Behaviour>,
    relay_client: relay::client::Behaviour,
    relay_server: Toggle<relay::Behaviour>,
    pub(super) dcutr: Toggle<dcutr::Behaviour>,
    streams: streams::Behaviour,
}

impl Behaviour {
    pub(super) fn new(
        key: &Keypair,
        settings: &Settings,
        relay_client: relay::client::Behaviour,
        streams: streams::Behaviour,
    ) -> Self {
        let peer = key.public().to_peer_id();
        let is_direct = settings.reach == Reach::Direct;
        let is_relay = settings.duty == Duty::Relay;
        let limits = ConnectionLimits::default()
            .with_max_pending_incoming(Some(MAX_PENDING))
            .with_max_pending_outgoing(Some(MAX_PENDING))
            .with_max_established_incoming(Some(MAX_ESTABLISHED))
            .with_max_established_outgoing(Some(MAX_ESTABLISHED))
            .with_max_established_per_peer(Some(MAX_PER_PEER));
        let identify = identify::Config::new(PROTOCOL_VERSION.into(), key.public())
            .with_agent_version(AGENT.into())
            .with_hide_listen_addrs(!is_direct)
            .with_push_listen_addr_updates(true);
        Self {
            blocked: allow_block_list::Behaviour::default(),
            limits: connection_limits::Behaviour::new(limits),
            memory: memory_connection_limits::Behaviour::with_max_percentage(MAX_MEMORY_PART),
            identify: identify::Behaviour::new(identify),
            ping: ping::Behaviour::default(),
            kad: Shelf::kademlia(peer),
            // A system without multicast has no mDNS, and needs none.
            mdns: (is_direct && settings.mdns)
                .then(|| mdns::tokio::Behaviour::new(mdns::Config::default(), peer).ok())
                .flatten()
                .into(),
            autonat: (is_direct && !is_relay).then(autonat::v2::client::Behaviour::default).into(),
            autonat_server: is_relay.then(autonat::v2::server::Behaviour::default).into(),
            candidates: is_direct.then(candidates::Behaviour::default).into(),
            relay_client,
            relay_server: is_relay.then(|| relay::Behaviour::new(peer, relay_limits())).into(),
            // A punched hole shows the address that relays are to hide.
            dcutr: is_direct.then(|| dcutr::Behaviour::new(peer)).into(),
            streams,
        }
    }

    /// Refuses this peer from now on, until [`Behaviour::unblock`].
    pub(super) fn block(&mut self, peer: libp2p::PeerId) {
        self.blocked.block_peer(peer);
    }

    /// Takes this peer again.
    pub(super) fn unblock(&mut self, peer: libp2p::PeerId) {
        self.blocked.unblock_peer(peer);
    }
}

fn relay_limits() -> relay::Config {
    relay::Config {
        max_circuits: MAX_CIRCUITS,
        max_circuits_per_peer: MAX_CIRCUITS_PER_PEER,
        max_circuit_duration: MAX_CIRCUIT_DURATION,
        max_circuit_bytes: MAX_CIRCUIT_BYTES,
        ..relay::Config::default()
    }
}
