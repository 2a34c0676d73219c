//! Small parts of a card: who may enter, for how much, how many watch, and the hash of the picture.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Every sat that will ever be.
pub const MAX_PRICE_SATS: u64 = 2_100_000_000_000_000;
/// A day: whoever sells longer sells days.
pub const MAX_PRICE_MINUTES: u32 = 24 * 60;

/// Who may enter a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody: its seeds are public.
    Open,
    /// Whoever holds an invite.
    Invited,
    /// Whoever pays.
    Paid,
}

/// So many sats for so many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PriceParts", into = "PriceParts")]
pub struct Price {
    sats: u64,
    minutes: u32,
}

/// A price of nothing, for nothing, or beyond [`MAX_PRICE_SATS`] or [`MAX_PRICE_MINUTES`]. Whoever set it is at
/// fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a price is at least 1 sat for 1 to {MAX_PRICE_MINUTES} minutes")]
pub struct PriceError;

/// The price as it stands on the wire.
#[derive(Serialize, Deserialize)]
struct PriceParts {
    sats: u64,
    minutes: u32,
}

impl Price {
    /// `sats` for `minutes`, both at least 1.
    ///
    /// # Errors
    /// [`PriceError`] beyond [`MAX_PRICE_SATS`] or [`MAX_PRICE_MINUTES`].
    pub fn new(sats: u64, minutes: u32) -> Result<Self, PriceError> {
        if (1..=MAX_PRICE_SATS).contains(&sats) && (1..=MAX_PRICE_MINUTES).contains(&minutes) {
            Ok(Self { sats, minutes })
        } else {
            Err(PriceError)
        }
    }

    /// How many sats.
    #[must_use]
    pub fn sats(self) -> u64 {
        self.sats
    }

    /// For how many minutes.
    #[must_use]
    pub fn minutes(self) -> u32 {
        self.minutes
    }
}

impl TryFrom<PriceParts> for Price {
    type Error = PriceError;

    fn try_from(PriceParts { sats, minutes }: PriceParts) -> Result<Self, PriceError> {
        Self::new(sats, minutes)
    }
}

impl From<Price> for PriceParts {
    fn from(Price { sats, minutes }: Price) -> Self {
        Self { sats, minutes }
    }
}

/// About how many watch, in powers of ten: nobody, 1 or more, 10 or more, up to 100 000 or more.
///
/// Never the exact number: from one that changes, whoever looks often would read when a single viewer comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Viewers(u8);

/// A number of the wire that stands for no bucket. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such bucket of viewers")]
pub struct ViewersError;

impl Viewers {
    /// The last bucket: 100 000 or more.
    const LAST: u8 = 6;

    /// The bucket that `count` is in.
    #[must_use]
    pub fn of(count: u64) -> Self {
        Self(count.checked_ilog10().map_or(0, |power| (power as u8).saturating_add(1).min(Self::LAST)))
    }

    /// The least number of the bucket: 0, 1, 10, 100, …
    #[must_use]
    pub fn at_least(self) -> u64 {
        self.0.checked_sub(1).map_or(0, |power| 10_u64.pow(power.into()))
    }
}

impl TryFrom<u8> for Viewers {
    type Error = ViewersError;

    fn try_from(bucket: u8) -> Result<Self, ViewersError> {
        if bucket <= Self::LAST { Ok(Self(bucket)) } else { Err(ViewersError) }
    }
}

impl From<Viewers> for u8 {
    fn from(viewers: Viewers) -> Self {
        viewers.0
    }
}

/// The SHA-256 of a room's snapshot, a JPEG picture: whoever has the picture can pass it on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SnapshotHash([u8; 32]);

impl SnapshotHash {
    /// The hash of this picture.
    #[must_use]
    pub fn of(jpeg: &[u8]) -> Self {
        Self(Sha256::digest(jpeg).into())
    }
}

crate::cbor::bytes_32!(SnapshotHash, "the 32 bytes of a hash");
