//! What the node gives: the ceiling of its upload, and the rooms of others that it relays.

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::ident::RoomId;
use parlor_web::view::NetworkFields;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/upload` with `mbps`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("mbps"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, typed: &str) -> Result<String, Refusal> {
    let keep = |text: String| {
        let network = NetworkFields { upload: Some(typed.to_owned()), ..NetworkFields::default() };
        Refusal::keeping(text, Typed { network, ..Typed::default() })
    };
    let mbps =
        typed.trim().parse().map_err(|_| keep("The ceiling is a whole number of Mbit/s.".to_owned()))?;
    app.studio.set_upload(mbps).map_err(|error| keep(error.to_string()))?;
    Ok(match mbps {
        0 => "Your node sends to no other node now.".to_owned(),
        _ => format!("Your node sends {mbps} Mbit/s to other nodes at most."),
    })
}

/// `POST /studio/relayed` with `room`: relays it no longer.
pub(super) async fn relayed(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let id = form.fields.text("room").parse::<RoomId>().ok();
    let id = id.filter(|id| app.studio.peers().opened(*id).is_some());
    let result = id.map_or_else(
        || Err(Refusal::new("Your node does not have this room any more.")),
        |id| {
            app.studio.peers().set_relaying(id, false);
            Ok("Your node relays the room no longer.".to_owned())
        },
    );
    lead_back(&app, &form, &door, result).await
}
