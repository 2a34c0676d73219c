//! Which room a path means, and who may have its media: the one place where that is decided.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use parlor_protocol::media::TrackName;

use super::App;
use super::problem::Problem;
use super::visitor::Visitor;
use crate::room::{JoinError, Reader, Room};

/// The room that the path names.
pub(super) struct InRoom(pub(super) Arc<Room>);

impl FromRequestParts<App> for InRoom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let parameters =
            RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::no_room())?;
        let is_ours = |(name, value): (&str, &str)| name == "room" && value == app.room_id;
        if parameters.iter().any(is_ours) { Ok(Self(app.room().clone())) } else { Err(Problem::no_room()) }
    }
}

/// The room that the path names, for somebody who may have its media now: anybody while it is on air, else only
/// the host.
pub(super) struct Screening {
    /// The room.
    pub(super) room: Arc<Room>,
    /// Who asks.
    pub(super) visitor: Visitor,
}

impl FromRequestParts<App> for Screening {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let InRoom(room) = InRoom::from_request_parts(parts, app).await?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let screening = Self { room, visitor };
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

    /// A reader of the sound that starts where the picture's does.
    pub(super) async fn join_beside(&self, picture: &Reader, track: &TrackName) -> Result<Reader, Problem> {
        let joined = self.room.join_beside(picture, track).await;
        self.check()?;
        joined.map_err(no_media)
    }

    /// To be called again after every wait: the host may have gone off air, and what the room now carries is the
    /// host's alone. Readers from before end by themselves.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.room.is_on_air() || self.visitor.host.is_some() { Ok(()) } else { Err(Problem::off_air()) }
    }
}

/// The track that an address names; `fallback` where it names none.
pub(super) fn track(name: Option<&str>, fallback: TrackName) -> Result<TrackName, Problem> {
    name.map_or(Ok(fallback), |name| name.parse().map_err(|_| no_track()))
}

/// The room is there, but has no track of that name for this purpose.
pub(super) fn no_track() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "The room has no such quality.", "Choose one on the room's page.")
}

/// Why a track could not be joined.
pub(super) fn no_media(error: JoinError) -> Problem {
    match error {
        JoinError::NoSuchTrack => no_track(),
        JoinError::NotStarted => Problem::unavailable("The camera did not start in time."),
        JoinError::Ended => Problem::off_air(),
        JoinError::Full(_) => Problem::unavailable("Every place in the room is taken."),
    }
}
