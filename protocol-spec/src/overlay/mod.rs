//! Who receives from whom: a bounded tree, sans-IO (`spec/overlay.md`).
//!
//! [`Overlay::handle`] takes what happened and the time; [`Overlay::poll`] gives what is to be done, until there is
//! nothing more; [`Overlay::deadline`] says when to come back with [`Input::Timeout`]. It carries no media itself:
//! it says from whom to take them and whom to serve.

mod children;
mod dice;
mod downward;
mod event;
mod message;
mod peer;
mod search;
mod upward;

use std::collections::VecDeque;

pub use event::{ChildView, Input, MAX_CHILDREN, Output, Role, Settings, View};
pub(crate) use message::few;
pub use message::{MAX_CONTACTS, MAX_PATH, Message, Standing};
pub use peer::{Contact, MAX_ADDRESSES, MAX_PEER_BYTES, PeerName, PeerNameError};

use self::children::Children;
use self::dice::Dice;
use self::search::Search;
use self::upward::{Farewell, Parent};
use crate::clock::Time;
use crate::limit::{BARRING, Misdeeds};

/// What keeping back media weighs. It may be the fault of somebody further up, so it takes two times within two minutes
/// to bar a peer: what the first weighs has faded to the missing part by then.
const WITHHOLDING: u32 = BARRING * 3 / 5;

/// One node's part of a room's tree.
pub struct Overlay {
    settings: Settings,
    now: Time,
    way: Way,
    children: Children,
    /// The way from the host that the children know; empty where they know that there is none.
    told: Vec<PeerName>,
    /// Whether they know that a way is looked for, since.
    told_to_wait: bool,
    /// When the children hear where to fall back, where that may have changed; and when they last did.
    news_at: Option<Time>,
    last_news: Time,
    /// Contacts from outside the tree.
    known: Vec<Contact>,
    misdeeds: Misdeeds<PeerName>,
    dice: Dice,
    outbox: VecDeque<Output>,
}

/// How media reach this node.
enum Way {
    /// They begin here.
    Host,
    Parent(Parent),
    Search(Search),
    /// The node has left the room.
    Left,
}

impl Overlay {
    /// A node that has no parent and no child yet. The seed decides what is left to chance.
    #[must_use]
    pub fn new(settings: Settings, seed: [u8; 32]) -> Self {
        let way = match settings.role {
            Role::Host => Way::Host,
            Role::Viewer | Role::Relay => Way::Search(Search::new(Vec::new(), None, None)),
        };
        let mut overlay = Self {
            settings,
            now: Time::ZERO,
            way,
            children: Children::default(),
            told: Vec::new(),
            told_to_wait: false,
            news_at: None,
            last_news: Time::ZERO,
            known: Vec::new(),
            misdeeds: Misdeeds::default(),
            dice: Dice::new(seed),
            outbox: VecDeque::new(),
        };
        overlay.settings.capacity = overlay.settings.capacity.min(MAX_CHILDREN);
        overlay.settings.addresses.truncate(MAX_ADDRESSES);
        overlay.tell_path();
        overlay
    }

    /// Takes in what happened at `now`, which does not run backwards. Take everything that [`Self::poll`] gives
    /// afterwards: there are never more than a few outputs per child.
    pub fn handle(&mut self, now: Time, input: Input) {
        self.now = self.now.max(now);
        if matches!(self.way, Way::Left) {
            return;
        }
        self.take(input);
        if !matches!(self.way, Way::Left) {
            self.tick_upward();
            self.tick_downward();
        }
    }

    /// The next thing to be done.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When [`Input::Timeout`] is due, if ever. A time that is past means now.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        if matches!(self.way, Way::Left) {
            return None;
        }
        self.upward_deadline().into_iter().chain(self.downward_deadline()).min()
    }

    /// Where the node stands, in numbers.
    #[must_use]
    pub fn view(&self) -> View {
        let parent = match &self.way {
            Way::Parent(parent) => Some(parent.contact.peer.clone()),
            Way::Host | Way::Search(_) | Way::Left => None,
        };
        let child = |(peer, child): (&PeerName, &children::Child)| ChildView {
            peer: peer.clone(),
            viewers: child.standing.viewers,
        };
        View {
            parent,
            depth: self.path().map(|path| path.len() - 1),
            children: self.children.iter().map(child).collect(),
            capacity: self.settings.capacity,
            viewers: self.standing().viewers,
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Contacts(contacts) => self.take_contacts(contacts),
            Input::Connected(peer) => self.connected(&peer),
            Input::Unreachable(peer) => {
                self.attempt_failed(&peer);
            }
            Input::Gone(peer) => self.cut(&peer, Farewell::None),
            Input::Message(peer, message) => self.take_message(&peer, message),
            Input::Media(peer) => {
                self.hear(&peer);
                self.parent_delivers(&peer);
            }
            Input::Sent(peer) => self.children.sent(&peer, self.now),
            Input::Bad(peer) => {
                self.misdeeds.add(self.now, &peer, BARRING);
                self.cut(&peer, Farewell::Leave);
            }
            Input::Withholds(peer) if self.is_excused(&peer) => (),
            Input::Withholds(peer) => {
                // What the host does not send, nobody has.
                if !self.is_host(&peer) {
                    self.misdeeds.add(self.now, &peer, WITHHOLDING);
                }
                if self.parent_is(&peer) {
                    self.lose_parent(Farewell::Leave, Vec::new());
                }
            }
            Input::Dismiss(peer) if self.children.contains(&peer) => self.dismiss(&peer, Message::Leave),
            Input::Capacity(capacity) => self.set_capacity(capacity),
            Input::Addresses(addresses) => self.set_addresses(addresses),
            Input::Leave => self.leave(),
            Input::Dismiss(_) | Input::Timeout => (),
        }
    }

    fn take_message(&mut self, peer: &PeerName, message: Message) {
        self.hear(peer);
        match message {
            Message::Join { addresses, standing } => self.asked(peer, addresses, standing),
            Message::Welcome { addresses, path, alternates } => {
                self.welcomed(peer, addresses, path, alternates);
            }
            Message::Elsewhere { contacts } => self.refused(peer, contacts),
            Message::Full => self.refused(peer, Vec::new()),
            Message::Path { path } => self.path_changed(peer, path),
            Message::Wait => self.parent_waits(peer),
            Message::Alternates { contacts } => {
                if let Way::Parent(parent) = &mut self.way
                    && parent.contact.peer == *peer
                {
                    parent.alternates = contacts;
                    self.alternates_changed();
                }
            }
            Message::Standing(standing) => self.reported(peer, standing),
            Message::Alive => (),
            Message::Leave => self.cut(peer, Farewell::None),
        }
    }

    /// Something came from this peer: if it is the parent, it lives.
    fn hear(&mut self, peer: &PeerName) {
        if let Way::Parent(parent) = &mut self.way
            && parent.contact.peer == *peer
        {
            parent.heard(self.now);
        }
    }

    /// A joiner or child is sent away, maybe to others.
    fn refused(&mut self, peer: &PeerName, contacts: Vec<Contact>) {
        if self.parent_is(peer) {
            self.lose_parent(Farewell::None, contacts);
        } else if self.attempt_failed(peer)
            && let Way::Search(search) = &mut self.way
        {
            search.sent_to(contacts);
        }
    }

    /// Ends whatever there is with this peer.
    fn cut(&mut self, peer: &PeerName, farewell: Farewell) {
        if self.children.contains(peer) {
            if farewell == Farewell::Leave {
                self.send(peer, Message::Leave);
            }
            self.lose_child(peer);
        }
        if self.parent_is(peer) {
            self.lose_parent(farewell, Vec::new());
        }
        self.attempt_failed(peer);
    }

    fn leave(&mut self) {
        for child in self.children.names() {
            self.dismiss(&child, Message::Leave);
        }
        match std::mem::replace(&mut self.way, Way::Left) {
            Way::Parent(Parent { contact, .. }) => {
                self.push(Output::Unfollow(contact.peer.clone()));
                self.send(&contact.peer, Message::Leave);
                self.release(&contact.peer);
            }
            Way::Search(search) => {
                search.into_attempts().iter().for_each(|attempt| self.abandon(attempt));
            }
            Way::Host | Way::Left => (),
        }
    }

    /// Where this peer is no neighbour any more, the connection to it is of no use.
    fn release(&mut self, peer: &PeerName) {
        if !self.parent_is(peer) && !self.children.contains(peer) {
            self.push(Output::Disconnect(peer.clone()));
        }
    }

    fn send(&mut self, peer: &PeerName, message: Message) {
        self.push(Output::Send(peer.clone(), message));
    }

    fn push(&mut self, output: Output) {
        self.outbox.push_back(output);
    }
}

#[cfg(test)]
mod tests;
