//! The panel `Network`: how the room stands among its peers, as a document that refreshes itself, and what its forms
//! show.

use axum::extract::State;
use axum::response::Html;
use parlor_web::language::{Language, said};
use parlor_web::view;

use super::ingest::Door;
use crate::app::{FIRST_INVITE, InviteStatus, NetworkStatus, OpenedRoom, Relaying};
use crate::carry::{LobbyPicture, Visibility, peer_id};
use crate::http::App;
use crate::http::fields::not_the_host;
use crate::http::problem::Problem;
use crate::http::visitor::Visitor;
use crate::room::now;
use crate::store::Comers;
use crate::swarm::{Nat, Reach, Relay, RelayState, Standing};

/// `GET /studio/network`
pub(super) async fn document(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Problem> {
    visitor.host.as_ref().ok_or_else(not_the_host)?;
    Ok(Html(facts(&app, &app.studio.network_status(), visitor.language).render(&visitor.page())))
}

/// The panel, with what was typed into a form that is refused.
pub(super) fn show(app: &App, door: &Door, fields: view::NetworkFields, language: Language) -> view::Network {
    let status = app.studio.network_status();
    view::Network {
        visibility: match status.terms.visibility {
            Visibility::Invite => view::Visibility::Invite,
            Visibility::Listed => view::Visibility::Listed,
        },
        lobby_picture: match status.terms.lobby_picture {
            LobbyPicture::Live => view::LobbyPicture::Live,
            LobbyPicture::Blurred => view::LobbyPicture::Blurred,
            LobbyPicture::Frozen => view::LobbyPicture::Frozen,
            LobbyPicture::None => view::LobbyPicture::None,
        },
        comers: comers(app.studio.comers()),
        invites: status.invites.iter().rev().map(|status| invite(status, door, language)).collect(),
        reach: reach(status.settings.reach),
        relays: relays(&status.standing, language),
        relayed: relayed(app),
        facts: facts(app, &status, language),
        fields,
    }
}

/// Who comes in, as pages have it.
pub(super) fn comers(comers: Comers) -> view::Comers {
    match comers {
        Comers::Whoever => view::Comers::Whoever,
        Comers::Invited => view::Comers::Invited,
        Comers::Known => view::Comers::Known,
    }
}

fn invite(status: &InviteStatus, door: &Door, language: Language) -> view::Invite {
    let name = match status.settings.name.as_str() {
        FIRST_INVITE => said::first_invite().told(language),
        name => name.to_owned(),
    };
    view::Invite {
        id: status.id.clone(),
        name,
        here: status.here,
        used: status.used,
        limit: status.settings.limit,
        ends: status.settings.ends.map(|ends| view::End::of(now().0, ends.0)),
        opens_lock: status.settings.opens_lock,
        web_link: door.address(&status.path),
        made_secs: now().0.saturating_sub(status.settings.made.0) / 1000,
        link: status.link.clone(),
    }
}

fn relays(standing: &Standing, language: Language) -> Vec<view::Relay> {
    let relay = |relay: &Relay| view::Relay {
        address: relay.address.to_string(),
        state: match relay.state {
            RelayState::Asked => view::RelayState::Connecting,
            RelayState::Reserved => view::RelayState::Ready,
            RelayState::Unreachable => view::RelayState::Lost(said::relay_unreachable().told(language)),
            RelayState::Refused => view::RelayState::Lost(said::relay_refused().told(language)),
            RelayState::Lost => view::RelayState::Lost(said::relay_lost().told(language)),
        },
    };
    standing.relays.iter().map(relay).collect()
}

/// Rooms of others that go out from here, or would whoever came.
fn relayed(app: &App) -> Vec<view::RelayedRoom> {
    let goes_out = |room: &OpenedRoom| room.relaying == Relaying::On || room.standing.children() > 0;
    let rooms = app.studio.peers().all_opened().into_iter().filter(|(_, room)| goes_out(room));
    rooms
        .map(|(id, room)| view::RelayedRoom {
            id: id.to_string(),
            title: room.card.as_ref().map(|card| card.card().title.clone()).unwrap_or_default(),
            children: room.standing.children(),
        })
        .collect()
}

fn facts(app: &App, status: &NetworkStatus, language: Language) -> view::NetworkFacts {
    let NetworkStatus { standing, .. } = status;
    view::NetworkFacts {
        reach: reach(standing.reach),
        nat: match standing.nat() {
            Nat::Unknown => view::Nat::Unknown,
            Nat::Open => view::Nat::Direct,
            Nat::Relayed => view::Nat::RelayOnly,
            Nat::Closed => view::Nat::Unreachable,
        },
        relays: relays(standing, language).into_iter().map(|relay| relay.state).collect(),
        peers: standing.peers,
        browsers: app.room().presence().viewers(std::time::Instant::now()),
        relayed: relayed(app).len(),
        upload: view::Upload { used_bps: status.used_bps, allowed_bps: status.allowed_bps },
        swarm: swarm(status),
    }
}

/// The swarm as far as the host sees it: a branch for each node that gets the room from this one.
fn swarm(status: &NetworkStatus) -> view::Swarm {
    let children = status.carried.view.iter().flat_map(|view| &view.children);
    // A hidden host speaks to its relays alone: whoever is none of them comes through one.
    let is_relay = |peer| status.standing.reserved().any(|relay| relay == peer);
    let branches = children.map(|child| view::Branch {
        nodes: (child.viewers as usize).max(1),
        through_relay: status.standing.reach == Reach::Relayed && !peer_id(&child.peer).is_some_and(is_relay),
    });
    let viewers = status.carried.view.as_ref().map_or(0, |view| view.viewers as usize);
    view::Swarm { viewers, branches: branches.collect() }
}

fn reach(reach: Reach) -> view::Reach {
    match reach {
        Reach::Direct => view::Reach::Direct,
        Reach::Relayed => view::Reach::Relayed,
    }
}
