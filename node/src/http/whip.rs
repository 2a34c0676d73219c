//! WHIP: publishing over WebRTC (RFC 9725), for whoever has the publish key. The exchange of offer and answer; the
//! media are [`crate::webrtc`]'s.

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use parlor_web::language::said;

use super::App;
use super::api::bearer;
use super::problem::Problem;
use super::scope::OwnRoom;
use super::whep::{bad_offer, created, read_offer};
use crate::app::IngestKind;
use crate::secret::Secret;
use crate::webrtc::{MAX_SESSIONS, PublishError};

/// Proof that the request came with the publish key, which is kept because it may be renewed meanwhile.
pub(super) struct Publisher(Secret);

impl FromRequestParts<App> for Publisher {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = app.studio.publish_key(IngestKind::Whip).ok_or_else(switched_off)?;
        match bearer(parts) {
            Some(given) if key.matches(given) => Ok(Self(key)),
            _ => Err(Problem::new(StatusCode::UNAUTHORIZED, said::no_key(), said::no_key_remedy())),
        }
    }
}

/// `POST /room/ROOM/whip`
pub(super) async fn publish(
    State(app): State<App>,
    OwnRoom(room): OwnRoom,
    Publisher(key): Publisher,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let offer = read_offer(&headers, body).await?;
    let broadcast = app.studio.engine().broadcast().clone();
    let answer = app.gateway.publish(broadcast, &offer).await.map_err(not_published)?;
    *app.publisher() = Some(answer.session);
    // The host may have closed the way in, or renewed its key, while the answer was made.
    if app.studio.publish_key(IngestKind::Whip).as_ref() != Some(&key) {
        app.end_publisher();
        return Err(switched_off());
    }
    Ok(created("whip", &room, &answer))
}

fn switched_off() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, said::whip_off(), said::whip_off_remedy())
}

fn not_published(error: PublishError) -> Problem {
    match error {
        PublishError::Offer(error) => bad_offer(error),
        PublishError::Busy => Problem::new(StatusCode::CONFLICT, said::whip_busy(), said::whip_busy_remedy()),
        PublishError::Full => {
            let what = said::whip_full(MAX_SESSIONS);
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, what, said::whip_full_remedy())
        }
        PublishError::Node(why) => {
            let what = said::webrtc_node(why);
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what, said::whip_node_remedy())
        }
    }
}
