//! Captions that a program writes.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_protocol::media::UnixMs;
use parlor_protocol::talk::{Caption, CaptionError};
use parlor_web::language::Said;
use serde::Deserialize;

use super::Authorized;
use super::v1::read;
use crate::http::App;
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::room::NoCaption;

/// The body of `POST /api/v1/captions`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    text: String,
    at: Option<u64>,
    lasts_ms: Option<u32>,
}

/// `POST /api/v1/captions`
pub(super) async fn submit(
    State(app): State<App>,
    _: Authorized,
    body: Body,
) -> Result<Json<Caption>, Problem> {
    let Wish { text, at, lasts_ms } = read(body).await?;
    let shown = app.room().caption(&text, at.map(UnixMs), lasts_ms);
    shown.map(Json).map_err(|error| {
        let status = match error {
            NoCaption::OffAir => StatusCode::CONFLICT,
            NoCaption::Caption(CaptionError::TooFast) => StatusCode::TOO_MANY_REQUESTS,
            NoCaption::Caption(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Problem::new(status, error.said(), Said::verbatim("The caption was not shown."))
    })
}
