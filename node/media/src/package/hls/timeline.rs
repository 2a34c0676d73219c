//! One track's segments and parts, made from its chunks as they come.
//!
//! How they are cut, with every limit in the constants below:
//!
//! * A segment starts at the first group that begins [`SEGMENT_MIN`] or more after the last one began, at a new
//!   initialization, after a gap, and without a keyframe where it would grow beyond [`TARGET_DURATION`].
//! * A part is a run of chunks as near to 200 ms as whole chunks come, the same number each time while they are
//!   equally long. RFC 8216bis (section 4.4.4.9) wants each at 85 % of the target at least, but for independent
//!   ones and the last of a segment; where uneven chunks leave one too short, its segment ends with it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::{Chunk, MAX_CHUNK_MEDIA, MediaTime};

use super::segment::{Part, Segment};
use crate::package::fmp4::Kind;

/// The longest segment, `EXT-X-TARGETDURATION`: twice the usual distance between keyframes.
pub const TARGET_DURATION: Duration = Duration::from_secs(4);
/// The shortest span between two segments' starts at keyframes: 2 s, less what the rounding of 60 frames may take.
pub(super) const SEGMENT_MIN: Duration = Duration::from_millis(1950);
/// What is kept at least: RFC 8216bis (section 6.2.2) wants a segment served for as long as the playlist was that
/// listed it, after it left.
pub(super) const KEPT: Duration = Duration::from_secs(30);
/// The most segments kept, whatever their length: 30 s of the shortest that uneven chunks make.
const MAX_SEGMENTS: usize = 192;
/// The most bytes kept, whatever the bitrate: 30 s at 17 Mbit/s, and never less than the open segment.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;
/// The most bytes in one segment: 4 s at 64 Mbit/s.
const MAX_SEGMENT_BYTES: usize = 32 * 1024 * 1024;
/// The most chunks in one segment, and in one part: those of 4 ms each. Shorter ones are nobody's honest choice.
const MAX_SEGMENT_CHUNKS: usize = 1000;
const MAX_PART_CHUNKS: usize = 50;
/// What a part should last: five round trips of the playlist a second, and three parts of buffer in 0.6 s.
const PART_AIM: Duration = Duration::from_millis(200);
/// The least that a part lasts, in hundredths of the part target.
const PART_FLOOR_PERCENT: u32 = 85;
/// A hole in the track longer than this is a discontinuity: the source was off, not late.
const GAP: Duration = Duration::from_secs(1);
/// The segments and parts of one track.
#[derive(Debug)]
pub struct Timeline {
    pub(super) kind: Kind,
    /// Initializations that kept segments need, and the newest.
    pub(super) inits: BTreeMap<u32, Bytes>,
    newest_init: u32,
    /// Constant once it is set, as RFC 8216bis wants.
    pub(super) part_target: Option<Duration>,
    pub(super) closed: VecDeque<Segment>,
    pub(super) open: Option<Segment>,
    /// The last part of the open segment while it grows; its duration is filled in when it closes.
    pub(super) part: Option<Part>,
    /// The sequence number of the open segment, or of the next where none is open.
    pub(super) msn: u64,
    pub(super) discontinuity: u64,
    discontinuity_at: Option<MediaTime>,
    /// Start and end of the last chunk.
    latest: MediaTime,
    pub(super) edge: MediaTime,
    pub(super) rhythm: Rhythm,
}

/// How far apart groups start.
#[derive(Debug, Default)]
pub(super) struct Rhythm {
    start: Option<MediaTime>,
    length: Option<Duration>,
}

impl Timeline {
    /// An empty timeline whose first segment will have the media sequence number `first_msn`.
    #[must_use]
    pub fn new(kind: Kind, first_msn: u64) -> Self {
        Self {
            kind,
            inits: BTreeMap::new(),
            newest_init: 0,
            part_target: None,
            closed: VecDeque::new(),
            open: None,
            part: None,
            msn: first_msn,
            discontinuity: 0,
            discontinuity_at: None,
            latest: MediaTime::ZERO,
            edge: MediaTime::ZERO,
            rhythm: Rhythm::default(),
        }
    }

    /// Takes the initialization that chunks with this version need.
    pub fn set_init(&mut self, version: u32, init: Bytes) {
        self.newest_init = version;
        self.inits.insert(version, init);
        self.forget_inits();
    }

    /// The discontinuity sequence number of the track's end.
    #[must_use]
    pub fn discontinuity(&self) -> u64 {
        self.discontinuity
    }

    /// Whether this chunk can't follow the last one without a discontinuity: it needs another initialization, or
    /// there is a hole before it.
    ///
    /// Soon after a discontinuity it is no new one, for the tracks of a room never change at exactly the same time.
    #[must_use]
    pub fn is_broken_by(&self, chunk: &Chunk) -> bool {
        let settled = self.discontinuity_at.is_none_or(|at| chunk.time.since(at) > GAP);
        let in_order = chunk.time >= self.latest;
        settled && in_order && self.open.as_ref().is_some_and(|open| self.must_cut(open, chunk))
    }

    /// Takes the next chunk, and tells whether a part or a segment was completed by it.
    ///
    /// `discontinuity` is the discontinuity sequence number that the room has reached; it is taken over where the
    /// track can follow: at once for sound, at a keyframe for a picture. Chunks that are older than the last are
    /// left out, and so are those before the first keyframe.
    pub fn push(&mut self, chunk: &Chunk, discontinuity: u64) -> bool {
        let independent = chunk.starts_group || self.kind == Kind::Audio;
        let is_new = self.open.is_none();
        if (is_new && !independent) || (!is_new && chunk.time < self.latest) {
            return false;
        }
        let before = self.progress();
        let (time, duration) = (chunk.time, chunk.duration.min(MAX_CHUNK_MEDIA));
        let end = time + duration;
        let mut starts_anew = is_new;
        if let Some(open) = &self.open {
            let must_cut = self.must_cut(open, chunk);
            starts_anew = must_cut || (discontinuity != self.discontinuity && independent);
            if starts_anew || may_cut(open, chunk, end) {
                let next = (time.since(self.edge) <= GAP).then_some(time);
                self.close_part(next);
                self.close_segment(next);
            } else if self.part_is_full(end, duration) && self.close_part(Some(time)) == Fit::Short {
                self.close_segment(Some(time));
            }
        }
        if self.open.is_none() && (starts_anew || independent) && self.discontinuity != discontinuity {
            self.discontinuity = discontinuity;
            self.discontinuity_at = Some(time);
        }
        if chunk.starts_group {
            self.rhythm.start(time);
        }
        self.add(chunk, independent);
        (self.latest, self.edge) = (time, end.max(self.edge));
        self.close_part_if_done(duration);
        self.progress() != before
    }

    /// Whether the open segment can't take this chunk: it is of another initialization, or after a hole.
    fn must_cut(&self, open: &Segment, chunk: &Chunk) -> bool {
        open.init_version != chunk.init_version || chunk.time.since(self.edge) > GAP
    }

    /// Whether a chunk of `duration` up to `end` has no room in the part that grows.
    fn part_is_full(&mut self, end: MediaTime, duration: Duration) -> bool {
        let Some(part) = &self.part else { return false };
        let (start, count) = (part.start, part.chunks.len());
        if self.part_target.is_none() && end.since(start) > PART_AIM {
            self.set_part_target(duration);
        }
        count == MAX_PART_CHUNKS || self.part_target.is_some_and(|target| end.since(start) > target)
    }

    fn add(&mut self, chunk: &Chunk, independent: bool) {
        let (msn, discontinuity) = (self.msn, self.discontinuity);
        let open = self.open.get_or_insert_with(|| Segment {
            msn,
            discontinuity,
            init_version: chunk.init_version,
            start: chunk.time,
            duration: Duration::ZERO,
            parts: Vec::new(),
            chunk_count: 0,
            byte_count: 0,
        });
        open.chunk_count += 1;
        open.byte_count += chunk.payload.len();
        let part = self.part.get_or_insert_with(|| Part::at(chunk.time));
        part.independent |= independent;
        part.chunks.push(chunk.payload.clone());
        // Until the target is known, the longest chunk is noted where the part's duration will stand.
        if self.part_target.is_none() {
            part.duration = part.duration.max(chunk.duration.min(MAX_CHUNK_MEDIA));
        }
    }

    /// Closes the part at its end where another chunk as long as the last would not fit.
    fn close_part_if_done(&mut self, duration: Duration) {
        let Some(part) = &self.part else { return };
        let span = self.edge.since(part.start);
        if self.part_target.is_none() && span >= MAX_CHUNK_MEDIA {
            self.set_part_target(Duration::ZERO);
        }
        let done = |target| span >= floor(target) && span + duration > target;
        if self.part_target.is_some_and(done) {
            self.close_part(None);
        }
    }

    /// Settles how long parts are: the number of chunks that is nearest to [`PART_AIM`], and a twentieth more for
    /// frames that are not exactly on time.
    fn set_part_target(&mut self, other: Duration) {
        /// Chunks shorter than Opus' usual frame do not count as what the track is made of.
        const SHORTEST: Duration = Duration::from_millis(10);
        let Some(part) = &self.part else { return };
        let longest = part.duration.max(other).max(SHORTEST);
        let chunks = (PART_AIM.as_secs_f64() / longest.as_secs_f64()).round() as u32;
        let target = (longest * chunks * 21 / 20).max(self.edge.since(part.start));
        self.part_target = Some(Duration::from_millis(target.as_micros().div_ceil(1000) as u64));
    }

    /// Closes the part that grows; it lasts until the next chunk's time where that is known.
    fn close_part(&mut self, next: Option<MediaTime>) -> Fit {
        if self.part_target.is_none() {
            self.set_part_target(Duration::ZERO);
        }
        let Some(mut part) = self.part.take() else {
            return Fit::Good;
        };
        let target = self.part_target.unwrap_or_default();
        let end = next.unwrap_or(self.edge).max(self.edge);
        part.duration = end.since(part.start).min(target);
        let fit = if part.independent || part.duration >= floor(target) { Fit::Good } else { Fit::Short };
        let open = self.open.as_mut().expect("a part grows only within an open segment");
        open.parts.push(part);
        fit
    }

    /// Closes the open segment, whose parts are closed, and drops what is older than anybody may ask for.
    fn close_segment(&mut self, next: Option<MediaTime>) {
        let Some(mut segment) = self.open.take() else {
            return;
        };
        let end = next.unwrap_or(self.edge).max(self.edge);
        segment.duration = end.since(segment.start).min(TARGET_DURATION);
        self.closed.push_back(segment);
        self.msn += 1;
        let mut kept: Duration = self.closed.iter().map(|segment| segment.duration).sum();
        let mut bytes: usize = self.closed.iter().map(|segment| segment.byte_count).sum();
        while let Some(oldest) = self.closed.front() {
            let enough = kept.saturating_sub(oldest.duration) >= KEPT;
            if !enough && self.closed.len() <= MAX_SEGMENTS && bytes <= MAX_KEPT_BYTES {
                break;
            }
            kept = kept.saturating_sub(oldest.duration);
            bytes -= oldest.byte_count;
            self.closed.pop_front();
        }
        self.forget_inits();
    }

    fn forget_inits(&mut self) {
        let newest = self.newest_init;
        let used = |version: u32| {
            self.closed.iter().chain(&self.open).any(|segment| segment.init_version == version)
        };
        let unused: Vec<u32> =
            self.inits.keys().copied().filter(|version| *version != newest && !used(*version)).collect();
        for version in unused {
            self.inits.remove(&version);
        }
    }

    /// Counts up with every part and segment that is completed.
    fn progress(&self) -> (u64, usize) {
        (self.msn, self.open.as_ref().map_or(0, |open| open.parts.len()))
    }
}

/// Whether the open segment ends before this chunk although it could go on.
fn may_cut(open: &Segment, chunk: &Chunk, end: MediaTime) -> bool {
    (chunk.starts_group && chunk.time.since(open.start) >= SEGMENT_MIN)
        || end.since(open.start) > TARGET_DURATION
        || open.byte_count + chunk.payload.len() > MAX_SEGMENT_BYTES
        || open.chunk_count == MAX_SEGMENT_CHUNKS
}

/// Whether a part has the length that it must have in the middle of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Good,
    Short,
}

fn floor(target: Duration) -> Duration {
    target * PART_FLOOR_PERCENT / 100
}

impl Rhythm {
    fn start(&mut self, time: MediaTime) {
        if let Some(last) = self.start.replace(time) {
            self.length = Some(time.since(last));
        }
    }

    /// Whether a group is expected to start at `time` or within a frame after it.
    pub(super) fn expects(&self, time: MediaTime) -> bool {
        /// Less than the frame of a 60 fps source, more than rounding.
        const SLACK: Duration = Duration::from_millis(12);
        let (Some(start), Some(length)) = (self.start, self.length) else {
            return false;
        };
        time.since(start) + SLACK >= length
    }
}
