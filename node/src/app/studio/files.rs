//! The host's wishes about what people send each other.

use super::{Studio, StudioError};
use crate::room::Senders;

impl Studio {
    /// Lets these send files, from now on; with nobody, those that are there are gone.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_file_senders(&self, senders: Senders) -> Result<(), StudioError> {
        self.room.files().set_senders(senders);
        Ok(self.store.change(|settings| settings.files = senders)?)
    }
}
