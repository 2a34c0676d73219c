//! How connections are made: QUIC first, TCP as a fallback, and circuits through relays; all to the same peer ids.

use std::io;

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, OrTransport};
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId, Transport, dns, noise, relay, tcp, yamux};

use super::fallback::Fallback;
use super::fence::Fence;
use super::quic;
use super::settings::{Reach, Settings};

/// A way to every peer that the settings allow, and the behaviour that belongs to circuits.
///
/// # Errors
/// Where the system has no usable name resolution or randomness.
pub(super) fn transport(
    key: &Keypair,
    settings: &Settings,
) -> io::Result<(Boxed<(PeerId, StreamMuxerBox)>, relay::client::Behaviour)> {
    let noise = || noise::Config::new(key).map_err(io::Error::other);
    let quic = quic::Transport::new(key).map_err(io::Error::other)?.boxed();
    let tcp = tcp::tokio::Transport::new(tcp::Config::default())
        .upgrade(Version::V1Lazy)
        .authenticate(noise()?)
        .multiplex(yamux::Config::default())
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed();
    let direct = OrTransport::new(quic, Fallback(tcp)).map(|either, _| either.into_inner()).boxed();
    let direct = dns::tokio::Transport::system(direct)?.boxed();
    let direct = match settings.reach {
        Reach::Direct => Fence::open(direct),
        Reach::Relayed => Fence::around(direct, &settings.relays),
    };
    let (circuits, behaviour) = relay::client::new(key.public().to_peer_id());
    let circuits = circuits
        .upgrade(Version::V1Lazy)
        .authenticate(noise()?)
        .multiplex(yamux::Config::default())
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed();
    let all = OrTransport::new(circuits, direct).map(|either, _| either.into_inner()).boxed();
    Ok((all, behaviour))
}

/// Where a node listens: every interface, both families, QUIC and TCP.
pub(super) fn listeners(port: u16) -> [Multiaddr; 4] {
    ["/ip4/0.0.0.0/udp/PORT/quic-v1", "/ip6/::/udp/PORT/quic-v1", "/ip4/0.0.0.0/tcp/PORT", "/ip6/::/tcp/PORT"]
        .map(|form| form.replace("PORT", &port.to_string()).parse().expect("a well-formed address"))
}
