//! Rooms that are hosted behind routers, and one whose host hides: in networks of their own, with all packets recorded.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::net::IpAddr;

use parlor_e2e::capture::{Capture, bytes_between};
use parlor_e2e::internet::{Family, Internet, Router, Server};
use parlor_e2e::memory::{self, is_in};
use parlor_e2e::program::{Program, run_in};
use parlor_e2e::tape::{Tape, breaks};
use parlor_e2e::{Namespace, Node, Place, in_time};

/// Bytes that count as a stream, of 60 pictures: they have twice as many.
const STREAM: usize = 60_000;

/// A relay on the backbone, and its address for others.
async fn relay(server: &Server, more: &[&str]) -> (Program, String) {
    let (relay, ready) = Program::relay(Place::In(&server.namespace), more).await;
    let ip = server.address.to_string();
    let public = |address: &&String| address.contains(&ip) && address.contains("quic");
    let address = ready.p2p.iter().find(public).unwrap_or_else(|| panic!("{ip} is not in {:?}", ready.p2p));
    (relay, address.clone())
}

async fn host(namespace: &Namespace, relay: &str, more: &[&str]) -> Node {
    let args = ["--camera", "test", "--live", "--relay", relay];
    Node::start_in(Place::In(namespace), &[&args[..], more].concat(), "").await
}

/// Somebody who has nothing but the link.
async fn watch(namespace: &Namespace, link: &str) -> (Program, Tape) {
    let args = ["watch", link, "--out", "-", "--stats", "--no-mdns"];
    let mut program = Program::start(Place::In(namespace), &args);
    let mut tape = program.film();
    tape.more(1).await;
    (program, tape)
}

/// How many bytes came to this address from each of these while 60 pictures did.
async fn sources(router: &Namespace, tape: &mut Tape, at: IpAddr, from: [IpAddr; 2]) -> [usize; 2] {
    let capture = Capture::start(router, "wan").await;
    tape.more(60).await;
    let packets = capture.end().await;
    from.map(|source| bytes_between(&packets, source, at))
}

async fn reached_directly(family: Family) {
    let Some(mut internet) = Internet::new(family) else { return };
    let (server, ours, theirs) = (internet.server(), internet.server(), internet.home(Router::Plain));
    let (_relay, relay) = relay(&server, &[]).await;
    let host = host(&ours.namespace, &relay, &[]).await;
    let (_program, mut tape) = watch(&theirs.namespace, &host.ready().invite).await;
    in_time("the relay's last word", async {
        loop {
            let from = [ours.address, server.address];
            let found = sources(&theirs.router, &mut tape, theirs.seen_as, from).await;
            assert!(found[0] > STREAM, "not from the host, from the first picture on: {found:?}");
            // Whoever comes is told of the room, of the table, and how the world sees them.
            if found[1] < STREAM / 10 {
                return;
            }
        }
    })
    .await;
}

async fn hole_punched(family: Family) {
    let Some(mut internet) = Internet::new(family) else { return };
    let (server, ours, theirs) =
        (internet.server(), internet.home(Router::Plain), internet.home(Router::Plain));
    let (_relay, relay) = relay(&server, &[]).await;
    let host = host(&ours.namespace, &relay, &[]).await;
    let (_program, mut tape) = watch(&theirs.namespace, &host.ready().invite).await;
    // Whoever has just come goes on with a newer group, if there is one, instead of what is missing of the first.
    tape.more(30).await;
    let begun = tape.pictures().len();
    in_time("the short way", async {
        loop {
            let from = [ours.seen_as, server.address];
            let found = sources(&theirs.router, &mut tape, theirs.seen_as, from).await;
            if found[0] > STREAM && found[1] < STREAM / 10 {
                return;
            }
        }
    })
    .await;
    // On the way from the long way to the short one, nothing was lost.
    assert!(breaks(&tape.pictures()[begun..]).is_empty(), "chunks are missing");
}

#[tokio::test]
async fn a_host_with_a_public_address_is_reached_directly() {
    reached_directly(Family::V4).await;
}

#[tokio::test]
async fn a_host_with_a_public_ipv6_address_is_reached_directly() {
    reached_directly(Family::V6).await;
}

#[tokio::test]
async fn two_homes_find_the_short_way_through_their_routers() {
    hole_punched(Family::V4).await;
}

#[tokio::test]
async fn two_homes_find_the_short_way_through_their_ipv6_routers() {
    hole_punched(Family::V6).await;
}

#[tokio::test]
async fn where_no_hole_can_be_punched_the_relay_carries_it() {
    let Some(mut internet) = Internet::new(Family::V4) else { return };
    let (server, ours, theirs) =
        (internet.server(), internet.home(Router::Random), internet.home(Router::Random));
    let (_relay, relay) = relay(&server, &[]).await;
    let host = host(&ours.namespace, &relay, &[]).await;
    let (_program, mut tape) = watch(&theirs.namespace, &host.ready().invite).await;
    let found = sources(&theirs.router, &mut tape, theirs.seen_as, [server.address, ours.seen_as]).await;
    assert!(found[0] > STREAM && found[1] < STREAM / 10, "from the relay and from the host: {found:?}");
}

#[tokio::test]
async fn who_cannot_reach_the_host_meets_others_in_the_room_through_the_table() {
    let Some(mut internet) = Internet::new(Family::V4) else { return };
    let [server, ours, first, second] = [(); 4].map(|()| internet.server());
    let (_relay, relay) = relay(&server, &[]).await;
    let args = ["--camera", "test", "--live", "--visibility", "listed", "--bootstrap", &relay];
    let host = Node::start_in(Place::In(&ours.namespace), &args, "").await;
    let shut = second.address;
    ours.namespace.rules(&format!(
        "table inet wall {{
            chain arriving {{ type filter hook input priority 0
                ip saddr {shut} drop
            }}
        }}"
    ));

    let watch = ["watch", &host.ready().room, "--out", "-", "--stats", "--no-mdns", "--bootstrap", &relay];
    let mut near = Program::start(Place::In(&first.namespace), &watch);
    let mut tape = near.film();
    tape.more(1).await;
    let mut far = Program::start(Place::In(&second.namespace), &watch);
    far.film().more(60).await;
    far.until("the way over the other viewer", |stats| stats.hops == Some(2)).await;
}

/// An address as it would stand in a text, or in a multiaddress (`/ip4` is 4).
fn traces(address: IpAddr) -> [Vec<u8>; 2] {
    let IpAddr::V4(v4) = address else { panic!("{address} is no IPv4 address") };
    [address.to_string().into_bytes(), [&[4][..], &v4.octets()].concat()]
}

/// All that a stranger can learn from this node and the table behind it.
async fn look(from: &Namespace, bootstrap: &str, room: &str) -> String {
    let mut stranger = Place::In(from).command(env!("CARGO_BIN_EXE_parlor-stranger"));
    let output = in_time("a look around", stranger.args(["look", bootstrap, room]).output()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn who_hides_behind_a_relay_is_seen_by_nobody_else() {
    let Some(mut internet) = Internet::new(Family::V4) else { return };
    let (chosen, keeper, lookout) = (internet.server(), internet.server(), internet.server());
    let (ours, theirs) = (internet.home(Router::Plain), internet.home(Router::Plain));
    let wires = [&chosen.namespace, &keeper.namespace, &lookout.namespace, &ours.router, &theirs.router];
    let mut captures = Vec::new();
    for wire in wires {
        captures.push(Capture::start(wire, "wan").await);
    }
    // The table's other keeper, who is not the host's choice.
    let (keeping, keepers) = relay(&keeper, &[]).await;
    let (relaying, relays) = relay(&chosen, &["--bootstrap", &keepers]).await;
    let hidden = ["--reach", "relayed", "--visibility", "listed"];
    let host = host(&ours.namespace, &relays, &hidden).await;
    let room = host.ready().room.clone();
    assert!(host.ready().p2p.iter().all(|address| address.contains("/p2p-circuit/")), "{:?}", host.ready());

    let found = in_time("the room in the lobby", async {
        loop {
            let args = ["rooms", "--json", "--wait", "2", "--no-mdns", "--bootstrap", &keepers];
            let output = run_in(Place::In(&lookout.namespace), &args).await;
            if is_in(&output.stdout, room.as_bytes()) {
                return output.stdout;
            }
        }
    })
    .await;
    let args = ["watch", &room, "--out", "-", "--stats", "--no-mdns", "--bootstrap", &keepers];
    let mut program = Program::start(Place::In(&theirs.namespace), &args);
    let mut tape = program.film();
    tape.more(60).await;
    let mut said = String::from_utf8(found).unwrap();
    for bootstrap in [&keepers, &relays] {
        said += &look(&lookout.namespace, bootstrap, &room).await;
    }
    for learned in ["card reach ", "table "] {
        assert!(
            said.lines().any(|line| line.starts_with(learned)),
            "a stranger learned no {learned}: {said}"
        );
    }

    let me = [traces(ours.address), traces(ours.seen_as)].concat();
    let me: Vec<&[u8]> = me.iter().map(Vec::as_slice).collect();
    assert!(!memory::found(relaying.pid(), &me).is_empty(), "the search itself finds nothing");
    assert_eq!(
        memory::found(keeping.pid(), &me),
        [] as [&[u8]; 0],
        "a node that keeps the table knows the host"
    );
    assert_eq!(memory::found(program.pid(), &me), [] as [&[u8]; 0], "who watches knows the host");
    let betrays = |line: &&str| me.iter().any(|trace| is_in(line.as_bytes(), trace));
    assert_eq!(said.lines().find(betrays), None, "a stranger learned of the host");

    let host_alone = [ours.seen_as, ours.address];
    for (wire, capture) in wires.into_iter().zip(captures) {
        let packets = capture.end().await;
        assert!(packets.len() > 10, "nothing was recorded on {}", wire.name());
        for packet in packets {
            let ends = [packet.from, packet.to];
            if ends.iter().any(|end| host_alone.contains(end)) {
                assert!(
                    ends.contains(&chosen.address),
                    "the host met somebody else: {ends:?} on {}",
                    wire.name()
                );
            } else {
                assert!(
                    !me.iter().any(|trace| is_in(&packet.bytes, trace)),
                    "the host in a packet: {ends:?}"
                );
            }
        }
    }
}
