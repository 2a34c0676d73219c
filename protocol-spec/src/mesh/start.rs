//! The first picture: a newcomer asks for the start of the newest group, so that there is something to see while parents are found.

use std::time::Duration;

use super::lane::Lane;
use super::message::{Have, Message};
use super::neighbour::Neighbour;
use super::{Mesh, Output, PeerName, Place, Role};
use crate::clock::Time;

/// Of how many a newcomer asks the start of a group as it meets them: one alone may be slow.
const ASKED: u8 = 2;
/// How long the start of a group may take before somebody else is asked.
const WITHIN: Duration = Duration::from_millis(400);
/// For how long somebody gets the rest of it as it comes here, and how many do at a time.
const COMES_WITHIN: Duration = Duration::from_millis(800);
const MAX_TAKERS: usize = 8;

/// How far a node is with its first picture, and who gets theirs from it.
#[derive(Debug, Default)]
pub(super) struct Start {
    /// How many of those whom it met first it has asked.
    asked: u8,
    /// Whether it has come: watching begins with it.
    is_here: bool,
    /// When somebody else is asked.
    at: Time,
    /// Who gets it as it comes here, and until when.
    takers: Vec<(PeerName, Time)>,
}

impl Mesh {
    /// Whether this one of those whom it meets first is asked.
    pub(super) fn asks_start(&mut self) -> bool {
        let asks = self.lanes.is_empty() && self.start.asked < ASKED && self.settings.role != Role::Host;
        self.start.asked += u8::from(asks);
        asks
    }

    /// Somebody could not be met, who may have been asked.
    pub(super) fn ask_start_again(&mut self) {
        self.start.asked = 0;
    }

    /// The first neighbour is there: somebody else is asked soon.
    pub(super) fn await_start(&mut self) {
        self.start.at = self.now + WITHIN / 2;
    }

    pub(super) fn tick_start(&mut self) {
        if self.start_due().is_some_and(|due| due <= self.now) {
            self.start.at = self.now + WITHIN;
            self.ask_start();
        }
    }

    /// When somebody else is asked.
    pub(super) fn start_due(&self) -> Option<Time> {
        let wants = !self.start.is_here && self.settings.role != Role::Host && !self.neighbours.is_empty();
        wants.then_some(self.start.at)
    }

    /// Asks somebody who can send for the start of a group.
    fn ask_start(&mut self) {
        let last = |peer: &PeerName, neighbour: &Neighbour| {
            2 * u8::from(self.misdeeds.suspects(self.now, peer)) + u8::from(!neighbour.offers_any())
        };
        let mut peers: Vec<(u8, &PeerName)> =
            self.neighbours.iter().map(|(peer, neighbour)| (last(peer, neighbour), peer)).collect();
        self.dice.some(&mut peers, usize::MAX);
        if let Some((_, peer)) = peers.into_iter().min_by_key(|(last, _)| *last) {
            let peer = peer.clone();
            let have = self.lanes.iter().map(Lane::have).collect();
            self.send(&peer, Message::Start { have });
        }
    }

    /// The picture with which the newest group starts, so that there is something to see while stripes are found.
    pub(super) fn show_start(&mut self, peer: &PeerName, have: &[Have]) {
        let mut opening = Vec::new();
        let mut length = 0;
        let openings =
            self.lanes.iter().enumerate().filter_map(|(at, lane)| Some((at, lane, lane.opening()?)));
        for (at, lane, sequences) in openings {
            let theirs = have.iter().find(|have| have.lane == lane.number);
            let known = |sequence: &u64| theirs.is_some_and(|have| have.has(*sequence));
            for sequence in sequences.filter(|sequence| lane.has(*sequence) && !known(sequence)) {
                opening.push(Place { lane: lane.number, sequence });
                length += self.length(at);
            }
        }
        // From who sends slowly it would come too late.
        if self.slots_for_stripes() == 0 || !self.spend_start(length) {
            return;
        }
        self.outbox.extend(opening.into_iter().map(|place| Output::Push(peer.clone(), place)));
        if !self.lanes.iter().all(Lane::has_start) && self.start.takers.len() < MAX_TAKERS {
            self.start.takers.push((peer.clone(), self.now + COMES_WITHIN));
        }
    }

    /// An object has come. If it is one with which a group starts, those who have nothing to show get it, and this
    /// node, if it is one of them, waits for the next.
    pub(super) fn took_start(&mut self, index: usize, place: Place) {
        if self.start.is_here && self.start.takers.is_empty() {
            return;
        }
        let lane = &self.lanes[index];
        if !lane.opening().is_some_and(|opening| opening.contains(&place.sequence)) {
            return;
        }
        self.start.is_here |= lane.has_start();
        self.start.at = self.now + WITHIN;
        self.start.takers.retain(|(peer, until)| *until > self.now && self.neighbours.contains_key(peer));
        let pushes = self.start.takers.iter().map(|(peer, _)| Output::Push(peer.clone(), place));
        self.outbox.extend(pushes);
    }
}
