//! The host's end: chunks of a room of ours, sealed and signed into the rings of its carriage.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::keys::{Epoch, EpochLength};
use parlor_protocol::media::{Chunk, MediaTime, TrackName, UnixMs};
use parlor_protocol::object::Object;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use super::carriage::Carriage;
use super::show::Show;
use crate::room::{Next, Room, now};

/// A track that can't be joined yet is tried again after so long: the camera is being opened.
const AGAIN: Duration = Duration::from_millis(500);
/// How long there may be nobody to see a fresh keyframe before another is asked for; a flood of joiners costs one.
const KEYFRAME_PAUSE: Duration = Duration::from_millis(500);

/// Publishes what is wanted of the room until the task is aborted.
pub(super) async fn publish(room: Arc<Room>, carriage: Arc<Carriage>, show: Arc<Show>) {
    let mut wanted = carriage.wanted();
    let mut tasks = JoinSet::new();
    let mut taken: BTreeMap<TrackName, (usize, AbortHandle)> = BTreeMap::new();
    loop {
        let tracks = wanted.borrow_and_update().clone();
        taken.retain(|track, (_, task)| {
            let stays = tracks.contains_key(track);
            if !stays {
                task.abort();
            }
            stays
        });
        for (track, readers) in tracks {
            if let Some((known, _)) = taken.get_mut(&track) {
                // Somebody came: the newest keyframe may be seconds old.
                if readers > *known && track != TrackName::CATALOGUE {
                    refresh(&room, &carriage, &track);
                }
                *known = readers;
                continue;
            }
            let (room, carriage, show) = (room.clone(), carriage.clone(), show.clone());
            let task = if track == TrackName::CATALOGUE {
                tasks.spawn(seal_catalogues(room, carriage, show))
            } else {
                tasks.spawn(seal_track(room, carriage, show, track.clone()))
            };
            taken.insert(track, (readers, task));
        }
        if wanted.changed().await.is_err() {
            return;
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

async fn seal_track(room: Arc<Room>, carriage: Arc<Carriage>, show: Arc<Show>, track: TrackName) {
    loop {
        let Ok(mut reader) = room.join(&track).await else {
            sleep(AGAIN).await;
            continue;
        };
        while let Some(next) = reader.next().await {
            // What the host's own node missed, nobody gets: a gap in the sequence says so.
            let Next::Item(chunk) = next else { continue };
            if let Some(object) = seal(&show, &track, &chunk) {
                // Sequences are the room's own and count up, so none is refused.
                let _ = carriage.admit(object);
            }
        }
        sleep(AGAIN).await;
    }
}

fn seal(show: &Show, track: &TrackName, chunk: &Chunk) -> Option<Object> {
    let epoch = Epoch::of(chunk.time, show.length);
    let key = show.tree.borrow().key(epoch, track);
    // A chunk that no receiver would take is left out.
    Object::seal(&show.session, &key, chunk).ok()
}

/// Seals the catalogue whenever it changes, and anew in each epoch and generation, so that every pass opens one.
async fn seal_catalogues(room: Arc<Room>, carriage: Arc<Carriage>, show: Arc<Show>) {
    let mut changes = room.catalogue_changes();
    let mut tree = show.tree.subscribe();
    let mut sequence = carriage.last(&TrackName::CATALOGUE).map_or(0, |last| last + 1);
    // Catalogues come only while the engine runs.
    let _awake = room.demand().hold(TrackName::VIDEO);
    loop {
        let catalogue = changes.borrow_and_update().clone();
        let mut rest = show.length.duration();
        if !catalogue.tracks.is_empty() {
            let (epoch, left) = present(catalogue.epoch, show.length);
            rest = left;
            let key = tree.borrow_and_update().key(epoch, &TrackName::CATALOGUE);
            let sealed = Object::seal_catalogue(&show.session, &key, sequence, now(), &catalogue);
            if let Ok(object) = sealed {
                sequence += 1;
                let _ = carriage.admit(object);
            }
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
