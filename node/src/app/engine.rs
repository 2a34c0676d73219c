//! The engine as the node runs it: camera and encoders that follow what the room wants, and the ways in.
//!
//! A build without GStreamer has `engine_absent` in its place.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use parlor_media::ingest::{SrtError, SrtStatus};
use parlor_media::{Broadcast, BroadcastError, Origin, Publisher, Quality, Source, Status, ingest};
use parlor_protocol::media::TrackName;
use parlor_web::language::{Said, said};
use tokio::task::AbortHandle;

use crate::config::Config;
use crate::ingest::rtmp::{self, RtmpStatus};
use crate::room::Room;
use crate::secret::Secret;
use crate::store;

use super::studio::IngestKind;
use super::told;

/// Why the engine or a way in can't do what is asked. The sentence is for the host.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The media engine.
    #[error(transparent)]
    Media(#[from] BroadcastError),
    /// RTMP can't listen.
    #[error(transparent)]
    Rtmp(#[from] rtmp::RtmpError),
}

impl EngineError {
    /// The same, to be told in the host's language.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Self::Rtmp(rtmp::RtmpError::Listen { address, error }) => {
                said::rtmp_no_listen(address.to_string(), error.to_string())
            }
            Self::Media(BroadcastError::Srt(SrtError::InUse(port))) => said::srt_in_use(*port),
            Self::Media(BroadcastError::Srt(SrtError::Address(address, error))) => {
                said::srt_no_listen(address.to_string(), error.to_string())
            }
            Self::Media(BroadcastError::Srt(SrtError::Machine(trouble))) => told::trouble(trouble),
            // With these the node does not start, or they are its own mistake.
            Self::Media(other) => Said::verbatim(other.to_string()),
        }
    }
}

/// The running engine; dropping it stops camera, encoders and listeners.
pub struct Engine {
    broadcast: Arc<Broadcast>,
    rtmp_address: SocketAddr,
    srt_address: SocketAddr,
    state: Mutex<State>,
    follower: AbortHandle,
}

struct State {
    settings: parlor_media::Settings,
    source: Source,
    rtmp: Option<rtmp::Server>,
    srt: Option<ingest::SrtListener>,
    whip: bool,
}

impl Engine {
    /// Starts the engine for this room. It rests until somebody watches or the room is on air.
    ///
    /// # Errors
    /// [`EngineError::Media`] where GStreamer or a plugin is missing.
    pub fn start(config: &Config, host: &store::Settings, room: &Arc<Room>) -> Result<Self, EngineError> {
        let settings = parlor_media::Settings {
            quality: config.quality.unwrap_or(host.quality),
            small: config.small,
            audio_bitrate_bps: config.audio_bitrate_bps,
            chunk: config.chunk,
            keyframe_interval: config.keyframe_interval,
        };
        let source = config.camera.clone().unwrap_or_else(|| host.source.clone());
        let broadcast = Arc::new(Broadcast::start(settings.clone(), source.clone(), room.clone())?);
        let follower = tokio::spawn(follow(broadcast.clone(), room.clone())).abort_handle();
        Ok(Self {
            broadcast,
            rtmp_address: config.rtmp.listen,
            srt_address: config.srt.listen,
            state: Mutex::new(State { settings, source, rtmp: None, srt: None, whip: false }),
            follower,
        })
    }

    /// The media engine, for those who publish through the web pages.
    #[must_use]
    pub fn broadcast(&self) -> &Arc<Broadcast> {
        &self.broadcast
    }

    /// The source that the host chose.
    #[must_use]
    pub fn source(&self) -> Source {
        self.lock().source.clone()
    }

    /// Shows another source.
    pub fn set_source(&self, source: Source) {
        self.lock().source = source.clone();
        self.broadcast.set_source(source);
    }

    /// The cameras of this machine. Opens each for a moment.
    #[must_use]
    pub fn cameras() -> Vec<(Source, String)> {
        parlor_media::cameras().into_iter().map(|camera| (camera.source, camera.label)).collect()
    }

    /// The full picture's quality.
    #[must_use]
    pub fn quality(&self) -> Quality {
        self.lock().settings.quality
    }

    /// Changes the full picture's quality.
    pub fn set_quality(&self, quality: Quality) {
        let settings = {
            let mut state = self.lock();
            state.settings.quality = quality;
            state.settings.clone()
        };
        self.broadcast.set_settings(settings);
    }

    /// What the engine does.
    #[must_use]
    pub fn status(&self) -> Status {
        self.broadcast.status()
    }

    /// Opens a way in, in place of the same one with another key.
    ///
    /// # Errors
    /// [`EngineError`] where it can't listen.
    pub async fn open(&self, kind: IngestKind, key: Secret) -> Result<(), EngineError> {
        self.close(kind);
        match kind {
            IngestKind::Rtmp => {
                let server = rtmp::Server::listen(self.rtmp_address, key, self.broadcast.clone()).await?;
                self.lock().rtmp = Some(server);
            }
            IngestKind::Srt => {
                let listener = self.broadcast.listen_srt(self.srt_address, key.reveal())?;
                self.lock().srt = Some(listener);
            }
            IngestKind::Whip => self.lock().whip = true,
        }
        Ok(())
    }

    /// Closes a way in.
    pub fn close(&self, kind: IngestKind) {
        let mut state = self.lock();
        match kind {
            IngestKind::Rtmp => drop(state.rtmp.take()),
            IngestKind::Srt => drop(state.srt.take()),
            IngestKind::Whip => state.whip = false,
        }
    }

    /// Whether a way in is open.
    #[must_use]
    pub fn is_open(&self, kind: IngestKind) -> bool {
        let state = self.lock();
        match kind {
            IngestKind::Rtmp => state.rtmp.is_some(),
            IngestKind::Srt => state.srt.is_some(),
            IngestKind::Whip => state.whip,
        }
    }

    /// The port that a way in listens on; `None` while it is closed, and for WHIP, which has none of its own.
    #[must_use]
    pub fn port(&self, kind: IngestKind) -> Option<u16> {
        let state = self.lock();
        match kind {
            IngestKind::Rtmp => state.rtmp.as_ref().map(|server| server.local_addr().port()),
            IngestKind::Srt => state.srt.as_ref().map(|listener| listener.address().port()),
            IngestKind::Whip => None,
        }
    }

    /// What the host is told of a way in: who publishes through it, or why the last one was refused.
    #[must_use]
    pub fn publisher(&self, kind: IngestKind) -> Option<Said> {
        let state = self.lock();
        match kind {
            IngestKind::Rtmp => match state.rtmp.as_ref()?.status() {
                RtmpStatus::Waiting => None,
                RtmpStatus::Publishing(publisher) => Some(told::publishing(&publisher)),
                RtmpStatus::Refused(refusal) => Some(told::refusal(&refusal)),
            },
            IngestKind::Srt => match state.srt.as_ref()?.status() {
                SrtStatus::Waiting => None,
                SrtStatus::Publishing => Some(told::publishing(&Publisher::Srt)),
                SrtStatus::Refused(trouble) => Some(told::trouble(&trouble)),
            },
            // The gateway is the pages' own; what the engine shows tells whose picture it is.
            IngestKind::Whip => match self.broadcast.status().source {
                Origin::Publisher(publisher @ Publisher::Whip) => Some(told::publishing(&publisher)),
                _ => None,
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the engine's lock panics")
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

/// Runs camera and encoders while the room is on air or somebody watches, and passes on what the room asks for.
async fn follow(broadcast: Arc<Broadcast>, room: Arc<Room>) {
    let mut card = room.card();
    let mut wanted = room.demand().changes();
    loop {
        let on_air = card.borrow_and_update().on_air_since.is_some();
        let now = wanted.borrow_and_update().clone();
        broadcast.set_running(on_air || now.readers > 0);
        broadcast.set_pictures(now.tracks.contains(&TrackName::PREVIEW));
        tokio::select! {
            changed = card.changed() => if changed.is_err() { return },
            changed = wanted.changed() => if changed.is_err() { return },
            () = room.keyframes().notified() => broadcast.request_keyframe(),
        }
    }
}
