//! Who may send files in the room.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};
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

fn change(app: &App, wish: &str) -> Result<Said, Refusal> {
    let (senders, done) = match wish {
        "nobody" => (Senders::Nobody, said::done_files_nobody()),
        "host" => (Senders::Host, said::done_files_host()),
        "guests" => (Senders::Guests, said::done_files_known()),
        "everybody" => (Senders::Everybody, said::done_files_everybody()),
        _ => return Err(Refusal::new(said::which_senders())),
    };
    app.studio.set_file_senders(senders)?;
    Ok(done)
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
