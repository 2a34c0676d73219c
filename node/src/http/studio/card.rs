//! The room's title, description and tags.

use axum::extract::State;
use axum::response::Response;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::room::About;

/// `POST /studio/card` with `title`, `description` and `tags`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, fields: &Fields) -> Result<String, Refusal> {
    let [title, description, tags] = ["title", "description", "tags"].map(|name| fields.text(name));
    let about = About::parse(title, description, tags).map_err(|error| Refusal {
        text: error.to_string(),
        typed: Typed { card: Some([title, description, tags].map(str::to_owned)), ..Typed::default() },
    })?;
    app.studio.set_about(about)?;
    Ok("The card is changed; viewers see it now.".to_owned())
}
