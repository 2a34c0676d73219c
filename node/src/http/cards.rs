//! Rooms as their cards show them: our own, and those of other hosts as these signed them.

use std::time::Instant;

use data_encoding::HEXLOWER;
use parlor_protocol::card::{Access, Card, SignedCard};
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::UnixMs;
use parlor_web::view;

use super::App;
use crate::carry::Snapshot;
use crate::room::{Room, now};

/// This node's own room. It is free to whoever reaches its web page.
pub(super) fn own(app: &App) -> view::RoomCard {
    let room = app.room();
    let terms = app.studio.terms();
    view::RoomCard {
        languages: terms.languages.iter().map(|language| language.as_str().to_owned()).collect(),
        adult: terms.adult,
        viewers: view::Viewers::Exactly(room.presence().all_viewers(Instant::now())),
        snapshot: version(app.studio.snapshot().as_ref()),
        is_own: true,
        ..bare(room)
    }
}

/// A room of another host as it was signed; its picture is fetched for the next look.
pub(super) fn listed(app: &App, signed: &SignedCard) -> view::RoomCard {
    let card = signed.card();
    view::RoomCard {
        id: signed.room().to_string(),
        title: card.title.clone(),
        description: card.description.clone(),
        tags: card.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        languages: card.languages.iter().map(|language| language.as_str().to_owned()).collect(),
        adult: card.adult,
        price: price(card),
        on_air_secs: card.on_air_since.map(secs_since),
        viewers: view::Viewers::AtLeast(usize::try_from(card.viewers.at_least()).unwrap_or(usize::MAX)),
        snapshot: version(app.studio.peers().snapshot(signed).as_ref()),
        is_own: false,
    }
}

/// A room of which nothing is to be known.
pub(super) fn blank(room: &Room) -> view::RoomCard {
    view::RoomCard {
        title: String::new(),
        description: String::new(),
        tags: Vec::new(),
        on_air_secs: None,
        ..bare(room)
    }
}

/// A room of another host of which nothing is known yet.
pub(super) fn bare(room: &Room) -> view::RoomCard {
    let card = room.card().borrow().clone();
    view::RoomCard {
        id: room.id().to_string(),
        title: card.about.title.clone(),
        description: card.about.description.clone(),
        tags: card.about.tags.clone(),
        languages: Vec::new(),
        adult: false,
        price: view::Price::Free,
        on_air_secs: card.on_air_since.map(secs_since),
        viewers: view::Viewers::AtLeast(0),
        snapshot: String::new(),
        is_own: false,
    }
}

/// Every room that this visitor may know of: strangers know this node's own, its owner also those that others list
/// and those that they opened.
pub(super) fn all(app: &App, is_host: bool, sees_own: bool) -> Vec<view::RoomCard> {
    let mut rooms: Vec<_> = sees_own.then(|| own(app)).into_iter().collect();
    if !is_host {
        return rooms;
    }
    let peers = app.studio.peers();
    peers.look();
    let mut cards = peers.listed();
    let is_new = |cards: &[SignedCard], id: RoomId| cards.iter().all(|card| card.room() != id);
    for (id, opened) in peers.all_opened() {
        cards.extend(opened.card.filter(|_| is_new(&cards, id)));
    }
    rooms.extend(
        cards
            .iter()
            .filter(|card| !app.is_own(card.room()) && !app.studio.is_listed_room(card.room()))
            .map(|card| listed(app, card)),
    );
    rooms
}

fn price(card: &Card) -> view::Price {
    match (card.access, card.price) {
        (Access::Invited, _) => view::Price::Invitation,
        (Access::Paid, Some(price)) => {
            view::Price::Paid { sats: price.sats(), secs: u64::from(price.minutes()) * 60 }
        }
        (Access::Open | Access::Paid, _) => view::Price::Free,
    }
}

/// What tells a picture from the room's earlier ones.
fn version(snapshot: Option<&Snapshot>) -> String {
    snapshot.map(|snapshot| HEXLOWER.encode(&snapshot.hash().as_bytes()[..8])).unwrap_or_default()
}

fn secs_since(since: UnixMs) -> u64 {
    now().0.saturating_sub(since.0) / 1000
}
