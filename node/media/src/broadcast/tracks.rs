//! From coded frames to the chunks of the tracks, and the catalogue that lists these.
//!
//! One lock for all tracks: whatever thread a frame comes from, the catalogue that its chunk needs goes out first.
//! Sequences and groups count on for as long as the broadcast lives, through every pipeline's end.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::{Audio, Catalogue, Chunk, MediaTime, Medium, Picture, Track, TrackName, Video};

use super::meter::{Meter, Passed, Reading};
use super::writer::{Header, Setup, Writer};
use crate::encode::Packet;
use crate::frame::{AccessUnit, AvcConfig, PictureFormat, Timeline};
use crate::output::Output;
use crate::package::fmp4::Kind;
use crate::package::fmp4::chunk::Sample;
use crate::package::fmp4::init::{self, AudioInit, VideoInit};

/// Who makes a video track's frames: a pass-through source, or one encoder among those that come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin(pub(super) u64);

impl Origin {
    /// The source's own H.264. Encoders count from 1.
    pub(super) const SOURCE: Self = Self(0);
}

/// The most chunks that are held back until the first catalogue is complete: two seconds of sound in two codecs and
/// a picture. Then what there is goes out.
const MOST_HELD: usize = 150;

/// What the host expects of the tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expected {
    /// Media per chunk.
    pub(super) chunk: Duration,
    /// Bits per second of the full picture.
    pub(super) video_bps: u32,
    /// Bits per second of the small one; `None` if there is none.
    pub(super) small_bps: Option<u32>,
    pub(super) opus_bps: u32,
    pub(super) aac_bps: u32,
    pub(super) picture: PictureFormat,
    pub(super) picture_bps: u32,
}

/// All tracks of a broadcast.
pub(super) struct Tracks {
    output: Arc<dyn Output>,
    timeline: Timeline,
    state: Mutex<State>,
}

struct State {
    expected: Expected,
    /// In the catalogue's order: best first within a medium.
    writers: [Writer; 5],
    /// Chunks that wait for the first catalogue; `None` once it is out.
    held: Option<VecDeque<(TrackName, Chunk)>>,
    meter: Meter,
}

const NAMES: [TrackName; 5] =
    [TrackName::VIDEO, TrackName::VIDEO_SMALL, TrackName::AUDIO, TrackName::AUDIO_AAC, TrackName::PREVIEW];

impl Tracks {
    /// Tracks without chunks.
    pub(super) fn new(output: Arc<dyn Output>, timeline: Timeline, expected: Expected) -> Self {
        let kind = |name: &TrackName| match name {
            name if *name == TrackName::VIDEO || *name == TrackName::VIDEO_SMALL => Some(Kind::Video),
            name if *name == TrackName::PREVIEW => None,
            _ => Some(Kind::Audio),
        };
        let writers = NAMES.map(|name| Writer::new(kind(&name), name, expected.chunk));
        let state = State { expected, writers, held: Some(VecDeque::new()), meter: Meter::default() };
        let tracks = Self { output, timeline, state: Mutex::new(state) };
        tracks.lock().describe_pictures();
        tracks
    }

    /// From now on, the tracks are to be like this. A track that is no longer wanted leaves the catalogue.
    pub(super) fn expect(&self, expected: Expected) {
        let mut state = self.lock();
        if state.expected == expected {
            return;
        }
        let rechunk = state.expected.chunk != expected.chunk;
        state.expected = expected;
        for index in 0..state.writers.len() {
            if rechunk {
                self.flush(&mut state, index);
                state.writers[index].rechunk(expected.chunk);
            }
        }
        let mut changed = state.describe_pictures();
        for index in 0..state.writers.len() {
            let bitrate_bps = state.bitrate_bps(index);
            changed |= state.writers[index].set_bitrate(bitrate_bps);
        }
        if expected.small_bps.is_none() {
            changed |= state.writers[index_of(&TrackName::VIDEO_SMALL)].withdraw();
        }
        if changed {
            self.announce_again(&mut state);
        }
    }

    /// From its next keyframe on, the video track is made by this origin and no other.
    pub(super) fn switch(&self, name: &TrackName, origin: Origin) {
        self.lock().writers[index_of(name)].switch(origin);
    }

    /// Takes the next frame of a video track, if it is from the track's origin.
    pub(super) fn video(&self, name: &TrackName, origin: Origin, unit: AccessUnit) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let index = index_of(name);
        if !state.writers[index].takes(origin) {
            return;
        }
        let AccessUnit { data, pts, dts, key, config } = unit;
        let setup = Setup::Video(config.clone());
        if !state.writers[index].is_set_up_by(&setup) {
            if !key {
                // Nothing of another set-up can be decoded before its keyframe.
                return;
            }
            match video_header(&config, state.bitrate_bps(index)) {
                Ok(header) => self.describe(state, index, header, setup),
                Err(error) => return tracing::warn!(track = %NAMES[index], %error, "frame left out"),
            }
        }
        if pts != dts && state.writers[index].note_reordered() {
            self.announce_again(state);
        }
        if *name == TrackName::VIDEO {
            state.meter.count(Passed::Frame, self.timeline.now());
        }
        let duration = state.writers[index].frame_duration(dts, config.frame_rate_milli);
        self.push(state, index, Sample { data, time: dts, shown: pts, duration, key });
    }

    /// Takes the next packet of an audio track.
    pub(super) fn sound(&self, name: &TrackName, packet: Packet) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let index = index_of(name);
        let Packet { data, time, duration, init } = packet;
        let setup = Setup::Sound(init.clone());
        if !state.writers[index].is_set_up_by(&setup) {
            match sound_header(&init, state.bitrate_bps(index)) {
                Ok(header) => self.describe(state, index, header, setup),
                Err(error) => return tracing::warn!(track = %NAMES[index], %error, "sound left out"),
            }
        }
        self.push(state, index, Sample { data, time, shown: time, duration, key: true });
    }

    /// Takes the next still picture.
    pub(super) fn picture(&self, jpeg: Bytes, time: MediaTime) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let index = index_of(&TrackName::PREVIEW);
        let duration = Duration::from_secs(1) / state.expected.picture.fps.max(1);
        let epoch = self.timeline.epoch();
        if let Some(chunk) = state.writers[index].whole(jpeg, time, duration, epoch) {
            self.pass(state, index, chunk);
        }
    }

    /// The encoders rest: what waits for company goes out, and whatever comes next starts a group.
    pub(super) fn rest(&self) {
        let mut state = self.lock();
        for index in 0..state.writers.len() {
            self.flush(&mut state, index);
            state.writers[index].restart();
        }
    }

    /// What passed in the last second.
    pub(super) fn reading(&self) -> Reading {
        let now = self.timeline.now();
        self.lock().meter.read(now)
    }

    fn push(&self, state: &mut State, index: usize, sample: Sample) {
        match state.writers[index].push(sample, self.timeline.epoch()) {
            Ok(chunks) => chunks.into_iter().for_each(|chunk| self.pass(state, index, chunk)),
            Err(error) => tracing::warn!(track = %NAMES[index], %error, "frame left out"),
        }
    }

    fn flush(&self, state: &mut State, index: usize) {
        if let Some(chunk) = state.writers[index].flush(self.timeline.epoch()) {
            self.pass(state, index, chunk);
        }
    }

    /// Gives a track another header, after what waits for the old one, and tells the output.
    fn describe(&self, state: &mut State, index: usize, header: Header, setup: Setup) {
        self.flush(state, index);
        if state.writers[index].describe(header, setup) {
            self.announce_again(state);
        }
    }

    /// Hands a chunk to the output, or holds it back until the first catalogue is complete.
    fn pass(&self, state: &mut State, index: usize, chunk: Chunk) {
        let now = self.timeline.now();
        let bytes = chunk.payload.len();
        match &NAMES[index] {
            name if *name == TrackName::VIDEO => {
                state.meter.count(Passed::Picture { bytes, delay: now.since(chunk.time) }, now);
            }
            name if *name == TrackName::PREVIEW => {}
            _ => state.meter.count(Passed::Other { bytes }, now),
        }
        match &mut state.held {
            None => self.output.chunk(&NAMES[index], chunk),
            Some(held) => {
                held.push_back((NAMES[index].clone(), chunk));
                let full = held.len() == MOST_HELD;
                if full || state.is_complete() {
                    self.announce(state);
                }
            }
        }
    }

    /// Gives the output the first catalogue, and what was held back.
    fn announce(&self, state: &mut State) {
        self.output.catalogue(state.catalogue(&self.timeline));
        for (name, chunk) in state.held.take().unwrap_or_default() {
            self.output.chunk(&name, chunk);
        }
    }

    /// Gives the output another catalogue, once there was a first.
    fn announce_again(&self, state: &mut State) {
        if state.held.is_none() {
            self.output.catalogue(state.catalogue(&self.timeline));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the tracks' lock panics")
    }
}

impl State {
    /// Whether every track that is expected has a header.
    fn is_complete(&self) -> bool {
        let optional =
            |writer: &Writer| *writer.name() == TrackName::VIDEO_SMALL && self.expected.small_bps.is_none();
        self.writers.iter().all(|writer| writer.track().is_some() || optional(writer))
    }

    fn catalogue(&self, timeline: &Timeline) -> Catalogue {
        let tracks = self.writers.iter().filter_map(Writer::track).cloned();
        Catalogue { epoch: timeline.epoch(), tracks: tracks.collect::<Vec<Track>>() }
    }

    /// Notes the size of the still pictures; whether it has changed. They need no header.
    fn describe_pictures(&mut self) -> bool {
        let PictureFormat { width, height, .. } = self.expected.picture;
        let medium = Medium::Picture(Picture { width, height });
        let bitrate_bps = self.expected.picture_bps;
        let header = Header { medium, codec: "jpeg".into(), bitrate_bps, init: Bytes::new() };
        let setup = Setup::Pictures(PictureFormat { fps: 0, ..self.expected.picture });
        self.writers[index_of(&TrackName::PREVIEW)].describe(header, setup)
    }

    fn bitrate_bps(&self, index: usize) -> u32 {
        let Expected { video_bps, small_bps, opus_bps, aac_bps, picture_bps, .. } = self.expected;
        [video_bps, small_bps.unwrap_or_default(), opus_bps, aac_bps, picture_bps][index]
    }
}

fn index_of(name: &TrackName) -> usize {
    NAMES.iter().position(|known| known == name).expect("the engine writes only its own tracks")
}

fn video_header(config: &AvcConfig, bitrate_bps: u32) -> Result<Header, init::InitError> {
    let (width, height) = (config.width, config.height);
    let init::Header { bytes, codec } =
        init::video(&VideoInit { record: config.record.clone(), width, height })?;
    let frame_rate_milli = config.frame_rate_milli;
    let medium = Medium::Video(Video { width, height, frame_rate_milli, reordered: false });
    Ok(Header { medium, codec, bitrate_bps, init: bytes })
}

fn sound_header(init: &AudioInit, bitrate_bps: u32) -> Result<Header, init::InitError> {
    let init::Header { bytes, codec } = init::audio(init)?;
    let channels = if let AudioInit::Opus { channels, .. } = init { *channels } else { 2 };
    let medium = Medium::Audio(Audio { sample_rate: Kind::Audio.timescale(), channels });
    Ok(Header { medium, codec, bitrate_bps, init: bytes })
}
