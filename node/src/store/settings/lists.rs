//! Whom the host barred for good, and the lists of others that they follow.

use parlor_protocol::media::UnixMs;
use parlor_protocol::talk::Name;
use serde::{Deserialize, Serialize};

/// Somebody whom the host barred from the talk for good. The host saves this on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanSettings {
    /// What they were called then.
    pub name: Name,
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
    /// The rooms on the host's own.
    pub rooms: Vec<RoomSettings>,
    /// How the host takes reports for their own.
    pub reports: TakesReports,
}

/// A room on the host's own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSettings {
    /// Its id.
    pub id: String,
    /// What it was called then; may be empty.
    pub title: String,
    /// Why, in the host's own words; may be empty.
    pub note: String,
}

/// How somebody who keeps a list takes reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TakesReports {
    /// Not at all.
    #[default]
    No,
    /// As texts that people send them.
    Text,
    /// By the network too: the list names this node's room.
    Here,
}

/// A list that the host follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListSettings {
    /// Since when.
    pub since: UnixMs,
    /// The whole list, as it was signed.
    pub text: String,
}
