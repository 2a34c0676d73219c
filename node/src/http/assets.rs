//! The files that pages load, embedded in the program.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use parlor_web::assets::{self, CACHE_FOREVER, CACHE_NEVER};

use super::problem::Problem;

/// `GET /assets/VERSION/NAME`
pub(super) async fn file(Path((version, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let cache = if version == assets::version() { CACHE_FOREVER } else { CACHE_NEVER };
    answer(&name, cache)
}

/// `GET /favicon.ico`, for browsers that ask without being told where the icon is.
pub(super) async fn icon() -> Result<Response, Problem> {
    // It may change with an update, and its name says nothing about that.
    answer("icon.svg", "max-age=86400")
}

fn answer(name: &str, cache: &'static str) -> Result<Response, Problem> {
    let asset = assets::asset(name).ok_or_else(Problem::no_page)?;
    Ok(([(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, cache)], asset.bytes).into_response())
}
