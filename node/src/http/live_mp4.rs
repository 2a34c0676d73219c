//! `live.mp4`: a room's [`Film`] as one response without an end.

use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_RANGES, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use parlor_protocol::media::TrackName;
use parlor_web::language::said;
use serde::Deserialize;

use super::App;
use super::fields::Parameters;
use super::problem::Problem;
use super::scope::{Screening, no_media, track};
use crate::film::Film;

/// What a browser's plain `video` element is sent at once, in seconds. Chromium shows nothing before it has seen twenty
/// frames and read whole blocks of 32 KiB, and plays nothing by itself before it holds a few seconds: it would be as far
/// behind, and begin later.
const ELEMENT_LEAD_SECS: u64 = 2;
/// The leads that may be asked for, in seconds; the room remembers little more.
const LEADS_SECS: RangeInclusive<u64> = 0..=10;

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(super) struct Choice {
    quality: Option<String>,
    lead: Option<String>,
}

/// `GET /room/ROOM/live.mp4?quality=TRACK&lead=SECONDS`
pub(super) async fn stream(
    State(app): State<App>,
    screening: Screening,
    Parameters(choice): Parameters<Choice>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = track(choice.quality.as_deref(), TrackName::VIDEO)?;
    let lead = lead(choice.lead.as_deref(), &headers)?;
    let rehearses = screening.may_rehearse();
    let film = Film::open(screening.room.clone(), name, lead, rehearses, app.is_closing.clone())
        .await
        .map_err(no_media)?;
    let headers = [
        (CONTENT_TYPE, film.content_type().to_owned()),
        (ACCEPT_RANGES, "none".to_owned()),
        // A proxy that gathers responses would hold the picture back.
        (HeaderName::from_static("x-accel-buffering"), "no".to_owned()),
    ];
    let stay = screening.visitor.watch(&screening.room);
    let admission = screening.visitor.admission(&screening.room);
    let chunks = unfold((film, stay, admission), |(mut film, stay, mut admission)| async move {
        let bytes = film.next().await.filter(|_| admission.counts())?;
        Some((Ok::<_, Infallible>(bytes), (film, stay, admission)))
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// How long before now the film starts: as asked, or as who asks needs it. Browsers say that a `video` element asks
/// (Fetch Metadata, `Sec-Fetch-Dest`) where the page came over TLS or from this machine; our pages ask in any case.
fn lead(asked: Option<&str>, headers: &HeaderMap) -> Result<Duration, Problem> {
    let is_element = headers.get("sec-fetch-dest").is_some_and(|from| from == "video");
    let secs =
        match asked {
            Some(text) => text.parse().ok().filter(|secs| LEADS_SECS.contains(secs)).ok_or_else(|| {
                Problem::bad_request(said::bad_lead(LEADS_SECS.end()), said::another_remedy())
            })?,
            None if is_element => ELEMENT_LEAD_SECS,
            None => 0,
        };
    Ok(Duration::from_secs(secs))
}
