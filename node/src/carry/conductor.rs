//! One carried room's part in spreading it: the task that tells the mesh what happens and does what it says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use libp2p::{Multiaddr, PeerId};
use parlor_protocol::card::SignedCard;
use parlor_protocol::clock::Time;
use parlor_protocol::control::{ShowMark, Wish};
use parlor_protocol::invite::Address;
use parlor_protocol::media::TrackName;
use parlor_protocol::mesh::{self, Contact, Input, Mesh, PeerName, Role, Settings};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::capacity::{room_bps, slots};
use super::carriage::{self, Arrival, Carriage};
use super::means::Means;
use super::spreading::Spreading;
use super::wishes::{SAY_EVERY, Wishes};
use crate::swarm;

/// Events that wait for a conductor; forty neighbours say a few words a second each.
pub(super) const MAX_EVENTS: usize = 1024;
/// How long connecting to a contact may take: punching a hole takes up to three seconds, and the mesh waits four.
const CONNECT_WAIT: Duration = Duration::from_secs(4);
/// That somebody can't be reached is said so late at least: the mesh asks for others at once, and where addresses fail
/// without a packet, it would ask without end.
const FAIL_AFTER: Duration = Duration::from_secs(1);
/// The most contacts that are kept for the next show: those that the mesh keeps.
const MAX_CONTACTS: usize = 64;

/// Something that a carried room's conductor must know.
#[derive(Debug)]
pub(super) enum Event {
    /// A peer says something about this show.
    Said(PeerId, ShowMark, mesh::Message),
    /// Somebody wants tracks, as a peer says.
    Wants(PeerId, Vec<Wish>),
    /// Peers that may be in the room.
    Contacts(Vec<Contact>),
    /// There is a connection to a peer that the mesh asked for, or there can be none.
    Reached(PeerId, bool),
    /// The last connection to a peer is gone.
    Gone(PeerId),
    /// A peer sent what it must not.
    Bad(PeerId),
    /// A peer's invite was taken back: it is no neighbour any more.
    Dismiss(PeerId),
    /// The ceiling has changed, or whether the room is passed on.
    Capacity,
    /// The room is given up.
    Leave,
}

/// One room's conductor.
pub(super) struct Conductor {
    means: Means,
    carriage: Arc<Carriage>,
    role: Role,
    start: Instant,
    events: mpsc::Receiver<Event>,
    arrivals: mpsc::Receiver<(Option<PeerId>, Arrival)>,
    /// For the tasks that this one starts.
    told: mpsc::Sender<Event>,
    /// Tells who looks for more contacts.
    seek: mpsc::Sender<()>,
    card: watch::Receiver<Option<SignedCard>>,
    wanted: watch::Receiver<BTreeMap<TrackName, usize>>,
    standing: watch::Receiver<swarm::Standing>,
    tasks: JoinSet<()>,
    /// The present show; `None` while the room is off air.
    spreading: Option<Spreading>,
    /// Whom the next show begins with.
    contacts: Vec<Contact>,
    wishes: Wishes,
    /// What the host publishes.
    published: BTreeMap<TrackName, carriage::Wish>,
}

/// Where a conductor hears of things.
pub(super) struct Ears {
    pub(super) told: mpsc::Sender<Event>,
    pub(super) events: mpsc::Receiver<Event>,
    pub(super) arrivals: mpsc::Receiver<(Option<PeerId>, Arrival)>,
}

impl Conductor {
    pub(super) fn new(
        means: Means,
        carriage: Arc<Carriage>,
        role: Role,
        ears: Ears,
        seek: mpsc::Sender<()>,
    ) -> Self {
        let Ears { told, events, arrivals } = ears;
        Self {
            role,
            start: Instant::now(),
            events,
            arrivals,
            told,
            seek,
            card: carriage.card(),
            wanted: carriage.wanted(),
            standing: means.network.standing(),
            means,
            carriage,
            tasks: JoinSet::new(),
            spreading: None,
            contacts: Vec::new(),
            wishes: Wishes::default(),
            published: BTreeMap::new(),
        }
    }

    /// Runs until the room is given up.
    pub(super) async fn run(mut self) {
        self.follow_show();
        let mut say = interval(SAY_EVERY);
        say.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let deadline = self.spreading.as_ref().and_then(Spreading::deadline);
            let deadline = deadline.map(|at| self.start + at.since(Time::ZERO));
            tokio::select! {
                event = self.events.recv() => match event {
                    Some(Event::Leave) | None => break,
                    Some(event) => self.on_event(event),
                },
                Some((from, arrival)) = self.arrivals.recv() => self.on_arrival(from, arrival),
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    self.handle(Input::Timeout);
                }
                changed = self.card.changed() => match changed {
                    Ok(()) => self.follow_show(),
                    Err(_) => break,
                },
                changed = self.standing.changed() => match changed {
                    Ok(()) => {
                        let addresses = addresses(&self.standing.borrow_and_update());
                        self.handle(Input::Addresses(addresses));
                    }
                    Err(_) => break,
                },
                Ok(()) = self.wanted.changed(), if self.role != Role::Host => self.say_wishes(),
                _ = say.tick() => self.say_wishes(),
                // Tasks that have ended are put away.
                Some(_) = self.tasks.join_next() => {}
            }
        }
        self.end_show();
        self.carriage.forget_show();
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Said(peer, show, message) => self.hear(peer, show, message),
            Event::Wants(peer, wishes) => self.hear_wishes(peer, wishes),
            Event::Contacts(contacts) => {
                self.contacts.retain(|known| contacts.iter().all(|contact| contact.peer != known.peer));
                self.contacts.splice(0..0, contacts.iter().cloned());
                self.contacts.truncate(MAX_CONTACTS);
                self.handle(Input::Contacts(contacts));
            }
            Event::Reached(peer, true) => self.handle(Input::Connected(name(peer))),
            Event::Reached(peer, false) => self.handle(Input::Unreachable(name(peer))),
            Event::Gone(peer) => {
                if let Some(spreading) = &mut self.spreading {
                    spreading.lose(&self.carriage, peer);
                }
                self.handle(Input::Gone(name(peer)));
            }
            Event::Bad(peer) => {
                self.handle(Input::Bad(name(peer)));
                self.means.misbehaved(peer);
            }
            Event::Dismiss(peer) => self.dismiss(peer),
            Event::Capacity => self.handle(Input::Slots(self.slots())),
            Event::Leave => {}
        }
    }

    fn hear(&mut self, peer: PeerId, show: ShowMark, message: mesh::Message) {
        match &mut self.spreading {
            Some(spreading) if spreading.show() == show => {
                spreading.hear(peer, &message);
                self.handle(Input::Message(name(peer), message));
            }
            // One of the two has not heard of the newest show; whoever has tells the other.
            _ if matches!(message, mesh::Message::Join { .. }) => self.send_card(peer),
            _ => {}
        }
    }

    fn on_arrival(&mut self, from: Option<PeerId>, arrival: Arrival) {
        let Arrival { show, place, starts_group, continues, captured } = arrival;
        if self.spreading.as_ref().is_some_and(|spreading| spreading.show() == show) {
            let from = from.map(name);
            self.handle(Input::Object { from, place, starts_group, continues, captured });
        }
    }

    fn dismiss(&mut self, peer: PeerId) {
        if let Some(spreading) = &mut self.spreading {
            spreading.send(&self.means, &self.carriage, peer, mesh::Message::Leave);
            spreading.lose(&self.carriage, peer);
            self.handle(Input::Gone(name(peer)));
        }
    }

    /// Begins with a show that has begun, and ends with one that has ended.
    fn follow_show(&mut self) {
        let card = self.card.borrow_and_update().clone().filter(|card| card.card().is_on_air());
        let show = card.as_ref().map(|card| ShowMark::from(card.session()));
        if self.spreading.as_ref().map(Spreading::show) != show {
            self.end_show();
            self.spreading = show.map(|show| self.begin(show));
            self.handle(Input::Contacts(self.contacts.clone()));
        }
        if let (Some(spreading), Some(card)) = (&mut self.spreading, card) {
            spreading.set_room_bps(room_bps(card.card()));
            self.handle(Input::Slots(self.slots()));
        }
    }

    fn begin(&self, show: ShowMark) -> Spreading {
        let settings = Settings {
            me: name(self.means.network.me()),
            role: self.role,
            slots: self.slots(),
            addresses: addresses(&self.standing.borrow()),
        };
        let mut randomness = [0; 32];
        getrandom::fill(&mut randomness).expect("the operating system has randomness");
        Spreading::new(Mesh::new(settings, randomness), show)
    }

    fn end_show(&mut self) {
        self.handle(Input::Leave);
        if let Some(spreading) = self.spreading.take() {
            spreading.end(&self.carriage);
        }
        self.publish_wanted();
        self.carriage.update(|standing| (standing.view, standing.hops) = (None, None));
    }

    fn slots(&self) -> u16 {
        let ceiling = self.means.upload.ceiling_bps();
        let card = self.card.borrow();
        let served = card.as_ref().filter(|_| self.carriage.is_passed_on());
        served.map_or(0, |card| slots(ceiling, card.card()))
    }

    fn handle(&mut self, input: Input) {
        let Some(spreading) = &mut self.spreading else { return };
        // These come hundreds of times a second, and change nothing that is seen from outside.
        let is_routine = matches!(input, Input::Object { .. } | Input::Message(_, mesh::Message::State(_)));
        let now = Time::ZERO + self.start.elapsed();
        let todo = spreading.handle(now, &self.means, &self.carriage, input);
        for contact in todo.connect {
            self.connect(&contact);
        }
        if todo.seeks {
            // Somebody is looking already if there is no place for the word.
            let _ = self.seek.try_send(());
        }
        if !todo.met.is_empty() {
            self.greet(&todo.met);
        }
        if !is_routine && let Some(spreading) = &self.spreading {
            let (view, hops) = spreading.view();
            self.carriage.update(|standing| (standing.view, standing.hops) = (Some(view), hops));
            if self.role == Role::Host {
                self.publish_wanted();
            }
        }
    }

    /// New neighbours learn what is wanted, and the newest card, so that they know whose signatures to expect.
    fn greet(&mut self, met: &[PeerId]) {
        let wishes = self.all_wishes();
        for peer in met {
            self.send_card(*peer);
            if let Some(spreading) = self.spreading.as_ref().filter(|_| !wishes.is_empty()) {
                spreading.say_wishes(&self.means, &self.carriage, &wishes, Some(*peer));
            }
        }
    }

    fn hear_wishes(&mut self, peer: PeerId, wishes: Vec<Wish>) {
        if self.spreading.as_ref().is_some_and(|spreading| spreading.is_neighbour(peer))
            && self.wishes.hear(Instant::now(), wishes)
        {
            self.say_wishes();
        }
    }

    /// Tells the neighbours what is wanted, here or elsewhere. The host does it.
    fn say_wishes(&mut self) {
        self.wanted.mark_unchanged();
        if self.role == Role::Host {
            self.publish_wanted();
            return;
        }
        let wishes = self.all_wishes();
        if let Some(spreading) = self.spreading.as_ref().filter(|_| !wishes.is_empty()) {
            spreading.say_wishes(&self.means, &self.carriage, &wishes, None);
        }
    }

    fn all_wishes(&mut self) -> Vec<Wish> {
        if self.role == Role::Host {
            return Vec::new();
        }
        let wanted = self.wanted.borrow();
        let here = wanted.keys().map(|track| Wish { track: track.clone(), age: 0 });
        let elsewhere = self.wishes.alive(Instant::now()).filter(|wish| !wanted.contains_key(&wish.track));
        here.chain(elsewhere).take(mesh::MAX_LANES).collect()
    }

    /// The host publishes what somebody in the room wants, for as long as anybody is there.
    fn publish_wanted(&mut self) {
        if self.role != Role::Host {
            return;
        }
        if self.spreading.as_ref().is_none_or(Spreading::is_alone) {
            self.published.clear();
            self.wishes = Wishes::default();
            return;
        }
        let wanted: Vec<_> = self.wishes.alive(Instant::now()).map(|wish| wish.track).collect();
        self.published.retain(|track, _| wanted.contains(track));
        for track in wanted {
            let carriage = &self.carriage;
            self.published.entry(track).or_insert_with_key(|track| carriage.want(track));
        }
    }

    fn send_card(&self, peer: PeerId) {
        if let Some(card) = &*self.card.borrow() {
            let card = parlor_protocol::control::Message::Card(card.bytes().clone());
            self.means.links.send(peer, card);
        }
    }

    fn connect(&mut self, contact: &Contact) {
        let Some(peer) = peer_id(&contact.peer) else { return };
        let addresses = read(&contact.addresses);
        let (network, told) = (self.means.network.clone(), self.told.clone());
        self.tasks.spawn(async move {
            let begun = Instant::now();
            let dialled = timeout(CONNECT_WAIT, network.dial(Some(peer), addresses)).await;
            let reached = matches!(dialled, Ok(Ok(_)));
            if !reached {
                sleep_until(begun + FAIL_AFTER).await;
            }
            // The conductor has ended if nobody takes it.
            let _ = told.send(Event::Reached(peer, reached)).await;
        });
    }
}

/// A peer's name in the mesh: the bytes of its id.
pub(super) fn name(peer: PeerId) -> PeerName {
    PeerName::try_from(bytes::Bytes::from(peer.to_bytes())).expect("a peer id has 34 to 42 bytes")
}

/// The peer of this name; `None` for one that is no libp2p peer id.
#[must_use]
pub fn peer_id(name: &PeerName) -> Option<PeerId> {
    PeerId::from_bytes(&bytes::Bytes::from(name.clone())).ok()
}

/// Where others in the room may reach this node.
fn addresses(standing: &swarm::Standing) -> Vec<Address> {
    written(&standing.for_invites())
}

/// Addresses as the protocol writes them; those that it can't are left out.
pub(super) fn written(addresses: &[Multiaddr]) -> Vec<Address> {
    addresses
        .iter()
        .filter_map(|address| address.to_string().parse().ok())
        .take(mesh::MAX_ADDRESSES)
        .collect()
}

/// Addresses as the network takes them.
pub(super) fn read(addresses: &[Address]) -> Vec<Multiaddr> {
    addresses.iter().filter_map(|address| address.as_str().parse().ok()).collect()
}
