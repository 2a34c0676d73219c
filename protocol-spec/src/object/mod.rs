//! A chunk, or a piece of one, sealed and signed, as relays carry it (`spec/object.md`).
//!
//! The order of what a node may do with bytes is in the types: [`Received::read`] takes them apart,
//! [`Received::verify`] alone gives an [`Object`], and only an [`Object`] can be forwarded, admitted to a
//! [`Window`](window::Window) or opened. This does not compile:
//!
//! ```compile_fail
//! fn forward(received: parlor_protocol::object::Received) -> bytes::Bytes {
//!     received.bytes().clone()
//! }
//! ```
//!
//! What is opened of a chunk is a [`Piece`], and only an [`Assembly`] makes chunks of pieces.

mod assembly;
mod error;
mod header;
mod piece;
mod received;
mod sealed;
pub mod window;

pub use assembly::Assembly;
pub use error::{Fault, ObjectError};
pub use header::{Header, MAX_HEADER_BYTES};
pub use piece::{MAX_PIECES, Piece, piece_bytes};
pub use received::Received;
pub use sealed::{Content, MAX_OBJECT_BYTES, Object};

#[cfg(test)]
mod tests;
