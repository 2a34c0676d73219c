//! A peer that takes its place in a room, passes the room on as an honest one would, and then does harm.

use bytes::Bytes;
use libp2p::{Multiaddr, PeerId};
use parlor_protocol::invite::{Address, Invite};
use parlor_protocol::media::UnixMs;
use parlor_protocol::mesh::Message as Said;
use parlor_protocol::object::Received;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::watch;

use super::member::{Conduct, Curious, Idle, Loot, framed_object, join};
use super::raw::{CONTROL, Raw};

/// More than a node takes again of what it has had.
const REPEATS: usize = 2000;
/// How many stripes it says that it sends: more than most honest nodes.
const CLAIMED_SLOTS: u16 = 200;

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
    /// A frame of a kind that does not exist.
    Kind,
    /// A frame that is longer than any may be.
    Long,
    /// None but words.
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
            "kind" => Self::Kind,
            "long" => Self::Long,
            "silence" => Self::Silence,
            _ => panic!("no such harm: {name}"),
        }
    }
}

/// Who is honest to everybody but one.
struct Harmful {
    harm: Harm,
    foreign: Vec<Bytes>,
    /// What the one's addresses end with.
    port: String,
    victim: Option<(PeerId, Vec<Multiaddr>)>,
    has_child: bool,
    harming: watch::Receiver<bool>,
    has_harmed: bool,
    has_given_up: bool,
    gone: watch::Sender<Option<(PeerId, Vec<Multiaddr>)>>,
}

impl Conduct for Harmful {
    fn push(&mut self, to: PeerId, object: &Bytes, loot: &Loot) -> Vec<Vec<u8>> {
        let is_victim = self.victim.as_ref().is_some_and(|(peer, _)| *peer == to);
        if !is_victim || !*self.harming.borrow() {
            return vec![framed_object(object)];
        }
        if std::mem::replace(&mut self.has_harmed, true) {
            return Vec::new();
        }
        self.spoil(object, loot)
    }

    fn admits(&mut self, peer: PeerId, said: &Said) -> bool {
        if let Said::Join { addresses, .. } | Said::Welcome { addresses, .. } = said
            && addresses.iter().any(|address| address.as_str().contains(&self.port))
        {
            self.victim = Some((peer, dialable(addresses)));
        }
        true
    }

    fn served(&mut self, peer: PeerId) {
        let is_victim = self.victim.as_ref().is_some_and(|(victim, _)| *victim == peer);
        if is_victim && !std::mem::replace(&mut self.has_child, true) {
            say(&json!({ "event": "child", "peer": peer.to_string() }));
        }
    }

    /// So that there is a place for whoever leaves it.
    fn gives_up(&mut self) -> bool {
        self.has_harmed && !std::mem::replace(&mut self.has_given_up, true)
    }

    fn closed(&mut self, peer: PeerId) {
        if let Some(victim) = self.victim.take_if(|(victim, _)| *victim == peer) {
            self.gone.send_replace(Some(victim));
        }
    }
}

impl Harmful {
    /// The frames that go out in place of an object that the victim has from nobody else yet.
    fn spoil(&self, object: &Bytes, loot: &Loot) -> Vec<Vec<u8>> {
        let mut bytes = object.to_vec();
        let again = |objects: &[Bytes]| {
            objects.iter().cycle().take(REPEATS).map(|object| framed_object(object)).collect()
        };
        match self.harm {
            Harm::Header | Harm::Body | Harm::Signature => {
                // The time in the header, something within the body, something within the signature.
                let at = match self.harm {
                    Harm::Header => last_of_capture_time(object),
                    Harm::Body => bytes.len() / 2,
                    _ => bytes.len() - 7,
                };
                bytes[at] ^= 1;
                vec![framed_object(&bytes)]
            }
            Harm::Repeat => again(&loot.video.lock().unwrap()),
            // A few are taken for what a neighbour repeats that is a little behind.
            Harm::Foreign => again(&self.foreign),
            Harm::Kind => vec![vec![0, 0, 0, 1, 9, 0]],
            Harm::Long => vec![vec![0xff, 0xff, 0xff, 0xff, 0]],
            Harm::Silence => Vec::new(),
        }
    }
}

pub(crate) fn say(event: &serde_json::Value) {
    println!("{event}");
}

/// Takes the objects of a room's picture, and writes so many into a file.
pub(crate) async fn record(invite: &Invite, count: usize, file: &str) {
    let loot = join(Raw::new().await, invite, address_of(invite), 0, Idle).await;
    let mut have = loot.count.subscribe();
    have.wait_for(|have| *have >= count).await.unwrap();
    let objects = loot.video.lock().unwrap().clone();
    let framed = objects.iter().map(|object| [&(object.len() as u32).to_be_bytes()[..], object].concat());
    std::fs::write(file, framed.collect::<Vec<_>>().concat()).unwrap();
}

/// Sends the room on until it is told to do harm to the node at this port; says what becomes of it.
pub(crate) async fn parent(invite: &Invite, harm: &str, port: &str, foreign: Option<&str>) {
    let raw = Raw::new().await;
    // For whether it is welcome again, on connections that are not the mesh's.
    let (me, again) = (raw.me, raw.dialer());
    let harming = watch::Sender::new(false);
    let (gone, mut left) = watch::channel(None);
    let conduct = Harmful {
        harm: Harm::named(harm),
        foreign: foreign.map(objects_of).unwrap_or_default(),
        port: format!("/{port}/"),
        victim: None,
        has_child: false,
        harming: harming.subscribe(),
        has_harmed: false,
        has_given_up: false,
        gone,
    };
    let loot = join(raw, invite, address_of(invite), CLAIMED_SLOTS, conduct).await;
    // Whoever comes before would take what the host can still send, and find nothing here.
    loot.is_whole.subscribe().wait_for(|is_whole| *is_whole).await.unwrap();
    say(&json!({ "event": "joined", "peer": me.to_string() }));

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    lines.next_line().await.unwrap();
    harming.send_replace(true);
    let (peer, addresses) = left.wait_for(Option::is_some).await.unwrap().clone().expect("it is some");
    say(&json!({ "event": "dropped", "peer": peer.to_string() }));
    for address in addresses {
        if let Some(link) = again.dial(address).await
            && link.opener.open(CONTROL).await.is_some()
        {
            say(&json!({ "event": "welcomed back" }));
            return;
        }
    }
    say(&json!({ "event": "refused" }));
}

/// Becomes a neighbour of this node and checks all that it passes on, until standard input ends.
pub(crate) async fn witness(invite: &Invite, address: Multiaddr) {
    let loot = join(Raw::new().await, invite, address, 0, Curious).await;
    let (session, room) = (loot.card.session(), invite.room());
    let mut seen = 0;
    let mut count = loot.count.subscribe();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let objects = loot.video.lock().unwrap()[seen..].to_vec();
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
    dialable(invite.addresses()).into_iter().next().expect("the invite has an IPv4 address")
}

fn dialable(addresses: &[Address]) -> Vec<Multiaddr> {
    let texts = addresses.iter().map(Address::as_str);
    let quic = texts.filter(|text| text.starts_with("/ip4/") && text.contains("/quic-v1"));
    quic.map(|text| text.parse().unwrap()).collect()
}

/// A byte of the header that may change without the header being no header any more: the last of the capture time, which
/// stands before the flags and the length of what follows.
fn last_of_capture_time(object: &Bytes) -> usize {
    let captured = Received::read(object.clone()).unwrap().header().captured.0.to_be_bytes();
    let at = object.windows(8).position(|bytes| bytes == captured).expect("the time stands in the header");
    at + 7
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
