//! Publishers over SRT: a listener that waits for one after the other.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;

use super::ts::Streams;
use crate::capture::{self, Ending, Event, Outlet, SILENCE, Session, Signals, element};
use crate::frame::{Captured, Timeline};
use crate::origin::{Origin, Publisher};
use crate::trouble::Trouble;

/// Who publishes.
pub(super) const CALLER: Origin = Origin::Publisher(Publisher::Srt);
/// How long a caller may take to its first picture: up to the next keyframe. After it the place is free for another.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a listener that waits looks whether somebody has called.
const LOOK: Duration = Duration::from_millis(500);
/// The pause before the listener opens again after a caller who brought nothing: such a caller should not be able to
/// keep the machine busy.
const PAUSE: Duration = Duration::from_millis(500);
/// How long SRT may take to repair a loss: four round trips across a continent. OBS and ffmpeg use the same.
const LATENCY_MS: i32 = 120;
/// The lengths of a passphrase that SRT takes, in bytes.
const PASSPHRASE_BYTES: std::ops::RangeInclusive<usize> = 10..=79;

/// Why nobody can publish over SRT.
#[derive(Debug, thiserror::Error)]
pub enum SrtError {
    /// The passphrase is too short or too long. The caller is at fault.
    #[error("an SRT passphrase has 10 to 79 bytes")]
    Passphrase,
    /// Another program has the port.
    #[error("port {0} is in use by another program; choose another for SRT or end that program")]
    InUse(u16),
    /// The address can't be listened at.
    #[error("nothing can listen at {0}: {1}")]
    Address(SocketAddr, io::Error),
    /// This machine lacks what it takes.
    #[error(transparent)]
    Machine(#[from] Trouble),
}

/// What an SRT listener does at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SrtStatus {
    /// Nobody publishes.
    #[default]
    Waiting,
    /// Somebody publishes.
    Publishing,
    /// The last publisher was turned away; the next is waited for.
    Refused(Trouble),
}

/// What an SRT listener tells its owner.
#[derive(Debug, Clone)]
pub(crate) enum Published {
    /// Somebody publishes, and the first picture follows.
    Connected(Publisher),
    /// What the publisher sends, or that it stalls.
    Captured(Captured),
    /// A caller was turned away before its first picture; [`SrtListener::status`] says why. Nothing else changes.
    Refused,
    /// The publisher has left, which the trouble says; the next may come.
    Left(Trouble),
}

/// Takes one publisher after the other, until it is dropped.
///
/// Dropping waits for the listener's threads, so it must not happen within `out`, nor under a lock that `out` takes.
#[derive(Debug)]
pub struct SrtListener {
    address: SocketAddr,
    status: Arc<Mutex<SrtStatus>>,
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
}

impl SrtListener {
    /// Listens at `address` for publishers who know `passphrase` (10 to 79 bytes); libsrt refuses all others in the
    /// handshake. `out` is called from the listener's threads and must not block. It hears nothing of a caller until
    /// that caller's first picture came.
    ///
    /// Port 0 means any free one. libsrt can't tell which it took, so a free port is looked up first; in the moment
    /// between, another program may take it, and then the listener tries again until it is free.
    pub(crate) fn open(
        address: SocketAddr,
        passphrase: &str,
        timeline: &Timeline,
        out: impl Fn(Published) + Send + Sync + 'static,
    ) -> Result<Self, SrtError> {
        if !PASSPHRASE_BYTES.contains(&passphrase.len()) {
            return Err(SrtError::Passphrase);
        }
        gst::init().map_err(|error| Trouble::NoStart(error.to_string()))?;
        library()?;
        // libsrt would share the port with another listener rather than fail, so it is asked for plainly first.
        let probe = UdpSocket::bind(address).and_then(|socket| socket.local_addr());
        let address = probe.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => SrtError::InUse(address.port()),
            _ => SrtError::Address(address, error),
        })?;
        let status = Arc::new(Mutex::new(SrtStatus::Waiting));
        let signals = Arc::new(Signals::default());
        let listener = Listener {
            address,
            passphrase: passphrase.to_owned(),
            timeline: timeline.clone(),
            out: Arc::new(out),
            status: Arc::clone(&status),
            signals: Arc::clone(&signals),
        };
        let thread = thread::Builder::new().name("srt".into()).spawn(move || listener.keep_going());
        let thread = thread.map_err(|error| Trouble::NoThread(error.to_string()))?;
        Ok(Self { address, status, signals, thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it does at the moment.
    #[must_use]
    pub fn status(&self) -> SrtStatus {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for SrtListener {
    fn drop(&mut self) {
        self.signals.stop();
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

/// Starts libsrt, for as long as the process lives.
///
/// GStreamer starts it with the first SRT element and stops it with the last. When one begins while another begins or
/// ends, libsrt 1.5.1 loses count: its threads outlive it, and crash the process when that exits. An element that
/// stays, and that nobody overtakes, keeps the count right.
fn library() -> Result<(), Trouble> {
    static STAYS: OnceLock<Result<gst::Element, Trouble>> = OnceLock::new();
    element("tsdemux")?;
    STAYS.get_or_init(|| element("srtsrc")).as_ref().map(|_| ()).map_err(Clone::clone)
}

/// What the listener's thread works with.
struct Listener {
    address: SocketAddr,
    passphrase: String,
    timeline: Timeline,
    out: Arc<dyn Fn(Published) + Send + Sync>,
    status: Arc<Mutex<SrtStatus>>,
    signals: Arc<Signals>,
}

impl Listener {
    fn keep_going(&self) {
        loop {
            let here = Arc::new(OnceLock::new());
            let ending = self.listen(&here).unwrap_or_else(Ending::Lost);
            let was_here = here.get().is_some();
            match &ending {
                _ if was_here => {
                    self.set(SrtStatus::Waiting);
                    (self.out)(Published::Left(Trouble::Stopped(CALLER)));
                }
                Ending::Lost(trouble) => {
                    self.set(SrtStatus::Refused(trouble.clone()));
                    (self.out)(Published::Refused);
                }
                Ending::Stopped => {}
            }
            let pause = if was_here { Duration::ZERO } else { PAUSE };
            if ending == Ending::Stopped || self.signals.stopped_within(pause) {
                return;
            }
        }
    }

    /// Waits for one publisher and takes its media up to the end. `here` is set at its first picture.
    fn listen(&self, here: &Arc<OnceLock<()>>) -> Result<Ending, Trouble> {
        let outlet = Arc::new(Outlet::new(&self.timeline, self.gate(here)));
        let session = Session::new(&self.timeline, &self.signals);
        let (source, demux) = (element("srtsrc")?, element("tsdemux")?);
        source.set_property_from_str("mode", "listener");
        source.set_property("localaddress", self.address.ip().to_string());
        source.set_property("localport", u32::from(self.address.port()));
        source.set_property("passphrase", &self.passphrase);
        source.set_property("latency", LATENCY_MS);
        let called = Arc::new(AtomicBool::new(false));
        let (came, line) = (Arc::clone(&called), Arc::clone(&outlet));
        source.connect("caller-added", false, move |_| {
            line.start(false);
            came.store(true, Ordering::Relaxed);
            None
        });
        let pipeline = session.pipeline();
        let broken = |_| Trouble::Joining;
        pipeline.add_many([&source, &demux]).and_then(|()| source.link(&demux)).map_err(broken)?;
        Streams::take(&demux, pipeline, &outlet, &self.signals);
        session.start(&Origin::SrtPort(self.address.port()))?;
        loop {
            let limit = match (outlet.flowing(), called.load(Ordering::Relaxed)) {
                (true, _) => SILENCE,
                (false, true) => PATIENCE,
                (false, false) => Duration::MAX,
            };
            match self.signals.wait(limit.saturating_sub(outlet.quiet_for()).min(LOOK)) {
                Some(Event::Ended) if !called.load(Ordering::Relaxed) => {
                    return Ok(Ending::Lost(Trouble::Gone(CALLER)));
                }
                Some(event) => return Ok(capture::ending(&CALLER, event)),
                None if outlet.quiet_for() < limit => {}
                None if here.get().is_some() => {
                    // It stalls; libsrt ends the connection if it is dead.
                    outlet.lost(&Trouble::Silent(CALLER));
                    outlet.start(false);
                }
                None => return Ok(Ending::Lost(Trouble::Silent(CALLER))),
            }
        }
    }

    /// Lets nothing through before the first picture, nor before its coming has been told.
    fn gate(&self, here: &Arc<OnceLock<()>>) -> impl Fn(Captured) + Send + Sync + 'static {
        let (here, out, status) = (Arc::clone(here), Arc::clone(&self.out), Arc::clone(&self.status));
        move |captured| {
            if matches!(captured, Captured::AccessUnit(_)) {
                here.get_or_init(|| {
                    *status.lock().unwrap_or_else(PoisonError::into_inner) = SrtStatus::Publishing;
                    out(Published::Connected(Publisher::Srt));
                });
            }
            if here.get().is_some() {
                out(Published::Captured(captured));
            }
        }
    }

    fn set(&self, status: SrtStatus) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }
}
