//! Reports: the form, what becomes of it, and what has come.

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::view::{Notice, Page, ReceivedReport, ReportAbout, ReportDone, ReportForm, Reports};
use crate::words;

/// The reasons, in the order in which people choose.
const REASONS: [&str; 6] = ["harassment", "threat", "minor", "consent", "spam", "other"];

impl ReportForm {
    /// The page at `/room/ROOM/report`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&FormHtml {
            say: self.page.language,
            form: self,
            page: &self.page,
            notice: self.notice.as_ref(),
        })
    }

    /// Whether this is chosen: what was chosen before, or the first there is.
    fn is_chosen(&self, to: &str) -> bool {
        if !self.typed.to.is_empty() {
            return self.typed.to == to;
        }
        if self.has_host { to == "host" } else { self.keepers.first().is_some_and(|keeper| keeper.key == to) }
    }

    /// Whether somebody's node takes reports by itself, so that there is a choice between sending and copying.
    fn sends(&self) -> bool {
        self.keepers.iter().any(|keeper| keeper.takes)
    }
}

impl ReportDone {
    /// The page after it, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&DoneHtml {
            say: self.page.language,
            view: self,
            page: &self.page,
            notice: Some(&self.notice),
        })
    }
}

impl Reports {
    /// The page at `/studio/reports`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&ReportsHtml {
            say: self.page.language,
            view: self,
            page: &self.page,
            notice: self.notice.as_ref(),
        })
    }
}

impl ReceivedReport {
    /// When it came.
    fn time(&self) -> String {
        let (day, time) = words::clock(self.at_secs);
        format!("{day} {time}")
    }

    /// Whom or what it is about, in forms for those who do not see.
    fn whom(&self, say: Language) -> String {
        match &self.about {
            ReportAbout::Line { author, .. } | ReportAbout::Person(author) => author.name.clone(),
            ReportAbout::Room(title) => words::title(say, title),
        }
    }
}

/// A reason as people read it.
fn reason(say: Language, word: &str) -> String {
    match word {
        "harassment" => say.reason_harassment(),
        "threat" => say.reason_threat(),
        "minor" => say.reason_minor(),
        "consent" => say.reason_consent(),
        "spam" => say.reason_spam(),
        _ => say.reason_other(),
    }
}

#[derive(Template)]
#[template(path = "report_form.html")]
struct FormHtml<'a> {
    say: Language,
    form: &'a ReportForm,
    page: &'a Page,
    notice: Option<&'a Notice>,
}

#[derive(Template)]
#[template(path = "report_done.html")]
struct DoneHtml<'a> {
    say: Language,
    view: &'a ReportDone,
    page: &'a Page,
    notice: Option<&'a Notice>,
}

#[derive(Template)]
#[template(path = "reports.html")]
struct ReportsHtml<'a> {
    say: Language,
    view: &'a Reports,
    page: &'a Page,
    notice: Option<&'a Notice>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ReportTyped, TalkAuthor};

    const HOSTILE: &str = "</textarea><script>alert(1)</script>\"'><img src=x>";

    fn line() -> ReportAbout {
        let author =
            TalkAuthor { name: HOSTILE.into(), guest: None, mark: None, tripcode: None, badge: None };
        ReportAbout::Line { number: 7, at_ms: 1, author, text: HOSTILE.into() }
    }

    #[test]
    fn nothing_that_was_reported_is_markup() {
        let form = ReportForm {
            page: Page::default(),
            room: "room".into(),
            about: line(),
            has_host: true,
            is_own: true,
            keepers: Vec::new(),
            typed: ReportTyped { words: HOSTILE.into(), ..ReportTyped::default() },
            name: HOSTILE.into(),
            notice: None,
            check: None,
            is_at_it: true,
        };
        let report = ReceivedReport {
            number: 1,
            at_secs: 0,
            about: line(),
            reason: "spam",
            words: HOSTILE.into(),
            from: Some(HOSTILE.into()),
            room: None,
            is_proved: false,
            can_hide: true,
            can_bar: true,
            can_last: true,
            can_list: true,
        };
        let page = Page { is_host: true, ..Page::default() };
        let reports = Reports { page, notice: None, typed: HOSTILE.into(), reports: vec![report] };
        for html in [form.render(), reports.render()] {
            assert!(!html.contains("<script>") && !html.contains("<img src=x>"), "{html}");
        }
    }
}
