//! The one place where a source's pictures and sound leave for encode.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gstreamer as gst;
use parlor_protocol::media::MediaTime;

use crate::frame::{AccessUnit, Captured, Timeline};
use crate::trouble::Trouble;

/// No frame for this long is a loss. It is well above the gap between two frames of the slowest camera (5 fps in the
/// dark) and leaves time to show the "no signal" picture within a second.
pub(crate) const SILENCE: Duration = Duration::from_millis(700);

/// Where a source's media go, and the memory of when the last of it came.
pub(crate) struct Outlet {
    out: Box<dyn Fn(Captured) + Send + Sync>,
    timeline: Timeline,
    /// Media time in microseconds of the last sign of life, or of the start.
    alive_us: AtomicU64,
    /// Whether there was a frame since the start.
    flowing: AtomicBool,
    /// Whether sound alone is a sign of life, for a source without a picture.
    sound_only: AtomicBool,
    /// The loss that was told, until frames flow again.
    told: Mutex<Option<Trouble>>,
}

impl Outlet {
    /// An outlet to `out`, which is called from the source's threads and must not block.
    pub(crate) fn new(timeline: &Timeline, out: impl Fn(Captured) + Send + Sync + 'static) -> Self {
        Self {
            out: Box::new(out),
            timeline: timeline.clone(),
            alive_us: AtomicU64::new(timeline.now().as_micros()),
            flowing: AtomicBool::new(false),
            sound_only: AtomicBool::new(false),
            told: Mutex::new(None),
        }
    }

    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub(crate) fn now(&self) -> MediaTime {
        self.timeline.now()
    }

    /// Marks the start of an attempt to get frames.
    pub(crate) fn start(&self, sound_only: bool) {
        self.sound_only.store(sound_only, Ordering::Relaxed);
        self.flowing.store(false, Ordering::Relaxed);
        self.alive_us.store(self.now().as_micros(), Ordering::Relaxed);
    }

    /// Whether there was a frame since the start of the attempt.
    pub(crate) fn flowing(&self) -> bool {
        self.flowing.load(Ordering::Relaxed)
    }

    /// How long there has been no frame: since the last one, or since the start of the attempt.
    pub(crate) fn quiet_for(&self) -> Duration {
        self.now().since(MediaTime::from_micros(self.alive_us.load(Ordering::Relaxed)))
    }

    pub(crate) fn picture(&self, buffer: gst::Buffer) {
        self.alive();
        (self.out)(Captured::Picture(buffer));
    }

    pub(crate) fn unit(&self, unit: AccessUnit) {
        self.alive();
        (self.out)(Captured::AccessUnit(unit));
    }

    pub(crate) fn sound(&self, buffer: gst::Buffer) {
        if self.sound_only.load(Ordering::Relaxed) {
            self.alive();
        }
        (self.out)(Captured::Sound(buffer));
    }

    /// Tells the loss, once for the same reason until frames flow again.
    pub(crate) fn lost(&self, trouble: &Trouble) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.as_ref() != Some(trouble) {
            *told = Some(trouble.clone());
            drop(told);
            (self.out)(Captured::Lost(trouble.clone()));
        }
    }

    fn alive(&self) {
        self.alive_us.store(self.now().as_micros(), Ordering::Relaxed);
        if !self.flowing.swap(true, Ordering::Relaxed) {
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}
