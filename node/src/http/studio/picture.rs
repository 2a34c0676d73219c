//! Where the picture comes from, and how good it is.

use axum::extract::State;
use axum::response::Response;
use parlor_media::{Quality, Source};
use parlor_web::language::{Said, said};

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::http::sentences::Sentence;

/// `POST /studio/source` with `source` as the command line has it.
pub(super) async fn source(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_source(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

fn change_source(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let source: Source =
        fields.text("source").trim().parse().map_err(|_| Refusal::new(said::bad_source()))?;
    let done = said::done_source(source.to_string());
    app.studio.set_source(source)?;
    Ok(done)
}

/// `POST /studio/quality` with `width`, `height`, `fps` and `bitrate_kbps`.
pub(super) async fn quality(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_quality(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

fn change_quality(app: &App, fields: &Fields) -> Result<Said, Refusal> {
    let number = |name| fields.text(name).trim().parse::<u32>();
    let (Ok(width), Ok(height), Ok(fps), Ok(bitrate_kbps)) =
        (number("width"), number("height"), number("fps"), number("bitrate_kbps"))
    else {
        return Err(Refusal::new(said::bad_quality()));
    };
    let quality = Quality { width, height, fps, bitrate_bps: bitrate_kbps.saturating_mul(1000) };
    app.studio.set_quality(quality).map_err(|error| {
        let quality = Some([width, height, fps, bitrate_kbps]);
        Refusal::keeping(error.said(), Typed { quality, ..Typed::default() })
    })?;
    Ok(said::done_quality())
}
