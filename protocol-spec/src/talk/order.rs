//! What hosts and moderators want of the talk, and who may want what.

use std::time::Duration;

use super::Speaker;

/// The most moderators of a room: a shift of them, awake at any hour.
pub const MAX_MODERATORS: usize = 16;
/// The most words that a host does not want said: more than anybody keeps by hand.
pub const MAX_UNWANTED: usize = 200;
/// The most characters of one of them.
pub const MAX_UNWANTED_CHARS: usize = 40;

/// What the host, or who keeps order for them, wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The line of this number is hidden.
    Hide(u64),
    /// Whoever said the line of this number is not heard for so long, and the line is hidden.
    TimeOut(u64, Duration),
    /// Whoever said the line of this number is not heard any more, and their lines are hidden.
    Bar(u64),
    /// They are not heard for so long.
    Silence(Speaker, Duration),
    /// They are not heard any more, and their lines are hidden.
    Exclude(Speaker),
    /// They are heard again.
    Unbar(Speaker),
    /// Every line is hidden.
    Clear,
    /// One person's lines are to be so far apart from now on, [`MAX_SLOW`](super::MAX_SLOW) at most; zero as usual.
    Slow(Duration),
    /// These words are not to be said, instead of those before.
    Unwanted(Unwanted),
    /// Whoever said the line of this number keeps order from now on, as far as these powers go.
    Trust(u64, Powers),
    /// They don't any more.
    Distrust(Speaker),
    /// The room's door is locked, so that nobody new comes in; or it is open again. Whoever keeps the door sees to it.
    Lock(bool),
    /// Everybody is sent out but who keeps order; with `true`, the door is locked behind them. Whoever keeps the door
    /// sees to it.
    SendOut(bool),
}

/// What a moderator may do. The host may do all of it, and alone says who is a moderator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a power of its own")]
pub struct Powers {
    /// Hide lines.
    pub hide: bool,
    /// Send people to a time-out.
    pub silence: bool,
    /// Bar people, and let them talk again.
    pub bar: bool,
    /// Set the pace: slow mode, unwanted words, and clearing all.
    pub pace: bool,
    /// Keep the door: lock it, and send everybody out.
    pub door: bool,
}

impl Powers {
    /// All of them.
    pub const ALL: Self = Self { hide: true, silence: true, bar: true, pace: true, door: true };

    /// Whether they are enough for this.
    #[must_use]
    pub fn allow(self, order: &Order) -> bool {
        match order {
            Order::Hide(_) => self.hide,
            Order::TimeOut(..) => self.silence,
            Order::Bar(_) | Order::Unbar(_) => self.bar,
            Order::Clear | Order::Slow(_) | Order::Unwanted(_) => self.pace,
            Order::Lock(_) | Order::SendOut(_) => self.door,
            Order::Trust(..) | Order::Distrust(_) | Order::Silence(..) | Order::Exclude(_) => false,
        }
    }
}

/// Words that are not to be said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unwanted(Vec<String>);

/// A list of more words, or with a longer one, than the limits allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The list has {MAX_UNWANTED} words at most, one a line, of {MAX_UNWANTED_CHARS} characters each.")]
pub struct UnwantedError;

impl Unwanted {
    /// The words of this list, one a line; blank lines don't count.
    ///
    /// # Errors
    /// [`UnwantedError`] above the limits.
    pub fn read(list: &str) -> Result<Self, UnwantedError> {
        let words: Vec<String> =
            list.lines().map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
        let fits = |word: &String| word.chars().count() <= MAX_UNWANTED_CHARS;
        if words.len() > MAX_UNWANTED || !words.iter().all(fits) {
            return Err(UnwantedError);
        }
        Ok(Self(words))
    }

    /// The words, as [`Unwanted::read`] takes them.
    #[must_use]
    pub fn list(&self) -> String {
        self.0.join("\n")
    }

    /// The first of them that stands in this text by itself, in whatever case: "ass" does not stand in "class".
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        self.0.iter().map(String::as_str).find(|word| {
            text.match_indices(word).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + word.len()..].chars().next();
                !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
            })
        })
    }
}
