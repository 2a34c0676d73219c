//! What goes wrong over HTTP: a status, a sentence about what happened, and one about what to do.
//!
//! A handler returns a [`Problem`]; how it looks (a page, plain text, JSON) is chosen once, in [`dress`], by what
//! the client asked for.

use axum::body::Body;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use parlor_web::language::{Language, Said, said};
use parlor_web::view;

use crate::room::Shut;

/// An answer that is not what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    status: StatusCode,
    what: Said,
    remedy: Said,
}

impl Problem {
    /// A problem: what happened and what to do, a sentence each.
    pub(super) fn new(status: StatusCode, what: Said, remedy: Said) -> Self {
        Self { status, what, remedy }
    }

    /// Nothing is at this address.
    pub(super) fn no_page() -> Self {
        Self::new(StatusCode::NOT_FOUND, said::no_page(), said::no_page_remedy())
    }

    /// The address is not of a room that this node has. The same words for a room that hides.
    pub(super) fn no_room() -> Self {
        Self::new(StatusCode::NOT_FOUND, said::no_room(), said::no_room_remedy())
    }

    /// The address is there, but not for this method.
    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, said::wrong_method(), said::wrong_method_remedy())
    }

    /// The room is there but sends nothing at the moment.
    pub(super) fn off_air() -> Self {
        Self::new(StatusCode::NOT_FOUND, said::room_off_air(), said::room_off_air_remedy())
    }

    /// The room's door is shut to them.
    pub(super) fn shut(shut: Shut) -> Self {
        let (what, remedy) = match shut {
            Shut::Locked => (said::door_locked(), said::door_locked_remedy()),
            Shut::SentOut => (said::sent_out(), said::sent_out_remedy()),
        };
        Self::new(StatusCode::FORBIDDEN, what, remedy)
    }

    /// The request can't be understood, for the reason in the sentence.
    pub(super) fn bad_request(what: Said, remedy: Said) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what, remedy)
    }

    /// The node can't do it just now, for the reason in the sentence.
    pub(super) fn unavailable(what: Said) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, what, said::soon_remedy())
    }

    /// Its HTTP status.
    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Both sentences.
    pub(super) fn text(&self, language: Language) -> String {
        format!("{} {}", self.what.told(language), self.remedy.told(language))
    }

    fn view(&self, page: view::Page) -> view::Problem {
        let [what, remedy] = [&self.what, &self.remedy].map(|said| said.told(page.language));
        view::Problem { page, status: self.status.as_u16(), what, remedy }
    }

    /// As RFC 9457 has it, in English.
    fn json(&self) -> String {
        let [what, remedy] = [&self.what, &self.remedy].map(Said::to_string);
        serde_json::json!({ "status": self.status.as_u16(), "title": what, "detail": remedy }).to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response =
            (self.status, [(CACHE_CONTROL, "no-store")], self.text(Language::ENGLISH) + "\n").into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 (section 15.5.2) wants the way to prove oneself named; this one opens no dialog.
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            // The rest of the body is not read: nobody may send another request behind it (RFC 9112, section 9.6).
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// What an error says in the middle of a sentence, as a sentence of its own.
pub(super) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Who asks, and so what they can read: decided from its request, before a handler consumes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// A page, for browsers that navigate.
    Browser,
    /// A document in a frame of one of our pages.
    Frame,
    /// RFC 9457, for programs that use the interface in JSON.
    Program,
    /// A line of text, for players and tools.
    Tool,
}

impl Audience {
    /// The sender of this request.
    pub(super) fn of(request: &Parts) -> Self {
        if request.uri.path().starts_with("/api/") {
            return Self::Program;
        }
        let accepts_html =
            |value: &HeaderValue| value.to_str().is_ok_and(|accept| accept.contains("text/html"));
        // Fetch Metadata; older browsers don't say it.
        let is_framed = request.headers.get("sec-fetch-dest").is_some_and(|place| place == "iframe");
        match request.headers.get_all(ACCEPT).iter().any(accepts_html) {
            true if is_framed => Self::Frame,
            true => Self::Browser,
            false => Self::Tool,
        }
    }
}

/// Gives a response that holds a [`Problem`] the look that its reader needs; leaves every other one alone.
pub(super) fn dress(
    mut response: Response,
    audience: Audience,
    page: impl FnOnce() -> view::Page,
) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let (kind, text) = match audience {
        Audience::Browser => ("text/html; charset=utf-8", problem.view(page()).render()),
        Audience::Frame => ("text/html; charset=utf-8", problem.view(page()).render_framed()),
        Audience::Program => ("application/problem+json", problem.json()),
        Audience::Tool => ("text/plain; charset=utf-8", problem.text(page().language) + "\n"),
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().remove(axum::http::header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(text);
    response
}
