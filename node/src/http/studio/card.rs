//! The room's card: title, description, tags, languages, and whether it is for adults.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};

use super::desk::{Refusal, Typed, TypedCard, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::http::sentences::Sentence;
use crate::room::About;

/// `POST /studio/card` with `title`, `description`, `tags`, `languages`, and `adult`: `1` or absent.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

/// All of it changes, or nothing.
fn change(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let [title, description, tags, languages] =
        ["title", "description", "tags", "languages"].map(|name| fields.text(name));
    let adult = fields.text("adult") == "1";
    let keep = |why: Said| {
        let [title, description, tags, languages] = [title, description, tags, languages].map(str::to_owned);
        let card = Some(TypedCard { title, description, tags, languages, adult });
        Refusal::keeping(why, Typed { card, ..Typed::default() })
    };
    let about = About::parse(title, description, tags).map_err(|error| keep(error.said()))?;
    app.studio.set_labels(adult, languages).map_err(|error| keep(error.said()))?;
    app.studio.set_about(about)?;
    Ok(said::done_card())
}
