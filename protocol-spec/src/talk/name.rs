//! What somebody is called: as they want it, or by a number, which each reader says in their own language.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::is_line;

/// The longest name that somebody gives themselves, in characters: it fits beside its line on a phone.
pub const MAX_NAME_CHARS: usize = 24;
/// The highest number of a guest. Four digits are read out and remembered yet, and among thirty guests two have the same
/// once in twenty rooms.
pub const MAX_GUEST_NUMBER: u16 = 9999;

/// What somebody is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Name {
    /// What they call themselves; anybody may.
    Given(String),
    /// They gave none.
    Guest(GuestNumber),
}

/// The number of somebody who gave no name: from 1 to [`MAX_GUEST_NUMBER`], and not theirs alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "u16")]
pub struct GuestNumber(u16);

/// A number that no guest has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a guest's number is from 1 to {MAX_GUEST_NUMBER}")]
pub struct GuestNumberError;

impl Name {
    /// The name that this text is, without the space around it; `None` for one that is empty, longer than
    /// [`MAX_NAME_CHARS`], of more than a line, or has a character that rearranges what stands beside it.
    #[must_use]
    pub fn given(text: &str) -> Option<Self> {
        let name = Self::Given(text.trim().to_owned());
        name.may_be().then_some(name)
    }

    /// What they call themselves; `None` where they gave no name.
    #[must_use]
    pub fn as_given(&self) -> Option<&str> {
        match self {
            Self::Given(name) => Some(name),
            Self::Guest(_) => None,
        }
    }

    /// Whether it is one: as it comes from elsewhere, nobody has looked at it.
    pub(crate) fn may_be(&self) -> bool {
        self.as_given().is_none_or(|name| !name.is_empty() && is_line(name, MAX_NAME_CHARS))
    }

    /// About how many bytes it has as it travels.
    pub(super) fn bytes(&self) -> usize {
        self.as_given().map_or(size_of::<GuestNumber>(), str::len)
    }
}

impl GuestNumber {
    /// The guest's number that any other stands for.
    #[must_use]
    pub fn of(number: u64) -> Self {
        // The remainder is smaller than the divisor, which has 16 bits.
        Self((number % u64::from(MAX_GUEST_NUMBER)) as u16 + 1)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for GuestNumber {
    type Error = GuestNumberError;

    fn try_from(number: u16) -> Result<Self, GuestNumberError> {
        (1..=MAX_GUEST_NUMBER).contains(&number).then_some(Self(number)).ok_or(GuestNumberError)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

/// Reads a text as a given name, and a number as a guest's. Not derived: serde would take bytes for a text.
struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name, or a number from 1 to {MAX_GUEST_NUMBER}")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(Name::Given(name.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Name, E> {
        let number = u16::try_from(number).ok().and_then(|number| GuestNumber::try_from(number).ok());
        number.map(Name::Guest).ok_or_else(|| E::custom(GuestNumberError))
    }

    // As some formats have every number.
    fn visit_i64<E: Error>(self, number: i64) -> Result<Name, E> {
        self.visit_u64(u64::try_from(number).map_err(|_| E::custom(GuestNumberError))?)
    }
}

impl From<GuestNumber> for u16 {
    fn from(number: GuestNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor;

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(Name::given("  Anna ").unwrap().as_given(), Some("Anna"));
        assert!(Name::given(&"ä".repeat(MAX_NAME_CHARS)).is_some());
        for name in ["", "  ", "two\nlines", "a\u{202e}b", "\0", &"a".repeat(MAX_NAME_CHARS + 1)] {
            assert_eq!(Name::given(name), None, "{name:?}");
        }
    }

    #[test]
    fn whatever_the_number_a_guest_has_one() {
        for number in [0, 1, 9998, 9999, u64::MAX] {
            let guest = GuestNumber::of(number);
            assert_eq!(GuestNumber::try_from(guest.get()), Ok(guest));
        }
        assert_ne!(GuestNumber::of(0), GuestNumber::of(9998));
        for number in [0, 10_000, u16::MAX] {
            assert_eq!(GuestNumber::try_from(number), Err(GuestNumberError));
        }
    }

    #[test]
    fn a_number_is_no_name_that_somebody_gave() {
        let given = Name::given("417").unwrap();
        let guest = Name::Guest(GuestNumber::try_from(417).unwrap());
        assert_ne!(given, guest);
        for name in [given, guest] {
            assert_eq!(cbor::from_slice::<Name>(&cbor::to_vec(&name)), Some(name));
        }
        for number in [0_u64, 10_000, 1 << 40] {
            assert_eq!(cbor::from_slice::<Name>(&cbor::to_vec(&number)), None);
        }
    }
}
