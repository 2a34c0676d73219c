//! `GET /room/ROOM/chat`: what is said, in a page that stays open.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::talk::News;
use parlor_web::view;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::watch;

use super::{Hearing, powers, shown};
use crate::http::App;
use crate::http::held_open::{self, Growing, Next};
use crate::http::visitor::Visitor;
use crate::room::{Emotes, Held, Stay};

/// What is said, as long as the page is open.
struct Lines {
    app: App,
    visitor: Visitor,
    hearing: Hearing,
    news: Receiver<News>,
    emotes: watch::Receiver<Arc<Emotes>>,
    /// The emotes with which the lines were written, and the number of the last of these.
    shown: Arc<Emotes>,
    last: u64,
    /// While somebody follows it, what is said comes in.
    _held: Option<Held>,
    _stay: Option<Stay>,
}

/// `GET /room/ROOM/chat`
pub(in crate::http) async fn lines(State(app): State<App>, hearing: Hearing, visitor: Visitor) -> Response {
    // First, so that one that comes meanwhile is noticed.
    let mut emotes = hearing.room.emotes_changes();
    let shown_emotes = emotes.borrow_and_update().clone();
    let following = hearing.talk().follow();
    let head = view::TalkPage {
        page: visitor.page(),
        room: hearing.id(),
        powers: powers(hearing.talk(), visitor.talker()),
        lines: following.lines.iter().map(|line| shown(&hearing.room, line, visitor.language)).collect(),
    };
    let admission = visitor.admission(&hearing.room);
    let closing = app.closing.clone();
    let lines = Lines {
        news: following.news,
        shown: shown_emotes,
        last: following.lines.last().map_or(0, |line| line.number),
        emotes,
        _held: hearing.room.hold_talk(),
        _stay: visitor.listen(&hearing.room),
        app,
        visitor,
        hearing,
    };
    held_open::answer(head.render(), lines, admission, closing)
}

impl Lines {
    /// Whether the emotes have changed, and a line on the page would be written otherwise now.
    fn is_outdated(&mut self) -> bool {
        let now = self.emotes.borrow_and_update().clone();
        let before = std::mem::replace(&mut self.shown, now);
        let names = changed(&before, &self.shown);
        if names.is_empty() {
            return false;
        }
        let lines = self.hearing.talk().follow().lines;
        let mut written = lines.iter().filter(|line| line.number <= self.last);
        written.any(|line| names.iter().any(|name| line.text.contains(name)))
    }
}

/// The emotes, as they stand in lines, that have come, gone, or have another picture.
fn changed(before: &Emotes, now: &Emotes) -> Vec<String> {
    let names: BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let differing = names.into_iter().filter(|name| before.get(name) != now.get(name));
    differing.map(|name| format!(":{}:", name.as_str())).collect()
}

impl Growing for Lines {
    async fn next(&mut self) -> Next {
        loop {
            let news = tokio::select! {
                news = self.news.recv() => news,
                Ok(()) = self.emotes.changed() => {
                    if self.is_outdated() {
                        return Next::Again;
                    }
                    continue;
                }
            };
            match news {
                // Of those with which the line came, too.
                Ok(News::Said(_)) if self.is_outdated() => return Next::Again,
                Ok(News::Said(line)) => {
                    self.last = line.number;
                    let powers = powers(self.hearing.talk(), self.visitor.talker());
                    let line = shown(&self.hearing.room, &line, self.visitor.language);
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
