//! What the pages about accounts show.

use super::{Comers, Notice, Page};

/// The door for people with an account. It is the same whichever room it stands before.
pub struct Enter {
    /// What every page needs.
    pub page: Page,
    /// The room's id, as the address has it.
    pub room: String,
    /// The name that was typed.
    pub name: String,
    /// Why it did not open.
    pub notice: Option<Notice>,
}

/// What an account is to the visitor of a room's page.
pub enum Entrance {
    /// There are none.
    None,
    /// They may log in.
    Open,
    /// They are logged in with the account of this name.
    In(String),
}

/// An account, for the host's eyes.
pub struct Account {
    /// Its name.
    pub name: String,
    /// Whether it opens nothing for now.
    pub is_disabled: bool,
    /// Whether somebody is logged in with it.
    pub is_logged_in: bool,
    /// Whether they are in the room.
    pub is_here: bool,
}

/// Whom the host knows.
pub struct Accounts {
    /// What every page needs.
    pub page: Page,
    /// The room's id.
    pub room: String,
    /// What was done or refused just now.
    pub notice: Option<Notice>,
    /// A name that was refused just now, to stand in its field again.
    pub typed: String,
    /// Who comes into the room.
    pub comers: Comers,
    /// The key of the host's own node.
    pub own_key: String,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The friends: what they are called, and their node's key.
    pub friends: Vec<(String, String)>,
}
