//! Drawing: lines, bars and points on two axes, as SVG that a screen reader can name.

use std::fmt::Write as _;

/// The drawing's size, and the room around its field for the axes, in user units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// About so many ticks does an axis have.
const TICKS: f64 = 5.0;

/// What is drawn.
pub(super) enum Series {
    /// A line through points in order.
    Line(&'static str, Vec<(f64, f64)>),
    /// Bars from the left edge of each point, this wide.
    Bars(&'static str, f64, Vec<(f64, f64)>),
    /// Points by themselves.
    Points(&'static str, Vec<(f64, f64)>),
}

/// A plot.
pub(super) struct Plot {
    /// What it shows, for those who cannot see it and for its caption.
    pub title: String,
    pub x: &'static str,
    pub y: &'static str,
    /// The least span of the vertical axis, where all would be a flat line otherwise.
    pub y_range: (f64, f64),
    pub series: Vec<Series>,
}

impl Series {
    fn name(&self) -> &'static str {
        match self {
            Self::Line(name, _) | Self::Bars(name, _, _) | Self::Points(name, _) => name,
        }
    }

    fn points(&self) -> &[(f64, f64)] {
        match self {
            Self::Line(_, points) | Self::Bars(_, _, points) | Self::Points(_, points) => points,
        }
    }
}

impl Plot {
    /// The drawing. `number` makes its ids its own on the page.
    pub(super) fn svg(&self, number: usize) -> String {
        let (x_axis, y_axis) = self.axes();
        let x = |value: f64| LEFT + x_axis.part(value) * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| HEIGHT - BOTTOM - y_axis.part(value) * (HEIGHT - TOP - BOTTOM);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"plot{number}\">\n\
             <title id=\"plot{number}\">{}</title>\n",
            self.title
        );
        for tick in y_axis.ticks() {
            let (at, label) = (y(tick), y_axis.label(tick));
            let end = WIDTH - RIGHT;
            let _ = writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{end}\"/>");
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{:.1}\" class=\"end\">{label}</text>",
                LEFT - 6.0,
                at + 4.0
            );
        }
        for tick in x_axis.ticks() {
            let label = x_axis.label(tick);
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" class=\"middle\">{label}</text>",
                x(tick),
                HEIGHT - BOTTOM + 16.0
            );
        }
        for (place, series) in self.series.iter().enumerate() {
            svg.push_str(&shapes(series, place, &x, &y));
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" class=\"middle\">{}</text>\n\
             <text transform=\"translate(14 {}) rotate(-90)\" class=\"middle\">{}</text>\n</svg>",
            f64::midpoint(LEFT, WIDTH),
            HEIGHT - 6.0,
            self.x,
            f64::midpoint(TOP, HEIGHT - BOTTOM),
            self.y
        );
        svg
    }

    /// The names of its series, where there are several.
    pub(super) fn legend(&self) -> String {
        if self.series.len() < 2 {
            return String::new();
        }
        let name = |(place, series): (usize, &Series)| {
            format!("<span class=\"key key{place}\">{}</span>", series.name())
        };
        self.series.iter().enumerate().map(name).collect::<Vec<_>>().join(" ")
    }

    fn axes(&self) -> (Axis, Axis) {
        let mut x = (f64::MAX, f64::MIN);
        let mut y = self.y_range;
        for series in &self.series {
            let width = if let Series::Bars(_, width, _) = series { *width } else { 0.0 };
            for (px, py) in series.points() {
                x = (x.0.min(*px), x.1.max(px + width));
                y = (y.0.min(*py), y.1.max(*py));
            }
        }
        if x.0 > x.1 {
            x = (0.0, 1.0);
        }
        (Axis::over(x), Axis::over(y))
    }
}

fn shapes(series: &Series, place: usize, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut path = String::new();
    match series {
        Series::Line(_, points) => {
            for (number, (px, py)) in points.iter().enumerate() {
                let _ = write!(path, "{}{:.1} {:.1}", if number == 0 { 'M' } else { 'L' }, x(*px), y(*py));
            }
            format!("<path class=\"line key{place}\" d=\"{path}\"/>\n")
        }
        Series::Bars(_, width, points) => {
            for (px, py) in points.iter().filter(|(_, py)| *py > 0.0) {
                let (left, right) = (x(*px), x(px + width) - 0.5);
                let _ = write!(path, "M{left:.1} {:.1}V{:.1}H{right:.1}V{:.1}Z", y(0.0), y(*py), y(0.0));
            }
            format!("<path class=\"bars key{place}\" d=\"{path}\"/>\n")
        }
        Series::Points(_, points) => {
            // A line of no length with round ends is a dot, and a path of them is small.
            for (px, py) in points {
                let _ = write!(path, "M{:.1} {:.1}h0", x(*px), y(*py));
            }
            format!("<path class=\"points key{place}\" d=\"{path}\"/>\n")
        }
    }
}

/// An axis from one round number to another.
struct Axis {
    from: f64,
    to: f64,
    step: f64,
}

impl Axis {
    fn over((from, to): (f64, f64)) -> Self {
        let span = if to > from { to - from } else { 1.0 };
        let rough = span / TICKS;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let step = step.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * power);
        Self { from: (from / step).floor() * step, to: ((from + span) / step).ceil() * step, step }
    }

    fn part(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        let count = ((self.to - self.from) / self.step).round() as u32;
        (0..=count).map(|tick| self.from + f64::from(tick) * self.step)
    }

    fn label(&self, tick: f64) -> String {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        format!("{tick:.decimals$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_go_from_one_round_number_to_another() {
        let axis = Axis::over((0.0, 873.0));
        assert_eq!(
            axis.ticks().map(|tick| axis.label(tick)).collect::<Vec<_>>(),
            ["0", "200", "400", "600", "800", "1000"]
        );
        let flat = Axis::over((1.0, 1.0));
        assert!(flat.part(1.0).is_finite());
        assert_eq!(Axis::over((0.99, 1.0)).label(0.992), "0.992");
    }

    #[test]
    fn a_plot_without_points_is_still_one() {
        let plot = Plot {
            title: "Nothing".to_owned(),
            x: "s",
            y: "ms",
            y_range: (0.0, 1.0),
            series: vec![Series::Line("none", Vec::new())],
        };
        let svg = plot.svg(0);
        assert!(svg.contains("<title id=\"plot0\">Nothing</title>") && !svg.contains("NaN"));
    }
}
