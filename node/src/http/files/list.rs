//! `GET /room/ROOM/files`: the files that are there, in a page that stays open, as the talk's does.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use parlor_web::view;
use tokio::sync::{broadcast, watch};

use super::Shelf;
use crate::http::App;
use crate::http::held_open::{self, Growing, Next};
use crate::room::{Card, FileNews};

/// The files, as long as the page is open.
struct List {
    app: App,
    shelf: Shelf,
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
    let head = view::FilesPage {
        page: shelf.visitor.page(),
        room: shelf.id(),
        is_closed: !was_open,
        files: files.iter().map(|file| shelf.shown(file)).collect(),
    };
    let admission = shelf.visitor.admission(&shelf.room);
    let closing = app.closing.clone();
    held_open::answer(head.render(), List { app, shelf, was_open, news, card }, admission, closing)
}

impl Growing for List {
    /// Another file as the page shows it; or the page begins anew, which the door may refuse.
    async fn next(&mut self) -> Next {
        loop {
            tokio::select! {
                news = self.news.recv() => match news {
                    Ok(FileNews::Added(file)) if self.was_open => {
                        let file = self.shelf.shown(&file);
                        return Next::Piece(file.fragment(&self.shelf.id(), &self.shelf.visitor.page()));
                    }
                    Ok(FileNews::Added(_)) => {}
                    // Whoever is too far behind begins anew as well.
                    Ok(FileNews::Changed) | Err(_) => return Next::Again,
                },
                _ = self.card.changed() => if self.shelf.is_open() != self.was_open {
                    return Next::Again;
                },
            }
        }
    }

    fn is_open(&self) -> bool {
        self.app.admits(&self.shelf.visitor)
    }
}
