//! The studio's panel `Network`: of a host who has just begun, and of one with a full house.

use parlor_web::view::{
    Branch, Comers, End, Invite, LobbyPicture, Nat, Network, NetworkFacts, NetworkFields, Reach, Relay,
    RelayState, RelayedRoom, Swarm, Upload, Visibility,
};

use super::ROOM;

pub(super) fn network(busy: bool) -> Network {
    let states = relays(busy);
    let addresses = [
        "/dns4/relay.example/udp/4001/quic-v1/p2p/12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo",
        "/ip4/203.0.113.10/udp/4001/quic-v1/p2p/12D3KooWLRPJAA5o6uPK1MTqAoBhbqLjPzQ1iZt5Jd9HqGq8vWxY",
        "/ip6/2001:db8::7/tcp/4001/p2p/12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X",
    ];
    let relay = |(address, state): (&str, RelayState)| Relay { address: address.into(), state };
    let relayed = |title: &str, children| RelayedRoom { id: ROOM.into(), title: title.into(), children };
    Network {
        visibility: if busy { Visibility::Listed } else { Visibility::Invite },
        lobby_picture: if busy { LobbyPicture::Blurred } else { LobbyPicture::Live },
        comers: Comers::Whoever,
        invites: if busy { invites() } else { Vec::new() },
        reach: if busy { Reach::Relayed } else { Reach::Direct },
        relays: addresses.into_iter().zip(states).map(relay).collect(),
        relayed: if busy { vec![relayed("Letters and ink", 3), relayed("", 0)] } else { Vec::new() },
        facts: facts(busy),
        fields: NetworkFields::default(),
    }
}

fn relays(busy: bool) -> Vec<RelayState> {
    let lost = "It does not answer; its last word was an hour ago.";
    let states = vec![RelayState::Ready, RelayState::Connecting, RelayState::Lost(lost.into())];
    if busy { states } else { Vec::new() }
}

fn invites() -> Vec<Invite> {
    let invite = |name: &str, here, limit, made_secs| Invite {
        id: format!("i{made_secs}"),
        name: name.into(),
        here,
        used: here + 1,
        limit,
        ends: limit.map(|limit| if limit > 1 { End::In(7200) } else { End::Past }),
        opens_lock: limit == Some(1),
        made_secs,
        web_link: format!("http://192.168.1.7:8787/room/{ROOM}/invite/k7h2m4qx9r5tw8zpk7h2m4qx9r5tw8zp"),
        link: format!("parlor://{ROOM}/k7h2m4qx9r5tw8zpk7h2m4qx9r5tw8zp"),
    };
    vec![
        invite("Thursday class", 7, Some(12), 40),
        invite("Grandmother and everybody who sits beside her on the sofa", 1, Some(1), 7300),
        invite("", 31, None, 1_036_800),
    ]
}

pub(super) fn facts(busy: bool) -> NetworkFacts {
    let sizes = if busy { &[38, 21, 14, 9, 5, 2, 1, 1][..] } else { &[] };
    let branch = |(at, &nodes): (usize, &usize)| Branch { nodes, through_relay: at % 3 == 2 };
    NetworkFacts {
        reach: if busy { Reach::Relayed } else { Reach::Direct },
        nat: if busy { Nat::RelayOnly } else { Nat::Unreachable },
        relays: relays(busy),
        peers: if busy { 47 } else { 2 },
        browsers: if busy { 12 } else { 0 },
        relayed: if busy { 2 } else { 0 },
        upload: Upload { used_bps: if busy { 18_400_000 } else { 0 }, allowed_bps: 20_000_000 },
        swarm: Swarm {
            viewers: sizes.iter().sum(),
            branches: sizes.iter().enumerate().map(branch).collect(),
        },
    }
}
