//! What stands in the distributed hash table, and under which keys (`spec/network.md`, section 4).
//!
//! Left out: how the table works (Kademlia, as libp2p specifies it), and when a node publishes.

use sha2::{Digest, Sha256};

use crate::card::{CardError, SignedCard, Tag};
use crate::ident::{RoomId, SessionId};
use crate::media::UnixMs;

/// The lobby's shards: so that no key is everybody's, and the work lies on many nodes.
pub const SHARDS: u8 = 16;
/// Places at which a room's card is kept: who would hide it must have the nearest nodes to all of them. Each costs a
/// host twenty messages a minute.
pub const PLACES: usize = 3;
/// What every card's key begins with. Implementations that choose a validator by the first part of a key find
/// `parlor` there.
const CARD_PREFIX: &[u8] = b"/parlor/card/1/";
/// Separate the keys of shards, tags and shows from each other, and from every other use of SHA-256.
const SHARD_CONTEXT: &[u8] = b"parlor lobby v1";
const TAG_CONTEXT: &[u8] = b"parlor tag v1";
const SHOW_CONTEXT: &[u8] = b"parlor show v1";

/// Under which key providers are found: those that list rooms of one kind, or the members of a room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Rooms of one shard of the lobby.
    Shard(Shard),
    /// Rooms with this tag.
    Tag(Tag),
    /// Who has something of this show to give. Only who has the room's card can make the key of it.
    Show(SessionId),
}

/// One of the [`SHARDS`] of the lobby.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

/// Why a record is not to be kept or used. Whoever sent it is at fault, except with what a [`CardError`] says
/// otherwise of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// What it holds is no card that counts now.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The card is of another room than the key.
    #[error("the record's key is not that of its card's room")]
    Key,
}

/// The keys of the records that hold this room's card, in the order in which they are asked for.
#[must_use]
pub fn card_keys(room: &RoomId) -> [Vec<u8>; PLACES] {
    std::array::from_fn(|place| {
        let number: &[u8] = if place == 0 { &[] } else { &[place as u8] };
        [CARD_PREFIX, &room.public_key(), number].concat()
    })
}

/// The card that a record holds, where the record may be kept, given and used at `now`.
///
/// # Errors
/// A [`RecordError`].
pub fn read_record(key: &[u8], value: &[u8], now: UnixMs) -> Result<SignedCard, RecordError> {
    let card = SignedCard::decode(value, now)?;
    let is_its = card_keys(&card.room()).iter().any(|own| own == key);
    if is_its { Ok(card) } else { Err(RecordError::Key) }
}

impl Shard {
    /// The shard in which a room is listed: the low four bits of the first byte of its key, which are as good as
    /// random.
    #[must_use]
    pub fn of(room: &RoomId) -> Self {
        Self(room.public_key()[0] % SHARDS)
    }

    /// Every shard.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SHARDS).map(Self)
    }

    /// Its number, below [`SHARDS`].
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Topic {
    /// The topics under which a listed room is found: its shard, and each of its tags.
    pub fn of(card: &SignedCard) -> impl Iterator<Item = Self> {
        let shard = Self::Shard(Shard::of(&card.room()));
        [shard].into_iter().chain(card.card().tags.iter().cloned().map(Self::Tag))
    }

    /// The key of its provider records.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        let digest = match self {
            Self::Shard(shard) => Sha256::new().chain_update(SHARD_CONTEXT).chain_update([shard.0]),
            Self::Tag(tag) => Sha256::new().chain_update(TAG_CONTEXT).chain_update(tag.as_str()),
            Self::Show(session) => {
                Sha256::new().chain_update(SHOW_CONTEXT).chain_update(session.public_key())
            }
        };
        digest.finalize().into()
    }
}

#[cfg(test)]
mod tests;
