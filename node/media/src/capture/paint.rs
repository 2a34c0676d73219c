//! The test picture's pixels: bars, a clock, a moving square and the time code that machines read.

use gstreamer_video as gst_video;

/// Luma and the two chromas of a colour, BT.709 in limited range.
#[derive(Debug, Clone, Copy)]
struct Colour(u8, u8, u8);

const WHITE: Colour = Colour(235, 128, 128);
const BLACK: Colour = Colour(16, 128, 128);
const NIGHT: Colour = Colour(28, 132, 126);
/// The bars that every technician knows, at 75 %.
const BARS: [Colour; 7] = [
    Colour(180, 128, 128),
    Colour(168, 44, 136),
    Colour(145, 147, 44),
    Colour(133, 63, 52),
    Colour(63, 193, 204),
    Colour(51, 109, 212),
    Colour(28, 212, 120),
];

/// Squares in the time code: four to find it, 32 of time, four to check it.
const SQUARES: u32 = 40;
/// What stands before the time.
const MARK: u64 = 0b1010;

/// Which of a digit's segments are lit: top, upper left, upper right, middle, lower left, lower right, bottom.
const DIGITS: [[u8; 7]; 10] = [
    [1, 1, 1, 0, 1, 1, 1],
    [0, 0, 1, 0, 0, 1, 0],
    [1, 0, 1, 1, 1, 0, 1],
    [1, 0, 1, 1, 0, 1, 1],
    [0, 1, 1, 1, 0, 1, 0],
    [1, 1, 0, 1, 0, 1, 1],
    [1, 1, 0, 1, 1, 1, 1],
    [1, 0, 1, 0, 0, 1, 0],
    [1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 0, 1, 1],
];

/// The 40 bits of the time code of this wall-clock time, first square in the highest bit.
fn time_code(unix_ms: u64) -> u64 {
    let time = unix_ms & 0xffff_ffff;
    let check = (0..8).fold(0, |sum, nibble| sum ^ (time >> (4 * nibble) & 0xf));
    MARK << 36 | time << 4 | check
}

/// A rectangle in pixels; odd edges are widened to whole chroma samples.
#[derive(Debug, Clone, Copy)]
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// Paints the test picture.
pub(super) struct Painter {
    info: gst_video::VideoInfo,
    /// The part that never moves, copied to each picture.
    background: Vec<u8>,
}

impl Painter {
    /// A painter of I420 pictures in this layout.
    pub(super) fn new(info: gst_video::VideoInfo) -> Self {
        let mut painter = Self { background: vec![0; info.size()], info };
        let mut background = std::mem::take(&mut painter.background);
        let (width, height) = (painter.info.width(), painter.info.height());
        painter.fill(&mut background, Area { x: 0, y: 0, width, height }, NIGHT);
        for (index, colour) in (0..).zip(BARS) {
            let x = index * width / 7;
            let area = Area { x, y: height / 8, width: (index + 1) * width / 7 - x, height: height * 3 / 8 };
            painter.fill(&mut background, area, colour);
        }
        painter.background = background;
        painter
    }

    /// The picture of this wall-clock time.
    pub(super) fn paint(&self, unix_ms: u64) -> Vec<u8> {
        let mut pixels = self.background.clone();
        let (width, height) = (self.info.width(), self.info.height());
        let side = width / SQUARES;
        for index in 0..SQUARES {
            let colour = if time_code(unix_ms) >> (SQUARES - 1 - index) & 1 == 1 { WHITE } else { BLACK };
            self.fill(&mut pixels, Area { x: index * side, y: 0, width: side, height: side }, colour);
        }
        self.clock(&mut pixels, unix_ms);
        // Across and back within two seconds; white during the beep, so that ear and eye can compare.
        let block = height / 12;
        let phase = (unix_ms % 2000) as u32;
        let way = if phase < 1000 { phase } else { 2000 - phase };
        let x = (width - block) * way / 1000;
        let colour = if super::test::beeps(unix_ms) { WHITE } else { BARS[1] };
        self.fill(&mut pixels, Area { x, y: height - block * 3 / 2, width: block, height: block }, colour);
        pixels
    }

    /// The time of day, UTC, as `HH:MM:SS.hh`.
    fn clock(&self, pixels: &mut [u8], unix_ms: u64) {
        let (width, height) = (self.info.width(), self.info.height());
        let day_ms = unix_ms % 86_400_000;
        let parts = [day_ms / 3_600_000, day_ms / 60_000 % 60, day_ms / 1000 % 60, day_ms / 10 % 100];
        // Eight digits and three gaps, with a margin; the height keeps a digit twice as high as it is wide.
        let step = (width / 12).min(height / 5);
        let mut x = (width - step * 19 / 2) / 2;
        let y = height * 9 / 16;
        for part in parts {
            for digit in [part / 10, part % 10] {
                self.digit(pixels, Area { x, y, width: step * 3 / 4, height: step * 5 / 4 }, digit as usize);
                x += step;
            }
            x += step / 2;
        }
    }

    fn digit(&self, pixels: &mut [u8], area: Area, digit: usize) {
        let Area { x, y, width, height } = area;
        let thick = (width / 5).max(2);
        let (right, middle, bottom) = (x + width - thick, y + (height - thick) / 2, y + height - thick);
        let flat = |y| Area { x, y, width, height: thick };
        let upright = |x, y| Area { x, y, width: thick, height: height / 2 };
        let lower = y + height / 2;
        let segments = [
            flat(y),
            upright(x, y),
            upright(right, y),
            flat(middle),
            upright(x, lower),
            upright(right, lower),
            flat(bottom),
        ];
        for (segment, lit) in segments.into_iter().zip(DIGITS[digit]) {
            if lit == 1 {
                self.fill(pixels, segment, WHITE);
            }
        }
    }

    fn fill(&self, pixels: &mut [u8], area: Area, colour: Colour) {
        for (plane, (value, shift)) in [(colour.0, 0), (colour.1, 1), (colour.2, 1)].into_iter().enumerate() {
            let stride = self.info.stride()[plane] as usize;
            let offset = self.info.offset()[plane];
            let end =
                |from: u32, size: u32, limit: u32| ((from + size).min(limit)).div_ceil(1 << shift) as usize;
            let columns = (area.x >> shift) as usize..end(area.x, area.width, self.info.width());
            for row in (area.y >> shift) as usize..end(area.y, area.height, self.info.height()) {
                let start = offset + row * stride;
                pixels[start + columns.start..start + columns.end].fill(value);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The wall-clock time modulo 2^32 that stands in a picture, from the middle of each square.
    pub(in crate::capture) fn read_time_code(pixels: &[u8], width: u32, stride: usize) -> Option<u32> {
        let side = width / SQUARES;
        let bits = (0..SQUARES).fold(0, |bits: u64, index| {
            let at = (side / 2) as usize * stride + (index * side + side / 2) as usize;
            bits << 1 | u64::from(pixels[at] > 125)
        });
        let time = bits >> 4 & 0xffff_ffff;
        (bits == time_code(time)).then_some(time as u32)
    }

    #[test]
    fn the_time_code_is_as_documented() {
        assert_eq!(time_code(0), 0xa0_0000_0000);
        assert_eq!(time_code(0x01_1234_5678), 0xa1_2345_6788);
        // Only the lower 32 bits of the time are there.
        assert_eq!(time_code(0xffff_0000_0001), 0xa0_0000_0011);
    }

    #[test]
    fn any_size_is_painted_and_read_back() {
        for (width, height) in [(160, 120), (640, 360), (1280, 720), (1366, 768), (3840, 2160), (720, 1280)] {
            let info =
                gst_video::VideoInfo::builder(gst_video::VideoFormat::I420, width, height).build().unwrap();
            let painter = Painter::new(info.clone());
            for time in [0, 999, 1_795_000_123_456, u64::MAX] {
                let pixels = painter.paint(time);
                let read = read_time_code(&pixels, width, info.stride()[0] as usize);
                assert_eq!(read, Some(time as u32), "{width}x{height}");
            }
        }
    }

    #[test]
    fn it_moves() {
        let info = gst_video::VideoInfo::builder(gst_video::VideoFormat::I420, 640, 360).build().unwrap();
        let painter = Painter::new(info);
        // Below the time code, the bars and the clock.
        let picture = |time| painter.paint(time)[640 * 300..640 * 360].to_vec();
        assert_ne!(picture(500), picture(533));
    }
}
