//! Digits as a picture that people read and simple programs do not: drawn here, stroke by stroke, each a little otherwise
//! than the last time, with lines across.

use fastrand::Rng;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// Pixels across; pages show it at half of that, for screens with small pixels.
pub const DIGITS_WIDTH: u32 = 440;
/// Pixels down.
pub const DIGITS_HEIGHT: u32 = 140;
/// The height of a digit, and the room for it across, in pixels.
const TALL: f32 = 84.0;
const WIDE: f32 = 66.0;
/// Half of a stroke's breadth, in pixels.
const STROKE: std::ops::Range<f32> = 4.0..6.0;
/// How far a digit leans, in radians: farther, and a 6 could be another.
const LEAN: f32 = 0.3;
/// How far the whole is bent, in pixels, and over which length.
const BEND: std::ops::Range<f32> = 4.0..8.0;
const BEND_LENGTH: std::ops::Range<f32> = 110.0..190.0;
/// Lines across, which join the digits for who looks for gaps between them.
const LINES: usize = 3;
/// How dark paper and ink are, with some grain in the paper.
const PAPER: std::ops::Range<u8> = 226..250;
const INK: u8 = 34;

type Point = (f32, f32);

/// The strokes of the digits from 1, each in a square of side 1.
const STROKES: [&[Point]; 6] = [
    &[(0.22, 0.24), (0.52, 0.0), (0.52, 1.0)],
    &[
        (0.13, 0.25),
        (0.22, 0.08),
        (0.45, 0.0),
        (0.7, 0.06),
        (0.82, 0.25),
        (0.74, 0.46),
        (0.13, 1.0),
        (0.87, 1.0),
    ],
    &[
        (0.14, 0.12),
        (0.4, 0.0),
        (0.7, 0.06),
        (0.8, 0.25),
        (0.68, 0.42),
        (0.4, 0.48),
        (0.72, 0.55),
        (0.85, 0.75),
        (0.7, 0.95),
        (0.4, 1.0),
        (0.1, 0.88),
    ],
    &[(0.66, 1.0), (0.66, 0.0), (0.1, 0.68), (0.92, 0.68)],
    &[
        (0.82, 0.0),
        (0.24, 0.0),
        (0.18, 0.46),
        (0.45, 0.38),
        (0.72, 0.46),
        (0.85, 0.68),
        (0.72, 0.92),
        (0.42, 1.0),
        (0.1, 0.9),
    ],
    &[
        (0.76, 0.03),
        (0.45, 0.12),
        (0.22, 0.4),
        (0.14, 0.7),
        (0.25, 0.92),
        (0.5, 1.0),
        (0.75, 0.92),
        (0.85, 0.7),
        (0.72, 0.5),
        (0.48, 0.44),
        (0.2, 0.6),
    ],
];

/// These digits, of 1 to 6, as a grey PNG; six have room. The same seed gives the same picture.
///
/// # Panics
/// With another digit.
#[must_use]
pub fn draw_digits(digits: &[u8], seed: u64) -> Vec<u8> {
    let mut chance = Rng::with_seed(seed);
    let mut sheet = Sheet::new(&mut chance);
    let margin = (DIGITS_WIDTH as f32 - WIDE * digits.len() as f32) / 2.0;
    for (at, digit) in digits.iter().enumerate() {
        let strokes = STROKES[usize::from(*digit) - 1];
        let (lean, size) = (between(&mut chance, -LEAN..LEAN), between(&mut chance, 0.85..1.05));
        let breadth = between(&mut chance, STROKE);
        let centre = (
            margin + WIDE * (at as f32 + 0.5) + between(&mut chance, -5.0..5.0),
            DIGITS_HEIGHT as f32 / 2.0 + between(&mut chance, -10.0..10.0),
        );
        let placed: Vec<Point> = strokes
            .iter()
            .map(|(x, y)| {
                let (x, y) = ((x - 0.5) * WIDE * 0.8 * size, (y - 0.5) * TALL * size);
                let (sin, cos) = lean.sin_cos();
                (centre.0 + x * cos - y * sin, centre.1 + x * sin + y * cos)
            })
            .collect();
        sheet.stroke(&placed, breadth);
    }
    for _ in 0..LINES {
        let mut end = |x| (x, between(&mut chance, 20.0..DIGITS_HEIGHT as f32 - 20.0));
        let line = [end(0.0), end(DIGITS_WIDTH as f32)];
        sheet.stroke(&line, 1.5);
    }
    sheet.png(&mut chance)
}

fn between(chance: &mut Rng, range: std::ops::Range<f32>) -> f32 {
    range.start + chance.f32() * (range.end - range.start)
}

struct Sheet {
    /// How much ink each pixel has, of 1.
    ink: Vec<f32>,
    /// How the whole is bent: pixels, length of a wave, and where it begins, across and down.
    bends: [(f32, f32, f32); 2],
}

impl Sheet {
    fn new(chance: &mut Rng) -> Self {
        let mut bend = || {
            let begins = between(chance, 0.0..std::f32::consts::TAU);
            (between(chance, BEND), between(chance, BEND_LENGTH), begins)
        };
        let bends = [bend(), bend()];
        Self { ink: vec![0.0; (DIGITS_WIDTH * DIGITS_HEIGHT) as usize], bends }
    }

    /// Draws a line through these points, bent as the whole is.
    fn stroke(&mut self, points: &[Point], breadth: f32) {
        for pair in points.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            // Pieces so short that the bend is smooth.
            let pieces = (length / 4.0).ceil().max(1.0) as u16;
            let at = |piece: u16| {
                let part = f32::from(piece) / f32::from(pieces);
                self.bent((from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1)))
            };
            let line: Vec<Point> = (0..=pieces).map(at).collect();
            for piece in line.windows(2) {
                self.piece(piece[0], piece[1], breadth);
            }
        }
    }

    fn bent(&self, (x, y): Point) -> Point {
        let wave = |(pixels, length, begins): (f32, f32, f32), at: f32| {
            pixels * (std::f32::consts::TAU * at / length + begins).sin()
        };
        (x + wave(self.bends[0], y), y + wave(self.bends[1], x))
    }

    fn piece(&mut self, from: Point, to: Point, breadth: f32) {
        let reach = breadth + 1.0;
        let span = |one: f32, other: f32, end: u32| {
            let first = (one.min(other) - reach).max(0.0) as u32;
            let last = (one.max(other) + reach).max(0.0) as u32;
            first..(last + 1).min(end)
        };
        for y in span(from.1, to.1, DIGITS_HEIGHT) {
            for x in span(from.0, to.0, DIGITS_WIDTH) {
                let away = distance((x as f32 + 0.5, y as f32 + 0.5), from, to);
                let ink = &mut self.ink[(y * DIGITS_WIDTH + x) as usize];
                *ink = ink.max((breadth + 0.5 - away).clamp(0.0, 1.0));
            }
        }
    }

    fn png(&self, chance: &mut Rng) -> Vec<u8> {
        let grey = |ink: &f32| {
            let paper = f32::from(chance.u8(PAPER));
            (paper + ink * (f32::from(INK) - paper)) as u8
        };
        let pixels: Vec<u8> = self.ink.iter().map(grey).collect();
        let mut bytes = Vec::new();
        let encoder = PngEncoder::new(&mut bytes);
        let written = encoder.write_image(&pixels, DIGITS_WIDTH, DIGITS_HEIGHT, ExtendedColorType::L8);
        written.expect("a vector takes every write, and the size is right");
        bytes
    }
}

/// From a point to the line between two others.
fn distance(point: Point, from: Point, to: Point) -> f32 {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = (x * x + y * y).max(f32::EPSILON);
    let along = (((point.0 - from.0) * x + (point.1 - from.1) * y) / length).clamp(0.0, 1.0);
    (point.0 - from.0 - along * x).hypot(point.1 - from.1 - along * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: u32 = WIDE as u32;

    fn pixels(digits: &[u8], seed: u64) -> image::GrayImage {
        let png = draw_digits(digits, seed);
        image::load_from_memory_with_format(&png, image::ImageFormat::Png).unwrap().into_luma8()
    }

    /// What a patient reader sees in one place of a picture: the digit of the drawing that is most like it there.
    fn read(picture: &image::GrayImage, place: u32, drawings: &[(u8, image::GrayImage)]) -> u8 {
        let left = (DIGITS_WIDTH - 6 * WIDTH) / 2 + place * WIDTH;
        let is_ink = |picture: &image::GrayImage, x, y| picture.get_pixel(x, y).0[0] < 128;
        let unlike = |other: &image::GrayImage| {
            let places = (left..left + WIDTH).flat_map(|x| (0..DIGITS_HEIGHT).map(move |y| (x, y)));
            places.filter(|(x, y)| is_ink(picture, *x, *y) != is_ink(other, *x, *y)).count()
        };
        drawings.iter().min_by_key(|(_, other)| unlike(other)).unwrap().0
    }

    #[test]
    fn the_digits_can_be_read() {
        let drawings: Vec<_> = (0..360_u64)
            .map(|seed| {
                let digit = (seed % 6) as u8 + 1;
                (digit, pixels(&[digit; 6], 1000 + seed))
            })
            .collect();
        let mut right = 0;
        for (seed, digits) in [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]].iter().enumerate() {
            let picture = pixels(digits, seed as u64);
            right +=
                (0..6).filter(|place| read(&picture, *place, &drawings) == digits[*place as usize]).count();
        }
        assert!(right >= 9, "{right} of 12; two would be chance");
    }

    #[test]
    fn no_two_pictures_are_alike() {
        let [one, other] = [1, 2].map(|seed| draw_digits(&[4; 6], seed));
        assert_ne!(one, other);
        assert_eq!(one, draw_digits(&[4; 6], 1));
        assert!(one.len() < 64 * 1024, "{} bytes", one.len());
    }
}
