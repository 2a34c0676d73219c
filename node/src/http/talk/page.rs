//! `GET /room/ROOM/chat`: what is said, in a page that stays open.
//!
//! A browser shows a page as it comes, and asks for it again once it has ended (the page's `refresh` counts from there):
//! when a line was hidden, which no script takes out, when the door was shut to them, or when the connection was lost.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use parlor_protocol::talk::News;
use parlor_web::view;
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Hearing, powers, shown};
use crate::http::App;
use crate::http::visitor::{Admission, Visitor};
use crate::room::{Held, Stay, Talker};

/// How long nothing is sent at most: proxies end a connection on which nothing comes for a minute, and a browser that is
/// gone is noticed only by sending.
const QUIET: Duration = Duration::from_secs(25);

/// The page, as long as it is open.
struct Page {
    app: App,
    visitor: Visitor,
    hearing: Hearing,
    room: String,
    /// What every page needs.
    common: view::Page,
    talker: Talker,
    news: broadcast::Receiver<News>,
    closing: CancellationToken,
    admission: Admission,
    /// What is sent next, where that is known already.
    next: Option<String>,
    has_ended: bool,
    /// While somebody follows it, what is said comes in.
    _held: Option<Held>,
    _stay: Option<Stay>,
}

/// `GET /room/ROOM/chat`
pub(in crate::http) async fn lines(State(app): State<App>, hearing: Hearing, visitor: Visitor) -> Response {
    let following = hearing.talk().follow();
    let head = view::TalkPage {
        page: visitor.page(),
        room: hearing.id(),
        powers: powers(hearing.talk(), visitor.talker()),
        lines: following.lines.iter().map(|line| shown(&hearing.room, line)).collect(),
    };
    let page = Page {
        room: hearing.id(),
        common: visitor.page(),
        talker: visitor.talker(),
        visitor: visitor.clone(),
        app: app.clone(),
        news: following.news,
        closing: app.closing.clone(),
        admission: visitor.admission(&hearing.room),
        next: Some(head.render()),
        has_ended: false,
        _held: hearing.room.hold_talk(),
        _stay: visitor.listen(&hearing.room),
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
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        if self.has_ended {
            return None;
        }
        let closing = self.closing.clone();
        let news = tokio::select! {
            () = closing.cancelled() => return None,
            () = self.admission.ended() => {
                self.has_ended = true;
                return Some(view::TalkPage::again());
            }
            news = timeout(QUIET, self.news.recv()) => news,
        };
        // The host may have closed the room to them meanwhile.
        if !self.hearing.talk().is_afar() && !self.app.admits(&self.visitor) {
            return None;
        }
        match news {
            Ok(Ok(News::Said(line))) => {
                let talk = self.hearing.talk();
                let powers = powers(talk, self.talker);
                Some(shown(&self.hearing.room, &line).fragment(&self.room, &self.common, powers.as_ref()))
            }
            Ok(Ok(News::Hidden(_) | News::Cleared) | Err(broadcast::error::RecvError::Lagged(_))) => {
                self.has_ended = true;
                Some(view::TalkPage::again())
            }
            // The room is gone, which it is not before the process.
            Ok(Err(broadcast::error::RecvError::Closed)) => None,
            // A space shows nothing.
            Ok(Ok(News::Caption(_))) | Err(_) => Some(" ".to_owned()),
        }
    }
}
