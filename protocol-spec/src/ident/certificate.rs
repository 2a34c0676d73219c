//! A certificate: the room key says that a session key speaks for it, from when until when.

use std::time::Duration;

use bytes::Bytes;
use coset::cbor::Value;
use coset::{CoseKeyBuilder, Header, HeaderBuilder, iana};
use ed25519_dalek::SigningKey;

use super::{RoomId, SessionId};
use crate::cbor;
use crate::cose::{self, Signed};
use crate::media::UnixMs;

/// How far a clock may be wrong, in either direction, before what it dates is refused.
///
/// A Raspberry Pi has no clock that runs while it is off: for the first minutes it lives in the past, until NTP
/// has set it right. Five minutes is also what Kerberos recommends (RFC 4120, section 8.2). Whoever stole a session's
/// key gains from it those five minutes after the session's end.
pub const CLOCK_TOLERANCE: Duration = Duration::from_mins(5);
/// The longest span of a certificate: a month of shows, prepared on a machine that stays offline. A stolen session
/// key is worth no longer.
pub const MAX_SESSION: Duration = Duration::from_hours(31 * 24);
/// The longest encoded certificate. Those that can be made have 175 bytes at most.
pub const MAX_CERTIFICATE_BYTES: usize = 192;
/// The last second that can be counted in milliseconds too.
const LAST_S: u64 = u64::MAX / 1000;
/// Separates certificates from everything else that a room key may ever sign.
const CONTEXT: &[u8] = b"parlor certificate v1";

/// The room key's word for a session key: a CBOR Web Token (RFC 8392) in a `COSE_Sign1` (RFC 9052), which names both
/// keys and can be checked by itself.
///
/// A value of this type carries a signature that fits. Whether it is valid *now* is for [`check`](Self::check).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    room: RoomId,
    session: SessionId,
    /// Seconds since 1970 (`NumericDate`, RFC 8392, section 2).
    from_s: u64,
    until_s: u64,
    /// The encoding, with the signature.
    bytes: Bytes,
}

/// Why there is no certificate, or why it does not count now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The bytes are not what `spec/ident.md`, section 5, describes, in the one encoding that it allows. The sender
    /// is at fault.
    #[error("the certificate is malformed")]
    Malformed,
    /// One of the two keys is none, or of small order. The sender is at fault.
    #[error("the certificate names an unusable key")]
    Key,
    /// It ends before it begins, spans more than [`MAX_SESSION`], or lies beyond the milliseconds that 64 bits count.
    /// Whoever issued it is at fault.
    #[error("the certificate's span is empty, or longer than 31 days")]
    Span,
    /// The room key did not sign it. The sender is at fault.
    #[error("the certificate is not signed by its room")]
    Signature,
    /// It is for another key than the session's. Whoever put the two together is at fault.
    #[error("the certificate is for another session")]
    OtherKey,
    /// It does not count yet: it is early, or one of the two clocks is wrong.
    #[error("the certificate is not valid yet; is the clock right?")]
    NotYet,
    /// It counts no longer: it is old, or one of the two clocks is wrong.
    #[error("the certificate has expired; is the clock right?")]
    Expired,
}

impl Certificate {
    /// A certificate of the room whose key this is. It counts in whole seconds: `from` is rounded down, `until` up.
    ///
    /// # Errors
    /// [`CertificateError::Span`] where `until` is not after `from`, or more than [`MAX_SESSION`] after it.
    pub fn issue(
        room_key: &SigningKey,
        session: SessionId,
        from: UnixMs,
        until: UnixMs,
    ) -> Result<Self, CertificateError> {
        let room = RoomId::from_public_key(room_key.verifying_key().to_bytes())
            .expect("a key made from a seed is not of small order");
        let (from_s, until_s) = (from.0 / 1000, until.0.div_ceil(1000));
        check_span(from_s, until_s)?;
        let payload = claims(session.public_key(), from_s, until_s);
        let bytes = cose::sign(header(room.public_key()), payload, CONTEXT, room_key).into();
        Ok(Self { room, session, from_s, until_s, bytes })
    }

    /// The certificate that these bytes hold, its signature checked against the room that it names.
    ///
    /// # Errors
    /// A [`CertificateError`] that names what is wrong with them; never `NotYet` or `Expired`.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::Malformed);
        }
        let signed = Signed::read(bytes).ok_or(CertificateError::Malformed)?;
        let room: [u8; 32] =
            signed.header().key_id[..].try_into().map_err(|_| CertificateError::Malformed)?;
        let (session, from_s, until_s) = read_claims(signed.payload()).ok_or(CertificateError::Malformed)?;
        // These claims and this header alone, in the deterministic encoding: a certificate has one binary form.
        if *signed.header() != header(room) || signed.payload() != claims(session, from_s, until_s) {
            return Err(CertificateError::Malformed);
        }
        let room = RoomId::from_public_key(room).map_err(|_| CertificateError::Key)?;
        let session = SessionId::from_public_key(session).map_err(|_| CertificateError::Key)?;
        check_span(from_s, until_s)?;
        if !signed.verify(CONTEXT, &room.key()) {
            return Err(CertificateError::Signature);
        }
        Ok(Self { room, session, from_s, until_s, bytes: Bytes::copy_from_slice(bytes) })
    }

    /// Whether it counts at `now`, with [`CLOCK_TOLERANCE`] on both sides.
    ///
    /// # Errors
    /// [`CertificateError::NotYet`] or [`CertificateError::Expired`].
    pub fn check(&self, now: UnixMs) -> Result<(), CertificateError> {
        let tolerance_ms = CLOCK_TOLERANCE.as_millis() as u64;
        if now.0.saturating_add(tolerance_ms) < self.from().0 {
            return Err(CertificateError::NotYet);
        }
        if now.0 > self.until().0.saturating_add(tolerance_ms) {
            return Err(CertificateError::Expired);
        }
        Ok(())
    }

    /// The certificate in its one binary form, [`MAX_CERTIFICATE_BYTES`] at most.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The room whose key signed it.
    #[must_use]
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// The session that may speak for the room.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// From when it counts, a whole second.
    #[must_use]
    pub fn from(&self) -> UnixMs {
        UnixMs(self.from_s * 1000)
    }

    /// Until when it counts, a whole second.
    #[must_use]
    pub fn until(&self) -> UnixMs {
        UnixMs(self.until_s * 1000)
    }
}

fn check_span(from_s: u64, until_s: u64) -> Result<(), CertificateError> {
    let fits = until_s.checked_sub(from_s).is_some_and(|span| (1..=MAX_SESSION.as_secs()).contains(&span));
    if fits && until_s <= LAST_S { Ok(()) } else { Err(CertificateError::Span) }
}

/// The header names the algorithm and the room.
fn header(room: [u8; 32]) -> Header {
    HeaderBuilder::new().algorithm(iana::Algorithm::Ed25519).key_id(room.to_vec()).build()
}

/// `exp`, `nbf` and the confirmation key (RFC 8747, section 3.2), in this order.
///
/// Not the type that COSE's library has for claims: its times end at 2^63, and what comes after is for [`check_span`].
fn claims(session: [u8; 32], from_s: u64, until_s: u64) -> Vec<u8> {
    let key = CoseKeyBuilder::new_okp_key()
        .param(iana::OkpKeyParameter::Crv as i64, Value::from(iana::EllipticCurve::Ed25519 as i64))
        .param(iana::OkpKeyParameter::X as i64, Value::Bytes(session.to_vec()))
        .build();
    let key = coset::AsCborValue::to_cbor_value(key).expect("a key can be encoded");
    let confirmation = Value::Map(vec![(Value::from(CONFIRMATION_COSE_KEY), key)]);
    let claim = |name: iana::CwtClaimName, value: Value| (Value::from(name as i64), value);
    cbor::to_vec(&Value::Map(vec![
        claim(iana::CwtClaimName::Exp, until_s.into()),
        claim(iana::CwtClaimName::Nbf, from_s.into()),
        claim(iana::CwtClaimName::Cnf, confirmation),
    ]))
}

/// `COSE_Key` among the confirmation methods (RFC 8747, section 7.2).
const CONFIRMATION_COSE_KEY: i64 = 1;

/// The session key, the start and the end. What else the claims say, and under which names, is for the caller's
/// comparison to find.
fn read_claims(payload: &[u8]) -> Option<([u8; 32], u64, u64)> {
    let Value::Map(claims) = cbor::from_slice(payload)? else { return None };
    let [(_, until_s), (_, from_s), (_, Value::Map(confirmation))] = &claims[..] else { return None };
    let [(_, Value::Map(key))] = &confirmation[..] else { return None };
    let x = Value::from(iana::OkpKeyParameter::X as i64);
    let (_, Value::Bytes(key)) = key.iter().find(|(label, _)| *label == x)? else { return None };
    let seconds = |time: &Value| time.as_integer()?.try_into().ok();
    Some((key[..].try_into().ok()?, seconds(from_s)?, seconds(until_s)?))
}
