//! A direct connection is preferred to a relay's circuit.

use libp2p::multiaddr::Protocol;

use super::*;

#[tokio::test]
async fn a_direct_connection_is_preferred() {
    let (mut relay, mut host, mut guest) = (Node::with(Limits::default(), true), Node::new(), Node::new());
    let direct = host.listen().await;
    let relay_address = relay.listen().await.with(Protocol::P2p(relay.peer));
    let circuit = relay_address.with(Protocol::P2pCircuit);
    host.order({
        let circuit = circuit.clone();
        move |swarm| _ = swarm.listen_on(circuit).unwrap()
    });
    host.addresses.recv().await.unwrap();
    assert_eq!(host.event().await, Event::Connected { peer: relay.peer, relayed: false });

    guest.dial(host.peer, circuit.with(Protocol::P2p(host.peer)));
    assert_eq!(guest.event().await, Event::Connected { peer: relay.peer, relayed: false });
    assert_eq!(guest.event().await, Event::Connected { peer: host.peer, relayed: true });
    assert_eq!(host.event().await, Event::Connected { peer: guest.peer, relayed: true });
    let (mut old, mut inbound) = stream(&guest, &mut host).await;

    // At the end of a circuit a dropped stream looks like one that has ended; still it is no stream that was taken.
    let (refused, ()) = futures::join!(guest.control.open(host.peer, TALK), async {
        drop(host.talk.next().await);
    });
    assert_eq!(refused.err(), Some(OpenError::Refused));

    guest.dial(host.peer, direct);
    for node in [&mut guest, &mut host] {
        for relayed in [false, true, false] {
            assert_eq!(node.relayed.recv().await, Some(relayed));
        }
    }
    // New streams run over it, and the old one goes on.
    let (mut new, mut new_inbound) = stream(&guest, &mut host).await;
    exchange(&mut old, &mut inbound.stream).await;
    // Without the circuit the old one ends, and the new one does not notice.
    drop(relay);
    assert!(!matches!(old.read(&mut [0]).await, Ok(1..)));
    exchange(&mut new, &mut new_inbound.stream).await;
}
