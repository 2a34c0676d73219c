//! A mark by which somebody is known again without an account: a phrase that only they know makes a key, and the
//! key's name is shown beside theirs.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use bytes::Bytes;
use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ident::RoomId;

/// The longest phrase, in bytes of UTF-8.
pub const MAX_PHRASE_BYTES: usize = 128;
/// What the derivation costs (RFC 9106, section 4): 19 MiB twice. A phone's node has that to spare, and who tries a
/// dictionary pays it for each word.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// The same for everybody: without an account, there is nothing else to know somebody by in every room.
const SALT: &[u8; 16] = b"parlor/1 identit";
/// Separates these proofs from everything else that such a key signs.
const MARK_CONTEXT: &[u8] = b"parlor mark v1";
/// 50 bits of the key's digest.
const MARK_CHARS: usize = 10;

/// Who knows a phrase.
pub struct Identity {
    key: SigningKey,
}

/// The name of an identity's key: ten letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mark(String);

/// What is no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mark is {MARK_CHARS} of a-z and 2-7")]
pub struct MarkError;

/// Shows a host that a peer knows the phrase behind a mark, and gives nobody else anything: it holds for this peer in
/// this room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenProof", into = "WrittenProof")]
pub struct MarkProof {
    /// The identity's public key.
    key: [u8; 32],
    /// Its signature (RFC 8032) of [`MARK_CONTEXT`], the room's 32 bytes and the peer's name.
    signature: [u8; 64],
}

#[derive(Serialize, Deserialize)]
struct WrittenProof {
    key: Bytes,
    signature: Bytes,
}

impl TryFrom<WrittenProof> for MarkProof {
    type Error = std::array::TryFromSliceError;

    fn try_from(written: WrittenProof) -> Result<Self, Self::Error> {
        Ok(Self { key: (*written.key).try_into()?, signature: (*written.signature).try_into()? })
    }
}

impl From<MarkProof> for WrittenProof {
    fn from(proof: MarkProof) -> Self {
        Self { key: proof.key.to_vec().into(), signature: proof.signature.to_vec().into() }
    }
}

impl Identity {
    /// The identity of this phrase, always the same; `None` where the phrase is empty or longer than
    /// [`MAX_PHRASE_BYTES`]. Takes some hundredths of a second and 19 MiB: whoever lets strangers ask for it limits how often.
    #[must_use]
    pub fn of(phrase: &str) -> Option<Self> {
        if phrase.is_empty() || phrase.len() > MAX_PHRASE_BYTES {
            return None;
        }
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("the constants are within RFC 9106");
        let mut seed = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(phrase.as_bytes(), SALT, &mut *seed)
            .expect("phrase, salt and output are within RFC 9106");
        Some(Self { key: SigningKey::from_bytes(&seed) })
    }

    /// The mark that others see.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark::of(&self.key.verifying_key())
    }

    /// Shows the host of this room that the peer of this name, who sends it, knows the phrase.
    #[must_use]
    pub fn prove(&self, room: RoomId, peer: &[u8]) -> MarkProof {
        let signature = self.key.sign(&proven(room, peer)).to_bytes();
        MarkProof { key: self.key.verifying_key().to_bytes(), signature }
    }
}

impl MarkProof {
    /// The mark that is proven to be this peer's in this room; `None` where nothing is.
    #[must_use]
    pub fn mark(&self, room: RoomId, peer: &[u8]) -> Option<Mark> {
        let key = VerifyingKey::from_bytes(&self.key).ok()?;
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&proven(room, peer), &signature).ok()?;
        Some(Mark::of(&key))
    }
}

fn proven(room: RoomId, peer: &[u8]) -> Vec<u8> {
    [MARK_CONTEXT, &room.public_key(), peer].concat()
}

impl Mark {
    fn of(key: &VerifyingKey) -> Self {
        let digest = Sha256::digest(key.as_bytes());
        let mut letters = BASE32_NOPAD.encode(&digest).to_ascii_lowercase();
        letters.truncate(MARK_CHARS);
        Self(letters)
    }

    /// Its letters and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Mark {
    type Error = MarkError;

    fn try_from(text: String) -> Result<Self, MarkError> {
        let is_base32 = |byte: u8| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte);
        if text.len() == MARK_CHARS && text.bytes().all(is_base32) { Ok(Self(text)) } else { Err(MarkError) }
    }
}

impl From<Mark> for String {
    fn from(mark: Mark) -> Self {
        mark.0
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.mark())
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mark({self})")
    }
}
