//! Who finds the room.

use axum::extract::State;
use axum::response::Response;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::carry::Visibility;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/visibility` with `visibility`: `invite` or `listed`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("visibility"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<String, Refusal> {
    let (visibility, done) = match wish {
        "invite" => (Visibility::Invite, "Only people with an invite find the room now."),
        "listed" => (Visibility::Listed, "The room stands in every lobby while it is on air."),
        _ => return Err(Refusal::new("The form does not say who finds the room; load this page again.")),
    };
    app.studio.set_visibility(visibility)?;
    Ok(done.to_owned())
}
