//! The files that pages load, embedded in the program.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use parlor_web::assets::{self, CACHE_FOREVER, CACHE_NEVER};

use super::problem::Problem;

/// `GET /assets/VERSION/NAME`
pub(super) async fn file(
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let cache = if version == assets::version() { CACHE_FOREVER } else { CACHE_NEVER };
    answer(&name, cache, &headers)
}

/// `GET /favicon.ico`, for browsers that ask without being told where the icon is.
pub(super) async fn icon(headers: HeaderMap) -> Result<Response, Problem> {
    // It may change with an update, and its name says nothing about that.
    answer("icon.svg", "max-age=86400", &headers)
}

fn answer(name: &str, cache: &'static str, headers: &HeaderMap) -> Result<Response, Problem> {
    let asset = assets::asset(name).ok_or_else(Problem::no_page)?;
    let about = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, cache), (VARY, "accept-encoding")];
    Ok(if takes_gzip(headers) {
        (about, [(CONTENT_ENCODING, "gzip")], asset.gzip).into_response()
    } else {
        (about, asset.bytes).into_response()
    })
}

/// Whether the browser takes gzip, as every browser says it does: by name, and not with a weight of zero
/// (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused =
            weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes =
            |value: &str| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().unwrap())]));
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, GZIP;q=0.5"));
        assert!(!takes("identity") && !takes("gzip;q=0, br") && !takes("gzip;q=0.000"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
