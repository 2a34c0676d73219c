//! What Parlor's nodes say to each other.
//!
//! This crate is the executable half of the specification; the prose stands in `spec/` (`spec/README.md` lists it), the
//! examples that every implementation must reproduce in `vectors/`. Nothing here opens a socket, reads a clock or asks the
//! operating system for randomness: time and seeds are arguments, bytes come in and go out.
//!
//! * [`ident`]: who a room is, how its name is written, and the session keys that speak for it.
//! * [`invite`]: the link that people pass on.
//! * [`card`]: how a room presents itself, signed, and [`directory`]: under which keys it is found.
//! * [`media`]: tracks, groups and chunks, the form in which video, sound and pictures travel.
//! * [`keys`]: who can open which minutes of a room.
//! * [`object`]: a chunk, or a piece of one, sealed and signed, as relays carry it.
//! * [`mesh`]: who receives from whom.
//! * [`talk`]: what people in a room write to each other.
//! * [`denylist`]: signed lists of people whom others refuse.
//! * [`report`]: what people report to a host, or to who keeps such a list.
//! * [`control`]: the messages between two nodes, and [`frame`]: how they stand on a stream.
//! * [`limit`]: how much anybody may ask for, and [`clock`]: time as the caller counts it.

pub mod card;
mod cbor;
pub mod clock;
pub mod control;
mod cose;
pub mod denylist;
pub mod directory;
pub mod frame;
pub mod ident;
pub mod invite;
pub mod keys;
pub mod limit;
pub mod media;
pub mod mesh;
pub mod object;
pub mod report;
pub mod talk;
mod text;
#[cfg(test)]
mod vectors;
