//! Version 1 of the interface: the status, on air or off, the card. What is about the network is in
//! [`super::network`].

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_media::Signal;
use parlor_web::language::Said;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Authorized;
use super::network::{self, Network};
use crate::app::{IngestKind, Reading, StudioError, StudioStatus};
use crate::http::App;
use crate::http::body;
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::room::About;

/// The most bytes of a request: a description of 2000 characters, each escaped in 12 bytes, fits.
const MAX_BODY_BYTES: usize = 32 * 1024;

/// The node as other programs see it. No key and no viewer stands in it.
#[derive(Serialize)]
pub(super) struct Status {
    room: String,
    on_air: bool,
    on_air_since_ms: Option<u64>,
    card: About,
    viewers: usize,
    /// As the command line writes it, without the password of a network camera.
    source: String,
    width: u32,
    height: u32,
    fps: u32,
    bitrate_bps: u32,
    engine: Engine,
    ingests: Vec<Ingest>,
    network: Network,
    /// The last second; absent before the first is over.
    reading: Option<Reading>,
}

#[derive(Serialize)]
struct Engine {
    /// `resting`, `starting`, `present` or `lost`.
    signal: &'static str,
    /// Why the signal is lost; empty if it is not.
    reason: String,
    source: String,
    encoder: String,
    small: bool,
    pictures: bool,
    bitrate_bps: u64,
    frame_rate_milli: u32,
    encode_delay_ms: f64,
}

#[derive(Serialize)]
struct Ingest {
    kind: &'static str,
    on: bool,
    port: Option<u16>,
    state: String,
}

/// `GET /api/v1/status`
pub(super) async fn status(State(app): State<App>, _: Authorized) -> Json<Status> {
    Json(describe(&app))
}

/// The body of `POST /api/v1/air`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Air {
    on: bool,
}

/// `POST /api/v1/air` with `{"on":true}`
pub(super) async fn air(State(app): State<App>, _: Authorized, body: Body) -> Result<Json<Status>, Problem> {
    let Air { on } = read(body).await?;
    app.studio.set_on_air(on);
    Ok(Json(describe(&app)))
}

/// `PUT /api/v1/card`
pub(super) async fn card(State(app): State<App>, _: Authorized, body: Body) -> Result<Json<Status>, Problem> {
    let About { title, description, tags } = read(body).await?;
    let about = About::parse(&title, &description, &tags.join(" ")).map_err(|error| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.said(), Said::verbatim("The card is as it was."))
    })?;
    app.studio.set_about(about).map_err(|error| not_kept(&error))?;
    Ok(Json(describe(&app)))
}

/// It holds, but the data folder does not take it.
pub(super) fn not_kept(error: &StudioError) -> Problem {
    let remedy = Said::verbatim("Mend the data folder and try again.");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.said(), remedy)
}

pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let bytes = body::read(body, MAX_BODY_BYTES).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let what = format!("The request is not the JSON that belongs here: {error}.");
        Problem::bad_request(Said::verbatim(what), Said::verbatim("See /api/v1/openapi.json."))
    })
}

pub(super) fn describe(app: &App) -> Status {
    let StudioStatus { on_air_since, source, quality, engine, ingests, readings, viewers, .. } =
        app.studio.status();
    let (signal, reason) = match engine.signal {
        Signal::Resting => ("resting", String::new()),
        Signal::Starting => ("starting", String::new()),
        Signal::Present => ("present", String::new()),
        Signal::Lost(trouble) => ("lost", trouble.to_string()),
    };
    Status {
        room: app.room_id.clone(),
        on_air: on_air_since.is_some(),
        on_air_since_ms: on_air_since.map(|since| since.0),
        card: app.room().card().borrow().about.clone(),
        viewers,
        source: source.to_string(),
        width: quality.width,
        height: quality.height,
        fps: quality.fps,
        bitrate_bps: quality.bitrate_bps,
        engine: Engine {
            signal,
            reason,
            source: engine.source.to_string(),
            encoder: engine.encoder.to_string(),
            small: engine.small,
            pictures: engine.pictures,
            bitrate_bps: engine.bitrate_bps,
            frame_rate_milli: engine.frame_rate_milli,
            encode_delay_ms: engine.encode_delay.as_secs_f64() * 1000.0,
        },
        ingests: ingests
            .into_iter()
            .map(|ingest| Ingest {
                kind: name(ingest.kind),
                on: ingest.on,
                port: ingest.port,
                state: ingest.state.map(|state| state.to_string()).unwrap_or_default(),
            })
            .collect(),
        network: network::describe(app),
        reading: readings.last().copied(),
    }
}

fn name(kind: IngestKind) -> &'static str {
    match kind {
        IngestKind::Rtmp => "rtmp",
        IngestKind::Srt => "srt",
        IngestKind::Whip => "whip",
    }
}
