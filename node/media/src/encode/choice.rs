//! Which H.264 encoder is taken: the first that exists and proves with real pictures that it works.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use gstreamer as gst;
use gstreamer_video::{VideoFormat, VideoInfo};
use parlor_protocol::media::MediaTime;

use super::elements::{is_installed, missing};
use super::{CANDIDATES, Candidate, EncodeError, Spec, VideoEncoder};
use crate::frame::PictureFormat;

/// Pictures that are encoded to try an encoder: enough for a median, and a third of a second of a 720p30 camera.
const TRIAL_PICTURES: u64 = 12;
/// How long an encoder may take for its next frame. The drivers of a Pi need a second when they start.
const PATIENCE: Duration = Duration::from_secs(3);
/// From this speed on, the small quality costs the processor little beside the full one: at three times real time
/// the full picture takes a third of it, the small one a quarter of that, and the rest is for viewers.
const SPEED_FOR_TWO: f64 = 3.0;

/// The encoder that is used, and how fast it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) candidate: Candidate,
    /// Seconds of the full picture that it encodes in a second.
    pub(crate) speed: f64,
}

impl Choice {
    /// Tries the candidates in order, but for those named in `except`, and takes the first that works.
    ///
    /// # Errors
    /// What is wrong with the last one that is installed; with none installed, that x264 is missing.
    pub(crate) fn make(spec: &Spec, except: &[&'static str]) -> Result<Self, EncodeError> {
        let mut error = missing("x264enc");
        let candidates = CANDIDATES.iter().filter(|candidate| !except.contains(&candidate.element));
        for candidate in candidates.filter(|candidate| is_installed(candidate.element)) {
            match trial(candidate, spec) {
                Ok(speed) => {
                    tracing::info!(encoder = candidate.element, speed, "H.264 encoder chosen");
                    return Ok(Self { candidate: *candidate, speed });
                }
                Err(trouble) => {
                    tracing::info!(encoder = candidate.element, %trouble, "H.264 encoder passed over");
                    error = trouble;
                }
            }
        }
        Err(error)
    }

    /// Whether the machine can encode the small quality beside the full one: it has a second core, and the encoder
    /// is hardware or at least [`SPEED_FOR_TWO`] times as fast as the full picture needs.
    pub(crate) fn affords_small(&self) -> bool {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        cores >= 2 && (self.candidate.hardware || self.speed >= SPEED_FOR_TWO)
    }
}

/// Encodes a few pictures, and tells how many times real time the encoder does.
pub(crate) fn trial(candidate: &Candidate, spec: &Spec) -> Result<f64, EncodeError> {
    let (told, results) = mpsc::sync_channel(TRIAL_PICTURES as usize + 1);
    let failed = told.clone();
    let take = move |_| drop(told.try_send(Ok(Instant::now())));
    let failed = Arc::new(move |reason| drop(failed.try_send(Err(reason))));
    let encoder = VideoEncoder::start(candidate, spec.picture, spec, TRIAL_PICTURES, take, failed)?;
    let broken = |reason| EncodeError::Broken { element: candidate.element, reason };
    let pictures = noise(spec.picture).ok_or_else(|| broken("no picture has this size".into()))?;
    let interval = gst::ClockTime::SECOND / u64::from(spec.picture.fps);
    for (index, picture) in (0..TRIAL_PICTURES).zip(pictures.iter().cycle()) {
        let mut picture = picture.copy();
        let fields = picture.get_mut().expect("a copy has one owner");
        // From 1, so that the first is newer than none.
        let pts = interval * (index + 1);
        fields.set_pts(pts);
        fields.set_duration(interval);
        encoder.push(picture, MediaTime::from_micros(pts.useconds()));
    }
    let mut times = Vec::new();
    for _ in 0..TRIAL_PICTURES {
        match results.recv_timeout(PATIENCE) {
            Ok(Ok(at)) => times.push(at),
            Ok(Err(reason)) => return Err(broken(reason)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) if times.is_empty() => {
                return Err(broken(format!("no frame came within {} s", PATIENCE.as_secs())));
            }
            // Some drivers keep the last frames until more come.
            Err(_) => break,
        }
    }
    let mut gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    // The median: what the encoder does, not what else the machine did at that moment.
    let gap = gaps.get(gaps.len() / 2).ok_or_else(|| broken("only one frame came".into()))?;
    Ok(1.0 / f64::from(spec.picture.fps) / gap.as_secs_f64().max(f64::EPSILON))
}

/// Two pictures that differ everywhere, with the noise that a camera has: a plain picture would flatter the encoder.
fn noise(format: PictureFormat) -> Option<[gst::Buffer; 2]> {
    let layout = VideoInfo::builder(VideoFormat::I420, format.width, format.height).build().ok()?;
    let (stride, luma) = (layout.stride()[0] as usize, layout.offset()[1]);
    // Knuth's generator: any will do, and the same noise each time makes speeds comparable.
    let mut state = 1_u32;
    let mut next = |range: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) % range
    };
    Some([0, 3].map(|shift| {
        let mut pixels = vec![128_u8; layout.size()];
        for (row, line) in pixels[..luma].chunks_mut(stride).enumerate() {
            for (column, pixel) in line.iter_mut().enumerate() {
                let gradient = ((row + column + shift) / 4) as u32 % 160;
                *pixel = (40 + gradient + next(8)) as u8;
            }
        }
        gst::Buffer::from_mut_slice(pixels)
    }))
}
