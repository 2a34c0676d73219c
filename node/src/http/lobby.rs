//! The lobby: the rooms that this node knows.

use axum::extract::State;
use axum::response::Html;
use parlor_web::view;

use super::App;
use super::facts;
use super::visitor::Visitor;

/// `GET /`
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Html<String> {
    let rooms = vec![facts::card(app.room())];
    Html(view::Lobby { page: visitor.page(), rooms }.render())
}
