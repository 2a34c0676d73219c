//! Every page in every state that looks different, filled with sample values. The crate's tests check these too.

mod lobby;
mod network;
mod room;
mod studio;

use std::cell::Cell;

use parlor_web::language::Language;
use parlor_web::view::{Fit, FitPage, Login, Notice, Page, Problem};

/// A room id of the right length and letters.
const ROOM: &str = "pmfzwi3tbonsgc43emfzwi3tbonsgc43emfzwi3tbonsgc43emfzwi3tbon";

thread_local! {
    /// The language of the pages that are being made.
    static SPOKEN: Cell<Language> = const { Cell::new(Language::ENGLISH) };
}

fn language() -> Language {
    SPOKEN.get()
}

/// Each page in this language, as a file name and its HTML; `index.html` is the lobby.
pub(crate) fn pages(language: Language) -> Vec<(&'static str, String)> {
    SPOKEN.set(language);
    let mut pages = lobby::pages();
    pages.extend(room::pages());
    pages.extend(studio::pages());
    pages.extend([
        ("login.html", login(true).render()),
        ("login-link-only.html", login(false).render()),
        ("problem.html", problem().render()),
        ("fit.html", FitPage { page: fitted(), back: "/".into() }.render()),
    ]);
    pages
}

fn page(is_host: bool) -> Page {
    Page {
        csrf: "sample-token".into(),
        is_host,
        language: language(),
        here: "/".into(),
        fit: Fit::default(),
        number: 7,
    }
}

/// The page of somebody for whom nothing is as usual.
fn fitted() -> Page {
    let mut page = page(false);
    for button in [
        "size-large",
        "contrast-more",
        "font-spaced",
        "hand-left",
        "targets-large",
        "message-both",
        "wide-40",
        "captions-on",
    ] {
        assert!(page.fit.change(button), "{button}");
    }
    page
}

fn login(has_password: bool) -> Login {
    let text = "That is not the password. Try again in two seconds.".into();
    Login { page: page(false), has_password, notice: has_password.then_some(Notice { is_error: true, text }) }
}

fn problem() -> Problem {
    Problem {
        page: page(false),
        status: 404,
        what: "There is nothing behind this door".into(),
        remedy: "The link may be mistyped or too old. Ask the host for a new one.".into(),
    }
}
