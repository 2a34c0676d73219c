//! What can be chosen about QUIC, and what can't.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn::congestion::BbrConfig;
use quinn::{
    AckFrequencyConfig, EndpointConfig, IdleTimeout, MtuDiscoveryConfig, ServerConfig, TransportConfig,
    VarInt,
};
use socket2::{Domain, Protocol, Socket, Type};

use super::Error;
use super::tls::Identity;

/// QUIC version 1 (RFC 9000); the multiaddress says so.
const VERSION: u32 = 1;

/// What a peer may send on one stream before we have read it. A stream of 8 Mbit/s fills it in a second: so long can a
/// reader pause, and so soon does its neighbour feel that it is slow, and leave out what is old.
const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
/// What we keep for one peer until it has acknowledged it, on all streams together. Bounds our memory where a peer grants
/// more than we do; 200 Mbit/s at 80 ms still fit.
const SEND_WINDOW_BYTES: u64 = 2 * 1024 * 1024;
/// A peer that can acknowledges so many packets at once, or what came within 25 ms (draft-ietf-quic-ack-frequency), instead of
/// every other one: a piece of media is about ten, and a viewer's uplink is for something better (`spec/network.md`, section 2).
const ACKNOWLEDGED_AT_ONCE: u32 = 10;
/// The largest packet that is tried: what a path of 1500 bytes takes over IPv6. Nothing between it and what every path takes is
/// looked for: each try is a packet of that size, and a node has dozens of neighbours (`spec/network.md`, section 2).
const LARGEST_PACKET: u16 = 1452;
/// What every path takes (RFC 9000, section 14).
const LEAST_PACKET: u16 = 1200;
/// Streams that a peer may have open at a time. Parlor's own are 64 at most; Kademlia takes up to 32, and the circuits
/// through a relay 128.
const MAX_STREAMS: u32 = 256;
/// Connection attempts that wait for us to look at them; each holds a packet or two.
const MAX_INCOMING: usize = 256;
/// What one such attempt may send meanwhile: the rest of a hello with a post-quantum key is one packet.
const INCOMING_BYTES: u64 = 16 * 1024;
/// Room in the system for packets on their way to and from us: half a second of 64 Mbit/s. The system may give less.
const SOCKET_BYTES: usize = 4 * 1024 * 1024;

/// What can be chosen about QUIC; the default fits a node at home.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// After so much silence a connection counts as dead: a peer that was killed says nothing. Costs a small packet each
    /// way per half of it. The other end's own, shorter time goes first.
    pub(crate) idle_timeout: Duration,
    /// How long connecting may take, and as long again punching a hole before it.
    pub(crate) handshake_timeout: Duration,
    /// The most bytes of one peer, on all its streams, that wait for us to read them: its share of our memory. On a relay,
    /// each circuit with a slow end holds up to 1 MiB of it.
    pub(crate) receive_window_bytes: u32,
}

impl Default for Config {
    /// * Idle after 10 s. Half of it, 5 s, keeps a router's UDP binding (30 s and more) open, and one lost packet does
    ///   not end a connection. Neighbours in a room notice sooner that one is silent.
    /// * 5 s to connect: three round trips and their repetitions on a bad path.
    /// * 8 MiB: eight streams that wait at once, where a viewer has three or four.
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(5),
            receive_window_bytes: 8 * 1024 * 1024,
        }
    }
}

impl Config {
    /// QUIC's own settings, for both roles.
    pub(super) fn transport(&self) -> Arc<TransportConfig> {
        let mut config = TransportConfig::default();
        let mut acknowledging = AckFrequencyConfig::default();
        acknowledging.ack_eliciting_threshold(ACKNOWLEDGED_AT_ONCE.into());
        let mut sizes = MtuDiscoveryConfig::default();
        sizes.upper_bound(LARGEST_PACKET).minimum_change(LARGEST_PACKET - LEAST_PACKET);
        let idle = IdleTimeout::try_from(self.idle_timeout).unwrap_or_else(|_| VarInt::MAX.into());
        config
            .congestion_controller_factory(Arc::new(BbrConfig::default()))
            .stream_receive_window(STREAM_WINDOW_BYTES.into())
            .receive_window(self.receive_window_bytes.into())
            .send_window(SEND_WINDOW_BYTES)
            .max_concurrent_bidi_streams(MAX_STREAMS.into())
            .max_concurrent_uni_streams(0u32.into())
            .datagram_receive_buffer_size(None)
            .ack_frequency_config(Some(acknowledging))
            .initial_mtu(LEAST_PACKET)
            .mtu_discovery_config(Some(sizes))
            .max_idle_timeout(Some(idle))
            .keep_alive_interval(Some(self.idle_timeout / 2))
            // It tells the network between how far the peers are apart.
            .allow_spin(false);
        Arc::new(config)
    }

    /// The settings for who connects to us.
    pub(super) fn server(&self, identity: &Identity) -> Result<ServerConfig, Error> {
        let mut config = ServerConfig::with_crypto(Arc::new(identity.server()?));
        config
            .transport_config(self.transport())
            // The swarm counts peers and tells relayed from direct ones by their address, so it stays.
            .migration(false)
            .max_incoming(MAX_INCOMING)
            .incoming_buffer_size(INCOMING_BYTES)
            .incoming_buffer_size_total(INCOMING_BYTES * MAX_INCOMING as u64);
        Ok(config)
    }
}

/// A socket with quinn on it, which takes connections if it has a `server`. A copy of the socket comes with it.
pub(super) fn endpoint(
    local: SocketAddr,
    server: Option<ServerConfig>,
) -> Result<(quinn::Endpoint, UdpSocket), Error> {
    let socket = bind(local)?;
    let copy = socket.try_clone()?;
    let mut config = EndpointConfig::default();
    config.supported_versions(vec![VERSION]);
    let endpoint = quinn::Endpoint::new(config, server, socket, Arc::new(quinn::TokioRuntime))?;
    Ok((endpoint, copy))
}

/// Any address of the family of `ip`, any port.
pub(super) fn anywhere(ip: IpAddr) -> SocketAddr {
    let any: IpAddr = if ip.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    SocketAddr::new(any, 0)
}

fn bind(local: SocketAddr) -> Result<UdpSocket, Error> {
    let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
    if local.is_ipv6() {
        // IPv4 has a socket of its own, on the same port.
        socket.set_only_v6(true)?;
    }
    // Wishes: the system's ceiling goes first.
    let _ = socket.set_recv_buffer_size(SOCKET_BYTES);
    let _ = socket.set_send_buffer_size(SOCKET_BYTES);
    socket.bind(&local.into())?;
    Ok(socket.into())
}
