//! From view to HTML: which template each view fills. What the templates say is in `templates/`.

mod accounts;
mod files;
mod fit;
mod lists;
mod lobby;
mod network;
mod reports;
mod room;
mod script;
mod stage;
mod studio;
mod talk;

use askama::Template;

use crate::assets;
use crate::language::Language;
use crate::view::{Destroyed, Login, Notice, Page, Problem};

impl Login {
    /// The page at `/studio` for those who are not logged in, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&LoginHtml {
            say: self.page.language,
            page: &self.page,
            has_password: self.has_password,
            notice: self.notice.as_ref(),
        })
    }
}

impl Destroyed {
    /// A whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&DestroyedHtml { say: self.language })
    }
}

impl Problem {
    /// A whole HTML document, to be sent with the view's status.
    #[must_use]
    pub fn render(&self) -> String {
        document(&ProblemHtml { say: self.page.language, page: &self.page, view: self })
    }

    /// The same for a frame of another page: a document without what stands around that.
    #[must_use]
    pub fn render_framed(&self) -> String {
        document(&FramedProblemHtml { say: self.page.language, view: self })
    }
}

/// Fills a template; leading blank lines of conditionals are harmless in HTML and are left.
fn document(template: &impl Template) -> String {
    template.render().expect("templates only write into memory, and no filter in them fails")
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginHtml<'a> {
    say: Language,
    page: &'a Page,
    has_password: bool,
    notice: Option<&'a Notice>,
}

#[derive(Template)]
#[template(path = "destroyed.html")]
struct DestroyedHtml {
    say: Language,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemHtml<'a> {
    say: Language,
    page: &'a Page,
    view: &'a Problem,
}

#[derive(Template)]
#[template(path = "problem_framed.html")]
struct FramedProblemHtml<'a> {
    say: Language,
    view: &'a Problem,
}
