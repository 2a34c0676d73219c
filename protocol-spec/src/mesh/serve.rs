//! Downward: which stripes a node sends to whom.

use std::time::Duration;

use super::children::{Child, Move};
use super::meet::FEW;
use super::message::{Have, Message};
use super::neighbour::Neighbour;
use super::{Contact, Mesh, Output, PeerName, Place, Role, STRIPES};
use crate::invite::Address;
use crate::limit::BARRING;

/// To how many a node sends one stripe. Each copy makes the next wait; few copies make long ways. Between is the
/// shortest: three.
pub(super) const FAN: usize = 3;
/// How long a child that was sent to somebody else is served on, until it says that it is served there.
const MOVES_WITHIN: Duration = Duration::from_secs(5);
/// How far back a child is sent what it lacks, in milliseconds: a group, mostly. More would hold up what is new.
const BACKLOG_MS: i64 = 2500;
/// Below this a copy takes more than a quarter of a second.
const MIN_SLOTS: u16 = 4;
/// How long an object is, mostly, in milliseconds.
const OBJECT_MS: usize = 100;
/// How long who takes a place has before the one who had it comes to be served.
const BEGINS_WITHIN: Duration = Duration::from_millis(400);
/// After how long a child that gives much more than this node is sent to its parent; twice as long for each further time.
const RAISED_AFTER: Duration = Duration::from_secs(2);
/// How long a child keeps its place at least, but for those of the host of many.
const SETTLED: Duration = Duration::from_secs(1);
/// From how much an upload is busy: nobody more is served, and no hole filled.
const BUSY: Duration = Duration::from_millis(300);
/// From how much it is too small for those that are served.
const OVERLOAD: Duration = Duration::from_secs(1);
/// How often a node that sends more than it can takes one slot back, and how often it tries one more.
const SHRINKS_EVERY: Duration = Duration::from_secs(1);
const GROWS_EVERY: Duration = Duration::from_secs(1);
/// What it weighs to have taken a place and to serve nobody.
const IDLE_PLACE: u32 = BARRING * 3 / 5;
/// How many places a host keeps for those who find none elsewhere, once it has enough neighbours to fill the room
/// without it: one is an eighth of the stream.
const SPARE: usize = 1;
/// How many neighbours that is.
pub(super) const MANY: usize = 12;

impl Mesh {
    /// Spreads the slots over stripes: each stripe to a few, and the rest not at all.
    pub(super) fn lay_out(&mut self) {
        let slots = self.slots_for_stripes();
        let count = slots.div_ceil(FAN).min(STRIPES);
        self.serving.fan = slots.div_ceil(STRIPES).max(FAN);
        let first = self.mark as usize % STRIPES;
        self.serving.own = (0..count).fold(0, |own, step| own | 1 << ((first + step) % STRIPES));
        if self.settings.role == Role::Host {
            (self.serving.own, self.serving.fan) = (u8::MAX, 1);
        }
    }

    /// How many stripes it sends at once: none where each copy would take so long that whoever waits for it is better
    /// served elsewhere. What such a node can send goes to those who miss something.
    pub(super) fn slots_for_stripes(&self) -> usize {
        if self.slots < MIN_SLOTS { 0 } else { usize::from(self.slots) }
    }

    /// How long somebody more would wait for an object, in units of 10 ms: some copies go first, and each takes as long
    /// as the upload says.
    pub(super) fn wait(&self) -> u8 {
        let copy = OBJECT_MS / 10 * STRIPES / usize::from(self.slots.max(1));
        let behind = self.backlog.as_millis() as usize / 10;
        (behind + copy * self.serving.fan.min(FAN) * 2 / 3).min(255) as u8
    }

    /// To how many more this stripe could be sent.
    pub(super) fn room(&self, stripe: usize) -> usize {
        if self.serving.own >> stripe & 1 == 0 || self.way_of(stripe).is_none() || self.is_busy() {
            return 0;
        }
        let left = self.slots_for_stripes().saturating_sub(self.serving.used());
        left.min(self.serving.fan.saturating_sub(self.takers(stripe)))
    }

    /// How many places of a stripe are taken: at the host of many, those who don't pass it on take none.
    fn takers(&self, stripe: usize) -> usize {
        let children = self.serving.of(stripe);
        if self.is_host_of_many() {
            children.iter().filter(|child| child.gives > 0 && !self.is_silent(&child.peer)).count()
        } else {
            children.len()
        }
    }

    /// How many watch here and below. Everybody is below one parent in a stripe, so the first tells of all.
    pub(super) fn viewers(&self) -> u32 {
        let here = u32::from(self.settings.role == Role::Viewer);
        self.serving.of(0).iter().fold(here, |sum, child| sum.saturating_add(self.below(&child.peer)))
    }

    /// How many watch at this child's and below it; none where it is not sent the first stripe.
    pub(super) fn below(&self, child: &PeerName) -> u32 {
        let is_counted = self.serving.serves(0, child);
        let said = self.neighbours.get(child).filter(|_| is_counted);
        said.map_or(0, |neighbour| neighbour.state.viewers)
    }

    /// What a parent has of sending this node the stripe: how many stripes it sends at once, if this one is among them.
    pub(super) fn gives(&self, stripe: usize) -> u8 {
        let left = self.slots_for_stripes().saturating_sub(self.serving.used());
        let serves = left > 0 || !self.serving.of(stripe).is_empty();
        if self.serving.own >> stripe & 1 == 0 || self.settings.addresses.is_empty() || !serves {
            return 0;
        }
        self.slots.min(255) as u8
    }

    /// Stripes with room, one bit each.
    pub(super) fn free(&self) -> u8 {
        (0..STRIPES).filter(|stripe| self.room(*stripe) > 0).fold(0, |free, stripe| free | 1 << stripe)
    }

    /// Places for those who find none elsewhere.
    pub(super) fn spare(&self) -> usize {
        let most = if self.is_busy() { 0 } else { self.slots_for_stripes().min(self.most_places()) };
        most.saturating_sub(self.serving.used())
    }

    /// A host that others can fill the room for keeps to a copy of each stripe, and little more.
    fn most_places(&self) -> usize {
        if self.is_host_of_many() { STRIPES + SPARE } else { usize::MAX }
    }

    /// Whether it is a host whom others help to fill the room.
    pub(super) fn is_host_of_many(&self) -> bool {
        self.settings.role == Role::Host && self.neighbours.len() > MANY
    }

    /// Sends away one of those who came while the room was small, and whom others can serve by now.
    pub(super) fn thin_out(&mut self) {
        let moving = self.serving.children.iter().flatten().filter(|child| child.moved.is_some()).count();
        if self.serving.used() <= self.most_places().saturating_add(moving) {
            return;
        }
        let crowded = (0..STRIPES).max_by_key(|stripe| self.serving.of(*stripe).len());
        let last = crowded.and_then(|stripe| Some((stripe, self.serving.of(stripe).last()?.peer.clone())));
        if let Some((stripe, peer)) = last {
            self.dismiss(stripe, &peer);
        }
    }

    pub(super) fn asked(&mut self, peer: &PeerName, stripe: usize, have: &[Have], gives: u8, in_need: bool) {
        let number = stripe as u8;
        let Some(neighbour) = self.neighbours.get(peer) else {
            self.send(peer, Message::No { stripe: number });
            return;
        };
        let mark = neighbour.mark;
        let way = self.way_of(stripe);
        let has_way = way.is_some_and(|way| !way.contains(&mark));
        if !has_way || self.misdeeds.bars(self.now, peer) {
            self.send(peer, Message::No { stripe: number });
            return;
        }
        if let Some(child) = self.serving.get_mut(stripe, peer) {
            child.gives = gives;
            if let Some(Move { taker, .. }) = child.moved.take_if(|moved| moved.told) {
                // Whoever took its place sends it nothing.
                self.misdeeds.add(self.now, &taker, IDLE_PLACE);
                self.dismiss(stripe, &taker);
            }
            self.accept(peer, stripe, have);
            return;
        }
        // The only copy of a stripe is for who passes it on.
        let may_have_room = gives > 0 || !self.is_host_of_many();
        let taken = (may_have_room && self.room(stripe) > 0)
            || self.displace(peer, stripe, gives)
            || (in_need && self.spare() > 0);
        if taken {
            self.serving.insert(
                stripe,
                Child {
                    peer: peer.clone(),
                    gives,
                    since: self.now,
                    moved: None,
                    raised: self.now + RAISED_AFTER,
                    raise_every: RAISED_AFTER,
                },
            );
            self.accept(peer, stripe, have);
        } else {
            self.send(peer, Message::No { stripe: number });
        }
    }

    fn accept(&mut self, peer: &PeerName, stripe: usize, have: &[Have]) {
        let path = self.way_of(stripe).unwrap_or_default();
        self.send(peer, Message::Yes { stripe: stripe as u8, path });
        for lane in &self.lanes {
            let theirs = have.iter().find(|have| have.lane == lane.number);
            let oldest = lane.back(BACKLOG_MS);
            let from = match (theirs, lane.group()) {
                // All that it missed, where few others could bring it; nothing from before it began to watch.
                (Some(theirs), _) if self.neighbours.len() < FEW => theirs.oldest().max(oldest),
                // From the start of the group, where that is not long ago.
                (_, Some(group)) if group >= oldest => group,
                _ => (lane.newest() + 1).saturating_sub(STRIPES as u64),
            };
            for sequence in from..=lane.newest() {
                let place = Place { lane: lane.number, sequence };
                let known = theirs.is_some_and(|have| have.has(sequence));
                if place.stripe() == stripe && lane.has(sequence) && !known {
                    self.outbox.push_back(Output::Push(peer.clone(), place));
                }
            }
        }
    }

    /// Somebody who gives the stripe on takes the place of who gives much less, who is sent there.
    fn displace(&mut self, peer: &PeerName, stripe: usize, gives: u8) -> bool {
        let can_be_named = self.neighbours.get(peer).is_some_and(|neighbour| !neighbour.addresses.is_empty());
        if gives == 0 || !can_be_named {
            return false;
        }
        let now = self.now;
        // Everybody stands behind the host's child: where one is lost, better ones follow the first who asks.
        let settled = if self.is_host_of_many() { Duration::ZERO } else { SETTLED };
        let least = self.serving.children[stripe].iter_mut().rev().find(|child| {
            child.gives <= gives / 2 && child.moved.is_none() && now.since(child.since) >= settled
        });
        let Some(least) = least else { return false };
        least.moved = Some(Move { taker: peer.clone(), since: now, told: false });
        true
    }

    /// Tells those whose places are taken where to go, once the takers have had time to begin.
    fn tell_moves(&mut self, stripe: usize) {
        for child in &mut self.serving.children[stripe] {
            let Some(moved) = child.moved.as_mut().filter(|moved| !moved.told) else { continue };
            if self.now.since(moved.since) < BEGINS_WITHIN {
                continue;
            }
            moved.told = true;
            match self.neighbours.get(&moved.taker) {
                Some(taker) => {
                    let to = taker.contact(&moved.taker);
                    let message = Message::Moved { stripe: stripe as u8, to };
                    self.outbox.push_back(Output::Send(child.peer.clone(), message));
                }
                None => child.moved = None,
            }
        }
    }

    /// Sends somebody this stripe no more, and says so.
    pub(super) fn dismiss(&mut self, stripe: usize, peer: &PeerName) {
        if self.serving.remove(stripe, peer) {
            self.send(peer, Message::No { stripe: stripe as u8 });
        }
    }

    /// An object for those who are sent its stripe.
    pub(super) fn pass_on(&mut self, from: Option<&PeerName>, place: Place) {
        for child in &self.serving.children[place.stripe()] {
            if from != Some(&child.peer) {
                self.outbox.push_back(Output::Push(child.peer.clone(), place));
            }
        }
    }

    /// This node looks for these objects itself: those who wait for it to send them are told so.
    pub(super) fn excuse(&mut self, lane: u8, stripe: usize, sequence: u64) {
        for child in &self.serving.children[stripe] {
            let message = Message::Lack { lane, sequences: vec![sequence] };
            self.outbox.push_back(Output::Send(child.peer.clone(), message));
        }
    }

    /// The way of a stripe has changed: its children are told.
    pub(super) fn tell_way(&mut self, stripe: usize) {
        let Some(path) = self.way_of(stripe) else { return };
        for child in &self.serving.children[stripe] {
            let message = Message::Yes { stripe: stripe as u8, path: path.clone() };
            self.outbox.push_back(Output::Send(child.peer.clone(), message));
        }
    }

    /// Children who were sent elsewhere and have said nothing since are served there.
    pub(super) fn tick_serving(&mut self) {
        let now = self.now;
        if self.backlog > OVERLOAD {
            self.overloaded();
        } else if self.slots < self.settings.slots && now.since(self.slots_at) >= GROWS_EVERY {
            self.slots += 1;
            self.slots_at = now;
        }
        for stripe in 0..STRIPES {
            self.raise(stripe);
            self.tell_moves(stripe);
            let over = |child: &Child| {
                child.moved.as_ref().is_some_and(|moved| now.since(moved.since) > MOVES_WITHIN)
            };
            while let Some(child) = self.serving.children[stripe].iter().find(|child| over(child)) {
                let peer = child.peer.clone();
                self.dismiss(stripe, &peer);
            }
        }
    }

    /// Whether what is sent now would wait for what was sent before.
    pub(super) fn is_busy(&self) -> bool {
        self.backlog > BUSY
    }

    /// More waited for a child than could be sent: this node sends less from now on, and tries again later.
    pub(super) fn overloaded(&mut self) {
        if self.now.since(self.slots_at) >= SHRINKS_EVERY && self.slots > 0 {
            self.slots -= 1;
            self.slots_at = self.now;
            self.shed();
        }
    }

    /// Who gives much more than this node belongs nearer to the host: it is sent to this node's own parent, which sends
    /// somebody who gives less to it in turn.
    fn raise(&mut self, stripe: usize) {
        let (now, here) = (self.now, self.gives(stripe).max(1));
        let child = self.serving.children[stripe]
            .iter_mut()
            .find(|child| child.gives / 2 >= here && child.moved.is_none() && child.raised <= now);
        let Some(child) = child else { return };
        let Some(parent) = self.supplies[stripe].parent_name() else { return };
        let Some(neighbour) = self.neighbours.get(parent).filter(|parent| !parent.addresses.is_empty())
        else {
            return;
        };
        // Where it finds no place, it stays, and there may be one later.
        child.raise_every *= 2;
        child.raised = now + child.raise_every;
        let (peer, to) = (child.peer.clone(), neighbour.contact(parent));
        self.send(&peer, Message::Moved { stripe: stripe as u8, to });
    }

    pub(super) fn set_slots(&mut self, slots: u16) {
        if self.settings.slots == slots {
            return;
        }
        (self.settings.slots, self.slots) = (slots, slots);
        self.lay_out();
        self.shed();
    }

    /// Sends away who is too many, those first behind whom nobody waits.
    pub(super) fn shed(&mut self) {
        while self.serving.used() > usize::from(self.slots) {
            let last = self.serving.children.iter().enumerate().filter_map(|(stripe, list)| {
                list.last().map(|child| (child.gives, std::cmp::Reverse(list.len()), stripe))
            });
            let Some((_, _, stripe)) = last.min() else { return };
            let Some(child) = self.serving.children[stripe].last() else { return };
            let peer = child.peer.clone();
            self.dismiss(stripe, &peer);
        }
    }

    /// Where a child can be told to look: this node's neighbours.
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
}
