//! The studio: the host's desk as pages and forms. One file per form; each form leads back to the desk.

mod access;
mod accounts;
mod air;
mod bans;
mod captions;
mod card;
mod desk;
mod destroy;
mod emotes;
mod facts;
mod files;
mod follow;
mod ingest;
mod invites;
mod lists;
mod login;
mod network;
mod picture;
mod reach;
mod reports;
mod roster;
mod sources;
mod upload;
mod visibility;

use axum::Router;
use axum::routing::{get, post};

use super::App;

/// Everything below `/studio`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/studio", get(desk::page))
        .route("/studio/facts", get(facts::document))
        .route("/studio/login", get(login::page).post(login::password))
        .route("/studio/login/{secret}", get(login::link).head(login::look))
        .route("/studio/logout", post(login::logout))
        .route("/studio/air", post(air::submit))
        .route("/studio/card", post(card::submit))
        .route("/studio/source", post(picture::source))
        .route("/studio/quality", post(picture::quality))
        .route("/studio/ingest", post(ingest::submit))
        .route("/studio/password", post(access::submit))
        .route("/studio/bans", post(bans::submit))
        .route("/studio/destroy", post(destroy::submit))
        .route("/studio/accounts", get(accounts::page).post(accounts::submit))
        .route("/studio/reports", get(reports::page).post(reports::submit))
        .route("/studio/lists", get(lists::page).post(lists::submit))
        .route("/studio/lists/follow", post(follow::submit))
        .route("/studio/lists/own.deny", get(lists::own_list))
        .route("/studio/lists/own.csv", get(lists::own_table))
        .route("/studio/files", post(files::submit))
        .route("/studio/emotes", post(emotes::submit))
        .route("/studio/captions", post(captions::submit))
        .route("/studio/roster", post(roster::submit))
        .route("/studio/network", get(network::document))
        .route("/studio/visibility", post(visibility::submit))
        .route("/studio/lobby-picture", post(visibility::picture))
        .route("/studio/invite", post(invites::submit))
        .route("/studio/reach", post(reach::submit))
        .route("/studio/relay", post(reach::relay))
        .route("/studio/upload", post(upload::submit))
        .route("/studio/relayed", post(upload::relayed))
}
