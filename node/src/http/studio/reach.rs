//! How people reach the node, and the relays that help.

use axum::extract::State;
use axum::response::Response;
use parlor_web::view::NetworkFields;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::swarm::Reach;

/// `POST /studio/reach` with `reach`: `direct` or `relayed`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("reach"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<String, Refusal> {
    let (reach, way) = match wish {
        "direct" => (Reach::Direct, "directly"),
        "relayed" => (Reach::Relayed, "through your relays only"),
        _ => return Err(Refusal::new("The form does not say how people reach you; load this page again.")),
    };
    app.studio.set_reach(reach)?;
    let is_so = app.studio.network_status().standing.reach == reach;
    Ok(format!("People reach you {way}{}.", if is_so { "" } else { " from the next start of Parlor on" }))
}

/// `POST /studio/relay` with `action`: `add` or `remove`, and `address`.
pub(super) async fn relay(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_relays(&app, &form.fields).await;
    lead_back(&app, &form, &door, result).await
}

async fn change_relays(app: &App, fields: &Fields) -> Result<String, Refusal> {
    let address = fields.text("address");
    match fields.text("action") {
        "add" => {
            app.studio.add_relay(address).await.map_err(|error| {
                let network = NetworkFields { relay: address.to_owned(), ..NetworkFields::default() };
                Refusal::keeping(error.to_string(), Typed { network, ..Typed::default() })
            })?;
            Ok("The relay is added, and is being asked.".to_owned())
        }
        "remove" => {
            app.studio.remove_relay(address).await?;
            Ok("The relay is removed.".to_owned())
        }
        _ => Err(Refusal::new("The form does not say what to do with the relay; load this page again.")),
    }
}
