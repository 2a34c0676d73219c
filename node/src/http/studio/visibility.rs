//! Who finds the room, and what they see of it before they come in.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Said, said};

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::carry::{LobbyPicture, Visibility};
use crate::http::App;
use crate::http::fields::HostForm;

/// `POST /studio/visibility` with `visibility`: `invite` or `listed`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, form.fields.text("visibility"));
    lead_back(&app, &form, &door, result).await
}

fn change(app: &App, wish: &str) -> Result<Said, Refusal> {
    let (visibility, done) = match wish {
        "invite" => (Visibility::Invite, said::done_invite_only()),
        "listed" => (Visibility::Listed, said::done_listed()),
        _ => return Err(Refusal::new(said::which_visibility())),
    };
    app.studio.set_visibility(visibility)?;
    Ok(done)
}

/// `POST /studio/lobby-picture` with `picture`: `live`, `blurred`, `frozen` or `none`.
pub(super) async fn picture(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_picture(&app, form.fields.text("picture"));
    lead_back(&app, &form, &door, result).await
}

fn change_picture(app: &App, wish: &str) -> Result<Said, Refusal> {
    let (picture, done) = match wish {
        "live" => (LobbyPicture::Live, said::done_picture_live()),
        "blurred" => (LobbyPicture::Blurred, said::done_picture_blurred()),
        "frozen" => (LobbyPicture::Frozen, said::done_picture_frozen()),
        "none" => (LobbyPicture::None, said::done_picture_none()),
        _ => return Err(Refusal::new(said::which_lobby_picture())),
    };
    app.studio.set_lobby_picture(picture)?;
    Ok(done)
}
