//! Whom a node serves, what it knows of them, and where it sends those for whom it has no room.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Contact, MAX_CONTACTS, PeerName, Standing};
use crate::clock::Time;
use crate::invite::Address;

/// A child that got nothing for so long is sent a sign of life: three of them fit into the silence after which a
/// parent is given up.
const ALIVE_EVERY: Duration = Duration::from_millis(250);
/// A child says how it stands three times a second; ten of these missing, and its place is free again.
const SILENCE: Duration = Duration::from_millis(3500);
/// Two of them missing, and its place goes to whoever asks.
const HUSH: Duration = Duration::from_millis(700);
/// How many contacts a joiner gets that is sent elsewhere; more would only be asked at the same time.
const SENT_TO: usize = 4;

/// The children of a node.
#[derive(Default)]
pub(super) struct Children {
    list: BTreeMap<PeerName, Child>,
    /// Moves on with each joiner that is sent elsewhere, so that the tree fills evenly.
    turn: usize,
}

/// One child.
pub(super) struct Child {
    pub(super) addresses: Vec<Address>,
    pub(super) standing: Standing,
    /// When something came from it.
    heard: Time,
    /// When something went to it.
    sent: Time,
    /// What it was told to fall back on.
    pub(super) alternates: Vec<Contact>,
}

impl Child {
    pub(super) fn new(addresses: Vec<Address>, standing: Standing, now: Time) -> Self {
        let mut child = Self { addresses, standing, heard: now, sent: now, alternates: Vec::new() };
        child.update(standing, now);
        child
    }

    /// Takes in what it says, as far as that can be.
    pub(super) fn update(&mut self, standing: Standing, now: Time) {
        self.heard = now;
        self.standing = Standing { viewers: standing.viewers.min(Standing::MOST), ..standing };
        self.standing.places_below = standing.places_below.min(Standing::MOST);
        if self.addresses.is_empty() {
            // Nobody can be sent there.
            (self.standing.places, self.standing.places_below) = (0, 0);
        }
    }
}

impl Children {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn contains(&self, peer: &PeerName) -> bool {
        self.list.contains_key(peer)
    }

    pub(super) fn get_mut(&mut self, peer: &PeerName) -> Option<&mut Child> {
        self.list.get_mut(peer)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&PeerName, &Child)> {
        self.list.iter()
    }

    pub(super) fn names(&self) -> Vec<PeerName> {
        self.list.keys().cloned().collect()
    }

    pub(super) fn insert(&mut self, peer: PeerName, child: Child) {
        self.list.insert(peer, child);
    }

    pub(super) fn remove(&mut self, peer: &PeerName) -> bool {
        self.list.remove(peer).is_some()
    }

    /// Something went to this child.
    pub(super) fn sent(&mut self, peer: &PeerName, now: Time) {
        if let Some(child) = self.list.get_mut(peer) {
            child.sent = now;
        }
    }

    /// Children from whom nothing came for too long.
    pub(super) fn silent(&self, now: Time) -> Vec<PeerName> {
        self.where_due(now, |child| child.heard + SILENCE)
    }

    /// The child of which nothing was heard for longest, if that is long enough to give its place away.
    pub(super) fn hushed(&self, now: Time) -> Option<PeerName> {
        let longest = self.list.iter().min_by_key(|(_, child)| child.heard);
        longest.filter(|(_, child)| child.heard + HUSH <= now).map(|(peer, _)| peer.clone())
    }

    /// Children that need a sign of life.
    pub(super) fn waiting(&self, now: Time) -> Vec<PeerName> {
        self.where_due(now, |child| child.sent + ALIVE_EVERY)
    }

    fn where_due(&self, now: Time, due: impl Fn(&Child) -> Time) -> Vec<PeerName> {
        self.list.iter().filter(|(_, child)| due(child) <= now).map(|(peer, _)| peer.clone()).collect()
    }

    /// When the next of them is silent or, where that counts, waiting.
    pub(super) fn deadline(&self, waiting: bool) -> Option<Time> {
        let alive = |child: &Child| waiting.then_some(child.sent + ALIVE_EVERY);
        self.list.values().flat_map(|child| [Some(child.heard + SILENCE), alive(child)]).flatten().min()
    }

    /// What all children and those below them amount to; the places below this node.
    pub(super) fn total(&self) -> Standing {
        let mut total = Standing::default();
        for Child { standing, .. } in self.list.values() {
            total.viewers = total.viewers.saturating_add(standing.viewers);
            let places = u32::from(standing.places).saturating_add(standing.places_below);
            total.places_below = total.places_below.saturating_add(places);
        }
        total
    }

    /// Where a joiner may find room: children that have some, then those below whom there is some, so that the tree
    /// fills level by level. What is given away counts as taken until the child speaks again.
    pub(super) fn with_room(&mut self, except: &PeerName) -> Vec<Contact> {
        self.turn = self.turn.wrapping_add(1);
        let in_turn = self.in_turn(self.turn, except);
        let (mut here, mut below) = (Vec::new(), Vec::new());
        for (peer, child) in in_turn {
            match child.standing {
                Standing { places: 1.., .. } => here.push(contact(peer, child)),
                Standing { places_below: 1.., .. } => below.push(contact(peer, child)),
                _ => (),
            }
        }
        here.extend(below);
        here.truncate(SENT_TO);
        if let Some(child) = here.first().and_then(|first| self.list.get_mut(&first.peer)) {
            let standing = &mut child.standing;
            match standing.places.checked_sub(1) {
                Some(places) => standing.places = places,
                None => standing.places_below = standing.places_below.saturating_sub(1),
            }
        }
        here
    }

    /// Children that can be reached, room or not, in turn.
    pub(super) fn reachable(&mut self, except: &PeerName) -> Vec<Contact> {
        self.turn = self.turn.wrapping_add(1);
        let in_turn = self.in_turn(self.turn, except);
        in_turn.into_iter().take(SENT_TO).map(|(peer, child)| contact(peer, child)).collect()
    }

    /// A child that has no place for anybody, and nobody below it that has: a leaf, which somebody who brings places
    /// may stand in for.
    pub(super) fn barren(&self) -> Option<PeerName> {
        let barren = |child: &Child| !child.standing.has_room() && child.standing.viewers <= 1;
        self.list.iter().find(|(_, child)| barren(child)).map(|(peer, _)| peer.clone())
    }

    /// The child that matters to the fewest viewers.
    pub(super) fn least(&self) -> Option<PeerName> {
        self.list.iter().min_by_key(|(_, child)| child.standing.viewers).map(|(peer, _)| peer.clone())
    }

    /// Where this child goes if this node fails: up first, then to its neighbours, each child to others, and to the
    /// host last.
    pub(super) fn alternates(
        &self,
        of: &PeerName,
        up: Option<&Contact>,
        host: Option<&Contact>,
    ) -> Vec<Contact> {
        let host = host.filter(|host| up.is_none_or(|up| up.peer != host.peer));
        let before = self.list.range(..of).filter(|(_, child)| !child.addresses.is_empty()).count();
        let siblings = self.in_turn(before, of);
        let mut contacts: Vec<Contact> = up.cloned().into_iter().collect();
        let room = MAX_CONTACTS - contacts.len() - usize::from(host.is_some());
        contacts.extend(siblings.into_iter().take(room).map(|(peer, child)| contact(peer, child)));
        contacts.extend(host.cloned());
        contacts
    }

    /// Children that can be reached, from the one at `start` on.
    fn in_turn(&self, start: usize, except: &PeerName) -> Vec<(&PeerName, &Child)> {
        let reachable =
            self.list.iter().filter(|(peer, child)| *peer != except && !child.addresses.is_empty());
        let mut children: Vec<_> = reachable.collect();
        if !children.is_empty() {
            let start = start % children.len();
            children.rotate_left(start);
        }
        children
    }
}

fn contact(peer: &PeerName, child: &Child) -> Contact {
    Contact { peer: peer.clone(), addresses: child.addresses.clone() }
}
