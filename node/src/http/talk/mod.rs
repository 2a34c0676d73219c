//! The talk in a room, without a script: a page that never ends shows what is said, and a form beside it says more.
//! Each stands in a frame of the room's page, so that neither stops the picture. For programs, what is said comes as
//! events too. Of another host's room it is the same, for this node's owner.

pub(super) mod ban;
pub(super) mod captions;
pub(super) mod check;
pub(super) mod events;
pub(super) mod form;
pub(super) mod name;
pub(super) mod order;
pub(super) mod page;
pub(super) mod report;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use parlor_protocol::talk::{Author, Badge, Line, Name, Powers};
use parlor_web::language::{Language, Said, said};
use parlor_web::view;

use super::App;
use super::cards;
use super::problem::Problem;
use super::scope::InRoom;
use super::visitor::Visitor;
use crate::room::{Room, Talk, Talker};

/// The talk of a room, for somebody who may hear it.
pub(super) struct Hearing {
    room: std::sync::Arc<Room>,
}

impl FromRequestParts<App> for Hearing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let InRoom(room) = InRoom::from_request_parts(parts, app).await?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        // A room of another host is opened by this node's owner alone, who answers on its page.
        if app.is_own(room.id()) && visitor.adults.covers(&cards::own(app), visitor.host.is_some()) {
            return Err(Problem::bad_request(said::for_adults(), said::for_adults_remedy()));
        }
        Ok(Self { room })
    }
}

impl Hearing {
    /// The room.
    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    fn talk(&self) -> &Talk {
        self.room.talk()
    }

    /// The room as its paths name it.
    fn id(&self) -> String {
        self.room.id().to_string()
    }
}

/// A line as pages of the room show it in this language.
fn shown(room: &Room, line: &Line, language: Language) -> view::TalkLine {
    let talk = room.talk();
    let answered = line.reply_to.and_then(|number| talk.line(number));
    view::TalkLine {
        number: line.number,
        author: author(&line.by, language),
        text: line.text.clone(),
        announces: line.announces,
        emotes: room.emotes().keys().map(|name| name.as_str().to_owned()).collect(),
        answers: answered.map(|line| (author_name(&line.by).told(language), line.text.clone())),
    }
}

/// What buttons to keep order with somebody gets; `None` for none.
fn powers(talk: &Talk, talker: Talker) -> Option<view::TalkPowers> {
    let Powers { hide, silence, bar, pace, door } = talk.powers(talker)?;
    // In another host's room, this node's host is no more than who is there.
    Some(view::TalkPowers { hide, silence, bar, pace, door, trust: talker.is_host && !talk.is_afar() })
}

/// What somebody is called.
pub(super) fn called(name: &Name) -> Said {
    match name {
        Name::Given(name) => Said::verbatim(name),
        Name::Guest(number) => said::called_guest(number.get()),
    }
}

/// The number of somebody who gave no name.
pub(super) fn guest(name: &Name) -> Option<u16> {
    match name {
        Name::Given(_) => None,
        Name::Guest(number) => Some(number.get()),
    }
}

/// What an author is called: of a host who gave no name, that they are the host.
fn author_name(author: &Author) -> Said {
    match (&author.name, author.badge) {
        (Name::Guest(_), Some(Badge::Host)) => said::called_host(),
        (name, _) => called(name),
    }
}

/// An author as pages show them in this language.
pub(super) fn author(author: &Author, language: Language) -> view::TalkAuthor {
    view::TalkAuthor {
        name: author_name(author).told(language),
        guest: guest(&author.name),
        mark: author.mark.as_ref().map(ToString::to_string),
        tripcode: author.tripcode.as_ref().map(ToString::to_string),
        badge: author.badge.map(|badge| match badge {
            Badge::Host => "Host",
            Badge::Moderator => "Moderator",
            Badge::Guest => "Guest",
        }),
    }
}
