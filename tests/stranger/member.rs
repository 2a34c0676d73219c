//! A peer that takes part in a room as an honest one would: the mesh itself, on connections and streams by hand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use libp2p::{Multiaddr, PeerId};
use parlor_protocol::card::SignedCard;
use parlor_protocol::clock::Time;
use parlor_protocol::control::{Message, ShowMark, Wish};
use parlor_protocol::frame::{Frame, Kind, Reader, encode_head};
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Invite;
use parlor_protocol::media::TrackName;
use parlor_protocol::mesh::{Contact, Input, Mesh, Message as Said, Output, PeerName, Place, Role, Settings};
use parlor_protocol::object::Received;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::harm::now;
use super::raw::{CONTROL, Link, OBJECTS, Opener, Raw, Stream, framed, read, write};

/// The tracks that it takes, with their numbers (`spec/network.md`, section 5.3).
const TRACKS: [(TrackName, u8); 3] =
    [(TrackName::VIDEO, 0), (TrackName::AUDIO, 2), (TrackName::CATALOGUE, 15)];

/// What it took from others.
pub(crate) struct Loot {
    pub(crate) card: SignedCard,
    /// The picture's objects, in the order in which they came.
    pub(crate) video: Mutex<Vec<Bytes>>,
    pub(crate) count: watch::Sender<usize>,
    /// Whether each stripe comes to it.
    pub(crate) is_whole: watch::Sender<bool>,
}

/// What becomes of an object that the mesh sends to somebody.
pub(crate) trait Conduct: Send + 'static {
    /// The frames that go out for it, one after the other.
    fn push(&mut self, to: PeerId, object: &Bytes, loot: &Loot) -> Vec<Vec<u8>>;
    /// Whether it wants anything to do with whoever says this.
    fn admits(&mut self, peer: PeerId, said: &Said) -> bool;
    /// Something was asked for that it has sent: there is a child.
    fn served(&mut self, _peer: PeerId) {}
    /// A peer's connection is closed.
    fn closed(&mut self, _peer: PeerId) {}
    /// Whether it gives up, once and for all, what it takes from whom it came to first.
    fn gives_up(&mut self) -> bool {
        false
    }
    /// Whether it asks whoever says what it has for the newest of that.
    fn is_curious(&self) -> bool {
        false
    }
}

/// A peer without harm in it, which takes from everybody and sends nothing.
pub(crate) struct Idle;

/// The same, but asks for what it wants: who sends few copies sends none unasked.
pub(crate) struct Curious;

impl Conduct for Curious {
    fn push(&mut self, _: PeerId, _: &Bytes, _: &Loot) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn admits(&mut self, _: PeerId, _: &Said) -> bool {
        true
    }

    fn is_curious(&self) -> bool {
        true
    }
}

impl Conduct for Idle {
    fn push(&mut self, _: PeerId, _: &Bytes, _: &Loot) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn admits(&mut self, _: PeerId, _: &Said) -> bool {
        true
    }
}

enum Happened {
    Said(PeerId, Message),
    Object(PeerId, Bytes),
    Closed(PeerId),
}

/// Somebody that it is connected to.
struct Known {
    words: mpsc::UnboundedSender<Vec<u8>>,
    objects: mpsc::UnboundedSender<Vec<u8>>,
}

struct Member<C> {
    room: RoomId,
    show: ShowMark,
    mesh: Mesh,
    conduct: C,
    loot: Arc<Loot>,
    have: BTreeMap<Place, Bytes>,
    known: BTreeMap<PeerId, Known>,
    first: PeerId,
    /// Whom it came to first hears nothing from it any more: its mesh, which knows nothing of that, would ask again for
    /// the places that it gave up.
    has_left: bool,
    happens: mpsc::UnboundedSender<Happened>,
    /// What it says of where it is reached; the mesh is told of no address, so that it asks for no place of its own.
    addresses: Vec<parlor_protocol::invite::Address>,
    begun: Instant,
}

/// Asks for the room's card, and takes part from then on, in the background; with `slots` for others, at an address
/// where others find it or at none. It meets whoever is at the invite's address, and whoever comes.
pub(crate) async fn join<C: Conduct>(
    mut raw: Raw,
    invite: &Invite,
    address: Multiaddr,
    slots: u16,
    conduct: C,
) -> Arc<Loot> {
    let room = invite.room();
    let mut link = raw.dial(address).await.expect("the node takes a stranger");
    let card = card(&mut link, room).await;
    let loot = Arc::new(Loot {
        card,
        video: Mutex::default(),
        count: watch::Sender::default(),
        is_whole: watch::Sender::default(),
    });
    let me = PeerName::try_from(Bytes::from(raw.me.to_bytes())).unwrap();
    let (happens, happening) = mpsc::unbounded_channel();
    let settings = Settings { me, role: Role::Viewer, slots, addresses: Vec::new() };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&raw.me.to_bytes()[30..38]);
    let mut member = Member {
        room,
        show: loot.card.session().into(),
        mesh: Mesh::new(settings, seed),
        conduct,
        loot: loot.clone(),
        have: BTreeMap::new(),
        known: BTreeMap::new(),
        first: link.peer,
        has_left: false,
        happens,
        addresses: if slots > 0 { vec![raw.address.to_string().parse().unwrap()] } else { Vec::new() },
        begun: Instant::now(),
    };
    let peer = name(link.peer);
    member.meet(link);
    member.handle(Input::Contacts(vec![Contact { peer, addresses: Vec::new() }]));
    let links = std::mem::replace(&mut raw.inbound, mpsc::unbounded_channel().1);
    tokio::spawn(async move {
        // It lives as long as the peer does.
        let _raw = raw;
        member.run(links, happening).await;
    });
    loot
}

/// Asks for the room's card.
pub(crate) async fn card(link: &mut Link, room: RoomId) -> SignedCard {
    let mut control = link.opener.open(CONTROL).await.expect("the node takes a stream");
    write(&mut control, &framed(&Message::AskCard { room })).await.unwrap();
    let (protocol, mut heard) = link.inbound.recv().await.expect("the node answers");
    assert_eq!(protocol, CONTROL);
    let mut reader = Reader::messages();
    let card = loop {
        let Some(Frame::Message(body)) = read(&mut heard, &mut reader).await else { panic!("no answer") };
        if let Some(Message::Card(bytes)) = Message::decode(&body).unwrap()
            && let Ok(card) = SignedCard::decode(&bytes, now())
            && card.room() == room
            // Otherwise the one of the next show is told as soon as there is one.
            && card.card().is_on_air()
        {
            break card;
        }
    };
    // What is said on it from now on is heard too: the other side goes on with the stream that it has.
    link.heard = Some((heard, reader));
    card
}

impl<C: Conduct> Member<C> {
    async fn run(
        mut self,
        mut links: mpsc::UnboundedReceiver<Link>,
        mut happening: mpsc::UnboundedReceiver<Happened>,
    ) {
        let mut say = tokio::time::interval(Duration::from_secs(5));
        loop {
            let deadline = self.mesh.deadline().expect("it stays");
            let deadline = self.begun + deadline.since(Time::ZERO);
            tokio::select! {
                Some(link) = links.recv() => self.meet(link),
                Some(happened) = happening.recv() => self.on(happened),
                () = sleep_until(deadline) => self.handle(Input::Timeout),
                _ = say.tick() => {
                    for peer in self.known.keys().copied().collect::<Vec<_>>() {
                        self.wish(peer);
                    }
                }
            }
        }
    }

    fn on(&mut self, happened: Happened) {
        match happened {
            Happened::Said(peer, Message::Mesh { message, show, .. }) if show == self.show => {
                if let (Said::State(state), true) = (&message, self.conduct.is_curious()) {
                    for have in state.have.iter().filter(|have| have.lane == 0) {
                        self.say(peer, Said::Pull { lane: 0, sequences: vec![have.newest] });
                    }
                }
                if self.conduct.admits(peer, &message) {
                    self.handle(Input::Message(name(peer), message));
                }
            }
            Happened::Said(..) => {}
            Happened::Object(peer, bytes) => self.take(peer, bytes),
            Happened::Closed(peer) => {
                self.known.remove(&peer);
                self.conduct.closed(peer);
                self.handle(Input::Gone(name(peer)));
            }
        }
    }

    fn take(&mut self, peer: PeerId, bytes: Bytes) {
        let received = Received::read(bytes.clone()).expect("a real node sends objects");
        let header = received.header().clone();
        let Some((_, lane)) = TRACKS.iter().find(|(track, _)| *track == header.track) else { return };
        let place = Place { lane: *lane, sequence: header.sequence };
        if self.have.insert(place, bytes.clone()).is_some() {
            return;
        }
        if header.track == TrackName::VIDEO {
            self.loot.video.lock().unwrap().push(bytes);
            self.loot.count.send_modify(|count| *count += 1);
        }
        let from = Some(name(peer));
        let (starts_group, continues, captured) = (header.starts_group, header.continues, header.captured);
        self.handle(Input::Object { from, place, starts_group, continues, captured });
    }

    fn handle(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            self.mesh.handle(Time::ZERO + self.begun.elapsed(), input);
            while let Some(output) = self.mesh.poll() {
                match output {
                    Output::Connect(contact) => {
                        // To others it does not go, and hears nothing.
                        if self.known.contains_key(&peer_id(&contact.peer)) {
                            inputs.push(Input::Connected(contact.peer));
                        }
                    }
                    Output::Send(peer, message) => self.say(peer_id(&peer), message),
                    Output::Push(peer, place) => self.push(peer_id(&peer), place),
                    Output::Disconnect(_) | Output::Seek => {}
                }
            }
        }
        self.loot.is_whole.send_replace(self.mesh.view().parents.iter().all(Option::is_some));
    }

    fn say(&self, peer: PeerId, mut message: Said) {
        let is_greeting = matches!(message, Said::Join { .. } | Said::Welcome { .. });
        if let Said::Join { addresses, .. } | Said::Welcome { addresses, .. } = &mut message {
            addresses.clone_from(&self.addresses);
        }
        self.tell(peer, &Message::Mesh { room: self.room, show: self.show, message });
        if is_greeting {
            self.wish(peer);
        }
    }

    /// Says that somebody wants the tracks.
    fn wish(&self, peer: PeerId) {
        let tracks = TRACKS.map(|(track, _)| Wish { track, age: 0 }).to_vec();
        self.tell(peer, &Message::Want { room: self.room, tracks });
    }

    fn tell(&self, peer: PeerId, message: &Message) {
        let is_left = self.has_left && peer == self.first;
        if let Some(known) = self.known.get(&peer).filter(|_| !is_left) {
            // The connection may be closed.
            let _ = known.words.send(framed(message));
        }
    }

    fn push(&mut self, peer: PeerId, place: Place) {
        let (Some(object), Some(known)) = (self.have.get(&place), self.known.get(&peer)) else { return };
        self.conduct.served(peer);
        for frame in self.conduct.push(peer, object, &self.loot) {
            let _ = known.objects.send(frame);
        }
        if self.conduct.gives_up() {
            self.say(self.first, Said::Leave);
            self.has_left = true;
        }
    }

    /// Hears what comes on this connection.
    fn meet(&mut self, mut link: Link) {
        let peer = link.peer;
        let opening = framed(&Message::Objects { room: self.room, show: self.show });
        let known = Known {
            words: sender(link.opener.clone(), CONTROL, Vec::new()),
            objects: sender(link.opener.clone(), OBJECTS, opening),
        };
        self.known.insert(peer, known);
        let happens = self.happens.clone();
        if let Some((stream, reader)) = link.heard.take() {
            tokio::spawn(hear(peer, stream, reader, happens.clone()));
        }
        tokio::spawn(async move {
            while let Some((protocol, stream)) = link.inbound.recv().await {
                let reader = if protocol == CONTROL { Reader::messages() } else { Reader::objects() };
                tokio::spawn(hear(peer, stream, reader, happens.clone()));
            }
            let _ = happens.send(Happened::Closed(peer));
        });
    }
}

async fn hear(
    peer: PeerId,
    mut stream: Stream,
    mut reader: Reader,
    happens: mpsc::UnboundedSender<Happened>,
) {
    while let Some(frame) = read(&mut stream, &mut reader).await {
        let happened = match frame {
            Frame::Object(bytes) => Happened::Object(peer, bytes),
            Frame::Message(body) => {
                match Message::decode(&body).expect("a real node keeps to the protocol") {
                    Some(message) => Happened::Said(peer, message),
                    None => continue,
                }
            }
        };
        let _ = happens.send(happened);
    }
}

/// Writes what it is given on a stream of its own, which is opened with the first of it.
fn sender(opener: Opener, protocol: &'static str, opening: Vec<u8>) -> mpsc::UnboundedSender<Vec<u8>> {
    let (sender, mut given) = mpsc::unbounded_channel::<Vec<u8>>();
    tokio::spawn(async move {
        let Some(first) = given.recv().await else { return };
        let Some(mut stream) = opener.open(protocol).await else { return };
        let mut next = Some([opening, first].concat());
        while let Some(bytes) = next {
            if write(&mut stream, &bytes).await.is_none() {
                return;
            }
            next = given.recv().await;
        }
    });
    sender
}

/// An object in its frame.
pub(crate) fn framed_object(object: &[u8]) -> Vec<u8> {
    [&encode_head(Kind::Object, object.len())[..], object].concat()
}

fn name(peer: PeerId) -> PeerName {
    PeerName::try_from(Bytes::from(peer.to_bytes())).unwrap()
}

fn peer_id(name: &PeerName) -> PeerId {
    PeerId::from_bytes(name.as_bytes()).expect("a real node has a peer id")
}
