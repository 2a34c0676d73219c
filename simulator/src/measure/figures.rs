//! The figures of a run, and whether they are what was aimed at.

use serde::Serialize;

use super::tally::{STEP_MS, Tally, Usage};
use crate::engine::{MS, Micros, SECOND, Trace};
use crate::scenario::Scenario;
use crate::world::MEDIAN_LATENCY;

/// All is well while this share of the objects comes in time.
const WELL: f64 = 0.995;

/// The figures of a run. Ratios are shares of 1; times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Which scenario.
    pub scenario: String,
    /// Which protocol.
    pub protocol: &'static str,
    /// What the host sent, as a multiple of the stream.
    pub source_upload_ratio: f64,
    /// Which share of what the viewers received did not come from the host.
    pub offload: f64,
    /// The share of objects that came in time: within 4 s of their capture.
    pub continuity: f64,
    /// From capture to arrival, the median.
    pub delay_p50_ms: f64,
    /// From capture to arrival, the 99th percentile.
    pub delay_p99_ms: f64,
    /// What theory allows at best: log2(nodes) / mean upload chunk times.
    pub bound_ms: f64,
    /// What the links alone take for that many hops: log2(nodes) median latencies.
    pub link_ms: f64,
    /// Objects that were there already, by bytes.
    pub duplicate_ratio: f64,
    /// Messages and handshakes, by bytes of all that was sent.
    pub control_ratio: f64,
    /// From click to first frame, the median.
    pub startup_p50_ms: f64,
    /// The 95th percentile.
    pub startup_p95_ms: f64,
    /// The longest.
    pub startup_max_ms: f64,
    /// The longest with one server on the same line, where the scenario asks for the comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_startup_max_ms: Option<f64>,
    /// After many left at once: how long until windows of a second are well again.
    pub recovery_ms: Option<f64>,
    /// Objects that a viewer took and the host never made.
    pub bad_objects_delivered: u64,
    /// Bad objects that arrived and were refused.
    pub bad_objects_refused: u64,
    /// Objects for which there was no room in a queue.
    pub dropped: u64,
    /// Over how many hops objects came, on average and at most.
    pub hops_mean: f64,
    /// The most hops.
    pub hops_max: u32,
    /// How many came to watch.
    pub nodes: u32,
    /// The run's seed.
    pub seed: u64,
    /// How long it went, in seconds of virtual time.
    pub seconds: u32,
    /// How many events there were.
    pub events: u64,
    /// The fingerprint of them all.
    pub trace: String,
    /// How long the run took, in seconds of real time; only this differs from run to run.
    pub wall_s: f64,
    /// What became of the talk, where there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talk: Option<TalkFigures>,
    /// What the plots show.
    #[serde(skip)]
    pub by_second: Vec<Second>,
    /// Shares of delays in steps of 50 ms.
    #[serde(skip)]
    pub delays: Vec<f64>,
    /// What each node sent of what it could.
    #[serde(skip)]
    pub usage: Vec<Usage>,
    /// Shares of hops.
    #[serde(skip)]
    pub hops: Vec<f64>,
}

/// The figures of the talk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TalkFigures {
    /// Lines that came to the host.
    pub said: u64,
    /// Those that it took.
    pub taken: u64,
    /// The share of the lines that were told while a viewer was there, and that this viewer read.
    pub read: f64,
    /// Lines that came behind one that was said later.
    pub disordered: u64,
    /// From when the host told of a line until a viewer had it, the median.
    pub delay_p50_ms: f64,
    /// The 99th percentile.
    pub delay_p99_ms: f64,
    /// What the host sent for it, as a share of the stream.
    pub host_ratio: f64,
}

/// One second of the stream, as the viewers saw it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Second {
    /// The share of chunks that came in time; 1 where none was due.
    pub continuity: f64,
    /// The median delay.
    pub delay_p50_ms: Option<f64>,
    /// Its 99th percentile.
    pub delay_p99_ms: Option<f64>,
}

impl Figures {
    /// The figures of what was counted.
    #[must_use]
    pub fn of(scenario: &Scenario, protocol: &'static str, seed: u64, tally: &Tally, trace: Trace) -> Self {
        let stream = &scenario.stream;
        let made: u64 = tally
            .film()
            .objects()
            .filter(|(_, object)| object.captured >= tally.from)
            .map(|(_, object)| u64::from(object.bytes))
            .sum();
        let (due, in_time) = tally.counted().fold((0, 0), |(due, in_time), chunk| {
            let place = chunk as usize;
            (due + u64::from(tally.due[place]), in_time + u64::from(tally.in_time[place]))
        });
        // Where nothing came, it took for ever: no aim is reached, and JSON says null.
        let quantile = |histogram: &super::Histogram, share| {
            histogram.quantile(share).map_or(f64::INFINITY, |ms| ms as f64)
        };
        let doublings = f64::from(scenario.nodes).log2().max(1.0);
        let hops: u64 = tally.hops.iter().sum();
        let hops_sum: u64 = (0..).zip(&tally.hops).map(|(depth, count): (u64, _)| depth * count).sum();
        let hops_max = tally.hops.iter().rposition(|count| *count > 0).unwrap_or(0);
        Self {
            scenario: scenario.name.clone(),
            protocol,
            source_upload_ratio: ratio(tally.host.total(), made),
            offload: 1.0 - ratio(tally.from_host, tally.received),
            continuity: if due == 0 { 0.0 } else { ratio(in_time, due) },
            delay_p50_ms: quantile(&tally.delay, 0.5),
            delay_p99_ms: quantile(&tally.delay, 0.99),
            bound_ms: doublings / scenario.mean_upload().max(1.0) * f64::from(stream.chunk_ms),
            link_ms: doublings * (MEDIAN_LATENCY / MS) as f64,
            duplicate_ratio: ratio(tally.again, tally.received),
            control_ratio: ratio(tally.all.messages, tally.all.total()),
            startup_p50_ms: quantile(&tally.startup, 0.5),
            startup_p95_ms: quantile(&tally.startup, 0.95),
            startup_max_ms: quantile(&tally.startup, 1.0),
            server_startup_max_ms: None,
            recovery_ms: recovery(scenario, tally),
            bad_objects_delivered: tally.bad_delivered,
            bad_objects_refused: tally.bad_arrived,
            dropped: tally.dropped,
            hops_mean: ratio(hops_sum, hops),
            hops_max: hops_max as u32,
            nodes: scenario.nodes,
            seed,
            seconds: scenario.seconds,
            events: trace.events(),
            trace: format!("{:016x}", trace.hash()),
            wall_s: 0.0,
            talk: scenario.talk.map(|_| TalkFigures {
                said: tally.film().conversation().heard().len() as u64,
                taken: tally.film().conversation().taken(),
                read: ratio(tally.reading.read, tally.reading.due),
                disordered: tally.reading.disordered,
                delay_p50_ms: quantile(&tally.reading.delay, 0.5),
                delay_p99_ms: quantile(&tally.reading.delay, 0.99),
                host_ratio: ratio(tally.reading.host_bytes, made),
            }),
            by_second: by_second(scenario, tally),
            delays: tally.delay.shares(STEP_MS, 80),
            usage: tally.usage.clone(),
            hops: tally.hops[..=hops_max].iter().map(|count| ratio(*count, hops)).collect(),
        }
    }

    /// The delay that the scenario's aim allows, for so many bounds.
    #[must_use]
    pub fn allowed_delay_ms(&self, bounds: f64) -> f64 {
        bounds * self.bound_ms + self.link_ms
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn by_second(scenario: &Scenario, tally: &Tally) -> Vec<Second> {
    let mut seconds = vec![Second::default(); scenario.seconds as usize];
    let mut sums = vec![(0u64, 0u64); seconds.len() + 1];
    for chunk in 0..tally.film().chunks() {
        let sum = &mut sums[((tally.captured(chunk) / SECOND) as usize).min(seconds.len())];
        sum.0 += u64::from(tally.due[chunk as usize]);
        sum.1 += u64::from(tally.in_time[chunk as usize]);
    }
    for (place, second) in seconds.iter_mut().enumerate() {
        let (due, in_time) = sums[place];
        let steps = &tally.delay_by_second[place];
        let quantile = |share: f64| {
            let total: u32 = steps.iter().sum();
            let wanted = (f64::from(total) * share).ceil() as u32;
            let mut passed = 0;
            let step = steps.iter().position(|count| {
                passed += count;
                total > 0 && passed >= wanted
            });
            // The middle of the step.
            step.map(|step| (step as u64 * STEP_MS + STEP_MS / 2) as f64)
        };
        *second = Second {
            continuity: if due == 0 { 1.0 } else { ratio(in_time, due) },
            delay_p50_ms: quantile(0.5),
            delay_p99_ms: quantile(0.99),
        };
    }
    seconds
}

/// How long after many left at once the last window of a second ends in which too little came in time.
fn recovery(scenario: &Scenario, tally: &Tally) -> Option<f64> {
    let at: Micros = u64::from(scenario.mass_leave?.at_s) * SECOND;
    let window = (1000 / scenario.stream.chunk_ms.max(1)).max(1) as usize;
    let known: Vec<usize> = (0..tally.film().chunks())
        .filter(|chunk| {
            let captured = tally.captured(*chunk);
            captured >= at && captured + tally.deadline() <= tally.end
        })
        .map(|chunk| chunk as usize)
        .collect();
    let last_bad = known.windows(window).rev().find(|window| {
        let sum = |of: &[u32]| window.iter().map(|place| u64::from(of[*place])).sum::<u64>();
        ratio(sum(&tally.in_time), sum(&tally.due)) < WELL
    });
    let end = last_bad.and_then(|window| window.last());
    Some(end.map_or(0.0, |place| (tally.captured(*place as u32) - at) as f64 / MS as f64))
}

/// A figure beside its aim.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What it is.
    pub name: &'static str,
    /// The figure, as text with its unit.
    pub value: String,
    /// The aim, as text; empty where there is none.
    pub aim: String,
    /// Whether it was reached; `None` where there is no aim.
    pub reached: Option<bool>,
}

/// Every figure beside its aim, in the order of the report.
#[must_use]
pub fn judge(scenario: &Scenario, figures: &Figures) -> Vec<Judged> {
    let aims = &scenario.aims;
    let times = |value: f64| format!("{value:.3} ×");
    let percent = |value: f64| format!("{:.3} %", value * 100.0);
    let ms = |value: f64| if value.is_finite() { format!("{value:.0} ms") } else { "never".to_owned() };
    let most = |name, value: f64, aim: Option<f64>, text: &dyn Fn(f64) -> String| Judged {
        name,
        value: text(value),
        aim: aim.map(|aim| format!("≤ {}", text(aim))).unwrap_or_default(),
        reached: aim.map(|aim| value <= aim),
    };
    let delay_aim = aims.delay_bounds.map(|bounds| figures.allowed_delay_ms(bounds));
    let server = figures.server_startup_max_ms.zip(aims.startup_over_server_ms);
    let startup_aim = server.map(|(server, more)| server + more);
    let mut table = vec![
        most("source upload", figures.source_upload_ratio, aims.source_upload_ratio, &times),
        most("offload", figures.offload, None, &percent),
        Judged {
            name: "continuity",
            value: format!("{:.5}", figures.continuity),
            aim: aims.continuity.map(|aim| format!("≥ {aim}")).unwrap_or_default(),
            reached: aims.continuity.map(|aim| figures.continuity >= aim),
        },
        most("delay p50", figures.delay_p50_ms, None, &ms),
        most("delay p99", figures.delay_p99_ms, delay_aim, &ms),
        most("bound", figures.bound_ms, None, &ms),
        most("link time", figures.link_ms, None, &ms),
        most("duplicates", figures.duplicate_ratio, aims.duplicate_ratio, &percent),
        most("control", figures.control_ratio, aims.control_ratio, &percent),
        most("start-up p50", figures.startup_p50_ms, aims.startup_p50_ms, &ms),
        most("start-up p95", figures.startup_p95_ms, aims.startup_p95_ms, &ms),
        most("start-up, longest", figures.startup_max_ms, startup_aim, &ms),
    ];
    if let Some(recovery) = figures.recovery_ms {
        table.push(most("recovery", recovery, aims.recovery_ms, &ms));
    }
    if let Some(talk) = figures.talk {
        table.push(Judged {
            name: "lines read",
            value: format!("{:.5} of {}", talk.read, talk.taken),
            aim: aims.lines_read.map(|aim| format!("≥ {aim}")).unwrap_or_default(),
            reached: aims.lines_read.map(|aim| talk.read >= aim),
        });
        table.push(most("lines out of order", talk.disordered as f64, Some(0.0), &|value| {
            format!("{value:.0}")
        }));
        table.push(most("delay of lines, p50", talk.delay_p50_ms, None, &ms));
        table.push(most("delay of lines, p99", talk.delay_p99_ms, None, &ms));
        table.push(most("talk, sent by the host", talk.host_ratio, aims.talk_host_ratio, &times));
    }
    let count = |name, value: f64| most(name, value, None, &|value| format!("{value:.0}"));
    table.push(Judged {
        aim: "0".to_owned(),
        reached: Some(figures.bad_objects_delivered == 0),
        ..count("bad objects delivered", figures.bad_objects_delivered as f64)
    });
    table.push(count("bad objects refused", figures.bad_objects_refused as f64));
    table.push(count("dropped in queues", figures.dropped as f64));
    table.push(most("hops, mean", figures.hops_mean, None, &|value| format!("{value:.1}")));
    table.push(count("hops, most", f64::from(figures.hops_max)));
    table
}
