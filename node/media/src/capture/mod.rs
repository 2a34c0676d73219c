//! From a [`Source`] to pictures, access units and sound on the timeline.
//!
//! [`open`] starts a thread that keeps one source going: it makes the source's pipeline, watches it, tells its loss
//! and brings it back. What encode does with the frames, and the "no signal" picture, are not here.

mod branch;
mod cadence;
pub(crate) mod devices;
mod file;
mod h264;
mod libcamera;
mod order;
mod outlet;
mod paint;
mod rebase;
mod rtsp;
mod seam;
mod session;
mod signals;
mod sound;
mod test;
mod times;
mod trouble;
mod v4l2;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer_video as gst_video;

pub(crate) use branch::{Pace, coded, sound};
pub(crate) use h264::Record;
#[cfg(test)]
pub(crate) use h264::nal_units;
pub(crate) use outlet::{Outlet, SILENCE};
pub(crate) use rebase::Rebase;
pub(crate) use session::{Ending, Session, ending};
pub(crate) use signals::{Event, Signals};
pub(crate) use times::Times;
pub(crate) use trouble::element;

use self::devices::Camera;
use crate::frame::{Captured, PictureFormat, Timeline};
use crate::origin::Origin;
use crate::source::Source;
use crate::trouble::Trouble;

/// The pause before a lost source is tried again, doubled each time up to the longest: soon enough for a plug that
/// was pulled and put back, seldom enough for a network camera that is off for the night.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A source that is kept going until this is dropped.
///
/// Dropping waits for the source's threads, so it must not happen within `out`, nor under a lock that `out` takes.
pub(crate) struct Capture {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
    /// Stopped after the picture; never fails it.
    _microphone: Option<sound::Microphone>,
}

/// Captures `source`, with raw pictures in `format`, until the [`Capture`] is dropped.
///
/// `out` is called from the source's threads and must not block. A failing source is no error: it is told as
/// [`Captured::Lost`] and tried again. An error is that the machine captures nothing at all.
pub(crate) fn open(
    source: &Source,
    format: PictureFormat,
    timeline: &Timeline,
    out: impl Fn(Captured) + Send + Sync + 'static,
) -> Result<Capture, Trouble> {
    gst::init().map_err(|error| Trouble::NoStart(error.to_string()))?;
    let kind = Kind::of(source);
    let desk = Arc::new(Desk {
        format,
        outlet: Arc::new(Outlet::new(timeline, out)),
        signals: Arc::new(Signals::default()),
        description: Mutex::new(kind.describe()),
        pipeline: Mutex::default(),
    });
    let microphone = match kind {
        Kind::Camera(_) | Kind::V4l2(_) | Kind::Libcamera => sound::Microphone::open(&desk.outlet).ok(),
        _ => None,
    };
    let worker = Arc::clone(&desk);
    let thread = thread::Builder::new().name("capture".into()).spawn(move || keep_going(&kind, &worker));
    let thread = thread.map_err(|error| Trouble::NoThread(error.to_string()))?;
    Ok(Capture { desk, thread: Some(thread), _microphone: microphone })
}

impl Capture {
    /// What is captured.
    pub(crate) fn describe(&self) -> Origin {
        self.desk.description.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks a source that codes H.264 itself for a keyframe; without effect where it can't be asked.
    pub(crate) fn request_keyframe(&self) {
        let pipeline = self.desk.pipeline.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        if let Some(pipeline) = pipeline {
            pipeline.send_event(gst_video::UpstreamForceKeyUnitEvent::builder().all_headers(true).build());
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.desk.signals.stop();
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

/// What the thread of a capture works with, and its owner looks at.
struct Desk {
    format: PictureFormat,
    outlet: Arc<Outlet>,
    signals: Arc<Signals>,
    description: Mutex<Origin>,
    /// The pipeline of the moment, for keyframe requests.
    pipeline: Mutex<glib::WeakRef<gst::Pipeline>>,
}

impl Desk {
    fn describe(&self, description: Origin) {
        *self.description.lock().unwrap_or_else(PoisonError::into_inner) = description;
    }

    /// A pipeline of this capture.
    fn session(&self) -> Session {
        let session = Session::new(self.outlet.timeline(), &self.signals);
        *self.pipeline.lock().unwrap_or_else(PoisonError::into_inner) = session.pipeline().downgrade();
        session
    }
}

/// What is to be captured, once `auto` has been decided.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// The camera that was there first, found anew each time. Neither the test picture nor another camera stands in
    /// for it once it is gone.
    Camera(Camera),
    V4l2(PathBuf),
    Libcamera,
    Test {
        no_camera: bool,
    },
    None,
    Rtsp(String),
    File(PathBuf),
}

impl Kind {
    fn of(source: &Source) -> Self {
        match source {
            Source::Auto => match devices::cameras().into_iter().next() {
                Some(camera) => Self::Camera(camera),
                None => Self::Test { no_camera: true },
            },
            Source::Test => Self::Test { no_camera: false },
            Source::None => Self::None,
            Source::V4l2(path) => Self::V4l2(path.clone()),
            Source::Libcamera => Self::Libcamera,
            Source::Rtsp(address) => Self::Rtsp(address.clone()),
            Source::File(path) => Self::File(path.clone()),
        }
    }

    /// As far as is known before it is open.
    fn describe(&self) -> Origin {
        match self {
            Self::Camera(camera) => Origin::camera(&camera.label),
            Self::Libcamera => Origin::camera("libcamera"),
            Self::V4l2(path) => Origin::camera(path.display().to_string()),
            Self::Test { no_camera } => Origin::Test { for_camera: *no_camera },
            Self::None => Origin::NoCamera,
            Self::Rtsp(address) => Origin::NetworkCamera(Source::Rtsp(address.clone()).to_string()),
            Self::File(path) => Origin::File(path.display().to_string()),
        }
    }

    /// Captures once, until it fails or is to stop.
    fn capture(&self, desk: &Desk) -> Ending {
        let once = match self {
            Self::Camera(camera) => match devices::find_again(camera) {
                Some(source) => return Self::of(&source).capture(desk),
                None => Err(Trouble::Gone(Origin::camera(&camera.label))),
            },
            Self::Test { .. } => Ok(test::run(desk)),
            Self::None => Ok(Ending::Lost(Trouble::NoCamera)),
            Self::V4l2(path) => v4l2::run(path, desk),
            Self::Libcamera => libcamera::run(desk),
            Self::Rtsp(address) => rtsp::run(address, desk),
            Self::File(path) => file::run(path, desk),
        };
        once.unwrap_or_else(Ending::Lost)
    }
}

/// Captures again and again, with pauses that grow, until it is to stop.
fn keep_going(kind: &Kind, desk: &Desk) {
    let mut pause = FIRST_PAUSE;
    while let Ending::Lost(trouble) = kind.capture(desk) {
        desk.outlet.lost(&trouble);
        if desk.outlet.flowing() {
            pause = FIRST_PAUSE;
        }
        if desk.signals.stopped_within(pause) {
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
