//! Peers, and where they may be reached.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::few::few;
use crate::invite::Address;

/// Longest name of a peer. A libp2p peer id has 38 bytes, or 34.
pub const MAX_PEER_BYTES: usize = 64;
/// The most addresses of a contact: two families, two transports, and circuits through a few relays.
pub const MAX_ADDRESSES: usize = 8;

/// A peer's name: 1 to [`MAX_PEER_BYTES`] bytes that mean nothing here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Bytes", into = "Bytes")]
pub struct PeerName {
    /// The first eight bytes, with zeros behind what is shorter: mostly enough to tell two names apart, without a look
    /// elsewhere in memory.
    head: u64,
    bytes: Bytes,
}

/// A peer's name is empty or longer than [`MAX_PEER_BYTES`]. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a peer's name is 1 to {MAX_PEER_BYTES} bytes")]
pub struct PeerNameError;

impl PeerName {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl TryFrom<Bytes> for PeerName {
    type Error = PeerNameError;

    fn try_from(bytes: Bytes) -> Result<Self, PeerNameError> {
        if !(1..=MAX_PEER_BYTES).contains(&bytes.len()) {
            return Err(PeerNameError);
        }
        let mut head = [0; 8];
        head.iter_mut().zip(&bytes).for_each(|(to, byte)| *to = *byte);
        Ok(Self { head: u64::from_be_bytes(head), bytes })
    }
}

impl From<PeerName> for Bytes {
    fn from(name: PeerName) -> Self {
        name.bytes
    }
}

/// A peer, and where it may be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its name.
    pub peer: PeerName,
    /// Its addresses, best first, [`MAX_ADDRESSES`] at most. Only its own word for them is handed on.
    #[serde(deserialize_with = "few::<_, _, MAX_ADDRESSES>")]
    pub addresses: Vec<Address>,
}
