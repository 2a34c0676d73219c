//! `GET /room/ROOM/files`: the files that are there, in a page that stays open, as the talk's does.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parlor_web::view;
use tokio::sync::{broadcast, watch};

use super::Shelf;
use crate::http::App;
use crate::http::held_open::{Follow, Next, hold_open};
use crate::room::{Card, FileNews};

/// What the page follows.
struct Arrivals {
    shelf: Shelf,
    room: String,
    csrf: String,
    was_open: bool,
    news: broadcast::Receiver<FileNews>,
    card: watch::Receiver<Arc<Card>>,
}

/// `GET /room/ROOM/files`
pub(super) async fn page(State(app): State<App>, shelf: Shelf) -> Response {
    let card = shelf.room.card();
    let (files, news) = shelf.files().follow();
    let was_open = shelf.is_open();
    let files = if was_open { files } else { Vec::new() };
    let (visitor, room) = (shelf.visitor.clone(), shelf.room.clone());
    let head = view::FilesPage {
        page: visitor.page(),
        room: shelf.id(),
        is_closed: !was_open,
        files: files.iter().map(|file| shelf.shown(file)).collect(),
    };
    let arrivals = Arrivals { room: shelf.id(), csrf: visitor.page().csrf, was_open, news, card, shelf };
    hold_open(app, visitor, &room, head.render(), arrivals)
}

impl Follow for Arrivals {
    async fn next(&mut self) -> Next {
        loop {
            tokio::select! {
                news = self.news.recv() => match news {
                    Ok(FileNews::Added(file)) if self.was_open => {
                        return Next::Piece(self.shelf.shown(&file).fragment(&self.room, &self.csrf));
                    }
                    Ok(FileNews::Added(_)) => {}
                    // Whoever is too far behind begins anew as well.
                    Ok(FileNews::Changed) | Err(_) => return Next::Anew,
                },
                _ = self.card.changed() => if self.shelf.is_open() != self.was_open {
                    return Next::Anew;
                },
            }
        }
    }
}
