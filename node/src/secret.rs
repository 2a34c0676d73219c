//! Secrets that people copy: publish keys, the one-time login link, the API token.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Random bytes in a secret: 160 bits can't be guessed, and give 32 characters, which SRT takes as a passphrase
/// (10 to 79 characters) as it is.
const SECRET_BYTES: usize = 20;

/// A random text that opens something. It hides itself from logs, and is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A new secret of 32 lower-case letters and digits.
    ///
    /// # Panics
    /// Where the operating system has no randomness, under which nothing here would be safe.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        getrandom::fill(&mut *bytes).expect("the operating system has randomness");
        Self(Zeroizing::new(BASE32_NOPAD.encode(&*bytes).to_ascii_lowercase()))
    }

    /// Whether `given` is the secret, in a time that does not tell how much of it is right.
    #[must_use]
    pub fn matches(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// The secret itself, to be shown to the host alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A new secret.
impl Default for Secret {
    fn default() -> Self {
        Self::generate()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_with_itself_alone() {
        let (secret, other) = (Secret::generate(), Secret::generate());
        assert_eq!(secret.reveal().len(), 32);
        assert!(secret.matches(secret.reveal()));
        assert!(!secret.matches(other.reveal()));
        assert!(!secret.matches(""));
    }

    #[test]
    fn does_not_show_in_logs() {
        let secret = Secret::generate();
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }
}
