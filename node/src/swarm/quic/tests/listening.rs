//! Sockets, and the addresses that they have.

use std::collections::BTreeSet;
use std::net::UdpSocket;

use futures::AsyncWriteExt;

use super::*;

const LOOPBACK: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

fn has_ipv6() -> bool {
    let has_it = UdpSocket::bind("[::1]:0").is_ok();
    if !has_it {
        println!("SKIPPED: this machine has no IPv6");
    }
    has_it
}

#[tokio::test]
async fn we_dial_from_where_we_listen() {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let there = host.listen(LOOPBACK).await;
    let here = guest.listen(LOOPBACK).await;
    for (port_use, same) in [(PortUse::Reuse, true), (PortUse::New, false)] {
        let dialling = guest.transport.dial(there.clone(), DialOpts { port_use, ..DIAL }).unwrap();
        let (dialled, (accepted, from)) = futures::join!(dialling, host.accept());
        assert!(dialled.is_ok() && accepted.is_ok());
        assert_eq!(port(&from) == port(&here), same);
    }
}

#[tokio::test]
async fn who_does_not_listen_has_one_port_too() {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let there = host.listen(LOOPBACK).await;
    let mut ports = BTreeSet::new();
    for _ in 0..3 {
        let (dialled, (_, from)) =
            futures::join!(guest.transport.dial(there.clone(), DIAL).unwrap(), host.accept());
        assert!(dialled.is_ok());
        ports.insert(port(&from));
    }
    assert_eq!(ports.len(), 1);
}

#[tokio::test]
async fn all_addresses_of_the_machine_are_told() {
    let mut node = Node::new();
    node.transport.listen_on(ListenerId::next(), "/ip4/0.0.0.0/udp/0/quic-v1".parse().unwrap()).unwrap();
    let mut wanted: BTreeSet<_> = if_addrs::get_if_addrs()
        .unwrap()
        .into_iter()
        .filter(|interface| interface.ip().is_ipv4())
        .map(|interface| interface.ip())
        .collect();
    while !wanted.is_empty() {
        let TransportEvent::NewAddress { listen_addr, .. } = node.event().await else {
            panic!("no address");
        };
        assert_ne!(port(&listen_addr), 0);
        wanted.retain(|ip| !listen_addr.to_string().starts_with(&format!("/ip4/{ip}/")));
    }
    // And it can be reached there.
    let listening = TransportEvent::is_upgrade;
    let mut guest = Node::new();
    let address = node.listen(LOOPBACK).await;
    let dialling = guest.transport.dial(address, DIAL).unwrap();
    let (dialled, event) = futures::join!(dialling, async {
        let event = node.event().await;
        assert!(listening(&event));
        event.into_incoming().unwrap().0.await
    });
    assert!(dialled.is_ok() && event.is_ok());
}

#[tokio::test]
async fn ipv6_has_a_socket_of_its_own_on_the_same_port() {
    if !has_ipv6() {
        return;
    }
    let (mut host, mut guest) = (Node::new(), Node::new());
    let four = host.listen(LOOPBACK).await;
    let six = host.listen(&format!("/ip6/::1/udp/{}/quic-v1", port(&four))).await;
    guest.listen("/ip6/::1/udp/0/quic-v1").await;
    for address in [four, six] {
        guest.connect(&mut host, &address).await;
    }
}

#[tokio::test]
async fn both_families_share_a_port_on_all_addresses() {
    if !has_ipv6() {
        return;
    }
    let mut node = Node::new();
    let four = node.listen("/ip4/0.0.0.0/udp/0/quic-v1").await;
    let six = format!("/ip6/::/udp/{}/quic-v1", port(&four)).parse().unwrap();
    node.transport.listen_on(ListenerId::next(), six).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_removed_listener_takes_nobody_and_drops_nobody() {
    let (mut host, mut guest) = (Node::new(), Node::new());
    let id = ListenerId::next();
    host.transport.listen_on(id, LOOPBACK.parse().unwrap()).unwrap();
    let TransportEvent::NewAddress { listen_addr, .. } = host.event().await else { panic!("no address") };
    let (mut ours, mut theirs) = guest.connect(&mut host, &listen_addr).await;

    assert!(host.transport.remove_listener(id));
    assert!(!host.transport.remove_listener(id));
    let TransportEvent::ListenerClosed { listener_id, .. } = host.event().await else { panic!("not closed") };
    assert_eq!(listener_id, id);

    let dialling = guest.transport.dial(listen_addr, DIAL).unwrap();
    assert!(host.during(dialling).await.is_err());
    open(&mut ours).await.unwrap().write_all(b"x").await.unwrap();
    accept(&mut theirs).await.unwrap();
}
