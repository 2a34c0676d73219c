//! The form with which a file is sent, and what becomes of what it sends.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use parlor_web::language::{Said, said};
use parlor_web::view;
use serde::Deserialize;

use super::Shelf;
use super::open::open;
use super::receive::{Unread, receive};
use crate::http::fields::{Parameters, VisitorForm};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::room::{MAX_FILE_BYTES, NotTaken, Senders};

/// What stands behind the `?`.
#[derive(Deserialize)]
pub(super) struct Choice {
    /// There once a file was sent.
    sent: Option<String>,
    /// There once one was removed.
    removed: Option<String>,
}

/// `GET /room/ROOM/files/form?sent`
pub(super) async fn page(shelf: Shelf, Parameters(choice): Parameters<Choice>) -> Html<String> {
    let done = match choice {
        Choice { sent: Some(_), .. } => Some(said::file_sent()),
        Choice { removed: Some(_), .. } => Some(said::file_removed()),
        _ => None,
    };
    let told = |said: Said| said.told(shelf.visitor.language);
    let notice = done.map(|done| view::Notice { is_error: false, text: told(done) });
    Html(show(&shelf, notice))
}

/// `POST /room/ROOM/files`, multipart (RFC 7578), with `csrf` and then `file`.
pub(super) async fn send(shelf: Shelf, request: Request) -> Result<Response, Problem> {
    let taken = async {
        let (name, bytes) = receive(&shelf, request).await?;
        let (name, content) = open(name, bytes).await?;
        // The host may have gone off air meanwhile.
        if !shelf.is_open() {
            return Err(Unread::Problem(Problem::off_air()));
        }
        let by = shelf.room.talk().author(shelf.visitor.talker());
        shelf.files().put((shelf.visitor.id, shelf.standing(), by), name, content)?;
        Ok(())
    };
    match taken.await {
        Ok(()) => Ok(back(&shelf, "?sent")),
        Err(Unread::NotTaken(why)) => Ok(again(&shelf, &why)),
        Err(Unread::Problem(problem)) => Err(problem),
    }
}

/// `POST /room/ROOM/files/remove` with `file`: its number.
pub(super) async fn remove(shelf: Shelf, form: VisitorForm) -> Result<Response, Problem> {
    let number = form.fields.text("file").parse().ok();
    // One that is gone already is removed.
    if let Some(file) = number.and_then(|number| shelf.files().find(number)) {
        if !shelf.may_remove(&file) {
            return Err(Problem::new(StatusCode::FORBIDDEN, said::file_not_yours(), said::host_remedy()));
        }
        shelf.files().remove(file.number);
    }
    Ok(back(&shelf, "?removed"))
}

fn back(shelf: &Shelf, query: &str) -> Response {
    Redirect::to(&format!("/room/{}/files/form{query}", shelf.id())).into_response()
}

fn again(shelf: &Shelf, why: &NotTaken) -> Response {
    let notice = view::Notice { is_error: true, text: why.said().told(shelf.visitor.language) };
    (StatusCode::UNPROCESSABLE_ENTITY, Html(show(shelf, Some(notice)))).into_response()
}

/// The form as this visitor sees it.
fn show(shelf: &Shelf, notice: Option<view::Notice>) -> String {
    let senders = shelf.files().senders();
    let form = view::FilesForm {
        page: shelf.visitor.page(),
        room: shelf.id(),
        is_sender: senders.include(shelf.standing()),
        senders: match senders {
            Senders::Nobody => view::FileSenders::Nobody,
            Senders::Host => view::FileSenders::Host,
            Senders::Guests => view::FileSenders::Guests,
            Senders::Everybody => view::FileSenders::Everybody,
        },
        max_bytes: MAX_FILE_BYTES as u64,
        notice,
    };
    form.render()
}
