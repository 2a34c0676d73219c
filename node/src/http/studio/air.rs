//! On air and off.

use axum::extract::State;
use axum::response::Response;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/air` with `on`: `1` or `0`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = match form.fields.text("on") {
        "1" => {
            app.studio.set_on_air(true);
            Ok("The room is on air.".to_owned())
        }
        "0" => {
            app.studio.set_on_air(false);
            Ok("The room is off air; only you see the picture.".to_owned())
        }
        _ => Err(Refusal::new("The form does not say whether to go on air; load this page again.")),
    };
    lead_back(&app, &form, &door, result).await
}
