//! A room of ours in the network: its card, its shows, and who may enter.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use libp2p::PeerId;
use parlor_protocol::card::{Access, Card, Language, SignedCard, Size, Tag, TrackSummary, Viewers};
use parlor_protocol::control::{Message, NoEntry};
use parlor_protocol::ident::{RoomId, Session};
use parlor_protocol::invite::{Invite, Proof};
use parlor_protocol::keys::{Epoch, EpochLength, Tree};
use parlor_protocol::media::{Catalogue, Medium, Track, UnixMs};
use parlor_protocol::overlay::Role;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use zeroize::Zeroizing;

use super::carrier::{Carrier, CarrierError, Guest, Place};
use super::conductor::{name, written};
use super::guests::{GUEST_LIFE, Guests, HostInvite, Refusal};
use super::publish::{Show, present, publish};
use super::snapshot::{Snapshot, take};
use super::topics::topics;
use crate::room::{Room, now};
use crate::swarm::Reach;

/// How long a card counts, and how often it is signed anew.
const CARD_LIFE: Duration = Duration::from_mins(3);
const RENEW: Duration = Duration::from_mins(1);
/// How often those who watch beyond this node are counted.
const LOOK: Duration = Duration::from_secs(5);
/// At most one card in so long, however much changes.
const PAUSE: Duration = Duration::from_millis(300);
/// How long a session may sign: a show of days, and not for ever if its key is lost.
const SESSION_LIFE: Duration = Duration::from_hours(7 * 24);
/// Guests that wait to be let in.
const MAX_WAITING: usize = 1024;

/// Who learns of the room.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Those who hold an invite. Nothing is published.
    #[default]
    Invite,
    /// Everybody: the room is in the lobby.
    Listed,
}

/// What the host decided about the room in the network.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Who learns of it.
    pub visibility: Visibility,
    /// Whether it is for adults only.
    pub adult: bool,
    /// The languages spoken.
    pub languages: Vec<Language>,
    /// The invites.
    pub invites: Vec<HostInvite>,
}

/// The room in the network, as the host sees it.
#[derive(Debug, Clone, Default)]
pub struct Hosted {
    /// Guests in the room by invite, in the order of [`Terms::invites`].
    pub guests: Vec<u32>,
    /// How often the keys were changed in this show.
    pub generation: u32,
}

/// A room of ours, in the network for as long as this lives.
pub struct Hosting {
    carrier: Carrier,
    room: RoomId,
    terms: watch::Sender<Terms>,
    hosted: watch::Receiver<Hosted>,
    snapshot: watch::Receiver<Option<Snapshot>>,
    tasks: [AbortHandle; 2],
}

impl Hosting {
    /// Brings a room into the network.
    ///
    /// # Errors
    /// [`CarrierError::Full`].
    pub fn start(
        carrier: &Carrier,
        room: Arc<Room>,
        key: SigningKey,
        terms: Terms,
    ) -> Result<Self, CarrierError> {
        let (guests, waiting) = mpsc::channel(MAX_WAITING);
        let listed = terms.visibility == Visibility::Listed;
        let (place, _) = carrier.carry(room.id(), None, Role::Host, listed, Some(guests))?;
        let id = room.id();
        let (terms, changes) = watch::channel(terms);
        let (hosted, seen) = watch::channel(Hosted::default());
        let (picture, snapshot) = watch::channel(None);
        let wanted = watch::Sender::new(listed);
        let taking = tokio::spawn(take(room.clone(), wanted.subscribe(), picture));
        let pictures = Pictures { wanted, snapshot: snapshot.clone() };
        let desk = Desk::new(carrier.clone(), room, key, place, changes, hosted, pictures);
        let running = tokio::spawn(desk.run(waiting));
        let tasks = [taking.abort_handle(), running.abort_handle()];
        Ok(Self { carrier: carrier.clone(), room: id, terms, hosted: seen, snapshot, tasks })
    }

    /// What the host decided.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.terms.borrow().clone()
    }

    /// Decides something else, at once.
    pub fn set_terms(&self, change: impl FnOnce(&mut Terms)) {
        self.terms.send_modify(change);
    }

    /// Who is there, and more that only the host sees.
    #[must_use]
    pub fn hosted(&self) -> Hosted {
        self.hosted.borrow().clone()
    }

    /// The room's picture, while it is on air and listed.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.snapshot.borrow().clone()
    }

    /// The link for an invite of ours; without one, the link to a listed room.
    #[must_use]
    pub fn link(&self, invite: Option<&HostInvite>) -> Invite {
        let standing = self.carrier.network().standing().borrow().clone();
        Invite::new(self.room, written(&standing.for_invites()), invite.map(|invite| invite.secret.clone()))
            .expect("there are no more addresses than an invite takes")
    }
}

impl Drop for Hosting {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The task's state.
struct Desk {
    carrier: Carrier,
    room: Arc<Room>,
    key: SigningKey,
    place: Place,
    terms: watch::Receiver<Terms>,
    hosted: watch::Sender<Hosted>,
    guests: Guests,
    show: Arc<Show>,
    trees: watch::Sender<Arc<Tree>>,
    generation: u32,
    publishing: Option<AbortHandle>,
    /// What was last signed, without what every card has anew.
    last: Option<SignedCard>,
    is_published: bool,
    pictures: Pictures,
    /// The terms under which those who are in came in.
    admitted: Terms,
}

/// The room's picture: whether one is to be taken, and the newest.
struct Pictures {
    wanted: watch::Sender<bool>,
    snapshot: watch::Receiver<Option<Snapshot>>,
}

impl Desk {
    fn new(
        carrier: Carrier,
        room: Arc<Room>,
        key: SigningKey,
        place: Place,
        terms: watch::Receiver<Terms>,
        hosted: watch::Sender<Hosted>,
        pictures: Pictures,
    ) -> Self {
        let admitted = terms.borrow().clone();
        let (show, trees) = new_show(&key, room.id(), access(&admitted));
        Self {
            carrier,
            room,
            key,
            place,
            terms,
            hosted,
            guests: Guests::default(),
            show,
            trees,
            generation: 0,
            publishing: None,
            last: None,
            is_published: false,
            pictures,
            admitted,
        }
    }

    async fn run(mut self, mut waiting: mpsc::Receiver<Guest>) {
        let mut card = self.room.card();
        let mut catalogue = self.room.catalogue_changes();
        let mut standing = self.carrier.network().standing();
        let mut terms = self.terms.clone();
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
                () = sleep_until(due) => {}
                _ = look.tick() => {}
                changed = card.changed() => if changed.is_err() { return },
                changed = catalogue.changed() => if changed.is_err() { return },
                changed = standing.changed() => if changed.is_err() { return },
                changed = people.changed() => if changed.is_err() { return },
                changed = snapshot.changed() => if changed.is_err() { return },
                changed = terms.changed() => match changed {
                    Ok(()) => self.on_terms(),
                    Err(_) => return,
                },
            }
            self.follow_air();
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
                let access = access(&self.terms.borrow());
                (self.show, self.trees) = new_show(&self.key, self.room.id(), access);
                self.generation = 0;
                self.guests.forget();
                let publishing = publish(self.room.clone(), self.place.carriage.clone(), self.show.clone());
                self.publishing = Some(tokio::spawn(publishing).abort_handle());
            }
            (false, true) => self.publishing.take().into_iter().for_each(|task| task.abort()),
            _ => {}
        }
    }

    /// Other terms may shut somebody out: everybody asks anew then, for keys of a new generation. Who is in stays where
    /// only an invite or a label was added.
    fn on_terms(&mut self) {
        let terms = self.terms.borrow_and_update().clone();
        let listed = terms.visibility == Visibility::Listed;
        self.carrier.set_listed(self.room.id(), listed);
        self.pictures.wanted.send_replace(listed);
        let before = std::mem::replace(&mut self.admitted, terms.clone());
        if !shuts_out(&before, &terms) {
            return;
        }
        self.generation += 1;
        self.guests.forget();
        self.trees.send_replace(Arc::new(new_tree(
            access(&terms),
            self.room.id(),
            &self.show.session,
            self.generation,
            self.show.length,
        )));
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
        let invites = self.terms.borrow().invites.len();
        let hosted = Hosted { guests: self.guests.counts(invites), generation: self.generation };
        self.hosted.send_replace(hosted);
    }

    fn bring_about(&mut self, card: SignedCard) {
        let is_listed = self.terms.borrow().visibility == Visibility::Listed;
        if !is_listed && !self.is_published {
            return;
        }
        let network = self.carrier.network().clone();
        let standing = network.standing().borrow().clone();
        if standing.reach == Reach::Relayed {
            for relay in standing.reserved() {
                self.carrier.means().links.send(relay, Message::Announce(card.bytes().clone()));
            }
        } else {
            let topics = if is_listed && card.card().is_on_air() { topics(&card) } else { BTreeSet::new() };
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

    fn card(&self) -> Card {
        let terms = self.terms.borrow().clone();
        let room = self.room.card().borrow().clone();
        let network = self.carrier.network();
        let standing = network.standing().borrow().clone();
        let carried = self.place.carriage.standing();
        let far = carried.borrow().view.as_ref().map_or(0, |view| u64::from(view.viewers));
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
            viewers: Viewers::of(far + near),
            access: access(&terms),
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

    fn on_guest(&mut self, guest: &Guest) {
        match *guest {
            Guest::Enter(peer, ref proof) => {
                let answer = self.enter(peer, proof.as_ref());
                self.carrier.means().links.send(peer, answer);
                self.show_guests();
            }
            Guest::Left(peer) => {
                self.guests.leave(peer);
                self.show_guests();
            }
            Guest::AskSnapshot(peer) => {
                let snapshot = self.listed_snapshot().filter(|_| self.carrier.snapshots().may_answer());
                let jpeg = snapshot.map(|snapshot| snapshot.jpeg().clone()).unwrap_or_default();
                self.carrier.means().links.send(peer, Message::Snapshot { room: self.room.id(), jpeg });
            }
        }
    }

    /// The picture that everybody may see: a room by invitation shows none to strangers.
    fn listed_snapshot(&self) -> Option<Snapshot> {
        let is_listed = self.terms.borrow().visibility == Visibility::Listed;
        self.pictures.snapshot.borrow().clone().filter(|_| is_listed && self.room.is_on_air())
    }

    fn enter(&mut self, peer: PeerId, proof: Option<&Proof>) -> Message {
        let room = self.room.id();
        let refuse = |reason| Message::NoEntry { room, reason };
        if !self.room.is_on_air() {
            return refuse(NoEntry::OffAir);
        }
        let terms = self.terms.borrow().clone();
        if access(&terms) == Access::Invited {
            match self.guests.enter(&terms.invites, peer, proof, self.show.session.id()) {
                Ok(()) => {}
                Err(Refusal::NoInvite) => return refuse(NoEntry::Invite),
                Err(Refusal::Full) => return refuse(NoEntry::Full),
            }
        }
        let (first, _) = present(self.room.catalogue().epoch, self.show.length);
        // From a little before, for what is in the rings, to when a guest who does not ask again has left.
        let back = 2;
        let ahead = GUEST_LIFE.as_secs() as u32 / u32::from(self.show.length.seconds()) + 1;
        let from = Epoch::new(first.index().saturating_sub(back)).unwrap_or(Epoch::FIRST);
        let until = Epoch::new(first.index().saturating_add(ahead)).unwrap_or(Epoch::LAST);
        let pass = self.trees.borrow().cover(from..=until);
        Message::Keys { room, passes: vec![pass] }
    }
}

/// Whether somebody who was let in before is not any more.
fn shuts_out(before: &Terms, now: &Terms) -> bool {
    let secrets =
        |terms: &Terms| terms.invites.iter().map(|invite| invite.secret.clone()).collect::<Vec<_>>();
    before.visibility != now.visibility || !secrets(now).starts_with(&secrets(before))
}

fn access(terms: &Terms) -> Access {
    match terms.visibility {
        Visibility::Invite => Access::Invited,
        Visibility::Listed => Access::Open,
    }
}

fn new_show(key: &SigningKey, room: RoomId, access: Access) -> (Arc<Show>, watch::Sender<Arc<Tree>>) {
    let issued = now();
    let until = UnixMs(issued.0 + SESSION_LIFE.as_millis() as u64);
    let session =
        Session::new(*random(), key, issued, until).expect("a week is no longer than a session may last");
    let length = EpochLength::default();
    let (trees, tree) = watch::channel(Arc::new(new_tree(access, room, &session, 0, length)));
    (Arc::new(Show { session, tree, length }), trees)
}

fn new_tree(access: Access, room: RoomId, session: &Session, generation: u32, length: EpochLength) -> Tree {
    match access {
        Access::Open => Tree::public(&room, &session.id(), generation, length),
        Access::Invited | Access::Paid => Tree::new(&random(), &session.id(), generation, length),
    }
}

fn random() -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).expect("the operating system has randomness");
    bytes
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

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_protocol::invite::InviteSecret;

    #[test]
    fn only_what_shuts_somebody_out_changes_the_keys() {
        let invite =
            |seed| HostInvite { name: String::new(), limit: None, secret: InviteSecret::new([seed; 16]) };
        let terms = |visibility, seeds: &[u8]| Terms {
            visibility,
            invites: seeds.iter().copied().map(invite).collect(),
            ..Terms::default()
        };
        let before = terms(Visibility::Invite, &[1, 2]);
        let labelled = Terms { adult: true, ..before.clone() };
        assert!(!shuts_out(&before, &labelled));
        assert!(!shuts_out(&before, &terms(Visibility::Invite, &[1, 2, 3])));
        for now in [
            terms(Visibility::Invite, &[1]),
            terms(Visibility::Invite, &[2]),
            terms(Visibility::Invite, &[2, 1]),
            terms(Visibility::Listed, &[1, 2]),
        ] {
            assert!(shuts_out(&before, &now), "{now:?}");
        }
    }
}
