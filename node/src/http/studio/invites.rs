//! Invites: made, and revoked.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};
use parlor_web::view::NetworkFields;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::http::sentences::Sentence;

/// People that an invite may be limited to; more are no limit.
const MAX_LIMIT: u32 = 100_000;

/// `POST /studio/invite` with `action`: `make` with `name` and `limit`, both of which may be empty; or `revoke` with
/// `id`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = match form.fields.text("action") {
        "make" => make(&app, &form.fields),
        "revoke" => revoke(&app, form.fields.text("id")),
        _ => Err(Refusal::new(said::which_invite())),
    };
    lead_back(&app, &form, &door, result).await
}

fn make(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let [name, typed_limit] = ["name", "limit"].map(|field| fields.text(field));
    let keep = |why: Said| {
        let (invite_name, invite_limit) = (name.to_owned(), typed_limit.to_owned());
        let network = NetworkFields { invite_name, invite_limit, ..NetworkFields::default() };
        Refusal::keeping(why, Typed { network, ..Typed::default() })
    };
    let limit = match typed_limit.trim() {
        "" => None,
        typed => {
            let limit = typed.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
            Some(limit.ok_or_else(|| keep(said::bad_limit(MAX_LIMIT)))?)
        }
    };
    app.studio.make_invite(name, limit).map_err(|error| keep(error.said()))?;
    Ok(said::done_invite())
}

fn revoke(app: &App, id: &str) -> Result<Said, Refusal> {
    app.studio.revoke_invite(id)?;
    Ok(said::done_revoke())
}
