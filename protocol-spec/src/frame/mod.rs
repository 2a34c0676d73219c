//! How objects and messages stand on a stream (`spec/frame.md`): a head of five bytes, then the body.
//!
//! [`encode_head`] writes heads; [`Reader`] takes what a stream delivers, in pieces of any size, and gives frames.
//! Neither knows what is in a body.

mod reader;

use bytes::Bytes;

pub use reader::Reader;

use crate::control::MAX_MESSAGE_BYTES;
use crate::object::MAX_OBJECT_BYTES;

/// Bytes of a head: the body's length in four, big end first, and its kind in one.
pub const HEAD_BYTES: usize = 5;
/// The longest frame: an object with the largest payload, and its head.
pub const MAX_FRAME_BYTES: usize = HEAD_BYTES + MAX_OBJECT_BYTES;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A sealed object ([`object`](crate::object)).
    Object,
    /// A message ([`control`](crate::control)).
    Message,
}

/// One frame's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A sealed object, not yet read.
    Object(Bytes),
    /// A message, not yet decoded.
    Message(Bytes),
}

/// Why a stream can't be read on. The sender is at fault, except where the connection broke ([`Self::Truncated`]);
/// the stream is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A kind of frame that does not exist.
    #[error("the stream holds a frame of an unknown kind, {0}")]
    Kind(u8),
    /// An object where only messages are sent.
    #[error("the stream is for messages, and holds an object")]
    Object,
    /// A body longer than its kind may be.
    #[error("a frame of {0} bytes is longer than its limit")]
    TooLong(u32),
    /// A frame without a body.
    #[error("a frame is empty")]
    Empty,
    /// The stream ended within a frame.
    #[error("the stream ended in the middle of a frame")]
    Truncated,
}

impl Kind {
    /// The longest body of this kind, in bytes.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Object => MAX_OBJECT_BYTES,
            Self::Message => MAX_MESSAGE_BYTES,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Object => 0,
            Self::Message => 1,
        }
    }

    const fn from_byte(byte: u8) -> Result<Self, FrameError> {
        match byte {
            0 => Ok(Self::Object),
            1 => Ok(Self::Message),
            other => Err(FrameError::Kind(other)),
        }
    }
}

/// The head that goes before a body of `length` bytes.
///
/// # Panics
/// Where `length` is zero or above [`Kind::max_bytes`]: every encoder of this crate stays within it.
#[must_use]
pub fn encode_head(kind: Kind, length: usize) -> [u8; HEAD_BYTES] {
    assert!((1..=kind.max_bytes()).contains(&length), "{length} bytes are no body of a frame");
    let [a, b, c, d] = (length as u32).to_be_bytes();
    [a, b, c, d, kind.byte()]
}

#[cfg(test)]
mod tests;
