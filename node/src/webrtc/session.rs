//! The name of a session: what a client deletes to end it.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;

/// A session's name in its resource URL, 26 lower-case letters and digits. It is random and unguessable, and
/// whoever knows it may end the session, so it is not shown in logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId([u8; 16]);

/// A text that names no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of a session")]
pub struct SessionIdError;

/// Characters of the text form: 16 bytes in base32 without padding.
const TEXT_LENGTH: usize = 26;

impl SessionId {
    /// A new name from the system's randomness.
    pub(super) fn random() -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the system has randomness, or nothing here could be secret");
        Self(bytes)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

impl FromStr for SessionId {
    type Err = SessionIdError;

    fn from_str(text: &str) -> Result<Self, SessionIdError> {
        if text.len() != TEXT_LENGTH || text.bytes().any(|letter| letter.is_ascii_uppercase()) {
            return Err(SessionIdError);
        }
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| SessionIdError)?;
        bytes.try_into().map(Self).map_err(|_| SessionIdError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_is_another_and_round_trips() {
        let (a, b) = (SessionId::random(), SessionId::random());
        assert_ne!(a, b);
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!(a.to_string().len(), TEXT_LENGTH);
        assert!(a.to_string().to_uppercase().parse::<SessionId>().is_err());
    }

    #[test]
    fn logs_do_not_hold_it() {
        let id = SessionId::random();
        assert!(!format!("{id:?}").contains(&id.to_string()));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<SessionId>();
        }
    }
}
