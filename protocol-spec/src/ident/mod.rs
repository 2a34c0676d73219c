//! Who somebody is (`spec/ident.md`): a room by its long-term key, and the session key that speaks for it
//! during one show.
//!
//! The room key signs nothing but certificates, so it can stay away from the machine that is on air. Everything
//! that a show says is signed by its [`Session`].

mod certificate;
mod room;
mod session;

use ed25519_dalek::VerifyingKey;

pub use certificate::{CLOCK_TOLERANCE, Certificate, CertificateError, MAX_CERTIFICATE_BYTES, MAX_SESSION};
pub use room::{RoomId, RoomIdError};
pub use session::{Session, SessionId, SessionIdError, SignatureError};

/// The point that these 32 bytes stand for, where it can be somebody's key.
///
/// Not the points of small order, under which anybody could sign, and not the second way to write a few points
/// (RFC 8032, section 5.1.3): one key is one identity.
fn usable_key(key: &[u8; 32]) -> Option<VerifyingKey> {
    let point = VerifyingKey::from_bytes(key).ok()?;
    (!point.is_weak() && point.to_edwards().compress().0 == *key).then_some(point)
}
