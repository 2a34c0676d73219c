//! A room as one endless fragmented MP4, starting at a keyframe: what `live.mp4` sends and `parlor watch` writes.
//!
//! The bytes are the room's own chunks, as they are. Nothing is kept for a viewer but a few chunks of sound: one who
//! reads too slowly is taken to the newest keyframe.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use parlor_media::package::fmp4::init;
use parlor_protocol::media::{Catalogue, Chunk, MediaTime, Medium, Track, TrackName};
use tokio::time::{Instant, timeout};

use crate::room::{JoinError, Next, Reader, Room};

/// Sound waits for the next picture, so that the viewer's task wakes once and writes once for both. Where no picture
/// comes for so long, it goes on alone.
const PICTURE_WAIT: Duration = Duration::from_millis(200);
/// A viewer this far behind where they started is taken to the newest keyframe. Shorter than what they would skip
/// by loading the page again, longer than the hiccups of a bad line that a player's own buffer bridges.
const MAX_BEHIND: Duration = Duration::from_secs(3);

/// One viewer's film.
pub struct Film {
    room: Arc<Room>,
    /// Whether the viewer may see what is off air: the host alone.
    off_air_too: bool,
    name: TrackName,
    content_type: String,
    video: Reader,
    audio: Reader,
    /// The initializations that were sent last: the picture's and the sound's.
    sent_init: Option<(u32, u32)>,
    /// The time of the first picture since the film began or began anew; until there is one, pictures are passed
    /// over until a keyframe comes.
    start: Option<MediaTime>,
    /// Sound that is later than the picture that was sent last.
    sound: Option<Chunk>,
    /// What goes out next.
    queue: VecDeque<Bytes>,
    progress: Option<Progress>,
    /// Ends the film: a flag costs no lock with every chunk.
    is_closing: Arc<AtomicBool>,
}

/// How a viewer keeps up: the media time that the best moment so far promised for now.
struct Progress {
    best: (Instant, MediaTime),
}

impl Film {
    /// A film of this room with this picture. It starts at a keyframe so long before now, and goes on with what comes;
    /// without a lead, at one as new as can be had. It ends once `is_closing` is set.
    ///
    /// # Errors
    /// A [`JoinError`] where there is no picture or sound to be had.
    pub async fn open(
        room: Arc<Room>,
        name: TrackName,
        lead: Duration,
        off_air_too: bool,
        is_closing: Arc<AtomicBool>,
    ) -> Result<Self, JoinError> {
        let (video, audio) = join(&room, &name, lead).await?;
        if !off_air_too && !room.is_on_air() {
            return Err(JoinError::Ended);
        }
        let catalogue = room.catalogue();
        let (picture, sound) = tracks(&catalogue, &name).ok_or(JoinError::NoSuchTrack)?;
        Ok(Self {
            content_type: format!("video/mp4; codecs=\"{}, {}\"", picture.codec, sound.codec),
            room,
            off_air_too,
            video,
            audio,
            sent_init: None,
            start: None,
            sound: None,
            // A header, a picture, and the sound beside it; it grows where more sound was waiting.
            queue: VecDeque::with_capacity(8),
            progress: None,
            is_closing,
            name,
        })
    }

    /// The media type with its codecs (RFC 6381).
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The next bytes; `None` once the room goes off air or the node stops.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.queue.pop_front() {
                return Some(bytes);
            }
            if self.is_closing.load(Ordering::Relaxed) {
                return None;
            }
            match timeout(PICTURE_WAIT, self.video.next()).await {
                Ok(next) => match next? {
                    Next::Item(picture) => self.add_picture(picture).await?,
                    Next::Lagged(_) => self.start_anew(),
                },
                Err(_) => self.add_sound_until(None)?,
            }
        }
    }

    async fn add_picture(&mut self, picture: Chunk) -> Option<()> {
        let needs_init = self.sent_init.is_none_or(|(version, _)| version != picture.init_version);
        if needs_init || self.start.is_none() {
            // A decoder starts, and is set up anew, at keyframes only.
            if !picture.starts_group || (needs_init && !self.add_init(|now, _| now == picture.init_version)) {
                self.start = None;
                return Some(());
            }
            self.start.get_or_insert(picture.time);
        }
        let now = Instant::now();
        let progress = self.progress.get_or_insert(Progress { best: (now, picture.time) });
        if progress.behind(now, picture.time) > MAX_BEHIND {
            (self.video, self.audio) = join(&self.room, &self.name, Duration::ZERO).await.ok()?;
            if !self.off_air_too && !self.room.is_on_air() {
                return None;
            }
            self.start_anew();
            return Some(());
        }
        let end = picture.time + picture.duration;
        self.add_sound_until(Some(end))?;
        self.queue.push_back(picture.payload);
        Some(())
    }

    /// Sends the sound that is there and starts before `end`, so that both go out in the order of their times.
    fn add_sound_until(&mut self, end: Option<MediaTime>) -> Option<()> {
        loop {
            let sound = match self.sound.take() {
                Some(sound) => sound,
                None => match self.audio.next().now_or_never() {
                    Some(Some(Next::Item(sound))) => sound,
                    Some(Some(Next::Lagged(_))) => continue,
                    Some(None) => return None,
                    None => return Some(()),
                },
            };
            // Sound from before the first picture would make the film start in the dark.
            if self.start.is_none_or(|start| sound.time + sound.duration <= start) {
                continue;
            }
            if end.is_some_and(|end| sound.time >= end) {
                self.sound = Some(sound);
                return Some(());
            }
            let has_init = self.sent_init.is_some_and(|(_, version)| version == sound.init_version);
            if has_init || self.add_init(|_, now| now == sound.init_version) {
                self.queue.push_back(sound.payload);
            }
        }
    }

    /// Sends the header for both tracks as they are now, if its versions of picture and sound suit the chunk at
    /// hand. Otherwise the source has changed again since, and the chunk is of no more use.
    fn add_init(&mut self, suits: impl FnOnce(u32, u32) -> bool) -> bool {
        let catalogue = self.room.catalogue();
        let Some((picture, sound)) = tracks(&catalogue, &self.name) else {
            return false;
        };
        if !suits(picture.init_version, sound.init_version) {
            return false;
        }
        let Ok(header) = init::combine(&picture.init, &sound.init) else {
            return false;
        };
        self.sent_init = Some((picture.init_version, sound.init_version));
        self.queue.push_back(header);
        true
    }

    fn start_anew(&mut self) {
        self.start = None;
        self.progress = None;
        self.sound = None;
    }
}

impl Progress {
    /// How much later this picture goes out than the best one so far did.
    fn behind(&mut self, now: Instant, time: MediaTime) -> Duration {
        let (then, start) = self.best;
        let expected = start + now.duration_since(then);
        if time >= expected {
            self.best = (now, time);
        }
        expected.since(time)
    }
}

async fn join(room: &Room, name: &TrackName, lead: Duration) -> Result<(Reader, Reader), JoinError> {
    let video = if lead.is_zero() { room.join(name).await? } else { room.join_earlier(name, lead).await? };
    let audio = room.join_beside(&video, &TrackName::AUDIO).await?;
    Ok((video, audio))
}

/// The picture's track of this name, and the sound's.
fn tracks<'a>(catalogue: &'a Catalogue, name: &TrackName) -> Option<(&'a Track, &'a Track)> {
    let picture = catalogue.track(name).filter(|track| matches!(track.medium, Medium::Video(_)))?;
    Some((picture, catalogue.track(&TrackName::AUDIO)?))
}
