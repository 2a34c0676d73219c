//! Barring somebody from the talk for good: the one thing about a visitor that is written down, by the host, on purpose.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::said;

use super::Hearing;
use super::form::{Draft, again, back};
use crate::http::App;
use crate::http::fields::HostForm;
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::room::VisitorId;

/// `POST /room/ROOM/chat/ban` with `speaker` and `note`, which may be empty.
pub(in crate::http) async fn submit(
    State(app): State<App>,
    hearing: Hearing,
    form: HostForm,
) -> Result<Response, Problem> {
    if !app.is_own(hearing.room.id()) {
        return Err(Problem::no_room());
    }
    let speaker = form
        .fields
        .text("speaker")
        .parse()
        .map_err(|_| Problem::bad_request(said::no_one(), said::buttons_remedy()))?;
    match app.studio.ban(VisitorId(speaker), form.fields.text("note")) {
        Ok(()) => Ok(back(&hearing, "")),
        Err(error) => {
            let draft = Draft { notice: Some(error.said()), ..Draft::default() };
            Ok(again(&hearing, &form.visitor, draft))
        }
    }
}
