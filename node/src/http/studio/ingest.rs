//! The ways in for other programs: RTMP, SRT and WHIP.

use axum::extract::{FromRequestParts, State};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::response::Response;
use parlor_web::language::{Language, Said, said};
use parlor_web::view;

use super::desk::{Refusal, lead_back};
use crate::app::{IngestAction, IngestKind, IngestStatus, StudioStatus};
use crate::http::App;
use crate::http::cookie;
use crate::http::fields::{Fields, HostForm};
use crate::http::problem::Problem;

/// The address under which the host's browser reaches the node, and so another program on the host's network may.
pub(super) struct Door {
    authority: Authority,
    scheme: &'static str,
}

impl Door {
    /// The whole address of a path on this node.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.authority)
    }
}

impl FromRequestParts<App> for Door {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let host = parts.headers.get(HOST).expect("the gate lets only requests with a host in");
        let authority = Authority::try_from(host.as_bytes()).expect("the gate has read the host");
        let scheme = if cookie::is_tls(&parts.headers) { "https" } else { "http" };
        Ok(Self { authority, scheme })
    }
}

/// `POST /studio/ingest` with `kind` and `action`.
pub(super) async fn submit(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change(&app, &form.fields).await;
    lead_back(&app, &form, &door, result).await
}

async fn change(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let kind = IngestKind::ALL.into_iter().find(|kind| words(*kind).value == fields.text("kind"));
    let action = match fields.text("action") {
        "on" => Some(IngestAction::On),
        "off" => Some(IngestAction::Off),
        "renew" => Some(IngestAction::Renew),
        _ => None,
    };
    let (Some(kind), Some(action)) = (kind, action) else {
        return Err(Refusal::new(said::which_ingest()));
    };
    app.studio.set_ingest(kind, action).await?;
    if kind == IngestKind::Whip {
        // Whoever publishes came in with the old key or through what is now closed.
        app.end_publisher();
    }
    let label = words(kind).label;
    Ok(match action {
        IngestAction::On => said::done_ingest_on(label),
        IngestAction::Off => said::done_ingest_off(label),
        IngestAction::Renew => said::done_ingest_renew(label),
    })
}

struct Words {
    value: &'static str,
    label: &'static str,
    hint: Said,
}

fn words(kind: IngestKind) -> Words {
    match kind {
        IngestKind::Rtmp => Words { value: "rtmp", label: "RTMP", hint: said::ingest_rtmp() },
        IngestKind::Srt => Words { value: "srt", label: "SRT", hint: said::ingest_srt() },
        IngestKind::Whip => Words { value: "whip", label: "WHIP", hint: said::ingest_whip() },
    }
}

/// The ways in as the studio shows them.
pub(super) fn show(status: &StudioStatus, door: &Door, room: &str, language: Language) -> Vec<view::Ingest> {
    let show = |ingest: &IngestStatus| {
        let Words { value, label, hint } = words(ingest.kind);
        let secret = |text: String| if ingest.on { text } else { String::new() };
        view::Ingest {
            kind: value,
            label,
            hint: hint.told(language),
            on: ingest.on,
            address: secret(address(ingest, door, room)),
            key: secret(ingest.key.reveal().to_owned()),
            state: ingest.state.as_ref().map(|state| state.told(language)).unwrap_or_default(),
        }
    };
    status.ingests.iter().map(show).collect()
}

fn address(ingest: &IngestStatus, door: &Door, room: &str) -> String {
    let host = door.authority.host();
    let port = ingest.port.map_or(String::new(), |port| format!(":{port}"));
    match ingest.kind {
        IngestKind::Rtmp => format!("rtmp://{host}{port}/live"),
        IngestKind::Srt => format!("srt://{host}{port}?mode=caller"),
        IngestKind::Whip => door.address(&format!("/room/{room}/whip")),
    }
}
