//! The node over HTTP: pages for people, streams for players, forms for the host, JSON for programs.
//!
//! Every request passes `gate` first (who may ask, and what every response carries), then the routes below.
//! A module is a path or a handful of paths that belong together. Left out: WebRTC beyond its two HTTP
//! exchanges, and everything that the host's wishes do, which is [`crate::app::Studio`]'s.

mod adult;
mod api;
mod app;
mod assets;
mod attempts;
mod body;
mod cards;
mod clock;
mod cookie;
mod emotes;
mod enter;
mod facts;
mod fields;
mod files;
mod fit;
mod gate;
mod guard;
mod guests;
mod held_open;
mod hls;
mod invited;
mod language;
mod live_mp4;
mod lobby;
mod metrics;
mod mjpeg;
mod patience;
mod problem;
mod room_page;
mod rooms;
mod scope;
mod sentences;
mod serve;
mod session;
mod studio;
mod talk;
mod visitor;
mod whep;
#[cfg(feature = "gstreamer")]
mod whip;

#[cfg(test)]
#[cfg(not(any(feature = "gstreamer", feature = "loom")))]
mod tests;

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{delete, get, post};
use tower::Layer;
use tower::util::BoxCloneSyncService;

pub use app::App;
pub use guard::AllowedHosts;
pub use serve::serve;

use problem::Problem;

/// The routes behind their gate: what a connection speaks to.
type Service = BoxCloneSyncService<Request, Response, Infallible>;

/// Everything that the node answers.
fn service(app: App) -> Service {
    let routes = Router::new()
        .route("/", get(lobby::page))
        .route("/lobby/cards", get(lobby::cards))
        .route("/adult", post(adult::submit))
        .route("/language", post(language::submit))
        .route("/fit", get(fit::page).post(fit::submit))
        .route("/rooms/open", post(rooms::open))
        .route("/room/{room}", get(room_page::page))
        .route("/room/{room}/enter", get(enter::page).post(enter::submit))
        .route("/room/{room}/invite/{secret}", get(invited::link))
        .route("/room/{room}/invited", get(invited::enter))
        .route("/room/{room}/exit", post(enter::exit))
        .route("/room/{room}/relay", post(rooms::relay))
        .route("/room/{room}/leave", post(rooms::leave))
        .route("/room/{room}/snapshot.jpg", get(rooms::snapshot))
        .route("/room/{room}/facts", get(facts::document))
        .route("/room/{room}/events", get(facts::events))
        .route("/room/{room}/chat", get(talk::page::lines).post(talk::form::say))
        .route("/room/{room}/emotes/{name}", get(emotes::picture))
        .route("/room/{room}/captions", get(talk::captions::page))
        .route("/room/{room}/chat/form", get(talk::form::page))
        .route("/room/{room}/chat/check/{check}/digits.png", get(talk::check::fetch::picture))
        .route("/room/{room}/chat/check/{check}/digits.wav", get(talk::check::fetch::sounded))
        .route("/room/{room}/chat/name", post(talk::name::submit))
        .route("/room/{room}/chat/order", post(talk::order::submit))
        .route("/room/{room}/chat/ban", post(talk::ban::submit))
        .route("/room/{room}/report", get(talk::report::page).post(talk::report::submit))
        .merge(files::routes())
        .route("/room/{room}/clock", get(clock::clock))
        .route("/room/{room}/live.m3u8", get(hls::master))
        .route("/room/{room}/hls/{file}", get(hls::media))
        .route("/room/{room}/hls/{track}/captions.m3u8", get(hls::captions))
        .route("/room/{room}/hls/{track}/{file}", get(hls::file))
        .route("/room/{room}/live.mp4", get(live_mp4::stream))
        .route("/room/{room}/live.mjpeg", get(mjpeg::stream))
        .route("/room/{room}/frame.jpg", get(mjpeg::frame))
        .route("/room/{room}/whep", post(whep::play).options(whep::options))
        .route("/room/{room}/whep/{session}", delete(whep::end))
        .route("/assets/{version}/{name}", get(assets::file))
        .route("/favicon.ico", get(assets::icon))
        .route("/metrics", get(metrics::text));
    #[cfg(feature = "gstreamer")]
    let routes = routes
        .route("/room/{room}/whip", post(whip::publish).options(whep::options))
        .route("/room/{room}/whip/{session}", delete(whep::end));
    let routes = routes
        .merge(studio::routes())
        .merge(api::routes())
        .fallback(async || Problem::no_page())
        .method_not_allowed_fallback(async || Problem::wrong_method())
        .with_state(app.clone());
    // Around the routes and not within them: who may not ask learns nothing of what there is.
    BoxCloneSyncService::new(from_fn_with_state(app, gate::gate).layer(routes))
}
