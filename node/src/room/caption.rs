//! Captions of a room of ours: what the host, or a program of theirs, writes of what is said in the picture.

use parlor_protocol::media::UnixMs;
use parlor_protocol::talk::{Caption, CaptionError};

use super::{Room, now};

/// Why a caption was not shown. Whoever wrote it may send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCaption {
    /// It is none, or there are too many.
    #[error(transparent)]
    Caption(#[from] CaptionError),
    /// There is no picture that it would belong to.
    #[error("The room is off air: nobody would see the caption.")]
    OffAir,
}

impl Room {
    /// Shows a caption to everybody who wants captions: of what was said `at` this time, or now; for so long, or as long as
    /// reading takes. Gives it back as it is shown.
    ///
    /// # Errors
    /// A [`NoCaption`] that says what is wrong.
    pub fn caption(
        &self,
        text: &str,
        at: Option<UnixMs>,
        lasts_ms: Option<u32>,
    ) -> Result<Caption, NoCaption> {
        if !self.is_on_air() {
            return Err(NoCaption::OffAir);
        }
        let caption = Caption::new(text, now(), at, lasts_ms)?;
        self.talk.caption(caption.clone())?;
        Ok(caption)
    }
}
