//! Whom the host knows, and who comes into the room.

use serde::{Deserialize, Serialize};

/// Whom the host knows. Of each there is what they are called and what they come in by, and nothing about when they did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct KnownSettings {
    /// Who comes into the room.
    pub comers: Comers,
    /// Those with an account.
    pub accounts: Vec<AccountSettings>,
    /// Those with a node of their own.
    pub friends: Vec<FriendSettings>,
}

/// The same as files have it, of now and of earlier programs.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Written {
    comers: Option<Comers>,
    /// Before there was `comers`: whether the room is for those alone whom the host knows.
    only: bool,
    accounts: Vec<AccountSettings>,
    friends: Vec<FriendSettings>,
}

impl From<Written> for KnownSettings {
    fn from(written: Written) -> Self {
        let Written { comers, only, accounts, friends } = written;
        let before = if only { Comers::Known } else { Comers::default() };
        Self { comers: comers.unwrap_or(before), accounts, friends }
    }
}

/// Who comes into the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Comers {
    /// Whoever opens its page, or may come by the network.
    #[default]
    Whoever,
    /// Those with an invite or an account.
    Invited,
    /// Those whom the host knows.
    Known,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountSettings {
    /// What the person is called; no other account is, in whatever case.
    pub name: String,
    /// The Argon2id hash of its password (PHC string).
    pub password_hash: String,
    /// Whether it opens nothing for now.
    #[serde(default)]
    pub disabled: bool,
}

/// A friend with a node of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FriendSettings {
    /// What the host calls them.
    pub name: String,
    /// Their node's peer id.
    pub key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comers(text: &str) -> Comers {
        toml::from_str::<KnownSettings>(text).unwrap().comers
    }

    #[test]
    fn a_room_that_was_closed_by_an_earlier_program_stays_closed() {
        assert_eq!(comers("only = true"), Comers::Known);
        assert_eq!(comers("only = false"), Comers::Whoever);
        assert_eq!(comers(""), Comers::Whoever);
        assert_eq!(comers("comers = \"invited\""), Comers::Invited);
        let kept = KnownSettings { comers: comers("only = true"), ..KnownSettings::default() };
        let text = toml::to_string(&kept).unwrap();
        assert!(!text.contains("only"), "{text}");
        assert_eq!(toml::from_str::<KnownSettings>(&text).unwrap(), kept);
    }
}
