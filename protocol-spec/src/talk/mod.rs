//! Talk: what people in a room write to each other. The host orders it, keeps it short and keeps the peace
//! (`spec/talk.md`).
//!
//! [`Desk`] is the host's side, sans-IO: lines, orders and the time go in, [`News`] or a [`Refusal`] comes out.
//! [`Bulletin`] is how the news travel, [`Transcript`] what a reader makes of them. [`Caption`] is what is said in the
//! picture; it travels with them.
//! [`Emote`] is a small picture of the host's, which travels with them too, as a [`Carousel`] has it.
//! [`Keeping`] is what a moderator elsewhere knows of how order is kept.
//! [`Identity`] is the mark by which somebody is known again without an account, [`Tripcode`] one that they bring from
//! elsewhere.

mod bulletin;
mod caption;
mod carousel;
mod desk;
mod emote;
mod identity;
mod keeping;
mod line;
mod name;
mod order;
mod refusal;
mod speaker;
mod transcript;
mod tripcode;

pub use bulletin::{Bulletin, BulletinError, MAX_BULLETIN_BYTES};
pub use caption::{Caption, CaptionError, MAX_CAPTION_CHARS};
pub use carousel::Carousel;
pub use desk::{Desk, MAX_LINES, MAX_SLOW};
pub use emote::{
    Emote, EmoteDigest, EmoteName, MAX_EMOTE_BYTES, MAX_EMOTE_NAME_CHARS, MAX_EMOTE_SIDE, MAX_EMOTES, NoEmote,
};
pub use identity::{Identity, MAX_PHRASE_BYTES, Mark, MarkError, MarkProof};
pub use keeping::{Keeping, MAX_BARRED_TOLD};
pub use line::{Author, Badge, Line, News, Words, WordsError};
pub use name::{GuestNumber, GuestNumberError, MAX_GUEST_NUMBER, MAX_NAME_CHARS, Name};
pub use order::{MAX_MODERATORS, MAX_UNWANTED, MAX_UNWANTED_CHARS, Order, Powers, Unwanted, UnwantedError};
pub use refusal::Refusal;
pub use speaker::{MAX_SPEAKERS, Speaker};
pub use transcript::Transcript;
pub use tripcode::{Tripcode, TripcodeError};

pub use crate::control::MAX_CHAT_CHARS;

#[cfg(test)]
mod bulletin_tests;
#[cfg(test)]
mod tests;
