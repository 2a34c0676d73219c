//! The door for people with an account: a log-in by name and password. It looks the same for every room there could be, so
//! that nobody learns from it which room is here.

use axum::extract::{Path, State};
use axum::http::header::{HeaderValue, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_protocol::ident::RoomId;
use parlor_web::language::{Said, said};
use parlor_web::view;
use tokio::time::Instant;

use super::App;
use super::cookie;
use super::fields::VisitorForm;
use super::problem::Problem;
use super::visitor::Visitor;

/// A room that there could be, as the path names it.
fn named(room: &str) -> Result<RoomId, Problem> {
    room.parse().map_err(|_| Problem::no_room())
}

/// `GET /room/ROOM/enter`
pub(super) async fn page(Path(room): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    Ok(show(&visitor, named(&room)?, StatusCode::OK, String::new(), None))
}

/// `POST /room/ROOM/enter` with `name` and `password`.
pub(super) async fn submit(
    State(app): State<App>,
    Path(room): Path<String>,
    headers: HeaderMap,
    form: VisitorForm,
) -> Result<Response, Problem> {
    let room = named(&room)?;
    let (name, password) = (form.fields.text("name"), form.fields.text("password"));
    let refuse = |status, why: Said| {
        let text = why.told(form.visitor.language);
        show(&form.visitor, room, status, name.to_owned(), Some(text))
    };
    if let Err(wait) = app.guests.attempt(name, Instant::now().into_std()) {
        let seconds = wait.as_secs() + 1;
        let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, said::wrong_passwords(seconds));
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(response);
    }
    let account = app.studio.log_in(name, password).await;
    // With the right words at the wrong door nobody learns that they are right.
    let Some(account) = account.filter(|_| app.is_own(room)) else {
        return Ok(refuse(StatusCode::FORBIDDEN, said::enter_wrong()));
    };
    if let Some(before) = &form.visitor.guest {
        app.guests.close(&before.token);
    }
    let guest = app.guests.open(account, Instant::now().into_std());
    // The host may have changed the account while its password was looked at.
    if !app.studio.known().accounts.iter().any(|known| known.name == guest.account && !known.disabled) {
        app.guests.close(&guest.token);
        return Err(Problem::no_room());
    }
    app.room().talk().welcome(guest.id, &guest.account);
    let is_tls = cookie::is_tls(&headers);
    let cookie = cookie::set(cookie::Name::Guest, app.hosts.port(), guest.token.reveal(), is_tls);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&format!("/room/{room}"))).into_response())
}

/// `POST /room/ROOM/exit`
pub(super) async fn exit(
    State(app): State<App>,
    Path(room): Path<String>,
    headers: HeaderMap,
    form: VisitorForm,
) -> Result<Response, Problem> {
    let room = named(&room)?;
    if let Some(guest) = &form.visitor.guest {
        app.guests.close(&guest.token);
        if app.guests.visitor(&guest.account).is_none() {
            app.room().talk().part(guest.id);
        }
    }
    let cookie = cookie::unset(cookie::Name::Guest, app.hosts.port(), cookie::is_tls(&headers));
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&format!("/room/{room}/enter"))).into_response())
}

fn show(
    visitor: &Visitor,
    room: RoomId,
    status: StatusCode,
    name: String,
    error: Option<String>,
) -> Response {
    let page = view::Enter {
        page: visitor.page(),
        room: room.to_string(),
        name,
        notice: error.map(|text| view::Notice { is_error: true, text }),
    };
    (status, Html(page.render())).into_response()
}
