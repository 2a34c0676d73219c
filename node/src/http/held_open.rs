//! Pages that stay open, for browsers without a script: what is new is sent as it comes, and the browser shows it.
//!
//! A browser asks for such a page again once it has ended (the page's `refresh` counts from there): when something on it
//! is to be seen no more, which no script takes out, when the door was shut to them, or when the connection was lost.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use parlor_web::view;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::visitor::Admission;

/// How long nothing is sent at most: proxies end a connection on which nothing comes for a minute, and a browser that is
/// gone is noticed only by sending.
const QUIET: Duration = Duration::from_secs(25);

/// What comes next on a page.
pub(super) enum Next {
    /// This.
    Piece(String),
    /// Nothing any more: the browser begins with the page anew.
    Again,
    /// Nothing any more.
    End,
}

/// What such a page shows.
pub(super) trait Growing: Send + 'static {
    /// Waits for what comes next. Nothing is lost where the wait is given up.
    fn next(&mut self) -> impl Future<Output = Next> + Send;

    /// Whether the visitor may see it still: the host may have closed the room to them. Asked after every wait.
    fn is_open(&self) -> bool;
}

/// A page, as long as it is open.
struct Page<G> {
    growing: G,
    closing: CancellationToken,
    admission: Admission,
    /// How the page begins, until it is sent.
    head: Option<String>,
    has_ended: bool,
}

/// A page that begins with `head` and grows until the node stops, or the visitor's leave to be there has ended.
pub(super) fn answer(
    head: String,
    growing: impl Growing,
    admission: Admission,
    closing: CancellationToken,
) -> Response {
    let page = Page { growing, closing, admission, head: Some(head), has_ended: false };
    let pieces = unfold(page, |mut page| async move {
        let piece = page.piece().await?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), page))
    });
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        // A proxy that gathers responses would hold back what comes.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

impl<G: Growing> Page<G> {
    /// What is sent next; `None` at the end.
    async fn piece(&mut self) -> Option<String> {
        if let Some(head) = self.head.take() {
            return Some(head);
        }
        if self.has_ended {
            return None;
        }
        let next = tokio::select! {
            () = self.closing.cancelled() => return None,
            () = self.admission.ended() => Ok(Next::Again),
            next = timeout(QUIET, self.growing.next()) => next,
        };
        // Whose leave has ended begins anew in any case, and is told why then.
        if !matches!(next, Ok(Next::Again)) && !self.growing.is_open() {
            return None;
        }
        match next {
            Ok(Next::Piece(piece)) => Some(piece),
            Ok(Next::Again) => {
                self.has_ended = true;
                Some(view::BEGIN_AGAIN.to_owned())
            }
            Ok(Next::End) => None,
            // A space shows nothing.
            Err(_) => Some(" ".to_owned()),
        }
    }
}
