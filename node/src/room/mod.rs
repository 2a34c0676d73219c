//! The room: the only place where sources and sinks meet. Neither knows the other.
//!
//! A source hands its catalogue and chunks to [`Room`] (as [`Output`]); a sink [`joins`](Room::join) a track and
//! reads. The room tells the engine what is wanted ([`Room::demand`]) and when a keyframe is ([`Room::keyframes`]).
//! Left out: HTTP, WebRTC, encoders, and whether somebody may watch, which is for those who call [`Room::join`].

mod card;
mod demand;
mod entry;
mod files;
mod guest;
mod hls;
mod presence;
pub(crate) mod ring;
mod talk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parlor_media::Output;
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::{Catalogue, Chunk, Medium, TrackName, UnixMs};
use parlor_protocol::talk::{Keeping, Order, Refusal};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

pub use card::{About, AboutError, Card, MAX_DESCRIPTION_CHARS, MAX_TAG_CHARS, MAX_TAGS, MAX_TITLE_CHARS};
pub use demand::{Demand, Held, Wanted};
pub use entry::{Entry, Rules, Shut, Ticket};
pub use files::{
    Content, FileName, FileNews, Files, MAX_FILE_BYTES, NotTaken, Senders, SharedFile, Standing,
};
pub use hls::Hls;
pub use presence::{MAX_PEOPLE, Person, Presence, Stay, VisitorId};
pub use ring::{Full, Item, Limits, MAX_READERS, Next, Ring, Start};
pub use talk::{Ban, Following, Outgoing, Peer, Talk, Talker, Unsaid, Wish};

/// A keyframe this young is worth starting at: asking for another would cost every viewer bits.
const FRESH_KEYFRAME_MS: u64 = 400;
/// How long a viewer waits for a keyframe that was asked for. Sources that can't make one on demand never do, and
/// an old keyframe is better than a longer wait.
const KEYFRAME_WAIT: Duration = Duration::from_millis(300);
/// A track without a chunk for so long is not flowing.
const FLOWING_MS: u64 = 1000;
/// How long a resting engine may take to start: opening a camera takes up to two seconds on a Pi.
const START_WAIT: Duration = Duration::from_secs(8);

/// How long the engine stays awake for a player that fetches piece by piece, after its last request: three of the
/// longest segments, so that it never stops between two of them.
const LINGER: Duration = Duration::from_secs(12);

/// A room of this node.
pub struct Room {
    id: RoomId,
    card: watch::Sender<Arc<Card>>,
    catalogue: watch::Sender<Arc<Catalogue>>,
    tracks: Mutex<BTreeMap<TrackName, Track>>,
    hls: Hls,
    demand: Demand,
    keyframes: Notify,
    presence: Presence,
    entry: Entry,
    talk: Talk,
    /// Counts the orders that were obeyed.
    orders: watch::Sender<u64>,
    files: Files,
    /// Where the playlists are kept up to date.
    runtime: Handle,
}

/// A track of the room.
#[derive(Clone)]
struct Track {
    /// Whether a new reader needs a keyframe; sound and still pictures can start anywhere.
    is_video: bool,
    ring: Ring,
}

/// Why a track can't be watched now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The room has no such track.
    #[error("this room has no such track")]
    NoSuchTrack,
    /// The engine was woken and no picture came within eight seconds.
    #[error("the camera did not start in time")]
    NotStarted,
    /// The room went off air meanwhile.
    #[error("the room went off air")]
    Ended,
    /// Every place is taken.
    #[error(transparent)]
    Full(#[from] Full),
}

/// A reader of one track, which keeps the engine awake while it lives.
pub struct Reader {
    reader: ring::Reader,
    _held: Held,
}

impl Reader {
    /// The next chunk, or how many were lost; `None` once the room went off air.
    pub async fn next(&mut self) -> Option<Next> {
        self.reader.next().await
    }
}

impl Room {
    /// A room of ours, off air and without tracks.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn new(id: RoomId, about: About) -> Self {
        Self::with(id, about, Talk::here())
    }

    /// A room of another host, of which nothing is known yet.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn afar(id: RoomId) -> Self {
        Self::with(id, About::default(), Talk::afar())
    }

    fn with(id: RoomId, about: About, talk: Talk) -> Self {
        Self {
            id,
            card: watch::Sender::new(Arc::new(Card { about, on_air_since: None })),
            catalogue: watch::Sender::new(Arc::default()),
            tracks: Mutex::default(),
            hls: Hls::default(),
            demand: Demand::default(),
            keyframes: Notify::new(),
            presence: Presence::default(),
            entry: Entry::default(),
            talk,
            orders: watch::Sender::new(0),
            files: Files::default(),
            runtime: Handle::current(),
        }
    }

    /// Who the room is.
    #[must_use]
    pub fn id(&self) -> RoomId {
        self.id
    }

    /// The card as others see it, now and whenever it changes.
    #[must_use]
    pub fn card(&self) -> watch::Receiver<Arc<Card>> {
        self.card.subscribe()
    }

    /// Whether the room is on air.
    #[must_use]
    pub fn is_on_air(&self) -> bool {
        self.card.borrow().on_air_since.is_some()
    }

    /// The host's words are now these.
    pub fn set_about(&self, about: About) {
        self.card.send_if_modified(|card| {
            let changed = card.about != about;
            if changed {
                *card = Arc::new(Card { about, ..**card });
            }
            changed
        });
    }

    /// Goes on air now or off. See [`Room::set_on_air_since`].
    pub fn set_on_air(&self, on_air: bool) {
        let since = if on_air { self.card.borrow().on_air_since.or_else(|| Some(now())) } else { None };
        self.set_on_air_since(since);
    }

    /// Is on air since that time, or off air. With either change every reader ends and every chunk is forgotten: nobody sees what was before,
    /// neither the host's rehearsal nor the end of the show.
    pub fn set_on_air_since(&self, since: Option<UnixMs>) {
        let was_on_air = self.is_on_air();
        if since.is_some() && !was_on_air {
            self.forget_media();
            self.request_keyframe();
        }
        self.card.send_if_modified(|card| {
            let changed = card.on_air_since != since;
            if changed {
                *card = Arc::new(Card { about: card.about.clone(), on_air_since: since });
            }
            changed
        });
        if was_on_air && since.is_none() {
            self.forget_media();
            self.files.clear();
        }
    }

    /// Every reader ends, and whoever still may joins anew: others may watch now than before.
    pub fn begin_anew(&self) {
        self.forget_media();
        self.request_keyframe();
    }

    /// The tracks, now and whenever they change.
    #[must_use]
    pub fn catalogue_changes(&self) -> watch::Receiver<Arc<Catalogue>> {
        self.catalogue.subscribe()
    }

    /// The tracks; empty until the engine has started once.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.borrow().clone()
    }

    /// Who is here.
    #[must_use]
    pub fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Who may be here.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Does what the host wants, or a moderator who has the power; in another host's room it is for them to do.
    ///
    /// # Errors
    /// An [`Unsaid`] that says why it was not done.
    pub async fn obey(&self, talker: Talker, order: Order) -> Result<(), Unsaid> {
        if self.talk.is_afar() { self.talk.ask(&order).await } else { Ok(self.obey_here(talker, order)?) }
    }

    /// The same in a room of ours.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn obey_here(&self, talker: Talker, order: Order) -> Result<(), Refusal> {
        let door = match order {
            Order::Lock(_) | Order::SendOut(_) => Some(order.clone()),
            _ => None,
        };
        self.talk.obey(talker, order)?;
        if let Some(order) = door {
            self.keep_door(talker, &order);
        }
        self.orders.send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// Told whenever an order was obeyed.
    #[must_use]
    pub fn orders(&self) -> watch::Receiver<u64> {
        self.orders.subscribe()
    }

    /// What this talker may do to keep order, and how that is kept; `None` for nothing.
    #[must_use]
    pub fn keeping(&self, talker: Talker) -> Option<Keeping> {
        self.talk.keeping(talker, self.entry.is_locked())
    }

    /// Those who keep order stay inside, whether they are looking just now or not.
    fn keep_door(&self, talker: Talker, order: &Order) {
        let mut stay: BTreeSet<_> = self.talk.moderators().collect();
        stay.insert(talker.visitor);
        let here = self.presence.here(Instant::now());
        match order {
            Order::Lock(false) => self.entry.unlock(),
            Order::Lock(true) => self.entry.lock(here.union(&stay).copied().collect()),
            Order::SendOut(locks) => {
                if *locks {
                    self.entry.lock(stay.clone());
                }
                self.entry.send_out(here.difference(&stay).copied().collect(), stay);
            }
            _ => {}
        }
    }

    /// What is said.
    #[must_use]
    pub fn talk(&self) -> &Talk {
        &self.talk
    }

    /// What people have sent each other.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Keeps what is said coming in from another node, as long as the guard lives; of a room of ours it is here.
    pub fn hold_talk(&self) -> Option<Held> {
        self.talk.is_afar().then(|| self.demand.hold(TrackName::TALK))
    }

    /// Who wants the stream, for the engine.
    #[must_use]
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// Asks the source for a keyframe.
    pub fn request_keyframe(&self) {
        self.keyframes.notify_one();
    }

    /// Told whenever somebody asked for a keyframe, for the engine.
    #[must_use]
    pub fn keyframes(&self) -> &Notify {
        &self.keyframes
    }

    /// A reader of this track that starts at a keyframe as new as can be had: wakes the engine if it rests.
    ///
    /// # Errors
    /// A [`JoinError`] where there is no such track, no picture in time, or no place left.
    pub async fn join(&self, name: &TrackName) -> Result<Reader, JoinError> {
        let held = self.demand.hold(name.clone());
        self.await_tracks().await?;
        let track = self.lock().get(name).cloned().ok_or(JoinError::NoSuchTrack)?;
        let newest = track.ring.newest();
        let flows = newest.as_ref().is_some_and(|(_, newest)| age_ms(newest) < FLOWING_MS);
        if newest.is_some_and(|(group, _)| flows && (!track.is_video || age_ms(&group) <= FRESH_KEYFRAME_MS))
        {
            return Ok(Reader { reader: track.ring.reader(Start::NewestGroup)?, _held: held });
        }
        self.request_keyframe();
        let mut next_group = track.ring.reader(Start::NextGroup)?;
        match timeout(if flows { KEYFRAME_WAIT } else { START_WAIT }, next_group.next()).await {
            Ok(Some(_)) => {}
            Ok(None) => return Err(JoinError::Ended),
            Err(_) if flows => {}
            Err(_) => return Err(JoinError::NotStarted),
        }
        Ok(Reader { reader: track.ring.reader(Start::NewestGroup)?, _held: held })
    }

    /// A reader that starts at a keyframe at least `lead` before the newest picture, or at the oldest that is remembered,
    /// for players that begin only when they have so much. Where nothing flows yet, as [`Room::join`].
    ///
    /// # Errors
    /// As for [`Room::join`].
    pub async fn join_earlier(&self, name: &TrackName, lead: Duration) -> Result<Reader, JoinError> {
        let held = self.demand.hold(name.clone());
        self.await_tracks().await?;
        let track = self.lock().get(name).cloned().ok_or(JoinError::NoSuchTrack)?;
        match track.ring.newest() {
            Some((_, newest)) if age_ms(&newest) < FLOWING_MS => {
                let start = newest.time + newest.duration - lead;
                Ok(Reader { reader: track.ring.reader(Start::By(start))?, _held: held })
            }
            _ => self.join(name).await,
        }
    }

    /// A reader of the sound, or of anything that can be decoded from any chunk, that starts where the picture's
    /// reader does: a source that makes no keyframe on demand may have started its group seconds ago.
    ///
    /// # Errors
    /// As for [`Room::join`].
    pub async fn join_beside(&self, picture: &Reader, name: &TrackName) -> Result<Reader, JoinError> {
        let Some(start) = picture.reader.time() else { return self.join(name).await };
        let held = self.demand.hold(name.clone());
        let track = self.lock().get(name).cloned().ok_or(JoinError::NoSuchTrack)?;
        Ok(Reader { reader: track.ring.reader(Start::At(start))?, _held: held })
    }

    /// What HLS players are shown.
    #[must_use]
    pub fn hls(&self) -> &Hls {
        &self.hls
    }

    /// Keeps a track coming for a player that fetches piece by piece, and waits until there are tracks.
    ///
    /// # Errors
    /// [`JoinError::NotStarted`] where the engine did not start in time.
    pub async fn wake(&self, name: &TrackName) -> Result<(), JoinError> {
        self.demand.linger(&self.runtime, name.clone(), LINGER);
        self.await_tracks().await
    }

    async fn await_tracks(&self) -> Result<(), JoinError> {
        let mut changes = self.catalogue.subscribe();
        let known = changes.wait_for(|catalogue| !catalogue.tracks.is_empty());
        match timeout(START_WAIT, known).await {
            Ok(_) => Ok(()),
            Err(_) => Err(JoinError::NotStarted),
        }
    }

    fn new_track(&self, name: &TrackName, medium: &Medium) -> Track {
        let ring = Ring::new(Limits::default());
        self.hls.follow(&self.runtime, name.clone(), &ring);
        Track { is_video: matches!(medium, Medium::Video(_)), ring }
    }

    fn forget_media(&self) {
        let catalogue = self.catalogue();
        let mut tracks = self.lock();
        tracks.values().for_each(|track| track.ring.close());
        self.hls.forget(&catalogue);
        *tracks = catalogue
            .tracks
            .iter()
            .map(|track| (track.name.clone(), self.new_track(&track.name, &track.medium)))
            .collect();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<TrackName, Track>> {
        self.tracks.lock().expect("no holder of the room's lock panics")
    }
}

impl Output for Room {
    fn catalogue(&self, catalogue: Catalogue) {
        self.hls.set_catalogue(&catalogue);
        let mut tracks = self.lock();
        tracks.retain(|name, track| {
            let stays = catalogue.track(name).is_some();
            if !stays {
                track.ring.close();
            }
            stays
        });
        for track in &catalogue.tracks {
            if !tracks.contains_key(&track.name) {
                tracks.insert(track.name.clone(), self.new_track(&track.name, &track.medium));
            }
        }
        drop(tracks);
        self.catalogue.send_replace(Arc::new(catalogue));
    }

    fn chunk(&self, name: &TrackName, chunk: Chunk) {
        let track = self.lock().get(name).cloned();
        if let Some(track) = track {
            track.ring.push(chunk);
        }
    }
}

/// The wall-clock time.
#[must_use]
pub fn now() -> UnixMs {
    UnixMs(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64)
}

fn age_ms(chunk: &Chunk) -> u64 {
    now().0.saturating_sub(chunk.captured.0)
}

#[cfg(all(test, not(feature = "loom")))]
mod tests;
