//! One server: the host sends everything to everybody, until its line is full.

use std::collections::{BTreeSet, VecDeque};

use crate::engine::Micros;
use crate::protocol::{HOST, Input, NodeId, Output, Protocol, Sequence, Setup};

/// What is said: only that one wants the stream.
#[derive(Debug, Clone, Copy)]
pub struct Subscribe;

/// A node of the plain star.
pub struct Server {
    me: NodeId,
    /// At the host: who watches.
    watching: BTreeSet<NodeId>,
    /// At the host: the newest group, which a newcomer gets at once.
    group: Vec<Sequence>,
    outputs: VecDeque<Output<Subscribe>>,
}

impl Protocol for Server {
    type Message = Subscribe;

    const NAME: &'static str = "one server";

    fn new(setup: Setup) -> Self {
        Self { me: setup.me, watching: BTreeSet::new(), group: Vec::new(), outputs: VecDeque::new() }
    }

    fn handle(&mut self, _: Micros, input: Input<Subscribe>) {
        match input {
            Input::Contacts(_) => self.outputs.push_back(Output::Connect(HOST)),
            Input::Connected(peer) => self.outputs.push_back(Output::Send(peer, Subscribe)),
            Input::Message(peer, Subscribe) => {
                self.watching.insert(peer);
                self.outputs.extend(self.group.iter().map(|sequence| Output::Push(peer, *sequence)));
            }
            Input::Object { from: None, sequence, starts_group, .. } => {
                if starts_group {
                    self.group.clear();
                }
                self.group.push(sequence);
                self.outputs.extend(self.watching.iter().map(|peer| Output::Push(*peer, sequence)));
            }
            Input::Gone(peer) => {
                self.watching.remove(&peer);
                if self.me != HOST && peer == HOST {
                    self.outputs.push_back(Output::Seek);
                }
            }
            Input::Unreachable(_) => self.outputs.push_back(Output::Seek),
            Input::Object { .. } | Input::Bad(_) | Input::Dropped(..) | Input::Leave | Input::Timeout => (),
        }
    }

    fn poll(&mut self) -> Option<Output<Subscribe>> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Micros> {
        None
    }

    fn bytes(_: &Subscribe) -> u32 {
        16
    }

    fn most_outputs(&self) -> usize {
        self.watching.len() + 10_000
    }
}
