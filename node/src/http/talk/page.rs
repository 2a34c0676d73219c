//! `GET /room/ROOM/chat`: what is said, in a page that stays open.

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::talk::News;
use parlor_web::view;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::{Hearing, powers, shown};
use crate::http::App;
use crate::http::held_open::{Follow, Next, hold_open};
use crate::http::visitor::Visitor;
use crate::room::{Held, Stay, Talker};

/// What the page follows.
struct Lines {
    hearing: Hearing,
    room: String,
    csrf: String,
    talker: Talker,
    news: broadcast::Receiver<News>,
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
        lines: following.lines.iter().map(|line| shown(hearing.talk(), line)).collect(),
    };
    let room = hearing.room.clone();
    let lines = Lines {
        room: hearing.id(),
        csrf: visitor.page().csrf,
        talker: visitor.talker(),
        news: following.news,
        _held: room.hold_talk(),
        _stay: visitor.visit(&room),
        hearing,
    };
    hold_open(app, visitor, &room, head.render(), lines)
}

impl Follow for Lines {
    async fn next(&mut self) -> Next {
        match self.news.recv().await {
            Ok(News::Said(line)) => {
                let talk = self.hearing.talk();
                let powers = powers(talk, self.talker);
                let order = powers.as_ref().map(|powers| (powers, &*self.csrf));
                Next::Piece(shown(talk, &line).fragment(&self.room, order))
            }
            // Whoever is too far behind begins anew as well.
            Ok(News::Hidden(_) | News::Cleared) | Err(RecvError::Lagged(_)) => Next::Anew,
            // The room is gone, which it is not before the process.
            Err(RecvError::Closed) => Next::End,
        }
    }
}
