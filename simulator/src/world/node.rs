//! What the world keeps of one node: its protocol, its links, its uplink, and which objects it has.

use std::collections::VecDeque;

use super::site::Site;
use crate::engine::Micros;
use crate::protocol::{NodeId, Sequence};

/// No timer is set.
pub(super) const NEVER: Micros = Micros::MAX;
/// For how many objects a node remembers over how many hops they came: ten seconds.
const DEPTHS: usize = 256;

/// A node.
pub(super) struct Node<P> {
    pub(super) site: Site,
    /// Its part of the room; none before it comes and after it has left.
    pub(super) protocol: Option<Box<P>>,
    pub(super) came: Micros,
    pub(super) left: Option<Micros>,
    /// When the first group's start came.
    pub(super) first_frame: Option<Micros>,
    pub(super) first_chunk: u32,
    /// Its links, by the other end.
    pub(super) links: Vec<Link>,
    /// To whom it dials.
    pub(super) dialing: Vec<NodeId>,
    pub(super) uplink: Uplink,
    /// Until when its downlink is taken.
    pub(super) down_free: Micros,
    pub(super) held: Held,
    /// The deadline that the timer was set for, by its own clock, and when the timer comes.
    pub(super) deadline: Option<Micros>,
    pub(super) timer: Micros,
    /// Whether a lookup is under way, and before when there is no other.
    pub(super) looking: bool,
    pub(super) look_after: Micros,
}

impl<P> Node<P> {
    pub(super) fn new(site: Site, objects: u32) -> Self {
        Self {
            site,
            protocol: None,
            came: 0,
            left: None,
            first_frame: None,
            first_chunk: 0,
            links: Vec::new(),
            dialing: Vec::new(),
            uplink: Uplink::default(),
            down_free: 0,
            held: Held::new(objects),
            deadline: None,
            timer: NEVER,
            looking: false,
            look_after: 0,
        }
    }

    pub(super) fn is_in(&self) -> bool {
        self.protocol.is_some()
    }

    pub(super) fn link(&mut self, peer: NodeId) -> Option<&mut Link> {
        let place = self.links.binary_search_by_key(&peer, |link| link.peer).ok()?;
        Some(&mut self.links[place])
    }

    /// The link to this peer, if it is still this one.
    pub(super) fn this_link(&mut self, peer: NodeId, number: u32) -> Option<&mut Link> {
        self.link(peer).filter(|link| link.number == number)
    }

    pub(super) fn add_link(&mut self, link: Link) {
        if let Err(place) = self.links.binary_search_by_key(&link.peer, |other| other.peer) {
            self.links.insert(place, link);
        }
    }

    pub(super) fn remove_link(&mut self, peer: NodeId) -> Option<Link> {
        let place = self.links.binary_search_by_key(&peer, |link| link.peer).ok()?;
        Some(self.links.remove(place))
    }
}

/// A node's end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) peer: NodeId,
    /// The connection's number, the same at both ends.
    pub(super) number: u32,
    /// Bytes of objects that wait to be sent over it.
    pub(super) waiting_bytes: u32,
    /// How many they are.
    pub(super) waiting: u32,
    /// Nothing is acknowledged any more: what is given to it waits.
    pub(super) stalled: bool,
    /// It ends once they are out.
    pub(super) closing: bool,
    /// When what was sent last arrives: nothing overtakes on its stream.
    pub(super) object_at: Micros,
    pub(super) message_at: Micros,
}

impl Link {
    pub(super) fn new(peer: NodeId, number: u32) -> Self {
        Self {
            peer,
            number,
            waiting_bytes: 0,
            waiting: 0,
            stalled: false,
            closing: false,
            object_at: 0,
            message_at: 0,
        }
    }
}

/// What waits to be sent, and what was.
#[derive(Default)]
pub(super) struct Uplink {
    pub(super) queue: VecDeque<Queued>,
    /// Bytes in it.
    pub(super) queued_bytes: u64,
    /// What is on its way out.
    pub(super) sending: Option<Queued>,
    /// Until when messages take the line.
    pub(super) message_free: Micros,
    /// Until when greeting others has taken its part of the line.
    pub(super) greeting_free: Micros,
    /// How long messages took the line while an object was on its way out: it ends that much later.
    pub(super) debt: Micros,
    pub(super) object_bytes: u64,
    pub(super) message_bytes: u64,
}

/// An object that waits for the uplink.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queued {
    pub(super) to: NodeId,
    pub(super) link: u32,
    pub(super) load: Load,
    pub(super) bytes: u32,
}

/// An object under way: which, and whether it is what the host made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load(u32);

impl Load {
    const BAD: u32 = 1 << 31;

    pub(super) fn new(sequence: Sequence, bad: bool) -> Self {
        Self(sequence | if bad { Self::BAD } else { 0 })
    }

    pub(super) fn sequence(self) -> Sequence {
        self.0 & !Self::BAD
    }

    pub(super) fn is_bad(self) -> bool {
        self.0 & Self::BAD != 0
    }

    pub(super) fn bits(self) -> u32 {
        self.0
    }
}

/// Which objects a node has, which came in time, and over how many hops.
pub(super) struct Held {
    has: Vec<u64>,
    in_time: Vec<u64>,
    depths: [u8; DEPTHS],
}

impl Held {
    fn new(objects: u32) -> Self {
        let words = objects as usize / 64 + 1;
        Self { has: vec![0; words], in_time: vec![0; words], depths: [0; DEPTHS] }
    }

    pub(super) fn has(&self, sequence: Sequence) -> bool {
        bit(&self.has, sequence)
    }

    pub(super) fn was_in_time(&self, sequence: Sequence) -> bool {
        bit(&self.in_time, sequence)
    }

    pub(super) fn put(&mut self, sequence: Sequence, depth: u8, in_time: bool) {
        let (word, mask) = (sequence as usize / 64, 1 << (sequence % 64));
        self.has[word] |= mask;
        if in_time {
            self.in_time[word] |= mask;
        }
        self.depths[sequence as usize % DEPTHS] = depth;
    }

    /// How many it has that the other one never had.
    pub(super) fn beyond(&self, other: &Self) -> u64 {
        self.has.iter().zip(&other.has).map(|(has, others)| u64::from((has & !others).count_ones())).sum()
    }

    pub(super) fn depth(&self, sequence: Sequence) -> u8 {
        self.depths[sequence as usize % DEPTHS]
    }
}

fn bit(words: &[u64], number: u32) -> bool {
    words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
}
