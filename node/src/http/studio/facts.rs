//! The engine's state and the last minutes in numbers, as a document that refreshes itself.

use axum::extract::State;
use axum::response::Html;
use parlor_media::Signal;
use parlor_web::view;

use crate::app::{Reading, StudioStatus};
use crate::http::App;
use crate::http::fields::not_the_host;
use crate::http::problem::Problem;
use crate::http::visitor::Visitor;
use crate::room;

/// `GET /studio/facts`
pub(super) async fn document(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Problem> {
    visitor.host.ok_or_else(not_the_host)?;
    Ok(Html(show(&app.studio.status()).render()))
}

/// What the studio shows of the engine.
pub(super) fn show(status: &StudioStatus) -> view::StudioFacts {
    let notice = match &status.engine.signal {
        Signal::Lost(reason) => reason.clone(),
        Signal::Starting => "The source is being opened.".to_owned(),
        Signal::Resting | Signal::Present => String::new(),
    };
    view::StudioFacts {
        on_air_secs: status.on_air_since.map(|since| room::now().0.saturating_sub(since.0) / 1000),
        source: status.engine.source.clone(),
        notice,
        encoder: status.engine.encoder.clone(),
        pictures: status.engine.pictures,
        graphs: graphs(&status.readings),
    }
}

fn graphs(readings: &[Reading]) -> Vec<view::Graph> {
    const MIB: f64 = 1024.0 * 1024.0;
    let graph = |label: &str, value: fn(&Reading) -> f64, top: f64, written: fn(f64) -> String| {
        let values: Vec<f64> = readings.iter().map(value).collect();
        let now = values.last().copied().map_or_else(|| "–".to_owned(), written);
        view::Graph { label: label.to_owned(), now, values, top }
    };
    vec![
        // The tops are those of a healthy stream at the defaults, so that an ordinary evening's lines lie in the middle.
        graph("Latency", |one| one.latency_ms, 200.0, |ms| format!("{ms:.0} ms")),
        graph("Bitrate", |one| one.bitrate_bps as f64 / 1e6, 5.0, |mbps| format!("{mbps:.1} Mbit/s")),
        graph("Frame-rate", |one| one.fps, 60.0, |fps| format!("{fps:.0} fps")),
        graph("Viewers", |one| one.viewers as f64, 10.0, |viewers| format!("{viewers:.0}")),
        graph("CPU", |one| one.cpu_percent, 100.0, |percent| format!("{percent:.0} %")),
        graph("Memory", |one| one.memory_bytes as f64 / MIB, 200.0, |mib| format!("{mib:.0} MiB")),
    ]
}
