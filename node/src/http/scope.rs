//! Which room a path means, and who may have its media: the one place where that is decided.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::TrackName;
use parlor_web::language::said;

use super::App;
#[cfg(feature = "gstreamer")]
use super::api::bearer;
use super::problem::Problem;
use super::visitor::Visitor;
#[cfg(feature = "gstreamer")]
use crate::app::IngestKind;
use crate::room::{JoinError, Reader, Room};

/// The room that the path names: this node's own for everybody whom its door lets in; for this node's owner, who is
/// logged in as its host, also one of another host that they have opened. To all others there is none but our own, so
/// that no visitor makes the node fetch anything, or learns what its owner watches.
pub(super) struct InRoom(pub(super) Arc<Room>);

impl FromRequestParts<App> for InRoom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        match Named::from_request_parts(parts, app).await? {
            Named::Own => {
                visitor.check_entry(app.room())?;
                Ok(Self(app.room().clone()))
            }
            Named::Elsewhere(id) => app.studio.peers().find(id).map(Self).ok_or_else(Problem::no_room),
        }
    }
}

/// This node's own room, which the path must name.
#[cfg(feature = "gstreamer")]
pub(super) struct OwnRoom(pub(super) Arc<Room>);

#[cfg(feature = "gstreamer")]
impl FromRequestParts<App> for OwnRoom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // Whoever has the publish key is known by it.
        let has_key = app.studio.publish_key(IngestKind::Whip).zip(bearer(parts));
        if has_key.is_some_and(|(key, given)| key.matches(given)) {
            let path = parts.uri.path();
            let is_own =
                path.strip_prefix("/room/").is_some_and(|rest| rest.split('/').next() == Some(&app.room_id));
            return if is_own { Ok(Self(app.room().clone())) } else { Err(Problem::no_room()) };
        }
        match Named::from_request_parts(parts, app).await? {
            Named::Own => Ok(Self(app.room().clone())),
            Named::Elsewhere(_) => Err(Problem::no_room()),
        }
    }
}

/// Which room the path names, for somebody who may know of it; another host's may not be opened yet.
pub(super) enum Named {
    /// This node's own.
    Own,
    /// Another host's.
    Elsewhere(RoomId),
}

impl FromRequestParts<App> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let parameters =
            RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::no_room())?;
        let named = parameters.iter().find_map(|(name, value)| (name == "room").then_some(value));
        let named = named.ok_or_else(Problem::no_room)?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        if named == app.room_id {
            // Where it is for those alone whom the host knows, it is like any that is not here.
            return if app.admits(&visitor) { Ok(Self::Own) } else { Err(Problem::no_room()) };
        }
        visitor.host.ok_or_else(Problem::no_room)?;
        named.parse().map(Self::Elsewhere).map_err(|_| Problem::no_room())
    }
}

/// The room that the path names, for somebody who may have its media now: anybody while it is on air, else only
/// its own host.
pub(super) struct Screening {
    /// The room.
    pub(super) room: Arc<Room>,
    /// Who asks.
    pub(super) visitor: Visitor,
    /// Whether it is this node's own.
    is_own: bool,
    app: App,
}

impl FromRequestParts<App> for Screening {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let InRoom(room) = InRoom::from_request_parts(parts, app).await?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let is_own = app.is_own(room.id());
        let screening = Self { room, visitor, is_own, app: app.clone() };
        screening.check()?;
        Ok(screening)
    }
}

impl Screening {
    /// A reader of the track.
    pub(super) async fn join(&self, track: &TrackName) -> Result<Reader, Problem> {
        let joined = self.room.join(track).await;
        self.check()?;
        joined.map_err(no_media)
    }

    /// Whether they see the picture before and after the show: a host does, in their own room.
    pub(super) fn may_rehearse(&self) -> bool {
        self.is_own && self.visitor.host.is_some()
    }

    /// To be called again after every wait: the host may have gone off air, and what the room now carries is the
    /// host's alone; or they may have locked the door. Readers from before end by themselves when the room goes off air.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.is_own && !self.app.admits(&self.visitor) {
            return Err(Problem::no_room());
        }
        self.visitor.check_entry(&self.room)?;
        if self.room.is_on_air() || self.may_rehearse() { Ok(()) } else { Err(Problem::off_air()) }
    }
}

/// The track that an address names; `fallback` where it names none.
pub(super) fn track(name: Option<&str>, fallback: TrackName) -> Result<TrackName, Problem> {
    name.map_or(Ok(fallback), |name| name.parse().map_err(|_| no_track()))
}

/// The room is there, but has no track of that name for this purpose.
pub(super) fn no_track() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, said::no_quality(), said::no_quality_remedy())
}

/// Why a track could not be joined.
pub(super) fn no_media(error: JoinError) -> Problem {
    match error {
        JoinError::NoSuchTrack => no_track(),
        JoinError::NotStarted => Problem::unavailable(said::camera_late()),
        JoinError::Ended => Problem::off_air(),
        JoinError::Full(_) => Problem::unavailable(said::places_taken()),
    }
}
