//! A node and its parent: found, listened to, lost.

use std::time::Duration;

use super::search::{Attempt, Search, Stage, Step, Trust};
use super::{Contact, Message, Output, Overlay, PeerName, Way};
use crate::clock::Time;
use crate::invite::Address;

/// A parent from whom nothing came for so long is given up: three signs of life are missing then, and more than half
/// of the two seconds is left in which the picture has to be back.
const SILENCE: Duration = Duration::from_millis(800);
/// How often a parent is told how this part of the tree stands. Between two reports fits the time in which an orphan
/// finds out that its parent is gone, so that it finds that parent's place free.
const REPORT_EVERY: Duration = Duration::from_millis(300);
/// How long the children of a node that looks for a parent wait with it. Mostly it has found one by then, and the tree
/// below it has stayed whole.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a parent may have nothing to send, from when it says that it looks for a way: long enough to find one, to
/// find that whoever is there keeps media back, and to find another. No longer, so that waiting is no excuse for good.
const EXCUSED: Duration = Duration::from_secs(10);
/// How long a new way may bring nothing.
const NEW_WAY: Duration = Duration::from_secs(2);
/// How much longer for each hop on the way: whoever is next to the one at fault must be the first to lose patience, or
/// honest nodes are left for what happens above them.
const PER_HOP: Duration = Duration::from_millis(500);
/// The most contacts from outside that are kept.
const MAX_KNOWN: usize = 16;

/// Whom a node takes media from.
pub(super) struct Parent {
    /// With the addresses under which it may be named to others.
    pub(super) contact: Contact,
    /// From the host to the parent.
    pub(super) path: Vec<PeerName>,
    /// Since when the parent looks for a way itself, if it does.
    pub(super) waits: Option<Time>,
    /// When it first said so since its last object.
    waited: Option<Time>,
    /// When it found the way that it has.
    found: Time,
    pub(super) alternates: Vec<Contact>,
    heard: Time,
    report_at: Time,
}

impl Parent {
    pub(super) fn heard(&mut self, now: Time) {
        self.heard = now;
    }

    /// The host, where it may be named to others.
    pub(super) fn host(&self) -> Option<&Contact> {
        let host = self.path.first()?;
        let contact = self.alternates.iter().chain([&self.contact]).find(|contact| contact.peer == *host)?;
        (!contact.addresses.is_empty()).then_some(contact)
    }

    fn is_excused(&self, now: Time) -> bool {
        let tries = self.waits.is_some() || now.since(self.found) < NEW_WAY + self.further();
        tries && self.waited.is_some_and(|waited| now.since(waited) < EXCUSED)
    }

    /// How much longer this node is patient than one that is next to the host.
    fn further(&self) -> Duration {
        PER_HOP * self.path.len() as u32
    }

    /// When it has given no sign of life for too long, or has looked for a way for too long.
    fn is_lost_at(&self) -> Time {
        let silent = self.heard + SILENCE;
        self.waits.map_or(silent, |waits| silent.min(waits + EXCUSED + self.further()))
    }

    fn deadline(&self) -> Time {
        self.is_lost_at().min(self.report_at)
    }
}

impl Overlay {
    pub(super) fn take_contacts(&mut self, contacts: Vec<Contact>) {
        let mut known: Vec<Contact> = Vec::new();
        for contact in contacts.into_iter().chain(std::mem::take(&mut self.known)) {
            let is_new = known.iter().all(|other| other.peer != contact.peer);
            if known.len() < MAX_KNOWN && is_new && contact.peer != self.settings.me {
                known.push(contact);
            }
        }
        self.known = known;
        if let Way::Search(search) = &mut self.way {
            search.offer(self.known.iter().cloned());
        }
    }

    pub(super) fn connected(&mut self, peer: &PeerName) {
        let now = self.now;
        if let Way::Search(search) = &mut self.way
            && search.connected(now, peer)
        {
            let join = self.join();
            self.send(peer, join);
        }
    }

    /// What asks a parent, and tells it where this node can be reached.
    pub(super) fn join(&self) -> Message {
        Message::Join { addresses: self.settings.addresses.clone(), standing: self.standing() }
    }

    /// This attempt, if it is one, has failed; whoever it was is not told.
    pub(super) fn attempt_failed(&mut self, peer: &PeerName) -> bool {
        let Way::Search(search) = &mut self.way else { return false };
        let failed = search.end(peer).is_some();
        if failed {
            self.release(peer);
        }
        failed
    }

    pub(super) fn welcomed(
        &mut self,
        peer: &PeerName,
        addresses: Vec<Address>,
        path: Vec<PeerName>,
        alternates: Vec<Contact>,
    ) {
        if self.parent_is(peer) {
            let Way::Parent(parent) = &mut self.way else { return };
            parent.contact.addresses = addresses;
            parent.alternates = alternates;
            // The same way again is no word that the parent, which looks for one, has found it.
            let is_news = parent.path != path;
            self.alternates_changed();
            if is_news {
                self.path_changed(peer, path);
            }
            return;
        }
        let asked = matches!(&self.way, Way::Search(search) if search.is_joining(peer));
        if !asked {
            // An answer to somebody who has found another parent in the meantime. A child can't be meant.
            if !self.children.contains(peer) {
                self.send(peer, Message::Leave);
            }
            return;
        }
        if !self.is_way(peer, &path) {
            self.send(peer, Message::Leave);
            self.attempt_failed(peer);
            return;
        }
        let parent = Parent {
            contact: Contact { peer: peer.clone(), addresses },
            path,
            waits: None,
            waited: None,
            found: self.now,
            alternates,
            heard: self.now,
            report_at: self.now + REPORT_EVERY,
        };
        if let Way::Search(search) = std::mem::replace(&mut self.way, Way::Parent(parent)) {
            let others = search.into_attempts();
            others.iter().filter(|other| other.contact.peer != *peer).for_each(|other| self.abandon(other));
        }
        self.push(Output::Follow(peer.clone()));
        self.tell_path();
        self.alternates_changed();
    }

    /// Whether this may be the way to a parent: it ends there, and does not lead through this node.
    /// Whether this is the host, as far as the way to it says.
    pub(super) fn is_host(&self, peer: &PeerName) -> bool {
        matches!(&self.way, Way::Parent(parent) if parent.path.first() == Some(peer))
    }

    fn is_way(&self, parent: &PeerName, path: &[PeerName]) -> bool {
        path.last() == Some(parent) && !path.contains(&self.settings.me)
    }

    /// The parent has another way to the host, or none.
    pub(super) fn path_changed(&mut self, peer: &PeerName, path: Vec<PeerName>) {
        let fits = self.is_way(peer, &path);
        let Way::Parent(parent) = &mut self.way else { return };
        if parent.contact.peer != *peer {
            return;
        }
        if !fits {
            // A loop, or an end that leads nowhere.
            self.lose_parent(Farewell::Leave, Vec::new());
        } else if parent.path != path || parent.waits.is_some() {
            (parent.path, parent.waits, parent.found) = (path, None, self.now);
            self.tell_path();
            self.alternates_changed();
        }
    }

    /// Gives up the parent, and looks for another: where it was sent, then where the parent said, then whom else it
    /// knows.
    pub(super) fn lose_parent(&mut self, farewell: Farewell, sent_to: Vec<Contact>) {
        let give_up = (self.children.len() > 0).then_some(self.now + PATIENCE);
        let Way::Parent(parent) = &mut self.way else { return };
        let (peer, alternates) = (parent.contact.peer.clone(), std::mem::take(&mut parent.alternates));
        let mut search = Search::new(alternates.clone(), Some(peer.clone()), give_up);
        search.offer(sent_to.into_iter().chain(alternates).chain(self.known.iter().cloned()));
        self.way = Way::Search(search);
        self.push(Output::Unfollow(peer.clone()));
        if farewell == Farewell::Leave {
            self.send(&peer, Message::Leave);
        }
        self.release(&peer);
        self.tell_wait();
    }

    /// The parent looks for a way. Whoever joined below this node in the meantime could be that parent itself.
    pub(super) fn parent_waits(&mut self, peer: &PeerName) {
        if let Way::Parent(parent) = &mut self.way
            && parent.contact.peer == *peer
            && parent.waits.is_none()
        {
            parent.waits = Some(self.now);
            parent.waited.get_or_insert(self.now);
            self.tell_wait();
        }
    }

    /// A new object came from this peer.
    pub(super) fn parent_delivers(&mut self, peer: &PeerName) {
        if let Way::Parent(parent) = &mut self.way
            && parent.contact.peer == *peer
        {
            parent.waited = None;
        }
    }

    /// Whether this is the parent, and has said a moment ago why nothing comes from it.
    pub(super) fn is_excused(&self, peer: &PeerName) -> bool {
        matches!(&self.way, Way::Parent(parent) if parent.contact.peer == *peer && parent.is_excused(self.now))
    }

    /// Ends an attempt from this side.
    pub(super) fn abandon(&mut self, attempt: &Attempt) {
        if attempt.stage == Stage::Joining {
            // Its welcome may be on the way.
            self.send(&attempt.contact.peer, Message::Leave);
        }
        self.release(&attempt.contact.peer);
    }

    pub(super) fn tick_upward(&mut self) {
        let now = self.now;
        if let Way::Parent(parent) = &mut self.way {
            if parent.is_lost_at() <= now {
                self.lose_parent(Farewell::Leave, Vec::new());
            } else if parent.report_at <= now {
                parent.report_at = now + REPORT_EVERY;
                let peer = parent.contact.peer.clone();
                let standing = self.standing();
                self.send(&peer, Message::Standing(standing));
            }
        }
        self.tick_search();
    }

    fn tick_search(&mut self) {
        loop {
            let now = self.now;
            let Way::Search(search) = &mut self.way else { return };
            if search.give_up.take_if(|at| *at <= now).is_some() {
                self.tell_no_way();
                continue;
            }
            let (me, children, misdeeds) = (&self.settings.me, &self.children, &self.misdeeds);
            let trust = |peer: &PeerName| match peer {
                _ if peer == me || children.contains(peer) || misdeeds.bars(now, peer) => Trust::None,
                _ if misdeeds.suspects(now, peer) => Trust::Some,
                _ => Trust::Full,
            };
            match search.step(now, &mut self.dice, trust) {
                Step::Connect(contact) => self.push(Output::Connect(contact)),
                Step::Abandon(attempt) => self.abandon(&attempt),
                Step::Round => {
                    let alternates = search.alternates.clone();
                    search.offer(alternates.into_iter().chain(self.known.iter().cloned()));
                }
                Step::Seek => self.push(Output::Seek),
                Step::Wait => return,
            }
        }
    }

    pub(super) fn upward_deadline(&self) -> Option<Time> {
        match &self.way {
            Way::Parent(parent) => Some(parent.deadline()),
            Way::Search(search) => search.deadline(),
            Way::Host | Way::Left => None,
        }
    }

    pub(super) fn parent_is(&self, peer: &PeerName) -> bool {
        matches!(&self.way, Way::Parent(parent) if parent.contact.peer == *peer)
    }
}

/// Whether a parent that is given up is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Farewell {
    Leave,
    /// It knows, or can't be told.
    None,
}
