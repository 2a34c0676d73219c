//! The host's wish about who is told who is here.

use super::{Studio, StudioError};

impl Studio {
    /// Tells visitors only how many are in the room, or who they are.
    ///
    /// # Errors
    /// [`StudioError::Store`] where it can't be kept.
    pub fn set_counts_only(&self, counts_only: bool) -> Result<(), StudioError> {
        self.room.presence().set_counts_only(counts_only);
        Ok(self.store.change(|settings| settings.counts_only = counts_only)?)
    }
}
