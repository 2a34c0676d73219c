//! The node's dealings with the distributed hash table: what it publishes there, and what it looks up.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use libp2p::PeerId;
use libp2p::kad::{
    self, GetProvidersOk, GetRecordOk, PeerRecord, ProgressStep, QueryId, QueryResult, Quorum, Record,
    RecordKey,
};
use parlor_protocol::card::SignedCard;
use parlor_protocol::directory::Topic;
use parlor_protocol::ident::RoomId;
use tokio::sync::{mpsc, oneshot};

use super::shelf::{Shelf, card_keys, read, topic_key};

/// Lookups at a time; a caller beyond them finds nothing. The lobby's 16 shards, a few tags, and rooms by their ids.
const MAX_LOOKUPS: usize = 128;
/// Rooms that a node publishes: the host's own, or those that hide behind a relay.
const MAX_PUBLISHED: usize = 256;

/// What is published and what is being looked up.
#[derive(Default)]
pub(super) struct Directory {
    published: BTreeMap<RoomId, Published>,
    /// What else this node provides, and for whom: no more than there are rooms that it carries.
    provided: Vec<(Topic, oneshot::Sender<()>)>,
    lookups: HashMap<QueryId, Lookup>,
}

/// What is published of a room.
struct Published {
    card: SignedCard,
    topics: BTreeSet<Topic>,
}

enum Lookup {
    /// For a room's card: where to look next, and the newest so far.
    Card {
        room: RoomId,
        places: Vec<RecordKey>,
        newest: Option<Box<SignedCard>>,
        done: oneshot::Sender<Option<SignedCard>>,
    },
    /// For providers of a topic.
    Providers { found: mpsc::Sender<PeerId>, asked: HashSet<PeerId>, most: usize },
}

/// A provider that a lookup found, and who waits for it.
pub(super) struct Found {
    pub(super) peer: PeerId,
    pub(super) told: mpsc::Sender<PeerId>,
}

impl Directory {
    /// Puts a card into the table, and this node among the providers of its topics; not of earlier ones any more.
    pub(super) fn publish(
        &mut self,
        kad: &mut kad::Behaviour<Shelf>,
        card: &SignedCard,
        topics: BTreeSet<Topic>,
    ) {
        let room = card.room();
        if self.published.len() >= MAX_PUBLISHED && !self.published.contains_key(&room) {
            return;
        }
        put(kad, card, &topics);
        let before = self.published.insert(room, Published { card: card.clone(), topics });
        self.stop_unless_used(kad, &before.map(|before| before.topics).unwrap_or_default());
    }

    /// Publishes everything anew: who was alone in the network has met somebody who keeps the table.
    pub(super) fn publish_again(&self, kad: &mut kad::Behaviour<Shelf>) {
        for Published { card, topics } in self.published.values() {
            put(kad, card, topics);
        }
        self.provided.iter().for_each(|(topic, _)| provide(kad, topic));
    }

    /// Provides a topic until the other end is gone.
    pub(super) fn provide(
        &mut self,
        kad: &mut kad::Behaviour<Shelf>,
        topic: Topic,
        provided: oneshot::Sender<()>,
    ) {
        provide(kad, &topic);
        self.provided.push((topic, provided));
    }

    /// Provides no more what nobody here wants to be found under any more.
    pub(super) fn tidy(&mut self, kad: &mut kad::Behaviour<Shelf>) {
        let ended = self.provided.extract_if(.., |(_, provided)| provided.is_closed());
        let ended = ended.map(|(topic, _)| topic).collect();
        self.stop_unless_used(kad, &ended);
    }

    /// Publishes nothing of this room any more.
    pub(super) fn withdraw(&mut self, kad: &mut kad::Behaviour<Shelf>, room: RoomId) {
        if let Some(Published { topics, .. }) = self.published.remove(&room) {
            self.stop_unless_used(kad, &topics);
        }
        for key in card_keys(room) {
            kad.remove_record(&key);
        }
    }

    fn stop_unless_used(&self, kad: &mut kad::Behaviour<Shelf>, topics: &BTreeSet<Topic>) {
        let is_used = |topic: &&Topic| {
            let is_listed = self.published.values().any(|of| of.topics.contains(*topic));
            is_listed || self.provided.iter().any(|(provided, _)| provided == *topic)
        };
        topics.iter().filter(|topic| !is_used(topic)).for_each(|topic| kad.stop_providing(&topic_key(topic)));
    }

    /// Looks up a room's card.
    pub(super) fn find(
        &mut self,
        kad: &mut kad::Behaviour<Shelf>,
        room: RoomId,
        done: oneshot::Sender<Option<SignedCard>>,
    ) {
        if self.lookups.len() < MAX_LOOKUPS {
            let mut places = card_keys(room).to_vec();
            let query = kad.get_record(places.remove(0));
            self.lookups.insert(query, Lookup::Card { room, places, newest: None, done });
        }
    }

    /// Looks up who provides a topic: so many at most.
    pub(super) fn providers(
        &mut self,
        kad: &mut kad::Behaviour<Shelf>,
        topic: &Topic,
        most: usize,
        found: mpsc::Sender<PeerId>,
    ) {
        if self.lookups.len() < MAX_LOOKUPS {
            let query = kad.get_providers(topic_key(topic));
            self.lookups.insert(query, Lookup::Providers { found, asked: HashSet::new(), most });
        }
    }

    /// Takes in what a query brought. Providers that are new are given back, to be connected to at once: the query
    /// alone knows their addresses, and only as long as it runs.
    pub(super) fn progress(
        &mut self,
        kad: &mut kad::Behaviour<Shelf>,
        id: QueryId,
        result: QueryResult,
        step: &ProgressStep,
    ) -> Vec<Found> {
        let mut new = Vec::new();
        match (self.lookups.get_mut(&id), result) {
            (
                Some(Lookup::Card { room, newest, .. }),
                QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(PeerRecord { record, .. }))),
            ) => {
                let card = read(&record).filter(|card| card.room() == *room);
                let is_newer =
                    |card: &SignedCard| newest.as_deref().is_none_or(|known| card.is_newer_than(known));
                if let Some(card) = card.filter(is_newer) {
                    *newest = Some(Box::new(card));
                }
            }
            (
                Some(Lookup::Providers { found, asked, most }),
                QueryResult::GetProviders(Ok(GetProvidersOk::FoundProviders { providers, .. })),
            ) => {
                let left = most.saturating_sub(asked.len());
                let fresh = providers.into_iter().filter(|peer| asked.insert(*peer)).take(left);
                new.extend(fresh.map(|peer| Found { peer, told: found.clone() }));
            }
            _ => {}
        }
        if step.last
            && let Some(Lookup::Card { room, mut places, newest, done }) = self.lookups.remove(&id)
        {
            if newest.is_none() && !places.is_empty() {
                let query = kad.get_record(places.remove(0));
                self.lookups.insert(query, Lookup::Card { room, places, newest, done });
            } else {
                // Whoever asked may have gone.
                let _ = done.send(newest.map(|card| *card));
            }
        }
        new
    }
}

fn put(kad: &mut kad::Behaviour<Shelf>, card: &SignedCard, topics: &BTreeSet<Topic>) {
    for key in card_keys(card.room()) {
        let value = card.bytes().to_vec();
        // The signature says whose it is; the peer that puts it there is nobody's business.
        let record = Record { key, value, publisher: None, expires: None };
        // A node alone in its network keeps it for those who come.
        let _ = kad.put_record(record, Quorum::One);
    }
    for topic in topics {
        provide(kad, topic);
    }
}

fn provide(kad: &mut kad::Behaviour<Shelf>, topic: &Topic) {
    // Refused only above the shelf's own ceiling; a room is then found by its id, and its members through the host.
    let _ = kad.start_providing(topic_key(topic));
}
