//! The JSON interface for other programs, described by `openapi.json`. Whoever holds the token is the host.

mod captions;
mod network;
mod v1;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use parlor_web::language::Said;

use super::App;
use super::problem::Problem;

/// The description of the interface (`OpenAPI` 3.1).
const DESCRIPTION: &str = include_str!("openapi.json");

/// Everything below `/api`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/openapi.json", get(description))
        .route("/api/v1/status", get(v1::status))
        .route("/api/v1/air", post(v1::air))
        .route("/api/v1/card", put(v1::card))
        .route("/api/v1/captions", post(captions::submit))
        .route("/api/v1/visibility", post(network::visibility))
        .route("/api/v1/rooms/open", post(network::open))
}

async fn description() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION)
}

/// Proof that the request came with the token.
pub(super) struct Authorized;

impl FromRequestParts<App> for Authorized {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match bearer(parts) {
            Some(token) if app.studio.api_token().matches(token) => Ok(Self),
            _ => Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                Said::verbatim("The token is missing or wrong."),
                Said::verbatim(
                    "Send 'Authorization: Bearer TOKEN' with the token of this start's ready line.",
                ),
            )),
        }
    }
}

/// The token of a request (RFC 6750, section 2.1).
pub(super) fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
