//! The door to the studio: a link that works once, or the password.

use axum::extract::{Path, State};
use axum::http::header::{HeaderValue, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_web::language::{Said, said};
use parlor_web::view;
use tokio::time::Instant;

use super::desk::shown;
use crate::http::App;
use crate::http::cookie;
use crate::http::fields::{HostForm, VisitorForm};
use crate::http::session::Notice;
use crate::http::visitor::Visitor;
use crate::secret::Secret;

/// `GET /studio/login`
pub(super) async fn page() -> Redirect {
    Redirect::to("/studio")
}

/// `GET /studio/login/SECRET`
pub(super) async fn link(
    State(app): State<App>,
    visitor: Visitor,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Response {
    match app.sessions.redeem(&secret, Instant::now().into_std()) {
        Some(session) => enter(&app, &headers, &visitor, &session),
        // The host who loads the link's address once more is in already.
        None if visitor.host.is_some() => Redirect::to("/studio").into_response(),
        None => refuse(&app, &visitor, StatusCode::FORBIDDEN, &said::link_used()),
    }
}

/// `HEAD /studio/login/SECRET`: programs that look a link over before a person opens it do not use it up.
pub(super) async fn look() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// `POST /studio/login`
pub(super) async fn password(State(app): State<App>, headers: HeaderMap, form: VisitorForm) -> Response {
    let VisitorForm { fields, visitor } = form;
    if !app.studio.has_password() {
        return refuse(&app, &visitor, StatusCode::FORBIDDEN, &said::no_password_set());
    }
    let taken = app.attempts().take(Instant::now().into_std());
    if let Err(wait) = taken {
        let seconds = wait.as_secs() + 1;
        let mut response =
            refuse(&app, &visitor, StatusCode::TOO_MANY_REQUESTS, &said::wrong_passwords(seconds));
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    if !app.studio.check_password(fields.text("password")).await {
        return refuse(&app, &visitor, StatusCode::FORBIDDEN, &said::wrong_password());
    }
    app.attempts().forgive();
    let session = app.sessions.open(Instant::now().into_std());
    enter(&app, &headers, &visitor, &session)
}

/// `POST /studio/logout`
pub(super) async fn logout(State(app): State<App>, headers: HeaderMap, form: HostForm) -> Response {
    app.sessions.close(form.session.reveal());
    let cookie = cookie::unset(cookie::Name::Host, app.hosts.port(), cookie::is_tls(&headers));
    ([(SET_COOKIE, cookie)], Redirect::to("/studio")).into_response()
}

fn enter(app: &App, headers: &HeaderMap, visitor: &Visitor, session: &Secret) -> Response {
    if let Some(before) = &visitor.host {
        app.sessions.close(before.reveal());
    }
    let cookie = cookie::set(cookie::Name::Host, app.hosts.port(), session.reveal(), cookie::is_tls(headers));
    ([(SET_COOKIE, cookie)], Redirect::to("/studio")).into_response()
}

fn refuse(app: &App, visitor: &Visitor, status: StatusCode, why: &Said) -> Response {
    let text = why.told(visitor.language);
    show(app, visitor, status, Some(Notice { is_error: true, text }))
}

/// The page that asks the host who they are.
pub(super) fn show(app: &App, visitor: &Visitor, status: StatusCode, notice: Option<Notice>) -> Response {
    let page = view::Login {
        page: visitor.page(),
        has_password: app.studio.has_password(),
        notice: notice.map(shown),
    };
    (status, Html(page.render())).into_response()
}
