//! The gate that every request passes before routing, and what every response carries.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::adult;
use super::language;
use super::problem::{Audience, dress};
use super::visitor::{is_for_people, recognise};

/// Only our own origin, and no inline script or style (Content Security Policy, level 3).
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
    media-src 'self' blob:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'self'; \
    base-uri 'none'; worker-src 'none'";
/// The same for a page with a script that works beside it (section 6.1.16).
pub(super) const WORKER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    media-src 'self'; connect-src 'none'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'; worker-src 'self'";

/// What every response carries.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    (X_FRAME_OPTIONS, "SAMEORIGIN"),
    // No other site learns where a visitor comes from. Not `no-referrer`: under that, browsers send our own forms
    // with the origin `null` (Fetch, section 3.2), which can't be told from a stranger's.
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // No other site embeds the picture, with or without the visitor's cookie.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // For the host who broadcasts from a browser; nothing else of the visitor's machine is ever asked for.
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), geolocation=(), usb=(), payment=()",
    ),
];

/// Refuses strangers, finds out who asks, and completes the response.
pub(super) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut response = match app.hosts.admit(&parts) {
        Ok(()) => {
            let audience = Audience::of(&parts);
            let (visitor, cookie) = recognise(&app, &parts);
            parts.extensions.insert(visitor.clone());
            let path = parts.uri.path().to_owned();
            let response = next.run(Request::from_parts(parts, body)).await;
            let mut response = dress(response, audience, || visitor.page());
            language::label(&mut response, visitor.language);
            if let Some(cookie) = cookie.filter(|_| is_for_people(&response)) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            // A room that is not here for them has no label either.
            if app.admits(&visitor) && is_for_people(&response) && adult::is_labelled(&app, &path) {
                let (name, label) = adult::LABEL;
                response.headers_mut().insert(name, HeaderValue::from_static(label));
            }
            response
        }
        // In plain text, whoever asks: under a stranger's name the page's styles would be refused as well.
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // What strangers have sent comes with a stricter policy of its own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
