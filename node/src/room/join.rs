//! Who reads: joining a track of the room, with the engine woken for it.

use std::time::Duration;

use parlor_protocol::media::{Chunk, TrackName};
use tokio::time::timeout;

use super::ring::{self, Full, Next, Start};
use super::{Held, Room, now};

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

    /// Keeps a track coming for a player that fetches piece by piece, and waits until there are tracks.
    ///
    /// # Errors
    /// [`JoinError::NotStarted`] where the engine did not start in time.
    pub async fn wake(&self, name: &TrackName) -> Result<(), JoinError> {
        self.demand.linger(&self.runtime, name.clone(), LINGER);
        self.await_tracks().await
    }

    /// Keeps the captions of another host coming for such a player; of a room of ours they are here.
    pub fn wake_captions(&self) {
        if self.talk.is_afar() {
            self.demand.linger(&self.runtime, TrackName::TALK, LINGER);
        }
    }

    async fn await_tracks(&self) -> Result<(), JoinError> {
        let mut changes = self.catalogue.subscribe();
        let known = changes.wait_for(|catalogue| !catalogue.tracks.is_empty());
        match timeout(START_WAIT, known).await {
            Ok(_) => Ok(()),
            Err(_) => Err(JoinError::NotStarted),
        }
    }
}

fn age_ms(chunk: &Chunk) -> u64 {
    now().0.saturating_sub(chunk.captured.0)
}
