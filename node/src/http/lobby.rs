//! The lobby: the rooms that this node knows.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Html;
use parlor_web::lobby::Filter;
use parlor_web::view;

use super::App;
use super::cards;
use super::fields::Parameters;
use super::visitor::Visitor;

/// What stands behind the `?`: what the visitor wants to see. Nothing in it is refused; see [`Filter::read`].
type Wishes = Parameters<BTreeMap<String, String>>;

/// `GET /`
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Parameters(wishes): Wishes,
) -> Html<String> {
    Html(lobby(&app, &visitor, &wishes).render())
}

/// `GET /lobby/cards`: what changes on that page while it is open.
pub(super) async fn cards(
    State(app): State<App>,
    visitor: Visitor,
    Parameters(wishes): Wishes,
) -> Html<String> {
    Html(lobby(&app, &visitor, &wishes).cards.render())
}

/// The lobby as this visitor may see it.
pub(super) fn lobby(app: &App, visitor: &Visitor, wishes: &BTreeMap<String, String>) -> view::Lobby {
    let is_host = visitor.host.is_some();
    let filter = Filter::read(|name| wishes.get(name).map(String::as_str));
    if is_host {
        // Only the owner makes the node search.
        app.studio.peers().carrier().prefer_tag(filter.tag.parse().ok());
    }
    let peers = is_host.then(|| app.studio.peers().carrier().network().standing().borrow().peers);
    view::Lobby::new(
        visitor.page(),
        cards::all(app, is_host, app.admits(visitor)),
        filter,
        visitor.adults,
        peers,
    )
}
