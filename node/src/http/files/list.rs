//! `GET /room/ROOM/files`: the files that are there, in a page that stays open, as the talk's does.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use parlor_web::view;
use tokio::sync::{broadcast, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Shelf;
use crate::http::App;
use crate::http::visitor::Admission;
use crate::room::{Card, FileNews};

/// How long nothing is sent at most: proxies end a connection on which nothing comes for a minute, and a browser that is
/// gone is noticed only by sending.
const QUIET: Duration = Duration::from_secs(25);

/// The page, as long as it is open.
struct Page {
    app: App,
    shelf: Shelf,
    room: String,
    /// What every page needs.
    common: view::Page,
    was_open: bool,
    news: broadcast::Receiver<FileNews>,
    card: watch::Receiver<Arc<Card>>,
    closing: CancellationToken,
    admission: Admission,
    /// What is sent next, where that is known already.
    next: Option<String>,
    has_ended: bool,
}

/// `GET /room/ROOM/files`
pub(super) async fn page(State(app): State<App>, shelf: Shelf) -> Response {
    let card = shelf.room.card();
    let (files, news) = shelf.files().follow();
    let was_open = shelf.is_open();
    let files = if was_open { files } else { Vec::new() };
    let head = view::FilesPage {
        page: shelf.visitor.page(),
        room: shelf.id(),
        is_closed: !was_open,
        files: files.iter().map(|file| shelf.shown(file)).collect(),
    };
    let page = Page {
        room: shelf.id(),
        common: shelf.visitor.page(),
        was_open,
        news,
        card,
        closing: app.closing.clone(),
        admission: shelf.visitor.admission(&shelf.room),
        app,
        next: Some(head.render()),
        has_ended: false,
        shelf,
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
            news = timeout(QUIET, self.change()) => news,
        };
        // The host may have closed the room to them meanwhile.
        if !self.app.admits(&self.shelf.visitor) {
            return None;
        }
        Some(match news {
            Ok(Some(file)) => file,
            Ok(None) => {
                self.has_ended = true;
                view::TalkPage::again()
            }
            // A space shows nothing.
            Err(_) => " ".to_owned(),
        })
    }

    /// Waits for another file: as the page shows it. `None` where the page is to begin anew, which the door may refuse. Nothing is lost where the
    /// wait is given up.
    async fn change(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                news = self.news.recv() => match news {
                    Ok(FileNews::Added(file)) if self.was_open => {
                        return Some(self.shelf.shown(&file).fragment(&self.room, &self.common));
                    }
                    Ok(FileNews::Added(_)) => {}
                    // Whoever is too far behind begins anew as well.
                    Ok(FileNews::Changed) | Err(_) => return None,
                },
                () = self.admission.ended() => return None,
                _ = self.card.changed() => if self.shelf.is_open() != self.was_open {
                    return None;
                },
            }
        }
    }
}
