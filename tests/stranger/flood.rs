//! A peer that sends without end: streams, messages, frames that never end, or nothing but wishes.

use futures::AsyncWriteExt;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{HEAD_BYTES, Kind, encode_head};
use parlor_protocol::invite::Invite;
use parlor_protocol::media::TrackName;
use serde_json::json;

use super::harm::address_of;
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
    let link = raw.dial(address_of(invite)).await.expect("the node takes a stranger");
    let sent = match how {
        "streams" => streams(&link).await,
        "messages" => messages(&link).await,
        "halves" => return halves(&raw, invite).await,
        "deaf" => return deaf(&link, invite).await,
        "names" => return names(invite).await,
        _ => panic!("no such flood: {how}"),
    };
    println!("{}", json!({ "event": "sent", "count": sent }));
    // It has been closed, or is at once.
    link.closed().await;
    let again = match raw.dial(address_of(invite)).await {
        Some(link) => link.open(CONTROL).await.is_some(),
        None => false,
    };
    println!("{}", json!({ "event": if again { "welcomed back" } else { "refused" } }));
}

/// Opens streams and says nothing on them.
async fn streams(link: &Link) -> usize {
    let mut held = Vec::new();
    for count in 0..STREAMS {
        let Some(mut stream) = link.stream().await else { return count };
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
    while let Some(mut stream) = link.open(CONTROL).await {
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
        while let Some(mut stream) = link.open(CONTROL).await {
            if write(&mut stream, &begun).await.is_none() {
                break;
            }
            held.push(stream);
            if held.len().is_multiple_of(64) {
                break;
            }
        }
        held.extend(link.open(CONTROL).await);
        println!("{}", json!({ "event": "held", "count": held.len() }));
        tokio::spawn(async move { link.closed().await });
    }
    until_told().await;
}

/// Wants every track as often as it may, and reads nothing.
async fn deaf(link: &Link, invite: &Invite) {
    let mut held = Vec::new();
    for _ in 0..48 {
        let Some(mut stream) = link.open(OBJECTS).await else { break };
        let wish = Message::Subscribe { room: invite.room(), track: TrackName::VIDEO, after: None };
        write(&mut stream, &framed(&wish)).await;
        held.push(stream);
    }
    println!("{}", json!({ "event": "held", "count": held.len() }));
    until_told().await;
}

/// Comes again and again under other names, and stays each time.
async fn names(invite: &Invite) {
    let mut held = Vec::new();
    for _ in 0..NAMES {
        let raw = Raw::new().await;
        if let Some(link) = raw.dial(address_of(invite)).await {
            let stream = link.open(CONTROL).await;
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
