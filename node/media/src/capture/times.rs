//! From the times of a pipeline's buffers to media time, for each kind of clock that a source may have.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gstreamer as gst;
use parlor_protocol::media::MediaTime;

use super::rebase::{Lane, Rebase};

/// How a pipeline's running time becomes media time.
#[derive(Debug, Clone)]
pub(crate) enum Times {
    /// It is media time already: the source stamps what it captures by the pipeline's clock.
    Captured,
    /// It counts from the start of a round of a file.
    Round(Arc<Round>),
    /// It follows the clock of a publisher or of a network camera.
    Foreign(Arc<Mutex<Rebase>>),
}

/// One round of a file that is played in a loop, in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// The media time at which the round began.
    pub(crate) start_us: AtomicU64,
    /// How long the round is, as far as it was played.
    length_us: AtomicU64,
}

impl Round {
    /// Begins the next round where this one ended, and returns that point in microseconds; `None` if there was
    /// nothing in this one.
    pub(crate) fn next(&self) -> Option<u64> {
        let length_us = self.length_us.swap(0, Ordering::Relaxed);
        (length_us > 0).then(|| self.start_us.fetch_add(length_us, Ordering::Relaxed) + length_us)
    }
}

/// The running times of a buffer in microseconds; negative before the segment's start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    pub(crate) pts: i64,
    pub(crate) dts: Option<i64>,
    duration: i64,
}

impl Running {
    /// Those of a sample; `None` if it has no time.
    pub(crate) fn of(sample: &gst::SampleRef) -> Option<Self> {
        let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
        let buffer = sample.buffer()?;
        let running = |time: gst::ClockTime| match segment.to_running_time_full(time)? {
            gst::Signed::Positive(time) => i64::try_from(time.useconds()).ok(),
            gst::Signed::Negative(time) => i64::try_from(time.useconds()).ok().map(|time| -time),
        };
        Some(Self {
            pts: running(buffer.pts().or(buffer.dts())?)?,
            dts: buffer.dts().and_then(running),
            duration: buffer.duration().map_or(0, |time| time.useconds().cast_signed()),
        })
    }
}

impl Times {
    /// The presentation and decode time of a frame; `None` for one from before the timeline or the round.
    pub(crate) fn place(
        &self,
        lane: Lane,
        running: Running,
        now: MediaTime,
    ) -> Option<(MediaTime, MediaTime)> {
        let (pts_us, dts_us) = (running.pts, running.dts.unwrap_or(running.pts).min(running.pts));
        let start_us = match self {
            Self::Foreign(rebase) => {
                let mut rebase = rebase.lock().unwrap_or_else(PoisonError::into_inner);
                return Some(rebase.place(lane, pts_us, dts_us, now));
            }
            Self::Captured => 0,
            Self::Round(round) => {
                let end_us = u64::try_from(pts_us + running.duration).ok()?;
                round.length_us.fetch_max(end_us, Ordering::Relaxed);
                round.start_us.load(Ordering::Relaxed)
            }
        };
        let at = |time_us| u64::try_from(time_us).ok().map(|time| MediaTime::from_micros(start_us + time));
        Some((at(pts_us)?, at(dts_us.max(0))?))
    }
}

/// The point as GStreamer writes it.
pub(crate) fn clock_time(time: MediaTime) -> gst::ClockTime {
    gst::ClockTime::from_useconds(time.as_micros())
}
