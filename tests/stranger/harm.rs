//! A peer that takes its place in a room's tree, passes the room on as an honest one would, and then does harm.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use libp2p::Multiaddr;
use parlor_protocol::card::SignedCard;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Frame, Kind, Reader, encode_head};
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Invite;
use parlor_protocol::media::{TrackName, UnixMs};
use parlor_protocol::object::Received;
use parlor_protocol::overlay::{Message as Tree, PeerName, Standing};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::{oneshot, watch};
use tokio::time::{interval, sleep};

use super::raw::{CONTROL, Link, OBJECTS, Raw, Stream, framed, read, write};

/// Objects that are kept back while it is honest, so that there are some to be spoiled that nobody has seen.
const KEPT_BACK: usize = 12;
/// More than a node takes again of what it has had.
const REPEATS: usize = 2000;

/// What it says of itself, more than any honest node has.
const CLAIMS: Standing = Standing { viewers: 3, places: u16::MAX, places_below: u32::MAX };
/// How long it waits before it asks for a place again.
const ROUND: Duration = Duration::from_millis(500);
/// How often it says how it stands, as `spec/overlay.md`, section 4, has it.
const REPORT_EVERY: Duration = Duration::from_millis(300);

/// The harm that it does on a stream of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// One bit of an object's header, of its sealed body, or of its signature is another.
    Header,
    Body,
    Signature,
    /// What was sent is sent again, and again.
    Repeat,
    /// Objects from a file: another room's, or the same room's of another day.
    Foreign,
    /// Objects of another track.
    Swap,
    /// A frame of a kind that does not exist.
    Kind,
    /// A frame that is longer than any may be.
    Long,
    /// None but signs of life.
    Silence,
}

impl Harm {
    fn named(name: &str) -> Self {
        match name {
            "header" => Self::Header,
            "body" => Self::Body,
            "signature" => Self::Signature,
            "repeat" => Self::Repeat,
            "foreign" => Self::Foreign,
            "swap" => Self::Swap,
            "kind" => Self::Kind,
            "long" => Self::Long,
            "silence" => Self::Silence,
            _ => panic!("no such harm: {name}"),
        }
    }
}

/// What it took from the host, for everybody who takes from it.
struct Loot {
    room: RoomId,
    card: SignedCard,
    /// The way from the host to this peer.
    path: Vec<PeerName>,
    video: Track,
    audio: Track,
    catalogue: Track,
    foreign: Vec<Bytes>,
    harm: Harm,
    /// Whether it has begun to do harm.
    harming: watch::Sender<bool>,
}

/// One track's objects.
#[derive(Default)]
struct Track {
    objects: Mutex<Vec<Bytes>>,
    count: watch::Sender<usize>,
}

impl Loot {
    fn track(&self, name: &TrackName) -> Option<&Track> {
        let known = [
            (TrackName::VIDEO, &self.video),
            (TrackName::AUDIO, &self.audio),
            (TrackName::CATALOGUE, &self.catalogue),
        ];
        known.into_iter().find(|(known, _)| known == name).map(|(_, track)| track)
    }
}

pub(crate) fn say(event: &serde_json::Value) {
    println!("{event}");
}

/// Takes the objects of a room's picture, and writes so many into a file.
pub(crate) async fn record(invite: &Invite, count: usize, file: &str) {
    let mut raw = Raw::new().await;
    let (_link, _leave, loot) = join(&mut raw, invite, Harm::Body, Vec::new()).await;
    let mut have = loot.video.count.subscribe();
    have.wait_for(|have| *have >= count).await.unwrap();
    let objects = loot.video.objects.lock().unwrap().clone();
    let framed = objects.iter().map(|object| [&(object.len() as u32).to_be_bytes()[..], object].concat());
    std::fs::write(file, framed.collect::<Vec<_>>().concat()).unwrap();
}

/// Is a parent until it is told to do harm; says what becomes of it.
pub(crate) async fn parent(invite: &Invite, harm: &str, foreign: Option<&str>) {
    let foreign = foreign.map(objects_of).unwrap_or_default();
    let mut raw = Raw::new().await;
    let (_link, leave, loot) = join(&mut raw, invite, Harm::named(harm), foreign).await;
    say(&json!({ "event": "joined", "peer": raw.me.to_string() }));

    let child = raw.inbound.recv().await.unwrap();
    let (peer, addresses) = (child.peer, adopt(child, loot.clone()));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    lines.next_line().await.unwrap();
    loot.harming.send_replace(true);
    // It gives its place up, so that there is one for whoever leaves it.
    _ = leave.send(());
    let addresses = addresses.await.unwrap();
    say(&json!({ "event": "dropped", "peer": peer.to_string() }));
    for address in addresses {
        if let Some(link) = raw.dial(address).await
            && link.open(CONTROL).await.is_some()
        {
            say(&json!({ "event": "welcomed back" }));
            return;
        }
    }
    say(&json!({ "event": "refused" }));
}

/// Takes a place below this node and checks all that it passes on, until standard input ends.
pub(crate) async fn witness(invite: &Invite, address: Multiaddr) {
    let mut raw = Raw::new().await;
    let at = Invite::new(invite.room(), vec![address.to_string().parse().unwrap()], None).unwrap();
    let (_link, _leave, loot) = join(&mut raw, &at, Harm::Body, Vec::new()).await;
    let (session, room) = (loot.card.session(), loot.room);
    let mut seen = 0;
    let mut count = loot.video.count.subscribe();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let objects = loot.video.objects.lock().unwrap()[seen..].to_vec();
        for object in objects {
            let received = Received::read(object).expect("an object");
            received.verify(&session, &room).expect("only what the host signed is passed on");
            seen += 1;
            say(&json!({ "event": "verified", "count": seen }));
        }
        tokio::select! {
            changed = count.changed() => changed.expect("objects go on"),
            line = lines.next_line() => if line.unwrap().is_none() { return },
        }
    }
}

/// The first address of an invite that this peer can dial.
pub(crate) fn address_of(invite: &Invite) -> Multiaddr {
    let texts = invite.addresses().iter().map(parlor_protocol::invite::Address::as_str);
    let quic = texts.filter(|text| text.starts_with("/ip4/") && text.contains("/quic-v1"));
    quic.map(|text| text.parse().unwrap()).next().expect("the invite has an IPv4 address")
}

/// Becomes a child, with more to offer than any honest node has.
async fn join(
    raw: &mut Raw,
    invite: &Invite,
    harm: Harm,
    foreign: Vec<Bytes>,
) -> (Link, oneshot::Sender<()>, Arc<Loot>) {
    let room = invite.room();
    let mut link = raw.dial(address_of(invite)).await.expect("the node takes a stranger");
    let mut control = link.open(CONTROL).await.expect("the node takes a stream");
    write(&mut control, &framed(&Message::AskCard { room })).await.unwrap();
    let addresses = vec![raw.address.to_string().parse().unwrap()];
    let join = framed(&Message::Overlay { room, message: Tree::Join { addresses, standing: CLAIMS } });
    write(&mut control, &join).await.unwrap();

    let (protocol, mut heard) = link.inbound.recv().await.expect("the node answers");
    assert_eq!(protocol, CONTROL);
    let mut reader = Reader::messages();
    let (mut card, mut path) = (None, None);
    while card.is_none() || path.is_none() {
        let Some(Frame::Message(body)) = read(&mut heard, &mut reader).await else { panic!("no answer") };
        match Message::decode(&body).unwrap() {
            Some(Message::Card(bytes)) => card = SignedCard::decode(&bytes, now()).ok(),
            Some(Message::Cards(cards)) => {
                card = cards.iter().find_map(|bytes| SignedCard::decode(bytes, now()).ok()).or(card);
            }
            Some(Message::Overlay { message: Tree::Welcome { path: way, .. }, .. }) => path = Some(way),
            // The place of somebody who has gone is not free at once; a node asks in rounds too.
            Some(Message::Overlay { message: Tree::Elsewhere { .. } | Tree::Full, .. }) => {
                sleep(ROUND).await;
                write(&mut control, &join).await.unwrap();
            }
            _ => {}
        }
    }
    let (leave, left) = oneshot::channel();
    tokio::spawn(report(control, room, left));
    // What is said from now on must be read, but needs no answer.
    tokio::spawn(async move { while read(&mut heard, &mut reader).await.is_some() {} });
    let me = PeerName::try_from(Bytes::from(raw.me.to_bytes())).unwrap();
    let path = path.unwrap().into_iter().chain([me]).collect();
    let [video, audio, catalogue] = <[Track; 3]>::default();
    let (card, harming) = (card.unwrap(), watch::Sender::new(false));
    let loot = Arc::new(Loot { room, card, path, video, audio, catalogue, foreign, harm, harming });
    for track in [TrackName::VIDEO, TrackName::AUDIO, TrackName::CATALOGUE] {
        let mut stream = link.open(OBJECTS).await.expect("the node serves a child");
        let wish = Message::Subscribe { room, track: track.clone(), after: None };
        write(&mut stream, &framed(&wish)).await.unwrap();
        tokio::spawn(take(stream, track, loot.clone()));
    }
    (link, leave, loot)
}

/// Says how it stands, as every child does that wants to stay one; until it leaves.
async fn report(mut control: Stream, room: RoomId, mut left: oneshot::Receiver<()>) {
    let mut tick = interval(REPORT_EVERY);
    loop {
        let (message, stays) = tokio::select! {
            _ = tick.tick() => (Tree::Standing(CLAIMS), true),
            _ = &mut left => (Tree::Leave, false),
        };
        if write(&mut control, &framed(&Message::Overlay { room, message })).await.is_none() || !stays {
            break;
        }
    }
    // A stream that is dropped is reset, and takes back what it said.
    std::future::pending::<()>().await;
}

async fn take(mut stream: Stream, name: TrackName, loot: Arc<Loot>) {
    let mut reader = Reader::objects();
    let track = loot.track(&name).unwrap();
    while let Some(frame) = read(&mut stream, &mut reader).await {
        let Frame::Object(bytes) = frame else { continue };
        let mut objects = track.objects.lock().unwrap();
        objects.push(bytes);
        track.count.send_replace(objects.len());
    }
}

/// Serves a child in the background; gives its addresses once it has gone.
fn adopt(mut link: Link, loot: Arc<Loot>) -> tokio::task::JoinHandle<Vec<Multiaddr>> {
    tokio::spawn(async move {
        let mut control = link.open(CONTROL).await.expect("a child takes a stream");
        let (asks, mut asked) = tokio::sync::mpsc::unbounded_channel();
        let mut alive = interval(Duration::from_millis(200));
        let mut addresses = Vec::new();
        loop {
            tokio::select! {
                stream = link.inbound.recv() => match stream {
                    Some((CONTROL, stream)) => drop(tokio::spawn(listen(stream, asks.clone()))),
                    Some((_, stream)) => drop(tokio::spawn(serve(stream, loot.clone()))),
                    None => return addresses,
                },
                Some(message) = asked.recv() => {
                    if let Tree::Join { addresses: theirs, .. } = message {
                        addresses = theirs.iter().filter_map(|text| text.as_str().parse().ok()).collect();
                        addresses.retain(|address: &Multiaddr| {
                            let text = address.to_string();
                            text.starts_with("/ip4/") && text.contains("quic")
                        });
                        let welcome = Tree::Welcome { addresses: vec![], path: loot.path.clone(), alternates: vec![] };
                        let welcome = Message::Overlay { room: loot.room, message: welcome };
                        let card = Message::Card(loot.card.bytes().clone());
                        write(&mut control, &[framed(&welcome), framed(&card)].concat()).await;
                        say(&json!({ "event": "child", "peer": link.peer.to_string() }));
                    }
                }
                _ = alive.tick() => {
                    let alive = Message::Overlay { room: loot.room, message: Tree::Alive };
                    write(&mut control, &framed(&alive)).await;
                }
            }
        }
    })
}

async fn listen(mut stream: Stream, asks: tokio::sync::mpsc::UnboundedSender<Tree>) {
    let mut reader = Reader::messages();
    while let Some(Frame::Message(body)) = read(&mut stream, &mut reader).await {
        if let Some(Message::Overlay { message, .. }) = Message::decode(&body).unwrap() {
            _ = asks.send(message);
        }
    }
}

/// Sends a track, the last objects kept back, until harm is to be done with them. `None` when the child has gone.
async fn serve(mut stream: Stream, loot: Arc<Loot>) -> Option<()> {
    let mut reader = Reader::messages();
    let Some(Frame::Message(body)) = read(&mut stream, &mut reader).await else { return None };
    let Ok(Some(Message::Subscribe { track: name, after, .. })) = Message::decode(&body) else { return None };
    let track = loot.track(&name)?;
    let (mut count, mut harming) = (track.count.subscribe(), loot.harming.subscribe());
    let mut sent = first_after(&track.objects.lock().unwrap(), after);
    let kept_back = if name == TrackName::CATALOGUE { 0 } else { KEPT_BACK };
    while !*harming.borrow_and_update() {
        let until = count.borrow_and_update().saturating_sub(kept_back);
        while sent < until {
            let object = track.objects.lock().unwrap()[sent].clone();
            send(&mut stream, &object).await?;
            sent += 1;
        }
        tokio::select! {
            changed = count.changed() => changed.ok()?,
            changed = harming.changed() => changed.ok()?,
        }
    }
    if name != TrackName::VIDEO {
        // What is honest about it keeps the child here until the other stream's harm is noticed.
        return std::future::pending().await;
    }
    let rest = track.objects.lock().unwrap()[sent..].to_vec();
    harm(&mut stream, &loot, rest).await;
    // Reset, it might take back what was not read yet.
    std::future::pending().await
}

/// Where to begin for a child that has this object, or none: at the newest start of a group.
fn first_after(objects: &[Bytes], after: Option<u64>) -> usize {
    let header = |object: &Bytes| Received::read(object.clone()).expect("a host's object").header().clone();
    let found = match after {
        Some(after) => objects.iter().position(|object| header(object).sequence > after),
        None => objects.iter().rposition(|object| header(object).starts_group),
    };
    found.unwrap_or(objects.len())
}

async fn harm(stream: &mut Stream, loot: &Loot, rest: Vec<Bytes>) -> Option<()> {
    match loot.harm {
        Harm::Header | Harm::Body | Harm::Signature => {
            for object in rest {
                let mut bytes = object.to_vec();
                // The sequence's number in the header, something within the body, something within the signature.
                let at = match loot.harm {
                    Harm::Header => last_of_capture_time(&object),
                    Harm::Body => bytes.len() / 2,
                    _ => bytes.len() - 7,
                };
                bytes[at] ^= 1;
                send(stream, &bytes).await?;
            }
        }
        Harm::Repeat => {
            let objects = loot.video.objects.lock().unwrap().clone();
            for object in objects.iter().cycle().take(REPEATS) {
                send(stream, object).await?;
            }
        }
        Harm::Foreign => {
            // A few are taken for what a parent repeats that is a little behind.
            for object in loot.foreign.iter().cycle().take(REPEATS) {
                send(stream, object).await?;
            }
        }
        Harm::Swap => {
            let objects = loot.audio.objects.lock().unwrap().clone();
            for object in objects.iter().rev().take(KEPT_BACK) {
                send(stream, object).await?;
            }
        }
        Harm::Kind => write(stream, &[0, 0, 0, 1, 9, 0]).await?,
        Harm::Long => write(stream, &[0xff, 0xff, 0xff, 0xff, 0]).await?,
        Harm::Silence => {}
    }
    Some(())
}

/// A byte of the header that may change without the header being no header any more: the last of the capture time, which
/// stands before the flags and the length of what follows.
fn last_of_capture_time(object: &Bytes) -> usize {
    let captured = Received::read(object.clone()).unwrap().header().captured.0.to_be_bytes();
    let at = object.windows(8).position(|bytes| bytes == captured).expect("the time stands in the header");
    at + 7
}

async fn send(stream: &mut Stream, object: &[u8]) -> Option<()> {
    write(stream, &[&encode_head(Kind::Object, object.len())[..], object].concat()).await
}

fn objects_of(file: &str) -> Vec<Bytes> {
    let mut rest = Bytes::from(std::fs::read(file).unwrap());
    let mut objects = Vec::new();
    while rest.len() > 4 {
        let length = u32::from_be_bytes(rest.split_to(4)[..].try_into().unwrap());
        objects.push(rest.split_to(length as usize));
    }
    objects
}

pub(crate) fn now() -> UnixMs {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    UnixMs(since_1970.expect("the clock is past 1970").as_millis() as u64)
}
