//! What two nodes say to each other (`spec/control.md`), one [`Message`] per frame.
//!
//! A message is a CBOR map of one entry: its kind, and a map of its fields. Kinds and fields that a node does not
//! know come from a newer version; it skips them and goes on.

mod message;

pub use message::{Message, MessageError, NoEntry, ShowMark, Wish};

use crate::card::MAX_CARD_BYTES;

/// The longest encoded message: thirty cards at their longest, or two hundred as they are.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;
/// The most cards in a message: a page of the lobby.
pub const MAX_CARDS: usize = 64;
/// The longest line of chat, in code points.
pub const MAX_CHAT_CHARS: usize = 500;
/// The longest report, as it travels: sealed for the keeper of a list it is a little longer than it was.
pub const MAX_REPORT_BYTES: usize = crate::report::MAX_REPORT_BYTES + 80;
/// The longest order.
pub const MAX_ORDER_BYTES: usize = 4 * 1024;
/// The largest snapshot: a JPEG picture of 640 × 360 at a good quality.
pub const MAX_SNAPSHOT_BYTES: usize = 64 * 1024;
/// The most passes in a message: what is left of a few purchases, joined where they touch.
pub const MAX_PASSES: usize = 8;

#[cfg(test)]
mod tests;
