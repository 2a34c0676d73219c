//! The engine: one source at a time in, the chunks of all tracks out.
//!
//! ```text
//! camera ──┐                     ┌─ encoders ─┐
//! feed   ──┼─▶ stage ─▶ flow ────┤            ├─▶ tracks ─▶ Output
//! slate  ──┘   (watchdog,        └─ its own ──┘   (chunks, groups,
//!               silence)            H.264           catalogue)
//! ```
//!
//! [`Broadcast`] is the handle. Its thread ([`engine`]) follows the [`orders`] that are left for it and owns the
//! encoders ([`rig`]); the host's source is opened and closed by a second thread ([`camera`]), because that can take
//! long. Frames pass through the [`stage`] on the threads of capture, and through [`tracks`] on those of the encoders.
//! Locks are taken in the order orders, stage, tracks; pipelines are stopped under none.

mod bell;
mod camera;
mod engine;
mod guest;
mod keyframes;
mod meter;
mod orders;
mod rig;
mod seat;
mod show;
mod sign;
mod silence;
mod slate;
mod stage;
mod tracks;
mod watchdog;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use gstreamer as gst;
use gstreamer::glib;

use bell::Bell;
use camera::Camera;
use engine::Engine;
use guest::Guest;
use orders::Desk;
use rig::Role;
use stage::Stage;
use tracks::{Expected, Tracks};

use crate::doctor;
use crate::encode::Spec;
use crate::frame::Timeline;
use crate::ingest::{self, Feed, FeedError, SrtError, SrtListener};
use crate::origin::Origin;
use crate::output::Output;
use crate::settings::Settings;
use crate::source::Source;
use crate::status::{Coder, Signal, Status};

/// Why the engine can't do what it is asked. Each text is a sentence for the host.
#[derive(Debug, thiserror::Error)]
pub enum BroadcastError {
    /// GStreamer itself does not start.
    #[error("GStreamer does not start ({0}); reinstall the Debian package libgstreamer1.0-0")]
    GStreamer(#[from] glib::Error),
    /// A part of GStreamer is not installed.
    #[error("GStreamer's element '{element}' is missing; install the Debian package {package}")]
    MissingElement {
        /// The element's name.
        element: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// An element is there and does not do its work.
    #[error("GStreamer's element '{element}' does not work: {reason}")]
    Broken {
        /// The element's name.
        element: &'static str,
        /// What GStreamer or the driver says.
        reason: String,
    },
    /// The system gives no thread.
    #[error("the system gives the engine no thread ({0}); end other programs or raise the limit")]
    Thread(#[from] std::io::Error),
    /// Somebody publishes already.
    #[error("somebody publishes already; end that broadcast first")]
    Busy,
    /// The publisher's media can't be taken.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// Nobody can publish over SRT.
    #[error(transparent)]
    Srt(#[from] SrtError),
}

/// The engine. Dropping it stops the camera, the encoders and their threads; what publishers send afterwards is
/// dropped.
///
/// All calls return at once; what they ask for happens on the engine's own thread.
pub struct Broadcast {
    shared: Arc<Shared>,
    camera: Arc<Camera>,
    engine: Option<JoinHandle<()>>,
}

/// What the handle, the publishers and the engine's thread have in common.
struct Shared {
    timeline: Timeline,
    desk: Desk,
    stage: Arc<Stage>,
}

impl Broadcast {
    /// Starts the engine at rest, with the media timeline at zero.
    ///
    /// `output` gets the tracks and their chunks for as long as this lives: sequences and groups count on, whatever is
    /// switched off and on, and times are always on the one timeline.
    ///
    /// # Errors
    /// [`BroadcastError::GStreamer`], [`BroadcastError::MissingElement`] or [`BroadcastError::Thread`], where the
    /// machine lacks something. A source that does not open is no error but a [`Signal::Lost`].
    pub fn start(
        settings: Settings,
        source: Source,
        output: Arc<dyn Output>,
    ) -> Result<Self, BroadcastError> {
        gst::init()?;
        doctor::require_elements()?;
        let timeline = Timeline::start();
        let bell = Arc::new(Bell::default());
        let format = Spec::of(&settings).picture;
        let expected = Expected::of(&settings, format, settings.small.unwrap_or_default());
        let tracks = Arc::new(Tracks::new(output, timeline.clone(), expected));
        let stage = Arc::new(Stage::new(timeline.clone(), tracks, bell.clone(), format));
        let camera = Arc::new(Camera::start(timeline.clone(), stage.clone())?);
        let desk = Desk::new(bell, settings.clone(), source);
        let shared = Arc::new(Shared { timeline, desk, stage });
        let engine = Engine::new(shared.clone(), camera.clone(), settings);
        let engine = thread::Builder::new().name("engine".into()).spawn(move || engine.run())?;
        Ok(Self { shared, camera, engine: Some(engine) })
    }

    /// Shows another source, or the same one anew. While somebody publishes, it waits until the host picks again after
    /// the publisher has left.
    pub fn set_source(&self, source: Source) {
        self.shared.desk.pick(source);
    }

    /// Changes size, rate or bitrate; what has to be built anew for it starts with a keyframe.
    pub fn set_settings(&self, settings: Settings) {
        self.shared.desk.order(|orders| orders.settings = settings);
    }

    /// Whether camera and encoders run: while the room is live or somebody watches. At rest nothing is captured, and
    /// what publishers send is dropped.
    pub fn set_running(&self, running: bool) {
        self.shared.desk.order(|orders| orders.running = running);
    }

    /// Whether still pictures are encoded: while somebody watches them.
    pub fn set_pictures(&self, pictures: bool) {
        self.shared.desk.order(|orders| orders.pictures = pictures);
    }

    /// Asks for a keyframe in every video track as soon as may be, but not more than two a second: wishes that come
    /// sooner are met together. A source that has coded its picture itself may not be able to follow.
    pub fn request_keyframe(&self) {
        self.shared.desk.order(|orders| orders.keyframe = true);
    }

    /// A publisher takes the picture over, until the [`Feed`] is dropped. It keeps its place while the engine rests.
    ///
    /// When it leaves, viewers see the "no signal" picture until it is back or [`set_source`](Self::set_source) picks
    /// a source: a camera never comes on by itself.
    ///
    /// # Errors
    /// [`BroadcastError::Busy`] while another one publishes, [`BroadcastError::Feed`] for a format that can't be taken;
    /// the picture stays what it was.
    pub fn publish(&self, format: ingest::Format) -> Result<Feed, BroadcastError> {
        let guest = Arc::new(Guest::new(&self.shared));
        let place = Arc::downgrade(&guest);
        let feed = ingest::open(&format, &self.shared.timeline, move |captured| guest.show(captured))?;
        // The place is taken only now: a format that is refused changes nothing.
        let ask = Box::new(feed.keyframe_request());
        let taken = place.upgrade().is_some_and(|guest| guest.sit(format.publisher, Some(ask)));
        if taken { Ok(feed) } else { Err(BroadcastError::Busy) }
    }

    /// Takes publishers over SRT who know the passphrase, until the listener is dropped. One who comes while another
    /// one publishes is shown when that one has left.
    ///
    /// # Errors
    /// [`BroadcastError::Srt`] where nothing can listen.
    pub fn listen_srt(&self, address: SocketAddr, passphrase: &str) -> Result<SrtListener, BroadcastError> {
        let guest = Guest::new(&self.shared);
        let out = move |published| guest.published(published);
        Ok(SrtListener::open(address, passphrase, &self.shared.timeline, out)?)
    }

    /// What the engine does at the moment.
    #[must_use]
    pub fn status(&self) -> Status {
        let Shared { desk, stage, .. } = &*self.shared;
        let (signal, encoder) = (stage.signal(), desk.encoder());
        let encoder = match (&signal, encoder) {
            (Signal::Resting, _) => Ok(Coder::Nothing),
            _ if stage.passes_through() => Ok(Coder::Source),
            (_, encoder) => encoder.map(|element| element.map_or(Coder::Nothing, Coder::Element)),
        };
        let source = desk.publisher().map(Origin::Publisher).or_else(|| self.camera.describe());
        let picked = || desk.source().map(|source| Origin::Picked(source.to_string()));
        let reading = stage.tracks().reading();
        Status {
            // Without an encoder nobody sees anything, whatever the source gives.
            signal: encoder.as_ref().err().map_or(signal, |trouble| Signal::Lost(trouble.clone())),
            source: source.or_else(picked).unwrap_or_default(),
            encoder: encoder.unwrap_or_default(),
            small: stage.has(|role| matches!(role, Role::Small(..))),
            pictures: stage.has(|role| matches!(role, Role::Pictures(_))),
            bitrate_bps: reading.bitrate_bps,
            frame_rate_milli: reading.frame_rate_milli,
            encode_delay: reading.delay,
            dropped: stage.dropped(),
        }
    }
}

impl Drop for Broadcast {
    fn drop(&mut self) {
        self.shared.desk.stop();
        if let Some(engine) = self.engine.take() {
            // A panic has been reported by its own thread.
            let _ = engine.join();
        }
    }
}

impl fmt::Debug for Broadcast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast").field("status", &self.status()).finish_non_exhaustive()
    }
}
