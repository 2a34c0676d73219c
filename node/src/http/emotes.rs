//! `GET /room/ROOM/emotes/NAME`: the picture of an emote, for whoever reads the talk.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use parlor_protocol::talk::EmoteName;
use parlor_web::language::said;

use super::problem::Problem;
use super::talk::Hearing;

/// A picture runs nothing, whatever is in it.
const ALONE: &str = "default-src 'none'; sandbox";

/// `GET /room/ROOM/emotes/NAME`
pub(super) async fn picture(
    hearing: Hearing,
    Path((_, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let emotes = hearing.room().emotes();
    let picture = EmoteName::of(&name).and_then(|name| emotes.get(&name).cloned());
    let picture = picture
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, said::emote_gone(), said::again_remedy()))?;
    Ok(([(CONTENT_TYPE, "image/png"), (CONTENT_SECURITY_POLICY, ALONE)], picture).into_response())
}
