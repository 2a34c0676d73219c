//! `COSE_Sign1` (RFC 9052, section 4.2) as Parlor uses it: tagged, Ed25519 (RFC 9864), everything in the protected
//! header, deterministically encoded, and the context that separates uses as `external_aad`.

use coset::cbor::Value;
use coset::iana::HeaderParameter;
use coset::{AsCborValue, CoseSign1, CoseSign1Builder, Header, TaggedCborSerializable};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::cbor;

/// The longest protected header: one with a certificate in it, and what stands around it.
const MAX_PROTECTED_BYTES: usize = 256;
/// What a protected header may hold: the algorithm, the id of the key, or a token that confirms it (`kcwt`, RFC 9528).
/// Of the other parameters some hold headers again, and could drive their reader deep.
const PARAMETERS: [HeaderParameter; 3] =
    [HeaderParameter::Alg, HeaderParameter::Kid, HeaderParameter::KeyCwt];

/// The encoded `COSE_Sign1` over `payload`.
pub(crate) fn sign(header: Header, payload: Vec<u8>, context: &[u8], key: &SigningKey) -> Vec<u8> {
    CoseSign1Builder::new()
        .protected(header)
        .payload(payload)
        .create_signature(context, |message| key.sign(message).to_bytes().to_vec())
        .build()
        .to_tagged_vec()
        .expect("a COSE_Sign1 can be encoded")
}

/// A `COSE_Sign1` that was read, and whose signature is still to be checked.
#[derive(Debug)]
pub(crate) struct Signed(CoseSign1);

impl Signed {
    /// The `COSE_Sign1` that these bytes hold, where they are its deterministic encoding, with an empty unprotected
    /// header: nobody but the signer can change a byte without breaking it.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let Value::Tag(CoseSign1::TAG, value) = cbor::from_slice(bytes)? else { return None };
        let parts = value.as_array()?;
        let [Value::Bytes(protected), Value::Map(unprotected), Value::Bytes(_), Value::Bytes(signature)] =
            &parts[..]
        else {
            return None;
        };
        if protected.len() > MAX_PROTECTED_BYTES || !unprotected.is_empty() || signature.len() != 64 {
            return None;
        }
        let Value::Map(parameters) = cbor::from_slice(protected)? else { return None };
        let known = |label: &Value| PARAMETERS.iter().any(|known| *label == Value::from(*known as i64));
        // The token in it is a COSE_Sign1 again.
        let deterministic = cbor::is_deterministic(protected, Some(CoseSign1::TAG));
        if !deterministic || !parameters.iter().all(|(label, _)| known(label)) {
            return None;
        }
        let signed = CoseSign1::from_cbor_value(*value).ok()?;
        (signed.clone().to_tagged_vec().ok()? == bytes).then_some(Self(signed))
    }

    /// The protected header.
    pub(crate) fn header(&self) -> &Header {
        &self.0.protected.header
    }

    /// What was signed.
    pub(crate) fn payload(&self) -> &[u8] {
        self.0.payload.as_deref().unwrap_or_default()
    }

    /// Whether this key signed it, in this context.
    pub(crate) fn verify(&self, context: &[u8], key: &VerifyingKey) -> bool {
        self.0
            .verify_signature(context, |signature, message| {
                key.verify_strict(message, &Signature::from_slice(signature)?)
            })
            .is_ok()
    }
}
