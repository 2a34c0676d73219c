//! The language of what somebody reads: which it is, and the form at each page's foot that chooses another. The choice is
//! kept in a cookie of their browser and nowhere else.

use axum::extract::State;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Redirect, Response};
use parlor_web::language::{Language, said};

use super::App;
use super::cookie;
use super::fields::VisitorForm;
use super::problem::Problem;

/// Where programs ask, which read English.
const FOR_PROGRAMS: [&str; 2] = ["/api/", "/metrics"];

/// The language for who sends this request: the one they chose, else the best of those that their browser asks for.
pub(super) fn of(request: &Parts, chosen: Option<&str>) -> Language {
    if FOR_PROGRAMS.iter().any(|path| request.uri.path().starts_with(path)) {
        return Language::ENGLISH;
    }
    let accepts = request.headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    Language::choose(chosen, accepts)
}

/// The page to which somebody comes back who chooses another language on the answer to this request: the same one, or
/// that on which the form stood which they sent.
pub(super) fn here(request: &Parts) -> String {
    let path = request.uri.path();
    if let Some(below) = path.strip_prefix("/studio/") {
        // A one-time link in an address opens nothing a second time.
        return if below == "accounts" { "/studio/accounts" } else { "/studio" }.to_owned();
    }
    if request.method == Method::GET {
        return request.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    }
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some("room"), Some(room), Some("enter" | "exit")) => format!("/room/{room}/enter"),
        (Some("room"), Some(room), _) => format!("/room/{room}"),
        (Some("studio"), ..) => "/studio".to_owned(),
        _ => "/".to_owned(),
    }
}

/// `POST /language` with `language`: its tag, and `back`: the page on which it was chosen.
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    form: VisitorForm,
) -> Result<Response, Problem> {
    let language = Language::of_tag(form.fields.text("language"))
        .ok_or_else(|| Problem::bad_request(said::no_language(), said::no_language_remedy()))?;
    let is_tls = cookie::is_tls(&headers);
    let cookie = cookie::set(cookie::Name::Language, app.hosts.port(), language.tag(), is_tls);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&back(form.fields.text("back")))).into_response())
}

/// A path of our own; the lobby for anything else that the field may hold.
pub(super) fn back(text: &str) -> String {
    let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    match text.parse::<PathAndQuery>() {
        Ok(path) if is_path && path.as_str().is_ascii() => path.to_string(),
        _ => "/".to_owned(),
    }
}

/// Says of what people read in which language it is, and that others get it in another (RFC 9110, sections 8.5 and 12.5.5).
pub(super) fn label(response: &mut Response, language: Language) {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if ["text/html", "text/event-stream"].iter().any(|read| kind.starts_with(read)) {
        response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use proptest::prelude::*;

    fn here_of(method: Method, path: &str) -> String {
        here(&Request::builder().method(method).uri(path).body(()).unwrap().into_parts().0)
    }

    #[test]
    fn somebody_comes_back_to_the_page_they_were_on() {
        for (path, page) in [
            ("/", "/"),
            ("/?q=tea&tag=late", "/?q=tea&tag=late"),
            ("/room/pxy?watch=mjpeg", "/room/pxy?watch=mjpeg"),
            ("/studio", "/studio"),
            ("/studio/accounts", "/studio/accounts"),
            ("/studio/login/a-secret", "/studio"),
        ] {
            assert_eq!(here_of(Method::GET, path), page);
        }
        for (path, page) in [
            ("/room/pxy/relay", "/room/pxy"),
            ("/room/pxy/enter", "/room/pxy/enter"),
            ("/studio/card", "/studio"),
            ("/studio/accounts", "/studio/accounts"),
            ("/rooms/open", "/"),
            ("/adult", "/"),
        ] {
            assert_eq!(here_of(Method::POST, path), page);
        }
    }

    #[test]
    fn the_way_back_leads_to_no_other_site() {
        for text in
            ["", "//evil.example/", "/\\evil.example", "https://evil.example/", "room", "/a b", "/a\r\nb"]
        {
            assert_eq!(back(text), "/", "{text}");
        }
        assert_eq!(back("/room/pxy?watch=mjpeg&fps=5"), "/room/pxy?watch=mjpeg&fps=5");
    }

    proptest! {
        #[test]
        fn no_way_back_panics(text in ".{0,40}") {
            let back = back(&text);
            prop_assert!(back.starts_with('/') && !back.starts_with("//"));
            let _ = Redirect::to(&back).into_response();
        }
    }
}
