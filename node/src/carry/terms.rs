//! What a host decides about a room in the network.

use parlor_protocol::card::{Access, Language};
use parlor_protocol::invite::InviteSecret;

use super::guests::HostInvite;

/// Who learns of the room.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Those who hold an invite. Nothing is published.
    #[default]
    Invite,
    /// Everybody: the room is in the lobby.
    Listed,
}

/// What the host decided about the room in the network.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Who learns of it.
    pub visibility: Visibility,
    /// Whether it is for adults only.
    pub adult: bool,
    /// The languages spoken.
    pub languages: Vec<Language>,
    /// The invites.
    pub invites: Vec<HostInvite>,
}

impl Terms {
    /// Who may enter.
    pub(super) fn access(&self) -> Access {
        match self.visibility {
            Visibility::Invite => Access::Invited,
            Visibility::Listed => Access::Open,
        }
    }

    /// The secrets of the invites, in their order.
    pub(super) fn secrets(&self) -> Vec<InviteSecret> {
        self.invites.iter().map(|invite| invite.secret.clone()).collect()
    }

    /// What is left of them while the door is locked: a room in which nobody new is let is in no lobby.
    pub(super) fn behind(&self, is_locked: bool) -> Self {
        let visibility = if is_locked { Visibility::Invite } else { self.visibility };
        Self { visibility, ..self.clone() }
    }

    /// Whether somebody whom these terms let in is not let in any more by the new ones.
    pub(super) fn shut_out(&self, new: &Self) -> bool {
        self.visibility != new.visibility || !new.secrets().starts_with(&self.secrets())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_shuts_somebody_out_changes_the_keys() {
        let invite =
            |seed| HostInvite { name: String::new(), limit: None, secret: InviteSecret::new([seed; 16]) };
        let terms = |visibility, seeds: &[u8]| Terms {
            visibility,
            invites: seeds.iter().copied().map(invite).collect(),
            ..Terms::default()
        };
        let before = terms(Visibility::Invite, &[1, 2]);
        let labelled = Terms { adult: true, ..before.clone() };
        assert!(!before.shut_out(&labelled));
        assert!(!before.shut_out(&terms(Visibility::Invite, &[1, 2, 3])));
        for now in [
            terms(Visibility::Invite, &[1]),
            terms(Visibility::Invite, &[2]),
            terms(Visibility::Invite, &[2, 1]),
            terms(Visibility::Listed, &[1, 2]),
        ] {
            assert!(before.shut_out(&now), "{now:?}");
        }
    }
}
