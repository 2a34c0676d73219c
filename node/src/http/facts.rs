//! What changes on a room's page while it is open: on air or off, who is here. As a document that refreshes
//! itself, and as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse};
use futures_util::Stream;
use futures_util::stream::unfold;
use parlor_web::view;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::App;
use super::scope::InRoom;
use super::visitor::Visitor;
use crate::room::{self, Card, Room, Stay, VisitorId};

/// The most people that a page lists; it counts the others.
const MAX_LISTED: usize = 100;
/// A page without scripts asks again every five seconds; one that did not for three times that was closed.
const PAGE_SPAN: Duration = Duration::from_secs(15);
/// At most one event in so long, however many come and go.
const EVENT_PAUSE: Duration = Duration::from_secs(1);
/// People who fetch the stream piece by piece leave without a word, and the time on air goes on; so the facts are
/// looked at again after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The room as its card shows it.
pub(super) fn card(room: &Room) -> view::RoomCard {
    let card = room.card().borrow().clone();
    view::RoomCard {
        id: room.id().to_string(),
        title: card.about.title.clone(),
        description: card.about.description.clone(),
        tags: card.about.tags.clone(),
        languages: Vec::new(),
        adult: false,
        price: view::Price::Free,
        on_air_secs: card.on_air_since.map(|since| room::now().0.saturating_sub(since.0) / 1000),
        viewers: view::Viewers::Exactly(room.presence().viewers(Instant::now())),
        snapshot: String::new(),
        is_own: true,
    }
}

/// What the room's page shows to this visitor now.
pub(super) fn facts(room: &Room, visitor: VisitorId) -> view::RoomFacts {
    let (people, more_people) = room.presence().people(Some(visitor), Instant::now(), MAX_LISTED);
    let person = |person: room::Person| view::Person {
        name: person.name,
        watching: person.watching,
        is_self: person.is_self,
    };
    let people = people.into_iter().map(person).collect();
    view::RoomFacts { card: card(room), people, more_people, remote: None }
}

/// `GET /room/ROOM/facts`
pub(super) async fn document(InRoom(room): InRoom, visitor: Visitor) -> Html<String> {
    visitor.visit_for(&room, PAGE_SPAN);
    Html(facts(&room, visitor.id).render())
}

/// `GET /room/ROOM/events`: an event `facts` whenever they change.
pub(super) async fn events(
    State(app): State<App>,
    InRoom(room): InRoom,
    visitor: Visitor,
) -> impl IntoResponse {
    let follower = Follower {
        card: room.card(),
        people: room.presence().changes(),
        closing: app.closing.clone(),
        visitor: visitor.id,
        shown: None,
        _stay: visitor.visit(&room),
        room,
    };
    // A proxy that gathers responses would hold the events back.
    ([("x-accel-buffering", "no")], Sse::new(follower.into_stream()).keep_alive(KeepAlive::default()))
}

/// A page that follows the facts.
struct Follower {
    room: Arc<Room>,
    card: watch::Receiver<Arc<Card>>,
    people: watch::Receiver<u64>,
    closing: CancellationToken,
    visitor: VisitorId,
    /// What was sent last; `None` before the first event.
    shown: Option<String>,
    _stay: Option<Stay>,
}

impl Follower {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
        unfold(self, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok(event), follower))
        })
    }

    /// The next event; `None` once the node stops.
    async fn next(&mut self) -> Option<Event> {
        let closing = self.closing.clone();
        tokio::select! {
            () = closing.cancelled() => None,
            fragment = self.changed() => Some(Event::default().event("facts").data(fragment)),
        }
    }

    /// Waits until the facts read otherwise than they did last.
    async fn changed(&mut self) -> String {
        if self.shown.is_some() {
            sleep(EVENT_PAUSE).await;
        }
        loop {
            self.card.mark_unchanged();
            self.people.mark_unchanged();
            let fragment = facts(&self.room, self.visitor).fragment();
            if self.shown.as_ref() != Some(&fragment) {
                return self.shown.insert(fragment).clone();
            }
            let change = async {
                // Neither sender goes away while we hold the room.
                tokio::select! {
                    _ = self.card.changed() => {}
                    _ = self.people.changed() => {}
                }
            };
            let _ = timeout(LOOK_AGAIN, change).await;
        }
    }
}
