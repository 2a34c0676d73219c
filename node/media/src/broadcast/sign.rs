//! The sign of the "no signal" picture, a camera that is crossed out: it says the same in every language. Drawn as
//! strokes, at any size.

/// A stroke, in units of the sign's height; x to the right, y down from the middle.
#[derive(Debug, Clone, Copy)]
enum Stroke {
    /// From one point to the other.
    Line([f32; 2], [f32; 2]),
    /// Around a centre: its radius, and from where to where in degrees clockwise from the right.
    Arc([f32; 2], f32, [f32; 2]),
}

use Stroke::{Arc, Line};

/// Half the width of a pen's line.
const PEN: f32 = 0.045;
/// How far the sign goes to each side and up and down from its middle, in its heights.
const REACH: [f32; 2] = [0.8, 0.6];

/// The camera: a body with round corners, what is in front of its lens, and the line through it.
const CAMERA: [Stroke; 12] = [
    Line([-0.6, -0.35], [0.2, -0.35]),
    Line([-0.6, 0.35], [0.2, 0.35]),
    Line([-0.7, -0.25], [-0.7, 0.25]),
    Line([0.3, -0.25], [0.3, 0.25]),
    Arc([-0.6, -0.25], 0.1, [180.0, 270.0]),
    Arc([0.2, -0.25], 0.1, [270.0, 360.0]),
    Arc([0.2, 0.25], 0.1, [0.0, 90.0]),
    Arc([-0.6, 0.25], 0.1, [90.0, 180.0]),
    Line([0.3, -0.1], [0.7, -0.3]),
    Line([0.7, -0.3], [0.7, 0.3]),
    Line([0.7, 0.3], [0.3, 0.1]),
    Line([-0.7, 0.55], [0.7, -0.55]),
];

/// Draws the sign `size` pixels high around this middle, on a plane of `width` by `height`: `dot` gets each pixel that is
/// touched and how much of it is covered, 0 to 1.
pub(super) fn draw(
    size: f32,
    middle: (f32, f32),
    (width, height): (usize, usize),
    mut dot: impl FnMut(usize, usize, f32),
) {
    let span = |middle: f32, reach: f32, end: usize| {
        let (from, to) = (middle - reach * size, middle + reach * size + 1.0);
        from.max(0.0) as usize..(to.max(0.0) as usize).min(end)
    };
    for y in span(middle.1, REACH[1], height) {
        for x in span(middle.0, REACH[0], width) {
            let point = [(x as f32 + 0.5 - middle.0) / size, (y as f32 + 0.5 - middle.1) / size];
            let nearest = CAMERA.iter().map(|stroke| stroke.distance(point)).fold(f32::MAX, f32::min);
            // The edge is a pixel wide.
            let ink = ((PEN - nearest) * size + 0.5).clamp(0.0, 1.0);
            if ink > 0.0 {
                dot(x, y, ink);
            }
        }
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
