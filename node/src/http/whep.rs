//! WHEP: watching over WebRTC (draft-ietf-wish-whep). The exchange of offer and answer; the media are
//! [`crate::webrtc`]'s.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderName, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use parlor_protocol::media::TrackName;
use parlor_web::language::{Said, said};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::App;
use super::body;
use super::fields::Parameters;
use super::problem::Problem;
use super::scope::{InRoom, Screening, no_media, track};
use super::visitor::Admission;
use crate::room::Room;
use crate::webrtc::{Answer, Gateway, MAX_OFFER_BYTES, MAX_SESSIONS, OfferError, PlayError, SessionId};

/// The media type of offers and answers.
const SDP: &str = "application/sdp";

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(super) struct Choice {
    quality: Option<String>,
}

/// `POST /room/ROOM/whep`
pub(super) async fn play(
    State(app): State<App>,
    screening: Screening,
    Parameters(choice): Parameters<Choice>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let quality = choice.quality.map(|name| track(Some(&name), TrackName::VIDEO)).transpose()?;
    let offer = read_offer(&headers, body).await?;
    let over = CancellationToken::new();
    let stay = screening.visitor.watch(&screening.room);
    let guard = (stay, over.clone().drop_guard());
    let answer =
        app.gateway.play(screening.room.clone(), quality, &offer, guard).await.map_err(not_played)?;
    if !screening.may_rehearse() {
        let admission = screening.visitor.admission(&screening.room);
        let ending =
            end_in_time(app.gateway.clone(), screening.room.clone(), admission, answer.session, over);
        tokio::spawn(ending);
    }
    Ok(created("whep", &screening.room, &answer))
}

/// Ends the session once the door is shut to its viewer, or the room goes off air: one that is still connecting then
/// would otherwise find what the host sees alone.
async fn end_in_time(
    gateway: Gateway,
    room: Arc<Room>,
    mut admission: Admission,
    session: SessionId,
    over: CancellationToken,
) {
    let mut card = room.card();
    tokio::select! {
        () = over.cancelled() => {}
        () = admission.ended() => {
            gateway.end(&session);
        }
        _ = card.wait_for(|card| card.on_air_since.is_none()) => {
            gateway.end(&session);
        }
    }
}

/// `DELETE /room/ROOM/whep/SESSION`, and the same for WHIP. Whoever knows the session's name may end it. One that has
/// ended by itself is answered alike: the player could not know, and nobody learns which sessions there were.
pub(super) async fn end(
    State(app): State<App>,
    InRoom(_): InRoom,
    Path((_, session)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let no_session = |_| Problem::new(StatusCode::NOT_FOUND, said::no_session(), said::no_session_remedy());
    app.gateway.end(&session.parse().map_err(no_session)?);
    Ok(StatusCode::OK)
}

/// `OPTIONS /room/ROOM/whep`, and the same for WHIP: what is taken here (RFC 9725, section 4.2).
pub(super) async fn options(InRoom(_): InRoom) -> Response {
    let taken = [(ALLOW, "POST, OPTIONS"), (HeaderName::from_static("accept-post"), SDP)];
    (StatusCode::NO_CONTENT, taken).into_response()
}

/// The offer in a request.
pub(super) async fn read_offer(headers: &HeaderMap, body: Body) -> Result<String, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(SDP) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            said::no_offer(),
            said::no_offer_remedy(),
        ));
    }
    let bytes = body::read(body, MAX_OFFER_BYTES).await?;
    String::from_utf8(bytes.into()).map_err(|_| bad_offer(OfferError::Malformed))
}

/// The answer, and where its session is.
pub(super) fn created(protocol: &str, room: &Room, answer: &Answer) -> Response {
    let location = format!("/room/{}/{protocol}/{}", room.id(), answer.session);
    let headers = [(CONTENT_TYPE, SDP.to_owned()), (LOCATION, location)];
    (StatusCode::CREATED, headers, answer.sdp.clone()).into_response()
}

fn not_played(error: PlayError) -> Problem {
    match error {
        PlayError::Offer(error) => bad_offer(error),
        PlayError::Room(error) => no_media(error),
        PlayError::Reordered => {
            let what = said::webrtc_reordered();
            Problem::new(StatusCode::NOT_ACCEPTABLE, what, said::webrtc_other_remedy())
        }
        PlayError::Full => {
            let what = said::webrtc_full(MAX_SESSIONS);
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, what, said::webrtc_other_remedy())
        }
        PlayError::Node(why) => {
            let what = said::webrtc_node(why);
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what, said::webrtc_node_remedy())
        }
    }
}

pub(super) fn bad_offer(error: OfferError) -> Problem {
    let nothing_to_do = Said::verbatim("");
    match error {
        OfferError::TooLarge => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, said::offer_too_large(), nothing_to_do)
        }
        OfferError::Malformed => {
            Problem::new(StatusCode::BAD_REQUEST, said::offer_malformed(), nothing_to_do)
        }
        OfferError::NoH264 => {
            Problem::new(StatusCode::NOT_ACCEPTABLE, said::offer_no_h264(), said::offer_no_h264_remedy())
        }
    }
}
