//! The engine's thread: it compares what is wanted with what runs, builds and drops encoders, and keeps time for the
//! "no signal" picture and for silence.

use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::media::MediaTime;

use super::Shared;
use super::camera::{Camera, Shot};
use super::keyframes::Keyframes;
use super::orders::{Failure, Orders};
use super::rig::{self, Part};
use super::slate::Slate;
use super::stage::Changes;
use super::tracks::{Expected, Origin};
use crate::encode::{Choice, Codec, EncodeError, Failed, PictureEncoder, Spec};
use crate::frame::PictureFormat;
use crate::settings::Settings;
use crate::source::Source;
use crate::trouble::Trouble;

/// How long nothing is built after something could not be built or failed: a broken driver must not keep the machine
/// busy, and a viewer should not wait for long.
const PAUSE: Duration = Duration::from_secs(2);

/// What the thread works with.
pub(super) struct Engine {
    shared: Arc<Shared>,
    camera: Arc<Camera>,
    settings: Settings,
    running: bool,
    /// The source that the camera was told to open, and the number of the host's pick.
    shot: Option<(u64, Source, PictureFormat)>,
    choice: Option<(Spec, Choice)>,
    /// Encoders that failed while they ran.
    failed: Vec<&'static str>,
    /// When something may be built again after a failure.
    retry: MediaTime,
    keyframes: Keyframes,
    slate: Option<Slate>,
    /// Parts built so far.
    origins: u64,
}

impl Expected {
    /// What these settings make of the tracks, for pictures in this format.
    pub(super) fn of(settings: &Settings, picture: PictureFormat, small: bool) -> Self {
        let spec = Spec::of(settings);
        let opus_bps = settings.audio_bitrate_bps;
        let pictures = PictureEncoder::output(picture);
        Self {
            chunk: settings.chunk,
            video_bps: spec.bitrate_bps,
            small_bps: small.then(|| spec.small().bitrate_bps),
            opus_bps: Codec::Opus.bitrate_bps(opus_bps),
            aac_bps: Codec::Aac.bitrate_bps(opus_bps),
            picture: pictures,
            picture_bps: PictureEncoder::expected_bps(pictures),
        }
    }
}

impl Engine {
    /// An engine at rest.
    pub(super) fn new(shared: Arc<Shared>, camera: Arc<Camera>, settings: Settings) -> Self {
        Self {
            shared,
            camera,
            settings,
            running: false,
            shot: None,
            choice: None,
            failed: Vec::new(),
            retry: MediaTime::ZERO,
            keyframes: Keyframes::default(),
            slate: None,
            origins: 0,
        }
    }

    /// Works until it is told to stop.
    pub(super) fn run(mut self) {
        while let Some(orders) = self.shared.desk.read() {
            self.apply(&orders);
            if self.running {
                self.show(&orders);
            } else {
                // Tried out before somebody waits for it.
                self.choose(Spec::of(&self.settings));
            }
            self.shared.desk.wait(self.deadline().map(|at| at.since(self.shared.timeline.now())));
        }
        self.camera.set(None);
        self.rest();
    }

    /// Follows the host's orders, but for the encoders.
    fn apply(&mut self, orders: &Orders) {
        if orders.settings != self.settings {
            self.settings = orders.settings.clone();
            self.failed.clear();
            self.retry = MediaTime::ZERO;
        }
        for Failure { origin, element, reason } in &orders.failures {
            tracing::warn!(element, reason, "an encoder failed");
            drop(self.shared.stage.remove(*origin));
            self.pass_over(element);
        }
        if orders.running != self.running {
            self.running = orders.running;
            if !self.running {
                self.rest();
            }
        }
        if self.running {
            self.shared.stage.run(Spec::of(&self.settings).picture);
        }
        let picked = orders.source.clone().filter(|_| self.running);
        let shot = picked.map(|(pick, source)| (pick, source, Spec::of(&self.settings).picture));
        if shot != self.shot {
            self.open(shot);
        }
    }

    /// Opens or closes the host's source.
    fn open(&mut self, shot: Option<(u64, Source, PictureFormat)>) {
        let order = shot.as_ref().map(|(_, source, format)| {
            // A publisher may have come since the orders were read; then nothing is opened, and the next round of
            // the loop sees it.
            let id = self.shared.desk.open_seat(|id| self.shared.stage.adopt(id, Some(*format)))?;
            Some(Shot { id, source: source.clone(), format: *format })
        });
        self.camera.set(order.flatten());
        self.shot = shot;
    }

    fn rest(&mut self) {
        drop(self.shared.stage.rest());
        self.shared.stage.tracks().rest();
        self.slate = None;
    }

    /// Keeps the encoders that are needed running, and time.
    fn show(&mut self, orders: &Orders) {
        let slate = self.shared.stage.slate_due();
        self.build(orders);
        if let Some((pts, format)) = slate {
            if self.slate.as_ref().is_none_or(|slate| slate.format() != format) {
                self.slate = Slate::new(format);
            }
            if let Some(slate) = &self.slate {
                self.shared.stage.slate(slate, pts);
            }
        }
        self.shared.stage.silence();
        if self.shared.stage.keyframe_wanted() || orders.keyframe {
            self.keyframes.want();
        }
        if self.keyframes.due(self.shared.timeline.now()) {
            self.shared.stage.request_keyframe();
            self.camera.request_keyframe();
            self.shared.desk.ask_publisher();
        }
    }

    /// Drops the parts that are not needed and builds those that are missing.
    fn build(&mut self, orders: &Orders) {
        let spec = Spec::of(&self.settings);
        let Some(choice) = self.choose(spec) else { return };
        let small = self.settings.small.unwrap_or_else(|| choice.affords_small());
        let mut picture = spec.picture;
        let Changes { surplus, missing } = self.shared.stage.compare(|flow| {
            picture = flow.picture();
            rig::roles(flow, spec, small, orders.pictures, self.settings.audio_bitrate_bps)
        });
        drop(surplus);
        self.shared.stage.tracks().expect(Expected::of(&self.settings, picture, small));
        if missing.is_empty() || self.shared.timeline.now() < self.retry {
            return;
        }
        for role in missing {
            let element = role.element(&choice.candidate);
            self.origins += 1;
            let origin = Origin(self.origins);
            let failed: Failed = {
                let shared = self.shared.clone();
                Arc::new(move |reason| shared.desk.report(Failure { origin, element, reason }))
            };
            match Part::build(role, origin, &choice.candidate, &self.shared.stage, failed) {
                Ok(part) => drop(self.shared.stage.install(part)),
                Err(error) => {
                    tracing::warn!(%error, "an encoder can't be started");
                    self.pass_over(element);
                }
            }
        }
    }

    /// The H.264 encoder, tried out again where the full picture is another.
    fn choose(&mut self, spec: Spec) -> Option<Choice> {
        match self.choice {
            Some((known, choice)) if known == spec => return Some(choice),
            _ if self.shared.timeline.now() < self.retry => return None,
            _ => {}
        }
        match Choice::make(&spec, &self.failed) {
            Ok(choice) => {
                self.choice = Some((spec, choice));
                self.shared.desk.set_encoder(Ok(Some(choice.candidate.element)));
                Some(choice)
            }
            Err(error) => {
                self.no_encoder(error);
                None
            }
        }
    }

    /// Something does not work: if it is the H.264 encoder, the next one is tried.
    fn pass_over(&mut self, element: &'static str) {
        match self.choice {
            Some((_, choice)) if choice.candidate.element == element => {
                self.failed.push(element);
                self.choice = None;
            }
            _ => self.retry = self.shared.timeline.now() + PAUSE,
        }
    }

    /// None of the encoders works. All are tried again after the pause: a driver may recover.
    fn no_encoder(&mut self, error: EncodeError) {
        tracing::error!(%error, "no H.264 encoder works");
        self.failed.clear();
        self.retry = self.shared.timeline.now() + PAUSE;
        self.shared.desk.set_encoder(Err(match error {
            EncodeError::Missing { element, package } => Trouble::NoEncoder { element, package },
            EncodeError::Broken { element, reason } => Trouble::BrokenEncoder { element, reason },
        }));
    }

    fn deadline(&self) -> Option<MediaTime> {
        if !self.running {
            return None;
        }
        let retry = Some(self.retry).filter(|at| *at > self.shared.timeline.now());
        [self.shared.stage.deadline(), self.keyframes.deadline(), retry].into_iter().flatten().min()
    }
}
