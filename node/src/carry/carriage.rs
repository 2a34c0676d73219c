//! One carried room: its card, its rings of sealed objects, and what is wanted of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::card::SignedCard;
use parlor_protocol::ident::RoomId;
use parlor_protocol::invite::Proof;
use parlor_protocol::media::{MAX_TRACKS, TrackName, UnixMs};
use parlor_protocol::object::window::Window;
use parlor_protocol::object::{Header, Object, ObjectError};
use parlor_protocol::overlay::View;
use tokio::sync::watch;
use tokio::time::sleep;

use super::door::Door;
use crate::room::{Full, Limits, Ring, Start, ring};

/// What a ring of objects remembers: the longest group that we cut by ourselves (4 s) and what a child misses that
/// loses its parent. A child further behind is taken to the newest group.
const RING: Limits = Limits { bytes: 16 * 1024 * 1024, span: Duration::from_secs(6) };

/// Where a carried room stands, for those who show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The node's place in the tree; `None` before it has one.
    pub view: Option<View>,
    /// Objects that arrived, were verified and taken.
    pub objects: u64,
    /// Objects that were refused, whosever fault.
    pub refused: u64,
    /// Objects that a parent left out because this node was too slow.
    pub missed: u64,
}

/// One carried room; shared by the tasks that fill and empty it.
pub struct Carriage {
    room: RoomId,
    card: watch::Sender<Option<SignedCard>>,
    show: Mutex<Show>,
    wanted: watch::Sender<BTreeMap<TrackName, usize>>,
    served: watch::Sender<BTreeSet<PeerId>>,
    standing: watch::Sender<Standing>,
    /// Whether others may get the room from here.
    passing_on: AtomicBool,
    door: Door,
}

/// What is of one session, and forgotten with it.
#[derive(Default)]
struct Show {
    rings: BTreeMap<TrackName, Ring<Object>>,
    windows: BTreeMap<TrackName, Window>,
}

/// A reader of one track, which keeps the track wanted while it lives.
pub(super) struct Reader {
    pub(super) objects: ring::Reader<Object>,
    wish: Wish,
}

impl Reader {
    /// Reads no more, but keeps the track wanted as long as a ring remembers: whoever has lost its way comes back, here
    /// or by another, and finds nothing missing only if it was taken all the while.
    pub(super) fn linger(self) {
        let wish = self.wish;
        tokio::spawn(async move {
            sleep(RING.span).await;
            drop(wish);
        });
    }
}

/// Somebody wants a track; dropping it takes the wish back.
pub(super) struct Wish {
    carriage: Arc<Carriage>,
    track: TrackName,
}

/// Why a track can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReadError {
    /// The room can't have so many tracks.
    #[error("the room has no such track")]
    NoSuchTrack,
    /// Every place is taken.
    #[error(transparent)]
    Full(#[from] Full),
}

impl Carriage {
    pub(super) fn new(room: RoomId, card: Option<SignedCard>) -> Self {
        Self {
            room,
            card: watch::Sender::new(card),
            show: Mutex::default(),
            wanted: watch::Sender::default(),
            served: watch::Sender::default(),
            standing: watch::Sender::default(),
            passing_on: AtomicBool::new(true),
            door: Door::default(),
        }
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

    /// A peer knocks at the room's door.
    pub(super) fn knocked(&self, peer: PeerId, proof: &Proof) {
        let session = self.card.borrow().as_ref().map(SignedCard::session);
        self.door.knock(peer, proof, self.room, session);
    }

    /// Another show begins. Children keep their places.
    pub(super) fn begin_show(&self) {
        self.door.begin_show(&self.served.borrow());
    }

    /// Somebody is shut out: those whose invite counts no more. All other children keep their places: what they get there
    /// opens with new keys alone.
    pub(super) fn shut(&self) -> BTreeSet<PeerId> {
        self.door.shut(&self.served.borrow())
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
        let newer = card.room() == self.room
            && self.card.borrow().as_ref().is_none_or(|known| card.is_newer_than(known));
        if newer {
            let other = |known: &SignedCard| {
                known.session() != card.session() || (known.card().is_on_air() && !card.card().is_on_air())
            };
            if self.card.borrow().as_ref().is_some_and(other) {
                self.forget_show();
            }
            self.card.send_replace(Some(card));
        }
        newer
    }

    /// What is wanted, now and whenever it changes.
    pub(super) fn wanted(&self) -> watch::Receiver<BTreeMap<TrackName, usize>> {
        self.wanted.subscribe()
    }

    /// Whom the tree says to serve, now and whenever it changes.
    pub(super) fn served(&self) -> watch::Receiver<BTreeSet<PeerId>> {
        self.served.subscribe()
    }

    pub(super) fn serve(&self, peer: PeerId, yes: bool) {
        self.served.send_if_modified(|served| if yes { served.insert(peer) } else { served.remove(&peer) });
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Standing)) {
        self.standing.send_modify(change);
    }

    /// A reader of a track, which makes it wanted.
    pub(super) fn read(self: &Arc<Self>, track: &TrackName, start: Start) -> Result<Reader, ReadError> {
        let ring = self.ring(track).ok_or(ReadError::NoSuchTrack)?;
        let objects = ring.reader(start)?;
        self.wanted.send_modify(|wanted| *wanted.entry(track.clone()).or_default() += 1);
        Ok(Reader { objects, wish: Wish { carriage: self.clone(), track: track.clone() } })
    }

    /// Adds a verified object; refused where it has been here already, is too old, or comes after one that follows it.
    pub(super) fn admit(&self, object: Object) -> Result<(), ObjectError> {
        let track = object.header().track.clone();
        let ring = {
            let mut show = self.show();
            // Only tracks that somebody reads are taken, and those are bounded.
            let Some(ring) = show.rings.get(&track).cloned() else { return Ok(()) };
            let window = show.windows.entry(track).or_insert_with(|| Window::new(self.known_clock()));
            in_order(window, object.header())?;
            window.admit(&object)?;
            ring
        };
        ring.push(object);
        Ok(())
    }

    /// The host's clock as the card shows it, for windows that have seen nothing.
    fn known_clock(&self) -> UnixMs {
        self.card.borrow().as_ref().map_or(UnixMs(0), |card| card.card().issued)
    }

    /// A cheap look at a received object's header, before its signature is verified.
    pub(super) fn check(&self, header: &Header) -> Result<(), ObjectError> {
        self.show().windows.get(&header.track).map_or(Ok(()), |window| {
            in_order(window, header)?;
            window.check(header)
        })
    }

    /// The last object of a track that is here.
    pub(super) fn last(&self, track: &TrackName) -> Option<u64> {
        let ring = self.show().rings.get(track).cloned()?;
        ring.newest().map(|(_, newest)| newest.header().sequence)
    }

    /// The newest group's start and the newest object of a track.
    #[must_use]
    pub(crate) fn newest(&self, track: &TrackName) -> Option<(Object, Object)> {
        let ring = self.show().rings.get(track).cloned()?;
        ring.newest()
    }

    /// Ends every reader, and forgets every object.
    pub(super) fn forget_show(&self) {
        let show = std::mem::take(&mut *self.show());
        show.rings.values().for_each(Ring::close);
    }

    fn ring(&self, track: &TrackName) -> Option<Ring<Object>> {
        // Only what the card lists, so that nobody fills the node with rings of names made up; and the catalogue.
        let is_listed = |card: &SignedCard| card.card().tracks.iter().any(|listed| listed.name == *track);
        if *track != TrackName::CATALOGUE && !self.card.borrow().as_ref().is_some_and(is_listed) {
            return None;
        }
        let mut show = self.show();
        // Cards change, and each lists so many.
        if show.rings.len() > 2 * MAX_TRACKS && !show.rings.contains_key(track) {
            return None;
        }
        Some(show.rings.entry(track.clone()).or_insert_with(|| Ring::new(RING)).clone())
    }

    fn show(&self) -> MutexGuard<'_, Show> {
        self.show.lock().expect("no holder of the carriage's lock panics")
    }
}

/// A window takes what comes late. Parents send in order (`spec/object.md`, section 7), and so the rings are: what this
/// node began behind is nothing new to it, and a parent that sends it would show the past once more.
fn in_order(window: &Window, header: &Header) -> Result<(), ObjectError> {
    if window.newest().is_some_and(|newest| header.sequence <= newest) {
        return Err(ObjectError::Replayed);
    }
    Ok(())
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
