//! Every room that this node carries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use libp2p::PeerId;
use parlor_protocol::card::{SignedCard, Tag};
use parlor_protocol::control::{Message, NoEntry};
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Proof;
use parlor_protocol::keys::Pass;
use parlor_protocol::mesh::Role;
use parlor_protocol::talk::{Keeping, MarkProof, Name, Refusal};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::announced::Announced;
use super::cards::Cards;
use super::carriage::Carriage;
use super::conductor::{Conductor, Ears, Event, MAX_EVENTS};
use super::delivery::Deliveries;
use super::links::Links;
use super::means::Means;
use super::questions::Questions;
use super::snapshot::Snapshots;
use super::upload::Upload;
use crate::swarm::{Duty, Inlets, Network};

/// Rooms carried at a time: the host's own, those that its user watches, and those that a relay was told to carry.
pub const MAX_CARRIAGES: usize = 64;
/// What peers said that waits to be heard.
const MAX_HEARD: usize = 1024;
/// Words from the host that wait for whoever watches a room.
const MAX_WORDS: usize = 32;

/// Why a room can't be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// There are [`MAX_CARRIAGES`].
    #[error("this node carries as many rooms as it can; leave one first")]
    Full,
}

/// What the host of a room hears of viewers.
#[derive(Debug)]
pub(super) enum Guest {
    /// Wants keys.
    Enter(PeerId, Option<Proof>),
    /// Has gone.
    Left(PeerId),
    /// Wants the room's picture.
    AskSnapshot(PeerId),
    /// Says something.
    Chat(PeerId, Chat),
    /// Wants to keep order: the number that the answer names, and the order as it travels.
    Order(PeerId, u32, Bytes),
    /// Reports something to the host: the number that the answer names, and the report as it travels.
    Report(PeerId, u32, Bytes),
    /// The same to the keeper of a list, sealed.
    SealedReport(PeerId, u32, Bytes),
}

/// What a guest says.
#[derive(Debug)]
pub(super) struct Chat {
    /// What the answer names.
    pub(super) number: u32,
    pub(super) name: Option<Name>,
    pub(super) mark: Option<MarkProof>,
    pub(super) trip_phrase: Option<String>,
    pub(super) reply_to: Option<u64>,
    pub(super) text: String,
}

/// What a viewer hears from the host.
#[derive(Debug)]
pub(super) enum Word {
    /// Keys that open the room.
    Keys(PeerId, Vec<Pass>),
    /// No keys, and why.
    NoEntry(PeerId, NoEntry),
    /// What became of a line of chat, or of an order.
    Heard(PeerId, u32, Option<Refusal>),
    /// What this node's user may do to keep order.
    Keeping(PeerId, Keeping),
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
    /// Told when the mesh needs more contacts.
    pub(super) seek: mpsc::Receiver<()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let room = self.carriage.room();
        {
            // The room may have been opened anew meanwhile: that place is another's.
            let mut carried = self.carrier.carried();
            if carried.get(&room).is_some_and(|one| Arc::ptr_eq(&one.carriage, &self.carriage)) {
                carried.remove(&room);
            }
        }
        let events = self.events.clone();
        let leave = async move {
            let _ = events.send(Event::Leave).await;
        };
        // Outside a runtime the node has ended, and with it the conductor.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(leave);
        }
    }
}

/// Every room that this node carries; clones are handles to the same.
#[derive(Clone)]
pub struct Carrier(Arc<Shared>);

struct Shared {
    means: Means,
    cards: Cards,
    questions: Questions,
    deliveries: Deliveries,
    announced: Announced,
    snapshots: Snapshots,
    carried: Mutex<BTreeMap<RoomId, Carried>>,
    duty: Duty,
    tag: watch::Sender<Option<Tag>>,
    /// Peers that speak Parlor's protocols, as many as are connected.
    met: Mutex<BTreeSet<PeerId>>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Carrier {
    /// A carrier over this network.
    pub(crate) fn start(network: Network, inlets: Inlets, duty: Duty, upload: Arc<Upload>) -> Self {
        let (heard, hearing) = mpsc::channel(MAX_HEARD);
        let links = Links::new(network.clone(), heard);
        let means = Means::new(network, links, upload);
        let carrier = Self(Arc::new(Shared {
            means,
            cards: Cards::default(),
            questions: Questions::default(),
            deliveries: Deliveries::default(),
            announced: Announced::default(),
            snapshots: Snapshots::default(),
            carried: Mutex::default(),
            duty,
            tag: watch::Sender::default(),
            met: Mutex::default(),
            tasks: Mutex::default(),
        }));
        let listening = tokio::spawn(carrier.clone().listen(hearing, inlets));
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

    /// Questions for cards that are open.
    pub(super) fn questions(&self) -> &Questions {
        &self.0.questions
    }

    /// Reports that are brought to other nodes.
    pub(super) fn deliveries(&self) -> &Deliveries {
        &self.0.deliveries
    }

    /// Cards that hosts gave to this relay.
    pub(super) fn announced(&self) -> &Announced {
        &self.0.announced
    }

    /// Pictures of other rooms.
    pub(super) fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    /// What this node is for.
    pub(super) fn duty(&self) -> Duty {
        self.0.duty
    }

    /// Peers that speak Parlor's protocols and are connected now.
    pub(super) fn met(&self) -> Vec<PeerId> {
        self.lock_met().iter().copied().collect()
    }

    /// A peer that speaks Parlor's protocols has come.
    pub(super) fn meet(&self, peer: PeerId) {
        self.lock_met().insert(peer);
    }

    /// A peer has gone.
    pub(super) fn part(&self, peer: PeerId) {
        self.lock_met().remove(&peer);
    }

    fn lock_met(&self) -> MutexGuard<'_, BTreeSet<PeerId>> {
        self.0.met.lock().expect("no holder of this lock panics")
    }

    /// The network below.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.0.means.network
    }

    /// What goes out to neighbours.
    #[must_use]
    pub fn upload(&self) -> &Arc<Upload> {
        &self.0.means.upload
    }

    /// Changes the ceiling of the upload, for every room.
    pub fn set_upload_ceiling(&self, ceiling_bps: u64) {
        self.0.means.upload.set_ceiling_bps(ceiling_bps);
        self.tell_all(|| Event::Capacity);
    }

    /// The rooms on air that peers list.
    #[must_use]
    pub fn listed(&self) -> Vec<SignedCard> {
        self.0.cards.listed()
    }

    /// Told whenever a listed room came, changed or went.
    #[must_use]
    pub fn listed_changes(&self) -> watch::Receiver<u64> {
        self.0.cards.changes()
    }

    /// Whoever looks at the lobby wants rooms with this tag above all; `None`: every room.
    pub fn prefer_tag(&self, tag: Option<Tag>) {
        self.0.tag.send_if_modified(|known| {
            let is_new = *known != tag;
            *known = tag;
            is_new
        });
    }

    /// The tag that is preferred, and whenever another is.
    pub(super) fn tags(&self) -> watch::Receiver<Option<Tag>> {
        self.0.tag.subscribe()
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

    /// A carried room, for whoever wants its objects, and where its own task hears of that.
    pub(super) fn served_room(&self, room: RoomId) -> Option<(Arc<Carriage>, mpsc::Sender<Event>)> {
        self.carried().get(&room).map(|carried| (carried.carriage.clone(), carried.events.clone()))
    }

    /// The cards of the carried rooms that others may be told of.
    pub(super) fn own_listed(&self) -> Vec<SignedCard> {
        let card = |one: &Carried| one.carriage.card().borrow().clone();
        self.carried().values().filter(|one| one.listed).filter_map(card).collect()
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
        let (carriage, arrivals) = Carriage::new(room, card);
        let carriage = Arc::new(carriage);
        let (events, heard) = mpsc::channel(MAX_EVENTS);
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
        let ears = Ears { told: events.clone(), events: heard, arrivals };
        let conductor = Conductor::new(self.0.means.clone(), carriage.clone(), role, ears, seek);
        tokio::spawn(conductor.run());
        Ok((Place { carrier: self.clone(), carriage, events, seek: seeking }, hearing))
    }

    /// Whether others may be told of a carried room, from now on.
    pub(super) fn set_listed(&self, room: RoomId, listed: bool) {
        if let Some(carried) = self.carried().get_mut(&room) {
            carried.listed = listed;
        }
    }

    /// Whether a carried room is passed on to others, from now on.
    pub(crate) fn set_passing_on(&self, room: RoomId, yes: bool) {
        if let Some((carriage, events)) = self.served_room(room) {
            carriage.set_passing_on(yes);
            // A conductor that has so much to hear looks at it soon.
            let _ = events.try_send(Event::Capacity);
        }
    }

    /// Takes a newer card of a carried room, and tells the neighbours, and whoever waits for the room to go on air.
    pub(super) fn set_card(&self, card: &SignedCard) {
        let Some(carriage) = self.carriage(card.room()) else { return };
        // Those of now: a show that ends with this card has none afterwards.
        let mut told = carriage.partners().borrow().clone();
        if carriage.set_card(card.clone()) {
            if card.card().is_on_air() {
                told.extend(carriage.door().take_waiting());
            }
            for peer in told {
                self.0.means.links.send(peer, Message::Card(card.bytes().clone()));
            }
        }
    }

    /// A carried room that is there for this peer.
    pub(super) fn room_for(&self, peer: PeerId, room: RoomId) -> Option<Arc<Carriage>> {
        self.carriage(room).filter(|carriage| carriage.is_there_for(peer))
    }

    /// Whether this peer may have a place in a carried room.
    pub(super) fn takes_part(&self, peer: PeerId, room: RoomId) -> bool {
        self.carriage(room).is_some_and(|carriage| carriage.takes_part(peer))
    }

    /// Tells a carried room's own task.
    pub(super) fn tell(&self, room: RoomId, event: Event) {
        if let Some((_, events)) = self.served_room(room) {
            // Neighbours repeat what matters; a conductor that can't keep up loses them all the same.
            let _ = events.try_send(event);
        }
    }

    /// Tells every carried room that a peer is gone.
    pub(super) fn tell_gone(&self, peer: PeerId) {
        self.carried().values().for_each(|carried| carried.carriage.door().forget(peer));
        self.tell_all(|| Event::Gone(peer));
    }

    /// Tells every carried room's task.
    fn tell_all(&self, event: impl Fn() -> Event) {
        for carried in self.carried().values() {
            // A conductor that has so much to hear learns it soon enough.
            let _ = carried.events.try_send(event());
        }
    }

    /// Tells the host's side of a room; `false` if the room isn't hosted here, or its host has too much to hear.
    pub(super) fn tell_host(&self, room: RoomId, guest: Guest) -> bool {
        let guests = self.carried().get(&room).and_then(|carried| carried.guests.clone());
        guests.is_some_and(|guests| guests.try_send(guest).is_ok())
    }

    /// Tells who watches a room here.
    pub(super) fn tell_viewer(&self, room: RoomId, word: Word) {
        let words = self.carried().get(&room).and_then(|carried| carried.words.clone());
        if let Some(words) = words {
            // It asks again if a word is lost.
            let _ = words.try_send(word);
        }
    }

    fn carried(&self) -> MutexGuard<'_, BTreeMap<RoomId, Carried>> {
        self.0.carried.lock().expect("no holder of the carrier's lock panics")
    }
}
