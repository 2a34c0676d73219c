//! A room's page.

use axum::response::Html;
use parlor_protocol::media::{Catalogue, Medium, TrackName};
use parlor_web::view;
use serde::Deserialize;

use super::facts::facts;
use super::fields::Parameters;
use super::mjpeg;
use super::scope::InRoom;
use super::visitor::Visitor;

/// How a visitor without scripts chose to watch, as the page's form sends it.
#[derive(Deserialize)]
pub(super) struct Choice {
    watch: Option<String>,
    fps: Option<String>,
    quality: Option<String>,
}

/// `GET /room/ROOM`
pub(super) async fn page(
    InRoom(room): InRoom,
    visitor: Visitor,
    Parameters(choice): Parameters<Choice>,
) -> Html<String> {
    let qualities = qualities(&room.catalogue());
    let chosen = choice.quality.filter(|name| qualities.iter().any(|(listed, _)| listed == name));
    let page = view::RoomPage {
        page: visitor.page(),
        notice: None,
        adults: view::Adults::default(),
        facts: facts(&room, visitor.id),
        quality: chosen.unwrap_or_else(|| TrackName::VIDEO.to_string()),
        qualities,
        watch: match choice.watch.as_deref() {
            Some("mjpeg") => view::Watch::Mjpeg(mjpeg::nearest_rate(choice.fps.as_deref())),
            _ => view::Watch::Video,
        },
    };
    Html(page.render())
}

/// The qualities as people read them: `("video", "720p")`.
fn qualities(catalogue: &Catalogue) -> Vec<(String, String)> {
    let tracks = catalogue.tracks.iter();
    let label = |name: &TrackName, medium: &Medium| match medium {
        Medium::Video(video) => Some((name.to_string(), format!("{}p", video.height))),
        Medium::Audio(_) | Medium::Picture(_) => None,
    };
    tracks.filter_map(|track| label(&track.name, &track.medium)).collect()
}
