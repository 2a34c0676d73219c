//! The host's own small pictures for the talk. They are the host's, and so they are kept.

use bytes::Bytes;
use parlor_pictures::PictureError;
use parlor_protocol::talk::{EmoteName, MAX_EMOTE_NAME_CHARS, MAX_EMOTES};

use super::{Studio, StudioError};
use crate::room::Emotes;
use crate::store::{EmoteSettings, Settings};

/// Why there is no such emote. The sentence is for the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmoteError {
    /// The name is none.
    #[error("An emote's name has 1 to {MAX_EMOTE_NAME_CHARS} letters from a to z, digits, or _.")]
    Name,
    /// No picture came.
    #[error("Choose a picture first: PNG, JPEG, WebP or GIF, of at most 512 KiB.")]
    NoPicture,
    /// The picture can't be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// There are `MAX_EMOTES` of them.
    #[error("There are {MAX_EMOTES} emotes already; remove one first.")]
    Full,
    /// No such emote.
    #[error("This emote is gone already.")]
    Gone,
}

impl Studio {
    /// Makes this the picture of an emote, a PNG that was made here; in place of the one that has the name.
    ///
    /// # Errors
    /// [`EmoteError::Full`], and [`StudioError::Store`] where it can't be kept.
    pub fn set_emote(&self, name: &EmoteName, picture: Bytes) -> Result<(), StudioError> {
        let emotes = self.room.emotes();
        if emotes.len() >= MAX_EMOTES && !emotes.contains_key(name) {
            return Err(EmoteError::Full.into());
        }
        let emote = EmoteSettings { name: name.as_str().to_owned(), picture: picture.into() };
        let stored = self.store.change(|settings| {
            settings.emotes.retain(|other| other.name != emote.name);
            settings.emotes.push(emote);
        });
        self.show_emotes();
        Ok(stored?)
    }

    /// Removes an emote.
    ///
    /// # Errors
    /// [`EmoteError::Gone`], and [`StudioError::Store`].
    pub fn remove_emote(&self, name: &EmoteName) -> Result<(), StudioError> {
        if !self.room.emotes().contains_key(name) {
            return Err(EmoteError::Gone.into());
        }
        let stored =
            self.store.change(|settings| settings.emotes.retain(|other| other.name != name.as_str()));
        self.show_emotes();
        Ok(stored?)
    }

    fn show_emotes(&self) {
        self.room.set_emotes(emotes(&self.store.settings()));
    }
}

/// The emotes that are kept.
pub(super) fn emotes(settings: &Settings) -> Emotes {
    let emotes = settings.emotes.iter().take(MAX_EMOTES);
    emotes.filter_map(|emote| Some((EmoteName::of(&emote.name)?, emote.picture.clone().into()))).collect()
}
