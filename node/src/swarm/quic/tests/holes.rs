//! Holes are punched, and nothing else comes of it.

use std::net::UdpSocket;

use libp2p::core::transport::TransportError;

use super::*;

const PUNCH: DialOpts = DialOpts { role: Endpoint::Listener, ..DIAL };
const LOOPBACK: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

/// Somebody who is no libp2p node, and the address that they pretend to have.
fn stranger() -> (tokio::net::UdpSocket, Multiaddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let port = socket.local_addr().unwrap().port();
    let address = format!("/ip4/127.0.0.1/udp/{port}/quic-v1/p2p/{}", PeerId::random());
    (tokio::net::UdpSocket::from_std(socket).unwrap(), address.parse().unwrap())
}

#[tokio::test]
async fn both_sides_dial_and_one_connection_comes_of_it() {
    let (mut one, mut other) = (Node::new(), Node::new());
    let (here, there) = (one.listen(LOOPBACK).await, other.listen(LOOPBACK).await);
    let punching = one.transport.dial(there, PUNCH).unwrap();
    let dialling = other.transport.dial(here, DIAL).unwrap();
    let both = async { futures::join!(punching, dialling) };
    let (punched, dialled) = one.during(other.during(both)).await;
    assert_eq!(punched.unwrap().0, other.peer);
    assert_eq!(dialled.unwrap().0, one.peer);
}

#[tokio::test]
async fn packets_come_from_the_socket_that_listens() {
    let mut node = Node::new();
    let ours = node.listen(LOOPBACK).await;
    let (stranger, address) = stranger();
    let punching = node.transport.dial(address, PUNCH).unwrap();
    let twice = async {
        let mut packet = [0; 1500];
        let (first, from) = stranger.recv_from(&mut packet).await.unwrap();
        let (second, _) = stranger.recv_from(&mut packet).await.unwrap();
        assert!(ours.to_string().contains(&format!("/udp/{}/", from.port())));
        assert_eq!((first, second), (64, 64));
    };
    pin_mut!(twice);
    let Either::Right(_) = node.during(select(punching, twice)).await else {
        panic!("nobody can have come");
    };
}

#[tokio::test(start_paused = true)]
async fn nobody_comes() {
    let mut node = Node::new();
    node.listen(LOOPBACK).await;
    let (_stranger, address) = stranger();
    let punching = node.transport.dial(address.clone(), PUNCH).unwrap();
    assert!(node.during(punching).await.unwrap_err().to_string().contains("did not answer in time"));
    // The next attempt is free to begin.
    assert!(node.transport.dial(address, PUNCH).is_ok());
}

#[tokio::test]
async fn another_peer_comes() {
    let (mut node, mut other) = (Node::new(), Node::new());
    let (here, there) = (node.listen(LOOPBACK).await, other.listen(LOOPBACK).await);
    let expected: Multiaddr = there.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect();
    let punching = node.transport.dial(expected.with(Protocol::P2p(PeerId::random())), PUNCH).unwrap();
    let dialling = other.transport.dial(here, DIAL).unwrap();
    let (punched, _) = node.during(async { futures::join!(punching, dialling) }).await;
    assert!(punched.err().unwrap().to_string().contains("another peer"));
}

#[tokio::test]
async fn holes_are_bounded() {
    let mut node = Node::new();
    let (_stranger, address) = stranger();
    assert!(
        matches!(node.transport.dial(address.clone(), PUNCH), Err(TransportError::Other(_))),
        "no socket"
    );
    node.listen(LOOPBACK).await;
    let mut held = vec![node.transport.dial(address.clone(), PUNCH).unwrap()];
    assert!(matches!(node.transport.dial(address, PUNCH), Err(TransportError::Other(_))), "the same");
    let strangers: Vec<_> = (0..64).map(|_| stranger()).collect();
    held.extend(strangers.iter().filter_map(|(_, address)| node.transport.dial(address.clone(), PUNCH).ok()));
    assert_eq!(held.len(), 32);
    held.clear();
    assert!(node.transport.dial(strangers[0].1.clone(), PUNCH).is_ok());
}

#[tokio::test]
async fn a_hole_is_for_somebody() {
    let mut node = Node::new();
    node.listen(LOOPBACK).await;
    for address in ["/ip4/192.0.2.1/udp/1/quic-v1", "/ip4/255.255.255.255/udp/1/quic-v1"] {
        let refused = node.transport.dial(address.parse().unwrap(), PUNCH);
        assert!(matches!(refused, Err(TransportError::MultiaddrNotSupported(_))), "{address}");
    }
}
