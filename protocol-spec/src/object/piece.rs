//! A long chunk travels in pieces: an object is stored and forwarded whole at each hop, so that a group's start that is
//! three times as long as the rest would wait three times as long at each of them.

use std::slice::Chunks;
use std::time::Duration;

use bytes::Bytes;

use super::Header;
use crate::keys::EpochLength;

/// The most pieces of a chunk: as many of 8 KiB as there are in the longest.
pub const MAX_PIECES: usize = 256;
/// What a piece brings of a track: half the mean of chunks of 100 ms. With shorter ones signatures would cost more
/// than the delay that they save.
const PIECE: Duration = Duration::from_millis(50);
/// Less is not cut off: what stands around a piece, 185 bytes at most, is two in a hundred of this.
const MIN_PIECE_BYTES: usize = 8 * 1024;

/// How long a host lets the pieces of a track become, in bytes, where the catalogue says that the track needs so many
/// bits per second (`spec/object.md`, section 8).
#[must_use]
pub fn piece_bytes(bitrate_bps: u32) -> usize {
    let bytes = u64::from(bitrate_bps) / 8 * PIECE.as_millis() as u64 / 1000;
    (bytes as usize).max(MIN_PIECE_BYTES)
}

/// A piece of a chunk, opened. Nothing of it may be used before an [`Assembly`](super::Assembly) has the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub(super) header: Header,
    /// The length of the epochs of the key that opened it.
    pub(super) length: EpochLength,
    pub(super) bytes: Bytes,
}

/// The fewest pieces within the limit that are equally long, up to the last, which may be shorter; [`MAX_PIECES`] where
/// they would be more. An encoded chunk is never empty.
pub(super) fn cut(content: &[u8], limit: usize) -> Chunks<'_, u8> {
    let count = content.len().div_ceil(limit.max(1)).clamp(1, MAX_PIECES);
    content.chunks(content.len().div_ceil(count).max(1))
}
