//! Who opens the studio: the password.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::said;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/password` with `password`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = app.studio.set_password(form.fields.text("password")).await;
    if result.is_ok() {
        // Whoever got in with the old one is out.
        app.sessions.close_others(form.session.reveal());
    }
    let result = result.map(|()| said::done_password()).map_err(Refusal::from);
    lead_back(&app, &form, &door, result).await
}
