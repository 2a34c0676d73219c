//! Who receives from whom: stripes that are pushed along chosen parents, and holes that are pulled, sans-IO
//! (`spec/mesh.md`).
//!
//! [`Mesh::handle`] takes what happened and the time; [`Mesh::poll`] gives what is to be done, until there is nothing
//! more; [`Mesh::deadline`] says when to come back with [`Input::Timeout`]. It holds no objects itself: it says which
//! go to whom.

#![allow(
    clippy::cast_possible_wrap,
    reason = "milliseconds of a clock, and differences of sequences that saturate"
)]

mod children;
mod choose;
mod dice;
mod duty;
mod event;
mod few;
mod lane;
mod meet;
mod message;
mod neighbour;
mod peer;
mod pull;
mod serve;
mod slots;
mod source;
mod start;
mod supply;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use sha2::{Digest, Sha256};

pub use self::event::{Branch, Input, Output, Place, Role, Settings, View};
pub(crate) use self::few::few;
pub use self::lane::WINDOW;
pub use self::message::{Have, MAX_CONTACTS, MAX_LANES, MAX_PATH, MAX_PULL, Mark, Message, State};
pub use self::peer::{Contact, MAX_ADDRESSES, MAX_PEER_BYTES, PeerName, PeerNameError};

use self::children::Serving;
use self::dice::Dice;
use self::lane::{Lane, Piece};
use self::meet::Attempt;
use self::neighbour::Neighbour;
use self::pull::Pull;
use self::start::Start;
use self::supply::Supply;
use crate::clock::Time;
use crate::limit::{BARRING, Misdeeds};

/// Into how many parts a room's stream is cut, by sequence. Each may come from another parent: whoever loses one of
/// them misses an eighth, and a node that can send half a stream is of use.
pub const STRIPES: usize = 8;

/// One node's part in spreading a room.
#[derive(Debug)]
pub struct Mesh {
    settings: Settings,
    mark: Mark,
    now: Time,
    has_left: bool,
    /// The first is the one by which lateness is told.
    lanes: Vec<Lane>,
    neighbours: BTreeMap<PeerName, Neighbour>,
    supplies: [Supply; STRIPES],
    serving: Serving,
    /// How many stripes it sends at once, as far as that has proved true.
    slots: u16,
    slots_at: Time,
    /// How long an object that is sent now waits for others.
    backlog: Duration,
    pulls: BTreeMap<Place, Pull>,
    pull_credit: i64,
    pull_spent: Time,
    known: Vec<Contact>,
    attempts: Vec<Attempt>,
    start: Start,
    misdeeds: Misdeeds<PeerName>,
    /// At how many of the host's places the child is silent.
    silent: usize,
    dice: Dice,
    outbox: VecDeque<Output>,
    /// When what is due.
    state_at: Time,
    look_at: Time,
    seek_at: Time,
    find_at: Time,
    find_wait: Duration,
    move_at: Time,
    first_at: Time,
    spread_at: Time,
    pull_at: Time,
    due: Time,
}

impl Mesh {
    /// A node that knows nobody yet. The seed decides what is left to chance.
    #[must_use]
    pub fn new(settings: Settings, seed: [u8; 32]) -> Self {
        let mut mesh = Self {
            mark: mark(&settings.me),
            slots: settings.slots,
            settings,
            now: Time::ZERO,
            has_left: false,
            lanes: Vec::new(),
            neighbours: BTreeMap::new(),
            supplies: Default::default(),
            serving: Serving::default(),
            slots_at: Time::ZERO,
            backlog: Duration::ZERO,
            pulls: BTreeMap::new(),
            pull_credit: 0,
            pull_spent: Time::ZERO,
            known: Vec::new(),
            attempts: Vec::new(),
            start: Start::default(),
            misdeeds: Misdeeds::default(),
            silent: 0,
            dice: Dice::new(seed),
            outbox: VecDeque::new(),
            state_at: Time::ZERO,
            look_at: Time::ZERO,
            seek_at: Time::ZERO,
            find_at: Time::ZERO,
            find_wait: meet::FIND_AGAIN,
            move_at: Time::ZERO,
            first_at: Time::ZERO,
            spread_at: Time::ZERO,
            pull_at: Time::ZERO,
            due: Time::ZERO,
        };
        mesh.settings.addresses.truncate(MAX_ADDRESSES);
        mesh.lay_out();
        mesh
    }

    /// Takes in what happened at `now`, which does not run backwards. Take everything that [`Self::poll`] gives
    /// afterwards.
    pub fn handle(&mut self, now: Time, input: Input) {
        self.now = self.now.max(now);
        if self.has_left {
            return;
        }
        // These come often, and what they call for can wait until the next look at what is missing.
        let is_routine = matches!(input, Input::Object { .. } | Input::Message(_, Message::State(_)));
        self.take(input);
        if !self.has_left && (!is_routine || self.due <= self.now) {
            self.tick();
        }
    }

    /// How long an object that is sent now waits for those that were sent before: what the connections have not taken
    /// yet, by what they take in a second.
    pub fn set_backlog(&mut self, backlog: Duration) {
        self.backlog = backlog;
    }

    /// The next thing to be done.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When [`Input::Timeout`] is due, if ever. A time that is past means now.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        (!self.has_left).then_some(self.due)
    }

    /// Where the node stands, in numbers.
    #[must_use]
    pub fn view(&self) -> View {
        let mut children: BTreeMap<&PeerName, u8> = BTreeMap::new();
        for child in self.serving.children.iter().flatten() {
            *children.entry(&child.peer).or_default() += 1;
        }
        let branch = |(peer, stripes): (&PeerName, u8)| Branch {
            peer: peer.clone(),
            stripes,
            viewers: self.below(peer),
        };
        View {
            parents: std::array::from_fn(|stripe| self.parent_of(stripe).cloned()),
            children: children.into_iter().map(branch).collect(),
            viewers: self.viewers(),
            neighbours: self.neighbours.len(),
            slots: self.slots,
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Contacts(contacts) => {
                for contact in contacts {
                    self.know(contact);
                }
                self.look_at = self.now;
            }
            Input::Connected(peer) => self.connected(&peer),
            Input::Unreachable(peer) => self.missed(&peer),
            Input::Gone(peer) => {
                self.missed(&peer);
                self.cut(&peer);
            }
            Input::Message(peer, message) => self.take_message(&peer, message),
            Input::Object { from, place, starts_group, continues, captured } => {
                self.take_object(from.as_ref(), place, Piece { starts_group, continues, captured });
            }
            Input::Bad(peer) => {
                self.misdeeds.add(self.now, &peer, BARRING);
                self.send(&peer, Message::Leave);
                self.missed(&peer);
                self.cut(&peer);
            }
            Input::Dropped(peer, place) => {
                self.send(&peer, Message::Lack { lane: place.lane, sequences: vec![place.sequence] });
                self.overloaded();
            }
            Input::Slots(slots) => self.set_slots(slots),
            Input::Addresses(addresses) => {
                self.settings.addresses = addresses;
                self.settings.addresses.truncate(MAX_ADDRESSES);
            }
            Input::Leave => {
                for peer in self.neighbours.keys() {
                    self.outbox.push_back(Output::Send(peer.clone(), Message::Leave));
                    self.outbox.push_back(Output::Disconnect(peer.clone()));
                }
                self.has_left = true;
            }
            Input::Timeout => (),
        }
    }

    fn take_message(&mut self, peer: &PeerName, message: Message) {
        if let Some(neighbour) = self.neighbours.get_mut(peer) {
            neighbour.heard = self.now;
        }
        match message {
            Message::Join { addresses, state, start } => self.joined(peer, addresses, state, start),
            Message::Welcome { addresses, state, contacts } => {
                self.welcomed(peer, addresses, state, contacts);
            }
            Message::Elsewhere { contacts } => self.sent_elsewhere(peer, contacts),
            Message::State(state) => match self.neighbours.get_mut(peer) {
                Some(neighbour) => {
                    let opened = neighbour.update(self.now, state, self.lanes.first());
                    self.reckon_debts(peer);
                    self.take_first_place(peer, opened);
                }
                None => self.send(peer, Message::Leave),
            },
            Message::Ask { stripe, have, gives, in_need } => {
                self.asked(peer, within(stripe), &have, gives, in_need);
            }
            Message::Yes { stripe, path } => self.agreed(peer, within(stripe), path),
            Message::No { stripe } => self.refused(peer, within(stripe)),
            Message::Moved { stripe, to } => self.moved(peer, within(stripe), to),
            Message::Stop { stripe } => {
                self.serving.remove(within(stripe), peer);
            }
            Message::Start { have } => self.show_start(peer, &have),
            Message::Pull { lane, sequences } => self.pulled(peer, lane, sequences),
            Message::Lack { lane, sequences } => self.lacked(peer, lane, &sequences),
            Message::Find => {
                let contacts = self.some_contacts(peer);
                self.send(peer, Message::Found { contacts });
            }
            Message::Found { contacts } => self.found(contacts),
            Message::Leave => {
                self.missed(peer);
                self.cut(peer);
            }
        }
    }

    fn take_object(&mut self, from: Option<&PeerName>, place: Place, piece: Piece) {
        if let Some(neighbour) = from.and_then(|from| self.neighbours.get_mut(from)) {
            neighbour.heard = self.now;
        }
        let now = self.now;
        let index = match self.lanes.iter().position(|lane| lane.number == place.lane) {
            Some(index) => index,
            None if self.lanes.len() < MAX_LANES => {
                let at = self.lanes.partition_point(|lane| lane.number < place.lane);
                self.lanes.insert(at, Lane::new(now, place, piece.captured));
                if at == 0 {
                    let lane = self.lanes.first();
                    self.neighbours.values_mut().for_each(|neighbour| neighbour.reckon_anew(lane));
                }
                at
            }
            None => return,
        };
        let by_parent = from.is_some() && self.parent_of(place.stripe()) == from;
        if !self.lanes[index].insert(now, place.sequence, piece, by_parent) {
            return;
        }
        self.took_start(index, place);
        if let Some(from) = from {
            if let Some(neighbour) = self.neighbours.get_mut(from) {
                neighbour.has_brought = true;
            }
            self.filled(place, from);
            self.delivered(place.stripe(), from);
        }
        self.pass_on(from, place);
    }

    fn tick(&mut self) {
        // Whoever is found silent here is told of next.
        self.tick_first();
        self.tick_meeting();
        self.tick_supplies();
        self.tick_pulls();
        self.tick_serving();
        self.tick_source();
        let due = [Some(self.meeting_due()), self.supplies_due(), self.pulls_due(), self.source_due()];
        self.due = due.into_iter().flatten().min().unwrap_or(self.now);
    }

    fn send(&mut self, peer: &PeerName, message: Message) {
        self.outbox.push_back(Output::Send(peer.clone(), message));
    }
}

/// A peer's name in paths.
fn mark(peer: &PeerName) -> Mark {
    let digest = Sha256::digest(peer.as_bytes());
    Mark::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// A stripe as a neighbour names it; more than there are wrap around.
const fn within(stripe: u8) -> usize {
    stripe as usize % STRIPES
}

#[cfg(test)]
mod tests;
