//! The "no signal" picture: a dark slate with a crossed-out camera, and a light below it that wanders so that one sees it live.

use std::time::Duration;

use gstreamer as gst;
use gstreamer_video::{VideoFormat, VideoInfo};
use parlor_protocol::media::MediaTime;

use super::sign;
use crate::frame::PictureFormat;

/// Luma and the two chromas, limited range: a calm blue-grey, and what stands on it.
const GROUND: [u8; 3] = [38, 134, 124];
const SIGN: u8 = 150;
const TRACK: u8 = 54;
const LIGHT: u8 = 120;
/// From one end to the other and back. Slow enough not to draw the eye.
const CYCLE_MS: u64 = 4000;

/// Paints the picture in one format.
#[derive(Debug)]
pub(super) struct Slate {
    format: PictureFormat,
    /// From the start of one row of luma to the next, which is more than the width for odd sizes.
    stride: usize,
    /// All that does not move.
    ground: Vec<u8>,
}

impl Slate {
    /// Draws what does not move; `None` for a size that no picture has.
    pub(super) fn new(format: PictureFormat) -> Option<Self> {
        let (width, height) = (format.width as usize, format.height as usize);
        let layout = VideoInfo::builder(VideoFormat::I420, format.width, format.height).build().ok()?;
        let stride = layout.stride()[0] as usize;
        let mut ground = vec![GROUND[0]; layout.size()];
        let [_, blue, red, ..] = *layout.offset() else { return None };
        ground[blue..red].fill(GROUND[1]);
        ground[red..].fill(GROUND[2]);
        // A quarter of the shorter side.
        let size = height.min(width) as f32 / 4.0;
        let middle = (width as f32 / 2.0, height as f32 * 0.44);
        sign::draw(size, middle, (width, height), |x, y, ink| {
            let ground_share = f32::from(GROUND[0]) * (1.0 - ink);
            ground[y * stride + x] = (ground_share + f32::from(SIGN) * ink) as u8;
        });
        let slate = Self { format, stride, ground: Vec::new() };
        slate.fill(&mut ground, slate.track(), TRACK);
        Some(Self { ground, ..slate })
    }

    /// The format that it is painted in.
    pub(super) fn format(&self) -> PictureFormat {
        self.format
    }

    /// The picture of this time.
    pub(super) fn paint(&self, pts: MediaTime) -> gst::Buffer {
        let mut pixels = self.ground.clone();
        let [left, top, width, height] = self.track();
        let light = width / 6;
        let phase = pts.as_micros() / 1000 % CYCLE_MS;
        let way = phase.min(CYCLE_MS - phase) as f64 * 2.0 / CYCLE_MS as f64;
        // It slows down at the ends.
        let way = (1.0 - (way * std::f64::consts::PI).cos()) / 2.0;
        let from = left + ((width - light) as f64 * way) as usize;
        self.fill(&mut pixels, [from, top, light, height], LIGHT);
        let mut picture = gst::Buffer::from_mut_slice(pixels);
        let fields = picture.get_mut().expect("a new buffer has one owner");
        fields.set_pts(gst::ClockTime::from_useconds(pts.as_micros()));
        let interval = Duration::from_secs(1) / self.format.fps.max(1);
        fields.set_duration(gst::ClockTime::from_nseconds(interval.as_nanos() as u64));
        picture
    }

    /// Where the light wanders: left, top, width and height.
    fn track(&self) -> [usize; 4] {
        let (width, height) = (self.format.width as usize, self.format.height as usize);
        [width * 2 / 5, height * 5 / 8, width / 5, (height / 120).max(2)]
    }

    fn fill(&self, pixels: &mut [u8], [left, top, width, height]: [usize; 4], luma: u8) {
        for row in top..top + height {
            pixels[row * self.stride + left..][..width].fill(luma);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(slate: &Slate, ms: u64) -> Vec<u8> {
        slate.paint(MediaTime::from_micros(ms * 1000)).map_readable().unwrap().to_vec()
    }

    #[test]
    fn any_size_is_painted_with_the_sign_and_it_moves() {
        gst::init().unwrap();
        for (width, height) in [(160, 120), (1280, 720), (720, 1280), (3840, 2160), (1366, 768)] {
            let slate = Slate::new(PictureFormat { width, height, fps: 30 }).unwrap();
            let layout = VideoInfo::builder(VideoFormat::I420, width, height).build().unwrap();
            let first = pixels(&slate, 0);
            assert_eq!(first.len(), layout.size());
            let sign = first[..layout.offset()[1]].iter().filter(|luma| **luma > 130).count();
            let share = sign as f64 / f64::from(width * height);
            assert!((0.003..0.05).contains(&share), "{share} of {width}x{height} is the sign");
            assert_ne!(first, pixels(&slate, 400), "{width}x{height}");
            assert_eq!(first, pixels(&slate, CYCLE_MS));
        }
    }
}
