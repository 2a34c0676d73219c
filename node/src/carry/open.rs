//! The viewer's end: objects from the stores of a carriage, opened into a room for this node's own browsers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use parlor_media::Output;
use parlor_protocol::keys::{KeyRing, Pass};
use parlor_protocol::media::{Medium, TrackName};
use parlor_protocol::object::{Assembly, Content, Object, ObjectError};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Duration, sleep};

use super::carriage::Carriage;
use super::emotes::Known;
use super::store::Next;
use crate::room::Room;

/// A track that can't be read yet is tried again after so long.
const AGAIN: Duration = Duration::from_millis(200);

/// The keys to a room, as the host gives them.
#[derive(Default)]
pub(super) struct Keys {
    ring: Mutex<KeyRing>,
    /// How often some came.
    given: watch::Sender<u64>,
}

impl Keys {
    /// Adds what the host gave.
    pub(super) fn add(&self, passes: impl IntoIterator<Item = Pass>) {
        let mut ring = self.lock();
        for pass in passes {
            ring.add(pass);
        }
        drop(ring);
        self.given.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Forgets them all.
    pub(super) fn forget(&self) {
        *self.lock() = KeyRing::default();
    }

    fn unseal(&self, object: &Object) -> Result<Content, ObjectError> {
        let mut ring = self.lock();
        let key = object.key(&mut ring)?;
        object.open(key)
    }

    fn lock(&self) -> MutexGuard<'_, KeyRing> {
        self.ring.lock().expect("no holder of the keys' lock panics")
    }
}

/// Opens what the room's viewers want, for as long as they want it, until the task is aborted.
pub(super) async fn open(room: Arc<Room>, carriage: Arc<Carriage>, keys: Arc<Keys>) {
    let mut wanted = room.demand().changes();
    let mut tasks = JoinSet::new();
    let mut taken: BTreeMap<TrackName, AbortHandle> = BTreeMap::new();
    let emotes = Arc::<tokio::sync::Mutex<Known>>::default();
    loop {
        let mut tracks = wanted.borrow_and_update().tracks.clone();
        if !tracks.is_empty() {
            tracks.insert(TrackName::CATALOGUE);
        }
        taken.retain(|track, task| {
            let stays = tracks.contains(track);
            if !stays {
                task.abort();
            }
            stays
        });
        for track in tracks {
            let (carriage, keys) = (carriage.clone(), keys.clone());
            let shown = Shown { room: room.clone(), emotes: emotes.clone() };
            taken
                .entry(track.clone())
                .or_insert_with(|| tasks.spawn(open_track(shown, carriage, keys, track)));
        }
        if wanted.changed().await.is_err() {
            return;
        }
    }
}

async fn open_track(shown: Shown, carriage: Arc<Carriage>, keys: Arc<Keys>, track: TrackName) {
    let mut given = keys.given.subscribe();
    let _wish = carriage.want(&track);
    loop {
        given.mark_unchanged();
        let Ok(mut reader) = carriage.read(&track) else {
            sleep(AGAIN).await;
            continue;
        };
        // Nothing can be shown from the middle of a group of which the start could not be opened.
        let mut seeks_group = true;
        let mut assembly = Assembly::default();
        let mut last: Option<u64> = None;
        loop {
            let next = tokio::select! {
                next = reader.next() => next,
                // What could not be opened may open now: the catalogue comes once in ten seconds.
                Ok(()) = given.changed() => {
                    if seeks_group {
                        break;
                    }
                    continue;
                }
            };
            let Some(next) = next else {
                sleep(AGAIN).await;
                break;
            };
            let object = match next {
                Next::Object(object) => object,
                Next::Skipped(count) => {
                    carriage.update(|standing| standing.missed += count);
                    continue;
                }
            };
            let sequence = object.header().sequence;
            let follows = last.replace(sequence).is_none_or(|last| last.checked_add(1) == Some(sequence));
            seeks_group |= !follows && !starts_anywhere(&shown.room, &track);
            if seeks_group && !object.header().starts_group {
                continue;
            }
            let opened = match keys.unseal(&object) {
                Ok(content) => shown.show(&track, &mut assembly, content).await,
                Err(error) => Err(error),
            };
            seeks_group = opened.is_err();
            if seeks_group {
                // No key yet, or the host's mistake; the next may open.
                carriage.update(|standing| standing.refused += 1);
            }
        }
    }
}

/// Whether every chunk of the track can be decoded by itself (`spec/media.md`, section 2).
fn starts_anywhere(room: &Room, track: &TrackName) -> bool {
    room.catalogue().track(track).is_some_and(|track| matches!(track.medium, Medium::Audio(_)))
}

/// The room that is opened, and what of it is known here.
struct Shown {
    room: Arc<Room>,
    /// Outlives whoever reads the talk.
    emotes: Arc<tokio::sync::Mutex<Known>>,
}

impl Shown {
    /// Puts what was opened into the room: a catalogue where it says something new, a chunk with its last piece, what was
    /// said, with the emotes that it shows before it.
    async fn show(
        &self,
        track: &TrackName,
        assembly: &mut Assembly,
        content: Content,
    ) -> Result<(), ObjectError> {
        match content {
            Content::Piece(piece) => {
                if let Some(chunk) = assembly.add(piece)? {
                    self.room.chunk(track, chunk);
                }
            }
            Content::Catalogue(catalogue) if *self.room.catalogue() != catalogue => {
                Output::catalogue(&*self.room, catalogue);
            }
            Content::Catalogue(_) => {}
            Content::Talk(mut bulletin) => {
                self.emotes.lock().await.take(&self.room, &mut bulletin).await;
                self.room.talk().take(bulletin);
            }
        }
        Ok(())
    }
}
