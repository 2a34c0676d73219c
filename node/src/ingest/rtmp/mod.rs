//! RTMP ("Adobe's Real Time Messaging Protocol", version 1.0) as OBS and ffmpeg speak it when they publish.
//!
//! The protocol is a value without sockets or clocks: `session::Session` takes bytes and gives bytes
//! and events. [`Server`] drives it. Every length that a client names is checked before anything
//! is kept because of it.
//!
//! ```text
//! socket ─▶ handshake ─▶ chunks ─▶ session (amf) ─▶ flv ─▶ publisher ─▶ server: Feed
//! ```
//!
//! Left out on purpose: playing, recording, AMF 3, encryption (RTMPS). RTMP is for one's own network.

mod amf;
mod chunks;
mod flv;
mod handshake;
mod publisher;
mod server;
mod session;

use parlor_media::Trouble;
use parlor_media::ingest::FeedError;

pub use server::{RtmpError, RtmpStatus, Server};

/// Why a client is sent away; the sentence is shown to it and to the host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The first bytes are not RTMP's.
    #[error("what connected does not speak RTMP")]
    NoRtmp,
    /// The bytes break the protocol; the client is at fault.
    #[error("the broadcasting program sent malformed RTMP")]
    Malformed,
    /// A message is longer than its kind may be; the client is at fault.
    #[error("the broadcasting program sent a message larger than any frame should be; lower its bitrate")]
    TooLarge,
    /// Not the application `live`.
    #[error("the server address must end with /live")]
    NoSuchApp,
    /// The stream key is wrong.
    #[error("the stream key is wrong; copy it from the studio again")]
    WrongKey,
    /// Somebody else publishes over RTMP.
    #[error("somebody publishes to this room already; end that broadcast first")]
    Busy,
    /// The client wants to watch.
    #[error("this address is for publishing; watch on the room's web page")]
    NoPlaying,
    /// A codec that is not taken.
    #[error("{0} is not supported here; choose H.264 video and AAC sound in the broadcasting program")]
    Codec(&'static str),
    /// A codec that has no name here.
    #[error("this codec is not supported here; choose H.264 video and AAC sound in the broadcasting program")]
    OtherCodec,
    /// Several pictures or sounds in one stream.
    #[error(
        "several tracks in one stream are not supported here; switch multitrack off in the broadcasting program"
    )]
    Multitrack,
    /// The client did not get as far as publishing in time, or went silent.
    #[error("the broadcasting program fell silent")]
    Silent,
    /// The source fails, or the machine.
    #[error(transparent)]
    Source(Trouble),
    /// The client's media can't be taken.
    #[error(transparent)]
    Feed(FeedError),
    /// The engine does not take it, for the reason that it gives.
    #[error("{0}")]
    Engine(String),
}
