//! The picture and the sound of a check, for whom it was made.

use std::ops::Range;
use std::time::Instant;

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use parlor_pictures::draw_digits;
use parlor_web::language::said;

use super::sound::sound;
use super::{Hearing, Told};
use crate::http::App;
use crate::http::problem::Problem;
use crate::http::visitor::Visitor;

/// `GET /room/ROOM/chat/check/CHECK/digits.png`
pub(in crate::http) async fn picture(
    State(app): State<App>,
    _: Hearing,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let Told { digits, seed } = told(&app, &visitor, &id)?;
    Ok(([(CONTENT_TYPE, "image/png")], draw_digits(&digits, seed)).into_response())
}

/// `GET /room/ROOM/chat/check/CHECK/digits.wav`. In parts (RFC 9110, section 14) for players that ask so, as Safari does.
pub(in crate::http) async fn sounded(
    State(app): State<App>,
    _: Hearing,
    visitor: Visitor,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let bytes = sound(told(&app, &visitor, &id)?);
    let about = [(CONTENT_TYPE, "audio/wav"), (ACCEPT_RANGES, "bytes")];
    let asked = headers.get(RANGE).and_then(|range| part(range.to_str().ok()?, bytes.len()));
    Ok(match asked {
        Some(part) => {
            let which = format!("bytes {}-{}/{}", part.start, part.end - 1, bytes.len());
            let status = StatusCode::PARTIAL_CONTENT;
            (status, about, [(CONTENT_RANGE, which)], bytes[part].to_vec()).into_response()
        }
        None => (about, bytes).into_response(),
    })
}

fn told(app: &App, visitor: &Visitor, id: &str) -> Result<Told, Problem> {
    app.checks
        .tell(visitor.id, id, Instant::now())
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, said::check_gone(), said::check_gone_remedy()))
}

/// The one part that a `Range` asks for; `None` for all: what is not understood may be passed over.
fn part(range: &str, length: usize) -> Option<Range<usize>> {
    let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
    let start = start.parse().ok()?;
    let end = if end.is_empty() { length } else { end.parse::<usize>().ok()?.checked_add(1)?.min(length) };
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_player_may_ask_for_a_part() {
        assert_eq!(part("bytes=0-1", 10), Some(0..2));
        assert_eq!(part("bytes=4-", 10), Some(4..10));
        assert_eq!(part("bytes=4-99", 10), Some(4..10));
        for whole in ["bytes=10-", "bytes=5-4", "bytes=-3", "bytes=0-1,3-4", "lines=0-1", "bytes=", "x"] {
            assert_eq!(part(whole, 10), None, "{whole}");
        }
        assert_eq!(part(&format!("bytes=0-{}", u64::MAX), 10), None);
    }
}
