//! What Parlor's nodes say to each other.
//!
//! This crate is the executable half of the specification; the prose stands in `spec/`, the examples that
//! every implementation must reproduce in `vectors/`. Nothing here opens a socket, reads a clock or asks the
//! operating system for randomness: time and seeds are arguments, bytes come in and go out.
//!
//! * [`ident`]: who a room is, and how its name is written.
//! * [`media`]: tracks, groups and chunks, the form in which video, sound and pictures travel.

pub mod ident;
pub mod media;
