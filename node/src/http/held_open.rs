//! Pages that stay open: what happens shows as it comes, without a script.
//!
//! A browser shows a page as it comes, and asks for it again once it has ended (the page's `refresh` counts from there):
//! when something is gone, which no script takes out, when the door was shut to them, or when the connection was lost.

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

use super::App;
use super::visitor::{Admission, Visitor};
use crate::room::Room;

/// How long nothing is sent at most: proxies end a connection on which nothing comes for a minute, and a browser that is
/// gone is noticed only by sending.
const QUIET: Duration = Duration::from_secs(25);

/// What a page follows.
pub(super) trait Follow: Send + 'static {
    /// Waits for what is next. Nothing is lost where the wait is given up.
    fn next(&mut self) -> impl Future<Output = Next> + Send;
}

/// What is next on a page.
pub(super) enum Next {
    /// This piece of it.
    Piece(String),
    /// It ends, and the browser asks for it again at once.
    Anew,
    /// It ends.
    End,
}

/// The page, as long as it is open.
struct Page<F> {
    app: App,
    visitor: Visitor,
    /// Whether it is of this node's own room, which the host may close to them.
    is_own: bool,
    admission: Admission,
    closing: CancellationToken,
    /// How it begins, until that is sent.
    head: Option<String>,
    follow: F,
    has_ended: bool,
}

/// A page of a room for a visitor, which begins with `head` and goes on as long as they may be there.
pub(super) fn hold_open(
    app: App,
    visitor: Visitor,
    room: &Room,
    head: String,
    follow: impl Follow,
) -> Response {
    let page = Page {
        is_own: app.is_own(room.id()),
        admission: visitor.admission(room),
        closing: app.closing.clone(),
        app,
        visitor,
        head: Some(head),
        follow,
        has_ended: false,
    };
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

impl<F: Follow> Page<F> {
    /// What comes next on the page; `None` at its end.
    async fn piece(&mut self) -> Option<String> {
        if let Some(head) = self.head.take() {
            return Some(head);
        }
        if self.has_ended {
            return None;
        }
        let next = tokio::select! {
            () = self.closing.cancelled() => return None,
            () = self.admission.ended() => Ok(Next::Anew),
            next = timeout(QUIET, self.follow.next()) => next,
        };
        // The host may have closed the room to them meanwhile.
        if self.is_own && !self.app.admits(&self.visitor) {
            return None;
        }
        match next {
            Ok(Next::Piece(piece)) => Some(piece),
            Ok(Next::Anew) => {
                self.has_ended = true;
                Some(view::TalkPage::again())
            }
            Ok(Next::End) => None,
            // A space shows nothing.
            Err(_) => Some(" ".to_owned()),
        }
    }
}
