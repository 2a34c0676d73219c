//! Who may send files in the room.

use axum::extract::State;
use axum::response::Response;
use parlor_web::view;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;
use crate::room::Senders;

/// `POST /studio/files` with `senders`: `nobody`, `host`, `guests` or `everybody`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("senders"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<String, Refusal> {
    let (senders, done) = match wish {
        "nobody" => (Senders::Nobody, "Nobody sends files; those that were in the room are gone."),
        "host" => (Senders::Host, "You may send files; everybody in the room can fetch them."),
        "guests" => (Senders::Guests, "You and people whom you know may send files."),
        "everybody" => (Senders::Everybody, "Everybody in the room may send files."),
        _ => return Err(Refusal::new("The form does not say who may send files; load this page again.")),
    };
    app.studio.set_file_senders(senders)?;
    Ok(done.to_owned())
}

/// What the studio shows of it.
pub(super) fn show(app: &App) -> view::FileSenders {
    match app.room().files().senders() {
        Senders::Nobody => view::FileSenders::Nobody,
        Senders::Host => view::FileSenders::Host,
        Senders::Guests => view::FileSenders::Guests,
        Senders::Everybody => view::FileSenders::Everybody,
    }
}
