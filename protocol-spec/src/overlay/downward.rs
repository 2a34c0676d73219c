//! A node and its children: taken, kept up to date, sent elsewhere.

use std::time::Duration;

use super::children::Child;
use super::{Contact, MAX_CHILDREN, MAX_PATH, Message, Output, Overlay, PeerName, Role, Standing, Way};
use crate::clock::Time;
use crate::invite::Address;

/// The shortest time between two rounds of news about where to fall back: in a room that fills, somebody comes
/// with every look.
const NEWS_EVERY: Duration = Duration::from_secs(1);

impl Overlay {
    /// Somebody asks to be a child, or a child has other addresses.
    pub(super) fn asked(&mut self, peer: &PeerName, addresses: Vec<Address>, standing: Standing) {
        if self.misdeeds.bars(self.now, peer) {
            return;
        }
        let mut child = Child::new(addresses, standing, self.now);
        if self.children.contains(peer) {
            child.alternates = self.alternates_of(peer);
            self.children.insert(peer.clone(), child);
            self.alternates_changed();
            self.welcome(peer);
            return;
        }
        // Who stands on the way from the host can't come below this node. Where there is no way, nobody can, not
        // even while the children don't know it yet.
        if self.told.contains(peer) || self.told.is_empty() || !self.has_way() {
            self.send(peer, Message::Full);
            return;
        }
        if self.children.len() >= usize::from(self.settings.capacity) && !self.make_room(peer, &child) {
            return;
        }
        self.children.insert(peer.clone(), child);
        self.push(Output::Serve(peer.clone()));
        self.welcome(peer);
        self.alternates_changed();
    }

    /// Finds room for a joiner: mostly elsewhere, and then it is told so.
    ///
    /// Where nobody below has a place left, every branch ends in somebody who can serve nobody. One who can stands in
    /// for one of those, so that a full tree grows instead of staying closed.
    ///
    /// The first to go is one that may be dead: who asks is its child, most of the time.
    fn make_room(&mut self, peer: &PeerName, child: &Child) -> bool {
        if let Some(hushed) = self.children.hushed(self.now) {
            let joiner = Contact { peer: peer.clone(), addresses: child.addresses.clone() };
            self.dismiss(&hushed, Message::Elsewhere { contacts: vec![joiner] });
            return true;
        }
        let contacts = self.children.with_room(peer);
        if !contacts.is_empty() {
            self.send(peer, Message::Elsewhere { contacts });
            return false;
        }
        if !child.standing.has_room() {
            self.send(peer, Message::Full);
            return false;
        }
        if let Some(leaf) = self.children.barren() {
            let joiner = Contact { peer: peer.clone(), addresses: child.addresses.clone() };
            self.dismiss(&leaf, Message::Elsewhere { contacts: vec![joiner] });
            return true;
        }
        let contacts = self.children.reachable(peer);
        let answer = if contacts.is_empty() { Message::Full } else { Message::Elsewhere { contacts } };
        self.send(peer, answer);
        false
    }

    fn welcome(&mut self, peer: &PeerName) {
        let alternates = self.alternates_of(peer);
        if let Some(child) = self.children.get_mut(peer) {
            child.alternates.clone_from(&alternates);
        }
        let addresses = self.settings.addresses.clone();
        let path = self.told.clone();
        self.tell(peer, Message::Welcome { addresses, path, alternates });
    }

    /// A child says how it stands. Somebody else believes to be one: it is told.
    pub(super) fn reported(&mut self, peer: &PeerName, standing: Standing) {
        let now = self.now;
        match self.children.get_mut(peer) {
            Some(child) => child.update(standing, now),
            None => self.send(peer, Message::Leave),
        }
    }

    /// Serves this child no more, and tells it why.
    pub(super) fn dismiss(&mut self, peer: &PeerName, message: Message) {
        self.send(peer, message);
        self.lose_child(peer);
    }

    /// Forgets this child, where it is one.
    pub(super) fn lose_child(&mut self, peer: &PeerName) {
        if self.children.remove(peer) {
            self.push(Output::Drop(peer.clone()));
            self.release(peer);
            self.alternates_changed();
        }
    }

    pub(super) fn set_capacity(&mut self, capacity: u16) {
        self.settings.capacity = capacity.min(MAX_CHILDREN);
        while self.children.len() > usize::from(self.settings.capacity) {
            let Some(least) = self.children.least() else { return };
            let contacts = self.children.with_room(&least);
            self.dismiss(&least, Message::Elsewhere { contacts });
        }
    }

    pub(super) fn set_addresses(&mut self, addresses: Vec<Address>) {
        if self.settings.addresses == addresses {
            return;
        }
        self.settings.addresses = addresses;
        self.settings.addresses.truncate(super::MAX_ADDRESSES);
        if let Way::Parent(parent) = &self.way {
            let (peer, join) = (parent.contact.peer.clone(), self.join());
            self.send(&peer, join);
        }
        for child in self.children.names() {
            self.welcome(&child);
        }
    }

    /// What this node and those below it amount to.
    pub(super) fn standing(&self) -> Standing {
        let total = self.children.total();
        let here = u32::from(self.settings.role == Role::Viewer);
        let free = usize::from(self.settings.capacity).saturating_sub(self.children.len());
        let can_be_named = !self.settings.addresses.is_empty();
        let has_depth = self.path().is_none_or(|path| path.len() <= MAX_PATH);
        Standing {
            viewers: total.viewers.saturating_add(here),
            places: if can_be_named && has_depth { free as u16 } else { 0 },
            places_below: total.places_below,
        }
    }

    /// Whether there is a way from the host to this node.
    fn has_way(&self) -> bool {
        match &self.way {
            Way::Host => true,
            Way::Parent(parent) => parent.waits.is_none(),
            Way::Search(_) | Way::Left => false,
        }
    }

    /// The way from the host to this node, both included, where there is one.
    pub(super) fn path(&self) -> Option<Vec<PeerName>> {
        let me = self.settings.me.clone();
        match &self.way {
            Way::Host => Some(vec![me]),
            Way::Parent(parent) if parent.waits.is_none() => {
                Some(parent.path.iter().cloned().chain([me]).collect())
            }
            Way::Parent(_) | Way::Search(_) | Way::Left => None,
        }
    }

    /// Tells the children the way, where it is another than they know. One that is too long is none.
    pub(super) fn tell_path(&mut self) {
        let path = self.path().filter(|path| path.len() <= MAX_PATH).unwrap_or_default();
        if self.told != path || self.told_to_wait {
            self.tell_this_path(path);
        }
    }

    /// Tells the children that there is no way any more, and that it is for them to find another.
    pub(super) fn tell_no_way(&mut self) {
        if !self.told.is_empty() {
            self.tell_this_path(Vec::new());
        }
    }

    /// Tells the children that a way is looked for: until then nobody may be taken below them, or an orphan could come
    /// to stand below itself.
    pub(super) fn tell_wait(&mut self) {
        if !std::mem::replace(&mut self.told_to_wait, true) {
            for child in self.children.names() {
                self.tell(&child, Message::Wait);
            }
        }
    }

    fn tell_this_path(&mut self, path: Vec<PeerName>) {
        (self.told, self.told_to_wait) = (path, false);
        for child in self.children.names() {
            let path = self.told.clone();
            self.tell(&child, Message::Path { path });
        }
    }

    /// The children may have to fall back on others than they know; they are told soon.
    pub(super) fn alternates_changed(&mut self) {
        self.news_at.get_or_insert(self.last_news + NEWS_EVERY);
    }

    fn alternates_of(&self, child: &PeerName) -> Vec<Contact> {
        let (up, host) = match &self.way {
            Way::Parent(parent) => {
                let up = Some(&parent.contact).filter(|contact| !contact.addresses.is_empty());
                (up, parent.host())
            }
            Way::Host | Way::Search(_) | Way::Left => (None, None),
        };
        self.children.alternates(child, up, host)
    }

    pub(super) fn tick_downward(&mut self) {
        let now = self.now;
        for child in self.children.silent(now) {
            self.dismiss(&child, Message::Leave);
        }
        // Who has told them that there is no way has nothing to add.
        if !self.told.is_empty() {
            for child in self.children.waiting(now) {
                self.tell(&child, Message::Alive);
            }
        }
        // Who looks for a parent has better things to say when it has found one.
        if self.has_way() && self.news_at.is_some_and(|at| at <= now) {
            (self.news_at, self.last_news) = (None, now);
            for child in self.children.names() {
                let contacts = self.alternates_of(&child);
                let Some(known) = self.children.get_mut(&child) else { continue };
                if known.alternates != contacts {
                    known.alternates.clone_from(&contacts);
                    self.tell(&child, Message::Alternates { contacts });
                }
            }
        }
    }

    pub(super) fn downward_deadline(&self) -> Option<Time> {
        let waits = !self.told.is_empty();
        let news_at = self.news_at.filter(|_| self.has_way());
        self.children.deadline(waits).into_iter().chain(news_at).min()
    }

    /// Sends to a child, which is a sign of life as well.
    fn tell(&mut self, child: &PeerName, message: Message) {
        self.children.sent(child, self.now);
        self.send(child, message);
    }
}
