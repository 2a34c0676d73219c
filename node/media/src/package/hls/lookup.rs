//! What players ask a timeline for: playlists, segments, parts, initializations.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::MediaTime;

use super::playlist::{MediaPlaylist, PartLine, SegmentLine};
use super::segment::{Part, Segment};
use super::timeline::{SEGMENT_MIN, TARGET_DURATION, Timeline};

/// What the playlist lists at least, once the stream is that old. RFC 8216bis (section 6.2.2) wants three target
/// durations to be left when a segment is removed; one more segment of 2 s keeps a player that starts there safe.
const LISTED: Duration = Duration::from_secs(14);
/// How near to the end parts are listed: RFC 8216bis (section 6.2.2) wants three target durations.
const PARTS_LISTED: Duration = Duration::from_secs(12);
/// How far a client may ask ahead of the last part, as a span: RFC 8216bis (section 6.2.5.2) has "three divided by the
/// part target" as the limit in parts.
const ADVANCE: Duration = Duration::from_secs(3);

/// The answer to a blocking playlist reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// The playlist holds what was asked for.
    Ready,
    /// It will; ask again when [`Timeline::push`] says that something was completed.
    Wait,
    /// It is too far in the future: answer `400`.
    TooFar,
}

/// The answer to a request for a segment or a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource<T = Vec<Bytes>> {
    /// Its chunks, in order; or what else of it was asked for.
    Ready(T),
    /// It is hinted at, or being filled; ask again when [`Timeline::push`] says that something was completed.
    Wait,
    /// It is gone, or there is no such thing: answer `404`.
    Absent,
}

impl<T> Resource<T> {
    /// Makes something else of what is there.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Resource<U> {
        match self {
            Self::Ready(found) => Resource::Ready(make(found)),
            Self::Wait => Resource::Wait,
            Self::Absent => Resource::Absent,
        }
    }
}

impl Timeline {
    /// Whether the playlist can answer a reload with `_HLS_msn` and `_HLS_part` (RFC 8216bis, section 6.2.5.2).
    #[must_use]
    pub fn reload(&self, msn: u64, part: Option<u64>) -> Reload {
        let parts = |segment: Option<&Segment>| segment.map_or(0, |segment| segment.parts.len() as u64);
        match part {
            // The last listed segment is the one before the open one, and two beyond it may be asked for.
            _ if msn > self.msn.saturating_add(1) => Reload::TooFar,
            None if msn < self.msn => Reload::Ready,
            None => Reload::Wait,
            Some(part) if msn < self.msn => match self.segment_at(msn) {
                // A part that the segment turned out not to have stands for the first of the next.
                Some(segment) if part >= parts(Some(segment)) => self.reload(msn + 1, Some(0)),
                _ => Reload::Ready,
            },
            Some(part) => {
                let there = if msn == self.msn { parts(self.open.as_ref()) } else { 0 };
                match part {
                    _ if part < there => Reload::Ready,
                    _ if part < there + self.advance_parts() => Reload::Wait,
                    _ => Reload::TooFar,
                }
            }
        }
    }

    /// How many parts ahead of the last a client may ask; three of them while their length is not settled.
    fn advance_parts(&self) -> u64 {
        let target = self.part_target.unwrap_or(Duration::from_secs(1));
        ADVANCE.as_millis().div_ceil(target.as_millis().max(1)) as u64
    }

    /// The segment with this media sequence number.
    #[must_use]
    pub fn segment(&self, msn: u64) -> Resource {
        self.whole(msn).map(|segment| segment.chunks().cloned().collect())
    }

    /// A part of the segment with this media sequence number, counted from 0.
    #[must_use]
    pub fn part(&self, msn: u64, part: u64) -> Resource {
        self.partial(msn, part).map(|part| part.chunks.clone())
    }

    /// When the segment with this media sequence number is seen, or a part of it.
    #[must_use]
    pub(super) fn span(&self, msn: u64, part: Option<u64>) -> Resource<Range<MediaTime>> {
        match part {
            None => self.whole(msn).map(Segment::span),
            Some(part) => self.partial(msn, part).map(Part::span),
        }
    }

    /// The end of what is complete, which changes no more.
    #[must_use]
    pub(super) fn complete(&self) -> MediaTime {
        let last = self.open.as_ref().and_then(|open| open.parts.last()).map(Part::span);
        last.or_else(|| self.closed.back().map(Segment::span)).map_or(MediaTime::ZERO, |span| span.end)
    }

    fn whole(&self, msn: u64) -> Resource<&Segment> {
        self.segment_at(msn).map_or(Resource::Absent, Resource::Ready)
    }

    fn partial(&self, msn: u64, part: u64) -> Resource<&Part> {
        let segment = self.segment_at(msn).or_else(|| self.open.as_ref().filter(|open| open.msn == msn));
        let at = usize::try_from(part).unwrap_or(usize::MAX);
        let is_open = msn == self.msn;
        match segment.and_then(|segment| segment.parts.get(at)) {
            Some(part) => Resource::Ready(part),
            None if is_open && at == self.open.as_ref().map_or(0, |open| open.parts.len()) => Resource::Wait,
            None if (msn, part) == self.hint() => Resource::Wait,
            None => Resource::Absent,
        }
    }

    /// The initialization of this version, while a segment that is kept needs it.
    #[must_use]
    pub fn init(&self, version: u32) -> Option<&Bytes> {
        self.inits.get(&version)
    }

    /// The media sequence number that comes after every one used so far.
    #[must_use]
    pub fn next_msn(&self) -> u64 {
        self.msn + 1
    }

    /// The last part there is: its segment's media sequence number, and its place within the segment.
    #[must_use]
    pub fn last_part(&self) -> Option<(u64, u64)> {
        let open = self.open.as_ref().filter(|open| !open.parts.is_empty());
        let segment = open.or(self.closed.back())?;
        Some((segment.msn, (segment.parts.len() as u64).checked_sub(1)?))
    }

    /// What the playlist says at the moment; `None` until the first segment is complete.
    #[must_use]
    pub(super) fn playlist(&self) -> Option<MediaPlaylist> {
        if self.closed.is_empty() {
            return None;
        }
        let growing = self.open.as_ref().map_or(Duration::ZERO, |open| self.edge.since(open.start));
        // Only complete segments count, so that what has left the list never comes back.
        let mut listed = Duration::ZERO;
        let mut segments = Vec::new();
        for segment in self.closed.iter().rev() {
            if listed >= LISTED {
                break;
            }
            listed += segment.duration;
            let with_parts = listed + growing <= PARTS_LISTED;
            segments.push(line(segment, if with_parts { &segment.parts } else { &[] }));
        }
        segments.reverse();
        Some(MediaPlaylist {
            target_duration: TARGET_DURATION,
            part_target: self.part_target?,
            segments,
            open: self
                .open
                .as_ref()
                .filter(|open| !open.parts.is_empty())
                .map(|open| line(open, &open.parts)),
            hint: self.hint(),
        })
    }

    fn segment_at(&self, msn: u64) -> Option<&Segment> {
        let first = self.closed.front()?.msn;
        self.closed.get(usize::try_from(msn.checked_sub(first)?).ok()?)
    }

    /// The part that will come next.
    ///
    /// A part that grows will be the open segment's. Between two parts it is foretold: a keyframe is expected as far
    /// after the last as that was after the one before. Where that fails, the hint was wrong and is answered `404`.
    fn hint(&self) -> (u64, u64) {
        let Some(open) = &self.open else {
            return (self.msn, 0);
        };
        let so_far = self.edge.since(open.start);
        let ends = self.part.is_none()
            && ((so_far >= SEGMENT_MIN && self.rhythm.expects(self.edge)) || so_far >= TARGET_DURATION);
        if ends { (self.msn + 1, 0) } else { (self.msn, open.parts.len() as u64) }
    }
}

fn line(segment: &Segment, parts: &[Part]) -> SegmentLine {
    SegmentLine {
        msn: segment.msn,
        discontinuity: segment.discontinuity,
        init_version: segment.init_version,
        start: segment.start,
        duration: segment.duration,
        parts: parts
            .iter()
            .map(|part| PartLine { duration: part.duration, independent: part.independent })
            .collect(),
    }
}
