//! `GET /room/ROOM/chat`: what is said, in a page that stays open.

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::talk::News;
use parlor_web::view;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Hearing, powers, shown};
use crate::http::App;
use crate::http::held_open::{self, Growing, Next};
use crate::http::visitor::Visitor;
use crate::room::{Held, Stay};

/// What is said, as long as the page is open.
struct Lines {
    app: App,
    visitor: Visitor,
    hearing: Hearing,
    news: Receiver<News>,
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
    let admission = visitor.admission(&hearing.room);
    let closing = app.closing.clone();
    let lines = Lines {
        news: following.news,
        _held: hearing.room.hold_talk(),
        _stay: visitor.listen(&hearing.room),
        app,
        visitor,
        hearing,
    };
    held_open::answer(head.render(), lines, admission, closing)
}

impl Growing for Lines {
    async fn next(&mut self) -> Next {
        loop {
            match self.news.recv().await {
                Ok(News::Said(line)) => {
                    let powers = powers(self.hearing.talk(), self.visitor.talker());
                    let line = shown(&self.hearing.room, &line);
                    let page = self.visitor.page();
                    return Next::Piece(line.fragment(&self.hearing.id(), &page, powers.as_ref()));
                }
                Ok(News::Hidden(_) | News::Cleared) | Err(RecvError::Lagged(_)) => return Next::Again,
                Ok(News::Caption(_)) => {}
                // The room is gone, which it is not before the process.
                Err(RecvError::Closed) => return Next::End,
            }
        }
    }

    fn is_open(&self) -> bool {
        self.hearing.talk().is_afar() || self.app.admits(&self.visitor)
    }
}
