//! A card with the proof that its host made it.

use bytes::Bytes;
use coset::cbor::Value;
use coset::iana::{Algorithm, HeaderParameter};
use coset::{Header, HeaderBuilder, Label};

use super::Card;
use crate::cbor;
use crate::cose::{self, Signed};
use crate::ident::{CLOCK_TOLERANCE, Certificate, CertificateError, RoomId, Session, SessionId};
use crate::media::UnixMs;

/// The longest encoded card, with its signature and its certificate. Half of the 16 KiB that a Kademlia message has
/// in libp2p, where the other half names the closest peers.
pub const MAX_CARD_BYTES: usize = 8 * 1024;
/// Separates cards from everything else that a session signs.
const CONTEXT: &[u8] = b"parlor card v1";
/// A CBOR Web Token that confirms the signing key (RFC 9528).
const KCWT: i64 = HeaderParameter::KeyCwt as i64;

/// A card that its room's session signed, with the certificate of that session.
///
/// A value of this type is well-formed, within its limits, and both signatures fit. Whether it is valid *now* was
/// checked when it was decoded; where it is kept, [`check`](Self::check) does it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCard {
    card: Card,
    certificate: Certificate,
    bytes: Bytes,
}

/// Why there is no signed card, or why it does not count now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// It is longer than [`MAX_CARD_BYTES`]. Whoever made it is at fault.
    #[error("the card is longer than 8 KiB; a shorter description or fewer addresses will do")]
    TooLarge,
    /// The bytes are not what `spec/card.md` describes, or not in its one encoding. The sender is at fault.
    #[error("the card is malformed")]
    Malformed,
    /// The certificate in it does not count.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The session did not sign it. The sender is at fault.
    #[error("the card is not signed by its session")]
    Signature,
    /// The title is longer than 120 characters, or not one line. The host is at fault, as with the following.
    #[error("a title is one line of 120 characters at most")]
    Title,
    /// The description is longer than 2000 characters, or has control characters.
    #[error("a description has 2000 characters at most")]
    Description,
    /// More than 8 tags, or one of them twice.
    #[error("a room has 8 different tags at most")]
    Tags,
    /// More than 4 languages.
    #[error("a room has 4 languages at most")]
    Languages,
    /// More than 12 tracks, two of the same name, or a codec that is none.
    #[error("the card's tracks are too many, or not well named")]
    Tracks,
    /// A price without [`Access::Paid`](super::Access::Paid), or the other way round.
    #[error("a room has a price where it is paid for, and only there")]
    Price,
    /// More than 8 addresses.
    #[error("a card names 8 addresses at most")]
    Reach,
    /// It ends before it begins, or lives longer than a day.
    #[error("a card lives for a day at most")]
    Life,
    /// It is from the future: one of the two clocks is wrong.
    #[error("the card is from the future; is the clock right?")]
    Early,
    /// It has expired: it is old, or one of the two clocks is wrong.
    #[error("the card has expired; is the clock right?")]
    Expired,
}

impl SignedCard {
    /// The card, signed by this session for its room.
    ///
    /// # Errors
    /// What is wrong with the card's fields, or [`CardError::TooLarge`].
    pub fn sign(card: Card, session: &Session) -> Result<Self, CardError> {
        card.check()?;
        let bytes = sign_payload(session, cbor::to_deterministic(&card));
        if bytes.len() > MAX_CARD_BYTES {
            return Err(CardError::TooLarge);
        }
        Ok(Self { card, certificate: session.certificate().clone(), bytes: bytes.into() })
    }

    /// The signed card that these bytes hold, valid at `now`. It does not keep the memory that the bytes stand in.
    ///
    /// # Errors
    /// A [`CardError`] that names what is wrong with them.
    pub fn decode(bytes: &[u8], now: UnixMs) -> Result<Self, CardError> {
        if bytes.len() > MAX_CARD_BYTES {
            return Err(CardError::TooLarge);
        }
        let signed = Signed::read(bytes).ok_or(CardError::Malformed)?;
        let token = token(signed.header()).ok_or(CardError::Malformed)?;
        if !cbor::is_deterministic(signed.payload(), None) {
            return Err(CardError::Malformed);
        }
        let certificate = Certificate::decode(&token)?;
        if !signed.verify(CONTEXT, &certificate.session().key()) {
            return Err(CardError::Signature);
        }
        let card: Card = cbor::from_slice_strictly(signed.payload()).ok_or(CardError::Malformed)?;
        card.check()?;
        let card = Self { card, certificate, bytes: Bytes::copy_from_slice(bytes) };
        card.check(now)?;
        Ok(card)
    }

    /// Whether it counts at `now`, with [`CLOCK_TOLERANCE`] on both sides.
    ///
    /// # Errors
    /// [`CardError::Early`], [`CardError::Expired`], or the certificate's own.
    pub fn check(&self, now: UnixMs) -> Result<(), CardError> {
        let tolerance_ms = CLOCK_TOLERANCE.as_millis() as u64;
        self.certificate.check(now)?;
        if self.card.issued.0 > now.0.saturating_add(tolerance_ms) {
            return Err(CardError::Early);
        }
        if now.0 > self.card.expires.0.saturating_add(tolerance_ms) {
            return Err(CardError::Expired);
        }
        Ok(())
    }

    /// Whether it replaces `other`: it is of the same room, and of a session that was certified for a later time; or
    /// of one with the same start, and has the higher sequence.
    ///
    /// Where a host broke its word and gave two cards the same place, their bytes decide, so that all nodes settle on
    /// the same one.
    #[must_use]
    pub fn is_newer_than(&self, other: &Self) -> bool {
        let place = |card: &Self| (card.certificate.from(), card.card.sequence, card.bytes.clone());
        self.room() == other.room() && place(self) > place(other)
    }

    /// What the host says.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The room.
    #[must_use]
    pub fn room(&self) -> RoomId {
        self.certificate.room()
    }

    /// The session that signed it, and the room's objects.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.certificate.session()
    }

    /// The certificate of that session.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The encoding, [`MAX_CARD_BYTES`] at most: what is stored and passed on.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

pub(super) fn sign_payload(session: &Session, payload: Vec<u8>) -> Vec<u8> {
    cose::sign(header(session.certificate()), payload, CONTEXT, session.key())
}

/// The header names the algorithm, and holds the certificate of the key.
fn header(certificate: &Certificate) -> Header {
    let token: Value = cbor::from_slice(&certificate.encode()).expect("a certificate is CBOR");
    HeaderBuilder::new().algorithm(Algorithm::Ed25519).value(KCWT, token).build()
}

/// The certificate's bytes in a header that holds it and names the algorithm, and nothing else.
fn token(header: &Header) -> Option<Vec<u8>> {
    let [(Label::Int(KCWT), token)] = &header.rest[..] else { return None };
    let expected = HeaderBuilder::new().algorithm(Algorithm::Ed25519).value(KCWT, token.clone()).build();
    (*header == expected).then(|| cbor::to_vec(token))
}
