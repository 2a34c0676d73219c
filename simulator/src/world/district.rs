//! A part of the nodes, with the events that happen at them. Districts run side by side: within a stride nothing that
//! happens in one reaches another.

use super::common::Common;
use super::node::{NEVER, Node};
use super::{Event, LOOKAHEAD, SHORTEST_TIMER, Violation, What};
use crate::engine::{Micros, Queue, Slab, Trace};
use crate::measure::{Stay, Tally};
use crate::protocol::{Input, NodeId, Output, Protocol};

/// How many districts there are, whatever the machine: a run must not depend on its processors. More than most have, so
/// that one that is slow holds the others up for less.
pub(super) const DISTRICTS: usize = 8;

/// A part of the nodes: every [`DISTRICTS`]th.
pub(super) struct District<P: Protocol> {
    number: usize,
    queue: Queue<Event>,
    nodes: Vec<Node<P>>,
    pub(super) under_way: Slab<P::Message>,
    /// What goes to each other district after this stride.
    out: [Vec<Parcel<P::Message>>; DISTRICTS],
    pub(super) tally: Tally,
    pub(super) trace: Trace,
}

/// Something on its way to another district.
struct Parcel<M> {
    at: Micros,
    event: Event,
    /// What it says, where it is a message.
    message: Option<M>,
}

impl<P: Protocol> District<P> {
    pub(super) fn new(number: usize, tally: Tally) -> Self {
        Self {
            number,
            queue: Queue::default(),
            nodes: Vec::new(),
            under_way: Slab::default(),
            out: Default::default(),
            tally,
            trace: Trace::default(),
        }
    }

    /// In which district a node is.
    pub(super) const fn of(id: NodeId) -> usize {
        id as usize % DISTRICTS
    }

    /// A further node: they are added in the order of their numbers.
    pub(super) fn add(&mut self, node: Node<P>) {
        self.nodes.push(node);
    }

    pub(super) fn node(&self, id: NodeId) -> &Node<P> {
        &self.nodes[id as usize / DISTRICTS]
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node<P> {
        &mut self.nodes[id as usize / DISTRICTS]
    }

    pub(super) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node<P>> {
        self.nodes.iter_mut()
    }

    /// Runs up to `until`, and not what happens then.
    pub(super) fn run(&mut self, common: &Common, until: Micros) -> Result<(), Violation> {
        while let Some((at, event)) = self.queue.pop_before(until) {
            let (kind, about) = event.what.trace();
            self.trace.add(at, event.node, kind, about);
            Local { common, district: self }.happen(event)?;
        }
        Ok(())
    }

    /// What goes to another district.
    pub(super) fn take_out(&mut self, district: usize) -> Post<P::Message> {
        Post(std::mem::take(&mut self.out[district]))
    }

    /// What comes from another.
    pub(super) fn take_in(&mut self, post: Post<P::Message>) {
        for Parcel { at, event, message } in post.0 {
            self.put(at, event, message);
        }
    }

    /// Counts a node's stay, once it is over, and how many objects it has that the host never made.
    pub(super) fn close_books(&mut self, id: NodeId, until: Micros, unmade: u64) {
        let node = &self.nodes[id as usize / DISTRICTS];
        let stay = Stay {
            id,
            hostile: node.site.conduct.is_hostile(),
            came: node.came,
            left: until,
            first_frame: node.first_frame,
            first_chunk: node.first_chunk,
            capacity_bps: node.site.up_bps,
        };
        self.tally.bad_delivered += unmade;
        let in_time = |sequence| node.held.was_in_time(sequence);
        self.tally.stayed(stay, in_time, |sequence| node.held.has(sequence));
    }

    fn put(&mut self, at: Micros, mut event: Event, message: Option<P::Message>) {
        if let (What::Message { number, .. }, Some(message)) = (&mut event.what, message) {
            *number = self.under_way.put(message);
        }
        self.queue.push(at, event);
    }
}

/// What goes from one district to another after a stride.
pub(super) struct Post<M>(Vec<Parcel<M>>);

/// A district at work, and what it may look at.
pub(super) struct Local<'a, 'c, P: Protocol> {
    pub(super) common: &'a Common<'c>,
    pub(super) district: &'a mut District<P>,
}

impl<P: Protocol> Local<'_, '_, P> {
    pub(super) fn now(&self) -> Micros {
        self.district.queue.now()
    }

    pub(super) fn node(&mut self, id: NodeId) -> &mut Node<P> {
        self.district.node_mut(id)
    }

    /// Something will happen at a node of this district.
    pub(super) fn at(&mut self, at: Micros, node: NodeId, what: What) {
        self.district.queue.push(at, Event { node, what });
    }

    /// Something will happen at any other node, and no sooner than the shortest way to there takes.
    pub(super) fn post(&mut self, at: Micros, node: NodeId, what: What) {
        self.post_with(at, node, what, None);
    }

    /// The same with a message.
    pub(super) fn post_with(&mut self, at: Micros, node: NodeId, what: What, message: Option<P::Message>) {
        debug_assert!(at >= self.now() + LOOKAHEAD, "it would come before the stride ends");
        let event = Event { node, what };
        let district = District::<P>::of(node);
        if district == self.district.number {
            self.district.put(at, event, message);
        } else {
            self.district.out[district].push(Parcel { at, event, message });
        }
    }

    fn happen(&mut self, Event { node, what }: Event) -> Result<(), Violation> {
        match what {
            What::Captured(sequence) => self.captured(sequence),
            What::Heard => {
                self.heard();
                Ok(())
            }
            What::Timer => self.timer(node),
            What::Message { from, link, bytes, number } => {
                self.message_arrives(node, from, link, bytes, number)
            }
            What::Object(coming) => self.object_arrives(node, coming),
            What::Received(coming) => self.object_received(node, coming),
            What::Opened(queued) => {
                if self.node(node).this_link(queued.to, queued.link).is_some() {
                    self.queue(node, queued);
                }
                Ok(())
            }
            What::Sent => self.sent(node),
            What::Knocks { from } => {
                self.knocked(node, from);
                Ok(())
            }
            What::Dialed { peer, through } => self.dialed(node, peer, through),
            What::Linked { peer, link } => {
                self.linked(node, peer, link);
                Ok(())
            }
            What::Closed { peer, link } => self.closed(node, peer, link),
            What::Dropped { peer, sequence } => self.tell(node, Input::Dropped(peer, sequence)),
            What::Looked => self.looked(node),
            What::Seeks => {
                self.node(node).looking = false;
                self.seek(node);
                Ok(())
            }
        }
    }

    /// Tells a node what happened, and does what it asks for.
    pub(super) fn tell(&mut self, id: NodeId, input: Input<P::Message>) -> Result<(), Violation> {
        let now = self.now();
        let node = self.node(id);
        let Some(protocol) = &mut node.protocol else { return Ok(()) };
        protocol.set_backlog(node.site.sending(node.uplink.queued_bytes.min(u64::from(u32::MAX)) as u32));
        protocol.handle(node.site.clock.read(now), input);
        let most = protocol.most_outputs();
        let mut outputs = 0;
        while let Some(output) = self.node(id).protocol.as_mut().and_then(|protocol| protocol.poll()) {
            outputs += 1;
            if outputs > most {
                return Err(self.violation(id, format!("more than {most} outputs for one input")));
            }
            self.act(id, output)?;
        }
        self.set_timer(id);
        Ok(())
    }

    fn act(&mut self, id: NodeId, output: Output<P::Message>) -> Result<(), Violation> {
        match output {
            Output::Connect(peer) => self.dial(id, peer),
            Output::Send(peer, message) => self.send(id, peer, message),
            Output::Push(peer, sequence) => return self.push(id, peer, sequence),
            Output::Disconnect(peer) => self.disconnect(id, peer),
            Output::Seek => self.seek(id),
        }
        Ok(())
    }

    /// Sets the node's one timer. One that is set already comes too, and sets the next.
    fn set_timer(&mut self, id: NodeId) {
        let now = self.now();
        let node = self.node(id);
        let deadline = node.protocol.as_ref().and_then(|protocol| protocol.deadline());
        if deadline == node.deadline && node.timer != NEVER {
            return;
        }
        node.deadline = deadline;
        let Some(deadline) = deadline else { return };
        let at = node.site.clock.when(deadline).max(now + SHORTEST_TIMER);
        if at < node.timer {
            node.timer = at;
            self.at(at, id, What::Timer);
        }
    }

    fn timer(&mut self, id: NodeId) -> Result<(), Violation> {
        let now = self.now();
        let node = self.node(id);
        if node.timer != now {
            return Ok(());
        }
        node.timer = NEVER;
        if node.deadline.is_some_and(|deadline| deadline <= node.site.clock.read(now)) {
            return self.tell(id, Input::Timeout);
        }
        self.set_timer(id);
        Ok(())
    }
}
