//! Getting to know others in the room.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::lane::Lane;
use super::message::{Message, State};
use super::neighbour::Neighbour;
use super::{Contact, Mesh, Output, PeerName, Role, mark};
use crate::clock::Time;
use crate::invite::Address;

/// From so many slots a node tells others where it is: below, each connection takes its line a tenth of a second and more.
pub(super) const MET_FROM: u16 = 3;
/// With how many a node wants to exchange what both have. The logarithm of a large room; a dozen is enough.
const WANTED: usize = 12;
/// Below this it looks for more at once.
pub(super) const FEW: usize = 8;
/// How many it takes at most: those who come late need somebody too.
const MAX_NEIGHBOURS: usize = 40;
/// How long a neighbour keeps its place at least where there are too many.
const STAYS: Duration = Duration::from_secs(10);
/// The most contacts that are kept.
const MAX_KNOWN: usize = 64;
/// How many are tried at a time.
const MAX_ATTEMPTS: usize = 4;
/// How long connecting may take; punching a hole takes up to three seconds.
const CONNECT_WITHIN: Duration = Duration::from_secs(4);
/// How long the answer to a `Join` may take.
const ANSWER_WITHIN: Duration = Duration::from_millis(1500);
/// How often others are looked for, and those looked at whom it has.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const SEEK_EVERY: Duration = Duration::from_secs(3);
/// How soon a neighbour is asked for names again where the last one named nobody new, twice as long each time. In a room
/// with fewer than a dozen there is nobody else.
pub(super) const FIND_AGAIN: Duration = Duration::from_millis(500);
const FIND_AGAIN_AT_MOST: Duration = Duration::from_secs(8);
/// How often a node says what it has.
const STATE_EVERY: Duration = Duration::from_secs(1);
/// After so long without a word a neighbour is gone.
const SILENCE: Duration = Duration::from_millis(3200);
/// The same for parents and children: what comes through them is missing for so long. Two words, and one sent again.
const KIN_SILENCE: Duration = Duration::from_millis(2300);
/// The same for a parent that brings nothing either: longer than from one word to the next, which chance makes 1.25 s at
/// most.
const MUTE: Duration = Duration::from_millis(1400);

/// Somebody whom a node wants to meet.
#[derive(Debug)]
pub(super) struct Attempt {
    contact: Contact,
    joining: bool,
    until: Time,
}

impl Mesh {
    /// What a neighbour answers to `Find`. Who is new is met at once.
    pub(super) fn found(&mut self, contacts: Vec<Contact>) {
        let is_new = |contact: &Contact| {
            contact.peer != self.settings.me
                && !contact.addresses.is_empty()
                && !self.neighbours.contains_key(&contact.peer)
                && self.known.iter().all(|known| known.peer != contact.peer)
        };
        if contacts.iter().any(is_new) {
            self.find_wait = FIND_AGAIN;
            self.find_at = self.now;
            self.look_at = self.look_at.min(self.now);
        }
        self.learn(contacts);
    }

    /// What others name. Nobody without an address can be met.
    pub(super) fn learn(&mut self, contacts: Vec<Contact>) {
        contacts
            .into_iter()
            .filter(|contact| !contact.addresses.is_empty())
            .for_each(|contact| self.know(contact));
    }

    /// Somebody who may be in the room; without an address where there is a connection already.
    pub(super) fn know(&mut self, contact: Contact) {
        if contact.peer == self.settings.me || self.known.iter().any(|known| known.peer == contact.peer) {
            return;
        }
        if self.known.len() < MAX_KNOWN {
            self.known.push(contact);
        } else {
            let at = self.dice.below(MAX_KNOWN);
            self.known[at] = contact;
        }
    }

    /// Wants to be this peer's neighbour.
    pub(super) fn meet(&mut self, contact: Contact) {
        let is_under_way = self.attempts.iter().any(|attempt| attempt.contact.peer == contact.peer);
        if is_under_way || self.neighbours.contains_key(&contact.peer) {
            return;
        }
        let until = self.now + CONNECT_WITHIN;
        self.outbox.push_back(Output::Connect(contact.clone()));
        self.attempts.push(Attempt { contact, joining: false, until });
    }

    pub(super) fn connected(&mut self, peer: &PeerName) {
        let until = self.now + ANSWER_WITHIN;
        let Some(attempt) = self.attempts.iter_mut().find(|attempt| attempt.contact.peer == *peer) else {
            return;
        };
        if attempt.joining {
            return;
        }
        (attempt.joining, attempt.until) = (true, until);
        let start = self.asks_start();
        let (addresses, state) = (self.addresses_to_tell(), self.state());
        self.send(peer, Message::Join { addresses, state, start });
    }

    /// There will be nothing with this peer.
    pub(super) fn missed(&mut self, peer: &PeerName) {
        let before = self.attempts.len();
        self.attempts.retain(|attempt| attempt.contact.peer != *peer);
        if self.attempts.len() < before {
            self.known.retain(|known| known.peer != *peer);
            self.ask_start_again();
            self.look_at = self.now;
            self.unmet(peer);
        }
    }

    /// Where others may be sent to find this node: nowhere, where it has hardly anything to send them. To be met takes a slow
    /// line seconds.
    fn addresses_to_tell(&self) -> Vec<Address> {
        if self.settings.role == Role::Host || self.settings.slots >= MET_FROM {
            self.settings.addresses.clone()
        } else {
            Vec::new()
        }
    }

    pub(super) fn joined(&mut self, peer: &PeerName, addresses: Vec<Address>, state: State, start: bool) {
        if self.misdeeds.bars(self.now, peer) {
            self.send(peer, Message::Elsewhere { contacts: Vec::new() });
            return;
        }
        let contacts = self.some_contacts(peer);
        self.learn(vec![Contact { peer: peer.clone(), addresses: addresses.clone() }]);
        let is_full = self.neighbours.len() >= MAX_NEIGHBOURS
            && !self.neighbours.contains_key(peer)
            && !self.make_room();
        if is_full {
            self.send(peer, Message::Elsewhere { contacts });
            if start {
                self.show_start(peer, &[]);
            }
            self.outbox.push_back(Output::Disconnect(peer.clone()));
        } else {
            let welcome =
                Message::Welcome { addresses: self.addresses_to_tell(), state: self.state(), contacts };
            self.send(peer, welcome);
            self.take_neighbour(peer, addresses, state);
            if start {
                self.show_start(peer, &[]);
            }
        }
    }

    /// Parts from the neighbour that has been there for longest without being a parent or a child, if there is one.
    fn make_room(&mut self) -> bool {
        let old = self
            .neighbours
            .iter()
            .filter(|(peer, neighbour)| self.now.since(neighbour.since) > STAYS && !self.is_of_use(peer));
        let Some(oldest) = old.min_by_key(|(_, neighbour)| neighbour.since).map(|(peer, _)| peer.clone())
        else {
            return false;
        };
        let contacts = self.some_contacts(&oldest);
        self.send(&oldest, Message::Elsewhere { contacts });
        self.cut(&oldest);
        true
    }

    pub(super) fn welcomed(
        &mut self,
        peer: &PeerName,
        addresses: Vec<Address>,
        state: State,
        contacts: Vec<Contact>,
    ) {
        let before = self.attempts.len();
        self.attempts.retain(|attempt| attempt.contact.peer != *peer);
        self.learn(contacts);
        if self.attempts.len() < before || self.neighbours.contains_key(peer) {
            self.take_neighbour(peer, addresses, state);
            self.met(peer);
            self.look_at = self.now;
        } else {
            self.send(peer, Message::Leave);
        }
    }

    fn take_neighbour(&mut self, peer: &PeerName, addresses: Vec<Address>, state: State) {
        if self.neighbours.is_empty() {
            self.begin_supplies();
            self.await_start();
        }
        let mut neighbour = Neighbour::new(mark(peer), addresses, self.now);
        _ = neighbour.update(self.now, Arc::new(state), self.lanes.first());
        self.neighbours.insert(peer.clone(), neighbour);
    }

    pub(super) fn sent_elsewhere(&mut self, peer: &PeerName, contacts: Vec<Contact>) {
        self.learn(contacts);
        self.missed(peer);
        self.cut(peer);
    }

    /// Ends whatever there is with this peer.
    pub(super) fn cut(&mut self, peer: &PeerName) {
        if self.neighbours.remove(peer).is_some() {
            self.lost(peer);
            self.outbox.push_back(Output::Disconnect(peer.clone()));
            self.look_at = self.look_at.min(self.now + LOOK_EVERY);
            (self.find_at, self.find_wait) = (self.now, FIND_AGAIN);
        }
    }

    pub(super) fn state(&self) -> State {
        State {
            have: self.lanes.iter().map(Lane::have).collect(),
            ages: self.lanes.first().map_or([u8::MAX; super::STRIPES], |lane| lane.ages(self.now)),
            free: self.free(),
            spare: self.spare().min(255) as u8,
            wait: self.wait(),
            viewers: self.viewers(),
        }
    }

    pub(super) fn tick_meeting(&mut self) {
        let now = self.now;
        while let Some(late) = self.attempts.iter().find(|attempt| attempt.until <= now) {
            let peer = late.contact.peer.clone();
            if late.joining {
                // Its welcome may be on the way.
                self.send(&peer, Message::Leave);
            }
            self.missed(&peer);
        }
        self.tick_start();
        if self.look_at <= now {
            self.look_at = now + self.dice.around(LOOK_EVERY);
            self.learn_claims();
            self.part();
            self.look();
        }
        // Of whom it has lost just now, it tells all now.
        if self.state_at <= now {
            self.state_at = now + self.dice.around(STATE_EVERY);
            let state = Arc::new(self.state());
            for peer in self.neighbours.keys() {
                self.outbox.push_back(Output::Send(peer.clone(), Message::State(state.clone())));
            }
        }
    }

    /// Parts from neighbours of whom nothing is heard any more, and from those who bring nothing.
    fn part(&mut self) {
        let kin = self.kin();
        let most = |peer: &PeerName| if kin.contains(peer) { KIN_SILENCE } else { SILENCE };
        let is_over = |peer: &PeerName, neighbour: &Neighbour| {
            let lies = neighbour.has_owed && !neighbour.has_brought && self.misdeeds.bars(self.now, peer);
            lies || self.now.since(neighbour.heard) > most(peer)
        };
        let over = self.neighbours.iter().filter(|(peer, neighbour)| is_over(peer, neighbour));
        let over: Vec<PeerName> = over.map(|(peer, _)| peer.clone()).collect();
        for peer in over {
            self.part_from(&peer);
        }
    }

    /// Wants this neighbour no more.
    pub(super) fn part_from(&mut self, peer: &PeerName) {
        self.send(peer, Message::Leave);
        self.cut(peer);
    }

    /// Whether a neighbour has missed its turn to say what it has.
    pub(super) fn is_mute(&self, peer: &PeerName) -> bool {
        self.neighbours.get(peer).is_some_and(|neighbour| self.now.since(neighbour.heard) > MUTE)
    }

    /// Parents and children.
    fn kin(&self) -> BTreeSet<PeerName> {
        let parents = (0..super::STRIPES).filter_map(|stripe| self.parent_of(stripe));
        let children = self.serving.children.iter().flatten().map(|child| &child.peer);
        parents.chain(children).cloned().collect()
    }

    /// Meets others while there are too few neighbours.
    fn look(&mut self) {
        let wanted = if self.is_starved() { MAX_NEIGHBOURS } else { WANTED };
        if self.settings.role == Role::Host || self.neighbours.len() >= wanted {
            return;
        }
        let mut strangers: Vec<&Contact> = self
            .known
            .iter()
            .filter(|known| !self.neighbours.contains_key(&known.peer))
            .filter(|known| !self.misdeeds.bars(self.now, &known.peer))
            .filter(|known| self.attempts.iter().all(|attempt| attempt.contact.peer != known.peer))
            .collect();
        let is_short = strangers.len() < MAX_ATTEMPTS;
        let most = if self.neighbours.len() < FEW { MAX_ATTEMPTS } else { 1 };
        self.dice.some(&mut strangers, most.saturating_sub(self.attempts.len()));
        let strangers: Vec<Contact> = strangers.into_iter().cloned().collect();
        for contact in strangers {
            self.meet(contact);
        }
        if is_short {
            self.find();
        }
    }

    /// Asks for more names: a neighbour, or the directory where there are hardly any.
    fn find(&mut self) {
        if self.neighbours.is_empty() || (self.neighbours.len() < FEW / 2 && self.dice.below(4) == 0) {
            if self.seek_at <= self.now {
                self.seek_at = self.now + SEEK_EVERY;
                self.outbox.push_back(Output::Seek);
            }
            return;
        }
        if self.find_at > self.now {
            return;
        }
        self.find_at = self.now + self.dice.around(self.find_wait);
        self.find_wait = (self.find_wait * 2).min(FIND_AGAIN_AT_MOST);
        let at = self.dice.below(self.neighbours.len());
        if let Some(peer) = self.neighbours.keys().nth(at).cloned() {
            self.send(&peer, Message::Find);
        }
    }

    /// Where somebody can be told to look: this node's neighbours, and whom it knows of.
    pub(super) fn some_contacts(&mut self, except: &PeerName) -> Vec<Contact> {
        let may_be_named =
            |peer: &PeerName, neighbour: &Neighbour| peer != except && !neighbour.addresses.is_empty();
        let named = self.neighbours.iter().filter(|(peer, neighbour)| may_be_named(peer, neighbour));
        let known =
            self.known.iter().filter(|contact| contact.peer != *except && !contact.addresses.is_empty());
        let known = known.filter(|contact| {
            self.neighbours.get(&contact.peer).is_none_or(|neighbour| !may_be_named(&contact.peer, neighbour))
        });
        let mut all: Vec<(&PeerName, &[Address])> = named
            .map(|(peer, neighbour)| (peer, &neighbour.addresses[..]))
            .chain(known.map(|contact| (&contact.peer, &contact.addresses[..])))
            .collect();
        self.dice.some(&mut all, super::MAX_CONTACTS);
        all.into_iter()
            .map(|(peer, addresses)| Contact { peer: peer.clone(), addresses: addresses.to_vec() })
            .collect()
    }

    pub(super) fn meeting_due(&self) -> Time {
        let attempts = self.attempts.iter().map(|attempt| attempt.until).min();
        let first = self.look_at.min(self.state_at);
        attempts.into_iter().chain(self.start_due()).fold(first, Time::min)
    }
}
