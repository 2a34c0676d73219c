//! Cards of other rooms: those that peers list, for the lobby, and those that were asked for by name.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::card::{Access, SignedCard};
use parlor_protocol::ident::RoomId;
use tokio::sync::watch;
use tokio::time::Instant;

/// Peers whose lists are kept: with 64 cards each of 8 KiB at most, and a few hundred bytes most of the time.
const MAX_PEERS: usize = 256;
/// Cards that were asked for by name and are kept.
const MAX_NAMED: usize = 64;
/// A list that was not renewed for so long is forgotten: the lobby asks each few seconds.
const LIST_LIFE: Duration = Duration::from_secs(30);

/// The cards that this node knows of other rooms.
#[derive(Default)]
pub(super) struct Cards {
    lists: Mutex<HashMap<PeerId, List>>,
    named: Mutex<BTreeMap<RoomId, SignedCard>>,
    changes: watch::Sender<u64>,
}

struct List {
    cards: Vec<SignedCard>,
    at: Instant,
}

impl Cards {
    /// A peer lists these rooms, and no others any more.
    pub(super) fn set_list(&self, peer: PeerId, cards: Vec<SignedCard>) {
        let mut lists = self.lists();
        lists.retain(|_, list| list.at.elapsed() < LIST_LIFE);
        if lists.len() < MAX_PEERS || lists.contains_key(&peer) {
            lists.insert(peer, List { cards, at: Instant::now() });
        }
        drop(lists);
        self.tell();
    }

    /// Forgets what a peer lists: it can't be reached.
    pub(super) fn forget_list(&self, peer: PeerId) {
        if self.lists().remove(&peer).is_some() {
            self.tell();
        }
    }

    /// A card that was asked for by name.
    pub(super) fn set_named(&self, card: SignedCard) {
        let mut named = self.named();
        let room = card.room();
        if named.get(&room).is_some_and(|known| !card.is_newer_than(known)) {
            return;
        }
        if named.len() >= MAX_NAMED && !named.contains_key(&room) {
            named.pop_first();
        }
        named.insert(room, card);
        drop(named);
        self.tell();
    }

    /// The newest card of a room.
    pub(super) fn newest(&self, room: RoomId) -> Option<SignedCard> {
        let named = self.named().get(&room).cloned();
        let lists = self.lists();
        let listed = lists.values().flat_map(|list| &list.cards).filter(|card| card.room() == room).cloned();
        newest_of(listed.chain(named))
    }

    /// The peers that list a room.
    pub(super) fn listers(&self, room: RoomId) -> Vec<PeerId> {
        let lists = self.lists();
        let lists = lists.iter().filter(|(_, list)| list.at.elapsed() < LIST_LIFE);
        lists
            .filter(|(_, list)| list.cards.iter().any(|card| card.room() == room))
            .map(|(peer, _)| *peer)
            .collect()
    }

    /// Every room on air that somebody lists, each with its newest card.
    pub(super) fn listed(&self) -> Vec<SignedCard> {
        let mut rooms: BTreeMap<RoomId, SignedCard> = BTreeMap::new();
        for list in self.lists().values().filter(|list| list.at.elapsed() < LIST_LIFE) {
            for card in &list.cards {
                let known = rooms.get(&card.room());
                if known.is_none_or(|known| card.is_newer_than(known)) {
                    rooms.insert(card.room(), card.clone());
                }
            }
        }
        rooms
            .into_values()
            .filter(|card| card.card().is_on_air() && card.card().access != Access::Invited)
            .collect()
    }

    /// Told whenever a card came or went.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn tell(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn lists(&self) -> MutexGuard<'_, HashMap<PeerId, List>> {
        self.lists.lock().expect("no holder of the cards' lock panics")
    }

    fn named(&self) -> MutexGuard<'_, BTreeMap<RoomId, SignedCard>> {
        self.named.lock().expect("no holder of the cards' lock panics")
    }
}

fn newest_of(cards: impl Iterator<Item = SignedCard>) -> Option<SignedCard> {
    cards.reduce(|best, card| if card.is_newer_than(&best) { card } else { best })
}
