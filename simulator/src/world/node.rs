//! What the world keeps of one node: its protocol, its links, its uplink, and which objects it has.

use std::collections::VecDeque;

use fastrand::Rng;

use super::common::Common;
use super::site::Site;
use crate::engine::{Micros, mix, rng};
use crate::protocol::{NodeId, STRIPES, Sequence};

/// No timer is set.
pub(super) const NEVER: Micros = Micros::MAX;
/// For how many objects a node remembers over how many hops they came: ten seconds with sound.
const DEPTHS: usize = 1024;

/// A node.
pub(super) struct Node<P> {
    pub(super) site: Site,
    /// Chance of its links.
    pub(super) chance: Rng,
    /// Its part of the room; none before it comes and after it has left.
    pub(super) protocol: Option<Box<P>>,
    pub(super) came: Micros,
    /// When the first group's start came.
    pub(super) first_frame: Option<Micros>,
    pub(super) first_chunk: u32,
    pub(super) links: Links,
    /// How many connections it has made.
    pub(super) links_made: u32,
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
    pub(super) fn new(common: &Common, id: NodeId, site: Site) -> Self {
        Self {
            site,
            chance: rng(common.seed, mix(u64::from(id)) ^ 1),
            protocol: None,
            came: 0,
            first_frame: None,
            first_chunk: 0,
            links: Links::default(),
            links_made: 0,
            dialing: Vec::new(),
            uplink: Uplink::default(),
            down_free: 0,
            held: Held::new(common.film.len()),
            deadline: None,
            timer: NEVER,
            looking: false,
            look_after: 0,
        }
    }

    pub(super) fn link(&mut self, peer: NodeId) -> Option<&mut Link> {
        self.links.get(peer)
    }

    /// Ends the link to this peer: what waits for it waits no more.
    pub(super) fn part(&mut self, peer: NodeId) -> Option<Link> {
        let link = self.links.remove(peer)?;
        let uplink = &mut self.uplink;
        uplink.queue.retain(|queued| queued.to != peer);
        uplink.queued_bytes = uplink.queue.iter().map(|queued| u64::from(queued.bytes)).sum();
        Some(link)
    }

    /// The link to this peer, if it is still this one.
    pub(super) fn this_link(&mut self, peer: NodeId, number: u32) -> Option<&mut Link> {
        self.link(peer).filter(|link| link.number == number || link.crossed == Some(number))
    }
}

/// A node's links, by the other end.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// The other ends, in order, apart from the rest: looking for one touches a line or two of the cache.
    peers: Vec<NodeId>,
    links: Vec<Link>,
}

impl Links {
    fn get(&mut self, peer: NodeId) -> Option<&mut Link> {
        self.peers.binary_search(&peer).ok().map(|place| &mut self.links[place])
    }

    pub(super) fn add(&mut self, link: Link) {
        if let Err(place) = self.peers.binary_search(&link.peer) {
            self.peers.insert(place, link.peer);
            self.links.insert(place, link);
        }
    }

    fn remove(&mut self, peer: NodeId) -> Option<Link> {
        let place = self.peers.binary_search(&peer).ok()?;
        self.peers.remove(place);
        Some(self.links.remove(place))
    }

    pub(super) fn len(&self) -> usize {
        self.links.len()
    }

    pub(super) fn peers(&self) -> &[NodeId] {
        &self.peers
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Link> {
        self.links.iter_mut()
    }
}

/// A node's end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) peer: NodeId,
    /// The connection's number, the same at both ends.
    pub(super) number: u32,
    /// Where both have dialed at a time: the other one's number.
    pub(super) crossed: Option<u32>,
    /// How long a packet takes.
    pub(super) latency: Micros,
    /// How many of a million packets get lost.
    pub(super) loss_ppm: u32,
    /// How many objects wait to be sent over it.
    pub(super) waiting: u32,
    /// How many bytes they are.
    pub(super) waiting_bytes: u32,
    /// Nothing is acknowledged any more: what is given to it waits.
    pub(super) stalled: bool,
    /// It ends once they are out.
    pub(super) closing: bool,
    /// When what was sent last arrives: nothing overtakes on its stream.
    pub(super) object_at: Micros,
    pub(super) message_at: Micros,
    /// When this end's streams are open: the one for messages, and one for each stripe's objects.
    pub(super) messages_open: Option<Micros>,
    pub(super) objects_open: [Option<Micros>; STRIPES],
    /// Until when what comes is acknowledged together with what came before, and for how many packets that still does.
    pub(super) acknowledged_until: Micros,
    pub(super) acknowledged_more: u32,
    /// What came while the world was split is kept back until then, and what comes after it.
    pub(super) held_until: Micros,
}

impl Link {
    /// When this end's stream is open that it opened at that time or opens now: who opens one says which protocol it
    /// is for, and sends nothing before the other end has agreed.
    pub(super) fn opens(latency: Micros, opened: &mut Option<Micros>, now: Micros) -> Micros {
        *opened.get_or_insert(now + 2 * latency)
    }

    pub(super) fn new(common: &Common, id: NodeId, peer: NodeId, number: u32) -> Self {
        Self {
            peer,
            number,
            crossed: None,
            latency: common.latency(id, peer),
            loss_ppm: u32::midpoint(common.site(id).loss_ppm, common.site(peer).loss_ppm),
            waiting: 0,
            waiting_bytes: 0,
            stalled: false,
            closing: false,
            object_at: 0,
            message_at: 0,
            messages_open: None,
            objects_open: [None; STRIPES],
            acknowledged_until: 0,
            acknowledged_more: 0,
            held_until: 0,
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

/// An object on its way to somebody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    pub(super) from: NodeId,
    pub(super) link: u32,
    pub(super) load: Load,
    /// Over how many hops it comes.
    pub(super) depth: u8,
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
