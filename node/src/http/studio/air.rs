//! On air and off. Before the first time in a session the host states that everybody on camera is an adult and consents.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::said;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/air` with `on`: `1` or `0`, and `stated`: `1` where that is to be stated.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = match form.fields.text("on") {
        "1" => {
            if form.fields.text("stated") == "1" {
                app.sessions.state(form.session.reveal());
            }
            if app.sessions.has_stated(form.session.reveal()) {
                app.studio.set_on_air(true);
                Ok(said::done_on_air())
            } else {
                Err(Refusal::new(said::not_stated()))
            }
        }
        "0" => {
            app.studio.set_on_air(false);
            Ok(said::done_off_air())
        }
        _ => Err(Refusal::new(said::which_air())),
    };
    lead_back(&app, &form, &door, result).await
}
