//! What this node keeps of the distributed hash table: room cards, each checked before it is taken and before it is
//! given, and who provides a topic.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::time::Duration;

use libp2p::PeerId;
use libp2p::kad::store::{Error, MemoryStore, MemoryStoreConfig, RecordStore, Result};
use libp2p::kad::{self, ProviderRecord, Record, RecordKey, StoreInserts};
use libp2p::swarm::StreamProtocol;
use parlor_protocol::card::{MAX_CARD_BYTES, SignedCard};
use parlor_protocol::directory::{self, PLACES, Topic, read_record};
use parlor_protocol::ident::RoomId;

use crate::room::now;

/// Our own table: other networks' nodes have no use for our cards, nor we for their records.
pub(super) const PROTOCOL: StreamProtocol = StreamProtocol::new("/parlor/kad/1");
/// Cards kept for others, of 8 KiB at most.
const MAX_CARDS: usize = 2048;
/// Providers kept for a topic: libp2p's 20 would hide the 21st room of a tag.
const MAX_PROVIDERS: usize = 128;
/// Topics of which providers are kept. With all of them full, at some 300 bytes a record, this is 40 MB.
const MAX_TOPICS: usize = 1024;
/// How long others keep what we publish; it is published anew each third of it.
pub(super) const RECORD_TTL: Duration = Duration::from_mins(3);
/// How often provider records are published anew.
const REPUBLISH: Duration = Duration::from_mins(1);
/// How long a query may take: the slowest peer of a full one answers within a few seconds or never.
const QUERY_TIMEOUT: Duration = Duration::from_secs(20);
/// The keys under which a room's card is kept.
pub(super) fn card_keys(room: RoomId) -> [RecordKey; PLACES] {
    directory::card_keys(&room).map(RecordKey::from)
}

/// The key of a topic's provider records.
pub(super) fn topic_key(topic: &Topic) -> RecordKey {
    RecordKey::new(&topic.key())
}

/// The table's part on this node.
pub(super) struct Shelf(MemoryStore);

impl Shelf {
    /// The table as this node takes part in it.
    pub(super) fn kademlia(me: PeerId) -> kad::Behaviour<Self> {
        kad::Behaviour::with_config(me, Self::new(me), Self::config())
    }

    pub(super) fn config() -> kad::Config {
        let mut config = kad::Config::new(PROTOCOL);
        config
            .disjoint_query_paths(true)
            .set_query_timeout(QUERY_TIMEOUT)
            .set_record_ttl(Some(RECORD_TTL))
            // The host signs a new card each minute and puts it there itself.
            .set_replication_interval(None)
            .set_publication_interval(None)
            .set_provider_record_ttl(Some(RECORD_TTL))
            .set_provider_publication_interval(Some(REPUBLISH))
            .set_record_filtering(StoreInserts::Unfiltered)
            .set_parallelism(NonZeroUsize::new(3).expect("3 is not 0"));
        config
    }

    pub(super) fn new(me: PeerId) -> Self {
        Self(MemoryStore::with_config(
            me,
            MemoryStoreConfig {
                max_records: MAX_CARDS,
                max_value_bytes: MAX_CARD_BYTES + 1,
                max_providers_per_key: MAX_PROVIDERS,
                max_provided_keys: MAX_TOPICS,
            },
        ))
    }

    /// Forgets cards that have expired, so that their places are free.
    fn tidy(&mut self) {
        self.0.retain(|_, record| read(record).is_some());
    }
}

/// The card that a record holds, if it is one that may be kept: under its own room's key, signed, not expired.
pub(super) fn read(record: &Record) -> Option<SignedCard> {
    read_record(record.key.as_ref(), &record.value, now()).ok()
}

impl RecordStore for Shelf {
    type RecordsIter<'a> = <MemoryStore as RecordStore>::RecordsIter<'a>;
    type ProvidedIter<'a> = <MemoryStore as RecordStore>::ProvidedIter<'a>;

    fn get(&self, key: &RecordKey) -> Option<Cow<'_, Record>> {
        self.0.get(key).filter(|record| read(record).is_some())
    }

    fn put(&mut self, record: Record) -> Result<()> {
        // The trait has no error for what is not a card; the peer's fault is not ours to explain.
        let card = read(&record).ok_or(Error::ValueTooLarge)?;
        let is_old = |known: SignedCard| !card.is_newer_than(&known);
        if self.0.get(&record.key).and_then(|known| read(&known)).is_some_and(is_old) {
            return Ok(());
        }
        match self.0.put(record.clone()) {
            Err(Error::MaxRecords) => {
                self.tidy();
                self.0.put(record)
            }
            done => done,
        }
    }

    fn remove(&mut self, key: &RecordKey) {
        self.0.remove(key);
    }

    fn records(&self) -> Self::RecordsIter<'_> {
        self.0.records()
    }

    fn add_provider(&mut self, record: ProviderRecord) -> Result<()> {
        self.0.add_provider(record)
    }

    fn providers(&self, key: &RecordKey) -> Vec<ProviderRecord> {
        self.0.providers(key)
    }

    fn provided(&self) -> Self::ProvidedIter<'_> {
        self.0.provided()
    }

    fn remove_provider(&mut self, key: &RecordKey, peer: &PeerId) {
        self.0.remove_provider(key, peer);
    }
}
