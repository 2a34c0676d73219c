//! Who finds the room.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};

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

fn change(app: &App, wish: &str) -> Result<Said, Refusal> {
    let (visibility, done) = match wish {
        "invite" => (Visibility::Invite, said::done_invite_only()),
        "listed" => (Visibility::Listed, said::done_listed()),
        _ => return Err(Refusal::new(said::which_visibility())),
    };
    app.studio.set_visibility(visibility)?;
    Ok(done)
}
