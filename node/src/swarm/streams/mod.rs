//! Long-lived streams between peers, over whatever connections the swarm has.
//!
//! [`Control`] opens a stream of a protocol to a connected peer; at the other end it comes out of that protocol's
//! [`Incoming`]. What runs over the streams stands elsewhere, and so does every decision to connect: nothing here
//! dials.
//!
//! A stream begins with one byte from the side that was asked: [`TAKEN`], sent when its program has the stream in its
//! hands. Until then the stream may be refused, by an end without that byte. So who asks never takes a full queue
//! for an answer.
//!
//! How it is put together: [`Behaviour`] gives each connection a `Handler`, which stands in the `Registry` as long as the
//! connection does. `Control` picks a connection there and asks its handler for a stream; the handler opens as many at
//! once as it is asked for.

mod behaviour;
mod control;
mod handler;
mod incoming;
mod limits;
mod registry;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use behaviour::{Behaviour, Event};
pub(crate) use control::{Control, OpenError};
pub(crate) use incoming::{Inbound, Incoming};
pub(crate) use limits::Limits;
pub(crate) use stream::{Stream, TAKEN};
