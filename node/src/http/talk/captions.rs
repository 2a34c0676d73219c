//! `GET /room/ROOM/captions`: what is said in the picture, for pages without scripts: in a page that stays open, as the
//! talk's does. With a script the captions stand over the picture.

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::talk::News;
use parlor_web::view;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::Hearing;
use crate::http::App;
use crate::http::held_open::{self, Growing, Next};
use crate::http::visitor::Visitor;
use crate::room::{Held, Stay};

/// Captions on one page, which begins anew then: what was read lies in the browser's memory.
const MAX_ON_PAGE: usize = 200;

/// The captions, as long as the page is open.
struct Captions {
    app: App,
    visitor: Visitor,
    hearing: Hearing,
    news: Receiver<News>,
    shown: usize,
    /// While somebody follows them, what is said comes in.
    _held: Option<Held>,
    _stay: Option<Stay>,
}

/// `GET /room/ROOM/captions`
pub(in crate::http) async fn page(State(app): State<App>, hearing: Hearing, visitor: Visitor) -> Response {
    let head = view::CaptionsPage { page: visitor.page() }.render();
    let admission = visitor.admission(&hearing.room);
    let closing = app.closing.clone();
    let captions = Captions {
        news: hearing.talk().follow().news,
        shown: 0,
        _held: hearing.room.hold_talk(),
        _stay: visitor.visit(&hearing.room),
        app,
        visitor,
        hearing,
    };
    held_open::answer(head, captions, admission, closing)
}

impl Growing for Captions {
    async fn next(&mut self) -> Next {
        loop {
            match self.news.recv().await {
                Ok(News::Caption(_)) if self.shown == MAX_ON_PAGE => return Next::Again,
                Ok(News::Caption(caption)) => {
                    self.shown += 1;
                    return Next::Piece(view::CaptionsPage::caption(&caption.text));
                }
                Ok(News::Said(_) | News::Hidden(_) | News::Cleared) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Next::End,
            }
        }
    }

    fn is_open(&self) -> bool {
        self.hearing.talk().is_afar() || self.app.admits(&self.visitor)
    }
}
