//! The words of the "no signal" picture, drawn as strokes: a machine without fonts has them too, at any size.

/// A stroke, in units of the height of a capital; x to the right, y down from the base line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stroke {
    /// From one point to the other.
    Line([f32; 2], [f32; 2]),
    /// Around a centre: its radius, and from where to where in degrees clockwise from the right.
    Arc([f32; 2], f32, [f32; 2]),
}

/// A letter, and its width with the space after it.
#[derive(Debug)]
pub(super) struct Letter {
    strokes: &'static [Stroke],
    advance: f32,
}

use Stroke::{Arc, Line};

/// Half the width of a pen's line.
const PEN: f32 = 0.06;

const SMALL_O: Stroke = Arc([0.3, -0.3], 0.3, [0.0, 360.0]);

/// `No signal`.
pub(super) const NO_SIGNAL: &[Letter] = &[
    // N
    Letter {
        strokes: &[
            Line([0.0, 0.0], [0.0, -1.0]),
            Line([0.0, -1.0], [0.65, 0.0]),
            Line([0.65, 0.0], [0.65, -1.0]),
        ],
        advance: 0.95,
    },
    // o
    Letter { strokes: &[SMALL_O], advance: 0.85 },
    // The space.
    Letter { strokes: &[], advance: 0.35 },
    // s
    Letter {
        strokes: &[Arc([0.2, -0.45], 0.15, [90.0, 330.0]), Arc([0.2, -0.15], 0.15, [-90.0, 150.0])],
        advance: 0.6,
    },
    // i
    Letter { strokes: &[Line([0.05, 0.0], [0.05, -0.6]), Line([0.05, -0.88], [0.05, -0.88])], advance: 0.35 },
    // g
    Letter {
        strokes: &[SMALL_O, Line([0.6, -0.6], [0.6, 0.02]), Arc([0.3, 0.02], 0.3, [0.0, 150.0])],
        advance: 0.9,
    },
    // n
    Letter {
        strokes: &[
            Line([0.0, 0.0], [0.0, -0.6]),
            Arc([0.25, -0.35], 0.25, [180.0, 360.0]),
            Line([0.5, -0.35], [0.5, 0.0]),
        ],
        advance: 0.8,
    },
    // a
    Letter { strokes: &[SMALL_O, Line([0.6, -0.6], [0.6, 0.0])], advance: 0.9 },
    // l
    Letter { strokes: &[Line([0.05, 0.0], [0.05, -1.0])], advance: 0.1 },
];

/// How wide the text is, in heights of a capital.
pub(super) fn width(text: &[Letter]) -> f32 {
    text.iter().map(|letter| letter.advance).sum()
}

/// Draws a text whose capitals are `size` pixels high, with the base line's left end at `origin`, on a plane of
/// `width` by `height`: `dot` gets each pixel that is touched and how much of it is covered, 0 to 1.
pub(super) fn draw(
    text: &[Letter],
    size: f32,
    origin: (f32, f32),
    (width, height): (usize, usize),
    mut dot: impl FnMut(usize, usize, f32),
) {
    let mut left = origin.0;
    for letter in text {
        // Everything that a letter may touch: from above its capital to below its descender.
        let margin = PEN * size + 1.0;
        let span = |from: f32, to: f32, end: usize| from.max(0.0) as usize..(to.max(0.0) as usize).min(end);
        for y in span(origin.1 - size - margin, origin.1 + size * 0.4 + margin, height) {
            for x in span(left - margin, left + letter.advance * size + margin, width) {
                let point = [(x as f32 + 0.5 - left) / size, (y as f32 + 0.5 - origin.1) / size];
                let nearest =
                    letter.strokes.iter().map(|stroke| stroke.distance(point)).fold(f32::MAX, f32::min);
                // The edge is a pixel wide.
                let ink = ((PEN - nearest) * size + 0.5).clamp(0.0, 1.0);
                if ink > 0.0 {
                    dot(x, y, ink);
                }
            }
        }
        left += letter.advance * size;
    }
}

impl Stroke {
    /// How far a point is from the stroke's middle.
    fn distance(self, point: [f32; 2]) -> f32 {
        let between = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        match self {
            Line(from, to) => {
                let (along, length) =
                    ([to[0] - from[0], to[1] - from[1]], between(from, to).max(f32::EPSILON));
                let dot = (point[0] - from[0]) * along[0] + (point[1] - from[1]) * along[1];
                let at = (dot / (length * length)).clamp(0.0, 1.0);
                between(point, [from[0] + along[0] * at, from[1] + along[1] * at])
            }
            Arc(centre, radius, [from, to]) => {
                let angle = (point[1] - centre[1]).atan2(point[0] - centre[0]).to_degrees();
                // The same angle, in the turn that begins with the arc.
                let angle = from + (angle - from).rem_euclid(360.0);
                if angle <= to {
                    return (between(point, centre) - radius).abs();
                }
                let end = |degrees: f32| {
                    let (sin, cos) = degrees.to_radians().sin_cos();
                    [centre[0] + radius * cos, centre[1] + radius * sin]
                };
                between(point, end(from)).min(between(point, end(to)))
            }
        }
    }
}
