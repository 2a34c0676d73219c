//! A Parlor node as a library: what `main` puts together, and what the tests drive.
//!
//! [`cli`] reads the command line, [`config`] merges it with the file, [`app`] puts the node together around one
//! [`room`]. Chunks come into the room from `parlor-media` and from publishers (`ingest`), and leave it through [`http`] and
//! [`webrtc`]. [`store`] keeps what the host set.

pub mod app;
pub mod cli;
pub mod config;
pub mod http;
#[cfg(feature = "gstreamer")]
pub mod ingest;
pub mod room;
pub mod secret;
pub mod store;
pub mod webrtc;
