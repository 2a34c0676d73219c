//! One carried room: its card, its objects, its neighbours, and what is wanted of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use libp2p::PeerId;
use parlor_protocol::card::SignedCard;
use parlor_protocol::clock::Time;
use parlor_protocol::control::ShowMark;
use parlor_protocol::ident::{RoomId, SessionId};
use parlor_protocol::invite::Proof;
use parlor_protocol::limit::TokenBucket;
use parlor_protocol::media::{TrackName, UnixMs};
use parlor_protocol::mesh::{Place, STRIPES};
use parlor_protocol::object::window::Window;
use parlor_protocol::object::{Header, Object, ObjectError};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::door::Door;
use super::lanes::{is_always_there, lane, track};
use super::standing::Standing;
use super::store::{Reader, Store};
use super::whole::{Whole, Wholes};
use crate::room::now;

/// Objects that wait for the room's conductor to hear of them; it takes thousands a second.
const MAX_ARRIVALS: usize = 1024;
/// Streams of objects that one neighbour may have open: one for each stripe, and as many that end while others begin.
const MAX_STREAMS: usize = 2 * STRIPES;
/// Objects that a neighbour may send although they have been here: the start of a group and the backlog of every stripe,
/// when several begin to send at once; and so many each second, for what was asked for twice.
const REPEATS: u32 = 512;
const REPEATS_PER_SECOND: u32 = 32;

/// An object that is new here, as the mesh is told of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) show: ShowMark,
    pub(super) place: Place,
    pub(super) starts_group: bool,
    pub(super) continues: bool,
    pub(super) captured: UnixMs,
}

/// One carried room; shared by the tasks that fill and empty it.
pub struct Carriage {
    room: RoomId,
    card: watch::Sender<Option<SignedCard>>,
    show: Mutex<Show>,
    wanted: watch::Sender<BTreeMap<TrackName, usize>>,
    /// Those with whom objects are exchanged.
    partners: watch::Sender<BTreeSet<PeerId>>,
    senders: Mutex<BTreeMap<PeerId, Sender>>,
    start: Instant,
    arrivals: mpsc::Sender<(Option<PeerId>, Arrival)>,
    /// Counts newcomers that should see something soon.
    greeted: watch::Sender<u64>,
    standing: watch::Sender<Standing>,
    /// Whether others may get the room from here.
    passing_on: AtomicBool,
    door: Door,
}

/// What is of one session, and forgotten with it.
#[derive(Default)]
struct Show {
    stores: BTreeMap<TrackName, Store>,
    windows: BTreeMap<TrackName, Window>,
    /// Of the full picture, where somebody asked for it.
    wholes: Option<Wholes>,
}

/// What is remembered of a neighbour that sends objects.
struct Sender {
    streams: usize,
    repeats: TokenBucket,
}

/// A stream of objects from a neighbour; dropping it makes room for another.
pub(super) struct Inflow {
    carriage: Arc<Carriage>,
    peer: PeerId,
}

/// Somebody wants a track; dropping it takes the wish back.
pub(super) struct Wish {
    carriage: Arc<Carriage>,
    track: TrackName,
}

/// The room can't have such a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the room has no such track")]
pub(super) struct NoSuchTrack;

impl Carriage {
    /// A room, and where it tells which objects are new.
    pub(super) fn new(
        room: RoomId,
        card: Option<SignedCard>,
    ) -> (Self, mpsc::Receiver<(Option<PeerId>, Arrival)>) {
        let (arrivals, arriving) = mpsc::channel(MAX_ARRIVALS);
        let carriage = Self {
            room,
            card: watch::Sender::new(card),
            show: Mutex::default(),
            wanted: watch::Sender::default(),
            partners: watch::Sender::default(),
            senders: Mutex::default(),
            start: Instant::now(),
            arrivals,
            greeted: watch::Sender::default(),
            standing: watch::Sender::default(),
            passing_on: AtomicBool::new(true),
            door: Door::default(),
        };
        (carriage, arriving)
    }

    /// Who the room is.
    #[must_use]
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// The room's card, now and whenever it changes; `None` before one is known.
    #[must_use]
    pub fn card(&self) -> watch::Receiver<Option<SignedCard>> {
        self.card.subscribe()
    }

    /// Who may know that the room is here.
    pub(super) fn door(&self) -> &Door {
        &self.door
    }

    /// Whether the room is there for this peer; if not, it is answered as for a room that is not here.
    pub(super) fn is_there_for(&self, peer: PeerId) -> bool {
        self.door.admits(peer, self.card.borrow().as_ref().map(|card| card.card().access))
    }

    /// Whether this peer may have a place in the room: not behind a locked door, unless it was in before.
    pub(super) fn takes_part(&self, peer: PeerId) -> bool {
        self.is_there_for(peer) && !self.door.keeps_out(peer)
    }

    /// A peer knocks at the room's door.
    pub(super) fn knocked(&self, peer: PeerId, proof: &Proof) {
        let session = self.card.borrow().as_ref().map(SignedCard::session);
        self.door.knock(peer, proof, self.room, session);
    }

    /// Another show begins. Neighbours need not knock again.
    pub(super) fn begin_show(&self) {
        self.door.begin_show(&self.partners.borrow());
    }

    /// Somebody is shut out: those whose invite counts no more. All other neighbours stay: what they get opens with new
    /// keys alone.
    pub(super) fn shut(&self) -> BTreeSet<PeerId> {
        self.door.shut(&self.partners.borrow())
    }

    /// Where the room stands on this node, now and whenever it changes.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Whether others may get the room from here.
    pub(super) fn is_passed_on(&self) -> bool {
        self.passing_on.load(Ordering::Relaxed)
    }

    pub(super) fn set_passing_on(&self, yes: bool) {
        self.passing_on.store(yes, Ordering::Relaxed);
    }

    /// Takes a card that is newer than the one before; another session's ends everything of the last. Whether it was.
    pub(super) fn set_card(&self, card: SignedCard) -> bool {
        // No object of the old session comes in after the new card does.
        let mut show = self.show();
        let newer = card.room() == self.room
            && self.card.borrow().as_ref().is_none_or(|known| card.is_newer_than(known));
        if newer {
            let other = |known: &SignedCard| {
                known.session() != card.session() || (known.card().is_on_air() && !card.card().is_on_air())
            };
            if self.card.borrow().as_ref().is_some_and(other) {
                show.end();
            }
            self.card.send_replace(Some(card));
        }
        newer
    }

    /// The session that signs the room's objects now; `None` where no card is known.
    pub(super) fn session(&self) -> Option<SessionId> {
        self.card.borrow().as_ref().map(SignedCard::session)
    }

    /// What is wanted, now and whenever it changes.
    pub(super) fn wanted(&self) -> watch::Receiver<BTreeMap<TrackName, usize>> {
        self.wanted.subscribe()
    }

    /// With whom objects are exchanged, now and whenever that changes.
    pub(super) fn partners(&self) -> watch::Receiver<BTreeSet<PeerId>> {
        self.partners.subscribe()
    }

    pub(super) fn set_partner(&self, peer: PeerId, yes: bool) {
        self.partners
            .send_if_modified(|partners| if yes { partners.insert(peer) } else { partners.remove(&peer) });
        if !yes {
            // Streams that are still open are not counted any more; they end with this.
            self.senders().remove(&peer);
        }
    }

    /// A neighbour begins to send objects; `None` where it has too many streams open.
    pub(super) fn inflow(self: &Arc<Self>, peer: PeerId) -> Option<Inflow> {
        let mut senders = self.senders();
        let sender = senders.entry(peer).or_insert_with(|| Sender {
            streams: 0,
            repeats: TokenBucket::new(REPEATS, REPEATS_PER_SECOND, self.now()),
        });
        if sender.streams == MAX_STREAMS {
            return None;
        }
        sender.streams += 1;
        Some(Inflow { carriage: self.clone(), peer })
    }

    /// A newcomer should see something soon.
    pub(super) fn greet(&self) {
        self.greeted.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Told whenever there is a newcomer.
    pub(super) fn greeted(&self) -> watch::Receiver<u64> {
        self.greeted.subscribe()
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Standing)) {
        self.standing.send_modify(change);
    }

    /// A track is wanted here for as long as this is held.
    pub(super) fn want(self: &Arc<Self>, track: &TrackName) -> Wish {
        self.wanted.send_modify(|wanted| *wanted.entry(track.clone()).or_default() += 1);
        Wish { carriage: self.clone(), track: track.clone() }
    }

    /// A reader of a track, in order.
    pub(super) fn read(&self, track: &TrackName) -> Result<Reader, NoSuchTrack> {
        self.store_in(&mut self.show(), track).map(|store| store.reader()).ok_or(NoSuchTrack)
    }

    /// Adds an object that this session's key signed, once; refused where it has been here already or is too old. `None`
    /// for one that nobody can place: of a track that the card does not name, or of another show by now.
    pub(super) fn admit(&self, session: SessionId, object: Object) -> Result<Option<Arrival>, ObjectError> {
        let Header { ref track, sequence, starts_group, continues, captured, .. } = *object.header();
        let mut show = self.show();
        if self.session() != Some(session) {
            return Ok(None);
        }
        let (Some(lane), Some(store)) = (lane(track), self.store_in(&mut show, track)) else {
            return Ok(None);
        };
        let window = show.windows.entry(track.clone()).or_insert_with(|| Window::new(self.known_clock()));
        window.admit(&object)?;
        if let Some(wholes) = show.wholes.as_mut().filter(|_| *track == TrackName::VIDEO) {
            wholes.take(object.header(), now());
        }
        store.add(object);
        let place = Place { lane, sequence };
        Ok(Some(Arrival { show: session.into(), place, starts_group, continues, captured }))
    }

    /// Adds an object that was made here.
    pub(super) fn publish(&self, session: SessionId, object: Object) {
        // Sequences count up, so none is refused.
        if let Ok(Some(arrival)) = self.admit(session, object) {
            // A conductor that is a thousand objects behind has ended.
            let _ = self.arrivals.try_send((None, arrival));
        }
    }

    /// Tells the conductor of an object that a neighbour sent.
    pub(super) async fn arrived(&self, from: PeerId, arrival: Arrival) {
        // The conductor has ended if nobody takes it.
        let _ = self.arrivals.send((Some(from), arrival)).await;
    }

    /// An object that is here.
    pub(super) fn object(&self, place: Place) -> Option<Object> {
        let track = track(place.lane)?;
        let store = self.show().stores.get(&track).cloned()?;
        store.get(place.sequence)
    }

    /// The host's clock as the card shows it, for windows that have seen nothing.
    fn known_clock(&self) -> UnixMs {
        self.card.borrow().as_ref().map_or(UnixMs(0), |card| card.card().issued)
    }

    /// A cheap look at a received object's header, before its signature is verified.
    pub(super) fn check(&self, header: &Header) -> Result<(), ObjectError> {
        self.show().windows.get(&header.track).map_or(Ok(()), |window| window.check(header))
    }

    /// The newest group's start and the newest object of a track.
    #[must_use]
    pub(crate) fn newest(&self, track: &TrackName) -> Option<(Object, Object)> {
        let store = self.show().stores.get(track).cloned()?;
        store.newest()
    }

    /// The chunks of the full picture that became whole here since the last call, 256 of them at most. The first call
    /// begins to follow them, and has none.
    #[must_use]
    pub fn wholes(&self) -> Vec<Whole> {
        self.show().wholes.get_or_insert_default().drain()
    }

    /// Ends every reader, and forgets every object.
    pub(super) fn forget_show(&self) {
        self.show().end();
    }

    fn store_in(&self, show: &mut Show, track: &TrackName) -> Option<Store> {
        // Only what the card lists, so that nobody fills the node with tracks made up; and what every room has.
        let is_listed = |card: &SignedCard| card.card().tracks.iter().any(|listed| listed.name == *track);
        if !is_always_there(track) && !self.card.borrow().as_ref().is_some_and(is_listed) {
            return None;
        }
        lane(track)?;
        Some(show.stores.entry(track.clone()).or_insert_with(Store::new).clone())
    }

    fn now(&self) -> Time {
        Time::ZERO + self.start.elapsed()
    }

    fn show(&self) -> MutexGuard<'_, Show> {
        self.show.lock().expect("no holder of the carriage's lock panics")
    }

    fn senders(&self) -> MutexGuard<'_, BTreeMap<PeerId, Sender>> {
        self.senders.lock().expect("no holder of the senders' lock panics")
    }
}

impl Show {
    fn end(&mut self) {
        let wholes = self.wholes.as_ref().map(|_| Wholes::default());
        let show = std::mem::replace(self, Self { wholes, ..Self::default() });
        show.stores.values().for_each(Store::close);
    }
}

impl Inflow {
    /// The neighbour sent something that has been here; `false` where it does so without end.
    pub(super) fn may_repeat(&self) -> bool {
        let now = self.carriage.now();
        let mut senders = self.carriage.senders();
        // Where it is no neighbour any more, its streams end.
        senders.get_mut(&self.peer).is_none_or(|sender| sender.repeats.take(now, 1).is_ok())
    }
}

impl Drop for Inflow {
    fn drop(&mut self) {
        if let Some(sender) = self.carriage.senders().get_mut(&self.peer) {
            sender.streams = sender.streams.saturating_sub(1);
        }
    }
}

impl Drop for Wish {
    fn drop(&mut self) {
        self.carriage.wanted.send_modify(|wanted| {
            if let Some(count) = wanted.get_mut(&self.track) {
                *count -= 1;
                if *count == 0 {
                    wanted.remove(&self.track);
                }
            }
        });
    }
}
