//! Who may not talk here any more, also after the next start: saved by the host on purpose, one by one.

use libp2p::PeerId;
use parlor_protocol::media::UnixMs;

use super::{Studio, StudioError};
use crate::room::{Ban, VisitorId, now};
use crate::store::BanSettings;

/// The most that are saved: nobody looks through more.
pub(crate) const MAX_BANS: usize = 256;
/// Longest note, in characters.
pub(crate) const MAX_BAN_NOTE_CHARS: usize = 200;

/// Why somebody can't be barred for good. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BanError {
    /// They are a session of a web page, of which nothing stays.
    #[error(
        "They have neither a mark nor a node of their own to be known by: this lasts until Parlor stops."
    )]
    NoTrace,
    /// There are `MAX_BANS` of them.
    #[error("{MAX_BANS} people are barred for good already; let one talk again first.")]
    Full,
    /// The note is too long, or not one line.
    #[error("A note is one line of at most {MAX_BAN_NOTE_CHARS} characters.")]
    Note,
    /// No such ban.
    #[error("They may talk again already.")]
    Gone,
}

impl Studio {
    /// Who is barred for good, the oldest first.
    #[must_use]
    pub fn bans(&self) -> Vec<BanSettings> {
        self.store.settings().bans
    }

    /// Bars somebody for good, who said something in this run: by their node's key and their mark, as far as they have them.
    /// The note is for the host alone.
    ///
    /// # Errors
    /// A [`BanError`], and [`StudioError::Store`] where it can't be kept.
    pub fn ban(&self, visitor: VisitorId, note: &str) -> Result<(), StudioError> {
        let note = note.trim();
        if note.chars().count() > MAX_BAN_NOTE_CHARS || note.chars().any(char::is_control) {
            return Err(BanError::Note.into());
        }
        let (name, ban) = self.room.talk().trace(visitor).ok_or(BanError::NoTrace)?;
        let bans = self.bans();
        if bans.len() >= MAX_BANS {
            return Err(BanError::Full.into());
        }
        // What names it in forms too.
        let made = bans.iter().fold(now(), |made, other| made.max(UnixMs(other.made.0 + 1)));
        let settings = BanSettings {
            name,
            node: ban.node.and_then(|id| PeerId::from_bytes(&id).ok()).map(|id| id.to_string()),
            mark: ban.mark,
            note: note.to_owned(),
            made,
        };
        let stored = self.store.change(|all| all.bans.push(settings));
        self.apply_bans();
        Ok(stored?)
    }

    /// Lets somebody talk again who was barred for good at this time.
    ///
    /// # Errors
    /// [`BanError::Gone`], and [`StudioError::Store`].
    pub fn forgive(&self, made_ms: u64) -> Result<(), StudioError> {
        let mut taken = None;
        let stored = self.store.change(|settings| {
            taken = settings.bans.extract_if(.., |ban| ban.made.0 == made_ms).next();
        });
        let taken = taken.ok_or(BanError::Gone)?;
        self.apply_bans();
        self.room.talk().unbar(&as_ban(&taken));
        Ok(stored?)
    }

    /// What was saved counts from now on.
    pub(super) fn apply_bans(&self) {
        let bans = self.bans();
        self.room.talk().set_bans(bans.iter().map(as_ban).chain(self.listed()).collect());
        self.take_up_lists();
    }
}

fn as_ban(settings: &BanSettings) -> Ban {
    let node = settings.node.as_ref().and_then(|id| id.parse::<PeerId>().ok());
    Ban { node: node.map(PeerId::to_bytes), mark: settings.mark.clone(), listed: None }
}
