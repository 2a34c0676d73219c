//! Moderators who watch from other nodes: what they are told, and what they order.

use std::collections::BTreeMap;

use libp2p::PeerId;
use parlor_protocol::control::Message;
use parlor_protocol::talk::{Keeping, MAX_SPEAKERS, Order, Refusal};

use super::Desk;
use crate::room::{Talker, VisitorId};

/// Guests who talked, and what those among them were told who keep order.
#[derive(Default)]
pub(super) struct Moderators {
    /// Whoever becomes a moderator has said something. As many as the talk remembers.
    talked: BTreeMap<VisitorId, PeerId>,
    /// No more than there can be moderators, and as many who were.
    told: BTreeMap<PeerId, Keeping>,
}

impl Moderators {
    /// Somebody talks.
    pub(super) fn met(&mut self, visitor: VisitorId, peer: PeerId) {
        if self.talked.len() >= MAX_SPEAKERS && !self.talked.contains_key(&visitor) {
            self.talked.pop_first();
        }
        self.talked.insert(visitor, peer);
    }
}

impl Desk {
    /// Tells the moderators elsewhere what has changed for them.
    pub(super) fn tell_moderators(&mut self) {
        let room = self.room.id();
        let keeping = |visitor| self.room.keeping(Talker { visitor, is_host: false });
        let peers = self
            .room
            .talk()
            .moderators()
            .filter_map(|visitor| Some((*self.moderators.talked.get(&visitor)?, keeping(visitor)?)));
        let now: BTreeMap<PeerId, Keeping> = peers.collect();
        let links = &self.carrier.means().links;
        for (peer, keeping) in &now {
            if self.moderators.told.get(peer) != Some(keeping) {
                links.send(*peer, Message::Keeping { room, keeping: keeping.clone() });
            }
        }
        for peer in self.moderators.told.keys().filter(|peer| !now.contains_key(peer)) {
            links.send(*peer, Message::Keeping { room, keeping: Keeping::default() });
        }
        self.moderators.told = now;
    }

    /// A moderator's node may have forgotten what it was told.
    pub(super) fn tell_again(&mut self, peer: PeerId) {
        if self.moderators.told.remove(&peer).is_some() {
            self.tell_moderators();
        }
    }

    /// Does what a guest orders who may, and is in the room.
    pub(super) fn obey(&self, peer: PeerId, body: &[u8]) -> Result<(), Refusal> {
        if !self.is_in(peer) {
            return Err(Refusal::NotHere);
        }
        let order = Order::decode(body).ok_or(Refusal::Other)?;
        self.room.obey_here(self.talker(peer), order)
    }
}
