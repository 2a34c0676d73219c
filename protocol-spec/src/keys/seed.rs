//! Seeds of the tree, and the keys that grow from them.

use std::fmt;
use std::ops::RangeInclusive;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{DEPTH, Epoch, EpochLength};
use crate::media::TrackName;

/// Separates content keys from everything else that might be derived from a leaf.
const CONTENT_CONTEXT: &[u8] = b"parlor content key v1";

/// 32 secret bytes: wiped when dropped, and hidden from logs.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) Zeroizing<[u8; 32]>);

/// One seed of the tree: it opens every epoch below it, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Levels below the root, [`DEPTH`] for a leaf.
    depth: u8,
    /// Its place among the 2^depth seeds of its level.
    index: u32,
    secret: Secret,
}

/// The key that opens one track during one epoch of one generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentKey {
    generation: u32,
    epoch: Epoch,
    length: EpochLength,
    track: TrackName,
    secret: Secret,
}

impl Secret {
    /// HKDF-SHA256 (RFC 5869), whole.
    pub(super) fn derive(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(salt), secret)
            .expand_multi_info(info, &mut *bytes)
            .expect("32 bytes are one block of SHA-256");
        Self(bytes)
    }

    /// The second half of HKDF-SHA256 (RFC 5869, section 2.3) alone, for a secret that is uniform already.
    fn expand(&self, info: &[&[u8]]) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::from_prk(&*self.0)
            .expect("32 bytes are a block of SHA-256")
            .expand_multi_info(info, &mut *bytes)
            .expect("32 bytes are one block of SHA-256");
        Self(bytes)
    }

    /// HMAC-SHA256 (RFC 2104) of one byte: 0 for the left child, 1 for the right.
    fn child(&self, side: u8) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes keys of any length");
        Self(Zeroizing::new(mac.chain_update([side]).finalize().into_bytes().into()))
    }
}

impl Seed {
    pub(super) fn root(secret: Secret) -> Self {
        Self { depth: 0, index: 0, secret }
    }

    /// The seed at this place, where there is such a place.
    pub(super) fn new(depth: u8, index: u32, secret: Secret) -> Option<Self> {
        (depth <= DEPTH && u64::from(index) < 1 << depth).then_some(Self { depth, index, secret })
    }

    /// Levels below the root, [`DEPTH`] for a leaf.
    #[must_use]
    pub fn depth(&self) -> u8 {
        self.depth
    }

    /// Its place among the 2^depth seeds of its level, from the left.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The epochs that it opens.
    #[must_use]
    pub fn span(&self) -> RangeInclusive<Epoch> {
        let leaves = 1 << (DEPTH - self.depth);
        let at = |index| Epoch::new(index).expect("the leaves of a seed are leaves of the tree");
        let first = self.index * leaves;
        at(first)..=at(first + (leaves - 1))
    }

    /// The seed at this place, where it lies below this one or is this one.
    pub(super) fn descend(&self, depth: u8, index: u32) -> Option<Self> {
        let levels = depth.checked_sub(self.depth)?;
        if depth > DEPTH || index.checked_shr(levels.into()) != Some(self.index) {
            return None;
        }
        let side = |level: u8| (index >> level & 1) as u8;
        let secret = (0..levels).rev().fold(self.secret.clone(), |secret, level| secret.child(side(level)));
        Some(Self { depth, index, secret })
    }

    /// The key of a track during an epoch below this seed.
    pub(super) fn key(
        &self,
        generation: u32,
        length: EpochLength,
        epoch: Epoch,
        track: &TrackName,
    ) -> Option<ContentKey> {
        let leaf = self.descend(DEPTH, epoch.index())?;
        let secret = leaf.secret.expand(&[CONTENT_CONTEXT, track.as_str().as_bytes()]);
        Some(ContentKey { generation, epoch, length, track: track.clone(), secret })
    }
}

impl ContentKey {
    /// The generation of the tree that it is of.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The epoch that it opens.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How long that epoch is.
    #[must_use]
    pub fn length(&self) -> EpochLength {
        self.length
    }

    /// The track that it opens.
    #[must_use]
    pub fn track(&self) -> &TrackName {
        &self.track
    }

    /// The key itself.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.secret.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&*self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Copies from the reader's buffer straight into memory that is wiped.
        struct Bytes32;

        impl Visitor<'_> for Bytes32 {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("32 bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Secret, E> {
                let bytes = bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))?;
                Ok(Secret(Zeroizing::new(bytes)))
            }
        }

        deserializer.deserialize_bytes(Bytes32)
    }
}
