//! What a host decides about a room in the network.

use std::collections::BTreeSet;

use libp2p::PeerId;
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

/// What picture of a listed room stands in lobbies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum LobbyPicture {
    /// A new one each minute.
    #[default]
    Live,
    /// The same, of which the host's node leaves nothing but light and colours.
    Blurred,
    /// The one that is there now, or the show's first; it stays until the show ends.
    Frozen,
    /// None.
    None,
}

impl LobbyPicture {
    /// As the configuration writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Blurred => "blurred",
            Self::Frozen => "frozen",
            Self::None => "none",
        }
    }
}

/// What the host decided about the room in the network.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Who learns of it.
    pub visibility: Visibility,
    /// What picture of it stands in lobbies, where it is listed.
    pub lobby_picture: LobbyPicture,
    /// The nodes that may enter, where only those may whom the host knows; then nobody else learns of it, whatever
    /// `visibility` says, and an invite opens nothing to others.
    pub friends: Option<BTreeSet<PeerId>>,
    /// Whether those alone may enter who come with an invite, or with an account on this node; then the room is in no
    /// lobby, whatever `visibility` says.
    pub invited_only: bool,
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
        if self.is_listed() { Access::Open } else { Access::Invited }
    }

    /// Whether everybody learns of the room.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.visibility == Visibility::Listed && self.friends.is_none() && !self.invited_only
    }

    /// What picture is to be taken of it; `None` where nobody is to see one.
    pub(super) fn picture(&self) -> Option<LobbyPicture> {
        Some(self.lobby_picture).filter(|picture| self.is_listed() && *picture != LobbyPicture::None)
    }

    /// Whether this node is that of somebody whom the host knows; `None` where that does not matter.
    pub(super) fn is_friend(&self, peer: PeerId) -> Option<bool> {
        self.friends.as_ref().map(|friends| friends.contains(&peer))
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
        let others_only = match (&self.friends, &new.friends) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(before), Some(now)) => !before.is_subset(now),
        };
        self.is_listed() != new.is_listed() || others_only || !new.secrets().starts_with(&self.secrets())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_shuts_somebody_out_changes_the_keys() {
        let invite = |seed| HostInvite {
            id: String::new(),
            name: String::new(),
            limit: None,
            ends: None,
            opens_lock: false,
            secret: InviteSecret::new([seed; 16]),
        };
        let terms = |visibility, seeds: &[u8]| Terms {
            visibility,
            invites: seeds.iter().copied().map(invite).collect(),
            ..Terms::default()
        };
        let before = terms(Visibility::Invite, &[1, 2]);
        let labelled = Terms { adult: true, ..before.clone() };
        assert!(!before.shut_out(&labelled));
        assert!(!before.shut_out(&terms(Visibility::Invite, &[1, 2, 3])));
        let friends =
            |ids: &[PeerId]| Terms { friends: Some(ids.iter().copied().collect()), ..before.clone() };
        let [anna, ben] = [PeerId::random(), PeerId::random()];
        assert!(before.shut_out(&friends(&[anna])));
        assert!(!friends(&[anna]).shut_out(&friends(&[anna, ben])) && !friends(&[anna]).shut_out(&before));
        assert!(friends(&[anna, ben]).shut_out(&friends(&[ben])));
        let hidden = Terms { friends: Some(BTreeSet::new()), ..terms(Visibility::Listed, &[]) };
        assert!(!hidden.is_listed() && hidden.access() == Access::Invited);
        let listed = terms(Visibility::Listed, &[]);
        let invited = Terms { invited_only: true, ..listed.clone() };
        assert!(!invited.is_listed() && listed.shut_out(&invited));
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
