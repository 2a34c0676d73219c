//! The viewer's end: objects from the rings of a carriage, opened into a room for this node's own browsers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use parlor_media::Output;
use parlor_protocol::keys::KeyRing;
use parlor_protocol::media::TrackName;
use parlor_protocol::object::{Content, Object, ObjectError};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Duration, sleep};

use super::carriage::Carriage;
use crate::room::{Next, Room, Start};

/// A track that can't be read yet is tried again after so long.
const AGAIN: Duration = Duration::from_millis(200);

/// Opens what the room's viewers want, for as long as they want it, until the task is aborted.
pub(super) async fn open(room: Arc<Room>, carriage: Arc<Carriage>, keys: Arc<Mutex<KeyRing>>) {
    let mut wanted = room.demand().changes();
    let mut tasks = JoinSet::new();
    let mut taken: BTreeMap<TrackName, AbortHandle> = BTreeMap::new();
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
            let (room, carriage, keys) = (room.clone(), carriage.clone(), keys.clone());
            taken
                .entry(track.clone())
                .or_insert_with(|| tasks.spawn(open_track(room, carriage, keys, track)));
        }
        if wanted.changed().await.is_err() {
            return;
        }
    }
}

async fn open_track(room: Arc<Room>, carriage: Arc<Carriage>, keys: Arc<Mutex<KeyRing>>, track: TrackName) {
    loop {
        let Ok(mut reader) = carriage.read(&track, Start::NewestGroup) else {
            sleep(AGAIN).await;
            continue;
        };
        // Nothing can be shown from the middle of a group of which the start could not be opened.
        let mut seeks_group = true;
        while let Some(next) = reader.objects.next().await {
            let Next::Item(object) = next else {
                seeks_group = true;
                continue;
            };
            if seeks_group && !object.header().starts_group {
                continue;
            }
            let opened = unseal(&object, &keys);
            seeks_group = opened.is_err();
            match opened {
                Ok(Content::Chunk(chunk)) => room.chunk(&track, chunk),
                Ok(Content::Catalogue(catalogue)) if *room.catalogue() != catalogue => {
                    Output::catalogue(&*room, catalogue);
                }
                Ok(Content::Catalogue(_)) => {}
                // No key yet, or the host's mistake; the next may open.
                Err(_) => carriage.update(|standing| standing.refused += 1),
            }
        }
        sleep(AGAIN).await;
    }
}

fn unseal(object: &Object, keys: &Mutex<KeyRing>) -> Result<Content, ObjectError> {
    let mut keys = keys.lock().expect("no holder of the keys' lock panics");
    let key = object.key(&mut keys)?;
    object.open(key)
}
