//! Still pictures: as many a second as the viewer wants, or one.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::stream::unfold;
use parlor_media::package::mjpeg::{self, Pace};
use parlor_protocol::media::TrackName;
use parlor_web::language::said;
use serde::Deserialize;
use tokio::time::timeout;

use super::App;
use super::fields::Parameters;
use super::problem::Problem;
use super::scope::Screening;
use super::visitor::Admission;
use crate::room::{Next, Reader, Stay};

/// Where the viewer names no rate: movement is seen, and a slow line carries it.
const DEFAULT_FPS: u32 = 5;
/// How long one picture may take, once the camera runs.
const FRAME_WAIT: Duration = Duration::from_secs(3);

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(super) struct Choice {
    fps: Option<String>,
}

/// The rate that this text names, or the nearest that is taken: for a page, which shows what it takes.
pub(super) fn nearest_rate(text: Option<&str>) -> u32 {
    let rate = text.and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or(DEFAULT_FPS);
    rate.clamp(*mjpeg::FPS.start(), *mjpeg::FPS.end())
}

fn rate(text: Option<&str>) -> Result<u32, Problem> {
    let Some(text) = text else { return Ok(DEFAULT_FPS) };
    text.parse().ok().filter(|fps| mjpeg::FPS.contains(fps)).ok_or_else(|| {
        Problem::bad_request(said::bad_fps(mjpeg::FPS.start(), mjpeg::FPS.end()), said::another_remedy())
    })
}

/// `GET /room/ROOM/live.mjpeg?fps=N`
pub(super) async fn stream(
    State(app): State<App>,
    Parameters(choice): Parameters<Choice>,
    screening: Screening,
) -> Result<Response, Problem> {
    let pace = Pace::new(rate(choice.fps.as_deref())?);
    let show = Show {
        pictures: screening.join(&TrackName::PREVIEW).await?,
        pace,
        queue: VecDeque::from([mjpeg::start()]),
        is_closing: app.is_closing.clone(),
        admission: screening.visitor.admission(&screening.room),
        _stay: screening.visitor.watch(&screening.room),
    };
    let parts = unfold(show, |mut show| async move {
        let bytes = show.next().await?;
        Some((Ok::<_, Infallible>(bytes), show))
    });
    let headers = [
        (CONTENT_TYPE, mjpeg::CONTENT_TYPE),
        // A proxy that gathers responses would hold the pictures back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// One viewer's pictures.
struct Show {
    pictures: Reader,
    pace: Pace,
    /// What goes out next.
    queue: VecDeque<Bytes>,
    is_closing: Arc<AtomicBool>,
    admission: Admission,
    _stay: Option<Stay>,
}

impl Show {
    /// The next bytes; `None` once the room goes off air, its door is shut to the viewer, or the node stops.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.queue.pop_front() {
                return Some(bytes);
            }
            if self.is_closing.load(Ordering::Relaxed) {
                return None;
            }
            let mut next = self.pictures.next().await?;
            // Whoever reads slowly is shown the newest picture, not those that were missed.
            while let Some(newer) = self.pictures.next().now_or_never() {
                next = newer?;
            }
            if !self.admission.counts() {
                return None;
            }
            if let Next::Item(picture) = next
                && self.pace.takes(picture.time)
            {
                self.queue.extend(mjpeg::picture(picture.payload));
            }
        }
    }
}

/// `GET /room/ROOM/frame.jpg`: the newest picture.
pub(super) async fn frame(screening: Screening) -> Result<Response, Problem> {
    let mut pictures = screening.join(&TrackName::PREVIEW).await?;
    let picture = async {
        loop {
            if let Next::Item(picture) = pictures.next().await? {
                return Some(picture.payload);
            }
        }
    };
    match timeout(FRAME_WAIT, picture).await {
        Ok(Some(jpeg)) => Ok(([(CONTENT_TYPE, "image/jpeg")], jpeg).into_response()),
        Ok(None) => Err(Problem::off_air()),
        Err(_) => Err(Problem::unavailable(said::no_picture_yet())),
    }
}
