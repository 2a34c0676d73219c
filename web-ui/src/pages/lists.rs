//! The lists of people whom others refuse.

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::view::{FollowedList, ListEntry, ListedName, Lists, Notice, Page, TakesReports};
use crate::words;

impl Lists {
    /// The page at `/studio/lists`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&ListsHtml {
            say: self.page.language,
            view: self,
            page: &self.page,
            notice: self.notice.as_ref(),
        })
    }
}

#[derive(Template)]
#[template(path = "lists.html")]
struct ListsHtml<'a> {
    say: Language,
    view: &'a Lists,
    page: &'a Page,
    notice: Option<&'a Notice>,
}

impl ListsHtml<'_> {
    /// Which version of a list it is, and what is on it.
    fn facts(&self, list: &FollowedList) -> String {
        let (day, time) = words::clock(list.version_secs);
        let facts = self.say.lists_facts(list.entries.len(), format!("{day} {time}"));
        match list.skipped {
            0 => facts,
            skipped => format!("{facts} · {}", self.say.lists_skipped(skipped)),
        }
    }

    /// By what somebody is known.
    fn name(&self, entry: &ListEntry) -> String {
        match &entry.name {
            ListedName::Node(key) => self.say.lists_node(key),
            ListedName::Mark(mark) => self.say.lists_mark(mark),
            ListedName::Room(id) => self.say.lists_room(id),
        }
    }
}
