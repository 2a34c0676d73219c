//! A chunk, sealed and signed, as relays carry it (`spec/object.md`).
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

mod error;
mod header;
mod received;
mod sealed;
pub mod window;

pub use error::{Fault, ObjectError};
pub use header::{Header, MAX_HEADER_BYTES};
pub use received::Received;
pub use sealed::{Content, MAX_OBJECT_BYTES, Object};

#[cfg(test)]
mod tests;
