//! A stream is opened, or the caller learns why not.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn four_hundred_at_once_all_arrive() {
    const GUESTS: usize = 8;
    const EACH: u32 = 50;
    let mut host = Node::new();
    let address = host.listen().await;
    let mut guests: Vec<_> = (0..GUESTS).map(|_| Node::new()).collect();
    for guest in &mut guests {
        guest.dial(host.peer, address.clone());
        guest.event().await;
    }
    let peer = host.peer;
    tokio::spawn(async move {
        while let Some(Inbound { mut stream, .. }) = host.talk.next().await {
            tokio::spawn(async move {
                let mut number = [0; 4];
                stream.read_exact(&mut number).await.unwrap();
                stream.write_all(&number).await.unwrap();
                stream.close().await.unwrap();
            });
        }
    });
    let ask = |guest: &Node, number: u32| {
        let opening = guest.control.clone();
        async move {
            let mut stream = opening.open(peer, TALK).await.unwrap();
            stream.write_all(&number.to_be_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert_eq!(answer, number.to_be_bytes());
        }
    };
    let asking: Vec<_> =
        guests.iter().flat_map(|guest| (0..EACH).map(move |number| ask(guest, number))).collect();
    assert_eq!(join_all(asking).await.len(), 400);
}

#[tokio::test]
async fn each_protocol_has_its_own_queue() {
    let (mut host, guest) = pair(Limits::default(), Limits::default()).await;
    let (watching, inbound) = futures::join!(guest.control.open(host.peer, WATCH), async {
        let mut inbound = host.watch.next().await.unwrap();
        inbound.stream.write_all(b"x").await.unwrap();
        inbound
    });
    assert_eq!((inbound.peer, inbound.protocol), (guest.peer, WATCH));
    let mut byte = [0];
    watching.unwrap().read_exact(&mut byte).await.unwrap();
    assert_eq!(&byte, b"x");
}

#[tokio::test]
async fn both_sides_open() {
    let (mut host, mut guest) = pair(Limits::default(), Limits::default()).await;
    let (mut asking, mut answering) = stream(&host, &mut guest).await;
    exchange(&mut asking, &mut answering.stream).await;
    let (mut asking, mut answering) = stream(&guest, &mut host).await;
    exchange(&mut asking, &mut answering.stream).await;
}

#[tokio::test]
async fn a_full_queue_is_seen() {
    let limits = Limits { queue: 2, ..Limits::default() };
    let (mut host, guest) = pair(limits, Limits::default()).await;
    let mut opening: FuturesUnordered<_> = (0..5).map(|_| guest.open(&host)).collect();
    for _ in 0..3 {
        assert_eq!(opening.next().await.unwrap().err(), Some(OpenError::Refused));
    }
    drop(opening);
    // Those that waited are gone with their opener; there is room again.
    for _ in 0..2 {
        assert!(host.talk.next().await.unwrap().stream.read_exact(&mut [0]).await.is_err());
    }
    stream(&guest, &mut host).await;
}

#[tokio::test]
async fn an_unwanted_stream_is_refused() {
    let (mut host, guest) = pair(Limits::default(), Limits::default()).await;
    let peer = host.peer;
    let (opened, ()) = futures::join!(guest.control.open(peer, TALK), async {
        drop(host.talk.next().await);
    });
    assert_eq!(opened.err(), Some(OpenError::Refused));
    // So are all once nobody takes them.
    drop(host.talk);
    assert_eq!(guest.control.open(peer, TALK).await.err(), Some(OpenError::Refused));
}

#[tokio::test]
async fn an_unknown_protocol_is_told() {
    let (host, guest) = pair(Limits::default(), Limits::default()).await;
    let other = StreamProtocol::new("/test/other/1");
    let refused = guest.control.open(host.peer, other.clone()).await.err();
    assert_eq!(refused, Some(OpenError::Unsupported(other)));
}

#[tokio::test]
async fn a_peer_without_connection_is_told() {
    let (host, guest) = pair(Limits::default(), Limits::default()).await;
    assert_eq!(guest.control.open(PeerId::random(), TALK).await.err(), Some(OpenError::NotConnected));
    // Also where the connection goes while the stream is being opened.
    let left = guest.peer;
    let opening = guest.open(&host);
    let leaving = async { host.order(move |swarm| swarm.disconnect_peer_id(left).unwrap()) };
    let (opened, ()) = futures::join!(opening, leaving);
    assert_eq!(opened.err(), Some(OpenError::NotConnected));
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let impatient = Limits { opening_time: Duration::from_millis(200), ..Limits::default() };
    let (host, guest) = pair(Limits::default(), impatient).await;
    assert_eq!(guest.open(&host).await.err(), Some(OpenError::TimedOut));
}

#[tokio::test]
async fn openings_are_bounded() {
    let modest = Limits { opening_per_peer: 2, ..Limits::default() };
    let (mut host, guest) = pair(Limits::default(), modest).await;
    let mut opening: FuturesUnordered<_> = (0..3).map(|_| guest.open(&host)).collect();
    assert_eq!(opening.next().await.unwrap().err(), Some(OpenError::TooMany));
    drop(opening);
    // The places are free again as soon as the swarm has let go of them.
    for _ in 0..2 {
        assert!(host.talk.next().await.unwrap().stream.read_exact(&mut [0]).await.is_err());
    }
    stream(&guest, &mut host).await;
}
