//! What is said, as server-sent events: beside the room's facts, for programs and for pages of one's own.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::response::sse::Event;
use parlor_protocol::talk::{Badge, Caption, Line, News};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;

use super::author_name;
use crate::room::{Following, Held, Room};

/// One who follows the talk.
pub(in crate::http) struct Events {
    room: Arc<Room>,
    following: Following,
    /// What was said before.
    before: VecDeque<Arc<Line>>,
    has_begun: bool,
    _held: Option<Held>,
}

/// A line as the event `said` has it, in JSON.
#[derive(Serialize)]
struct Said<'a> {
    number: u64,
    /// In milliseconds since 1970.
    at: u64,
    /// In English, where they gave none.
    name: String,
    mark: Option<String>,
    tripcode: Option<String>,
    badge: Option<Badge>,
    text: &'a str,
    reply_to: Option<u64>,
    announces: bool,
    /// Whether it was said before the events began.
    before: bool,
}

impl Events {
    /// All that can be seen, and then what happens.
    pub(in crate::http) fn of(room: &Arc<Room>) -> Self {
        let mut following = room.talk().follow();
        let before = std::mem::take(&mut following.lines).into();
        Self { room: room.clone(), following, before, has_begun: false, _held: room.hold_talk() }
    }

    /// The next event: `cleared`, with which it begins; `said` with a line; `hidden` with a line's number; `caption` with
    /// one. It may be given up before it comes, and nothing is lost.
    pub(in crate::http) async fn next(&mut self) -> Event {
        if !std::mem::replace(&mut self.has_begun, true) {
            return cleared();
        }
        if let Some(line) = self.before.pop_front() {
            return said(&line, true);
        }
        match self.following.news.recv().await {
            Ok(News::Said(line)) => said(&line, false),
            Ok(News::Hidden(number)) => Event::default().event("hidden").data(number.to_string()),
            Ok(News::Cleared) => cleared(),
            Ok(News::Caption(caption)) => told(&caption),
            // Whoever is too far behind begins anew; the room holds the other end while we hold it.
            Err(RecvError::Lagged(_) | RecvError::Closed) => {
                *self = Self { has_begun: true, ..Self::of(&self.room) };
                cleared()
            }
        }
    }
}

fn cleared() -> Event {
    // An event without data is none (HTML, section 9.2.6).
    Event::default().event("cleared").data("all")
}

fn said(line: &Line, before: bool) -> Event {
    let said = Said {
        number: line.number,
        at: line.at.0,
        name: author_name(&line.by).to_string(),
        mark: line.by.mark.as_ref().map(ToString::to_string),
        tripcode: line.by.tripcode.as_ref().map(ToString::to_string),
        badge: line.by.badge,
        text: &line.text,
        reply_to: line.reply_to,
        announces: line.announces,
        before,
    };
    let json = serde_json::to_string(&said).expect("texts and numbers can be written");
    Event::default().event("said").data(json)
}

/// As the programming interface writes it.
fn told(caption: &Caption) -> Event {
    let json = serde_json::to_string(caption).expect("texts and numbers can be written");
    Event::default().event("caption").data(json)
}
