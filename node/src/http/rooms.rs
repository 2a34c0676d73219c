//! Rooms of other hosts, as this node's owner opens, relays and leaves them; and the small pictures of all rooms.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::ident::RoomId;
use parlor_web::language::said;
use parlor_web::view;

use super::App;
use super::fields::HostForm;
use super::lobby::lobby;
use super::problem::Problem;
use super::room_page;
use super::scope::Named;
use super::sentences::Sentence;

/// `POST /rooms/open` with `invite`, and `room` where it was pasted on that room's page.
pub(super) async fn open(State(app): State<App>, form: HostForm) -> Response {
    let invite = form.fields.text("invite");
    let error = match app.studio.open_room(invite) {
        Ok(room) => return Redirect::to(&format!("/room/{room}")).into_response(),
        Err(error) => error,
    };
    let notice = Some(view::Notice { is_error: true, text: error.said().told(form.visitor.language) });
    let invite = invite.to_owned();
    let room = form.fields.text("room").parse().ok().and_then(|id: RoomId| app.studio.peers().find(id));
    let page = match room {
        Some(room) => {
            let page = room_page::show(&app, &room, &form.visitor, room_page::Choice::default());
            view::RoomPage { notice, invite, ..page }.render()
        }
        None => view::Lobby { notice, invite, ..lobby(&app, &form.visitor, &BTreeMap::new()) }.render(),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

/// `POST /room/ROOM/relay` with `on`: `1` or `0`.
pub(super) async fn relay(
    State(app): State<App>,
    Path(room): Path<String>,
    form: HostForm,
) -> Result<Redirect, Problem> {
    let id = opened(&app, &room)?;
    let on = match form.fields.text("on") {
        "1" => true,
        "0" => false,
        _ => {
            return Err(Problem::bad_request(said::relay_or_not(), said::relay_or_not_remedy()));
        }
    };
    app.studio.peers().set_relaying(id, on);
    Ok(Redirect::to(&format!("/room/{id}")))
}

/// `POST /room/ROOM/leave`
pub(super) async fn leave(
    State(app): State<App>,
    Path(room): Path<String>,
    _: HostForm,
) -> Result<Redirect, Problem> {
    app.studio.peers().leave(opened(&app, &room)?);
    Ok(Redirect::to("/"))
}

/// `GET /room/ROOM/snapshot.jpg`: the small picture that is here; nothing is fetched for it.
pub(super) async fn snapshot(State(app): State<App>, room: Named) -> Result<Response, Problem> {
    let snapshot = match room {
        Named::Own => app.studio.snapshot(),
        Named::Elsewhere(id) => app.studio.peers().carrier().kept_snapshot(id),
    };
    let snapshot = snapshot
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, said::no_picture(), said::no_picture_remedy()))?;
    Ok(([(CONTENT_TYPE, "image/jpeg")], snapshot.jpeg().clone()).into_response())
}

/// The room of another host of this name, which is open here.
fn opened(app: &App, room: &str) -> Result<RoomId, Problem> {
    let id: RoomId = room.parse().map_err(|_| Problem::no_room())?;
    app.studio.peers().find(id).map(|_| id).ok_or_else(Problem::no_room)
}
