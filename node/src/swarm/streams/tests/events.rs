//! Peers come and go, and leave nothing behind.

use super::*;

#[tokio::test]
async fn the_first_connection_and_the_last_are_told() {
    let (mut host, mut guest) = pair(Limits::default(), Limits::default()).await;
    let address = host.listen().await;
    guest.dial(host.peer, address);
    // The second connection is there when the new one carries a stream.
    let (mut second, mut inbound) = stream(&guest, &mut host).await;
    exchange(&mut second, &mut inbound.stream).await;
    let peer = host.peer;
    guest.order(move |swarm| swarm.disconnect_peer_id(peer).unwrap());
    assert_eq!(guest.event().await, Event::Disconnected(host.peer));
    assert_eq!(host.event().await, Event::Disconnected(guest.peer));
    assert_eq!((host.control.known_peers(), guest.control.known_peers()), (0, 0));
    assert_eq!(guest.open(&host).await.err(), Some(OpenError::NotConnected));
}

#[tokio::test]
async fn streams_end_with_the_swarm() {
    let (mut host, guest) = pair(Limits::default(), Limits::default()).await;
    let (mut asking, _inbound) = stream(&guest, &mut host).await;
    let Node { mut talk, orders, .. } = host;
    drop(orders);
    assert!(asking.read_exact(&mut [0]).await.is_err());
    assert!(talk.next().await.is_none());
}
