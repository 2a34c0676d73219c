//! Low-latency HLS (RFC 8216bis): what a room's playlists list and its players fetch.
//!
//! [`Presentation`] holds a [`Timeline`] for each picture and sound track, feeds them, and keeps their
//! discontinuities in step. Nothing here waits: [`Presentation::push`] says when something was completed, and whoever
//! holds requests open asks again then.

use std::collections::BTreeMap;

use bytes::Bytes;
use parlor_protocol::media::{Catalogue, Chunk, MediaTime, Medium, TrackName};
use parlor_protocol::talk::Caption;

use self::captions::Captions;
use super::fmp4::Kind;

mod captions;
mod lookup;
pub mod playlist;
mod segment;
#[cfg(test)]
mod tests;
mod timeline;

pub use lookup::{Reload, Resource};
pub use playlist::Lists;
use playlist::Sibling;
pub use timeline::{TARGET_DURATION, Timeline};

/// A room's tracks as HLS presents them.
///
/// Bounded by the number of tracks in a catalogue, and by what a [`Timeline`] keeps: about 30 s, and 64 MiB; of captions, those
/// that go with it.
#[derive(Debug, Default)]
pub struct Presentation {
    catalogue: Catalogue,
    timelines: BTreeMap<TrackName, Timeline>,
    captions: Captions,
    /// The room's discontinuity sequence number: RFC 8216bis (section 6.2.4) wants the same for the same moment in
    /// every track, and players line tracks up by it.
    discontinuity: u64,
    /// Where a new timeline counts on, so that a track which comes back never repeats a sequence number.
    first_msn: u64,
}

impl Presentation {
    /// Takes the room's tracks as they are now. Tracks that are gone are forgotten; on another epoch all are, for
    /// their times mean something else.
    pub fn set_catalogue(&mut self, catalogue: &Catalogue) {
        let is_new_epoch = catalogue.epoch != self.catalogue.epoch;
        let is_new_stream = !self.timelines.is_empty() && is_new_epoch;
        let first_msn = &mut self.first_msn;
        self.timelines.retain(|name, timeline| {
            *first_msn = timeline.next_msn().max(*first_msn);
            !is_new_stream && catalogue.track(name).is_some()
        });
        self.discontinuity += u64::from(is_new_stream);
        if is_new_epoch {
            self.captions = Captions::default();
        }
        for track in &catalogue.tracks {
            let kind = match track.medium {
                Medium::Video(_) => Kind::Video,
                Medium::Audio(_) => Kind::Audio,
                Medium::Picture(_) => continue,
            };
            let timeline =
                self.timelines.entry(track.name.clone()).or_insert_with(|| Timeline::new(kind, *first_msn));
            timeline.set_init(track.init_version, track.init.clone());
        }
        self.catalogue = catalogue.clone();
    }

    /// Takes the next chunk of a track, and tells whether a part or a segment of it was completed. Chunks of tracks
    /// that the catalogue does not list, and pictures, are left out.
    pub fn push(&mut self, track: &TrackName, chunk: &Chunk) -> bool {
        let Some(timeline) = self.timelines.get_mut(track) else {
            return false;
        };
        if timeline.discontinuity() == self.discontinuity && timeline.is_broken_by(chunk) {
            self.discontinuity += 1;
        }
        let completed = timeline.push(chunk, self.discontinuity);
        if completed {
            self.captions.forget_before(self.complete());
        }
        completed
    }

    /// Takes a caption, which stands beside the pictures from when it was said on; from now on, where those pictures were
    /// told of already, for what was told changes no more.
    pub fn caption(&mut self, caption: &Caption) {
        if !self.timelines.is_empty() {
            self.captions.add(caption, self.catalogue.epoch, self.complete());
        }
    }

    /// The end of what is complete of any picture.
    fn complete(&self) -> MediaTime {
        let pictures = self.timelines.values().filter(|timeline| timeline.kind == Kind::Video);
        pictures.map(Timeline::complete).max().unwrap_or(MediaTime::ZERO)
    }

    /// The segments and parts of a track.
    #[must_use]
    pub fn timeline(&self, track: &TrackName) -> Option<&Timeline> {
        self.timelines.get(track)
    }

    /// The multivariant playlist, to stand at `live.m3u8`.
    #[must_use]
    pub fn master(&self) -> String {
        playlist::master(&self.catalogue)
    }

    /// A track's playlist, to stand at `hls/TRACK.m3u8`, or that of the captions beside a picture, to stand at
    /// `hls/TRACK/captions.m3u8`; `None` until the track's first segment is complete.
    #[must_use]
    pub fn media(&self, track: &TrackName, lists: Lists) -> Option<String> {
        let timeline = self.timelines.get(track)?;
        if lists == Lists::Captions && timeline.kind != Kind::Video {
            return None;
        }
        let lines = timeline.playlist()?;
        let mut siblings = Vec::new();
        for (name, timeline) in &self.timelines {
            let Some(last) = timeline.last_part() else { continue };
            let captions = (timeline.kind == Kind::Video).then_some(Lists::Captions);
            let others = [Some(Lists::Media), captions].into_iter().flatten();
            let others = others.filter(|others| (name, *others) != (track, lists));
            siblings.extend(others.map(|lists| Sibling { track: name.clone(), lists, last }));
        }
        Some(playlist::media(track, lists, &lines, self.catalogue.epoch, &siblings))
    }

    /// The captions beside a segment of a picture, or beside a part of it, as WebVTT; to stand at `hls/TRACK/MSN.vtt` and
    /// `hls/TRACK/MSN.PART.vtt`. Ready when the segment or part is.
    #[must_use]
    pub fn captions(&self, track: &TrackName, msn: u64, part: Option<u64>) -> Resource<String> {
        let timeline = self.timelines.get(track).filter(|timeline| timeline.kind == Kind::Video);
        let span = timeline.map_or(Resource::Absent, |timeline| timeline.span(msn, part));
        span.map(|span| self.captions.within(span))
    }

    /// The initialization of a track, to stand at `hls/TRACK/init-VERSION.mp4`.
    #[must_use]
    pub fn init(&self, track: &TrackName, version: u32) -> Option<Bytes> {
        self.timelines.get(track)?.init(version).cloned()
    }
}
