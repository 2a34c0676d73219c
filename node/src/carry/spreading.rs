//! One show being spread: the mesh, and what it sends to whom.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::card::Access;
use parlor_protocol::clock::Time;
use parlor_protocol::control::{Message, ShowMark, Wish};
use parlor_protocol::invite::Proof;
use parlor_protocol::mesh::{
    Contact, Input, MAX_PULL, Mesh, Message as Said, Output, PeerName, Place, STRIPES, View,
};
use tokio::time::Instant;

use super::carriage::Carriage;
use super::conductor::{name, peer_id};
use super::courier::{Courier, Gauge, Line};
use super::means::Means;

/// How long what somebody sends is still taken who is no neighbour any more, or never became one: it was on its way, or
/// is the picture that a newcomer is given with the word to go elsewhere.
const PARTING: Duration = Duration::from_secs(5);
/// With so many neighbours the host still takes a fresh picture for each newcomer; in a larger room there is one soon,
/// and others have it.
const MANY: usize = 12;

/// One show being spread.
pub(super) struct Spreading {
    show: ShowMark,
    mesh: Mesh,
    partners: BTreeMap<PeerId, Partner>,
    /// How many hops each stripe's parent says that it is away from the host.
    ways: [(Option<PeerName>, usize); STRIPES],
    line: Arc<Line>,
    gauge: Gauge,
    room_bps: u64,
}

/// Somebody with whom objects are exchanged.
struct Partner {
    courier: Courier,
    /// Until when, for one that is no neighbour any more.
    until: Option<Instant>,
}

/// What the conductor has to do.
#[derive(Default)]
pub(super) struct Todo {
    pub(super) connect: Vec<Contact>,
    pub(super) seeks: bool,
    /// Those that were spoken to for the first time.
    pub(super) met: Vec<PeerId>,
}

impl Spreading {
    pub(super) fn new(mesh: Mesh, show: ShowMark) -> Self {
        Self {
            show,
            mesh,
            partners: BTreeMap::new(),
            ways: std::array::from_fn(|_| (None, 0)),
            line: Arc::default(),
            gauge: Gauge::new(),
            room_bps: 0,
        }
    }

    pub(super) fn show(&self) -> ShowMark {
        self.show
    }

    /// What one copy of the room takes.
    pub(super) fn set_room_bps(&mut self, bps: u64) {
        self.room_bps = bps;
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        self.mesh.deadline()
    }

    pub(super) fn is_neighbour(&self, peer: PeerId) -> bool {
        self.partners.get(&peer).is_some_and(|partner| partner.until.is_none())
    }

    pub(super) fn is_alone(&self) -> bool {
        self.partners.values().all(|partner| partner.until.is_some())
    }

    /// Where the node stands, and how many hops from the host on the longest way.
    pub(super) fn view(&self) -> (View, Option<usize>) {
        let view = self.mesh.view();
        let ways = view.parents.iter().zip(&self.ways);
        let hops = ways.filter_map(|(parent, (said, hops))| {
            parent.as_ref().filter(|parent| said.as_ref() == Some(parent)).map(|_| *hops)
        });
        let hops = hops.max();
        (view, hops)
    }

    /// Notes what a neighbour says, before the mesh takes it.
    pub(super) fn hear(&mut self, peer: PeerId, message: &Said) {
        match message {
            // From the host to the neighbour, both included: so many hops to here.
            Said::Yes { stripe, path } => {
                self.ways[usize::from(*stripe) % STRIPES] = (Some(name(peer)), path.len());
            }
            Said::Elsewhere { .. } | Said::Leave => self.part(peer),
            _ => {}
        }
    }

    /// Tells the mesh what happened, and does what it says as far as that can be done here.
    pub(super) fn handle(
        &mut self,
        now: Time,
        means: &Means,
        carriage: &Arc<Carriage>,
        input: Input,
    ) -> Todo {
        let mut todo = Todo::default();
        let mut lacks: BTreeMap<(PeerId, u8), Vec<u64>> = BTreeMap::new();
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.mesh.set_backlog(self.gauge.backlog(&self.line, means.upload.ceiling_bps()));
            self.mesh.handle(now, input);
            while let Some(output) = self.mesh.poll() {
                match output {
                    Output::Connect(contact) => todo.connect.push(contact),
                    Output::Seek => todo.seeks = true,
                    Output::Disconnect(peer) => peer_id(&peer).into_iter().for_each(|peer| self.part(peer)),
                    Output::Push(peer, place) => {
                        let Some(peer) = peer_id(&peer) else { continue };
                        let dropped = self.push(means, carriage, peer, place, &mut lacks);
                        inputs.extend(dropped.into_iter().map(|place| Input::Dropped(name(peer), place)));
                    }
                    Output::Send(peer, message) => {
                        let Some(peer) = peer_id(&peer) else { continue };
                        if let Said::Lack { lane, sequences } = message {
                            lacks.entry((peer, lane)).or_default().extend(sequences);
                        } else if self.send(means, carriage, peer, message) {
                            todo.met.push(peer);
                        }
                    }
                }
            }
        }
        // The mesh says them one by one; after a gap there are many.
        for ((peer, lane), sequences) in lacks {
            for some in sequences.chunks(MAX_PULL) {
                self.send(means, carriage, peer, Said::Lack { lane, sequences: some.to_vec() });
            }
        }
        self.sweep(carriage);
        todo
    }

    /// Says something to a neighbour, or to somebody who becomes one; whether to the latter.
    pub(super) fn send(
        &mut self,
        means: &Means,
        carriage: &Arc<Carriage>,
        peer: PeerId,
        message: Said,
    ) -> bool {
        let is_joining = matches!(message, Said::Join { .. });
        let is_welcome = matches!(message, Said::Welcome { .. });
        let is_parting = matches!(message, Said::Elsewhere { .. } | Said::Leave);
        if is_joining {
            knock(means, carriage, peer);
        }
        carriage.door().let_in(peer);
        let room = carriage.room();
        means.links.send(peer, Message::Mesh { room, show: self.show, message });
        if is_joining || is_welcome {
            let partner = self.partner(means, carriage, peer);
            partner.until = None;
            partner.courier.resume();
        } else if is_parting {
            self.part(peer);
        }
        if is_welcome && self.partners.len() <= MANY {
            carriage.greet();
        }
        is_joining || is_welcome
    }

    /// Tells one neighbour, or all of them, which tracks are wanted.
    pub(super) fn say_wishes(
        &self,
        means: &Means,
        carriage: &Carriage,
        wishes: &[Wish],
        only: Option<PeerId>,
    ) {
        for peer in self.partners.keys().filter(|peer| only.is_none_or(|only| only == **peer)) {
            if self.is_neighbour(*peer) {
                let tracks = wishes.to_vec();
                means.links.send(*peer, Message::Want { room: carriage.room(), tracks });
            }
        }
    }

    /// The connection to a peer is gone, and with it what waits.
    pub(super) fn lose(&mut self, carriage: &Carriage, peer: PeerId) {
        if let Some(partner) = self.partners.remove(&peer) {
            partner.courier.abandon();
            carriage.set_partner(peer, false);
        }
    }

    /// The show is over.
    pub(super) fn end(self, carriage: &Carriage) {
        let access = carriage.card().borrow().as_ref().map(|card| card.card().access);
        for (peer, partner) in self.partners {
            if partner.until.is_none() {
                // They hear when the next one begins.
                carriage.door().wait(peer, access);
            }
            carriage.set_partner(peer, false);
        }
    }

    fn push(
        &mut self,
        means: &Means,
        carriage: &Arc<Carriage>,
        peer: PeerId,
        place: Place,
        lacks: &mut BTreeMap<(PeerId, u8), Vec<u64>>,
    ) -> Vec<Place> {
        let Some(object) = carriage.object(place) else {
            // It was so large that it is forgotten already.
            lacks.entry((peer, place.lane)).or_default().push(place.sequence);
            return Vec::new();
        };
        let room_bps = self.room_bps;
        self.partner(means, carriage, peer).courier.push(place, object, room_bps)
    }

    fn partner(&mut self, means: &Means, carriage: &Arc<Carriage>, peer: PeerId) -> &mut Partner {
        let show = self.show;
        let line = &self.line;
        self.partners.entry(peer).or_insert_with(|| {
            carriage.set_partner(peer, true);
            let opening = Message::Objects { room: carriage.room(), show };
            // Whoever is only given a picture is no neighbour.
            Partner {
                courier: Courier::new(means, peer, &opening, line),
                until: Some(Instant::now() + PARTING),
            }
        })
    }

    /// A peer is no neighbour any more; what was sent to it goes out, and what it sent is taken.
    fn part(&mut self, peer: PeerId) {
        if let Some(partner) = self.partners.get_mut(&peer) {
            partner.until.get_or_insert(Instant::now() + PARTING);
            partner.courier.end();
        }
    }

    fn sweep(&mut self, carriage: &Carriage) {
        let now = Instant::now();
        self.partners.retain(|peer, partner| {
            let stays = partner.until.is_none_or(|until| until > now);
            if !stays {
                carriage.set_partner(*peer, false);
            }
            stays
        });
    }
}

/// Shows a neighbour-to-be that this node knows a room by invitation.
fn knock(means: &Means, carriage: &Carriage, peer: PeerId) {
    let room = carriage.room();
    let card = carriage.card().borrow().clone();
    if let Some(card) = card.filter(|card| card.card().access == Access::Invited) {
        let proof = Proof::of_card(card.session(), &room, &means.network.me().to_bytes());
        means.links.send(peer, Message::Knock { room, proof });
    }
}
