//! How people reach the node, and the relays that help.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};
use parlor_web::view::NetworkFields;

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::http::sentences::Sentence;
use crate::swarm::Reach;

/// `POST /studio/reach` with `reach`: `direct` or `relayed`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("reach"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<Said, Refusal> {
    let reach = match wish {
        "direct" => Reach::Direct,
        "relayed" => Reach::Relayed,
        _ => return Err(Refusal::new(said::which_reach())),
    };
    app.studio.set_reach(reach)?;
    let is_so = app.studio.network_status().standing.reach == reach;
    Ok(match (reach, is_so) {
        (Reach::Direct, true) => said::done_direct(),
        (Reach::Direct, false) => said::done_direct_later(),
        (Reach::Relayed, true) => said::done_relayed(),
        (Reach::Relayed, false) => said::done_relayed_later(),
    })
}

/// `POST /studio/relay` with `action`: `add` or `remove`, and `address`.
pub(super) async fn relay(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_relays(&app, &form.fields).await;
    lead_back(&app, &form, &door, result).await
}

async fn change_relays(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let address = fields.text("address");
    match fields.text("action") {
        "add" => {
            app.studio.add_relay(address).await.map_err(|error| {
                let network = NetworkFields { relay: address.to_owned(), ..NetworkFields::default() };
                Refusal::keeping(error.said(), Typed { network, ..Typed::default() })
            })?;
            Ok(said::done_relay_add())
        }
        "remove" => {
            app.studio.remove_relay(address).await?;
            Ok(said::done_relay_remove())
        }
        _ => Err(Refusal::new(said::which_relay())),
    }
}
