//! The host's end: chunks of a room of ours, sealed and signed into the stores of its carriage.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parlor_protocol::keys::{Epoch, EpochLength};
use parlor_protocol::media::{Chunk, MediaTime, TrackName, UnixMs};
use parlor_protocol::object::{Object, ObjectError, piece_bytes};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use super::bulletins::seal_talk;
use super::carriage::Carriage;
use super::lanes::is_always_there;
use super::show::Show;
use crate::room::{Next, Room, now};

/// A track that can't be joined yet is tried again after so long: the camera is being opened.
const AGAIN: Duration = Duration::from_millis(500);
/// How long there may be nobody to see a fresh keyframe before another is asked for; a flood of joiners costs one.
const KEYFRAME_PAUSE: Duration = Duration::from_millis(500);

/// Publishes what is wanted of the room until the task is aborted; once for each show, whose sequences it counts.
pub(super) async fn publish(room: Arc<Room>, carriage: Arc<Carriage>, show: Arc<Show>) {
    let mut wanted = carriage.wanted();
    let mut tasks = JoinSet::new();
    let mut taken: BTreeMap<TrackName, AbortHandle> = BTreeMap::new();
    let mut greeted = carriage.greeted();
    let mut counters: BTreeMap<TrackName, Counter> = BTreeMap::new();
    loop {
        let tracks = wanted.borrow_and_update().clone();
        taken.retain(|track, task| {
            let stays = tracks.contains_key(track);
            if !stays {
                task.abort();
            }
            stays
        });
        for track in tracks.into_keys().filter(|track| !taken.contains_key(track)).collect::<Vec<_>>() {
            let counter = counters.entry(track.clone()).or_default().clone();
            let (room, carriage, show) = (room.clone(), carriage.clone(), show.clone());
            let task = if track == TrackName::CATALOGUE {
                tasks.spawn(seal_catalogues(room, carriage, show, counter))
            } else if track == TrackName::TALK {
                tasks.spawn(seal_talk(room, carriage, show, counter))
            } else {
                tasks.spawn(seal_track(room, carriage, show, track.clone(), counter))
            };
            taken.insert(track, task);
        }
        tokio::select! {
            changed = wanted.changed() => if changed.is_err() { return },
            // Somebody came: the newest keyframe may be seconds old.
            Ok(()) = greeted.changed() => {
                for track in taken.keys().filter(|track| !is_always_there(track)) {
                    refresh(&room, &carriage, track);
                }
            }
        }
    }
}

fn refresh(room: &Room, carriage: &Carriage, track: &TrackName) {
    let age = |object: &Object| now().0.saturating_sub(object.header().captured.0);
    let pause = KEYFRAME_PAUSE.as_millis() as u64;
    if carriage.newest(track).is_some_and(|(group, _)| age(&group) > pause) {
        room.request_keyframe();
    }
}

/// How far a track is sealed. It lasts as long as the show: a track may be given up and taken up again, the task before
/// may be in its last step then, and no sequence may seal twice.
#[derive(Clone, Default)]
pub(super) struct Counter(Arc<Mutex<Count>>);

/// The sequence of the next object, and the room's own of the next chunk.
#[derive(Default)]
pub(super) struct Count {
    object: u64,
    chunk: u64,
    /// Whether chunks are left out until a group starts.
    seeks_group: bool,
}

impl Counter {
    pub(super) fn lock(&self) -> MutexGuard<'_, Count> {
        self.0.lock().expect("no holder of the counter's lock panics")
    }
}

impl Count {
    /// Seals from the next sequence on, and counts what was sealed: without a gap, for everybody who sees one waits for
    /// what is missing.
    pub(super) fn seal(&mut self, seal: impl FnOnce(u64) -> Result<Vec<Object>, ObjectError>) -> Vec<Object> {
        let objects = seal(self.object).unwrap_or_default();
        self.object += objects.len() as u64;
        objects
    }

    /// The same for a chunk, unless it was sealed before: a track that is taken up again begins with its newest group.
    /// Where one can't be sealed, nothing more of its group goes out: nobody could show it.
    fn seal_chunk(
        &mut self,
        chunk: &Chunk,
        seal: impl FnOnce(u64) -> Result<Vec<Object>, ObjectError>,
    ) -> Vec<Object> {
        if chunk.sequence < self.chunk {
            return Vec::new();
        }
        self.chunk = chunk.sequence.saturating_add(1);
        self.seeks_group &= !chunk.starts_group;
        if self.seeks_group {
            return Vec::new();
        }
        let objects = self.seal(seal);
        self.seeks_group = objects.is_empty();
        objects
    }
}

async fn seal_track(
    room: Arc<Room>,
    carriage: Arc<Carriage>,
    show: Arc<Show>,
    track: TrackName,
    counter: Counter,
) {
    loop {
        let Ok(mut reader) = room.join(&track).await else {
            sleep(AGAIN).await;
            continue;
        };
        while let Some(next) = reader.next().await {
            match next {
                Next::Item(chunk) => {
                    let limit = limit(&room, &track);
                    let seal = |sequence| seal(&show, &track, sequence, &chunk, limit);
                    let mut counter = counter.lock();
                    for object in counter.seal_chunk(&chunk, seal) {
                        carriage.publish(show.session.id(), object);
                    }
                }
                // What the host's own node missed, nobody gets; the next chunk starts a group.
                Next::Lagged(_) => {}
            }
        }
        sleep(AGAIN).await;
    }
}

fn seal(
    show: &Show,
    track: &TrackName,
    sequence: u64,
    chunk: &Chunk,
    limit: usize,
) -> Result<Vec<Object>, ObjectError> {
    let epoch = Epoch::of(chunk.time, show.length);
    let key = show.tree.borrow().key(epoch, track);
    Object::seal(&show.session, &key, sequence, chunk, limit)
}

/// How long a piece of this track may be, in bytes.
fn limit(room: &Room, track: &TrackName) -> usize {
    piece_bytes(room.catalogue().track(track).map_or(0, |track| track.bitrate_bps))
}

/// Seals the catalogue whenever it changes, and anew in each epoch and generation, so that every pass opens one.
async fn seal_catalogues(room: Arc<Room>, carriage: Arc<Carriage>, show: Arc<Show>, counter: Counter) {
    let mut changes = room.catalogue_changes();
    let mut tree = show.tree.subscribe();
    // Catalogues come only while the engine runs.
    let _awake = room.demand().hold(TrackName::VIDEO);
    loop {
        let catalogue = changes.borrow_and_update().clone();
        let mut rest = show.length.duration();
        if !catalogue.tracks.is_empty() {
            let (epoch, left) = present(catalogue.epoch, show.length);
            rest = left;
            let key = tree.borrow_and_update().key(epoch, &TrackName::CATALOGUE);
            let seal = |sequence| {
                Object::seal_catalogue(&show.session, &key, sequence, now(), &catalogue)
                    .map(|sealed| vec![sealed])
            };
            let mut counter = counter.lock();
            for object in counter.seal(seal) {
                carriage.publish(show.session.id(), object);
            }
            drop(counter);
        }
        tokio::select! {
            new = changes.changed() => if new.is_err() { return },
            new = tree.changed() => if new.is_err() { return },
            () = sleep(rest) => {}
        }
    }
}

/// The media epoch that the room is in now, and how long it lasts on.
pub(super) fn present(start: UnixMs, length: EpochLength) -> (Epoch, Duration) {
    let time = MediaTime::from_micros(now().0.saturating_sub(start.0).saturating_mul(1000));
    let epoch = Epoch::of(time, length);
    let end = epoch.start(length) + length.duration();
    (epoch, end.since(time).max(Duration::from_millis(10)))
}

#[cfg(test)]
#[path = "publish_tests.rs"]
mod tests;
