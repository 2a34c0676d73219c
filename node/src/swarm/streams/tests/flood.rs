//! Who opens streams without end disturbs nobody else.

use super::*;

#[tokio::test]
async fn a_flood_is_refused_and_told() {
    const TRIES: usize = 300;
    let hostile = Limits { opening_per_peer: TRIES, ..Limits::default() };
    let (mut host, flooder) = pair(Limits::default(), hostile).await;
    let mut honest = Node::new();
    let address = host.listen().await;
    honest.dial(host.peer, address);
    assert_eq!(honest.event().await, Event::Connected { peer: host.peer, relayed: false });
    assert_eq!(host.event().await, Event::Connected { peer: honest.peer, relayed: false });

    // The host takes whatever gets in, and keeps it open.
    let Node { peer, talk: mut incoming, mut events, orders: _orders, .. } = host;
    let (sender, mut taken) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(mut inbound) = incoming.next().await {
            inbound.stream.flush().await.unwrap();
            sender.send(inbound).unwrap();
        }
    });
    let tries = join_all((0..TRIES).map(|_| flooder.control.open(peer, TALK))).await;
    let (opened, refused): (Vec<_>, Vec<_>) = tries.into_iter().partition(Result::is_ok);
    assert_eq!(opened.len(), Limits::default().inbound_per_peer);
    assert!(refused.iter().all(|refused| matches!(refused, Err(OpenError::Refused))));
    assert_eq!(events.recv().await.unwrap(), Event::Flood(flooder.peer));

    // It is told once, and others come in as ever.
    assert!(honest.control.open(peer, TALK).await.is_ok());
    assert!(events.try_recv().is_err());
    let mut inbound = Vec::new();
    taken.recv_many(&mut inbound, TRIES).await;
    assert_eq!(inbound.iter().filter(|inbound| inbound.peer == honest.peer).count(), 1);
    assert_eq!(inbound.len(), opened.len() + 1);
}

#[tokio::test]
async fn the_node_has_a_ceiling_for_all() {
    let limits = Limits { inbound: 1, ..Limits::default() };
    let (mut host, guest) = pair(limits, Limits::default()).await;
    let (mut asking, answering) = stream(&guest, &mut host).await;
    assert_eq!(guest.open(&host).await.err(), Some(OpenError::Refused));
    // A stream counts as long as our own program has it.
    asking.close().await.unwrap();
    assert_eq!(guest.open(&host).await.err(), Some(OpenError::Refused));
    drop(answering);
    stream(&guest, &mut host).await;
}
