//! The studio's password: Argon2id (RFC 9106), one check at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// Shortest password, in characters: with the pause that http puts between attempts, guessing takes centuries.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// Longest password, in bytes, so that a request can't make the node hash megabytes.
pub const MAX_PASSWORD_BYTES: usize = 256;

/// Why a password is not taken. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It has fewer than [`MIN_PASSWORD_CHARS`] characters.
    #[error("The password has fewer than {MIN_PASSWORD_CHARS} characters; please choose a longer one.")]
    TooShort,
    /// It has more than [`MAX_PASSWORD_BYTES`] bytes.
    #[error("The password is longer than {MAX_PASSWORD_BYTES} bytes; please choose a shorter one.")]
    TooLong,
}

/// Hashes and checks passwords, one at a time: each takes 19 MiB and a good part of a Pi's core.
#[derive(Default)]
pub struct Hasher(Mutex<()>);

impl Hasher {
    /// A hash like those that are made here, of which nobody knows the password: looking at one takes as long.
    pub const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// A [`PasswordError`] where it is too short or too long.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        if password.chars().count() < MIN_PASSWORD_CHARS {
            return Err(PasswordError::TooShort);
        }
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(PasswordError::TooLong);
        }
        let _one_at_a_time = self.0.lock().await;
        let password = password.to_owned();
        let hashing = spawn_blocking(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            hash.expect("the default parameters suit every password").to_string()
        });
        Ok(hashing.await.expect("hashing does not panic"))
    }

    /// Whether this is the password of this hash.
    pub async fn matches(&self, hash: &str, password: &str) -> bool {
        if password.len() > MAX_PASSWORD_BYTES {
            return false;
        }
        let _one_at_a_time = self.0.lock().await;
        let (hash, password) = (hash.to_owned(), password.to_owned());
        let checking = spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        checking.await.expect("checking does not panic")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_opens() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(hasher.matches(&hash, "correct horse").await);
        assert!(!hasher.matches(&hash, "correct house").await);
        assert!(!hasher.matches("no hash", "correct horse").await);
        assert!(PasswordHash::new(Hasher::NOBODY).is_ok());
        let parameters = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(parameters(Hasher::NOBODY), parameters(&hash), "it takes as long");
        assert!(!hasher.matches(Hasher::NOBODY, "correct horse").await);
        assert_eq!(hasher.hash("short").await, Err(PasswordError::TooShort));
        assert_eq!(hasher.hash(&"x".repeat(MAX_PASSWORD_BYTES + 1)).await, Err(PasswordError::TooLong));
    }
}
