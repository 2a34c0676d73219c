//! What a node says of itself: where it listens, and how its relays do.

use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use tokio::task::AbortHandle;

use super::super::{Duty, Inlets, Network, Reach, RelayState, Settings, Standing};

/// A network that ends with this.
struct Node {
    network: Network,
    driver: AbortHandle,
    _inlets: Inlets,
}

impl Node {
    async fn start(duty: Duty, relays: &[Multiaddr]) -> Self {
        let settings = Settings {
            duty,
            reach: Reach::Direct,
            port: 0,
            relays: relays.to_vec(),
            bootstrap: Vec::new(),
            mdns: false,
        };
        let (network, inlets, driver) =
            Network::start(Keypair::generate_ed25519(), settings).await.expect("there are free ports");
        Self { network, driver, _inlets: inlets }
    }

    /// Its TCP address on this machine.
    fn address(&self) -> Multiaddr {
        let standing = self.network.standing().borrow().clone();
        let is_here = |address: &&Multiaddr| address.to_string().starts_with("/ip4/127.0.0.1/tcp/");
        let address = standing.listening.iter().find(is_here).expect("it listens on loopback");
        address.clone().with(Protocol::P2p(self.network.me()))
    }

    async fn until(&self, wanted: impl FnMut(&Standing) -> bool) -> Standing {
        self.network.standing().wait_for(wanted).await.expect("the network runs").clone()
    }

    async fn until_its_relay_is(&self, state: RelayState) {
        self.until(|standing| standing.relays[0].state == state).await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

fn port_of(address: &Multiaddr) -> Option<u16> {
    address.iter().find_map(|part| match part {
        Protocol::Udp(port) | Protocol::Tcp(port) => Some(port),
        _ => None,
    })
}

#[tokio::test]
async fn any_port_is_the_same_for_every_socket() {
    let node = Node::start(Duty::Room, &[]).await;
    let standing = node.network.standing().borrow().clone();
    let ports: Vec<_> = standing.listening.iter().map(port_of).collect();
    assert!(
        ports[0].is_some_and(|port| port > 0) && ports.iter().all(|port| *port == ports[0]),
        "{standing:?}"
    );
    let forms: Vec<_> = standing.listening.iter().map(ToString::to_string).collect();
    assert!(
        forms.iter().any(|form| form.contains("/udp/")) && forms.iter().any(|form| form.contains("/tcp/"))
    );
}

#[tokio::test]
async fn a_relay_that_fails_says_how() {
    // Nobody listens there once the socket is closed.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nowhere = format!("/ip4/127.0.0.1/tcp/{closed}/p2p/{}", PeerId::random()).parse().unwrap();
    let host = Node::start(Duty::Room, &[nowhere]).await;
    host.until_its_relay_is(RelayState::Unreachable).await;

    let no_relay = Node::start(Duty::Room, &[]).await;
    let host = Node::start(Duty::Room, &[no_relay.address()]).await;
    host.until_its_relay_is(RelayState::Refused).await;

    let relay = Node::start(Duty::Relay, &[]).await;
    let host = Node::start(Duty::Room, &[relay.address()]).await;
    host.until_its_relay_is(RelayState::Reserved).await;
    drop(relay);
    host.until_its_relay_is(RelayState::Lost).await;
}
