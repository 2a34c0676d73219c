//! Drives a running node as its users do, and reads what comes out of it with other people's programs.
//!
//! [`Node`] is a process of the real binary. What a test expects of the picture, it reads back from pixels
//! ([`picture`]), decoded by ffmpeg; what it expects of the bytes, from the boxes themselves ([`mp4`]). Nothing here
//! is used by the node. Waiting is always for an event; a time limit is only the point where a hang becomes a failure.
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, reason = "panicking is how a test fails")]

pub mod capture;
pub mod clip;
pub mod disk;
pub mod ffmpeg;
pub mod hls;
pub mod host;
pub mod internet;
pub mod links;
pub mod memory;
pub mod mp4;
pub mod multipart;
pub mod nal;
pub mod picture;
pub mod program;
pub mod python;
pub mod room;
pub mod rtmp;
pub mod tape;
pub mod trace;
pub mod trial;
pub mod visitor;

mod node;
mod place;
mod scratch;

pub use node::{Ingest, Node, Ready, binary, run};
pub use place::{Namespace, Place, say};
pub use scratch::Scratch;

use std::future::Future;
use std::time::Duration;

/// How long anything may take before a test counts it as hanging. Far above what the slowest machine needs, for it is
/// no measurement: a test passes as fast as the events come.
pub const HANG: Duration = Duration::from_mins(1);

/// What the future gives; fails the test if it hangs.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANG, future)
        .await
        .unwrap_or_else(|_| panic!("{what}: nothing came within {HANG:?}"))
}
