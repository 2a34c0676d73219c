//! Where the picture comes from, and how good it is.

use axum::extract::State;
use axum::response::Response;
use parlor_media::{Quality, Source};

use super::desk::{Refusal, Typed, lead_back};
use super::ingest::Door;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};

/// `POST /studio/source` with `source` as the command line has it.
pub(super) async fn source(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_source(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

fn change_source(app: &App, fields: &Fields) -> Result<String, Refusal> {
    let source: Source = fields.text("source").trim().parse().map_err(|_| {
        Refusal::new(
            "A source is chosen from the list, or is an rtsp:// address, 'file:PATH' or 'v4l2:PATH'.",
        )
    })?;
    let done = format!("The source is now: {source}.");
    app.studio.set_source(source)?;
    Ok(done)
}

/// `POST /studio/quality` with `width`, `height`, `fps` and `bitrate_kbps`.
pub(super) async fn quality(State(app): State<App>, door: Door, form: HostForm) -> Response {
    let result = change_quality(&app, &form.fields);
    lead_back(&app, &form, &door, result).await
}

fn change_quality(app: &App, fields: &Fields) -> Result<String, Refusal> {
    let number = |name| fields.text(name).trim().parse::<u32>();
    let (Ok(width), Ok(height), Ok(fps), Ok(bitrate_kbps)) =
        (number("width"), number("height"), number("fps"), number("bitrate_kbps"))
    else {
        return Err(Refusal::new("Width, height, frames a second and kbit/s are whole numbers."));
    };
    let quality = Quality { width, height, fps, bitrate_bps: bitrate_kbps.saturating_mul(1000) };
    app.studio.set_quality(quality).map_err(|error| {
        let quality = Some([width, height, fps, bitrate_kbps]);
        Refusal::keeping(error.to_string(), Typed { quality, ..Typed::default() })
    })?;
    Ok("The quality is changed.".to_owned())
}
