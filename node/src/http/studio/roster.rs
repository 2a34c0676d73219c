//! What visitors are told of who is in the room.

use axum::extract::State;
use axum::response::Response;

use parlor_web::language::{Said, said};

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/roster` with `tells`: `names` or `counts`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("tells"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<Said, Refusal> {
    let (counts_only, done) = match wish {
        "names" => (false, said::done_roster_names()),
        "counts" => (true, said::done_roster_counts()),
        _ => return Err(Refusal::new(said::which_roster())),
    };
    app.studio.set_counts_only(counts_only)?;
    Ok(done)
}
