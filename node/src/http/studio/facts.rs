//! The engine's state and the last minutes in numbers, as a document that refreshes itself.

use axum::extract::State;
use axum::response::Html;
use parlor_media::Signal;
use parlor_web::language::{Language, Said, said};
use parlor_web::view;

use crate::app::{Reading, StudioStatus, told};
use crate::http::App;
use crate::http::fields::not_the_host;
use crate::http::problem::Problem;
use crate::http::visitor::Visitor;
use crate::room;

/// `GET /studio/facts`
pub(super) async fn document(State(app): State<App>, visitor: Visitor) -> Result<Html<String>, Problem> {
    visitor.host.as_ref().ok_or_else(not_the_host)?;
    Ok(Html(show(&app, &app.studio.status(), visitor.language).render(&visitor.page())))
}

/// What the studio shows of the engine.
pub(super) fn show(app: &App, status: &StudioStatus, language: Language) -> view::StudioFacts {
    let notice = match &status.engine.signal {
        Signal::Lost(trouble) => told::trouble(trouble).told(language),
        Signal::Starting => said::source_opening().told(language),
        Signal::Resting | Signal::Present => String::new(),
    };
    view::StudioFacts {
        on_air_secs: status.on_air_since.map(|since| room::now().0.saturating_sub(since.0) / 1000),
        source: told::source(&status.engine.source).told(language),
        notice,
        encoder: told::coder(status.engine.encoder).map(|coder| coder.told(language)).unwrap_or_default(),
        pictures: status.engine.pictures,
        reports: app.room().reports().count(),
        graphs: graphs(&status.readings, language),
    }
}

fn graphs(readings: &[Reading], language: Language) -> Vec<view::Graph> {
    const MIB: f64 = 1024.0 * 1024.0;
    let graph = |label: Said, value: fn(&Reading) -> f64, top: f64, written: fn(f64) -> Said| {
        let values: Vec<f64> = readings.iter().map(value).collect();
        let now = values.last().copied().map_or_else(|| "–".to_owned(), |now| written(now).told(language));
        view::Graph { label: label.told(language), now, values, top }
    };
    vec![
        // The tops are those of a healthy stream at the defaults, so that an ordinary evening's lines lie in the middle.
        graph(said::graph_latency(), |one| one.latency_ms, 200.0, |ms| said::graph_ms(ms.round())),
        graph(
            said::graph_bitrate(),
            |one| one.bitrate_bps as f64 / 1e6,
            5.0,
            |mbps| said::graph_mbps((mbps * 10.0).round() / 10.0),
        ),
        graph(said::graph_frame_rate(), |one| one.fps, 60.0, |fps| said::graph_fps(fps.round())),
        graph(
            said::graph_viewers(),
            |one| one.viewers as f64,
            10.0,
            |viewers| Said::verbatim(viewers.to_string()),
        ),
        graph(
            said::graph_cpu(),
            |one| one.cpu_percent,
            100.0,
            |percent| said::graph_percent(percent.round()),
        ),
        graph(
            said::graph_memory(),
            |one| one.memory_bytes as f64 / MIB,
            200.0,
            |mib| said::graph_mib(mib.round()),
        ),
    ]
}
