//! What is drawn of a run.

use super::plot::{Plot, Series};
use crate::measure::{Figures, STEP_MS};

/// The most points of the plot of uplinks: more of them make it no clearer.
const MOST_POINTS: usize = 1500;

/// The plots of a run, each with the sentence below it.
pub(super) fn plots(figures: &Figures) -> Vec<(Plot, String)> {
    vec![
        (
            continuity(figures),
            "The share of objects that came within 4 s of their capture, by the second of capture."
                .to_owned(),
        ),
        (
            delay(figures),
            format!(
                "From capture to arrival, by the second of capture, in steps of {STEP_MS} ms. Over the whole run: {:.0} ms \
                 in the middle, {:.0} ms at the 99th percentile; the bound is {:.0} ms, and links alone take {:.0} ms.",
                figures.delay_p50_ms, figures.delay_p99_ms, figures.bound_ms, figures.link_ms
            ),
        ),
        (distribution(figures), format!("How many arrivals took how long, in steps of {STEP_MS} ms.")),
        (
            upload(figures),
            "Each point is a node that stayed at least a second; the line is a full uplink.".to_owned(),
        ),
        (
            depth(figures),
            format!(
                "Over how many hops objects came: {:.1} on average, {} at most.",
                figures.hops_mean, figures.hops_max
            ),
        ),
    ]
}

fn continuity(figures: &Figures) -> Plot {
    let points =
        (0..).zip(&figures.by_second).map(|(at, second): (u32, _)| (f64::from(at), second.continuity));
    Plot {
        title: "Continuity over time".to_owned(),
        x: "second of the stream",
        y: "came in time",
        y_range: (0.99, 1.0),
        series: vec![Series::Line("continuity", points.collect())],
    }
}

fn delay(figures: &Figures) -> Plot {
    let line = |of: &dyn Fn(&crate::measure::Second) -> Option<f64>| {
        let seconds = (0..).zip(&figures.by_second);
        seconds.filter_map(|(at, second): (u32, _)| Some((f64::from(at), of(second)?))).collect()
    };
    Plot {
        title: "Delay over time".to_owned(),
        x: "second of the stream",
        y: "delay, ms",
        y_range: (0.0, 100.0),
        series: vec![
            Series::Line("median", line(&|second| second.delay_p50_ms)),
            Series::Line("99th percentile", line(&|second| second.delay_p99_ms)),
        ],
    }
}

fn distribution(figures: &Figures) -> Plot {
    let last = figures.delays.iter().rposition(|share| *share > 0.0001).unwrap_or(0);
    let bars = (0..).zip(&figures.delays[..=last.min(figures.delays.len().saturating_sub(1))]);
    Plot {
        title: "Distribution of delay".to_owned(),
        x: "delay, ms",
        y: "share, %",
        y_range: (0.0, 1.0),
        series: vec![Series::Bars(
            "arrivals",
            STEP_MS as f64,
            bars.map(|(step, share): (u32, _)| (f64::from(step) * STEP_MS as f64, share * 100.0)).collect(),
        )],
    }
}

fn upload(figures: &Figures) -> Plot {
    let every = figures.usage.len().div_ceil(MOST_POINTS).max(1);
    let points: Vec<_> =
        figures.usage.iter().step_by(every).map(|usage| (usage.capacity, usage.used)).collect();
    let most = points.iter().map(|(capacity, _)| *capacity).fold(1.0, f64::max);
    Plot {
        title: "Upload by node against its capacity".to_owned(),
        x: "capacity, multiples of the stream",
        y: "sent",
        y_range: (0.0, 1.0),
        series: vec![
            Series::Points("nodes", points),
            Series::Line("a full uplink", vec![(0.0, 0.0), (most, most)]),
        ],
    }
}

fn depth(figures: &Figures) -> Plot {
    let bars = (0..).zip(&figures.hops).map(|(hops, share): (u32, _)| (f64::from(hops), share * 100.0));
    Plot {
        title: "Depth".to_owned(),
        x: "hops from the host",
        y: "share of arrivals, %",
        y_range: (0.0, 1.0),
        series: vec![Series::Bars("arrivals", 1.0, bars.collect())],
    }
}
