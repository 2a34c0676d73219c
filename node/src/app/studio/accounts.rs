//! Whom the host knows: people with an account on this node, and friends by their nodes' keys (`spec/accounts.md`).

use std::collections::BTreeSet;

use libp2p::PeerId;
use parlor_protocol::talk::{MAX_NAME_CHARS, Name};

use super::{Studio, StudioError};
use crate::app::password::Hasher;
use crate::store::{AccountSettings, Comers, FriendSettings, KnownSettings};

/// The most accounts: more regulars than anybody knows by name.
pub(crate) const MAX_ACCOUNTS: usize = 256;
/// The most friends, each of whose nodes is let in by its key.
pub(crate) const MAX_FRIENDS: usize = 256;

/// Why whom the host knows can't be so. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KnownError {
    /// The name is empty, too long, or not one line.
    #[error("A name is one line of 1 to {MAX_NAME_CHARS} characters.")]
    Name,
    /// Another has the name, in whatever case.
    #[error("There is somebody of this name already; choose another.")]
    Taken,
    /// Nobody has the name.
    #[error("This account is gone already.")]
    Gone,
    /// There are as many as a node keeps.
    #[error("There are {MAX_ACCOUNTS} accounts already; remove one first.")]
    Accounts,
    /// There are as many as a node keeps.
    #[error("There are {MAX_FRIENDS} friends already; remove one first.")]
    Friends,
    /// The key is none.
    #[error("A node's key looks like 12D3Koo…; your friend finds it in their studio, under “Whom you know”.")]
    Key,
}

/// What the host changes about an account.
pub enum AccountChange<'a> {
    /// What it is called.
    Name(&'a str),
    /// What opens it.
    Password(&'a str),
    /// Whether it opens nothing for now.
    Disabled(bool),
    /// It is to be gone.
    Removed,
}

impl Studio {
    /// Whom the host knows.
    #[must_use]
    pub fn known(&self) -> KnownSettings {
        self.store.settings().known
    }

    /// Who comes into the room.
    #[must_use]
    pub fn comers(&self) -> Comers {
        if self.hosting.is_for_friends_only() {
            Comers::Known
        } else if self.hosting.is_for_invited_only() {
            Comers::Invited
        } else {
            Comers::Whoever
        }
    }

    /// Whether there is an account that opens something.
    #[must_use]
    pub fn has_accounts(&self) -> bool {
        self.known().accounts.iter().any(|account| !account.disabled)
    }

    /// Makes an account.
    ///
    /// # Errors
    /// A [`KnownError`] or [`StudioError::Password`] where it can't be, [`StudioError::Store`] where it can't be kept.
    pub async fn make_account(&self, name: &str, password: &str) -> Result<(), StudioError> {
        let name = free_name(&self.known(), name, None)?;
        let password_hash = self.hasher.hash(password).await?;
        self.change_known(|known| {
            // Another may have been made while the password was hashed.
            let name = free_name(known, &name, None)?;
            if known.accounts.len() >= MAX_ACCOUNTS {
                return Err(KnownError::Accounts);
            }
            known.accounts.push(AccountSettings { name, password_hash, disabled: false });
            Ok(())
        })
    }

    /// Changes the account of this name. The caller ends its sessions, and then [shuts out](Studio::shut_out)
    /// whoever had them.
    ///
    /// # Errors
    /// As for [`Studio::make_account`].
    pub async fn change_account(&self, name: &str, change: AccountChange<'_>) -> Result<(), StudioError> {
        let hash = match change {
            AccountChange::Password(password) => Some(self.hasher.hash(password).await?),
            _ => None,
        };
        self.change_known(|known| {
            let at =
                known.accounts.iter().position(|account| account.name == name).ok_or(KnownError::Gone)?;
            match change {
                AccountChange::Name(new) => known.accounts[at].name = free_name(known, new, Some(at))?,
                AccountChange::Password(_) => known.accounts[at].password_hash = hash.unwrap_or_default(),
                AccountChange::Disabled(disabled) => known.accounts[at].disabled = disabled,
                AccountChange::Removed => drop(known.accounts.remove(at)),
            }
            Ok(())
        })
    }

    /// The name of the account that this name, in whatever case, and this password open. It takes as long where there is
    /// none.
    pub async fn log_in(&self, name: &str, password: &str) -> Option<String> {
        let account = self.known().accounts.into_iter().find(|account| same(&account.name, name));
        let hash = account.as_ref().map_or(Hasher::NOBODY, |account| &account.password_hash);
        let is_right = self.hasher.matches(hash, password).await;
        account.filter(|account| is_right && !account.disabled).map(|account| account.name)
    }

    /// Makes a friend of whoever has the node of this key.
    ///
    /// # Errors
    /// A [`KnownError`], or [`StudioError::Store`] where it can't be kept.
    pub fn add_friend(&self, name: &str, key: &str) -> Result<(), StudioError> {
        let name = one_line(name)?;
        let key: PeerId = key.trim().parse().map_err(|_| KnownError::Key)?;
        self.change_known(|known| {
            if known.friends.len() >= MAX_FRIENDS {
                return Err(KnownError::Friends);
            }
            if known.friends.iter().any(|friend| friend.key == key.to_string()) {
                return Err(KnownError::Taken);
            }
            known.friends.push(FriendSettings { name, key: key.to_string() });
            Ok(())
        })
    }

    /// Whoever has the node of this key is no friend any more.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn remove_friend(&self, key: &str) -> Result<(), StudioError> {
        self.change_known(|known| {
            known.friends.retain(|friend| friend.key != key);
            Ok(())
        })
    }

    /// Decides who comes in.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_comers(&self, comers: Comers) -> Result<(), StudioError> {
        let result = self.change_known(|known| {
            known.comers = comers;
            Ok(())
        });
        self.shut_out();
        result
    }

    /// Ends the streams of those who may not be in any more, once their sessions have ended: where not everybody may,
    /// everybody's begins anew, and not everybody's can.
    pub fn shut_out(&self) {
        if self.comers() != Comers::Whoever {
            self.room.begin_anew();
        }
    }

    /// Changes whom the host knows, all of it or nothing, and shuts out at once whoever is not known any more.
    fn change_known(
        &self,
        change: impl FnOnce(&mut KnownSettings) -> Result<(), KnownError>,
    ) -> Result<(), StudioError> {
        let mut changed = Ok(());
        let stored = self.store.change(|settings| {
            let mut known = settings.known.clone();
            changed = change(&mut known);
            if changed.is_ok() {
                settings.known = known;
            }
        });
        changed?;
        let known = self.known();
        self.hosting.set_terms(|terms| {
            terms.friends = friends(&known);
            terms.invited_only = known.comers == Comers::Invited;
        });
        Ok(stored?)
    }
}

/// The friends' nodes, where the room is for those alone whom the host knows.
pub(super) fn friends(known: &KnownSettings) -> Option<BTreeSet<PeerId>> {
    let keys = known.friends.iter().filter_map(|friend| friend.key.parse().ok());
    (known.comers == Comers::Known).then(|| keys.collect())
}

/// The name as it is kept, where nobody but the account at `own` has it.
fn free_name(known: &KnownSettings, name: &str, own: Option<usize>) -> Result<String, KnownError> {
    let name = one_line(name)?;
    let others = known.accounts.iter().enumerate().filter(|(at, _)| Some(*at) != own);
    let is_taken = others.into_iter().any(|(_, account)| same(&account.name, &name));
    if is_taken { Err(KnownError::Taken) } else { Ok(name) }
}

fn one_line(name: &str) -> Result<String, KnownError> {
    match Name::given(name) {
        Some(Name::Given(name)) => Ok(name),
        _ => Err(KnownError::Name),
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
