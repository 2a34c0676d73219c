//! A publisher's media on their way to the timeline, pushed in by whoever received them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer_video as gst_video;

use super::input::Input;
use super::{Format, VideoFormat};
use crate::capture::{self, Ending, Outlet, Pace, Rebase, SILENCE, Session, Signals, Times};
use crate::frame::{Captured, Timeline};
use crate::origin::Origin;
use crate::trouble::Trouble;

/// How long the first frame may take: up to the publisher's next keyframe.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a publisher's media can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The publisher announced neither picture nor sound.
    #[error("the publisher sends neither picture nor sound")]
    Empty,
    /// The publisher's H.264 set-up breaks ISO/IEC 14496-15.
    #[error("the publisher's H.264 decoder configuration is malformed")]
    Record,
    /// The publisher's AAC set-up breaks ISO/IEC 14496-3.
    #[error("the publisher's AAC configuration is malformed")]
    Aac,
    /// An RTP payload type above 127. The caller is at fault.
    #[error("there is no RTP payload type {0}")]
    PayloadType(u8),
    /// This machine lacks what it takes.
    #[error(transparent)]
    Machine(#[from] Trouble),
}

/// A publisher's media. Dropping it ends it, and tells that the publisher has stopped.
///
/// Pushing never waits. What comes faster than it can be taken is dropped and counted; see [`Feed::dropped`].
/// Everything is placed by the publisher's own clock, laid on the timeline at the first frame.
pub struct Feed {
    video: Option<Input>,
    audio: Option<Input>,
    keyframe_wanted: Arc<AtomicBool>,
    fault: Arc<Mutex<Option<Trouble>>>,
    pipeline: glib::WeakRef<gst::Pipeline>,
    origin: Origin,
    outlet: Arc<Outlet>,
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
}

/// Takes a publisher's media in this format; `out` is called from the feed's threads and must not block.
pub(crate) fn open(
    format: &Format,
    timeline: &Timeline,
    out: impl Fn(Captured) + Send + Sync + 'static,
) -> Result<Feed, FeedError> {
    gst::init().map_err(|error| Trouble::NoStart(error.to_string()))?;
    if format.video.is_none() && format.audio.is_none() {
        return Err(FeedError::Empty);
    }
    let outlet = Arc::new(Outlet::new(timeline, out));
    let signals = Arc::new(Signals::default());
    let session = Session::new(timeline, &signals);
    let pipeline = session.pipeline();
    let times = Times::Foreign(Arc::new(Mutex::new(Rebase::default())));
    let keyframe_wanted =
        Arc::new(AtomicBool::new(matches!(format.video, Some(VideoFormat::H264Rtp { .. }))));
    let video = format.video.as_ref().map(|video| {
        let tail = capture::coded(pipeline, &outlet, times.clone())?;
        Input::video(pipeline, video, &tail, &keyframe_wanted)
    });
    let audio = format.audio.as_ref().map(|audio| {
        let tail = capture::sound(pipeline, &outlet, times.clone(), Pace::Source)?;
        Input::audio(pipeline, audio, &tail)
    });
    let origin = Origin::Publisher(format.publisher.clone());
    let mut feed = Feed {
        video: video.transpose()?,
        audio: audio.transpose()?,
        keyframe_wanted,
        fault: Arc::default(),
        pipeline: pipeline.downgrade(),
        origin: origin.clone(),
        outlet: Arc::clone(&outlet),
        signals: Arc::clone(&signals),
        thread: None,
    };
    let sound_only = format.video.is_none();
    outlet.start(sound_only);
    session.start(&origin)?;
    let fault = Arc::clone(&feed.fault);
    let watch = move || {
        if let Some(trouble) = watch(&origin, sound_only, &outlet, &signals) {
            *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
        }
        drop(session);
    };
    let thread = thread::Builder::new().name("feed".into()).spawn(watch);
    feed.thread = Some(thread.map_err(|error| Trouble::NoThread(error.to_string()))?);
    Ok(feed)
}

/// Tells each loss until the feed fails, and returns why, or is dropped. A stalled publisher is waited for.
fn watch(origin: &Origin, sound_only: bool, outlet: &Outlet, signals: &Signals) -> Option<Trouble> {
    loop {
        let limit = if outlet.flowing() { SILENCE } else { PATIENCE };
        let trouble = match signals.wait(limit.saturating_sub(outlet.quiet_for())) {
            Some(event) => match capture::ending(origin, event) {
                Ending::Stopped => return None,
                Ending::Lost(trouble) => {
                    outlet.lost(&trouble);
                    return Some(trouble);
                }
            },
            None if outlet.quiet_for() < limit => continue,
            None => Trouble::Silent(origin.clone()),
        };
        outlet.lost(&trouble);
        outlet.start(sound_only);
    }
}

impl Feed {
    /// Takes an access unit of [`VideoFormat::H264`]; its times are by the publisher's clock, from any zero.
    pub fn push_video(&self, unit: Bytes, pts: Duration, dts: Duration) {
        if let Some(video) = &self.video {
            video.push(unit, Some((pts, dts)));
        }
    }

    /// Takes a frame of [`AudioFormat::Aac`](super::AudioFormat::Aac); its time is by the same clock as the picture's.
    pub fn push_audio(&self, frame: Bytes, pts: Duration) {
        if let Some(audio) = &self.audio {
            audio.push(frame, Some((pts, pts)));
        }
    }

    /// Takes an RTP packet of [`VideoFormat::H264Rtp`], header and all.
    pub fn push_rtp_video(&self, packet: Bytes) {
        if let Some(video) = &self.video {
            video.push(packet, None);
        }
    }

    /// Takes an RTP packet of [`AudioFormat::OpusRtp`](super::AudioFormat::OpusRtp), header and all.
    pub fn push_rtp_audio(&self, packet: Bytes) {
        if let Some(audio) = &self.audio {
            audio.push(packet, None);
        }
    }

    /// Whether the publisher should be asked for a keyframe (RTCP PLI). Asking clears it: once per answer is enough.
    #[must_use]
    pub fn keyframe_wanted(&self) -> bool {
        self.keyframe_wanted.swap(false, Ordering::Relaxed)
    }

    /// What asks for a keyframe; without effect for a publisher that can't be asked (RTMP), or once it is gone.
    pub(crate) fn keyframe_request(&self) -> impl Fn() + Send + Sync + use<> {
        let pipeline = self.pipeline.clone();
        move || {
            if let Some(pipeline) = pipeline.upgrade() {
                pipeline
                    .send_event(gst_video::UpstreamForceKeyUnitEvent::builder().all_headers(true).build());
            }
        }
    }

    /// Frames and packets that were dropped because they came faster than they could be taken.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        [&self.video, &self.audio]
            .into_iter()
            .flatten()
            .map(|input| input.dropped.load(Ordering::Relaxed))
            .sum()
    }

    /// Why nothing more can be taken from this publisher; it should be disconnected then.
    #[must_use]
    pub fn fault(&self) -> Option<Trouble> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.signals.stop();
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by its own thread.
            let _ = thread.join();
        }
        self.outlet.lost(&Trouble::Stopped(self.origin.clone()));
    }
}
