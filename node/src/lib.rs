//! A Parlor node as a library: what `main` puts together, and what the tests drive.
//!
//! [`cli`] reads the command line, [`config`] merges it with the file, [`app`] puts the node together around one
//! [`room`]. Chunks come into the room from `parlor-media` and from publishers (`ingest`), and leave it through [`http`] and
//! [`webrtc`]. [`swarm`] is the node among its peers, [`carry`] what the rooms do there.
//! [`store`] keeps what the host set.

pub mod app;
pub mod carry;
pub mod cli;
pub mod config;
pub mod film;
pub mod http;
#[cfg(feature = "gstreamer")]
pub mod ingest;
pub mod room;
pub mod secret;
pub mod store;
pub mod swarm;
pub mod webrtc;
