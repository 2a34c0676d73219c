//! The thread that opens and closes the host's source, which may take its time: an old one is closed before another
//! is opened, for they may be the same device.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

use super::stage::{SourceId, Stage};
use crate::capture::{self, Capture};
use crate::frame::{Captured, PictureFormat, Timeline};
use crate::origin::Origin;
use crate::source::Source;

/// What is to be captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shot {
    pub(super) id: SourceId,
    pub(super) source: Source,
    pub(super) format: PictureFormat,
}

/// Captures what it is told to. Dropping it closes the source.
pub(super) struct Camera {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    orders: Mutex<Orders>,
    changed: Condvar,
    /// The source that is open. Closed outside this lock.
    capture: Mutex<Option<Capture>>,
}

#[derive(Default)]
struct Orders {
    shot: Option<Shot>,
    changed: bool,
    stop: bool,
}

impl Camera {
    /// A camera that captures nothing yet; what it will capture goes to the stage.
    pub(super) fn start(timeline: Timeline, stage: Arc<Stage>) -> std::io::Result<Self> {
        let shared =
            Arc::new(Shared { orders: Mutex::default(), changed: Condvar::new(), capture: Mutex::default() });
        let worker = shared.clone();
        let thread =
            thread::Builder::new().name("camera".into()).spawn(move || worker.work(&timeline, &stage))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Captures this from now on, in place of what was captured; `None` closes the source.
    pub(super) fn set(&self, shot: Option<Shot>) {
        let mut orders = self.shared.orders();
        orders.shot = shot;
        orders.changed = true;
        self.shared.changed.notify_all();
    }

    /// What is captured; `None` if nothing is.
    pub(super) fn describe(&self) -> Option<Origin> {
        self.shared.capture().as_ref().map(Capture::describe)
    }

    /// Asks a source that codes H.264 itself for a keyframe.
    pub(super) fn request_keyframe(&self) {
        if let Some(capture) = &*self.shared.capture() {
            capture.request_keyframe();
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.shared.orders().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self, timeline: &Timeline, stage: &Arc<Stage>) {
        loop {
            let orders = self.orders();
            let mut orders = self
                .changed
                .wait_while(orders, |orders| !orders.changed && !orders.stop)
                .expect("no holder of the camera's lock panics");
            orders.changed = false;
            let (shot, stop) = (orders.shot.clone(), orders.stop);
            drop(orders);
            let old = self.capture().take();
            drop(old);
            if stop {
                return;
            }
            let Some(Shot { id, source, format }) = shot else { continue };
            let out = {
                let stage = stage.clone();
                move |captured| stage.captured(id, captured)
            };
            match capture::open(&source, format, timeline, out) {
                Ok(capture) => *self.capture() = Some(capture),
                Err(trouble) => stage.captured(id, Captured::Lost(trouble)),
            }
        }
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().expect("no holder of the camera's lock panics")
    }

    fn capture(&self) -> MutexGuard<'_, Option<Capture>> {
        self.capture.lock().expect("no holder of the capture's lock panics")
    }
}
