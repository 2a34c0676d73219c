//! The junction of capture and encode: one source at a time goes to the encoders that run, or the "no signal"
//! picture does, and sound without gaps.
//!
//! Called from the source's threads and from the engine's. What to build and when is the engine's; the stage only
//! tells it, by the bell, that there is something to do.

use std::sync::{Arc, Mutex, MutexGuard};

use gstreamer as gst;
use parlor_protocol::media::{MediaTime, TrackName};

use super::bell::Bell;
use super::rig::{Flow, Part, Role};
use super::show::{Show, media_time};
use super::silence::Filler;
use super::slate::Slate;
use super::tracks::{Origin, Tracks};
use super::watchdog::{View, Watchdog};
use crate::encode::decoded_format;
use crate::frame::{Captured, PictureFormat, Timeline};
use crate::status::Signal;
use crate::trouble::Trouble;

/// Which of the sources that come and go; only the newest one's frames are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SourceId(pub(super) u64);

/// The junction.
pub(super) struct Stage {
    timeline: Timeline,
    tracks: Arc<Tracks>,
    bell: Arc<Bell>,
    state: Mutex<State>,
}

struct State {
    source: SourceId,
    /// The format of the source's raw pictures.
    format: PictureFormat,
    /// The format of the slate.
    wanted: PictureFormat,
    /// What runs while somebody wants it; nothing else does.
    show: Option<Show>,
    /// Why there is no picture.
    lost: Option<Trouble>,
    /// Whether a frame came that is no use without a keyframe.
    keyframe_wanted: bool,
}

/// What is to be changed about the rig.
pub(super) struct Changes {
    /// Parts that are not needed any more, to be dropped by whoever holds no lock.
    pub(super) surplus: Vec<Part>,
    /// Roles that nobody plays.
    pub(super) missing: Vec<Role>,
}

impl Stage {
    /// A stage that rests.
    pub(super) fn new(
        timeline: Timeline,
        tracks: Arc<Tracks>,
        bell: Arc<Bell>,
        wanted: PictureFormat,
    ) -> Self {
        let state = State {
            source: SourceId::default(),
            format: wanted,
            wanted,
            show: None,
            lost: None,
            keyframe_wanted: false,
        };
        Self { timeline, tracks, bell, state: Mutex::new(state) }
    }

    pub(super) fn tracks(&self) -> &Arc<Tracks> {
        &self.tracks
    }

    /// From now on this source's frames are taken and no other's; raw ones are in this format.
    pub(super) fn adopt(&self, source: SourceId, format: Option<PictureFormat>) {
        let mut state = self.lock();
        state.source = source;
        state.format = format.unwrap_or(state.wanted);
        state.lost = None;
    }

    /// Begins to take frames, for raw pictures in this format, or goes on with another format for the slate.
    pub(super) fn run(&self, wanted: PictureFormat) {
        let now = self.timeline.now();
        let mut state = self.lock();
        let changed = std::mem::replace(&mut state.wanted, wanted) != wanted;
        let lost = state.lost.is_some();
        match &mut state.show {
            None => {
                let mut watchdog = Watchdog::new(wanted.fps, now);
                if lost {
                    watchdog.lost(now);
                }
                state.show = Some(Show {
                    watchdog,
                    filler: Filler::new(now),
                    flow: Flow::Raw(wanted),
                    parts: Vec::new(),
                });
            }
            Some(show) if changed => {
                show.watchdog.set_fps(wanted.fps);
                // What will come most likely; its encoder can be built meanwhile.
                if matches!(show.flow, Flow::Raw(_)) {
                    show.flow = Flow::Raw(wanted);
                }
            }
            Some(_) => {}
        }
    }

    /// Takes no more frames. The parts are to be dropped by the caller.
    pub(super) fn rest(&self) -> Vec<Part> {
        self.lock().show.take().map_or_else(Vec::new, |show| show.parts)
    }

    /// Takes what a source gives.
    pub(super) fn captured(&self, source: SourceId, captured: Captured) {
        let now = self.timeline.now();
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.source != source {
            return;
        }
        if let Captured::Lost(trouble) = captured {
            tracing::info!(reason = %trouble, "no signal");
            state.lost = Some(trouble);
            if let Some(show) = &mut state.show {
                show.watchdog.lost(now);
            }
            drop(guard);
            return self.bell.ring();
        }
        let Some(show) = &mut state.show else { return };
        let changed = match captured {
            Captured::Picture(picture) => {
                state.lost = None;
                let pts = media_time(&picture, now);
                if !show.watchdog.picture(pts, now) {
                    return;
                }
                let changed = show.turn(Flow::Raw(state.format), &self.tracks);
                show.picture(&picture, pts);
                changed
            }
            Captured::AccessUnit(unit) => {
                let format = decoded_format(&unit.config, state.wanted.fps);
                let flow = Flow::Coded(unit.config.clone(), format);
                if !unit.key && (show.flow != flow || show.watchdog.view() != View::Source) {
                    // It builds on frames that nobody got.
                    state.keyframe_wanted = true;
                    true
                } else {
                    state.lost = None;
                    let changed = show.turn(flow, &self.tracks);
                    show.unit(unit, now, &self.tracks);
                    changed
                }
            }
            Captured::Sound(sound) => {
                show.sound(&sound, now);
                false
            }
            Captured::Lost(_) => false,
        };
        drop(guard);
        if changed {
            self.bell.ring();
        }
    }

    /// Takes a picture that a decoder in the rig made.
    pub(super) fn decoded(&self, origin: Origin, picture: &gst::Buffer, pts: MediaTime) {
        let state = self.lock();
        let Some(show) = &state.show else { return };
        let maker = show.parts.iter().find(|part| part.origin == origin);
        if let Some(Role::Decoder(_, format)) = maker.map(|part| &part.role) {
            let format = *format;
            show.parts.iter().for_each(|part| part.picture(picture, format, pts, false));
        }
    }

    /// Compares the parts with the roles that there are to be, and takes out those that are not.
    pub(super) fn compare(&self, roles: impl FnOnce(&Flow) -> Vec<Role>) -> Changes {
        let mut state = self.lock();
        let Some(show) = &mut state.show else { return Changes { surplus: Vec::new(), missing: Vec::new() } };
        let mut missing = roles(&show.flow);
        let (kept, surplus) = std::mem::take(&mut show.parts).into_iter().partition(|part| {
            let role = missing.iter().position(|role| *role == part.role);
            role.map(|index| missing.swap_remove(index)).is_some()
        });
        show.parts = kept;
        Changes { surplus, missing }
    }

    /// Adds a part; gives it back if the stage rests by now.
    pub(super) fn install(&self, part: Part) -> Option<Part> {
        let mut state = self.lock();
        let Some(show) = &mut state.show else { return Some(part) };
        let passes_through = matches!(show.flow, Flow::Coded(..));
        if let Some(track) = part.video_track()
            && !(passes_through && track == TrackName::VIDEO)
        {
            self.tracks.switch(&track, part.origin);
        }
        // A decoder can only start at a keyframe.
        let decodes = matches!(part.role, Role::Decoder(..));
        show.parts.push(part);
        state.keyframe_wanted |= decodes;
        None
    }

    /// Takes a part out that has failed; it is to be dropped by the caller.
    pub(super) fn remove(&self, origin: Origin) -> Option<Part> {
        let mut state = self.lock();
        let parts = &mut state.show.as_mut()?.parts;
        let index = parts.iter().position(|part| part.origin == origin)?;
        Some(parts.swap_remove(index))
    }

    /// The time of the slate's picture that is due, if one is. The rig has to be compared before it is given.
    pub(super) fn slate_due(&self) -> Option<(MediaTime, PictureFormat)> {
        let now = self.timeline.now();
        let mut guard = self.lock();
        let state = &mut *guard;
        let show = state.show.as_mut()?;
        let was = show.watchdog.view();
        let pts = show.watchdog.slate(now)?;
        if was == View::Source && state.lost.is_none() {
            state.lost = Some(Trouble::Waiting);
        }
        show.turn(Flow::Raw(state.wanted), &self.tracks);
        Some((pts, state.wanted))
    }

    /// Shows the slate's picture, unless the source came back meanwhile.
    pub(super) fn slate(&self, slate: &Slate, pts: MediaTime) {
        let picture = slate.paint(pts);
        if let Some(show) = &mut self.lock().show
            && show.watchdog.view() == View::Slate
            && show.flow == Flow::Raw(slate.format())
        {
            show.picture(&picture, pts);
        }
    }

    /// Gives the silence that is due.
    pub(super) fn silence(&self) {
        let now = self.timeline.now();
        if let Some(show) = &mut self.lock().show
            && let Some(piece) = show.filler.due(now)
        {
            show.piece(piece, None);
        }
    }

    /// When [`slate_due`](Self::slate_due) or [`silence`](Self::silence) is to be called next; `None` at rest.
    pub(super) fn deadline(&self) -> Option<MediaTime> {
        self.lock().show.as_ref().map(|show| show.watchdog.deadline().min(show.filler.deadline()))
    }

    /// Makes the next picture of every encoder a keyframe.
    pub(super) fn request_keyframe(&self) {
        if let Some(show) = &self.lock().show {
            show.parts.iter().for_each(Part::request_keyframe);
        }
    }

    /// Whether a keyframe is needed to go on; asking clears it.
    pub(super) fn keyframe_wanted(&self) -> bool {
        std::mem::take(&mut self.lock().keyframe_wanted)
    }

    /// Whether there is a picture.
    pub(super) fn signal(&self) -> Signal {
        let state = self.lock();
        match (&state.show, &state.lost) {
            (None, _) => Signal::Resting,
            (Some(_), Some(reason)) => Signal::Lost(reason.clone()),
            (Some(show), None) if show.watchdog.view() == View::Source => Signal::Present,
            (Some(_), None) => Signal::Starting,
        }
    }

    /// Whether the source's own H.264 is passed through.
    pub(super) fn passes_through(&self) -> bool {
        self.lock().show.as_ref().is_some_and(|show| matches!(show.flow, Flow::Coded(..)))
    }

    /// Whether such a role is played.
    pub(super) fn has(&self, is_such: impl Fn(&Role) -> bool) -> bool {
        self.lock().show.as_ref().is_some_and(|show| show.parts.iter().any(|part| is_such(&part.role)))
    }

    /// How much the encoders that run had to drop, because they did not keep up.
    pub(super) fn dropped(&self) -> u64 {
        self.lock().show.as_ref().map_or(0, |show| show.parts.iter().map(Part::dropped).sum())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the stage's lock panics")
    }
}
