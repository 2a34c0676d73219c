//! One carried room's place in the tree: the task that tells the overlay what happens and does what it says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use libp2p::{Multiaddr, PeerId};
use parlor_protocol::card::Access;
use parlor_protocol::clock::Time;
use parlor_protocol::control::Message;
use parlor_protocol::invite::{Address, Proof};
use parlor_protocol::media::TrackName;
use parlor_protocol::overlay::{self, Contact, Input, Output, Overlay, PeerName, Role, Settings};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::capacity::children;
use super::carriage::Carriage;
use super::follow::follow;
use super::means::Means;
use crate::swarm;

/// Events that wait for a conductor; a hundred children send a few a second each.
pub(super) const MAX_EVENTS: usize = 1024;
/// How long connecting to a contact may take before another is tried.
const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// How long a parent may send nothing of a room on air, and for each hop from the host how much longer, so that the
/// child of the one at fault is the first to lose patience.
const MEDIA_WAIT: Duration = Duration::from_secs(2);
const MEDIA_WAIT_PER_HOP: Duration = Duration::from_millis(500);

/// Something that a carried room's conductor must know.
#[derive(Debug)]
pub(super) enum Event {
    /// A peer says something about the tree.
    Said(PeerId, overlay::Message),
    /// Peers that may be in the tree.
    Contacts(Vec<Contact>),
    /// There is a connection to a peer that the overlay asked for, or there can be none.
    Reached(PeerId, bool),
    /// The last connection to a peer is gone.
    Gone(PeerId),
    /// A verified object came from the parent.
    Media(PeerId),
    /// An object went out to a child.
    Sent(PeerId),
    /// A peer sent what it must not.
    Bad(PeerId),
    /// A peer's invite was taken back: it has no place as a child any more.
    Dismiss(PeerId),
    /// The ceiling or the card has changed.
    Capacity,
    /// The room is given up.
    Leave,
}

/// One room's conductor.
pub(super) struct Conductor {
    means: Means,
    carriage: Arc<Carriage>,
    overlay: Overlay,
    start: Instant,
    events: mpsc::Receiver<Event>,
    /// For the tasks that this one starts.
    told: mpsc::Sender<Event>,
    /// Tells who looks for more contacts.
    seek: mpsc::Sender<()>,
    following: Option<(PeerId, AbortHandle)>,
    /// When something last came from the parent.
    heard: Instant,
    wanted: watch::Receiver<BTreeMap<TrackName, usize>>,
    tasks: JoinSet<()>,
    standing: watch::Receiver<swarm::Standing>,
}

impl Conductor {
    pub(super) fn new(
        means: Means,
        carriage: Arc<Carriage>,
        role: Role,
        (told, events): (mpsc::Sender<Event>, mpsc::Receiver<Event>),
        seek: mpsc::Sender<()>,
    ) -> Self {
        let standing = means.network.standing();
        let settings = Settings {
            me: name(means.network.me()),
            role,
            capacity: 0,
            addresses: addresses(&standing.borrow()),
        };
        let mut randomness = [0; 32];
        getrandom::fill(&mut randomness).expect("the operating system has randomness");
        Self {
            overlay: Overlay::new(settings, randomness),
            wanted: carriage.wanted(),
            means,
            carriage,
            start: Instant::now(),
            events,
            told,
            seek,
            following: None,
            heard: Instant::now(),
            tasks: JoinSet::new(),
            standing,
        }
    }

    /// Runs until the room is given up.
    pub(super) async fn run(mut self) {
        self.handle(self.capacity());
        loop {
            let deadline = self.overlay.deadline().map(|at| self.start + at.since(Time::ZERO));
            let impatient = self.heard + self.patience();
            let input = tokio::select! {
                event = self.events.recv() => match event {
                    Some(Event::Leave) | None => break,
                    Some(event) => self.input(event),
                },
                () = sleep_until(deadline.unwrap_or_else(far)), if deadline.is_some() => Some(Input::Timeout),
                () = sleep_until(impatient), if self.following.is_some() => self.miss_media(),
                changed = self.standing.changed() => match changed {
                    Ok(()) => Some(Input::Addresses(addresses(&self.standing.borrow_and_update()))),
                    Err(_) => break,
                },
                // What was asked for only now can't have come.
                Ok(()) = self.wanted.changed() => {
                    self.heard = Instant::now();
                    None
                }
                // Tasks that have ended are put away.
                Some(_) = self.tasks.join_next() => None,
            };
            if let Some(input) = input {
                self.handle(input);
            }
        }
        self.handle(Input::Leave);
        self.carriage.forget_show();
    }

    fn input(&mut self, event: Event) -> Option<Input> {
        Some(match event {
            Event::Said(peer, message) => Input::Message(name(peer), message),
            Event::Contacts(contacts) => Input::Contacts(contacts),
            Event::Reached(peer, true) => Input::Connected(name(peer)),
            Event::Reached(peer, false) => Input::Unreachable(name(peer)),
            Event::Gone(peer) => Input::Gone(name(peer)),
            Event::Media(peer) => {
                self.heard = Instant::now();
                Input::Media(name(peer))
            }
            Event::Sent(peer) => Input::Sent(name(peer)),
            Event::Bad(peer) => {
                self.means.misbehaved(peer);
                Input::Bad(name(peer))
            }
            Event::Dismiss(peer) => Input::Dismiss(name(peer)),
            Event::Capacity => self.capacity(),
            Event::Leave => return None,
        })
    }

    fn patience(&self) -> Duration {
        let hops = self.overlay.view().depth.unwrap_or_default();
        MEDIA_WAIT + MEDIA_WAIT_PER_HOP * hops as u32
    }

    /// Nothing came for long: the parent keeps it back, if there is anything that was wanted.
    fn miss_media(&mut self) -> Option<Input> {
        self.heard = Instant::now();
        // The catalogue comes once in ten seconds.
        let is_wanted = self.wanted.borrow().keys().any(|track| *track != TrackName::CATALOGUE);
        let is_on_air = self.carriage.card().borrow().as_ref().is_some_and(|card| card.card().is_on_air());
        let (parent, _) = self.following.as_ref().filter(|_| is_wanted && is_on_air)?;
        Some(Input::Withholds(name(*parent)))
    }

    fn capacity(&self) -> Input {
        let ceiling = self.means.upload.ceiling_bps();
        let card = self.carriage.card();
        let card = card.borrow();
        let served = card.as_ref().filter(|_| self.carriage.is_passed_on());
        let places = served.map_or(0, |card| children(ceiling, card.card()));
        Input::Capacity(places)
    }

    fn handle(&mut self, input: Input) {
        // These come hundreds of times a second, and change nothing that is seen from outside.
        let is_routine = matches!(input, Input::Sent(_) | Input::Media(_));
        self.overlay.handle(Time::ZERO + self.start.elapsed(), input);
        while let Some(output) = self.overlay.poll() {
            self.act(output);
        }
        if !is_routine {
            let view = self.overlay.view();
            self.carriage.update(|standing| standing.view = Some(view));
        }
    }

    fn act(&mut self, output: Output) {
        match output {
            Output::Connect(contact) => self.connect(&contact),
            Output::Send(peer, message) => {
                if let Some(peer) = peer_id(&peer) {
                    let is_welcome = matches!(message, overlay::Message::Welcome { .. });
                    if matches!(message, overlay::Message::Join { .. }) {
                        self.knock(peer);
                    }
                    self.carriage.door().let_in(peer);
                    self.means.links.send(peer, Message::Overlay { room: self.carriage.room(), message });
                    if is_welcome {
                        self.send_card(peer);
                    }
                }
            }
            Output::Follow(parent) => {
                self.unfollow();
                if let Some(parent) = peer_id(&parent) {
                    let following =
                        follow(self.means.network.clone(), self.carriage.clone(), parent, self.told.clone());
                    self.following = Some((parent, self.tasks.spawn(following)));
                    self.heard = Instant::now();
                }
            }
            Output::Unfollow(_) => self.unfollow(),
            Output::Serve(child) => {
                if let Some(child) = peer_id(&child) {
                    self.carriage.serve(child, true);
                }
            }
            Output::Drop(child) => {
                if let Some(child) = peer_id(&child) {
                    self.carriage.serve(child, false);
                }
            }
            // A connection without streams ends by itself; other rooms may use it.
            Output::Disconnect(_) => {}
            // Somebody is looking already if there is no place for the word.
            Output::Seek => drop(self.seek.try_send(())),
        }
    }

    /// Shows a parent-to-be that this node knows a room by invitation.
    fn knock(&self, parent: PeerId) {
        let room = self.carriage.room();
        let card = self.carriage.card().borrow().clone();
        if let Some(card) = card.filter(|card| card.card().access == Access::Invited) {
            let proof = Proof::of_card(card.session(), &room, &self.means.network.me().to_bytes());
            self.means.links.send(parent, Message::Knock { room, proof });
        }
    }

    /// A child learns the newest card with its place, so that it knows whose signatures to expect.
    fn send_card(&self, child: PeerId) {
        if let Some(card) = &*self.carriage.card().borrow() {
            self.means.links.send(child, Message::Card(card.bytes().clone()));
        }
    }

    fn unfollow(&mut self) {
        if let Some((_, task)) = self.following.take() {
            task.abort();
        }
    }

    fn connect(&mut self, contact: &Contact) {
        let Some(peer) = peer_id(&contact.peer) else { return };
        let addresses = read(&contact.addresses);
        let (network, told) = (self.means.network.clone(), self.told.clone());
        self.tasks.spawn(async move {
            let dialled = timeout(CONNECT_WAIT, network.dial(Some(peer), addresses)).await;
            let reached = matches!(dialled, Ok(Ok(_)));
            // The conductor has ended if nobody takes it.
            let _ = told.send(Event::Reached(peer, reached)).await;
        });
    }
}

/// Far enough away that nobody waits for it.
fn far() -> Instant {
    Instant::now() + Duration::from_hours(1)
}

/// A peer's name in the tree: the bytes of its id.
pub(super) fn name(peer: PeerId) -> PeerName {
    PeerName::try_from(bytes::Bytes::from(peer.to_bytes())).expect("a peer id has 34 to 42 bytes")
}

/// The peer of this name; `None` for one that is no libp2p peer id.
#[must_use]
pub fn peer_id(name: &PeerName) -> Option<PeerId> {
    PeerId::from_bytes(&bytes::Bytes::from(name.clone())).ok()
}

/// Where others in the tree may reach this node.
pub(super) fn addresses(standing: &swarm::Standing) -> Vec<Address> {
    written(&standing.for_invites())
}

/// Addresses as the protocol writes them; those that it can't are left out.
pub(super) fn written(addresses: &[Multiaddr]) -> Vec<Address> {
    addresses
        .iter()
        .filter_map(|address| address.to_string().parse().ok())
        .take(overlay::MAX_ADDRESSES)
        .collect()
}

/// Addresses as the network takes them.
pub(super) fn read(addresses: &[Address]) -> Vec<Multiaddr> {
    addresses.iter().filter_map(|address| address.as_str().parse().ok()).collect()
}
