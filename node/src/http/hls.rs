//! Low-latency HLS (RFC 8216bis) over HTTP: playlists, and requests that are held open until what they ask for is
//! there. What is listed and cut is the room's [`Presentation`](parlor_media::package::hls::Presentation).

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use parlor_media::package::hls::{Lists, Reload, Resource, TARGET_DURATION};
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::{MAX_TRACKS, Medium, TrackName};
use parlor_web::language::said;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::timeout;

use super::App;
use super::fields::Parameters;
use super::problem::Problem;
use super::scope::{Screening, no_media, no_track, track};

/// What playlists are (RFC 8216bis, section 4).
const PLAYLIST: &str = "application/vnd.apple.mpegurl";
/// How long a request is held open: RFC 8216bis (section 6.2.5.2) has it answered within three target durations.
const HOLD: Duration = TARGET_DURATION.saturating_mul(3);
/// A player that asked for a playlist so long ago has gone: it asks again within a target duration.
const WATCHING_SPAN: Duration = Duration::from_secs(10);
/// A part or a segment never changes while the room is on air; a proxy in front of the node may answer for it for
/// as long as the node itself keeps it.
const CACHE: &str = "public, max-age=30";

/// The tracks of the room and of a few that its host watches, each with its captions.
const MAX_WRITTEN: usize = 4 * 2 * MAX_TRACKS;

/// Whose playlist it is: the room, the track, and what is listed of it.
type Key = (RoomId, TrackName, Lists);

/// The playlists as they were last written: the same for every viewer until another part is complete. [`MAX_WRITTEN`]
/// at most.
#[derive(Default)]
pub(super) struct Written(Mutex<BTreeMap<Key, (u64, Bytes)>>);

impl Written {
    /// The playlist of this key at this count of changes, written by `write` where nobody has asked yet.
    fn get(&self, key: Key, count: u64, write: impl FnOnce() -> Option<String>) -> Option<Bytes> {
        let mut written = self.0.lock().expect("no holder of the playlists' lock panics");
        if let Some((at, text)) = written.get(&key)
            && *at == count
        {
            return Some(text.clone());
        }
        let text = Bytes::from(write()?);
        if written.len() == MAX_WRITTEN && !written.contains_key(&key) {
            written.clear();
        }
        written.insert(key, (count, text.clone()));
        Some(text)
    }
}

/// `GET /room/ROOM/live.m3u8`
pub(super) async fn master(screening: Screening) -> Result<Response, Problem> {
    attend(&screening, &TrackName::VIDEO).await?;
    let text = screening.room.hls().presentation().master();
    Ok(playlist(text.into()))
}

/// The delivery directives (RFC 8216bis, section 6.2.5).
#[derive(Deserialize)]
pub(super) struct Directives {
    #[serde(rename = "_HLS_msn")]
    msn: Option<u64>,
    #[serde(rename = "_HLS_part")]
    part: Option<u64>,
}

/// `GET /room/ROOM/hls/TRACK.m3u8`
pub(super) async fn media(
    State(app): State<App>,
    screening: Screening,
    Path((_, file)): Path<(String, String)>,
    Parameters(directives): Parameters<Directives>,
) -> Result<Response, Problem> {
    let name = track(Some(file.strip_suffix(".m3u8").ok_or_else(no_track)?), TrackName::VIDEO)?;
    listing(&app, &screening, &name, Lists::Media, directives).await
}

/// `GET /room/ROOM/hls/TRACK/captions.m3u8`
pub(super) async fn captions(
    State(app): State<App>,
    screening: Screening,
    Path((_, name)): Path<(String, String)>,
    Parameters(directives): Parameters<Directives>,
) -> Result<Response, Problem> {
    let name = track(Some(&name), TrackName::VIDEO)?;
    screening.room.wake_captions();
    listing(&app, &screening, &name, Lists::Captions, directives).await
}

/// A track's playlist, or that of its captions, once it holds what the directives ask for.
async fn listing(
    app: &App,
    screening: &Screening,
    name: &TrackName,
    lists: Lists,
    Directives { msn, part }: Directives,
) -> Result<Response, Problem> {
    if msn.is_none() && part.is_some() {
        return Err(Problem::bad_request(said::part_alone(), said::part_alone_remedy()));
    }
    attend(screening, name).await?;
    if lists == Lists::Captions {
        has_captions(screening, name)?;
    }
    let hls = screening.room.hls();
    hold(app, screening, |count| {
        let presentation = hls.presentation();
        let timeline = presentation.timeline(name).ok_or_else(no_track)?;
        match msn.map_or(Reload::Ready, |msn| timeline.reload(msn, part)) {
            // The first segment may still be in the making.
            Reload::Ready => Ok(app
                .playlists
                .get((screening.room.id(), name.clone(), lists), count, || presentation.media(name, lists))
                .map(playlist)),
            Reload::Wait => Ok(None),
            Reload::TooFar => Err(Problem::bad_request(said::too_far(), said::too_far_remedy())),
        }
    })
    .await
}

/// Captions stand beside pictures alone.
fn has_captions(screening: &Screening, name: &TrackName) -> Result<(), Problem> {
    match screening.room.catalogue().track(name).ok_or_else(no_track)?.medium {
        Medium::Video(_) => Ok(()),
        Medium::Audio(_) | Medium::Picture(_) => Err(no_track()),
    }
}

/// `GET /room/ROOM/hls/TRACK/FILE`: `init-VERSION.mp4`, `MSN.m4s` or `MSN.PART.m4s`; beside a picture, `MSN.vtt` or
/// `MSN.PART.vtt`
pub(super) async fn file(
    State(app): State<App>,
    screening: Screening,
    Path((_, name, file)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let name = track(Some(&name), TrackName::VIDEO)?;
    let file = File::parse(&file).ok_or_else(gone)?;
    let kind = match (&screening.room.catalogue().track(&name).ok_or_else(no_track)?.medium, file) {
        (Medium::Video(_), File::Captions(..)) => "text/vtt",
        (Medium::Video(_), _) => "video/mp4",
        (Medium::Audio(_), File::Captions(..)) | (Medium::Picture(_), _) => return Err(no_track()),
        (Medium::Audio(_), _) => "audio/mp4",
    };
    let cache = if screening.room.is_on_air() { CACHE } else { "no-store" };
    let headers = |bytes: usize| {
        [
            (CONTENT_TYPE, kind.to_owned()),
            (CACHE_CONTROL, cache.to_owned()),
            (CONTENT_LENGTH, bytes.to_string()),
        ]
    };
    let hls = screening.room.hls();
    hold(&app, &screening, |_| {
        let presentation = hls.presentation();
        let timeline = presentation.timeline(&name).ok_or_else(no_track)?;
        let found = match file {
            File::Init(version) => {
                let init = timeline.init(version).cloned();
                init.map_or(Resource::Absent, |init| Resource::Ready(vec![init]))
            }
            File::Segment(msn) => timeline.segment(msn),
            File::Part(msn, part) => timeline.part(msn, part),
            File::Captions(msn, part) => {
                presentation.captions(&name, msn, part).map(|text| vec![text.into()])
            }
        };
        match found {
            Resource::Ready(chunks) => {
                let bytes = chunks.iter().map(Bytes::len).sum();
                let body = Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, Infallible>)));
                Ok(Some((headers(bytes), body).into_response()))
            }
            Resource::Wait => Ok(None),
            Resource::Absent => Err(gone()),
        }
    })
    .await
}

/// What a track's folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum File {
    /// The initialization of a version.
    Init(u32),
    /// The segment of a media sequence number.
    Segment(u64),
    /// A part of it, counted from 0.
    Part(u64, u64),
    /// The captions beside a segment, or beside a part of it.
    Captions(u64, Option<u64>),
}

impl File {
    fn parse(name: &str) -> Option<Self> {
        if let Some(version) = name.strip_prefix("init-").and_then(|rest| rest.strip_suffix(".mp4")) {
            return version.parse().ok().map(Self::Init);
        }
        if let Some(stem) = name.strip_suffix(".vtt") {
            return place(stem).map(|(msn, part)| Self::Captions(msn, part));
        }
        let (msn, part) = place(name.strip_suffix(".m4s")?)?;
        Some(part.map_or(Self::Segment(msn), |part| Self::Part(msn, part)))
    }
}

/// `MSN` or `MSN.PART`
fn place(stem: &str) -> Option<(u64, Option<u64>)> {
    match stem.split_once('.') {
        Some((msn, part)) => Some((msn.parse().ok()?, Some(part.parse().ok()?))),
        None => Some((stem.parse().ok()?, None)),
    }
}

/// Counts the visitor among those watching, keeps the track coming for them, and waits until it runs.
async fn attend(screening: &Screening, name: &TrackName) -> Result<(), Problem> {
    screening.visitor.watch_for(&screening.room, WATCHING_SPAN);
    let awake = screening.room.wake(name).await;
    screening.check()?;
    awake.map_err(no_media)
}

/// Asks `look` whenever something was completed, until it has an answer. It is told the count of changes.
async fn hold(
    app: &App,
    screening: &Screening,
    mut look: impl FnMut(u64) -> Result<Option<Response>, Problem>,
) -> Result<Response, Problem> {
    let mut changes: watch::Receiver<u64> = screening.room.hls().changes();
    let answered = async {
        loop {
            let count = *changes.borrow_and_update();
            screening.check()?;
            if let Some(response) = look(count)? {
                return Ok(response);
            }
            // The room, whose end it is that sends, lives as long as we do.
            let _ = changes.changed().await;
        }
    };
    let late = || Problem::unavailable(said::came_late());
    tokio::select! {
        answer = timeout(HOLD, answered) => answer.unwrap_or_else(|_| Err(late())),
        () = app.closing.cancelled() => Err(late()),
    }
}

fn playlist(text: Bytes) -> Response {
    ([(CONTENT_TYPE, PLAYLIST), (CACHE_CONTROL, "no-store")], text).into_response()
}

fn gone() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, said::no_piece(), said::no_piece_remedy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_told_apart() {
        assert_eq!(File::parse("init-7.mp4"), Some(File::Init(7)));
        assert_eq!(File::parse("12.m4s"), Some(File::Segment(12)));
        assert_eq!(File::parse("12.3.m4s"), Some(File::Part(12, 3)));
        assert_eq!(File::parse("12.vtt"), Some(File::Captions(12, None)));
        assert_eq!(File::parse("12.3.vtt"), Some(File::Captions(12, Some(3))));
        for name in [
            "",
            ".m4s",
            ".vtt",
            "1.2.3.vtt",
            "captions.m3u8",
            "init-.mp4",
            "-1.m4s",
            "1.2.3.m4s",
            "1.mp4",
            "99999999999999999999.m4s",
        ] {
            assert_eq!(File::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_playlist_is_written_once_for_each_change() {
        let written = Written::default();
        let room = RoomId::from_public_key(
            ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes(),
        );
        let room = room.unwrap();
        let get = |count, text: Option<&str>| {
            written.get((room, TrackName::VIDEO, Lists::Media), count, || text.map(str::to_owned))
        };
        assert_eq!(get(1, None), None);
        assert_eq!(get(1, Some("a")).unwrap(), "a");
        assert_eq!(get(1, Some("b")).unwrap(), "a");
        assert_eq!(get(2, Some("b")).unwrap(), "b");
        let captions = (room, TrackName::VIDEO, Lists::Captions);
        assert_eq!(written.get(captions, 2, || Some("c".into())).unwrap(), "c");
    }

    proptest! {
        #[test]
        fn no_name_panics(name in ".{0,40}") {
            let _ = File::parse(&name);
        }
    }
}
