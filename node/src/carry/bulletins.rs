//! The talk of a room of ours, sealed: what is new as it is said, and all that can be seen anew in each epoch; with the emotes
//! that it shows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::clock::Time;
use parlor_protocol::media::TrackName;
use parlor_protocol::object::Object;
use parlor_protocol::talk::{Bulletin, Carousel, MAX_LINES, News};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::carriage::Carriage;
use super::publish::{Counter, present};
use super::show::Show;
use crate::room::{Following, Room, now};

/// What is said within so long travels together: a busy room has four objects a second, and nobody notices the wait.
const GATHERS: Duration = Duration::from_millis(250);

/// Seals what is said until the task is aborted.
pub(super) async fn seal_talk(room: Arc<Room>, carriage: Arc<Carriage>, show: Arc<Show>, counter: Counter) {
    let mut catalogue = room.catalogue_changes();
    let mut tree = show.tree.subscribe();
    let mut hidden = VecDeque::new();
    let started = Instant::now();
    let time = || Time::from_micros(started.elapsed().as_micros() as u64);
    let mut carousel = Carousel::new(Time::ZERO);
    let mut emotes = room.emotes_changes();
    emotes.mark_changed();
    // Epochs are counted from the media's beginning.
    while catalogue.wait_for(|catalogue| !catalogue.tracks.is_empty()).await.is_ok() {
        let start = catalogue.borrow_and_update().epoch;
        let (epoch, left) = present(start, show.length);
        let key = tree.borrow_and_update().key(epoch, &TrackName::TALK);
        let mut group = 0;
        if emotes.has_changed().is_ok_and(|changed| changed) {
            carousel.set(&**emotes.borrow_and_update());
        }
        let mut publish = |mut bulletin: Bulletin| {
            carousel.add(time(), &mut bulletin);
            let mut counter = counter.lock();
            let objects = counter.seal(|sequence| {
                if bulletin.begins_anew() {
                    group = sequence;
                }
                let sealed = Object::seal_talk(&show.session, &key, sequence, group, now(), &bulletin);
                sealed.map(|sealed| vec![sealed])
            });
            for object in objects {
                carriage.publish(show.session.id(), object);
            }
        };
        let Following { lines, mut news } = room.talk().follow();
        publish(Bulletin::of_all(lines.iter(), hidden.iter().copied()));
        let end = Instant::now() + left;
        let mut next = None;
        loop {
            if next.is_none() {
                tokio::select! {
                    () = sleep_until(end) => break,
                    // The show outlives its tasks, and the room too.
                    _ = tree.changed() => break,
                    _ = emotes.changed() => {
                        emotes.mark_changed();
                        break;
                    }
                    _ = catalogue.wait_for(|catalogue| catalogue.epoch != start) => break,
                    heard = news.recv() => match heard {
                        Ok(first) => next = Some(first),
                        // Everybody begins anew.
                        Err(RecvError::Lagged(_)) => break,
                        Err(RecvError::Closed) => return,
                    },
                }
            }
            if let Some(first) = next.take() {
                let mut bulletin = Bulletin::default();
                next = gather(&mut bulletin, first, &mut news, &mut hidden).await;
                publish(bulletin);
            }
        }
    }
}

/// Puts what happens within [`GATHERS`] into one bulletin, and notes what was hidden; gives back what is for another.
async fn gather(
    bulletin: &mut Bulletin,
    first: News,
    news: &mut Receiver<News>,
    hidden: &mut VecDeque<u64>,
) -> Option<News> {
    let until = Instant::now() + GATHERS;
    let mut next = first;
    loop {
        match next {
            News::Hidden(number) => {
                if hidden.len() == MAX_LINES {
                    hidden.pop_front();
                }
                hidden.push_back(number);
            }
            News::Cleared => hidden.clear(),
            News::Said(_) | News::Caption(_) => {}
        }
        if let Err(other) = bulletin.add(next) {
            return Some(other);
        }
        // Who lags behind or ends is seen at the next look.
        next = timeout_at(until, news.recv()).await.ok()?.ok()?;
    }
}
