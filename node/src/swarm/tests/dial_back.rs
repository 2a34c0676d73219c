//! A server finds out whether a node can be reached, over our own QUIC.

use futures::StreamExt;
use libp2p::core::Transport as _;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::identity::Keypair;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, Swarm, autonat, identify};

use super::super::quic;

#[derive(NetworkBehaviour)]
struct Reach {
    identify: identify::Behaviour,
    client: Toggle<autonat::v2::client::Behaviour>,
    server: Toggle<autonat::v2::server::Behaviour>,
}

async fn node(is_server: bool) -> (Swarm<Reach>, Multiaddr) {
    let key = Keypair::generate_ed25519();
    let peer = key.public().to_peer_id();
    let transport =
        quic::Transport::new(&key).unwrap().map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let behaviour = Reach {
        identify: identify::Behaviour::new(identify::Config::new("/parlor/1".into(), key.public())),
        client: (!is_server).then(autonat::v2::client::Behaviour::default).into(),
        server: is_server.then(autonat::v2::server::Behaviour::default).into(),
    };
    let config = libp2p::swarm::Config::with_tokio_executor();
    let mut swarm = Swarm::new(transport.boxed(), behaviour, peer, config);
    swarm.listen_on("/ip4/127.0.0.1/udp/0/quic-v1".parse().unwrap()).unwrap();
    loop {
        if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
            return (swarm, address);
        }
    }
}

#[tokio::test]
async fn an_address_that_a_server_reaches_is_confirmed() {
    let (mut server, place) = node(true).await;
    let (mut client, address) = node(false).await;
    client.dial(place).unwrap();
    loop {
        tokio::select! {
            _ = server.select_next_some() => {}
            event = client.select_next_some() => {
                if let SwarmEvent::Behaviour(ReachEvent::Client(event)) = event {
                    assert_eq!(event.tested_addr, address);
                    event.result.unwrap();
                    return;
                }
            }
        }
    }
}
