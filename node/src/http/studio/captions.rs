//! Captions that the host types.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::said;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;
use crate::http::sentences::Sentence;

/// `POST /studio/captions` with `text`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let text = form.fields.text("text");
    let shown = app.room().caption(text, None, None);
    let result = shown.map(|caption| said::done_caption(caption.text)).map_err(|error| {
        Refusal::keeping(error.said(), Typed { caption: text.to_owned(), ..Typed::default() })
    });
    lead_back(&app, &form, &door, result).await
}
