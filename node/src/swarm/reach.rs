//! How the node is reached: the addresses it listens on, those that others confirmed, the circuits of its relays.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use super::servers::Servers;
use super::settings::Reach;

/// Addresses that are told to others: more are tried one after the other, and nobody waits so long.
const MAX_TOLD: usize = 8;

/// Who can reach the node from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nat {
    /// Nobody has tried yet.
    #[default]
    Unknown,
    /// Anybody: a peer elsewhere connected to an address of ours.
    Open,
    /// Only through a relay, or after a hole was punched with its help.
    Relayed,
    /// Peers elsewhere tried in vain, and no relay helps.
    Closed,
}

/// How a chosen relay does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RelayState {
    /// It is being asked for a place.
    #[default]
    Asked,
    /// It holds a place for us.
    Reserved,
    /// Nobody answers at its address, or somebody else. It is tried again soon, as with the following.
    Unreachable,
    /// It has no place for us, or is no relay.
    Refused,
    /// It held a place, and the connection to it broke.
    Lost,
}

/// A relay that the host chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// Where it is, with its peer id.
    pub address: Multiaddr,
    /// How it does.
    pub state: RelayState,
}

impl Relay {
    /// One that is to be asked.
    pub(super) fn new(address: Multiaddr) -> Self {
        Self { address, state: RelayState::default() }
    }

    fn is_reserved(&self) -> bool {
        self.state == RelayState::Reserved
    }
}

/// Where the node stands in the network, for the host's eyes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// How the host wants to be reached.
    pub reach: Reach,
    /// Where it listens; nowhere in [`Reach::Relayed`].
    pub listening: BTreeSet<Multiaddr>,
    /// Where peers elsewhere have reached it.
    pub confirmed: BTreeSet<Multiaddr>,
    /// Where peers elsewhere have tried in vain, most of the time behind a router.
    pub refused: BTreeSet<Multiaddr>,
    /// The relays, in the host's order.
    pub relays: Vec<Relay>,
    /// Peers connected now.
    pub peers: usize,
    /// Servers that were met.
    pub servers: Servers,
    me: Option<PeerId>,
}

impl Standing {
    pub(super) fn new(me: PeerId, reach: Reach, relays: &[Multiaddr]) -> Self {
        let relays = relays.iter().cloned().map(Relay::new).collect();
        Self { reach, relays, me: Some(me), ..Self::default() }
    }

    /// Who can reach the node from outside.
    #[must_use]
    pub fn nat(&self) -> Nat {
        let has_relay = self.relays.iter().any(Relay::is_reserved);
        match self.reach {
            Reach::Direct if !self.confirmed.is_empty() => Nat::Open,
            _ if has_relay => Nat::Relayed,
            Reach::Direct if self.refused.is_empty() => Nat::Unknown,
            _ => Nat::Closed,
        }
    }

    /// The circuits through the relays that hold a place for us, or would.
    fn circuits(&self, reserved_only: bool) -> impl Iterator<Item = Multiaddr> {
        let me = self.me;
        let held = self.relays.iter().filter(move |relay| relay.is_reserved() || !reserved_only);
        held.filter_map(move |relay| {
            Some(relay.address.clone().with(Protocol::P2pCircuit).with(Protocol::P2p(me?)))
        })
    }

    /// The relays that hold a place for us.
    pub(crate) fn reserved(&self) -> impl Iterator<Item = PeerId> {
        self.relays.iter().filter(|relay| relay.is_reserved()).filter_map(|relay| peer_of(&relay.address))
    }

    /// The addresses for an invite, which goes from person to person: those of the local network too.
    #[must_use]
    pub fn for_invites(&self) -> Vec<Multiaddr> {
        let local = self.listening.iter().filter(|address| !is_loopback(address) && !is_link_local(address));
        let some: Vec<_> = self.confirmed.iter().chain(local).cloned().chain(self.circuits(false)).collect();
        told(if some.is_empty() { self.listening.iter().cloned().collect() } else { some })
    }

    /// The addresses for records that anybody reads: of the local network only where there are no others.
    #[must_use]
    pub fn for_records(&self) -> Vec<Multiaddr> {
        let public = self.listening.iter().filter(|address| !is_local(address));
        let some: Vec<_> = self.confirmed.iter().chain(public).cloned().chain(self.circuits(true)).collect();
        if some.is_empty() { self.for_invites() } else { told(some) }
    }
}

/// Each once, as many as are told, QUIC before TCP: peers try them in this order.
fn told(mut addresses: Vec<Multiaddr>) -> Vec<Multiaddr> {
    addresses.sort_by_key(|address| address.iter().any(|part| matches!(part, Protocol::Tcp(_))));
    let mut seen = BTreeSet::new();
    addresses.retain(|address| seen.insert(address.clone()));
    addresses.truncate(MAX_TOLD);
    addresses
}

/// Whether the address leads no further than this machine.
pub(super) fn is_loopback(address: &Multiaddr) -> bool {
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) => ip.is_loopback(),
        Some(Protocol::Ip6(ip)) => ip.is_loopback(),
        _ => false,
    }
}

/// Whether the address is of use to nobody without the name of the network card that it stands behind.
fn is_link_local(address: &Multiaddr) -> bool {
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) => ip.is_link_local(),
        Some(Protocol::Ip6(ip)) => ip.is_unicast_link_local(),
        _ => false,
    }
}

/// Whether the address leads no further than the local network.
pub(super) fn is_local(address: &Multiaddr) -> bool {
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) => is_local_v4(ip),
        Some(Protocol::Ip6(ip)) => is_local_v6(ip),
        _ => false,
    }
}

fn is_local_v4(ip: Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
}

fn is_local_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified()
}

/// Whether the address is a circuit through a relay.
pub(super) fn is_circuit(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

/// The peer that an address ends at.
pub(super) fn peer_of(address: &Multiaddr) -> Option<PeerId> {
    match address.iter().last() {
        Some(Protocol::P2p(peer)) => Some(peer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn strangers_are_not_told_the_local_network() {
        let mut standing = Standing::new(PeerId::random(), Reach::Direct, &[]);
        let home = address("/ip4/192.168.1.7/udp/4001/quic-v1");
        standing.listening.insert(address("/ip4/127.0.0.1/udp/4001/quic-v1"));
        assert_eq!(standing.for_records(), [address("/ip4/127.0.0.1/udp/4001/quic-v1")]);
        standing.listening.insert(home.clone());
        assert_eq!(standing.for_invites(), std::slice::from_ref(&home));
        assert_eq!(standing.for_records(), std::slice::from_ref(&home));
        let public = address("/ip4/203.0.113.9/udp/23456/quic-v1");
        standing.confirmed.insert(public.clone());
        assert_eq!(standing.for_records(), std::slice::from_ref(&public));
        assert_eq!(standing.for_invites(), [public, home]);
    }

    #[test]
    fn a_hidden_host_names_its_relays_alone() {
        let me = PeerId::random();
        let relay = address(&format!("/ip4/203.0.113.10/udp/4001/quic-v1/p2p/{}", PeerId::random()));
        let mut standing = Standing::new(me, Reach::Relayed, std::slice::from_ref(&relay));
        let circuit = relay.with(Protocol::P2pCircuit).with(Protocol::P2p(me));
        assert_eq!(standing.for_invites(), std::slice::from_ref(&circuit));
        assert_eq!(standing.nat(), Nat::Closed);
        standing.relays[0].state = RelayState::Reserved;
        assert_eq!(standing.for_records(), [circuit]);
        assert_eq!(standing.nat(), Nat::Relayed);
    }
}
