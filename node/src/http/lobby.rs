//! The lobby: the rooms that this node knows.

use axum::extract::State;
use axum::response::Html;
use parlor_web::lobby::Filter;
use parlor_web::view;

use super::App;
use super::facts;
use super::visitor::Visitor;

/// `GET /`
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Html<String> {
    let rooms = vec![facts::card(app.room())];
    let lobby = view::Lobby::new(visitor.page(), rooms, Filter::default(), view::Adults::default(), None);
    Html(lobby.render())
}
