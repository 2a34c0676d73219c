//! The room's card: title, description, tags, languages, and whether it is for adults.

use axum::extract::State;
use axum::response::Response;

use super::desk::{Refusal, Typed, TypedCard, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::room::About;

/// `POST /studio/card` with `title`, `description`, `tags`, `languages`, and `adult`: `1` or absent.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

/// All of it changes, or nothing.
fn change(app: &App, fields: &Fields) -> Result<String, Refusal> {
    let [title, description, tags, languages] =
        ["title", "description", "tags", "languages"].map(|name| fields.text(name));
    let adult = fields.text("adult") == "1";
    let keep = |text: String| {
        let [title, description, tags, languages] = [title, description, tags, languages].map(str::to_owned);
        let card = Some(TypedCard { title, description, tags, languages, adult });
        Refusal::keeping(text, Typed { card, ..Typed::default() })
    };
    let about = About::parse(title, description, tags).map_err(|error| keep(error.to_string()))?;
    app.studio.set_labels(adult, languages).map_err(|error| keep(error.to_string()))?;
    app.studio.set_about(about)?;
    Ok("The card is changed; viewers see it now.".to_owned())
}
