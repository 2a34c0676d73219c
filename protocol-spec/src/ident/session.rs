//! The key of one show: its id, and what signs with it.

use std::fmt;

use data_encoding::HEXLOWER;
use ed25519_dalek::ed25519::signature::{MultipartSigner, MultipartVerifier};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};

use super::{Certificate, CertificateError, RoomId, usable_key};
use crate::cbor::key_as_bytes;
use crate::media::UnixMs;

/// The public key of a session (Ed25519, RFC 8032).
///
/// Any 32 bytes that hold a usable key make one; whether it speaks for a room is for its [`Certificate`] to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 32]);

/// The bytes are no Ed25519 public key, or one of small order. Whoever sent them is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no usable Ed25519 public key")]
pub struct SessionIdError;

/// The signature was not made by this key over this message. Whoever sent it is at fault; what was signed must
/// not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct SignatureError;

impl SessionId {
    /// The session of this public key.
    ///
    /// # Errors
    /// [`SessionIdError`] under the same conditions as for [`RoomId::from_public_key`].
    pub fn from_public_key(key: [u8; 32]) -> Result<Self, SessionIdError> {
        usable_key(&key).map(|_| Self(key)).ok_or(SessionIdError)
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0
    }

    /// Checks what [`Session::sign`] made.
    ///
    /// # Errors
    /// [`SignatureError`] where the signature is of another key, context or message.
    pub fn verify(&self, context: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
        let signature = Signature::from_bytes(signature);
        // Not of small order, which was checked when the id was made: so the plain equation of RFC 8032 will do, and
        // it takes the message in parts.
        self.key().multipart_verify(&parts(context, message), &signature).map_err(|_| SignatureError)
    }

    /// The same key as the curve library knows it.
    pub(crate) fn key(&self) -> VerifyingKey {
        VerifyingKey::from_bytes(&self.0).expect("checked when the id was made")
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({})", HEXLOWER.encode(&self.0))
    }
}

key_as_bytes!(SessionId, "the 32 bytes of a session's public key");

/// One show's signing key with the certificate that lets it speak for a room. Shows only its id, and the key is
/// wiped when it is dropped.
///
/// A host MUST make a new session for each show: the sealing keys of a show are made unique by its session, so
/// a second show under the same one would seal under keys and nonces that were used.
pub struct Session {
    key: SigningKey,
    certificate: Certificate,
}

impl Session {
    /// A new session of the room whose key this is, from 32 random bytes that were never used before.
    ///
    /// # Errors
    /// As [`Certificate::issue`].
    pub fn new(
        seed: [u8; 32],
        room_key: &SigningKey,
        from: UnixMs,
        until: UnixMs,
    ) -> Result<Self, CertificateError> {
        let key = SigningKey::from_bytes(&seed);
        let certificate = Certificate::issue(room_key, id_of(&key), from, until)?;
        Ok(Self { key, certificate })
    }

    /// The session of this seed with a certificate that was made elsewhere, where the room key stays.
    ///
    /// # Errors
    /// [`CertificateError::OtherKey`] where the certificate is for another key.
    pub fn certified(seed: [u8; 32], certificate: Certificate) -> Result<Self, CertificateError> {
        let key = SigningKey::from_bytes(&seed);
        if id_of(&key) != certificate.session() {
            return Err(CertificateError::OtherKey);
        }
        Ok(Self { key, certificate })
    }

    /// Its public key.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.certificate.session()
    }

    /// The room that it speaks for.
    #[must_use]
    pub fn room(&self) -> RoomId {
        self.certificate.room()
    }

    /// What proves that it may.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The signature over `context`, a zero byte and `message`.
    ///
    /// The context separates the uses of the key: it is ASCII text, another one for each use, and holds no zero
    /// byte, so that no two pairs give the same bytes. What COSE signs begins with 0x84, which is not ASCII.
    #[must_use]
    pub fn sign(&self, context: &[u8], message: &[u8]) -> [u8; 64] {
        self.key.multipart_sign(&parts(context, message)).to_bytes()
    }

    /// The key, for what is signed by COSE.
    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.id()).field("room", &self.room()).finish_non_exhaustive()
    }
}

fn id_of(key: &SigningKey) -> SessionId {
    // A key made from a seed is a multiple of the base point by a clamped scalar: never of small order.
    SessionId(key.verifying_key().to_bytes())
}

fn parts<'bytes>(context: &'bytes [u8], message: &'bytes [u8]) -> [&'bytes [u8]; 3] {
    debug_assert!(context.is_ascii() && !context.contains(&0), "a context is ASCII without a zero byte");
    [context, &[0], message]
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
