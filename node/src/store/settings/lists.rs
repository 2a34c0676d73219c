//! Whom the host barred for good, and the lists of others that they follow.

use parlor_protocol::media::UnixMs;
use serde::{Deserialize, Serialize};

/// Somebody whom the host barred from the talk for good. The host saves this on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanSettings {
    /// What they called themselves then.
    pub name: String,
    /// Their node, by its id.
    pub node: Option<String>,
    /// Their mark.
    pub mark: Option<String>,
    /// Why, in the host's own words.
    pub note: String,
    /// When it was saved; no two at a time.
    pub made: UnixMs,
}

/// The lists of others that the host follows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListsSettings {
    /// Whom the host lets talk all the same, as the lists name them.
    pub excepted: Vec<String>,
    /// The lists.
    pub followed: Vec<ListSettings>,
}

/// A list that the host follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListSettings {
    /// Since when.
    pub since: UnixMs,
    /// The whole list, as it was signed.
    pub text: String,
}
