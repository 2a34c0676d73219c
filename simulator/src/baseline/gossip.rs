//! A random mesh, in two forms. [`MeshPull`]: neighbours say twice a second what they have, and pull what they lack.
//! [`Flood`]: everything new goes to each of six neighbours at once, as `GossipSub` does, and what they have is said once
//! a second.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fastrand::Rng;

use crate::engine::{MS, Micros, SECOND, rng};
use crate::protocol::{Input, NodeId, Output, Protocol, STRIPES, Sequence, Setup};

/// How many neighbours a node looks for, and how many it takes.
const WANTED: usize = 6;
const MOST: usize = 12;
/// How many others a node names.
const NAMES: usize = 6;
/// How long a pull may take before another is asked: the longest that an object waits for a line, and its way.
const PULLING: Micros = 2 * SECOND;
/// How many objects make a second of the stream; a node gives no more than it can send.
const OBJECTS_A_SECOND: u64 = 24;
/// The most objects asked of one neighbour at once, and how far back.
const MOST_PULLED: usize = 8;
const WINDOW: Sequence = 60;
/// How often it looks for neighbours.
const LOOKING: Micros = 2 * SECOND;

/// A node that pushes nothing and pulls.
pub type MeshPull = Gossip<false>;
/// A node that sends everything on at once.
pub type Flood = Gossip<true>;

/// What is said.
#[derive(Debug, Clone)]
pub enum Word {
    /// Let us be neighbours.
    Hello,
    /// We are; or not, but here are others.
    Names(bool, Vec<NodeId>),
    /// The newest object that the sender has, and which of the 64 before.
    Have(Sequence, u64),
    /// Send me these.
    Want(Vec<Sequence>),
    /// I have no room for these.
    Lack(Vec<Sequence>),
}

/// A node of the random mesh.
pub struct Gossip<const PUSH: bool> {
    me: NodeId,
    chance: Rng,
    neighbours: BTreeSet<NodeId>,
    known: Vec<NodeId>,
    trying: BTreeSet<NodeId>,
    held: BTreeSet<Sequence>,
    newest: Sequence,
    /// What is asked for, until when, and how many of whom.
    pulls: BTreeMap<Sequence, (Micros, NodeId)>,
    now: Micros,
    /// When the line has sent all that was asked of it: what would come later than a second is refused.
    given_until: Micros,
    slots: u64,
    say_at: Micros,
    look_at: Micros,
    outputs: VecDeque<Output<Word>>,
}

impl<const PUSH: bool> Gossip<PUSH> {
    /// How often it says what it has.
    const SAYING: Micros = if PUSH { SECOND } else { 500 * MS };

    fn learn(&mut self, names: Vec<NodeId>) {
        for name in names {
            if name != self.me && !self.known.contains(&name) {
                self.known.push(name);
            }
        }
        // As many as a few rounds of tries need.
        let surplus = self.known.len().saturating_sub(64);
        self.known.drain(..surplus);
        self.look();
    }

    /// Tries as many as are missing.
    fn look(&mut self) {
        while self.neighbours.len() + self.trying.len() < WANTED && !self.known.is_empty() {
            let other = self.known.swap_remove(self.chance.usize(..self.known.len()));
            if !self.neighbours.contains(&other) && self.trying.insert(other) {
                self.outputs.push_back(Output::Connect(other));
            }
        }
    }

    fn hear(&mut self, from: NodeId, word: Word) {
        match word {
            Word::Hello => {
                let names: Vec<_> = self.neighbours.iter().copied().filter(|other| *other != from).collect();
                let names = self.chance.choose_multiple(names, NAMES);
                let welcome = self.neighbours.len() < MOST || self.neighbours.contains(&from);
                if welcome {
                    self.neighbours.insert(from);
                }
                self.outputs.push_back(Output::Send(from, Word::Names(welcome, names)));
            }
            Word::Names(welcome, names) => {
                self.trying.remove(&from);
                if welcome {
                    self.neighbours.insert(from);
                    let have = self.have();
                    self.outputs.push_back(Output::Send(from, have));
                } else {
                    self.outputs.push_back(Output::Disconnect(from));
                }
                self.learn(names);
            }
            Word::Have(newest, before) => self.pull(from, newest, before),
            Word::Want(sequences) => self.give(from, sequences),
            Word::Lack(sequences) => {
                for sequence in sequences {
                    if self.pulls.get(&sequence).is_some_and(|(_, of)| *of == from) {
                        self.pulls.remove(&sequence);
                    }
                }
            }
        }
    }

    /// Sends what was asked for, as far as the line has room.
    fn give(&mut self, to: NodeId, wanted: Vec<Sequence>) {
        let mut refused = Vec::new();
        for sequence in wanted {
            let begins = self.given_until.max(self.now);
            if self.slots == 0 || begins > self.now + SECOND || !self.held.contains(&sequence) {
                refused.push(sequence);
            } else {
                self.given_until = begins + SECOND * STRIPES as u64 / (self.slots * OBJECTS_A_SECOND);
                self.outputs.push_back(Output::Push(to, sequence));
            }
        }
        if !refused.is_empty() {
            self.outputs.push_back(Output::Send(to, Word::Lack(refused)));
        }
    }

    fn have(&self) -> Word {
        let bits = (0..64).filter(|back| {
            self.newest.checked_sub(back + 1).is_some_and(|sequence| self.held.contains(&sequence))
        });
        Word::Have(self.newest, bits.fold(0, |bits, back| bits | 1 << back))
    }

    /// Asks a neighbour for what it has and is missing here, the newest first.
    fn pull(&mut self, from: NodeId, newest: Sequence, before: u64) {
        let now = self.now;
        self.pulls.retain(|_, (until, _)| *until > now);
        let pending = self.pulls.values().filter(|(_, of)| *of == from).count();
        // Who has nothing yet begins where the others are.
        let least = newest.saturating_sub(if self.held.is_empty() { 20 } else { WINDOW });
        let has = |sequence: Sequence| sequence == newest || before >> (newest - sequence - 1) & 1 == 1;
        let wanted: Vec<_> = (least..=newest)
            .rev()
            .filter(|sequence| has(*sequence))
            .filter(|sequence| !self.held.contains(sequence) && !self.pulls.contains_key(sequence))
            .take(MOST_PULLED.saturating_sub(pending))
            .collect();
        if !wanted.is_empty() {
            self.pulls.extend(wanted.iter().map(|sequence| (*sequence, (now + PULLING, from))));
            self.outputs.push_back(Output::Send(from, Word::Want(wanted)));
        }
    }

    fn take(&mut self, from: Option<NodeId>, sequence: Sequence) {
        self.held.insert(sequence);
        self.pulls.remove(&sequence);
        self.newest = self.newest.max(sequence);
        while self.held.len() > 256 {
            self.held.pop_first();
        }
        if PUSH {
            let others = self.neighbours.iter().filter(|other| Some(**other) != from);
            self.outputs.extend(others.map(|other| Output::Push(*other, sequence)));
        }
    }

    fn lose(&mut self, peer: NodeId) {
        self.neighbours.remove(&peer);
        self.trying.remove(&peer);
        self.look();
    }

    fn tick(&mut self) {
        if self.now >= self.say_at {
            self.say_at = self.now + Self::SAYING;
            if !self.held.is_empty() {
                for peer in self.neighbours.clone() {
                    let have = self.have();
                    self.outputs.push_back(Output::Send(peer, have));
                }
            }
        }
        if self.now >= self.look_at {
            self.look_at = self.now + LOOKING;
            self.look();
            if self.neighbours.len() + self.trying.len() < WANTED {
                self.outputs.push_back(Output::Seek);
            }
        }
    }
}

impl<const PUSH: bool> Protocol for Gossip<PUSH> {
    type Message = Word;

    const NAME: &'static str = if PUSH { "flood" } else { "mesh-pull" };

    fn new(setup: Setup) -> Self {
        Self {
            me: setup.me,
            chance: rng(setup.seed, 4),
            neighbours: BTreeSet::new(),
            known: Vec::new(),
            trying: BTreeSet::new(),
            held: BTreeSet::new(),
            newest: 0,
            pulls: BTreeMap::new(),
            now: 0,
            given_until: 0,
            slots: u64::from(setup.slots),
            say_at: 0,
            look_at: Micros::MAX,
            outputs: VecDeque::new(),
        }
    }

    fn handle(&mut self, now: Micros, input: Input<Word>) {
        self.now = now;
        match input {
            Input::Contacts(names) => {
                self.look_at = now + LOOKING;
                self.learn(names);
            }
            Input::Connected(peer) => self.outputs.push_back(Output::Send(peer, Word::Hello)),
            Input::Message(peer, word) => self.hear(peer, word),
            Input::Object { from, sequence, .. } => self.take(from, sequence),
            Input::Gone(peer) | Input::Unreachable(peer) => self.lose(peer),
            Input::Bad(peer) => {
                self.outputs.push_back(Output::Disconnect(peer));
                self.lose(peer);
            }
            Input::Dropped(..) | Input::Leave | Input::Timeout => (),
        }
        self.tick();
    }

    fn poll(&mut self) -> Option<Output<Word>> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Micros> {
        Some(self.say_at.min(self.look_at))
    }

    fn bytes(word: &Word) -> u32 {
        match word {
            Word::Hello => 10,
            // Each with a name and two addresses.
            Word::Names(_, names) => 10 + 160 * names.len() as u32,
            Word::Have(..) => 20,
            Word::Want(sequences) | Word::Lack(sequences) => 10 + 3 * sequences.len() as u32,
        }
    }
}
