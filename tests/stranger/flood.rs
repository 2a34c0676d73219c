//! A peer that sends without end: streams, messages, frames that never end, or nothing but wishes.

use std::sync::Arc;

use futures::AsyncWriteExt;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{HEAD_BYTES, Kind, encode_head};
use parlor_protocol::invite::Invite;
use parlor_protocol::mesh::{Message as Said, STRIPES, State};
use serde_json::json;

use super::harm::address_of;
use super::member::card;
use super::raw::{CONTROL, Link, OBJECTS, Raw, framed, write};

/// Streams that are opened without being asked.
const STREAMS: usize = 5000;
/// Messages that are sent without being asked.
const MESSAGES: usize = 50_000;
/// Connections with as many names.
const NAMES: usize = 60;

/// Floods, and says what became of it: how much was sent until the node closed the connection, if it did, and whether it
/// takes this peer again.
pub(crate) async fn flood(invite: &Invite, how: &str) {
    let raw = Raw::new().await;
    let mut link = raw.dial(address_of(invite)).await.expect("the node takes a stranger");
    let sent = match how {
        "streams" => streams(&link).await,
        "messages" => messages(&link).await,
        "halves" => return halves(&raw, invite).await,
        "deaf" => return deaf(&mut link, invite).await,
        "names" => return names(invite).await,
        _ => panic!("no such flood: {how}"),
    };
    println!("{}", json!({ "event": "sent", "count": sent }));
    // It has been closed, or is at once.
    link.opener.closed().await;
    let again = match raw.dial(address_of(invite)).await {
        Some(link) => link.opener.open(CONTROL).await.is_some(),
        None => false,
    };
    println!("{}", json!({ "event": if again { "welcomed back" } else { "refused" } }));
}

/// Opens streams and says nothing on them.
async fn streams(link: &Link) -> usize {
    let mut held = Vec::new();
    for count in 0..STREAMS {
        let Some(mut stream) = link.opener.stream().await else { return count };
        // The first words of a negotiation; without them, the other side would not know of the stream.
        if stream.write_all(b"\x13/multistream/1.0.0\n\x12/parlor/control/1\n").await.is_err() {
            return count;
        }
        _ = stream.flush().await;
        held.push(stream);
    }
    STREAMS
}

/// Asks, and asks again, on one stream after the other.
async fn messages(link: &Link) -> usize {
    let ask = framed(&Message::AskCards { tag: None }).repeat(100);
    let mut sent = 0;
    while let Some(mut stream) = link.opener.open(CONTROL).await {
        while write(&mut stream, &ask).await.is_some() {
            sent += 100;
            if sent > MESSAGES {
                return sent;
            }
        }
    }
    sent
}

/// Opens as many streams as it is given, and begins the longest message on each without ending it.
async fn halves(raw: &Raw, invite: &Invite) {
    let length = Kind::Message.max_bytes();
    let mut begun = encode_head(Kind::Message, length).to_vec();
    begun.resize(HEAD_BYTES + length - 1, 0);
    let mut held = Vec::new();
    for _ in 0..4 {
        let Some(link) = raw.dial(address_of(invite)).await else { break };
        while let Some(mut stream) = link.opener.open(CONTROL).await {
            if write(&mut stream, &begun).await.is_none() {
                break;
            }
            held.push(stream);
            if held.len().is_multiple_of(64) {
                break;
            }
        }
        held.extend(link.opener.open(CONTROL).await);
        println!("{}", json!({ "event": "held", "count": held.len() }));
        tokio::spawn(async move { link.opener.closed().await });
    }
    until_told().await;
}

/// Is a neighbour, asks for every stripe, opens as many streams of objects as it may, and reads nothing.
async fn deaf(link: &mut Link, invite: &Invite) {
    let room = invite.room();
    let show = card(link, room).await.session().into();
    let mut control = link.opener.open(CONTROL).await.expect("the node takes a stream");
    let say = |message| framed(&Message::Mesh { room, show, message });
    let join = Said::Join { addresses: Vec::new(), state: State::default(), start: true };
    write(&mut control, &say(join)).await.expect("the node listens");
    let mut held = Vec::new();
    for _ in 0..48 {
        let Some(mut stream) = link.opener.open(OBJECTS).await else { break };
        write(&mut stream, &framed(&Message::Objects { room, show })).await;
        held.push(stream);
    }
    for stripe in 0..STRIPES as u8 {
        let ask = Said::Ask { stripe, have: Vec::new(), gives: 0, in_need: true };
        write(&mut control, &say(ask)).await.expect("the node listens");
    }
    println!("{}", json!({ "event": "held", "count": held.len() }));
    // So that it stays a neighbour.
    let stays = async {
        loop {
            write(&mut control, &say(Said::State(Arc::default()))).await;
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        () = stays => {}
        () = until_told() => {}
    }
}

/// Comes again and again under other names, and stays each time.
async fn names(invite: &Invite) {
    let mut held = Vec::new();
    for _ in 0..NAMES {
        let raw = Raw::new().await;
        if let Some(link) = raw.dial(address_of(invite)).await {
            let stream = link.opener.open(CONTROL).await;
            held.push((raw, link, stream));
        }
    }
    println!("{}", json!({ "event": "held", "count": held.len() }));
    until_told().await;
}

async fn until_told() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    _ = BufReader::new(tokio::io::stdin()).lines().next_line().await;
}
