//! A network of overlays in memory, in virtual time: delays, black holes, media that flow along the tree.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use sha2::{Digest, Sha256};

use super::super::*;
use super::{contact, index, name};

/// Media that the host sends, one chunk each.
const CHUNK_US: u64 = 100_000;
/// A loop must be gone after this time.
const LOOP_MAY_LAST_US: u64 = 2_000_000;

pub(super) struct World {
    pub(super) now_us: u64,
    pub(super) nodes: BTreeMap<u32, Node>,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    /// When the last message from one to the other arrives: streams keep the order.
    lines: BTreeMap<(u32, u32), u64>,
    chance: Dice,
    host_sends: bool,
    sequence: u64,
    /// They behave in every other way, but pass nothing on.
    pub(super) withholders: BTreeSet<u32>,
    /// Everything that every overlay did, and when, where that is asked for.
    trace: Option<Sha256>,
}

pub(super) struct Node {
    pub(super) overlay: Overlay,
    pub(super) capacity: u16,
    pub(super) follows: Option<u32>,
    pub(super) serves: BTreeSet<u32>,
    /// The newest chunk, and when it came.
    pub(super) sequence: u64,
    pub(super) media_us: Option<u64>,
    followed_us: Option<u64>,
    /// When it will be woken.
    timer_us: Option<u64>,
    /// Since when it has been in a loop.
    loop_since: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Chunk,
    Timer(u32),
    Connected { to: u32, from: u32 },
    Message { to: u32, from: u32, message: Box<Letter> },
    Media { to: u32, from: u32, sequence: u64 },
    Contacts(u32),
}

/// A message that can stand in a heap; events of the same time are in order already.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Letter(Message);

impl PartialOrd for Letter {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Letter {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl World {
    /// A host, number 0, that serves so many.
    pub(super) fn new(seed: u64, host_capacity: u16) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let mut world = Self {
            now_us: 0,
            nodes: BTreeMap::new(),
            events: BinaryHeap::new(),
            order: 0,
            lines: BTreeMap::new(),
            chance: Dice::new(bytes),
            host_sends: true,
            sequence: 0,
            withholders: BTreeSet::new(),
            trace: None,
        };
        world.add(0, Role::Host, host_capacity);
        world.at(0, Event::Chunk);
        world
    }

    pub(super) fn random(&mut self, below: u32) -> u32 {
        self.chance.throw() % below.max(1)
    }

    fn add(&mut self, id: u32, role: Role, capacity: u16) {
        let addresses = contact(id).addresses;
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&id.to_be_bytes());
        let overlay = Overlay::new(Settings { me: name(id), role, capacity, addresses }, seed);
        let node = Node {
            overlay,
            capacity,
            follows: None,
            serves: BTreeSet::new(),
            sequence: 0,
            media_us: None,
            followed_us: None,
            timer_us: None,
            loop_since: None,
        };
        self.nodes.insert(id, node);
    }

    /// A viewer comes, who knows the host and some others.
    pub(super) fn join(&mut self, id: u32, capacity: u16) {
        self.add(id, Role::Viewer, capacity);
        self.give_contacts(id);
    }

    fn give_contacts(&mut self, id: u32) {
        let ids: Vec<u32> = self.nodes.keys().copied().filter(|other| *other != id).collect();
        let mut contacts: Vec<Contact> =
            (0..3).map(|_| contact(ids[self.random(ids.len() as u32) as usize])).collect();
        contacts.push(contact(0));
        self.handle(id, Input::Contacts(contacts));
    }

    /// A node is gone without a word, and nobody notices but by its silence.
    pub(super) fn kill(&mut self, id: u32) {
        self.nodes.remove(&id);
    }

    /// A node says good-bye.
    pub(super) fn leave(&mut self, id: u32) {
        self.handle(id, Input::Leave);
        self.nodes.remove(&id);
    }

    /// The host has nothing to send, or has again.
    pub(super) fn host_sends(&mut self, sends: bool) {
        self.host_sends = sends;
    }

    pub(super) fn run_ms(&mut self, ms: u64) {
        let until = self.now_us + ms * 1000;
        while let Some(Reverse((at, _, _))) = self.events.peek()
            && *at <= until
        {
            let Some(Reverse((at, _, event))) = self.events.pop() else { break };
            self.now_us = self.now_us.max(at);
            self.happen(event);
        }
        self.now_us = until;
    }

    /// Runs until this holds, and tells how long that took; panics where it does not within `ms`.
    pub(super) fn run_until(&mut self, ms: u64, holds: impl Fn(&Self) -> bool) -> u64 {
        let start = self.now_us;
        while !holds(self) {
            assert!(self.now_us < start + ms * 1000, "not within {ms} ms: {}", self.report());
            self.run_ms(20);
        }
        (self.now_us - start) / 1000
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Chunk => {
                self.at(CHUNK_US, Event::Chunk);
                self.check_loops();
                if self.host_sends {
                    self.sequence += 1;
                    self.forward(0, self.sequence);
                }
            }
            Event::Timer(id) => {
                let now_us = self.now_us;
                let Some(node) = self.nodes.get_mut(&id) else { return };
                node.timer_us.take_if(|timer| *timer <= now_us);
                // Where the deadline has moved, nothing is due yet.
                if node.overlay.deadline().is_some_and(|due| due <= Time::from_micros(now_us)) {
                    self.handle(id, Input::Timeout);
                } else {
                    self.set_timer(id);
                }
            }
            Event::Connected { to, from } => self.handle(to, Input::Connected(name(from))),
            Event::Message { to, from, message } => self.handle(to, Input::Message(name(from), message.0)),
            Event::Media { to, from, sequence } => self.receive(to, from, sequence),
            Event::Contacts(id) if self.nodes.contains_key(&id) => self.give_contacts(id),
            Event::Contacts(_) => (),
        }
    }

    fn receive(&mut self, to: u32, from: u32, sequence: u64) {
        let now_us = self.now_us;
        let Some(node) = self.nodes.get_mut(&to) else { return };
        if node.follows != Some(from) || sequence <= node.sequence {
            return;
        }
        node.sequence = sequence;
        node.media_us = Some(now_us);
        self.handle(to, Input::Media(name(from)));
        self.forward(to, sequence);
    }

    /// What the node around an overlay does where the room is known to be on air: it gives up a parent that has
    /// nothing, and waits the longer the deeper it stands, so that the child of the one at fault is the first.
    pub(super) fn watch_for_withholders(&mut self) {
        for id in self.viewers() {
            let now_us = self.now_us;
            let node = self.node(id);
            let depth = node.overlay.view().depth.unwrap_or_default() as u64;
            let since = node.media_us.max(node.followed_us).unwrap_or(now_us);
            let Some(parent) = node.follows else { continue };
            if now_us - since > 2_000_000 + 500_000 * depth {
                self.handle(id, Input::Withholds(name(parent)));
            }
        }
    }

    fn forward(&mut self, from: u32, sequence: u64) {
        if self.withholders.contains(&from) {
            return;
        }
        let Some(node) = self.nodes.get(&from) else { return };
        for to in node.serves.clone() {
            let delay = self.delay(from, to);
            self.at(delay, Event::Media { to, from, sequence });
            self.handle(from, Input::Sent(name(to)));
        }
    }

    fn handle(&mut self, id: u32, input: Input) {
        let Some(node) = self.nodes.get_mut(&id) else { return };
        let now = Time::from_micros(self.now_us);
        let neighbours = node.serves.len() + 4;
        node.overlay.handle(now, input);
        let mut outputs = Vec::new();
        while let Some(output) = node.overlay.poll() {
            outputs.push(output);
        }
        assert!(outputs.len() <= 4 * neighbours + 4, "{} outputs at once: {outputs:?}", outputs.len());
        for output in outputs {
            if let Some(trace) = &mut self.trace {
                trace.update(format!("{} {id} {output:?}", self.now_us));
            }
            self.carry_out(id, output);
        }
        self.set_timer(id);
    }

    /// Sees to it that the node is woken by its deadline.
    fn set_timer(&mut self, id: u32) {
        let now_us = self.now_us;
        let Some(node) = self.nodes.get_mut(&id) else { return };
        let Some(due_us) = node.overlay.deadline().map(Time::as_micros) else { return };
        assert!(due_us > now_us, "node {id} would spin");
        if node.timer_us.is_none_or(|timer| due_us < timer) {
            node.timer_us = Some(due_us);
            self.at(due_us - now_us, Event::Timer(id));
        }
    }

    fn carry_out(&mut self, id: u32, output: Output) {
        match output {
            Output::Connect(contact) => {
                let peer = index(&contact.peer);
                assert_ne!(peer, id, "nobody joins itself");
                // To one who is gone: no answer at all, as from a host behind a router.
                if self.nodes.contains_key(&peer) {
                    let delay = self.delay(id, peer) + self.delay(peer, id);
                    self.at(delay, Event::Connected { to: id, from: peer });
                }
            }
            Output::Send(peer, message) => {
                let to = index(&peer);
                let delay = self.delay(id, to);
                self.at(delay, Event::Message { to, from: id, message: Box::new(Letter(message)) });
            }
            Output::Seek => self.at(100_000, Event::Contacts(id)),
            Output::Disconnect(_) => (),
            Output::Follow(peer) => {
                let now_us = self.now_us;
                let node = self.node(id);
                assert_eq!(node.follows.replace(index(&peer)), None, "one parent at a time");
                node.followed_us = Some(now_us);
            }
            Output::Unfollow(peer) => {
                let before = self.node(id).follows.take();
                assert_eq!(before, Some(index(&peer)), "only the parent is unfollowed");
            }
            Output::Serve(peer) => {
                let node = self.node(id);
                assert!(node.serves.insert(index(&peer)), "served twice");
                assert!(node.serves.len() <= usize::from(node.capacity), "more than the capacity");
            }
            Output::Drop(peer) => assert!(self.node(id).serves.remove(&index(&peer)), "not served"),
        }
    }

    fn node(&mut self, id: u32) -> &mut Node {
        self.nodes.get_mut(&id).unwrap()
    }

    fn at(&mut self, delay_us: u64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((self.now_us + delay_us, self.order, event)));
    }

    /// 5 to 60 ms, and never before what was sent earlier on the same line.
    fn delay(&mut self, from: u32, to: u32) -> u64 {
        let delay = 5000 + u64::from(self.random(55_000));
        let arrival = self.lines.entry((from, to)).or_default();
        *arrival = (*arrival).max(self.now_us + delay);
        *arrival - self.now_us
    }

    fn check_loops(&mut self) {
        let ids: Vec<u32> = self.nodes.keys().copied().collect();
        for id in ids {
            let is_in_loop = self.is_in_loop(id);
            let now_us = self.now_us;
            let node = self.node(id);
            if !is_in_loop {
                node.loop_since = None;
                continue;
            }
            let since = *node.loop_since.get_or_insert(now_us);
            assert!(now_us - since <= LOOP_MAY_LAST_US, "node {id} is in a loop: {}", self.report());
        }
    }

    fn is_in_loop(&self, id: u32) -> bool {
        let parent = |id: u32| self.nodes.get(&id).and_then(|node| node.follows);
        let mut at = parent(id);
        for _ in 0..self.nodes.len() {
            match at {
                Some(up) if up == id => return true,
                Some(up) => at = parent(up),
                None => return false,
            }
        }
        false
    }

    /// Whether this node has seen a chunk in the last half second.
    pub(super) fn has_picture(&self, id: u32) -> bool {
        let media_us = self.nodes.get(&id).and_then(|node| node.media_us);
        id == 0 || media_us.is_some_and(|at| self.now_us - at < 500_000)
    }

    pub(super) fn all_have_picture(&self) -> bool {
        self.nodes.keys().all(|id| self.has_picture(*id))
    }

    pub(super) fn viewers(&self) -> Vec<u32> {
        self.nodes.keys().copied().filter(|id| *id != 0).collect()
    }

    pub(super) fn depth(&self) -> usize {
        self.nodes.values().filter_map(|node| node.overlay.view().depth).max().unwrap_or_default()
    }

    /// From now on, everything is traced.
    pub(super) fn start_trace(&mut self) {
        self.trace = Some(Sha256::new());
    }

    /// What was traced.
    pub(super) fn trace(self) -> Option<[u8; 32]> {
        self.trace.map(|trace| trace.finalize().into())
    }

    pub(super) fn report(&self) -> String {
        let node = |(id, node): (&u32, &Node)| {
            let picture = if self.has_picture(*id) { "" } else { " dark" };
            format!("\n{id} <- {:?}{picture} {}/{}", node.follows, node.serves.len(), node.capacity)
        };
        self.nodes.iter().map(node).collect()
    }
}
