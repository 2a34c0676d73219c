//! The engine of a build without GStreamer: there is none, and the studio says so.

use std::sync::Arc;

use parlor_media::{Quality, Signal, Source, Status, Trouble};
use parlor_web::language::Said;

use crate::config::Config;
use crate::room::Room;
use crate::secret::Secret;
use crate::store;

use super::studio::IngestKind;
use super::told;

/// Why nothing can be captured or taken in. The sentence is for the host.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// This program was built to watch and to relay only.
    #[error(transparent)]
    Absent(#[from] Trouble),
}

impl EngineError {
    /// The same, to be told in the host's language.
    #[must_use]
    pub fn said(&self) -> Said {
        let Self::Absent(trouble) = self;
        told::trouble(trouble)
    }
}

/// No engine.
pub struct Engine;

impl Engine {
    /// No engine starts.
    ///
    /// # Errors
    /// None.
    pub fn start(_: &Config, _: &store::Settings, _: &Arc<Room>) -> Result<Self, EngineError> {
        Ok(Self)
    }

    /// There is no source.
    #[must_use]
    pub fn source(&self) -> Source {
        Source::None
    }

    /// Changes nothing.
    pub fn set_source(&self, _: Source) {}

    /// There are no cameras.
    #[must_use]
    pub fn cameras() -> Vec<(Source, String)> {
        Vec::new()
    }

    /// What a full node would begin with.
    #[must_use]
    pub fn quality(&self) -> Quality {
        Quality::default()
    }

    /// Changes nothing.
    pub fn set_quality(&self, _: Quality) {}

    /// Says that there is no engine.
    #[must_use]
    pub fn status(&self) -> Status {
        Status { signal: Signal::Lost(Trouble::Absent), ..Status::default() }
    }

    /// No way in opens.
    ///
    /// # Errors
    /// Always [`EngineError::Absent`].
    #[allow(clippy::unused_async, reason = "the engine's own waits for a socket")]
    pub async fn open(&self, _: IngestKind, _: Secret) -> Result<(), EngineError> {
        Err(Trouble::Absent.into())
    }

    /// Nothing is open.
    pub fn close(&self, _: IngestKind) {}

    /// Nothing is open.
    #[must_use]
    pub fn is_open(&self, _: IngestKind) -> bool {
        false
    }

    /// Nothing listens.
    #[must_use]
    pub fn port(&self, _: IngestKind) -> Option<u16> {
        None
    }

    /// Nobody publishes.
    #[must_use]
    pub fn publisher(&self, _: IngestKind) -> Option<Said> {
        None
    }
}
