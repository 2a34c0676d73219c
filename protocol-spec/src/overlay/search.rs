//! Looking for a parent: whom to ask, in which order, and how long to wait.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::dice::Dice;
use super::{Contact, PeerName};
use crate::clock::Time;

/// The most peers that are asked at the same time.
const MAX_ATTEMPTS: usize = 3;
/// How long the last gets before the next is asked in addition: a good answer takes two round trips, and who is gone
/// should not cost more of the two seconds in which the picture has to be back (as RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(300);
/// How many are asked without waiting for each other by a node that has lost its parent, once somebody had neither a
/// place nor a new name: it may have lost the same parent, and then so have the next ones, which would use up those two
/// seconds one by one. A newcomer has time.
const AT_ONCE_IN_NEED: usize = 2;
/// How long a connection may take to come about; punching a hole takes up to three seconds.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long the answer to a join may take.
const ANSWER_WITHIN: Duration = Duration::from_millis(1500);
/// The most contacts that wait to be asked. An answer names eight, so that nobody fills it alone.
const MAX_CANDIDATES: usize = 32;
/// The most peers that are asked in a round: who sends joiners from one invented name to the next gets no further.
const MAX_TRIED: usize = 64;
/// The pause after the first round, which doubles with each, up to the last: a room that is gone costs its viewers
/// next to nothing, one that comes back has them again in seconds.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LAST_PAUSE: Duration = Duration::from_secs(8);

/// A search for a parent, in rounds: every contact is asked once in each.
pub(super) struct Search {
    candidates: VecDeque<Contact>,
    tried: BTreeSet<PeerName>,
    attempts: Vec<Attempt>,
    /// Whether there was a parent before.
    follows_a_loss: bool,
    /// How many are asked without waiting for each other.
    at_once: usize,
    last_attempt: Time,
    /// When the next is asked in addition, where there is somebody to ask.
    next_attempt: Option<Time>,
    /// When the next round begins, once this one is over.
    next_round: Option<Time>,
    pause: Duration,
    /// What the last parent named, for every round.
    pub(super) alternates: Vec<Contact>,
    /// When the children are told that there is no way any more.
    pub(super) give_up: Option<Time>,
}

/// One peer that is asked.
pub(super) struct Attempt {
    pub(super) contact: Contact,
    pub(super) stage: Stage,
    until: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Connecting,
    Joining,
}

/// What is known of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nothing bad.
    Full,
    /// It kept media back, which may have been the fault of somebody else. It is asked after all others.
    Some,
    /// It is not asked.
    None,
}

/// What a search does next.
pub(super) enum Step {
    /// Ask this peer.
    Connect(Contact),
    /// This one has not answered in time.
    Abandon(Attempt),
    /// A new round begins: offer what is known.
    Round,
    /// A round is over without a parent.
    Seek,
    /// Wait.
    Wait,
}

impl Search {
    /// A search in its first round, with nobody to ask yet. Who was lost is not asked in it.
    pub(super) fn new(alternates: Vec<Contact>, lost: Option<PeerName>, give_up: Option<Time>) -> Self {
        let follows_a_loss = lost.is_some();
        Self {
            candidates: VecDeque::new(),
            tried: lost.into_iter().collect(),
            attempts: Vec::new(),
            follows_a_loss,
            at_once: 1,
            last_attempt: Time::ZERO,
            next_attempt: None,
            next_round: None,
            pause: FIRST_PAUSE,
            alternates,
            give_up,
        }
    }

    /// Adds contacts behind those that wait.
    pub(super) fn offer(&mut self, contacts: impl IntoIterator<Item = Contact>) {
        for contact in contacts {
            if self.takes(&contact) {
                self.candidates.push_back(contact);
            }
        }
    }

    /// Adds contacts before those that wait: where one was sent, there is room now. Without anybody new among them,
    /// somebody was asked in vain.
    pub(super) fn sent_to(&mut self, contacts: Vec<Contact>) {
        if self.follows_a_loss && contacts.iter().all(|contact| self.tried.contains(&contact.peer)) {
            self.at_once = AT_ONCE_IN_NEED;
        }
        for contact in contacts.into_iter().rev() {
            self.candidates.retain(|other| other.peer != contact.peer);
            if self.candidates.len() == MAX_CANDIDATES {
                self.candidates.pop_back();
            }
            if self.takes(&contact) {
                self.candidates.push_front(contact);
            }
        }
    }

    fn takes(&self, contact: &Contact) -> bool {
        self.candidates.len() < MAX_CANDIDATES
            && !self.tried.contains(&contact.peer)
            && self.candidates.iter().all(|other| other.peer != contact.peer)
    }

    /// What to do now. Call it again until it says [`Step::Wait`]. `trust` tells whom to ask and in which order.
    pub(super) fn step(&mut self, now: Time, dice: &mut Dice, trust: impl Fn(&PeerName) -> Trust) -> Step {
        if let Some(at) = self.attempts.iter().position(|attempt| attempt.until <= now) {
            return Step::Abandon(self.attempts.remove(at));
        }
        if let Some(contact) = self.ask(now, trust) {
            return Step::Connect(contact);
        }
        if !self.is_over() {
            return Step::Wait;
        }
        match self.next_round {
            None => {
                self.candidates.clear();
                self.next_round = Some(now + dice.around(self.pause));
                self.pause = LAST_PAUSE.min(self.pause * 2);
                Step::Seek
            }
            Some(at) if at <= now => {
                self.next_round = None;
                self.tried.clear();
                Step::Round
            }
            Some(_) => Step::Wait,
        }
    }

    /// Whom to ask now, if anybody: the first of whom nothing bad is known; where there is none, and nobody else is being
    /// asked, one that kept media back once.
    fn ask(&mut self, now: Time, trust: impl Fn(&PeerName) -> Trust) -> Option<Contact> {
        self.next_attempt = None;
        if self.attempts.len() == MAX_ATTEMPTS || self.tried.len() == MAX_TRIED {
            return None;
        }
        self.candidates.retain(|contact| trust(&contact.peer) != Trust::None);
        let full = |contact: &Contact| trust(&contact.peer) == Trust::Full;
        let at = self.candidates.iter().position(full).or(self.attempts.is_empty().then_some(0))?;
        let due = if self.attempts.len() < self.at_once { now } else { self.last_attempt + STAGGER };
        if due > now {
            self.next_attempt = Some(due);
            return None;
        }
        let contact = self.candidates.remove(at)?;
        self.tried.insert(contact.peer.clone());
        let until = now + CONNECT_WITHIN;
        self.attempts.push(Attempt { contact: contact.clone(), stage: Stage::Connecting, until });
        self.last_attempt = now;
        Some(contact)
    }

    /// Whether everybody was asked, and nobody is left who might still answer.
    fn is_over(&self) -> bool {
        self.attempts.is_empty() && (self.candidates.is_empty() || self.tried.len() == MAX_TRIED)
    }

    /// The attempt with this peer goes on to its second stage, where it is in the first.
    pub(super) fn connected(&mut self, now: Time, peer: &PeerName) -> bool {
        let connecting =
            |attempt: &&mut Attempt| attempt.contact.peer == *peer && attempt.stage == Stage::Connecting;
        let Some(attempt) = self.attempts.iter_mut().find(connecting) else { return false };
        attempt.stage = Stage::Joining;
        attempt.until = now + ANSWER_WITHIN;
        true
    }

    /// Ends the attempt with this peer.
    pub(super) fn end(&mut self, peer: &PeerName) -> Option<Attempt> {
        let at = self.attempts.iter().position(|attempt| attempt.contact.peer == *peer)?;
        Some(self.attempts.remove(at))
    }

    /// Whether this peer has been asked to take us.
    pub(super) fn is_joining(&self, peer: &PeerName) -> bool {
        self.attempts.iter().any(|attempt| attempt.contact.peer == *peer && attempt.stage == Stage::Joining)
    }

    /// Ends every attempt.
    pub(super) fn into_attempts(self) -> Vec<Attempt> {
        self.attempts
    }

    /// When [`Self::step`] has something to do.
    pub(super) fn deadline(&self) -> Option<Time> {
        let next_round = if self.is_over() { self.next_round.or(Some(Time::ZERO)) } else { None };
        let answers = self.attempts.iter().map(|attempt| attempt.until);
        answers.chain(self.next_attempt).chain(next_round).chain(self.give_up).min()
    }
}
