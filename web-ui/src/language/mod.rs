//! The languages of the pages: the catalogues under `languages/`, and which of them a visitor gets.
//!
//! A folder there is a language, named by its tag (BCP 47); nothing else makes it one. Each message of English is a
//! function here that takes what is put into it: methods of [`Language`] for what templates write, and [`said`] for what
//! the node says, which it decides before it knows in which language. What a language lacks is said in English.

mod argument;
mod catalogue;
mod choice;
pub mod said;

use askama::filters::Safe;

pub use argument::{Argument, Value};
pub use said::Said;

include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));
include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// The language of the command line, of the programming interface, and of whoever asks for none that is here.
    pub const ENGLISH: Self = Self(ENGLISH);

    /// All of them, by their tags.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CATALOGUES.len()).map(Self)
    }

    /// Its tag (BCP 47): `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        CATALOGUES[self.0].0
    }

    /// The language of this tag.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::all().find(|language| language.tag() == tag)
    }

    /// A message as plain text.
    fn text(self, id: &str, values: &[(&str, Value)]) -> String {
        catalogue::format(self, id, values, &str::to_owned)
    }

    /// A message that is HTML: the catalogue's own words are, what is put into them is not.
    fn html(self, id: &str, values: &[(&str, Value)]) -> Safe<String> {
        Safe(catalogue::format(self, id, values, &escaped))
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

fn escaped(text: &str) -> String {
    let escaped = askama::filters::escape(text, askama::filters::Html);
    escaped.map_or_else(|never| match never {}, |escaped| escaped.to_string())
}
