//! Multiaddresses of QUIC: `/ip4|ip6/ADDRESS/udp/PORT/quic-v1`, and `/p2p/PEER` behind it where a peer is meant.

use std::net::{IpAddr, SocketAddr};

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

/// What a multiaddress of QUIC says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The UDP address.
    pub(super) socket: SocketAddr,
    /// Who is meant to be there.
    pub(super) peer: Option<PeerId>,
}

impl Place {
    /// Reads a multiaddress; `None` if it is not exactly one of QUIC version 1.
    pub(super) fn parse(address: &Multiaddr) -> Option<Self> {
        let mut parts = address.iter();
        let ip: IpAddr = match parts.next()? {
            Protocol::Ip4(ip) => ip.into(),
            Protocol::Ip6(ip) => ip.into(),
            _ => return None,
        };
        let Protocol::Udp(port) = parts.next()? else { return None };
        let Protocol::QuicV1 = parts.next()? else { return None };
        let peer = match parts.next() {
            None => None,
            Some(Protocol::P2p(peer)) => Some(peer),
            Some(_) => return None,
        };
        parts.next().is_none().then_some(Self { socket: SocketAddr::new(ip, port), peer })
    }

    /// Whether one host can be meant. Peers tell us addresses to dial, and no packet of ours may be multiplied.
    pub(super) fn is_dialable(&self) -> bool {
        let ip = self.socket.ip();
        let is_broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
        self.socket.port() != 0 && !ip.is_unspecified() && !ip.is_multicast() && !is_broadcast
    }
}

/// The multiaddress of a UDP address.
pub(super) fn multiaddr(socket: SocketAddr) -> Multiaddr {
    Multiaddr::from(socket.ip()).with(Protocol::Udp(socket.port())).with(Protocol::QuicV1)
}

/// Whether a packet from a socket bound to `local` can get to `remote`.
pub(super) fn reaches(local: IpAddr, remote: IpAddr) -> bool {
    local.is_ipv4() == remote.is_ipv4()
        && (local.is_unspecified() || local.is_loopback() == remote.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Option<Place> {
        Place::parse(&text.parse().unwrap())
    }

    #[test]
    fn addresses_read_as_they_are_written() {
        for text in ["/ip4/192.0.2.1/udp/4001/quic-v1", "/ip6/2001:db8::1/udp/4001/quic-v1"] {
            let place = place(text).unwrap();
            assert_eq!(place.peer, None);
            assert_eq!(multiaddr(place.socket).to_string(), text);
        }
    }

    #[test]
    fn a_peer_may_stand_behind_it() {
        let peer = PeerId::random();
        let read = place(&format!("/ip4/192.0.2.1/udp/1/quic-v1/p2p/{peer}")).unwrap();
        assert_eq!(read.peer, Some(peer));
    }

    #[test]
    fn other_addresses_are_not_ours() {
        let peer = PeerId::random();
        for text in [
            "/ip4/192.0.2.1/tcp/1",
            "/ip4/192.0.2.1/udp/1",
            "/ip4/192.0.2.1/udp/1/quic",
            "/ip4/192.0.2.1/udp/1/quic-v1/webtransport",
            "/dns/example.com/udp/1/quic-v1",
            &format!("/ip4/192.0.2.1/udp/1/quic-v1/p2p/{peer}/p2p-circuit"),
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    #[test]
    fn only_one_host_is_dialled() {
        for ip in ["ip4/0.0.0.0", "ip4/255.255.255.255", "ip4/224.0.0.251", "ip6/::", "ip6/ff02::1"] {
            assert!(!place(&format!("/{ip}/udp/1/quic-v1")).unwrap().is_dialable(), "{ip}");
        }
        assert!(!place("/ip4/192.0.2.1/udp/0/quic-v1").unwrap().is_dialable());
        assert!(place("/ip4/192.0.2.1/udp/1/quic-v1").unwrap().is_dialable());
    }

    #[test]
    fn a_socket_of_loopback_stays_there() {
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        assert!(reaches(ip("0.0.0.0"), ip("127.0.0.1")) && reaches(ip("0.0.0.0"), ip("192.0.2.1")));
        assert!(reaches(ip("127.0.0.1"), ip("127.0.0.2")) && !reaches(ip("127.0.0.1"), ip("192.0.2.1")));
        assert!(!reaches(ip("::"), ip("192.0.2.1")));
    }
}
