//! The geometry of a small graph: numbers in, SVG path data out. The markup around it is `templates/graph.html`.

use std::fmt::Write as _;

use crate::view::Graph;

/// Values across the graph; newer ones stand further right, so that a short history starts in the middle.
const SLOTS: usize = 120;
/// The drawing's height in its own units; it is as wide as [`SLOTS`].
const HEIGHT: f64 = 40.0;
/// Kept free above and below, so that a line at the edge is not cut in half.
const MARGIN: f64 = 2.0;

/// A graph as its template draws it.
pub(crate) struct Drawing {
    /// The line through the values.
    pub(crate) line: String,
    /// The same line, closed along the bottom.
    pub(crate) area: String,
    /// The least and the greatest value, for people who don't see the drawing; `None` without values.
    pub(crate) range: Option<(f64, f64)>,
}

/// Draws the newest [`SLOTS`] values; those that are no numbers are left out.
pub(crate) fn draw(graph: &Graph) -> Drawing {
    let skipped = graph.values.len().saturating_sub(SLOTS);
    let values: Vec<f64> =
        graph.values[skipped..].iter().copied().filter(|value| value.is_finite()).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let top = if graph.top.is_finite() { graph.top } else { 0.0 }.max(greatest).max(f64::MIN_POSITIVE);

    let mut line = String::new();
    let first = SLOTS - values.len();
    for (at, value) in values.iter().enumerate() {
        let y = HEIGHT - MARGIN - value.max(0.0) / top * (HEIGHT - 2.0 * MARGIN);
        let command = if at == 0 { 'M' } else { 'L' };
        write!(line, "{command}{} {y:.1}", first + at).expect("a string takes every write");
    }
    let area = if values.is_empty() {
        String::new()
    } else {
        format!("{line}L{} {HEIGHT}L{first} {HEIGHT}Z", SLOTS - 1)
    };
    let range = (!values.is_empty()).then(|| (short(least), short(greatest)));
    Drawing { line, area, range }
}

/// A number with as many decimals as say something.
fn short(value: f64) -> f64 {
    if value.abs() < 10.0 { (value * 10.0).round() / 10.0 } else { value.round() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(values: &[f64], top: f64) -> Drawing {
        draw(&Graph { label: "CPU".into(), now: "1 %".into(), values: values.to_vec(), top })
    }

    #[test]
    fn the_newest_value_stands_at_the_right_and_the_top_at_the_top() {
        let drawing = graph(&[0.0, 50.0, 100.0], 100.0);
        assert_eq!(drawing.line, "M117 38.0L118 20.0L119 2.0");
        assert_eq!(drawing.area, "M117 38.0L118 20.0L119 2.0L119 40L117 40Z");
        assert_eq!(drawing.range, Some((0.0, 100.0)));
    }

    #[test]
    fn the_scale_grows_with_the_values() {
        assert_eq!(graph(&[100.0, 200.0], 100.0).line, "M118 20.0L119 2.0");
    }

    #[test]
    fn strange_numbers_draw_nothing_strange() {
        assert_eq!(graph(&[], 0.0).line, "");
        assert_eq!(graph(&[f64::NAN, f64::INFINITY], f64::NAN).range, None);
        assert_eq!(graph(&[0.0], 0.0).line, "M119 38.0");
        assert_eq!(graph(&[-5.0], 10.0).line, "M119 38.0");
    }

    #[test]
    fn only_the_newest_values_are_drawn() {
        let drawing = graph(&(0..500).map(f64::from).collect::<Vec<_>>(), 1.0);
        assert!(drawing.line.starts_with("M0 "));
        assert_eq!(drawing.line.matches('L').count(), SLOTS - 1);
    }
}
