//! The addresses that the node offers to WebRTC clients.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::gateway::MAX_SESSIONS;

/// The most addresses of one session: each costs it a UDP and a TCP socket.
const MAX_ADDRESSES: usize = 6;

/// Where WebRTC clients can reach the node.
///
/// Clients are told these addresses, so nothing that the host wants hidden may be among them: a node that listens
/// on loopback only (behind a reverse proxy or an onion service) offers loopback only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    listen: IpAddr,
    public: Option<IpAddr>,
    first_port: u16,
}

impl Addresses {
    /// The addresses that fit a web server at `listen`; an unspecified one (`0.0.0.0`, `::`) stands for loopback
    /// and every address of this machine.
    ///
    /// `public` is an address from which a router forwards to this machine, UDP and TCP, each port to the same
    /// one. `first_port` is the first of [`MAX_SESSIONS`] ports, of which each session takes one; 0: any free one.
    #[must_use]
    pub fn new(listen: IpAddr, public: Option<IpAddr>, first_port: u16) -> Self {
        Self { listen, public, first_port }
    }

    /// The address from which a router forwards.
    pub(super) fn public(&self) -> Option<IpAddr> {
        self.public
    }

    /// The local addresses to bind now; interfaces come and go.
    pub(super) fn local(&self) -> Vec<IpAddr> {
        if !self.listen.is_unspecified() {
            return vec![self.listen];
        }
        let mut found = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        if self.listen.is_ipv6() {
            found.push(IpAddr::V6(Ipv6Addr::LOCALHOST));
        }
        for interface in if_addrs::get_if_addrs().unwrap_or_default() {
            let ip = interface.ip();
            let usable = ip.is_ipv4() || self.listen.is_ipv6();
            if usable && !ip.is_loopback() && !interface.is_link_local() && !found.contains(&ip) {
                found.push(ip);
            }
        }
        found.truncate(MAX_ADDRESSES);
        found
    }

    /// The sockets to bind for one session: each local address with a port that is free there.
    pub(super) fn sockets(&self) -> Vec<SocketAddr> {
        let ports = self.first_port..=self.first_port.saturating_add(MAX_SESSIONS as u16 - 1);
        let free_port = |ip| match self.first_port {
            0 => Some(0),
            _ => ports.clone().find(|port| is_free(SocketAddr::new(ip, *port))),
        };
        self.local().into_iter().filter_map(|ip| Some(SocketAddr::new(ip, free_port(ip)?))).collect()
    }
}

/// Whether both a UDP and a TCP socket can be bound there.
fn is_free(address: SocketAddr) -> bool {
    std::net::UdpSocket::bind(address).is_ok() && std::net::TcpListener::bind(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_hidden_node_offers_loopback_alone() {
        let addresses = Addresses::new(LOOPBACK, None, 0);
        assert_eq!(addresses.sockets(), [SocketAddr::new(LOOPBACK, 0)]);
    }

    #[test]
    fn an_open_node_offers_loopback_first() {
        let sockets = Addresses::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), None, 0).sockets();
        assert_eq!(sockets[0].ip(), LOOPBACK);
        assert!(sockets.len() <= MAX_ADDRESSES && sockets.iter().all(SocketAddr::is_ipv4));
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = std::net::UdpSocket::bind((LOOPBACK, 0)).unwrap();
        let first = taken.local_addr().unwrap().port();
        let sockets = Addresses::new(LOOPBACK, None, first).sockets();
        assert!(sockets.iter().all(|socket| socket.port() > first));
    }
}
