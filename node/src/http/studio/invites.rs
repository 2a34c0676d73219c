//! Invites: made, and revoked.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};
use parlor_web::view::NetworkFields;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::app::InviteWish;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::http::sentences::Sentence;

/// People that an invite may be limited to; a node counts no more.
const MAX_LIMIT: u32 = 20_000;
const HOUR_MS: u64 = 3_600_000;

/// `POST /studio/invite` with `action`: `make` with `name` and `limit`, both of which may be empty, `ends`: `never`, or in
/// an `hour`, a `day` or a `week`, and `lock`: `1` where it opens a locked door; or `revoke` with `id`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = match form.fields.text("action") {
        "make" => make(&app, &form.fields),
        "revoke" => revoke(&app, form.fields.text("id")),
        _ => Err(Refusal::new(said::which_invite())),
    };
    lead_back(&app, &form, &door, result).await
}

fn make(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let [name, typed_limit, ends] = ["name", "limit", "ends"].map(|field| fields.text(field));
    let opens_lock = fields.text("lock") == "1";
    let keep = |why: Said| {
        let network = NetworkFields {
            invite_name: name.to_owned(),
            invite_limit: typed_limit.to_owned(),
            invite_ends: ends.to_owned(),
            invite_opens_lock: opens_lock,
            ..NetworkFields::default()
        };
        Refusal::keeping(why, Typed { network, ..Typed::default() })
    };
    let limit = match typed_limit.trim() {
        "" => None,
        typed => {
            let limit = typed.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
            Some(limit.ok_or_else(|| keep(said::bad_limit(MAX_LIMIT)))?)
        }
    };
    let lasts_ms = match ends {
        "never" | "" => None,
        "hour" => Some(HOUR_MS),
        "day" => Some(24 * HOUR_MS),
        "week" => Some(7 * 24 * HOUR_MS),
        _ => return Err(keep(said::bad_end())),
    };
    let wish = InviteWish { name, limit, lasts_ms, opens_lock };
    app.studio.make_invite(&wish).map_err(|error| keep(error.said()))?;
    Ok(said::done_invite())
}

fn revoke(app: &App, id: &str) -> Result<Said, Refusal> {
    app.studio.revoke_invite(id)?;
    Ok(said::done_revoke())
}
