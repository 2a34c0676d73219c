//! A room's page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use parlor_protocol::media::TrackName;
use parlor_web::language::said;
use parlor_web::view;
use serde::Deserialize;

use super::App;
use super::facts::facts;
use super::fields::Parameters;
use super::mjpeg;
use super::problem::Problem;
use super::scope::Named;
use super::sentences::Sentence;
use super::visitor::Visitor;
use crate::room::Room;

/// How a visitor without scripts chose to watch, as the page's form sends it.
#[derive(Default, Deserialize)]
pub(super) struct Choice {
    watch: Option<String>,
    fps: Option<String>,
    quality: Option<String>,
    /// There while the panels are arranged.
    arrange: Option<String>,
}

/// `GET /room/ROOM`. The owner of this node opens a room of another host with it.
pub(super) async fn page(
    State(app): State<App>,
    named: Named,
    visitor: Visitor,
    Parameters(choice): Parameters<Choice>,
) -> Result<Html<String>, Problem> {
    let room = match named {
        Named::Own => {
            app.let_in(&visitor);
            visitor.come_in(app.room())?;
            app.room().clone()
        }
        Named::Elsewhere(id) => app.studio.enter_room(id).map_err(|error| {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.said(), said::then_remedy())
        })?,
    };
    Ok(Html(show(&app, &room, &visitor, choice).render()))
}

/// The room as this visitor sees it.
pub(super) fn show(app: &App, room: &Room, visitor: &Visitor, choice: Choice) -> view::RoomPage {
    let facts = facts(app, room, visitor);
    let chosen = choice.quality.filter(|name| facts.qualities.iter().any(|(listed, _)| listed == name));
    view::RoomPage {
        page: visitor.page(),
        notice: None,
        entrance: entrance(app, room, visitor),
        invite: String::new(),
        adults: visitor.adults,
        facts,
        quality: chosen.unwrap_or_else(|| TrackName::VIDEO.to_string()),
        watch: match choice.watch.as_deref() {
            Some("mjpeg") => view::Watch::Mjpeg(mjpeg::nearest_rate(choice.fps.as_deref())),
            _ => view::Watch::Video,
        },
        arranging: choice.arrange.is_some(),
    }
}

/// What accounts are to this visitor.
fn entrance(app: &App, room: &Room, visitor: &Visitor) -> view::Entrance {
    match &visitor.guest {
        Some(guest) if app.is_own(room.id()) => view::Entrance::In(guest.account.clone()),
        None if visitor.host.is_none() && app.studio.has_accounts() => view::Entrance::Open,
        _ => view::Entrance::None,
    }
}
