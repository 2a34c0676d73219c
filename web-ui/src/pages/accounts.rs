//! The door for people with an account, and the host's list of them.

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::view::{Accounts, Comers, Enter, Notice, Page};

impl Enter {
    /// The page at `/room/ROOM/enter`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&EnterHtml {
            say: self.page.language,
            view: self,
            page: &self.page,
            notice: self.notice.as_ref(),
        })
    }
}

impl Accounts {
    /// The page at `/studio/accounts`, a whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        document(&AccountsHtml {
            say: self.page.language,
            view: self,
            page: &self.page,
            notice: self.notice.as_ref(),
        })
    }
}

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterHtml<'a> {
    say: Language,
    view: &'a Enter,
    page: &'a Page,
    notice: Option<&'a Notice>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsHtml<'a> {
    say: Language,
    view: &'a Accounts,
    page: &'a Page,
    notice: Option<&'a Notice>,
}
