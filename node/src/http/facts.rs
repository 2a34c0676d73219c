//! What changes on a room's page while it is open: on air or off, who is here. As a document that refreshes
//! itself, and as server-sent events, with what is said.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse};
use futures_util::Stream;
use futures_util::stream::unfold;
use parlor_protocol::control::NoEntry;
use parlor_protocol::media::{Catalogue, Medium, TrackName, UnixMs};
use parlor_protocol::talk::Name;
use parlor_web::view;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::App;
use super::cards;
use super::fields::Parameters;
use super::scope::InRoom;
use super::talk;
use super::visitor::Visitor;
use crate::app::{OpenedRoom, Relaying};
use crate::carry::Phase;
use crate::room::{self, Card, Doing, People, Room, Senders, Shut, Stay, Talker};

/// A room of another host that was left meanwhile.
const LEFT: view::RemoteRoom = view::RemoteRoom {
    state: view::RemoteState::Joining,
    hops: None,
    delay_ms: None,
    peers: 0,
    children: 0,
    relaying: view::Relaying::WhileWatching,
};
/// A newest picture that is older than this is no delay: nobody has asked for another since, or a clock is wrong.
const MAX_DELAY_MS: u64 = 30_000;
/// The most people that a page lists; it counts the others.
const MAX_LISTED: usize = 100;
/// A page without scripts asks again every five seconds; one that did not for three times that was closed.
const PAGE_SPAN: Duration = Duration::from_secs(15);
/// At most one event in so long, however many come and go.
const EVENT_PAUSE: Duration = Duration::from_secs(1);
/// People who fetch the stream piece by piece leave without a word, and the time on air goes on; so the facts are
/// looked at again after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What the room's page shows to this visitor now.
pub(super) fn facts(app: &App, room: &Room, visitor: &Visitor) -> view::RoomFacts {
    let facts = if app.is_own(room.id()) { own(app, room, visitor) } else { elsewhere(app, room) };
    let covered = visitor.adults.covers(&facts.card, visitor.host.is_some());
    view::RoomFacts { covered, ..facts }
}

fn own(app: &App, room: &Room, visitor: &Visitor) -> view::RoomFacts {
    view::RoomFacts {
        card: cards::own(app),
        roster: roster(room, visitor),
        files: room.files().senders() != Senders::Nobody,
        qualities: qualities(&room.catalogue()),
        remote: None,
        covered: false,
        shut: None,
    }
}

/// The qualities as people read them: `("video", "720p")`.
fn qualities(catalogue: &Catalogue) -> Vec<(String, String)> {
    let tracks = catalogue.tracks.iter();
    let label = |name: &TrackName, medium: &Medium| match medium {
        Medium::Video(video) => Some((name.to_string(), format!("{}p", video.height))),
        Medium::Audio(_) | Medium::Picture(_) => None,
    };
    tracks.filter_map(|track| label(&track.name, &track.medium)).collect()
}

/// Who is here, as this visitor is told; the host always sees who.
fn roster(room: &Room, visitor: &Visitor) -> view::Roster {
    let presence = room.presence();
    let name = |visitor| room.talk().author(Talker { visitor, is_host: false }).name;
    let People { listed, more, with_node, counts, left } =
        presence.people(Some(visitor.id), Instant::now(), MAX_LISTED, name);
    let [watching, listening, looking] = counts;
    let counts = view::RosterCounts { watching, listening, looking, with_node };
    if presence.is_counts_only() && visitor.host.is_none() {
        return view::Roster { counts, names: None };
    }
    let called = |name: &Name| talk::called(name).told(visitor.language);
    let person = |person: room::Person| view::Person {
        name: called(&person.name),
        guest: talk::guest(&person.name),
        doing: match person.doing {
            Doing::Watching => view::Doing::Watching,
            Doing::Listening => view::Doing::Listening,
            Doing::Looking => view::Doing::Looking,
        },
        is_self: person.is_self,
    };
    let left = left.iter().map(called).collect();
    let names = view::RosterNames { people: listed.into_iter().map(person).collect(), more, left };
    view::Roster { counts, names: Some(names) }
}

/// A room of another host: who is there, only they know.
fn elsewhere(app: &App, room: &Room) -> view::RoomFacts {
    let peers = app.studio.peers();
    let opened = peers.opened(room.id());
    let card = opened.as_ref().and_then(|opened| opened.card.as_ref());
    let card = card.map_or_else(|| cards::bare(room), |card| cards::listed(app, card));
    let remote = opened.map_or(LEFT, |opened| remote(&opened, peers.newest_capture(room.id())));
    view::RoomFacts {
        card,
        roster: view::Roster::default(),
        files: false,
        qualities: qualities(&room.catalogue()),
        remote: Some(remote),
        covered: false,
        shut: None,
    }
}

fn remote(opened: &OpenedRoom, newest: Option<UnixMs>) -> view::RemoteRoom {
    let standing = &opened.standing;
    let age_ms = newest.map(|captured| room::now().0.saturating_sub(captured.0));
    view::RemoteRoom {
        state: match opened.phase {
            Phase::Finding => view::RemoteState::Joining,
            Phase::OffAir | Phase::Refused(NoEntry::OffAir) => view::RemoteState::OffAir,
            Phase::Refused(NoEntry::Full) => view::RemoteState::Full,
            Phase::Refused(NoEntry::Locked) => view::RemoteState::Locked,
            Phase::Refused(NoEntry::Ended) => view::RemoteState::InviteEnded,
            Phase::Refused(NoEntry::UsedUp) => view::RemoteState::InviteUsedUp,
            Phase::Refused(NoEntry::Removed) => view::RemoteState::Removed,
            Phase::Refused(_) => view::RemoteState::NeedsInvite,
            Phase::Joined => view::RemoteState::Watching,
        },
        hops: standing.hops.and_then(|hops| u32::try_from(hops).ok()),
        delay_ms: age_ms.filter(|age_ms| *age_ms < MAX_DELAY_MS),
        peers: standing.view.as_ref().map_or(0, |view| view.neighbours),
        children: standing.children(),
        relaying: match opened.relaying {
            Relaying::Off => view::Relaying::Off,
            Relaying::WhileWatched => view::Relaying::WhileWatching,
            Relaying::On => view::Relaying::On,
        },
    }
}

/// `GET /room/ROOM/facts`
pub(super) async fn document(State(app): State<App>, InRoom(room): InRoom, visitor: Visitor) -> Html<String> {
    visitor.visit_for(&room, PAGE_SPAN);
    Html(facts(&app, &room, &visitor).render(&visitor.page()))
}

/// What of a room is followed.
#[derive(Deserialize)]
pub(super) struct Choice {
    /// `facts`, for those who see the talk elsewhere; all otherwise.
    only: Option<String>,
}

/// `GET /room/ROOM/events?only=facts`: an event `facts` whenever they change; and what is said, unless it is not wanted.
pub(super) async fn events(
    State(app): State<App>,
    InRoom(room): InRoom,
    visitor: Visitor,
    Parameters(choice): Parameters<Choice>,
) -> impl IntoResponse {
    let wants_talk = choice.only.as_deref() != Some("facts");
    let follower = Follower {
        talk: wants_talk.then(|| talk::events::Events::of(&room)),
        covered: true,
        has_gone: false,
        due: tokio::time::Instant::now(),
        card: room.card(),
        people: room.presence().changes(),
        tracks: room.catalogue_changes(),
        phase: app.studio.peers().phase(room.id()),
        closing: app.closing.clone(),
        visitor: visitor.clone(),
        shown: None,
        _stay: visitor.visit(&room),
        room,
        app,
    };
    // A proxy that gathers responses would hold the events back.
    ([("x-accel-buffering", "no")], Sse::new(follower.into_stream()).keep_alive(KeepAlive::default()))
}

/// A page that follows the facts.
struct Follower {
    app: App,
    room: Arc<Room>,
    card: watch::Receiver<Arc<Card>>,
    people: watch::Receiver<u64>,
    tracks: watch::Receiver<Arc<Catalogue>>,
    /// How far this node comes with a room of another host.
    phase: Option<watch::Receiver<Phase>>,
    closing: CancellationToken,
    visitor: Visitor,
    /// What was sent last; `None` before the first event.
    shown: Option<String>,
    /// What is said, for those who want it.
    talk: Option<talk::events::Events>,
    /// Whether the room was last found to be for adults, and the visitor has not said that they are one: then nothing
    /// that is said is for them.
    covered: bool,
    /// Whether the door was shut to them, and they were told.
    has_gone: bool,
    /// When the facts may be sent again.
    due: tokio::time::Instant,
    _stay: Option<Stay>,
}

impl Follower {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
        unfold(self, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok(event), follower))
        })
    }

    /// The next event; `None` once the node stops, has left the room, or its door is shut to them.
    async fn next(&mut self) -> Option<Event> {
        let mut admission = self.visitor.admission(&self.room);
        let closing = self.closing.clone();
        let mut talk = self.talk.take();
        // The first facts say whether anything else may follow.
        let may_talk = !self.covered;
        let said = async {
            match &mut talk {
                Some(talk) if may_talk => talk.next().await,
                _ => pending().await,
            }
        };
        let event = tokio::select! {
            () = closing.cancelled() => None,
            () = admission.ended() => self.farewell(),
            fragment = self.changed() => fragment.map(|fragment| Event::default().event("facts").data(fragment)),
            event = said => Some(event),
        };
        self.talk = talk;
        event
    }

    /// What somebody to whom the door was shut is told at last: why, and nothing else of the room.
    fn farewell(&mut self) -> Option<Event> {
        let shut = self.room.entry().check(self.visitor.id).err()?;
        if std::mem::replace(&mut self.has_gone, true) {
            return None;
        }
        let shut = match shut {
            Shut::Locked => view::Shut::Locked,
            Shut::SentOut => view::Shut::SentOut,
        };
        let card = cards::blank(&self.room);
        let facts = view::RoomFacts {
            card,
            roster: view::Roster::default(),
            files: false,
            qualities: Vec::new(),
            remote: None,
            covered: false,
            shut: Some(shut),
        };
        Some(Event::default().event("facts").data(facts.fragment(self.visitor.language)))
    }

    /// Waits until the facts read otherwise than they did last; `None` where the room is not here any more.
    async fn changed(&mut self) -> Option<String> {
        sleep_until(self.due).await;
        loop {
            self.card.mark_unchanged();
            self.people.mark_unchanged();
            self.tracks.mark_unchanged();
            if !self.is_here() {
                return None;
            }
            let facts = facts(&self.app, &self.room, &self.visitor);
            self.covered = facts.covered;
            let fragment = facts.fragment(self.visitor.language);
            if self.shown.as_ref() != Some(&fragment) {
                self.due = tokio::time::Instant::now() + EVENT_PAUSE;
                return Some(self.shown.insert(fragment).clone());
            }
            let phase = async {
                match &mut self.phase {
                    Some(phase) => phase.changed().await.is_ok(),
                    None => pending().await,
                }
            };
            let change = async {
                // The room's own senders don't go away while we hold it.
                tokio::select! {
                    _ = self.card.changed() => {}
                    _ = self.people.changed() => {}
                    _ = self.tracks.changed() => {}
                    // Without a sender the room was left.
                    _ = phase => {}
                }
            };
            let _ = timeout(LOOK_AGAIN, change).await;
        }
    }

    /// Whether the room that is followed is the one that is here. A room of another host that is looked at is kept.
    fn is_here(&self) -> bool {
        let id = self.room.id();
        self.app.is_own(id) && self.app.admits(&self.visitor)
            || self.app.studio.peers().find(id).is_some_and(|room| Arc::ptr_eq(&room, &self.room))
    }
}
