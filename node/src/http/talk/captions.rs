//! `GET /room/ROOM/captions`: what is said in the picture, for pages without scripts: in a page that stays open, as the
//! talk's does. With a script the captions stand over the picture.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use parlor_protocol::talk::News;
use parlor_web::view;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Hearing;
use crate::http::App;
use crate::http::visitor::{Admission, Visitor};
use crate::room::{Held, Stay};

/// How long nothing is sent at most: proxies end a connection on which nothing comes for a minute, and a browser that is
/// gone is noticed only by sending.
const QUIET: Duration = Duration::from_secs(25);
/// Captions on one page, which begins anew then: what was read lies in the browser's memory.
const MAX_ON_PAGE: usize = 200;

/// The page, as long as it is open.
struct Page {
    app: App,
    visitor: Visitor,
    hearing: Hearing,
    news: Receiver<News>,
    closing: CancellationToken,
    admission: Admission,
    /// How the page begins, until it is sent.
    head: Option<String>,
    shown: usize,
    has_ended: bool,
    /// While somebody follows it, what is said comes in.
    _held: Option<Held>,
    _stay: Option<Stay>,
}

/// `GET /room/ROOM/captions`
pub(in crate::http) async fn page(State(app): State<App>, hearing: Hearing, visitor: Visitor) -> Response {
    let page = Page {
        news: hearing.talk().follow().news,
        closing: app.closing.clone(),
        admission: visitor.admission(&hearing.room),
        head: Some(view::CaptionsPage { page: visitor.page() }.render()),
        shown: 0,
        has_ended: false,
        _held: hearing.room.hold_talk(),
        _stay: visitor.visit(&hearing.room),
        app,
        visitor,
        hearing,
    };
    let pieces = unfold(page, |mut page| async move {
        let piece = page.piece().await?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), page))
    });
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        // A proxy that gathers responses would hold back what is said.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

impl Page {
    /// What comes next on the page; `None` at its end.
    async fn piece(&mut self) -> Option<String> {
        if let Some(head) = self.head.take() {
            return Some(head);
        }
        if self.has_ended {
            return None;
        }
        let closing = self.closing.clone();
        let quiet = Instant::now() + QUIET;
        loop {
            let news = tokio::select! {
                () = closing.cancelled() => return None,
                () = self.admission.ended() => return Some(self.again()),
                news = timeout_at(quiet, self.news.recv()) => news,
            };
            // The host may have closed the room to them meanwhile.
            if !self.hearing.talk().is_afar() && !self.app.admits(&self.visitor) {
                return None;
            }
            match news {
                Ok(Ok(News::Caption(_))) if self.shown == MAX_ON_PAGE => return Some(self.again()),
                Ok(Ok(News::Caption(caption))) => {
                    self.shown += 1;
                    return Some(view::CaptionsPage::caption(&caption.text));
                }
                Ok(Ok(News::Said(_) | News::Hidden(_) | News::Cleared) | Err(RecvError::Lagged(_))) => {}
                Ok(Err(RecvError::Closed)) => return None,
                // A space shows nothing.
                Err(_) => return Some(" ".to_owned()),
            }
        }
    }

    /// What ends this page, and has the browser ask for it again.
    fn again(&mut self) -> String {
        self.has_ended = true;
        view::TalkPage::again()
    }
}
