//! One track: its place in the catalogue, and its chunks' sequence and groups. Pure: times are arguments.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::{Chunk, MAX_CHUNK_MEDIA, MediaTime, Medium, Track, TrackName, UnixMs};

use super::tracks::Origin;
use crate::frame::{AvcConfig, PictureFormat};
use crate::package::fmp4::Kind;
use crate::package::fmp4::chunk::{PackError, Packager, Packed, Sample};
use crate::package::fmp4::init::AudioInit;

/// Every chunk of sound can be decoded alone; groups begin at this distance so that there is something to drop.
const SOUND_GROUP: Duration = Duration::from_secs(1);
/// How long a frame is taken to last where nothing else is known: one of 30 a second.
const USUAL_FRAME: Duration = Duration::from_nanos(33_333_333);
/// A frame that is due so much later than the stream's rate says shows that the rate is another.
const LATE: f64 = 1.5;

/// What the catalogue says of a track, but for its name and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) medium: Medium,
    pub(super) codec: String,
    pub(super) bitrate_bps: u32,
    pub(super) init: Bytes,
}

/// What a header was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Setup {
    Video(Arc<AvcConfig>),
    Sound(Arc<AudioInit>),
    /// Pictures need no header, but their size is told.
    Pictures(PictureFormat),
}

/// Writes one track.
#[derive(Debug)]
pub(super) struct Writer {
    name: TrackName,
    track: Option<Track>,
    /// The version that the next header gets.
    next_version: u32,
    /// Whose frames are taken; `None` for nobody's.
    origin: Option<Origin>,
    /// What the header was made of.
    setup: Option<Setup>,
    kind: Option<Kind>,
    packager: Option<Packager>,
    sequence: u64,
    /// The groups that were begun.
    groups: u64,
    group_start: MediaTime,
    /// Whether nothing but a keyframe will do; sound and pictures are keyframes all.
    needs_key: bool,
    /// Whether the next chunk of sound starts a group.
    new_group: bool,
    /// Decode time of the last frame.
    last: Option<MediaTime>,
}

impl Writer {
    /// A track without chunks; one without a `kind` is of still pictures.
    pub(super) fn new(kind: Option<Kind>, name: TrackName, chunk: Duration) -> Self {
        Self {
            name,
            track: None,
            next_version: 0,
            origin: None,
            setup: None,
            kind,
            packager: kind.map(|kind| Packager::new(kind, chunk)),
            sequence: 0,
            groups: 0,
            group_start: MediaTime::ZERO,
            needs_key: true,
            new_group: true,
            last: None,
        }
    }

    pub(super) fn name(&self) -> &TrackName {
        &self.name
    }

    /// The track's entry in the catalogue, once its header is known.
    pub(super) fn track(&self) -> Option<&Track> {
        self.track.as_ref()
    }

    /// Takes the track out of the catalogue; whether it was there.
    pub(super) fn withdraw(&mut self) -> bool {
        self.origin = None;
        self.setup = None;
        self.packager.as_mut().and_then(Packager::flush);
        self.restart();
        self.track.take().is_some()
    }

    /// Whether this origin's frames are taken.
    pub(super) fn takes(&self, origin: Origin) -> bool {
        self.origin == Some(origin)
    }

    /// Whether the header was made of this set-up.
    pub(super) fn is_set_up_by(&self, setup: &Setup) -> bool {
        match (&self.setup, setup) {
            (Some(Setup::Video(known)), Setup::Video(now)) => Arc::ptr_eq(known, now) || known == now,
            (Some(Setup::Sound(known)), Setup::Sound(now)) => Arc::ptr_eq(known, now) || known == now,
            (Some(Setup::Pictures(known)), Setup::Pictures(now)) => known == now,
            _ => false,
        }
    }

    /// Gives the track this header, which was made of `setup`; whether the catalogue is another one now. What waits
    /// has to be flushed before.
    pub(super) fn describe(&mut self, header: Header, setup: Setup) -> bool {
        let same_setup = self.is_set_up_by(&setup);
        self.setup = Some(setup);
        let Header { medium, codec, bitrate_bps, init } = header;
        if !same_setup {
            self.next_version += 1;
            self.restart();
        }
        let init_version = self.next_version - 1;
        let track = Track { name: self.name.clone(), medium, codec, bitrate_bps, init_version, init };
        let changed = self.track.as_ref() != Some(&track);
        self.track = Some(track);
        changed
    }

    /// Notes what the track is expected to need; whether that is new.
    pub(super) fn set_bitrate(&mut self, bitrate_bps: u32) -> bool {
        let known = self.track.as_mut().map(|track| &mut track.bitrate_bps);
        known.is_some_and(|known| std::mem::replace(known, bitrate_bps) != bitrate_bps)
    }

    /// Notes that frames are shown in another order than they are decoded; whether that is new.
    pub(super) fn note_reordered(&mut self) -> bool {
        match self.track.as_mut().map(|track| &mut track.medium) {
            Some(Medium::Video(video)) => !std::mem::replace(&mut video.reordered, true),
            _ => false,
        }
    }

    /// How long the frame decoded at `dts` lasts: what the stream's rate says, unless the frame before shows that it
    /// is slower.
    pub(super) fn frame_duration(&mut self, dts: MediaTime, frame_rate_milli: u32) -> Duration {
        let step = self.last.map(|last| dts.since(last)).filter(|step| !step.is_zero());
        match (frame_rate_milli, step) {
            (0, None) => USUAL_FRAME,
            (0, Some(step)) => step.min(MAX_CHUNK_MEDIA),
            (rate, step) => {
                let nominal = Duration::from_secs(1000) / rate;
                step.filter(|step| *step > nominal.mul_f64(LATE)).unwrap_or(nominal).min(MAX_CHUNK_MEDIA)
            }
        }
    }

    /// Takes the next frame, and gives the chunks that are full. Before the first keyframe and after a restart,
    /// frames that depend on others are left out.
    pub(super) fn push(&mut self, sample: Sample, epoch: UnixMs) -> Result<Vec<Chunk>, PackError> {
        let Some(packager) = self.packager.as_mut().filter(|_| sample.key || !self.needs_key) else {
            return Ok(Vec::new());
        };
        let time = sample.time;
        if self.last.is_some_and(|last| time < last) {
            return Err(PackError::Backwards);
        }
        let packed = packager.push(sample)?;
        self.last = Some(time);
        self.needs_key = false;
        Ok(packed.into_iter().map(|packed| self.chunk(packed, epoch)).collect())
    }

    /// A chunk that is a whole picture; `None` for one that comes after a newer one.
    pub(super) fn whole(
        &mut self,
        payload: Bytes,
        time: MediaTime,
        duration: Duration,
        epoch: UnixMs,
    ) -> Option<Chunk> {
        if self.last.is_some_and(|last| time <= last) {
            return None;
        }
        self.last = Some(time);
        let duration = duration.min(MAX_CHUNK_MEDIA);
        Some(self.chunk(Packed { payload, time, duration, starts_with_key: true }, epoch))
    }

    /// The chunk of the frames that wait for company, if any.
    pub(super) fn flush(&mut self, epoch: UnixMs) -> Option<Chunk> {
        let packed = self.packager.as_mut()?.flush()?;
        Some(self.chunk(packed, epoch))
    }

    /// The next chunk starts a group, and nothing but a keyframe will do.
    pub(super) fn restart(&mut self) {
        self.needs_key = true;
        self.new_group = true;
    }

    /// From the next keyframe on, only frames of this origin are taken.
    pub(super) fn switch(&mut self, origin: Origin) {
        if self.origin.replace(origin) != Some(origin) {
            self.needs_key = true;
        }
    }

    /// From now on, chunks hold as much; whatever waits has to be flushed before.
    pub(super) fn rechunk(&mut self, chunk: Duration) {
        self.packager = self.kind.map(|kind| Packager::new(kind, chunk));
    }

    fn chunk(&mut self, packed: Packed, epoch: UnixMs) -> Chunk {
        let Packed { payload, time, duration, starts_with_key } = packed;
        let starts_group = match self.kind {
            Some(Kind::Audio) => self.new_group || time.since(self.group_start) >= SOUND_GROUP,
            Some(Kind::Video) => starts_with_key,
            None => true,
        };
        if starts_group {
            self.groups += 1;
            self.group_start = time;
            self.new_group = false;
        }
        let sequence = self.sequence;
        self.sequence += 1;
        Chunk {
            sequence,
            group: self.groups.saturating_sub(1),
            starts_group,
            init_version: self.track.as_ref().map_or(0, |track| track.init_version),
            time,
            duration,
            captured: epoch.at(time),
            payload,
        }
    }
}
