//! What a relay publishes for hosts that hide behind it: they speak to nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use libp2p::PeerId;
use parlor_protocol::card::{Access, SignedCard};
use parlor_protocol::ident::RoomId;

use parlor_protocol::directory::Topic;

/// Hidden hosts that a relay publishes for: as many as it keeps reservations for.
const MAX_ANNOUNCED: usize = 128;

/// The cards, each from the peer that hosts the room.
#[derive(Default)]
pub(super) struct Announced(Mutex<BTreeMap<RoomId, (PeerId, SignedCard)>>);

impl Announced {
    /// Takes a card from the host that it names. What to publish it under; `None` to publish it no more.
    pub(super) fn take(&self, peer: PeerId, card: SignedCard) -> Option<BTreeSet<Topic>> {
        let names_peer = card.card().peer.as_ref().and_then(super::conductor::peer_id) == Some(peer);
        let is_listed = card.card().is_on_air() && card.card().access != Access::Invited;
        let mut cards = self.lock();
        if !names_peer || !is_listed {
            cards.remove(&card.room());
            return None;
        }
        if cards.len() >= MAX_ANNOUNCED && !cards.contains_key(&card.room()) {
            return None;
        }
        let topics = Topic::of(&card).collect();
        cards.insert(card.room(), (peer, card));
        Some(topics)
    }

    /// Forgets the rooms of a host that is gone.
    pub(super) fn forget(&self, peer: PeerId) -> Vec<RoomId> {
        let mut cards = self.lock();
        let gone: Vec<_> =
            cards.iter().filter(|(_, (host, _))| *host == peer).map(|(room, _)| *room).collect();
        for room in &gone {
            cards.remove(room);
        }
        gone
    }

    /// The card of a room.
    pub(super) fn card(&self, room: RoomId) -> Option<SignedCard> {
        self.lock().get(&room).map(|(_, card)| card.clone())
    }

    /// Every card.
    pub(super) fn cards(&self) -> Vec<SignedCard> {
        self.lock().values().map(|(_, card)| card.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<RoomId, (PeerId, SignedCard)>> {
        self.0.lock().expect("no holder of this lock panics")
    }
}
