//! WebRTC for people who run no node: WHEP to watch (draft-ietf-wish-whep), WHIP to publish (RFC 9725).
//!
//! [`Gateway`] takes an SDP offer and returns the answer; from then on a task of its own moves media between the
//! peer and the room or the engine until the session ends. Left out: HTTP, who may watch or publish, the room.
//!
//! ```text
//! room ── chunks ──▶ whep (samples → packetize → RTP) ──▶ peer ──▶ browser
//! browser, OBS ──▶ peer ── RTP ──▶ whip ──▶ parlor_media's Feed
//! ```

mod addresses;
mod codecs;
mod gateway;
mod keyframes;
mod offer;
mod packetize;
mod peer;
mod playing;
mod sender;
mod session;
mod stream;
#[cfg(test)]
mod testing;
mod whep;
#[cfg(feature = "gstreamer")]
mod whip;

pub use addresses::Addresses;
pub use gateway::{Answer, Gateway, MAX_SESSIONS};
pub use offer::{MAX_OFFER_BYTES, OfferError};
pub use session::{SessionId, SessionIdError};
pub use whep::PlayError;
#[cfg(feature = "gstreamer")]
pub use whip::PublishError;
