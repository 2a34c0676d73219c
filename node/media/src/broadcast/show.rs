//! What runs on the stage while it does not rest: where each picture and each sound goes.

use gstreamer as gst;
use parlor_protocol::media::{MediaTime, TrackName};

use super::rig::{Flow, Part};
use super::silence::{Filler, Piece};
use super::tracks::{Origin, Tracks};
use super::watchdog::Watchdog;
use crate::frame::AccessUnit;

/// Bytes of one sample of both channels.
const SAMPLE_BYTES: u64 = 4;

/// A stage that does not rest.
pub(super) struct Show {
    pub(super) watchdog: Watchdog,
    pub(super) filler: Filler,
    pub(super) flow: Flow,
    pub(super) parts: Vec<Part>,
}

impl Show {
    /// Turns to another flow, from its next keyframe on; whether it is another.
    pub(super) fn turn(&mut self, flow: Flow, tracks: &Tracks) -> bool {
        if self.flow == flow {
            return false;
        }
        self.flow = flow;
        if matches!(self.flow, Flow::Coded(..)) {
            tracks.switch(&TrackName::VIDEO, Origin::SOURCE);
        } else if let Some(full) = self.parts.iter().find(|part| part.video_track() == Some(TrackName::VIDEO))
        {
            // It was about to be dropped; if its format is the right one, it is not.
            tracks.switch(&TrackName::VIDEO, full.origin);
            full.request_keyframe();
        }
        true
    }

    /// Encodes a raw picture.
    pub(super) fn picture(&self, picture: &gst::Buffer, pts: MediaTime) {
        if let Flow::Raw(format) = self.flow {
            self.parts.iter().for_each(|part| part.picture(picture, format, pts, true));
        }
    }

    /// Passes a frame of the source's own H.264 through.
    pub(super) fn unit(&mut self, unit: AccessUnit, now: MediaTime, tracks: &Tracks) {
        let dts = self.watchdog.coded(unit.dts, now);
        let unit = AccessUnit { pts: dts + unit.pts.since(unit.dts), dts, ..unit };
        self.parts.iter().for_each(|part| part.unit(&unit));
        tracks.video(&TrackName::VIDEO, Origin::SOURCE, unit);
    }

    /// Encodes sound, and silence before it where there is a gap.
    pub(super) fn sound(&mut self, sound: &gst::Buffer, now: MediaTime) {
        let pts = media_time(sound, now);
        for piece in self.filler.sound(pts, sound.size() as u64 / SAMPLE_BYTES, now) {
            self.piece(piece, Some(sound));
        }
    }

    /// Encodes a piece, which is silence or a part of `sound`.
    pub(super) fn piece(&self, piece: Piece, sound: Option<&gst::Buffer>) {
        let (at, samples, buffer) = match (piece, sound) {
            (Piece::Sound { at, skip, samples }, Some(sound)) => {
                let bytes = (skip * SAMPLE_BYTES) as usize..((skip + samples) * SAMPLE_BYTES) as usize;
                (at, samples, sound.copy_region(gst::BufferCopyFlags::MEMORY, bytes).ok())
            }
            (Piece::Silence { at, samples }, _) => {
                (at, samples, Some(gst::Buffer::from_mut_slice(vec![0; (samples * SAMPLE_BYTES) as usize])))
            }
            (Piece::Sound { at, .. }, None) => (at, 0, None),
        };
        let Some(mut buffer) = buffer else { return };
        let time =
            |sample: u64| gst::ClockTime::from_nseconds((u128::from(sample) * 1_000_000_000 / 48_000) as u64);
        let fields = buffer.make_mut();
        fields.set_pts(time(at));
        fields.set_duration(time(at + samples) - time(at));
        self.parts.iter().for_each(|part| part.sound(&buffer));
    }
}

/// A buffer's media time; `now` for one that has none.
pub(super) fn media_time(buffer: &gst::Buffer, now: MediaTime) -> MediaTime {
    buffer.pts().map_or(now, |pts| MediaTime::from_micros((pts.nseconds() + 500) / 1000))
}
