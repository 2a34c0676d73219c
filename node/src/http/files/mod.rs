//! The files in a room, without a script: a page that never ends lists them, a form beside it sends more. Each stands in a
//! frame of the room's page. Of this node's own room alone: the swarm carries no files (`spec/files.md`).

mod fetch;
mod form;
mod list;
mod open;
mod receive;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::{get, post};
use parlor_web::language::said;
use parlor_web::view;

use super::App;
use super::cards;
use super::problem::Problem;
use super::scope::InRoom;
use super::talk;
use super::visitor::Visitor;
use crate::room::{Content, Files, Room, SharedFile, Standing};

/// Everything below `/room/ROOM/files`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/room/{room}/files", get(list::page).post(form::send))
        .route("/room/{room}/files/form", get(form::page))
        .route("/room/{room}/files/remove", post(form::remove))
        .route("/room/{room}/files/{file}/view", get(fetch::view))
        .route("/room/{room}/files/{file}/picture", get(fetch::picture))
        .route("/room/{room}/files/{file}/thumbnail", get(fetch::thumbnail))
        .route("/room/{room}/files/{file}/download", get(fetch::download))
}

/// The files of this node's room, for somebody who may see the room.
#[derive(Clone)]
struct Shelf {
    room: Arc<Room>,
    visitor: Visitor,
}

impl FromRequestParts<App> for Shelf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let InRoom(room) = InRoom::from_request_parts(parts, app).await?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        if !app.is_own(room.id()) {
            return Err(Problem::no_room());
        }
        if visitor.adults.covers(&cards::own(app), visitor.host.is_some()) {
            return Err(Problem::bad_request(said::for_adults(), said::for_adults_remedy()));
        }
        Ok(Self { room, visitor })
    }
}

impl Shelf {
    fn files(&self) -> &Files {
        self.room.files()
    }

    /// The room as its paths name it.
    fn id(&self) -> String {
        self.room.id().to_string()
    }

    /// Whether they see the files now: off air, only the host does.
    fn is_open(&self) -> bool {
        self.room.is_on_air() || self.visitor.host.is_some()
    }

    /// What they are to the host.
    fn standing(&self) -> Standing {
        if self.visitor.host.is_some() {
            Standing::Host
        } else if self.visitor.guest.is_some() || self.room.talk().powers(self.visitor.talker()).is_some() {
            Standing::Guest
        } else {
            Standing::Visitor
        }
    }

    /// Whether they may remove this file: their own, or any where they may hide lines.
    fn may_remove(&self, file: &SharedFile) -> bool {
        let may_hide = self.room.talk().powers(self.visitor.talker()).is_some_and(|powers| powers.hide);
        file.sender == self.visitor.id || may_hide
    }

    /// A file as pages show it.
    fn shown(&self, file: &SharedFile) -> view::SentFile {
        view::SentFile {
            number: file.number,
            name: file.name.to_string(),
            author: talk::author(&file.by, self.visitor.language),
            bytes: file.content.bytes().len() as u64,
            at_secs: file.at.0 / 1000,
            picture: match &file.content {
                Content::Picture { size, .. } => Some(*size),
                Content::Other(_) => None,
            },
            is_removable: self.may_remove(file),
        }
    }
}
