//! Whether other nodes can reach this one.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use tokio::time::timeout;

use super::{Finding, bad, good, note};
use crate::app::{Peers, network_settings};
use crate::cli::runtime;
use crate::config::{Config, NetworkConfig};
use crate::store::NetworkSettings;
use crate::swarm::{Duty, Nat, Standing};

/// How long peers elsewhere may take to connect back: each tries our addresses one after the other, and a router that
/// drops what it does not know lets every try run into its limit.
const PATIENCE: Duration = Duration::from_secs(20);

/// The port for other nodes, and what others say of it.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::from_iter(port(config.network.port));
    findings.push(
        nat(&config.network)
            .unwrap_or_else(|error| bad("Network", error, "Mend this first, then look again.")),
    );
    findings
}

/// A port that is to be the same each time must be free for QUIC and for TCP.
fn port(port: u16) -> Option<Finding> {
    let place = (Ipv4Addr::UNSPECIFIED, port);
    let bound = UdpSocket::bind(place).map(drop).and_then(|()| TcpListener::bind(place).map(drop));
    (port != 0).then(|| match bound {
        Ok(()) => good("Other nodes", format!("UDP and TCP port {port} are free")),
        Err(error) => bad(
            "Other nodes",
            format!("port {port} cannot be used: {error}"),
            "Stop the program that has it (maybe a running Parlor), or change --p2p-port.",
        ),
    })
}

/// Joins the network for a moment, under a name that is forgotten with it, and asks others whether they get through.
fn nat(config: &NetworkConfig) -> Result<Finding, String> {
    if config.bootstrap.is_empty() && config.relays.is_empty() {
        let remedy =
            "Name a node to ask with --bootstrap, or a relay with --relay, in the configuration file.";
        return Ok(note("Network", "no node outside is known that could try to reach you", remedy));
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("the system has no randomness: {error}"))?;
    // A running node has the port; another one tells as much about the router.
    let config = NetworkConfig { port: 0, ..config.clone() };
    let settings = network_settings(Duty::Room, &config, &NetworkSettings::default());
    runtime()?.block_on(async {
        let peers = Peers::start(&SigningKey::from_bytes(&seed), settings, 0)
            .await
            .map_err(|error| error.to_string())?;
        let mut standing = peers.carrier().network().standing();
        // One address that was tried in vain says nothing about the next.
        let is_good = |standing: &Standing| matches!(standing.nat(), Nat::Open | Nat::Relayed);
        let _ = timeout(PATIENCE, standing.wait_for(is_good)).await;
        let standing = standing.borrow();
        Ok(finding(standing.nat(), standing.peers == 0))
    })
}

fn finding(nat: Nat, is_alone: bool) -> Finding {
    let port =
        "Forward a UDP port of your router to this machine and name it with --p2p-port, or use a relay.";
    match nat {
        Nat::Open => good("Network", "people can reach you directly"),
        Nat::Relayed => good("Network", "people can reach you, through a relay"),
        Nat::Closed => note("Network", "nobody outside your home network can reach you", port),
        Nat::Unknown if is_alone => {
            bad("Network", "none of the nodes that you named answers", "Check their addresses.")
        }
        Nat::Unknown => note("Network", "nobody has tried to reach you yet", "Look again in a minute."),
    }
}
