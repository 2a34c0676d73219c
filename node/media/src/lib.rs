//! Camera to chunks: capture, encode, package.
//!
//! `Broadcast` is the engine: it captures a [`Source`] (or takes a `Feed` from a publisher), encodes it and
//! hands the [`Output`] a catalogue and the chunks of every track. [`package`] turns frames into CMAF chunks and
//! chunks into what players want; it needs no GStreamer, so a viewer's node has it too.
//!
//! Left out on purpose: viewers, HTTP, rooms. Sockets are opened only by GStreamer's own sources (RTSP, SRT).

pub mod package;

mod origin;
mod output;
mod settings;
mod source;
mod status;
mod trouble;

pub use origin::{Origin, Publisher};
pub use output::Output;
pub use settings::{Quality, Settings};
pub use source::{Source, SourceError};
pub use status::{Coder, Signal, Status};
pub use trouble::{Flaw, OtherPicture, Trouble};

#[cfg(feature = "gstreamer")]
mod broadcast;
#[cfg(feature = "gstreamer")]
mod capture;
#[cfg(feature = "gstreamer")]
pub mod doctor;
#[cfg(feature = "gstreamer")]
mod encode;
#[cfg(feature = "gstreamer")]
mod frame;
#[cfg(feature = "gstreamer")]
pub mod ingest;

#[cfg(feature = "gstreamer")]
pub use broadcast::{Broadcast, BroadcastError};
#[cfg(feature = "gstreamer")]
pub use capture::devices::{Camera, cameras};
