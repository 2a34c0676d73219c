//! `/metrics`: totals in the Prometheus text format (version 0.0.4), for this machine alone.

use std::fmt::Write as _;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use parlor_web::language::Said;

use super::App;
use super::api::Authorized;
use super::problem::Problem;
use super::serve::Peer;

/// `GET /metrics`
pub(super) async fn text(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    _: Authorized,
) -> Result<Response, Problem> {
    if !peer.is_some_and(|Extension(peer)| peer.is_local) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            Said::verbatim("The node's totals are told on its own machine only."),
            Said::verbatim("Ask for them there, at the loopback address."),
        ));
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render(&app)).into_response())
}

fn render(app: &App) -> String {
    let status = app.studio.status();
    let network = app.studio.network_status();
    let children = network.carried.children();
    let last = status.readings.last().copied().unwrap_or_default();
    let gauges = [
        ("parlor_on_air", "Whether the room is on air.", f64::from(status.on_air_since.is_some())),
        ("parlor_viewers", "People watching.", status.viewers as f64),
        (
            "parlor_webrtc_sessions",
            "WebRTC sessions, watching and publishing.",
            app.gateway.sessions() as f64,
        ),
        ("parlor_stream_bits_per_second", "All tracks together.", last.bitrate_bps as f64),
        ("parlor_stream_frames_per_second", "The full picture.", last.fps),
        (
            "parlor_encode_delay_seconds",
            "From capture until the chunk is in the room.",
            last.latency_ms / 1000.0,
        ),
        ("parlor_peers", "Nodes connected to this one.", network.standing.peers as f64),
        ("parlor_children", "Nodes that get the room from this one.", children as f64),
        (
            "parlor_remote_rooms",
            "Rooms of other hosts that are open here.",
            app.studio.peers().all_opened().len() as f64,
        ),
        ("parlor_upload_bits_per_second", "Sent to other nodes.", network.used_bps as f64),
        (
            "parlor_upload_ceiling_bits_per_second",
            "What may be sent to other nodes.",
            network.allowed_bps as f64,
        ),
        ("parlor_cpu_percent", "Processor time of the node, in percent of one core.", last.cpu_percent),
        ("parlor_memory_bytes", "Memory of the node.", last.memory_bytes as f64),
    ];
    let counters =
        [("parlor_upload_bytes_total", "Sent to other nodes since the start.", network.sent_bytes as f64)];
    let kinds = [("gauge", &gauges[..]), ("counter", &counters[..])];
    let mut text = String::new();
    for (kind, (name, help, value)) in
        kinds.iter().flat_map(|(kind, list)| list.iter().map(move |one| (kind, one)))
    {
        writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}")
            .expect("a string takes it");
    }
    text
}
