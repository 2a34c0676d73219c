//! One tree in which everybody sends to two others, however little they can send. The host places newcomers in order;
//! whoever loses its parent goes to its grandparent, which takes it whatever that costs.

use std::collections::{BTreeSet, VecDeque};

use crate::engine::Micros;
use crate::protocol::{HOST, Input, NodeId, Output, Protocol, STRIPES, Sequence, Setup};

/// To how many each sends.
const ARITY: usize = 2;

/// What is said in the tree.
#[derive(Debug, Clone, Copy)]
pub enum Word {
    /// To the host: give me a place. Perhaps one that was given leads nowhere.
    Enter { dead: Option<NodeId> },
    /// From the host: below this one.
    Below(NodeId),
    /// To a parent: I am your child.
    Attach,
    /// To a child: this is my parent.
    Above(NodeId),
}

/// A node of the tree.
pub struct Tree {
    me: NodeId,
    parent: Option<NodeId>,
    grandparent: Option<NodeId>,
    /// Below whom it tries to get.
    trying: Option<NodeId>,
    dead: Option<NodeId>,
    children: BTreeSet<NodeId>,
    /// At the host: who has which place, in order of depth. The places of those that left are given again.
    places: Vec<Option<NodeId>>,
    /// The newest group, which a new child gets at once.
    group: Vec<Sequence>,
    outputs: VecDeque<Output<Word>>,
}

impl Tree {
    fn say(&mut self, to: NodeId, word: Word) {
        self.outputs.push_back(Output::Send(to, word));
    }

    fn try_parent(&mut self, parent: NodeId) {
        self.trying = Some(parent);
        self.outputs.push_back(Output::Connect(parent));
    }

    fn hear(&mut self, from: NodeId, word: Word) {
        match word {
            Word::Enter { dead } => self.place(from, dead),
            Word::Below(parent) => self.try_parent(parent),
            Word::Attach => {
                self.children.insert(from);
                let above = self.parent.unwrap_or(HOST);
                self.say(from, Word::Above(above));
                self.outputs.extend(self.group.iter().map(|sequence| Output::Push(from, *sequence)));
            }
            Word::Above(grandparent) => self.grandparent = Some(grandparent),
        }
    }

    /// At the host: gives a newcomer the first free place whose parent is there.
    fn place(&mut self, newcomer: NodeId, dead: Option<NodeId>) {
        for place in &mut self.places {
            if place.is_some_and(|who| who == newcomer || dead == Some(who)) {
                *place = None;
            }
        }
        let filled = |place: usize| place == 0 || self.places.get(place - 1).is_some_and(Option::is_some);
        let free = (1..=self.places.len() + 1).find(|place| !filled(*place) && filled((place - 1) / ARITY));
        let Some(place) = free else { return };
        let above = (place - 1) / ARITY;
        let parent = if above == 0 { HOST } else { self.places[above - 1].unwrap_or(HOST) };
        if place > self.places.len() {
            self.places.resize(place, None);
        }
        self.places[place - 1] = Some(newcomer);
        self.say(newcomer, Word::Below(parent));
    }

    fn lose(&mut self, peer: NodeId) {
        self.children.remove(&peer);
        if self.parent == Some(peer) {
            self.parent = None;
            match self.grandparent.take().filter(|grandparent| *grandparent != peer) {
                Some(grandparent) => self.try_parent(grandparent),
                None => self.enter(Some(peer)),
            }
        }
    }

    fn enter(&mut self, dead: Option<NodeId>) {
        (self.trying, self.dead) = (None, dead);
        self.outputs.push_back(Output::Connect(HOST));
    }

    fn connected(&mut self, peer: NodeId) {
        if self.trying.take_if(|trying| *trying == peer).is_some() {
            self.parent = Some(peer);
            self.say(peer, Word::Attach);
            for child in self.children.clone() {
                self.say(child, Word::Above(peer));
            }
        } else if peer == HOST {
            let dead = self.dead.take();
            self.say(HOST, Word::Enter { dead });
        }
    }
}

impl Protocol for Tree {
    type Message = Word;

    const NAME: &'static str = "tree of two";

    fn new(setup: Setup) -> Self {
        Self {
            me: setup.me,
            parent: None,
            grandparent: None,
            trying: None,
            dead: None,
            children: BTreeSet::new(),
            places: Vec::new(),
            group: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    fn handle(&mut self, _: Micros, input: Input<Word>) {
        match input {
            Input::Contacts(_) => self.enter(None),
            Input::Connected(peer) => self.connected(peer),
            Input::Message(peer, word) => self.hear(peer, word),
            Input::Object { sequence, starts_group, .. } => {
                if starts_group {
                    self.group.clear();
                }
                self.group.push(sequence);
                self.outputs.extend(self.children.iter().map(|peer| Output::Push(*peer, sequence)));
            }
            Input::Gone(peer) | Input::Bad(peer) => self.lose(peer),
            Input::Unreachable(HOST) => self.outputs.push_back(Output::Seek),
            Input::Unreachable(peer) if self.me != HOST => self.enter(Some(peer)),
            Input::Unreachable(_) | Input::Dropped(..) | Input::Leave | Input::Timeout => (),
        }
    }

    fn poll(&mut self) -> Option<Output<Word>> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Micros> {
        None
    }

    fn parents(&self) -> [Option<NodeId>; STRIPES] {
        // It knows no remedy for loops: asking the grandparent makes none.
        [None; STRIPES]
    }

    fn bytes(word: &Word) -> u32 {
        match word {
            Word::Attach => 10,
            Word::Enter { .. } => 50,
            // A name and two addresses.
            Word::Below(_) | Word::Above(_) => 170,
        }
    }

    fn most_outputs(&self) -> usize {
        // A new child gets a whole group; groups have as many objects as the scenario says.
        self.children.len() + 10_100
    }
}
