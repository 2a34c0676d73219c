//! Downward: which stripes a node sends to whom.

use std::time::Duration;

use super::children::{Child, Move};
use super::meet::FEW;
use super::message::{Have, Message};
use super::{Mesh, Output, PeerName, Place, Role, STRIPES};
use crate::limit::BARRING;

/// How long a child that was sent to somebody else is served on, until it says that it is served there.
const MOVES_WITHIN: Duration = Duration::from_secs(5);
/// How far back a child is sent what it lacks, in milliseconds, where few others could bring it: a group, mostly.
const BACKLOG_MS: i64 = 2500;
/// The same where there are many: what is older would hold up what is new.
const BACKLOG_OF_MANY_MS: i64 = 1000;
/// How long who takes a place has before the one who had it comes to be served.
const BEGINS_WITHIN: Duration = Duration::from_millis(400);
/// After how long a child that gives much more than this node is sent to its parent; twice as long for each further time.
const RAISED_AFTER: Duration = Duration::from_secs(2);
/// How long a child keeps its place at least, but for those of the host of many.
const SETTLED: Duration = Duration::from_secs(1);
/// What it weighs to have taken a place and to serve nobody.
const IDLE_PLACE: u32 = BARRING * 3 / 5;
/// With more neighbours than so many, others fill the room for a host.
pub(super) const MANY: usize = 12;
/// How many stripes one child of such a host may have before each of them counts for less.
const COPIES_OF_ONE: usize = 2;

impl Mesh {
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
            // Few others could bring it, or nobody at all: it is the only one to whom the host sends this stripe.
            let is_scarce =
                self.neighbours.len() < FEW || (self.settings.role == Role::Host && self.takers(stripe) <= 1);
            let oldest = lane.back(if is_scarce { BACKLOG_MS } else { BACKLOG_OF_MANY_MS });
            let from = match (theirs, lane.group()) {
                // All that it missed; nothing from before it began to watch.
                (Some(theirs), _) if is_scarce => theirs.oldest().max(oldest),
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
        let most = self.worth(gives, self.serving.stripes_of(peer) + 1) / 2;
        let least = self.serving.of(stripe).iter().rposition(|child| {
            self.worth(child.gives, self.serving.stripes_of(&child.peer)) <= most
                && child.moved.is_none()
                && now.since(child.since) >= settled
        });
        let Some(least) = least else { return false };
        self.serving.children[stripe][least].moved =
            Some(Move { taker: peer.clone(), since: now, told: false });
        true
    }

    /// What it is worth to send somebody who gives so much so many stripes: at the host of many less for each stripe above
    /// two, for whoever is lost takes all that it had along.
    fn worth(&self, gives: u8, stripes: usize) -> usize {
        let shared = if self.is_host_of_many() { stripes.max(COPIES_OF_ONE) } else { COPIES_OF_ONE };
        usize::from(gives) * COPIES_OF_ONE / shared
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

    /// The way of a stripe has changed: its children are told. Where it has become too long to be told they are sent away,
    /// for it may lead round through them.
    pub(super) fn tell_way(&mut self, stripe: usize) {
        let children: Vec<PeerName> =
            self.serving.children[stripe].iter().map(|child| child.peer.clone()).collect();
        let way = self.way_of(stripe);
        for peer in children {
            match way.clone() {
                Some(path) => self.send(&peer, Message::Yes { stripe: stripe as u8, path }),
                None => self.dismiss(stripe, &peer),
            }
        }
    }

    /// Children who were sent elsewhere and have said nothing since are served there.
    pub(super) fn tick_serving(&mut self) {
        let now = self.now;
        self.tick_slots();
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
}
