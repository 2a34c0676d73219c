//! A mark by which somebody is known again without an account: a phrase that only they know makes a key, and the
//! key's name is shown beside theirs.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE32_NOPAD;
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The longest phrase, in bytes of UTF-8.
pub const MAX_PHRASE_BYTES: usize = 128;
/// What the derivation costs (RFC 9106, section 4): 19 MiB twice. A phone's node has that to spare, and who tries a
/// dictionary pays it for each word.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// The same for everybody: without an account, there is nothing else to know somebody by in every room.
const SALT: &[u8; 16] = b"parlor/1 identit";
/// 50 bits of the key's digest.
const MARK_CHARS: usize = 10;

/// Who knows a phrase.
pub struct Identity {
    key: SigningKey,
}

/// The name of an identity's key: ten letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(String);

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
        let digest = Sha256::digest(self.key.verifying_key().as_bytes());
        let mut letters = BASE32_NOPAD.encode(&digest).to_ascii_lowercase();
        letters.truncate(MARK_CHARS);
        Mark(letters)
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
