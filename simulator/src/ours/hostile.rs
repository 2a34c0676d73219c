//! What nodes say that mean harm. What they do not send, or send wrong, is the world's part.

use std::collections::VecDeque;
use std::sync::Arc;

use parlor_protocol::mesh::{Contact, MAX_CONTACTS, Message, State};

use super::names::{address, contact};
use crate::engine::{Micros, SECOND, rng};
use crate::protocol::{Conduct, HOST, Input, NodeId, Output, Setup};

/// So many stripes do they promise to send: more than almost anybody.
pub(super) const CLAIMED_SLOTS: u16 = 48;
/// How often one of the group that crowds the host knocks.
const BETWEEN_KNOCKS: Micros = 5 * SECOND;

/// A node that means harm: it runs the mesh, and alters what that says.
pub(super) struct Hostile {
    me: NodeId,
    conduct: Conduct,
    gang: Arc<[NodeId]>,
    chance: fastrand::Rng,
    /// The last path that it claimed.
    path: Vec<u32>,
    knock_after: Micros,
    at_host: bool,
    outputs: VecDeque<Output<Message>>,
}

impl Hostile {
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            me: setup.me,
            conduct: setup.conduct,
            gang: setup.gang,
            chance: rng(setup.seed, 3),
            path: Vec::new(),
            knock_after: 0,
            at_host: false,
            outputs: VecDeque::new(),
        }
    }

    /// Sees what happens before the mesh does.
    pub(super) fn see(&mut self, now: Micros, input: &Input<Message>) {
        match input {
            Input::Contacts(_) => self.knock_after = now,
            Input::Connected(HOST) => {
                let join =
                    Message::Join { addresses: vec![address()], state: State::default(), start: false };
                if self.conduct == Conduct::Sybil {
                    self.outputs.push_back(Output::Send(HOST, join));
                }
            }
            Input::Message(HOST, Message::Welcome { .. }) => self.at_host = true,
            Input::Gone(HOST) | Input::Message(HOST, Message::Leave | Message::Elsewhere { .. }) => {
                self.at_host = false;
            }
            _ => (),
        }
        if self.conduct == Conduct::Sybil && !self.at_host && self.knock_after != 0 && now >= self.knock_after
        {
            self.knock_after = now + BETWEEN_KNOCKS;
            self.outputs.push_back(Output::Connect(HOST));
        }
    }

    /// What it does besides what the mesh asks for.
    pub(super) fn poll(&mut self) -> Option<Output<Message>> {
        self.outputs.pop_front()
    }

    /// What becomes of what the mesh asks for.
    pub(super) fn alter(&mut self, output: Output<Message>) -> Output<Message> {
        match output {
            Output::Send(peer, message) => Output::Send(peer, self.lie(message)),
            other => other,
        }
    }

    fn lie(&mut self, message: Message) -> Message {
        match message {
            Message::State(state) => Message::State(Arc::new(Self::boast(Arc::unwrap_or_clone(state)))),
            Message::Join { addresses, state, start } => {
                Message::Join { addresses, state: Self::boast(state), start }
            }
            Message::Welcome { addresses, state, contacts } => {
                Message::Welcome { addresses, state: Self::boast(state), contacts: self.named(contacts) }
            }
            Message::Elsewhere { contacts } => Message::Elsewhere { contacts: self.named(contacts) },
            Message::Found { contacts } => Message::Found { contacts: self.named(contacts) },
            Message::Yes { stripe, path } => {
                self.path.clone_from(&path);
                Message::Yes { stripe, path }
            }
            Message::No { stripe } if self.conduct == Conduct::Liar && !self.path.is_empty() => {
                Message::Yes { stripe, path: self.path.clone() }
            }
            Message::Ask { stripe, have, in_need, .. } => Message::Ask { stripe, have, gives: 8, in_need },
            other => other,
        }
    }

    /// It has a place for everybody.
    fn boast(state: State) -> State {
        State { free: 0xff, spare: 0xff, wait: 0, ..state }
    }

    /// Whom it names: those of its group, if it has one.
    fn named(&mut self, contacts: Vec<Contact>) -> Vec<Contact> {
        if !self.conduct.has_gang() {
            return contacts;
        }
        // A newcomer may be the first of its kind.
        let tries = if self.gang.is_empty() { 0 } else { MAX_CONTACTS };
        let picks = (0..tries).map(|_| self.chance.usize(..self.gang.len()));
        let mut others: Vec<_> = picks.map(|place| self.gang[place]).filter(|id| *id != self.me).collect();
        others.sort_unstable();
        others.dedup();
        others.into_iter().map(contact).collect()
    }
}
