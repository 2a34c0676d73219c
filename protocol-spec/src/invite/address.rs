//! Where a node may be reached, as text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest address: a circuit through a relay with a long host name fits.
pub const MAX_ADDRESS_BYTES: usize = 256;

/// A multiaddr in its text form: `/ip4/192.0.2.7/udp/4001/quic-v1/p2p/…`.
///
/// Only its length and its characters are checked here: it begins with `/`, and goes on with letters, digits and
/// `/`, `.`, `:`, `-`, `_`. These mean nothing in the query of a link, in HTML or in a shell. What the parts say is for
/// whoever dials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// The text is no address. Whoever wrote it is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address is a multiaddr of {MAX_ADDRESS_BYTES} characters at most, like /ip4/192.0.2.7/udp/4001/quic-v1"
)]
pub struct AddressError;

impl Address {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/.:-_".contains(&byte);
        let length = 2..=MAX_ADDRESS_BYTES;
        if length.contains(&text.len()) && text.starts_with('/') && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(AddressError)
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError);
        }
        Self::try_from(text.to_owned())
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
