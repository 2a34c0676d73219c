//! The question whether a visitor is 18 or older, and where the answer is kept: in a cookie of their browser and
//! nowhere else.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use parlor_protocol::ident::RoomId;
use parlor_web::language::said;
use parlor_web::view::Adults;

use super::App;
use super::cookie;
use super::fields::VisitorForm;
use super::problem::Problem;

/// What pages and playlists of a room for adults carry, for parents' filters: "Restricted To Adults" (rtalabel.org).
pub(super) const LABEL: (HeaderName, &str) =
    (HeaderName::from_static("rating"), "RTA-5042-1996-1400-1577-RTA");

const YES: &str = "yes";
const NO: &str = "no";

/// What a cookie says; anything that we have not set is no answer.
pub(super) fn answered(cookie: Option<&str>) -> Adults {
    match cookie {
        Some(YES) => Adults::Shown,
        Some(NO) => Adults::Hidden,
        _ => Adults::Unasked,
    }
}

/// Whether this path is within a room that its host labels as for adults, our own or one that was opened here.
pub(super) fn is_labelled(app: &App, path: &str) -> bool {
    let Some(named) = path.strip_prefix("/room/").and_then(|rest| rest.split('/').next()) else {
        return false;
    };
    if named == app.room_id {
        return app.studio.terms().adult;
    }
    let opened = named.parse().ok().and_then(|room| app.studio.peers().opened(room));
    opened.and_then(|opened| opened.card).is_some_and(|card| card.card().adult)
}

/// `POST /adult` with `adult`: `yes` or `no`, and optionally the `room` at whose door it was asked.
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    form: VisitorForm,
) -> Result<Response, Problem> {
    let answer = [YES, NO]
        .into_iter()
        .find(|answer| *answer == form.fields.text("adult"))
        .ok_or_else(|| Problem::bad_request(said::neither_yes_nor_no(), said::neither_yes_nor_no_remedy()))?;
    let cookie = cookie::set(cookie::Name::Adults, app.hosts.port(), answer, cookie::is_tls(&headers));
    let back = match form.fields.text("room").parse::<RoomId>() {
        Ok(room) => format!("/room/{room}"),
        Err(_) => "/".to_owned(),
    };
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&back)).into_response())
}
