//! Low-latency HLS (RFC 8216bis): what a room's playlists list and its players fetch.
//!
//! [`Presentation`] holds a [`Timeline`] for each picture and sound track, feeds them, and keeps their
//! discontinuities in step. Nothing here waits: [`Presentation::push`] says when something was completed, and whoever
//! holds requests open asks again then.

use std::collections::BTreeMap;

use bytes::Bytes;
use parlor_protocol::media::{Catalogue, Chunk, Medium, TrackName};

use super::fmp4::Kind;

mod lookup;
pub mod playlist;
mod segment;
#[cfg(test)]
mod tests;
mod timeline;

pub use lookup::{Reload, Resource};
pub use timeline::{TARGET_DURATION, Timeline};

/// A room's tracks as HLS presents them.
///
/// Bounded by the number of tracks in a catalogue, and by what a [`Timeline`] keeps: about 30 s, and 64 MiB.
#[derive(Debug, Default)]
pub struct Presentation {
    catalogue: Catalogue,
    timelines: BTreeMap<TrackName, Timeline>,
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
        let is_new_stream = !self.timelines.is_empty() && catalogue.epoch != self.catalogue.epoch;
        let first_msn = &mut self.first_msn;
        self.timelines.retain(|name, timeline| {
            *first_msn = timeline.next_msn().max(*first_msn);
            !is_new_stream && catalogue.track(name).is_some()
        });
        self.discontinuity += u64::from(is_new_stream);
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
        timeline.push(chunk, self.discontinuity)
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

    /// A track's playlist, to stand at `hls/TRACK.m3u8`; `None` until its first segment is complete.
    #[must_use]
    pub fn media(&self, track: &TrackName) -> Option<String> {
        let lines = self.timelines.get(track)?.playlist()?;
        let sibling = |(name, timeline): (&TrackName, &Timeline)| {
            Some(playlist::Sibling { track: name.clone(), last: timeline.last_part()? })
        };
        let siblings: Vec<_> =
            self.timelines.iter().filter(|(name, _)| *name != track).filter_map(sibling).collect();
        Some(playlist::media(track, &lines, self.catalogue.epoch, &siblings))
    }

    /// The initialization of a track, to stand at `hls/TRACK/init-VERSION.mp4`.
    #[must_use]
    pub fn init(&self, track: &TrackName, version: u32) -> Option<Bytes> {
        self.timelines.get(track)?.init(version).cloned()
    }
}
