//! The studio's page, and the engine's state on it.

use askama::Template;

use super::document;
use super::stage::{Slate, StageHtml};
use crate::assets;
use crate::graph;
use crate::language::Language;
use crate::view::{
    Comers, FileSenders, LobbyPicture, Page, Reach, RelayState, Studio, StudioFacts, Visibility, Watch,
};
use crate::words;

impl Studio {
    /// The page at `/studio`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let say = self.page.language;
        let stage = StageHtml {
            say,
            room: &self.room,
            on_air: true,
            slate: Slate::off_air(say),
            rehearsal: true,
            qualities: &[],
            quality: "video",
            watch: Watch::Video,
            page: &self.page,
        };
        document(&StudioHtml { say, page: &self.page, view: self, stage })
    }
}

impl StudioFacts {
    /// The document at `/studio/facts`, which reloads itself in an `iframe` for pages without scripts.
    #[must_use]
    pub fn render(&self, page: &Page) -> String {
        document(&StudioFactsHtml { say: page.language, page, fragment: self.fragment(page.language) })
    }

    /// What stands within that document's `<main>`; scripts take it from there.
    #[must_use]
    pub fn fragment(&self, language: Language) -> String {
        document(&StudioFactsFragment { say: language, facts: self })
    }
}

#[derive(Template)]
#[template(path = "studio.html")]
struct StudioHtml<'a> {
    say: Language,
    page: &'a Page,
    view: &'a Studio,
    stage: StageHtml<'a>,
}

impl StudioHtml<'_> {
    /// When an invite may end: the form's values, and how they are called.
    fn ends(&self) -> [(&'static str, String); 4] {
        let say = self.say;
        [
            ("never", say.invites_ends_never()),
            ("hour", say.invites_ends_in_hour()),
            ("day", say.invites_ends_in_day()),
            ("week", say.invites_ends_in_week()),
        ]
    }

    /// Whether the present source is among those that were found; a file or a network camera is not.
    fn lists_source(&self) -> bool {
        self.view.sources.iter().any(|(value, _)| *value == self.view.source)
    }
}

#[derive(Template)]
#[template(path = "studio_facts_document.html")]
struct StudioFactsHtml<'a> {
    say: Language,
    page: &'a Page,
    fragment: String,
}

#[derive(Template)]
#[template(path = "studio_facts.html")]
struct StudioFactsFragment<'a> {
    say: Language,
    facts: &'a StudioFacts,
}
