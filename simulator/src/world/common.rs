//! What everybody's events look at, whichever district they happen in: it changes only between strides.

use std::collections::VecDeque;
use std::sync::Arc;

use super::fault::Split;
use super::site::{Site, punches};
use crate::engine::Micros;
use crate::protocol::NodeId;
use crate::scenario::{Film, Object, Scenario};

/// What all districts look at.
pub(super) struct Common<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) seed: u64,
    /// The seed of the nodes' sites.
    topology: u64,
    pub(super) film: Arc<Film>,
    /// Where each node sits.
    pub(super) sites: Vec<Site>,
    /// Which of them are in the room, were, or will be.
    pub(super) presence: Vec<Presence>,
    /// Who came lately, and when: whom the host would name.
    pub(super) lately: VecDeque<(Micros, NodeId)>,
    /// The hostile ones that name each other.
    pub(super) gang: Arc<[NodeId]>,
    pub(super) split: Option<Split>,
}

/// Where a node is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It has not come yet.
    Ahead,
    /// It is there.
    In,
    /// It is gone.
    Gone,
}

impl<'a> Common<'a> {
    pub(super) fn new(scenario: &'a Scenario, seed: u64, film: Arc<Film>) -> Self {
        let topology = scenario.topology.unwrap_or(seed);
        let sites: Vec<_> = (0..=scenario.nodes).map(|id| Site::of(scenario, topology, id)).collect();
        let gang = (0..).zip(&sites).filter(|(_, site)| site.conduct.has_gang()).map(|(id, _)| id).collect();
        let presence = vec![Presence::Ahead; sites.len()];
        Self { scenario, seed, topology, film, sites, presence, lately: VecDeque::new(), gang, split: None }
    }

    /// A further node, which has not come yet.
    pub(super) fn add(&mut self) -> NodeId {
        let id = self.sites.len() as NodeId;
        self.sites.push(Site::of(self.scenario, self.topology, id));
        self.presence.push(Presence::Ahead);
        id
    }

    pub(super) fn site(&self, id: NodeId) -> &Site {
        &self.sites[id as usize]
    }

    pub(super) fn object(&self, sequence: u32) -> Object {
        self.film.object(sequence)
    }

    pub(super) fn is_in(&self, id: NodeId) -> bool {
        self.presence.get(id as usize) == Some(&Presence::In)
    }

    pub(super) fn latency(&self, id: NodeId, peer: NodeId) -> Micros {
        self.site(id).latency(self.site(peer))
    }

    /// Whether the other one is there, and on this side of a split.
    pub(super) fn reaches(&self, id: NodeId, peer: NodeId) -> bool {
        self.is_in(peer) && self.healing(id, peer).is_none()
    }

    /// Whether a connection between the two can be made.
    pub(super) fn gets_through(&self, id: NodeId, peer: NodeId) -> bool {
        let are_both_natted = self.site(id).natted && self.site(peer).natted;
        !are_both_natted || punches(self.scenario, self.seed, id, peer)
    }
}
