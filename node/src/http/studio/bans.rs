//! Who is barred from the talk for good: the list, and the way back.

use axum::extract::State;
use axum::response::Response;
use parlor_web::language::{Language, said};
use parlor_web::view;

use super::desk::{Refusal, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::HostForm;
use crate::http::talk::called;
use crate::room;

/// `POST /studio/bans` with `forgive`: which one.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = match form.fields.text("forgive").parse() {
        Ok(made_ms) => app.studio.forgive(made_ms).map_err(Refusal::from),
        Err(_) => Err(Refusal::new(said::which_forgive())),
    };
    lead_back(&app, &form, &door, result.map(|()| said::done_forgive())).await
}

/// The list as the studio shows it.
pub(super) fn show(app: &App, language: Language) -> Vec<view::Ban> {
    let ago = |made: u64| room::now().0.saturating_sub(made) / 1000;
    let shown = app.studio.bans().into_iter().map(|ban| view::Ban {
        id: ban.made.0,
        name: called(&ban.name).told(language),
        mark: ban.mark,
        has_node: ban.node.is_some(),
        note: ban.note,
        made_secs: ago(ban.made.0),
    });
    shown.collect()
}
