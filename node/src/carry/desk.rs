//! The host's desk: the task that signs the room's card, opens its shows, and lets guests in (`admission`).

mod admission;
mod moderators;

use std::collections::BTreeSet;
use std::hash::RandomState;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use libp2p::PeerId;
use parlor_protocol::card::{Card, SignedCard, Size, Tag, TrackSummary, Viewers};
use parlor_protocol::control::Message;
use parlor_protocol::directory::Topic;
use parlor_protocol::media::{Catalogue, Medium, Track, UnixMs};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use self::moderators::Moderators;
use super::carrier::{Carrier, Guest, Place};
use super::conductor::{name, written};
use super::guests::Guests;
use super::host::Hosted;
use super::publish::publish;
use super::show::Show;
use super::snapshot::Snapshot;
use super::terms::{LobbyPicture, Terms};
use super::uses::Uses;
use crate::room::{Room, now};
use crate::swarm::Reach;

/// How long a card counts, and how often it is signed anew.
const CARD_LIFE: Duration = Duration::from_mins(3);
const RENEW: Duration = Duration::from_mins(1);
/// How often those who watch beyond this node are counted.
const LOOK: Duration = Duration::from_secs(5);
/// At most one card in so long, however much changes.
const PAUSE: Duration = Duration::from_millis(300);

/// The task's state.
pub(super) struct Desk {
    carrier: Carrier,
    room: Arc<Room>,
    key: SigningKey,
    place: Place,
    terms: watch::Receiver<Terms>,
    hosted: watch::Sender<Hosted>,
    guests: Guests,
    show: Arc<Show>,
    generation: u32,
    publishing: Option<AbortHandle>,
    /// What was last signed, without what every card has anew.
    last: Option<SignedCard>,
    is_published: bool,
    /// The relays that were told of the last card.
    relays: BTreeSet<PeerId>,
    pictures: Pictures,
    /// The terms under which those who are in came in: the host's, and the door's.
    admitted: Terms,
    /// Whether the door is locked.
    is_locked: bool,
    /// How often everybody was sent out.
    sent_out: u64,
    /// The moderators among the guests.
    moderators: Moderators,
    /// Makes numbers of peers, by which the talk tells them apart: others each time, so that nobody can take another's.
    peers: RandomState,
}

/// The room's picture: whether one is to be taken, and the newest.
pub(super) struct Pictures {
    pub(super) wanted: watch::Sender<Option<LobbyPicture>>,
    pub(super) snapshot: watch::Receiver<Option<Snapshot>>,
}

impl Desk {
    pub(super) fn new(
        carrier: Carrier,
        room: Arc<Room>,
        key: SigningKey,
        place: Place,
        terms: watch::Receiver<Terms>,
        hosted: watch::Sender<Hosted>,
        pictures: Pictures,
    ) -> Self {
        let admitted = terms.borrow().clone();
        place.carriage.door().set_secrets(admitted.secrets());
        place.carriage.door().set_friends(admitted.friends.clone());
        let show = Arc::new(Show::new(&key, admitted.access()));
        Self {
            carrier,
            room,
            key,
            place,
            terms,
            hosted,
            guests: Guests::default(),
            show,
            generation: 0,
            publishing: None,
            last: None,
            is_published: false,
            relays: BTreeSet::new(),
            pictures,
            admitted,
            is_locked: false,
            sent_out: 0,
            moderators: Moderators::default(),
            peers: RandomState::new(),
        }
    }

    /// Who came with which invite.
    pub(super) fn uses(&self) -> Arc<Uses> {
        self.guests.uses()
    }

    pub(super) async fn run(mut self, mut waiting: mpsc::Receiver<Guest>) {
        let mut card = self.room.card();
        let mut catalogue = self.room.catalogue_changes();
        let mut standing = self.carrier.network().standing();
        let mut terms = self.terms.clone();
        let mut door = self.room.entry().changes();
        let mut orders = self.room.orders();
        let mut people = self.room.presence().changes();
        let mut snapshot = self.pictures.snapshot.clone();
        let mut due = Instant::now();
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(guest) = waiting.recv() => {
                    self.on_guest(&guest);
                    continue;
                }
                changed = orders.changed() => match changed {
                    Ok(()) => {
                        self.tell_moderators();
                        continue;
                    }
                    Err(_) => return,
                },
                () = sleep_until(due) => {}
                _ = look.tick() => {}
                changed = card.changed() => if changed.is_err() { return },
                changed = catalogue.changed() => if changed.is_err() { return },
                changed = standing.changed() => if changed.is_err() { return },
                changed = people.changed() => if changed.is_err() { return },
                changed = snapshot.changed() => if changed.is_err() { return },
                changed = terms.changed() => match changed {
                    Ok(()) => self.admit_anew().await,
                    Err(_) => return,
                },
                changed = door.changed() => match changed {
                    Ok(()) => self.admit_anew().await,
                    Err(_) => return,
                },
            }
            self.follow_air();
            self.count_viewers();
            self.tell_new_relays();
            let is_due = Instant::now() >= due;
            if self.update(is_due) {
                due = Instant::now() + RENEW;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// A new show has a new session and new keys; between shows nothing is published.
    fn follow_air(&mut self) {
        match (self.room.is_on_air(), self.publishing.is_some()) {
            (true, false) => {
                self.show = Arc::new(Show::new(&self.key, self.admitted.access()));
                self.generation = 0;
                self.guests.begin_show(&self.admitted.invites, self.sent_out);
                self.place.carriage.begin_show();
                let publishing = publish(self.room.clone(), self.place.carriage.clone(), self.show.clone());
                self.publishing = Some(tokio::spawn(publishing).abort_handle());
            }
            (false, true) => self.publishing.take().into_iter().for_each(|task| task.abort()),
            _ => {}
        }
    }

    /// Signs a card where it is due or says something new, and brings it about. Whether it did.
    fn update(&mut self, is_due: bool) -> bool {
        let card = self.card();
        let is_new = self.last.as_ref().is_none_or(|last| !says_the_same(last.card(), &card));
        if !is_due && !is_new {
            return false;
        }
        let Ok(signed) = SignedCard::sign(card, &self.show.session) else {
            tracing::warn!(
                "the room's card is longer than 8 KiB and was not published; shorten its description"
            );
            return true;
        };
        self.last = Some(signed.clone());
        self.carrier.set_card(&signed);
        self.bring_about(signed);
        self.show_guests();
        true
    }

    /// Tells the host who is there.
    fn show_guests(&self) {
        let invites = self.admitted.invites.len();
        let hosted = Hosted { guests: self.guests.counts(invites), generation: self.generation };
        self.hosted.send_replace(hosted);
    }

    fn bring_about(&mut self, card: SignedCard) {
        let is_listed = self.admitted.is_listed();
        if !is_listed && !self.is_published {
            return;
        }
        let network = self.carrier.network().clone();
        let standing = network.standing().borrow().clone();
        if standing.reach == Reach::Relayed {
            self.relays = standing.reserved().collect();
            for relay in &self.relays {
                self.carrier.means().links.send(*relay, Message::Announce(card.bytes().clone()));
            }
        } else {
            let topics = if is_listed && card.card().is_on_air() {
                Topic::of(&card).collect()
            } else {
                BTreeSet::new()
            };
            tokio::spawn(async move {
                if is_listed {
                    network.publish(card, topics).await;
                } else {
                    network.withdraw(card.room()).await;
                }
            });
        }
        self.is_published = is_listed;
    }

    /// Announces the room to relays that hold a place for us only now, or again: they have not heard of it, or forgot.
    fn tell_new_relays(&mut self) {
        let standing = self.carrier.network().standing().borrow().clone();
        if standing.reach != Reach::Relayed {
            return;
        }
        let reserved: BTreeSet<_> = standing.reserved().collect();
        if let Some(card) = self.last.as_ref().filter(|_| self.is_published) {
            for relay in reserved.difference(&self.relays) {
                self.carrier.means().links.send(*relay, Message::Announce(card.bytes().clone()));
            }
        }
        self.relays = reserved;
    }

    /// Those who watch elsewhere are here too: how many, the swarm says; who, of those who came for keys.
    fn count_viewers(&self) {
        let presence = self.room.presence();
        presence.set_afar(usize::try_from(self.far()).unwrap_or(usize::MAX));
        if self.room.is_on_air() {
            let now = std::time::Instant::now();
            for peer in self.guests.inside() {
                presence.watch_with_node(self.talker(peer).visitor, now, 3 * LOOK);
            }
        }
    }

    /// How many watch beyond this node.
    fn far(&self) -> u64 {
        self.place.carriage.standing().borrow().view.as_ref().map_or(0, |view| u64::from(view.viewers))
    }

    fn card(&self) -> Card {
        let terms = &self.admitted;
        let room = self.room.card().borrow().clone();
        let network = self.carrier.network();
        let standing = network.standing().borrow().clone();
        let near = self.room.presence().viewers(std::time::Instant::now()) as u64;
        let issued = now();
        Card {
            title: room.about.title.clone(),
            description: room.about.description.clone(),
            tags: room.about.tags.iter().filter_map(|tag| Tag::try_from(tag.clone()).ok()).collect(),
            languages: terms.languages.clone(),
            adult: terms.adult,
            tracks: summaries(&self.room.catalogue()),
            on_air_since: room.on_air_since,
            viewers: Viewers::of(self.far() + near),
            access: terms.access(),
            price: None,
            snapshot: self.listed_snapshot().map(|snapshot| snapshot.hash()),
            generation: self.generation,
            epoch: self.show.length,
            peer: Some(name(network.me())),
            reach: written(&standing.for_records()),
            sequence: self.last.as_ref().map_or(issued.0, |last| issued.0.max(last.card().sequence + 1)),
            issued,
            expires: UnixMs(issued.0 + CARD_LIFE.as_millis() as u64),
        }
    }

    /// The picture that everybody may see: a room by invitation shows none to strangers.
    fn listed_snapshot(&self) -> Option<Snapshot> {
        let is_listed = self.admitted.is_listed();
        self.pictures.snapshot.borrow().clone().filter(|_| is_listed && self.room.is_on_air())
    }
}

fn summaries(catalogue: &Catalogue) -> Vec<TrackSummary> {
    let summary = |track: &Track| TrackSummary {
        name: track.name.clone(),
        codec: track.codec.clone(),
        bitrate_bps: track.bitrate_bps,
        size: match &track.medium {
            Medium::Video(video) => Some(Size { width: video.width, height: video.height }),
            Medium::Picture(picture) => Some(Size { width: picture.width, height: picture.height }),
            Medium::Audio(_) => None,
        },
    };
    catalogue.tracks.iter().map(summary).collect()
}

/// Whether a card says nothing new: it may be signed again when it is due.
fn says_the_same(old: &Card, new: &Card) -> bool {
    let stripped = |card: &Card| Card { sequence: 0, issued: UnixMs(0), expires: UnixMs(0), ..card.clone() };
    stripped(old) == stripped(new)
}
