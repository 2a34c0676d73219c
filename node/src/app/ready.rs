//! What the node says once it serves: the `--json` ready line, and the same in words.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use libp2p::{Multiaddr, PeerId};
use serde::Serialize;

use crate::config::names_peer;
use crate::secret::Secret;

use super::Studio;

/// The ready line; other programs read it, so its keys stay.
#[derive(Serialize)]
#[serde(tag = "event", rename = "ready")]
pub struct Ready {
    /// Where the pages are.
    pub web: String,
    /// The one-time link into the studio.
    pub studio: String,
    /// The room's id.
    pub room: String,
    /// The link that invites people into the room.
    pub invite: String,
    /// The node's peer id.
    pub peer: Option<String>,
    /// Where peers reach the node.
    pub p2p: Vec<String>,
    /// The token of the programming interface.
    pub api_token: String,
}

impl Ready {
    /// What a node that serves on `address` says.
    #[must_use]
    pub fn new(address: SocketAddr, login: &Secret, studio: &Studio) -> Self {
        let web = format!("http://{}", reachable(address));
        let room = studio.room().id();
        let network = studio.peers().carrier().network();
        let standing = network.standing().borrow().clone();
        Self {
            studio: format!("{web}/studio/login/{}", login.reveal()),
            room: room.to_string(),
            invite: studio.invite_link(),
            peer: Some(network.me().to_string()),
            p2p: standing.for_invites().iter().map(|address| whole(address, network.me())).collect(),
            api_token: studio.api_token().reveal().to_owned(),
            web,
        }
    }
}

/// An address with the peer id that answers there.
pub(super) fn whole(address: &Multiaddr, me: PeerId) -> String {
    if names_peer(address) { address.to_string() } else { format!("{address}/p2p/{me}") }
}

/// An address that a browser on this machine can open: "any address" is written as loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Your room is open at  {}/room/{}", self.web, self.room)?;
        writeln!(f, "Your studio (once)    {}", self.studio)?;
        write!(f, "Stop with Ctrl-C.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_is_written_as_loopback() {
        let written = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(written("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(written("[::]:80"), "[::1]:80");
        assert_eq!(written("192.0.2.1:80"), "192.0.2.1:80");
    }
}
