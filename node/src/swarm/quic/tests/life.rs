//! Who is let in, and how a connection ends.

use std::net::SocketAddr;
use std::time::Duration;

use futures::AsyncWriteExt;
use libp2p::core::transport::TransportError;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::*;

const LOOPBACK: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

#[tokio::test]
async fn another_peer_than_the_dialled_one_is_refused() {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let address = host.listen(LOOPBACK).await;
    let address: Multiaddr = address.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect();
    let wrong = address.clone().with(Protocol::P2p(PeerId::random()));
    let dialling = guest.transport.dial(wrong, DIAL).unwrap();
    let (dialled, (accepted, _)) = futures::join!(dialling, host.accept());
    let error = dialled.err().unwrap().to_string();
    assert!(error.contains("WrongPeer"), "{error}");
    // Nor did they learn who we are.
    assert!(accepted.is_err());
    // Without a name anybody will do.
    let dialling = guest.transport.dial(address, DIAL).unwrap();
    let (dialled, _) = futures::join!(dialling, host.accept());
    assert_eq!(dialled.unwrap().0, host.peer);
}

/// Carries packets between whoever sends some and the host at this port, until it is aborted.
async fn wire(port: u16) -> (u16, JoinHandle<()>) {
    let host = SocketAddr::from(([127, 0, 0, 1], port));
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let ours = socket.local_addr().unwrap().port();
    let carry = async move {
        let (mut guest, mut packet) = (None, vec![0; 64 * 1024]);
        loop {
            let (length, from) = socket.recv_from(&mut packet).await.unwrap();
            if from != host {
                guest = Some(from);
            }
            let to = if from == host { guest.unwrap() } else { host };
            socket.send_to(&packet[..length], to).await.unwrap();
        }
    };
    (ours, tokio::spawn(carry))
}

/// A peer that was killed says nothing, nor does one whose cable was pulled.
#[tokio::test(start_paused = true)]
async fn a_peer_that_fell_silent_is_noticed() {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let address = host.listen(LOOPBACK).await;
    let (port, wire) = wire(port(&address)).await;
    let address = format!("/ip4/127.0.0.1/udp/{port}/quic-v1").parse().unwrap();
    let (mut ours, _theirs) = guest.connect(&mut host, &address).await;
    wire.abort();
    let then = Instant::now();
    assert!(end(&mut ours).await.to_string().contains("timed out"));
    assert!(then.elapsed() < Duration::from_secs(11), "{:?}", then.elapsed());
}

/// Ten minutes in which nobody has anything to say.
#[tokio::test(start_paused = true)]
async fn a_silent_connection_stays() {
    let (_host, _guest, mut theirs, mut ours) = pair().await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    open(&mut ours).await.unwrap().write_all(b"x").await.unwrap();
    accept(&mut theirs).await.unwrap();
}

#[tokio::test]
async fn a_closed_connection_is_noticed_at_once() {
    let (_host, _guest, mut theirs, mut ours) = pair().await;
    close(&mut ours).await;
    assert!(end(&mut theirs).await.to_string().contains("closed by peer"));
    // Also by who asks for a stream.
    assert!(open(&mut theirs).await.is_err());
    assert!(accept(&mut theirs).await.is_err());
    close(&mut theirs).await;
}

/// Everybody who dials goes as soon as the node has heard of them, and the node never finishes with any.
#[tokio::test]
async fn handshakes_are_bounded() {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let address = host.listen(LOOPBACK).await;
    let mut held = Vec::new();
    let error = loop {
        let dialling = guest.transport.dial(address.clone(), DIAL).unwrap();
        tokio::select! {
            biased;
            event = host.event() => held.push(event),
            dialled = dialling => break dialled.err().unwrap(),
        }
    };
    assert!(error.to_string().contains("did not answer in time"));
    assert_eq!(held.len(), 256);
    // Once they are over, others come in; so may one that has given up since.
    held.clear();
    let mut dialling = guest.transport.dial(address, DIAL).unwrap();
    let dialled = loop {
        tokio::select! {
            event = host.event() => held.push(event),
            dialled = &mut dialling => break dialled,
        }
    };
    assert_eq!(dialled.unwrap().0, host.peer);
}

#[tokio::test]
async fn other_addresses_are_left_to_other_transports() {
    let mut node = Node::new();
    for address in
        ["/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/udp/1", "/dns/localhost/udp/1/quic-v1", "/p2p-circuit"]
    {
        let address: Multiaddr = address.parse().unwrap();
        let listening = node.transport.listen_on(ListenerId::next(), address.clone());
        assert!(matches!(listening, Err(TransportError::MultiaddrNotSupported(_))));
        let dialling = node.transport.dial(address, DIAL);
        assert!(matches!(dialling, Err(TransportError::MultiaddrNotSupported(_))));
    }
}
