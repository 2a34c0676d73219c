//! Who a room is: its public key, and the text form that people copy (`spec/ident.md`).

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, DecodeError};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

use super::usable_key;
use crate::cbor::key_as_bytes;

/// A room's identity: the host's Ed25519 public key (RFC 8032).
///
/// The text form is `p` followed by the lower-case base32 (RFC 4648, section 6, without padding) of the 32 key
/// bytes and a four-byte checksum, 59 characters in all. A mistyped character is told from an unknown room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId([u8; 32]);

/// Why a text is not a room id. Always the fault of whoever wrote or copied the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomIdError {
    /// The text has the wrong length or first letter, or a character that is not base32.
    #[error("this is not a room id: it should be 'p' and 58 letters or digits")]
    Form,
    /// The checksum does not fit the key.
    #[error("this room id has a typing mistake: its checksum does not fit")]
    Checksum,
    /// The bytes are no Ed25519 public key, or one of the weak ones of small order.
    #[error("this room id holds no usable Ed25519 public key")]
    Key,
}

/// Bytes of checksum: one in four billion mistyped ids passes.
const CHECKSUM_BYTES: usize = 4;
/// Separates this use of SHA-256 from every other.
const CHECKSUM_CONTEXT: &[u8] = b"parlor room id v1";

impl RoomId {
    /// Characters of the text form: the letter `p`, then 36 bytes in base32.
    pub const TEXT_LENGTH: usize = 59;

    /// The room of this public key.
    ///
    /// # Errors
    /// [`RoomIdError::Key`] where the bytes are no point of the curve or one of small order, under which
    /// anybody could sign.
    pub fn from_public_key(key: [u8; 32]) -> Result<Self, RoomIdError> {
        usable_key(&key).map(|_| Self(key)).ok_or(RoomIdError::Key)
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0
    }

    /// The same key as the curve library knows it.
    pub(super) fn key(&self) -> VerifyingKey {
        VerifyingKey::from_bytes(&self.0).expect("checked when the id was made")
    }

    fn checksum(&self) -> [u8; CHECKSUM_BYTES] {
        let digest = Sha256::new().chain_update(CHECKSUM_CONTEXT).chain_update(self.0).finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.0[..], &self.checksum()].concat();
        write!(f, "p{}", BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }
}

impl fmt::Debug for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomId({self})")
    }
}

impl FromStr for RoomId {
    type Err = RoomIdError;

    fn from_str(text: &str) -> Result<Self, RoomIdError> {
        if text.len() != Self::TEXT_LENGTH {
            return Err(RoomIdError::Form);
        }
        let base32 = text.strip_prefix('p').ok_or(RoomIdError::Form)?;
        let bytes = BASE32_NOPAD
            .decode(base32.to_ascii_uppercase().as_bytes())
            .map_err(|_: DecodeError| RoomIdError::Form)?;
        let (key, checksum) = bytes.split_first_chunk::<32>().ok_or(RoomIdError::Form)?;
        let room = Self(*key);
        if room.checksum() != checksum {
            return Err(RoomIdError::Checksum);
        }
        Self::from_public_key(*key)
    }
}

key_as_bytes!(RoomId, "the 32 bytes of a room's public key");

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    fn room(seed: [u8; 32]) -> RoomId {
        RoomId::from_public_key(SigningKey::from_bytes(&seed).verifying_key().to_bytes()).unwrap()
    }

    #[test]
    fn vectors() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../vectors/ident.json")).unwrap();
        for vector in vectors["rooms"].as_array().unwrap() {
            let key =
                data_encoding::HEXLOWER.decode(vector["public_key"].as_str().unwrap().as_bytes()).unwrap();
            let text = vector["text"].as_str().unwrap();
            let room = RoomId::from_public_key(key.try_into().unwrap()).unwrap();
            assert_eq!(room.to_string(), text);
            assert_eq!(text.parse(), Ok(room));
        }
        for vector in vectors["refused"].as_array().unwrap() {
            let error = vector["text"].as_str().unwrap().parse::<RoomId>().unwrap_err();
            assert_eq!(format!("{error:?}"), vector["error"].as_str().unwrap());
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(seed: [u8; 32]) {
            let room = room(seed);
            prop_assert_eq!(room.to_string().parse(), Ok(room));
        }

        #[test]
        fn one_wrong_letter_is_noticed(seed: [u8; 32], at in 1..RoomId::TEXT_LENGTH, letter in "[a-z2-7]") {
            let mut text = room(seed).to_string();
            prop_assume!(text[at..=at] != letter);
            text.replace_range(at..=at, &letter);
            prop_assert!(text.parse::<RoomId>().is_err());
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<RoomId>();
        }
    }
}
