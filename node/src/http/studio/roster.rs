//! What visitors are told of who is in the room.

use axum::extract::State;
use axum::response::Response;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/roster` with `tells`: `names` or `counts`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("tells"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<String, Refusal> {
    let (counts_only, done) = match wish {
        "names" => (false, "Visitors see who is in the room."),
        "counts" => (true, "Visitors see only how many are in the room."),
        _ => return Err(Refusal::new("The form does not say what visitors are told; load this page again.")),
    };
    app.studio.set_counts_only(counts_only)?;
    Ok(done.to_owned())
}
