//! `live.mp4`: a room's [`Film`] as one response without an end.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCEPT_RANGES, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use parlor_protocol::media::TrackName;
use serde::Deserialize;

use super::App;
use super::fields::Parameters;
use super::problem::Problem;
use super::scope::{Screening, no_media, track};
use crate::film::Film;

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(super) struct Choice {
    quality: Option<String>,
}

/// `GET /room/ROOM/live.mp4?quality=TRACK`
pub(super) async fn stream(
    State(app): State<App>,
    screening: Screening,
    Parameters(choice): Parameters<Choice>,
) -> Result<Response, Problem> {
    let name = track(choice.quality.as_deref(), TrackName::VIDEO)?;
    let rehearses = screening.may_rehearse();
    let film = Film::open(screening.room.clone(), name, rehearses, app.is_closing.clone())
        .await
        .map_err(no_media)?;
    let headers = [
        (CONTENT_TYPE, film.content_type().to_owned()),
        (ACCEPT_RANGES, "none".to_owned()),
        // A proxy that gathers responses would hold the picture back.
        (HeaderName::from_static("x-accel-buffering"), "no".to_owned()),
    ];
    let stay = screening.visitor.watch(&screening.room);
    let chunks = unfold((film, stay), |(mut film, stay)| async move {
        let bytes = film.next().await?;
        Some((Ok::<_, Infallible>(bytes), (film, stay)))
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}
