//! The room's clock: with it a player knows how old the picture is that it shows.

use axum::Json;
use serde::Serialize;

use super::scope::Screening;
use crate::room;

/// Both by the host's clock, in milliseconds since 1970. The latency of a picture is `now_ms`, corrected by the
/// time since it was asked for, less `epoch_ms` and the picture's media time.
#[derive(Serialize)]
pub(super) struct Clock {
    /// When the media time was zero.
    epoch_ms: u64,
    /// Now.
    now_ms: u64,
}

/// `GET /room/ROOM/clock`
pub(super) async fn clock(screening: Screening) -> Json<Clock> {
    Json(Clock { epoch_ms: screening.room.catalogue().epoch.0, now_ms: room::now().0 })
}
