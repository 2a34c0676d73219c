//! Every room that this node carries, and what peers say about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::card::SignedCard;
use parlor_protocol::clock::Time;
use parlor_protocol::control::{MAX_CARDS, Message, NoEntry};
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Proof;
use parlor_protocol::keys::Pass;
use parlor_protocol::limit::Misdeeds;
use parlor_protocol::overlay::Role;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::announced::Announced;
use super::cards::Cards;
use super::carriage::Carriage;
use super::conductor::{Conductor, Event, MAX_EVENTS};
use super::links::{Heard, Links};
use super::serve;
use super::upload::Upload;
use crate::room::now;
use crate::swarm::{self, Duty, Inlets, Network};

/// Rooms carried at a time: the host's own, those that its user watches, and those that a relay was told to carry.
pub const MAX_CARRIAGES: usize = 64;
/// What peers said that waits to be heard.
const MAX_HEARD: usize = 1024;
/// Words from the host that wait for whoever watches a room.
const MAX_WORDS: usize = 32;
/// How bad a broken protocol or a bad object is; see [`Misdeeds`].
const BAD: u32 = 100;

/// Why a room can't be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// There are [`MAX_CARRIAGES`].
    #[error("this node carries as many rooms as it can; leave one first")]
    Full,
}

/// What the tasks of a carried room need of the node.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) network: Network,
    pub(super) links: Links,
    pub(super) upload: Arc<Upload>,
    misdeeds: Arc<Mutex<Misdeeds<PeerId>>>,
    start: Instant,
}

impl Means {
    /// Drops a peer, and remembers it.
    pub(super) fn misbehaved(&self, peer: PeerId) {
        let now = Time::ZERO + self.start.elapsed();
        let is_barred = {
            let mut misdeeds = self.misdeeds.lock().expect("no holder of this lock panics");
            misdeeds.add(now, &peer, BAD);
            misdeeds.bars(now, &peer)
        };
        let network = self.network.clone();
        tokio::spawn(async move {
            if is_barred {
                network.block(peer, true).await;
            } else {
                network.disconnect(peer).await;
            }
        });
    }
}

/// What the host of a room hears of viewers.
#[derive(Debug)]
pub(super) enum Guest {
    /// Wants keys.
    Enter(PeerId, Option<Proof>),
    /// Has gone.
    Left(PeerId),
    /// Changed the swarm's picture: somebody asks for the snapshot.
    AskSnapshot(PeerId),
}

/// What a viewer hears from the host.
#[derive(Debug)]
pub(super) enum Word {
    /// Keys that open the room.
    Keys(PeerId, Vec<Pass>),
    /// No keys, and why.
    NoEntry(PeerId, NoEntry),
}

/// One carried room as the carrier holds it.
struct Carried {
    carriage: Arc<Carriage>,
    events: mpsc::Sender<Event>,
    guests: Option<mpsc::Sender<Guest>>,
    words: Option<mpsc::Sender<Word>>,
    /// Whether others may be told of it.
    listed: bool,
}

/// What a room's own task holds of it; dropping it gives the room up.
pub(super) struct Place {
    carrier: Carrier,
    pub(super) carriage: Arc<Carriage>,
    pub(super) events: mpsc::Sender<Event>,
    /// Told when the tree needs more contacts.
    pub(super) seek: mpsc::Receiver<()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let room = self.carriage.room();
        if let Some(carried) = self.carrier.carried().remove(&room) {
            let leave = async move {
                let _ = carried.events.send(Event::Leave).await;
            };
            // Outside a runtime the node has ended, and with it the conductor.
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(leave);
            }
        }
    }
}

/// Every room that this node carries; clones are handles to the same.
#[derive(Clone)]
pub struct Carrier(Arc<Shared>);

struct Shared {
    means: Means,
    cards: Cards,
    announced: Announced,
    carried: Mutex<BTreeMap<RoomId, Carried>>,
    duty: Duty,
    /// Peers that speak Parlor's protocols, as many as are connected.
    met: Mutex<BTreeSet<PeerId>>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Carrier {
    /// A carrier over this network.
    pub(crate) fn start(network: Network, inlets: Inlets, duty: Duty, upload: Arc<Upload>) -> Self {
        let (heard, hearing) = mpsc::channel(MAX_HEARD);
        let links = Links::new(network.clone(), heard);
        let means = Means {
            network,
            links,
            upload,
            misdeeds: Arc::new(Mutex::new(Misdeeds::default())),
            start: Instant::now(),
        };
        let carrier = Self(Arc::new(Shared {
            means,
            cards: Cards::default(),
            announced: Announced::default(),
            carried: Mutex::default(),
            duty,
            met: Mutex::default(),
            tasks: Mutex::default(),
        }));
        let Inlets { mut events, mut control, mut objects } = inlets;
        let listening = tokio::spawn({
            let (carrier, mut hearing) = (carrier.clone(), hearing);
            async move {
                loop {
                    tokio::select! {
                        Some(heard) = hearing.recv() => carrier.hear(heard),
                        Some(event) = events.recv() => carrier.on_network(&event),
                        Some(inbound) = control.next() => carrier.0.means.links.accept(inbound.peer, inbound.stream),
                        Some(inbound) = objects.next() => carrier.accept_child(inbound.peer, inbound.stream),
                        else => return,
                    }
                }
            }
        });
        carrier.0.tasks.lock().expect("no holder of this lock panics").push(listening.abort_handle());
        carrier
    }

    /// What the tasks of a room need.
    pub(super) fn means(&self) -> &Means {
        &self.0.means
    }

    /// Cards of other rooms.
    pub(super) fn cards(&self) -> &Cards {
        &self.0.cards
    }

    /// Peers that speak Parlor's protocols and are connected now.
    pub(super) fn met(&self) -> Vec<PeerId> {
        self.lock_met().iter().copied().collect()
    }

    fn lock_met(&self) -> MutexGuard<'_, BTreeSet<PeerId>> {
        self.0.met.lock().expect("no holder of this lock panics")
    }

    /// The network below.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.0.means.network
    }

    /// What goes out to children.
    #[must_use]
    pub fn upload(&self) -> &Arc<Upload> {
        &self.0.means.upload
    }

    /// Changes the ceiling of the upload, for every room.
    pub fn set_upload_ceiling(&self, ceiling_bps: u64) {
        self.0.means.upload.set_ceiling_bps(ceiling_bps);
        for carried in self.carried().values() {
            // A conductor that has so much to hear looks at the ceiling soon.
            let _ = carried.events.try_send(Event::Capacity);
        }
    }

    /// The rooms on air that peers list.
    #[must_use]
    pub fn listed(&self) -> Vec<SignedCard> {
        self.0.cards.listed()
    }

    /// Told whenever a listed room came, changed or went.
    #[must_use]
    pub fn listed_changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.0.cards.changes()
    }

    /// Looks for listed rooms until the task is aborted.
    pub(crate) fn search(&self) -> AbortHandle {
        tokio::spawn(super::lobby::search(self.clone())).abort_handle()
    }

    /// A carried room.
    #[must_use]
    pub fn carriage(&self, room: RoomId) -> Option<Arc<Carriage>> {
        self.carried().get(&room).map(|carried| carried.carriage.clone())
    }

    /// Begins to carry a room, in place of what was carried of it before.
    pub(super) fn carry(
        &self,
        room: RoomId,
        card: Option<SignedCard>,
        role: Role,
        listed: bool,
        guests: Option<mpsc::Sender<Guest>>,
    ) -> Result<(Place, mpsc::Receiver<Word>), CarrierError> {
        let carriage = Arc::new(Carriage::new(room, card));
        let (events, told) = mpsc::channel(MAX_EVENTS);
        // One word is enough: who seeks takes all contacts there are.
        let (seek, seeking) = mpsc::channel(1);
        let (words, hearing) = mpsc::channel(MAX_WORDS);
        {
            let mut carried = self.carried();
            if carried.len() >= MAX_CARRIAGES && !carried.contains_key(&room) {
                return Err(CarrierError::Full);
            }
            let one = Carried {
                carriage: carriage.clone(),
                events: events.clone(),
                guests,
                words: Some(words),
                listed,
            };
            if let Some(before) = carried.insert(room, one) {
                before.carriage.forget_show();
            }
        }
        let conductor =
            Conductor::new(self.0.means.clone(), carriage.clone(), role, (events.clone(), told), seek);
        tokio::spawn(conductor.run());
        Ok((Place { carrier: self.clone(), carriage, events, seek: seeking }, hearing))
    }

    /// Whether others may be told of a carried room, from now on.
    pub(super) fn set_listed(&self, room: RoomId, listed: bool) {
        if let Some(carried) = self.carried().get_mut(&room) {
            carried.listed = listed;
        }
    }

    /// Takes a newer card of a carried room, and tells the children.
    pub(super) fn set_card(&self, card: &SignedCard) {
        let found = self.carried().get(&card.room()).map(|one| (one.carriage.clone(), one.events.clone()));
        let Some((carriage, events)) = found else { return };
        if carriage.set_card(card.clone()) {
            for child in carriage.served().borrow().iter() {
                self.0.means.links.send(*child, Message::Card(card.bytes().clone()));
            }
            let _ = events.try_send(Event::Capacity);
        }
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Message(peer, message) => self.on_message(peer, message),
            Heard::Misbehaved(peer) => self.0.means.misbehaved(peer),
        }
    }

    fn on_message(&self, peer: PeerId, message: Message) {
        let links = &self.0.means.links;
        match message {
            Message::Overlay { room, message } => self.tell(room, Event::Said(peer, message)),
            Message::Card(bytes) => match SignedCard::decode(&bytes, now()) {
                Ok(card) => self.set_card(&card),
                Err(error) => self.on_bad_card(peer, error),
            },
            Message::AskCards { tag } => {
                let cards = self.cards_for_others(tag.as_ref());
                links.send(peer, Message::cards_that_fit(cards.into_iter().map(|card| card.bytes().clone())));
            }
            Message::AskCard { room } => {
                let card = self.carriage(room).and_then(|carriage| carriage.card().borrow().clone());
                let card = card.or_else(|| self.0.announced.card(room));
                links.send(peer, Message::Cards(card.iter().map(|card| card.bytes().clone()).collect()));
            }
            Message::Cards(cards) => self.on_cards(peer, &cards),
            Message::Enter { room, proof } => {
                if !self.tell_host(room, Guest::Enter(peer, proof)) {
                    links.send(peer, Message::NoEntry { room, reason: NoEntry::NotHost });
                }
            }
            Message::Left { room } => drop(self.tell_host(room, Guest::Left(peer))),
            Message::AskSnapshot { room } => drop(self.tell_host(room, Guest::AskSnapshot(peer))),
            Message::Keys { room, passes } => self.tell_viewer(room, Word::Keys(peer, passes)),
            Message::NoEntry { room, reason } => self.tell_viewer(room, Word::NoEntry(peer, reason)),
            Message::Announce(bytes) => self.on_announce(peer, &bytes),
            // For later issues' hosts, or out of place; neither is worth a quarrel.
            Message::Chat { .. }
            | Message::Order { .. }
            | Message::Snapshot { .. }
            | Message::Subscribe { .. }
            | Message::Missed { .. } => {}
        }
    }

    fn cards_for_others(&self, tag: Option<&parlor_protocol::card::Tag>) -> Vec<SignedCard> {
        let fits = |card: &SignedCard| {
            card.card().is_on_air() && tag.is_none_or(|tag| card.card().tags.contains(tag))
        };
        let carried = self.carried();
        let own =
            carried.values().filter(|one| one.listed).filter_map(|one| one.carriage.card().borrow().clone());
        let announced = self.0.announced.cards();
        own.chain(announced).filter(fits).take(MAX_CARDS).collect()
    }

    fn on_cards(&self, peer: PeerId, cards: &[bytes::Bytes]) {
        let decoded: Result<Vec<_>, _> = cards.iter().map(|bytes| SignedCard::decode(bytes, now())).collect();
        match decoded {
            Ok(cards) => {
                for card in &cards {
                    self.0.cards.set_named(card.clone());
                    self.set_card(card);
                }
                self.0.cards.set_list(peer, cards);
            }
            Err(error) => self.on_bad_card(peer, error),
        }
    }

    fn on_bad_card(&self, peer: PeerId, error: parlor_protocol::card::CardError) {
        // An expired card may be honest: it was on its way, or a clock is wrong.
        if !matches!(error, parlor_protocol::card::CardError::Expired) {
            self.0.means.misbehaved(peer);
        }
    }

    fn on_announce(&self, peer: PeerId, bytes: &bytes::Bytes) {
        if self.0.duty != Duty::Relay {
            return;
        }
        match SignedCard::decode(bytes, now()) {
            Ok(card) => {
                let network = self.0.means.network.clone();
                match self.0.announced.take(peer, card.clone()) {
                    Some(topics) => drop(tokio::spawn(async move { network.publish(card, topics).await })),
                    None => drop(tokio::spawn(async move { network.withdraw(card.room()).await })),
                }
            }
            Err(error) => self.on_bad_card(peer, error),
        }
    }

    fn tell(&self, room: RoomId, event: Event) {
        let events = self.carried().get(&room).map(|carried| carried.events.clone());
        if let Some(events) = events {
            // Neighbours repeat what matters; a conductor that can't keep up loses them all the same.
            let _ = events.try_send(event);
        }
    }

    fn tell_host(&self, room: RoomId, guest: Guest) -> bool {
        let guests = self.carried().get(&room).and_then(|carried| carried.guests.clone());
        guests.is_some_and(|guests| guests.try_send(guest).is_ok())
    }

    fn tell_viewer(&self, room: RoomId, word: Word) {
        let words = self.carried().get(&room).and_then(|carried| carried.words.clone());
        if let Some(words) = words {
            // It asks again if a word is lost.
            let _ = words.try_send(word);
        }
    }

    fn on_network(&self, event: &swarm::Event) {
        match *event {
            swarm::Event::Connected(_) => {}
            swarm::Event::Met(peer) => {
                self.lock_met().insert(peer);
                self.0.means.links.send(peer, Message::AskCards { tag: None });
            }
            swarm::Event::Disconnected(peer) => {
                self.lock_met().remove(&peer);
                self.0.means.links.forget(peer);
                for room in self.0.announced.forget(peer) {
                    let network = self.0.means.network.clone();
                    tokio::spawn(async move { network.withdraw(room).await });
                }
                let all: Vec<_> = self.carried().values().map(|carried| carried.events.clone()).collect();
                for events in all {
                    let _ = events.try_send(Event::Gone(peer));
                }
            }
            swarm::Event::Flood(peer) => self.0.means.misbehaved(peer),
        }
    }

    fn accept_child(&self, peer: PeerId, stream: crate::swarm::streams::Stream) {
        let carrier = self.clone();
        tokio::spawn(async move {
            let Some(wanted) = serve::wanted(stream).await else { return };
            let Message::Subscribe { room, .. } = &wanted.message else { return };
            let found = {
                let carried = carrier.carried();
                carried.get(room).map(|one| (one.carriage.clone(), one.events.clone()))
            };
            if let Some((carriage, events)) = found {
                serve::serve(carriage, peer, wanted, carrier.0.means.upload.clone(), events).await;
            }
        });
    }

    fn carried(&self) -> MutexGuard<'_, BTreeMap<RoomId, Carried>> {
        self.0.carried.lock().expect("no holder of the carrier's lock panics")
    }
}

/// How long a question to a peer waits for its answer.
pub(super) const ANSWER_WAIT: Duration = Duration::from_secs(5);
