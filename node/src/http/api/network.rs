//! The network in version 1 of the interface: how the node stands, who finds its room, and rooms of other hosts.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_protocol::ident::RoomId;
use parlor_web::language::Said;
use serde::{Deserialize, Serialize};

use super::Authorized;
use super::v1::{self, Status, not_kept, read};
use crate::app::{OpenError, OpenedRoom, Relaying};
use crate::carry::{Phase, Visibility};
use crate::http::App;
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::swarm::{Nat, Reach};

/// The node among its peers: totals, and rooms that its owner opened. No viewer stands in it.
#[derive(Serialize)]
pub(super) struct Network {
    peer: String,
    /// Nodes connected to this one.
    peers: usize,
    visibility: Visibility,
    /// How it is reached now.
    reach: Reach,
    /// `unknown`, `open`, `relayed` or `closed`.
    nat: &'static str,
    /// Nodes that get the room from this one.
    children: usize,
    upload: Upload,
    rooms: Vec<Elsewhere>,
}

/// What goes out to other nodes.
#[derive(Serialize)]
struct Upload {
    allowed_bps: u64,
    used_bps: u64,
    sent_bytes: u64,
}

/// A room of another host on this node.
#[derive(Serialize)]
struct Elsewhere {
    room: String,
    /// `joining`, `off_air`, `refused` or `joined`.
    state: &'static str,
    /// From the host to here.
    hops: Option<usize>,
    /// Nodes that get it from this one.
    children: usize,
    /// `off`, `watching` (while somebody here watches) or `on`.
    relaying: &'static str,
}

/// The body of `POST /api/v1/visibility`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    visibility: Visibility,
}

/// `POST /api/v1/visibility` with `{"visibility":"listed"}`
pub(super) async fn visibility(
    State(app): State<App>,
    _: Authorized,
    body: Body,
) -> Result<Json<Status>, Problem> {
    let Wish { visibility } = read(body).await?;
    app.studio.set_visibility(visibility).map_err(|error| not_kept(&error))?;
    Ok(Json(v1::describe(&app)))
}

/// The body of `POST /api/v1/rooms/open`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Door {
    /// An invite link, a room's id, or the address of its page.
    room: String,
}

/// Where a room is that was opened.
#[derive(Serialize)]
pub(super) struct Opened {
    room: String,
    /// The path of its page on this node, for whoever is logged in as its host.
    path: String,
}

/// `POST /api/v1/rooms/open` with `{"room":"parlor://…"}`
pub(super) async fn open(State(app): State<App>, _: Authorized, body: Body) -> Result<Json<Opened>, Problem> {
    let Door { room } = read(body).await?;
    let room = app.studio.open_room(&room).map_err(|error| {
        let (status, remedy) = match error {
            OpenError::Invite(_) => (StatusCode::UNPROCESSABLE_ENTITY, "Send an invite link or a room's id."),
            OpenError::Carrier(_) => (StatusCode::SERVICE_UNAVAILABLE, "Then try again."),
        };
        Problem::new(status, error.said(), Said::verbatim(remedy))
    })?;
    Ok(Json(Opened { room: room.to_string(), path: format!("/room/{room}") }))
}

pub(super) fn describe(app: &App) -> Network {
    let status = app.studio.network_status();
    let peers = app.studio.peers();
    Network {
        peer: peers.carrier().network().me().to_string(),
        peers: status.standing.peers,
        visibility: status.terms.visibility,
        reach: status.standing.reach,
        nat: match status.standing.nat() {
            Nat::Unknown => "unknown",
            Nat::Open => "open",
            Nat::Relayed => "relayed",
            Nat::Closed => "closed",
        },
        children: status.carried.children(),
        upload: Upload {
            allowed_bps: status.allowed_bps,
            used_bps: status.used_bps,
            sent_bytes: status.sent_bytes,
        },
        rooms: peers.all_opened().iter().map(|(id, opened)| room(*id, opened)).collect(),
    }
}

fn room(id: RoomId, opened: &OpenedRoom) -> Elsewhere {
    Elsewhere {
        room: id.to_string(),
        state: match opened.phase {
            Phase::Finding => "joining",
            Phase::OffAir => "off_air",
            Phase::Refused(_) => "refused",
            Phase::Joined => "joined",
        },
        hops: opened.standing.hops,
        children: opened.standing.children(),
        relaying: match opened.relaying {
            Relaying::Off => "off",
            Relaying::WhileWatched => "watching",
            Relaying::On => "on",
        },
    }
}
