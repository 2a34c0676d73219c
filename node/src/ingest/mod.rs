//! Ways in for programs that broadcast: their protocols and sockets. What they send goes to the engine
//! ([`parlor_media::ingest`]), which replaces the camera's picture with it.
//!
//! SRT is received by the engine itself, WHIP by [`webrtc`](crate::webrtc).

mod publishing;
pub mod rtmp;

pub(crate) use publishing::Publishing;
