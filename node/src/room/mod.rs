//! The room: the only place where sources and sinks meet. Neither knows the other.
//!
//! A source hands its catalogue and chunks to [`Room`] (as [`Output`]); a sink [`joins`](Room::join) a track and
//! reads. The room tells the engine what is wanted ([`Room::demand`]) and when a keyframe is ([`Room::keyframes`]).
//! Left out: HTTP, WebRTC, encoders, and whether somebody may watch, which is for those who call [`Room::join`].

mod caption;
mod card;
mod demand;
mod emotes;
mod entry;
mod files;
mod hls;
mod join;
mod order;
mod presence;
mod reports;
pub(crate) mod ring;
mod talk;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use parlor_media::Output;
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::{Catalogue, Chunk, Medium, TrackName, UnixMs};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

pub use caption::NoCaption;
pub use card::{About, AboutError, Card, MAX_DESCRIPTION_CHARS, MAX_TAG_CHARS, MAX_TAGS, MAX_TITLE_CHARS};
pub use demand::{Demand, Held, Wanted};
pub use emotes::Emotes;
pub use entry::{Entry, Rules, Shut, Ticket};
pub use files::{
    Content, FileName, FileNews, Files, MAX_FILE_BYTES, NotTaken, Senders, SharedFile, Standing,
};
pub(crate) use files::{MAX_OF_ONE, MAX_OF_ONE_BYTES};
pub use hls::Hls;
pub use join::{JoinError, Reader};
pub use presence::{Doing, MAX_PEOPLE, People, Person, Presence, Stay, VisitorId};
pub use reports::{MAX_REPORTS, Opener, Received, Reports, To};
pub use ring::{Full, Item, Limits, MAX_READERS, Next, Ring, Start};
pub use talk::{Ban, Following, Listed, Outgoing, Peer, Sign, Talk, Talker, Unsaid, Wish};

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
    emotes: emotes::Shown,
    reports: Reports,
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
        let (hls, runtime) = (Hls::default(), Handle::current());
        hls.follow_captions(&runtime, talk.follow().news);
        Self {
            id,
            card: watch::Sender::new(Arc::new(Card { about, on_air_since: None })),
            catalogue: watch::Sender::new(Arc::default()),
            tracks: Mutex::default(),
            hls,
            demand: Demand::default(),
            keyframes: Notify::new(),
            presence: Presence::default(),
            entry: Entry::default(),
            talk,
            orders: watch::Sender::new(0),
            files: Files::default(),
            emotes: emotes::Shown::default(),
            reports: Reports::default(),
            runtime,
        }
    }

    /// Who the room is.
    #[must_use]
    pub fn id(&self) -> RoomId {
        self.id
    }

    /// The host's own small pictures for the talk; none of another host's room.
    #[must_use]
    pub fn emotes(&self) -> Arc<Emotes> {
        self.emotes.get()
    }

    /// The emotes now, and whenever they change.
    #[must_use]
    pub fn emotes_changes(&self) -> watch::Receiver<Arc<Emotes>> {
        self.emotes.changes()
    }

    /// From now on these are the emotes.
    pub fn set_emotes(&self, emotes: Emotes) {
        self.emotes.set(emotes);
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

    /// What HLS players are shown.
    #[must_use]
    pub fn hls(&self) -> &Hls {
        &self.hls
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

#[cfg(all(test, not(feature = "loom")))]
mod tests;
