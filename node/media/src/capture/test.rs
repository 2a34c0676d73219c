//! The test source: a picture that moves and tells the time, and a quiet tone with a beep each second.
//!
//! It is made here rather than by GStreamer's test elements because these cannot draw the time code, and because a
//! Pi that has no camera yet should not work for it.

use std::f32::consts::TAU;
use std::time::Duration;

use gstreamer as gst;
use gstreamer_video as gst_video;
use parlor_protocol::media::{MediaTime, UnixMs};

use super::Desk;
use super::paint::Painter;
use super::seam::SAMPLE_RATE;
use super::session::Ending;
use super::signals::Event;
use super::times::clock_time;
use crate::trouble::Trouble;

/// How long the beep and the white square last from the start of each second.
const BEEP_MS: u64 = 100;
/// A quiet A, and a beep two octaves and a fifth above it; loudness relative to full scale.
const TONE: (f32, f32) = (220.0, 0.02);
const BEEP: (f32, f32) = (1320.0, 0.1);
/// After a longer pause (the machine stood still) the sound starts anew instead of being made up for.
const LONGEST_CATCH_UP: Duration = Duration::from_secs(5);

/// Whether the beep sounds at this wall-clock time.
pub(super) fn beeps(unix_ms: u64) -> bool {
    unix_ms % 1000 < BEEP_MS
}

/// Makes pictures and sound until the capture is dropped.
pub(super) fn run(desk: &Desk) -> Ending {
    let (format, outlet) = (desk.format, &desk.outlet);
    let epoch = outlet.timeline().epoch();
    let info =
        gst_video::VideoInfo::builder(gst_video::VideoFormat::I420, format.width, format.height).build();
    let Ok(info) = info else {
        return Ending::Lost(Trouble::Size);
    };
    let painter = Painter::new(info);
    let mut tone = Tone::new(epoch, outlet.now());
    // Pictures lie on a fixed grid, so that a late one does not shift those after it.
    let mut index = number(outlet.now(), format.fps) + 1;
    outlet.start(false);
    loop {
        let pts = MediaTime::from_micros(index * 1_000_000 / u64::from(format.fps));
        match desk.signals.wait(pts.since(outlet.now())) {
            Some(Event::Stop) => return Ending::Stopped,
            Some(_) => continue,
            None => {}
        }
        let mut picture = gst::Buffer::from_mut_slice(painter.paint(epoch.at(pts).0));
        let fields = picture.make_mut();
        fields.set_pts(clock_time(pts));
        fields.set_duration(gst::ClockTime::SECOND / u64::from(format.fps));
        outlet.picture(picture);
        outlet.sound(tone.until(pts));
        index = (index + 1).max(number(outlet.now(), format.fps));
    }
}

/// The number of the last picture that is due by now.
fn number(now: MediaTime, fps: u32) -> u64 {
    now.as_micros() * u64::from(fps) / 1_000_000
}

/// The sound, without a gap between one piece and the next.
struct Tone {
    epoch: UnixMs,
    /// The next sample, counted from media time zero.
    next: u64,
}

impl Tone {
    fn new(epoch: UnixMs, from: MediaTime) -> Self {
        Self { epoch, next: from.as_ticks(SAMPLE_RATE as u32) }
    }

    /// The sound from the end of the last piece up to `end`.
    fn until(&mut self, end: MediaTime) -> gst::Buffer {
        let end = end.as_ticks(SAMPLE_RATE as u32);
        let longest = LONGEST_CATCH_UP.as_millis() as u64 * SAMPLE_RATE / 1000;
        let start = self.next.max(end.saturating_sub(longest));
        self.next = end.max(start);
        let mut bytes = Vec::with_capacity((self.next - start) as usize * 4);
        for sample in start..self.next {
            let value = self.sample(sample).to_le_bytes();
            bytes.extend([value, value].as_flattened());
        }
        let mut buffer = gst::Buffer::from_mut_slice(bytes);
        let fields = buffer.make_mut();
        let time = |sample: u64| {
            gst::ClockTime::from_nseconds(
                (u128::from(sample) * 1_000_000_000 / u128::from(SAMPLE_RATE)) as u64,
            )
        };
        fields.set_pts(time(start));
        fields.set_duration(time(self.next) - time(start));
        buffer
    }

    fn sample(&self, sample: u64) -> i16 {
        // Both frequencies are whole, so a second is a whole number of their periods: the phase needs no more.
        let phase = (sample % SAMPLE_RATE) as f32 / SAMPLE_RATE as f32;
        let (frequency, loudness) =
            if beeps(self.epoch.0 + sample * 1000 / SAMPLE_RATE) { BEEP } else { TONE };
        ((phase * frequency * TAU).sin() * loudness * f32::from(i16::MAX)) as i16
    }
}
