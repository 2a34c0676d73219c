//! What the node says to somebody: which sentence it is, before it is known in which language it is read. Each function
//! is a message of the catalogue `said.ftl`.

use std::fmt::{self, Display, Formatter};

use super::{Argument, Language, Value};

/// A sentence of the node. It displays in English, as logs and programs read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// A message of the catalogue `said.ftl`.
    Message(&'static str, Vec<(&'static str, Value)>),
    /// A text that no catalogue has.
    Verbatim(String),
}

impl Said {
    fn new(id: &'static str, values: Vec<(&'static str, Value)>) -> Self {
        Self(Kind::Message(id, values))
    }

    /// A text that no catalogue has, such as what the system says of a file.
    #[must_use]
    pub fn verbatim(text: impl Into<String>) -> Self {
        Self(Kind::Verbatim(text.into()))
    }

    /// It in this language.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        match &self.0 {
            Kind::Message(id, values) => language.text(id, values),
            Kind::Verbatim(text) => text.clone(),
        }
    }
}

impl Display for Said {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::ENGLISH))
    }
}

include!(concat!(env!("OUT_DIR"), "/said.rs"));
