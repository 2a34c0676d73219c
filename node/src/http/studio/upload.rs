//! What the node gives: the ceiling of its upload, and the rooms of others that it relays.

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::ident::RoomId;
use parlor_web::language::{Said, said};
use parlor_web::view::NetworkFields;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;
use crate::http::sentences::Sentence;

/// `POST /studio/upload` with `mbps`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("mbps"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, typed: &str) -> Result<Said, Refusal> {
    let keep = |why: Said| {
        let network = NetworkFields { upload: Some(typed.to_owned()), ..NetworkFields::default() };
        Refusal::keeping(why, Typed { network, ..Typed::default() })
    };
    let mbps: u32 = typed.trim().parse().map_err(|_| keep(said::bad_upload()))?;
    app.studio.set_upload(mbps).map_err(|error| keep(error.said()))?;
    Ok(match mbps {
        0 => said::done_upload_none(),
        _ => said::done_upload(mbps),
    })
}

/// `POST /studio/relayed` with `room`: relays it no longer.
pub(super) async fn relayed(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let id = form.fields.text("room").parse::<RoomId>().ok();
    let id = id.filter(|id| app.studio.peers().opened(*id).is_some());
    let result = id.map_or_else(
        || Err(Refusal::new(said::not_here_any_more())),
        |id| {
            app.studio.peers().set_relaying(id, false);
            Ok(said::done_relayed_stop())
        },
    );
    lead_back(&app, &form, &door, result).await
}
