//! How somebody wants the pages to be: what pages show of it, and where it is chosen.

use std::fmt::Write;

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::view::{Fit, FitPage, Page, Panel, Setting};

impl Fit {
    /// What sheets and scripts see of it: attributes of `html`, and none where everything is as usual.
    pub(crate) fn attributes(&self) -> String {
        let usual = |setting: Setting| self.get(setting) == setting.values()[0];
        let settings = Setting::ALL.into_iter().filter(|setting| !usual(*setting));
        let settings = settings.map(|setting| (setting.name(), self.get(setting).to_owned()));
        let hidden: Vec<_> =
            Panel::ALL.into_iter().filter(|panel| self.hides(*panel)).map(Panel::name).collect();
        let hidden = (!hidden.is_empty()).then(|| ("hidden", hidden.join(" ")));
        let mut attributes = String::new();
        for (name, value) in settings.chain(hidden) {
            write!(attributes, " data-{name}=\"{value}\"").expect("a string takes every write");
        }
        attributes
    }
}

impl FitPage {
    /// A whole HTML document.
    #[must_use]
    pub fn render(&self) -> String {
        let say = self.page.language;
        document(&FitHtml {
            say,
            page: &self.page,
            back: &self.back,
            looks: LOOKS.map(|setting| choice(say, &self.page.fit, setting)),
            telling: TELLING.map(|setting| choice(say, &self.page.fit, setting)),
            arrange: ArrangeHtml::of(&self.page, self.page.here.clone()),
        })
    }
}

/// What changes how everything looks.
const LOOKS: [Setting; 7] = [
    Setting::Size,
    Setting::Contrast,
    Setting::Font,
    Setting::Motion,
    Setting::Captions,
    Setting::Targets,
    Setting::Hand,
];
/// What is told of.
const TELLING: [Setting; 2] = [Setting::Message, Setting::Join];

/// The path of a room's page on which the panels can be arranged, from that of the page as it is.
pub(super) fn arranging(here: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let kept =
        query.split('&').filter(|parameter| !parameter.is_empty() && !parameter.starts_with("arrange"));
    let query: Vec<_> = kept.chain(["arrange=1"]).collect();
    format!("{path}?{}", query.join("&"))
}

/// A setting as a list to choose from.
struct Choice {
    name: &'static str,
    label: String,
    /// Of each value: what forms call it, what people read, and whether it is this.
    values: Vec<(&'static str, String, bool)>,
}

fn choice(say: Language, fit: &Fit, setting: Setting) -> Choice {
    let values = setting.values().iter();
    let values = values.map(|value| (*value, word(say, setting, value), fit.get(setting) == *value));
    Choice { name: setting.name(), label: label(say, setting), values: values.collect() }
}

fn label(say: Language, setting: Setting) -> String {
    match setting {
        Setting::Size => say.fit_size(),
        Setting::Contrast => say.fit_contrast(),
        Setting::Font => say.fit_font(),
        Setting::Motion => say.fit_motion(),
        Setting::Hand => say.fit_hand(),
        Setting::Targets => say.fit_targets(),
        Setting::Beside => say.fit_beside(),
        Setting::Side => say.fit_side(),
        Setting::Wide => say.fit_wide(),
        Setting::Tall => say.fit_tall(),
        Setting::Message => say.fit_message(),
        Setting::Join => say.fit_join(),
        Setting::Captions => say.fit_captions(),
    }
}

fn word(say: Language, setting: Setting, value: &str) -> String {
    match (setting, value) {
        (Setting::Contrast | Setting::Motion, "system") => say.fit_system(),
        (Setting::Contrast, _) => say.fit_contrast_more(),
        (Setting::Motion, _) => say.fit_motion_less(),
        (Setting::Captions, "off") => say.fit_captions_off(),
        (Setting::Captions, _) => say.fit_captions_on(),
        (Setting::Size, "larger") => say.fit_size_larger(),
        (Setting::Size, "large") => say.fit_size_large(),
        (Setting::Size, "largest") => say.fit_size_largest(),
        (Setting::Font, "plain") => say.fit_font_plain(),
        (Setting::Font, "spaced") => say.fit_font_spaced(),
        (Setting::Hand, "both") => say.fit_hand_both(),
        (Setting::Hand, "left") | (Setting::Side, "start") => say.fit_left(),
        (Setting::Hand | Setting::Side, _) => say.fit_right(),
        (Setting::Targets, "large") => say.fit_targets_large(),
        (Setting::Tall, "short") => say.fit_tall_short(),
        (Setting::Tall, "tall") => say.fit_tall_tall(),
        (Setting::Beside, "none") => say.fit_beside_none(),
        (Setting::Beside, "talk") => say.room_talk(),
        (Setting::Beside, "files") => say.room_files(),
        (Setting::Beside, _) => say.people(),
        (Setting::Message | Setting::Join, "nothing") => say.fit_told_nothing(),
        (Setting::Message | Setting::Join, "sound") => say.fit_told_sound(),
        (Setting::Message | Setting::Join, "spoken") => say.fit_told_spoken(),
        (Setting::Message | Setting::Join, _) => say.fit_told_both(),
        (Setting::Size | Setting::Font | Setting::Targets | Setting::Tall | Setting::Wide, _) => {
            say.fit_usual()
        }
    }
}

/// A panel's row among the buttons that arrange.
struct Row {
    name: &'static str,
    label: String,
    is_hidden: bool,
    is_first: bool,
    is_last: bool,
}

/// The buttons that arrange the panels of a room.
#[derive(Template)]
#[template(path = "arrange.html")]
pub(super) struct ArrangeHtml<'a> {
    say: Language,
    page: &'a Page,
    back: String,
    rows: Vec<Row>,
    choices: [Choice; 3],
    narrower: Option<&'static str>,
    wider: Option<&'static str>,
}

impl<'a> ArrangeHtml<'a> {
    /// The buttons for this visitor, which lead to the path `back`.
    pub(super) fn of(page: &'a Page, back: String) -> Self {
        let (say, fit) = (page.language, &page.fit);
        let order = fit.order();
        let rows = order.iter().enumerate().map(|(at, panel)| Row {
            name: panel.name(),
            label: match panel {
                Panel::Picture => say.stage(),
                Panel::Talk => say.room_talk(),
                Panel::Files => say.room_files(),
                Panel::People => say.people(),
            },
            is_hidden: fit.hides(*panel),
            is_first: at == 0,
            is_last: at + 1 == order.len(),
        });
        let (narrower, wider) = fit.widths();
        let choices =
            [Setting::Beside, Setting::Side, Setting::Tall].map(|setting| choice(say, fit, setting));
        Self { say, page, back, rows: rows.collect(), choices, narrower, wider }
    }
}

#[derive(Template)]
#[template(path = "fit.html")]
struct FitHtml<'a> {
    say: Language,
    page: &'a Page,
    back: &'a str,
    looks: [Choice; 7],
    telling: [Choice; 2],
    arrange: ArrangeHtml<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_there_for_what_is_not_usual() {
        let mut fit = Fit::default();
        assert_eq!(fit.attributes(), "");
        for button in ["size-large", "hide-talk", "hide-people"] {
            fit.change(button);
        }
        assert_eq!(fit.attributes(), r#" data-size="large" data-hidden="talk people""#);
    }

    #[test]
    fn a_page_that_is_arranged_is_the_same_page() {
        for (here, page) in [
            ("/room/pxy", "/room/pxy?arrange=1"),
            ("/room/pxy?watch=mjpeg&fps=5", "/room/pxy?watch=mjpeg&fps=5&arrange=1"),
            ("/room/pxy?arrange=1", "/room/pxy?arrange=1"),
            ("/room/pxy?arrange=1&fps=2", "/room/pxy?fps=2&arrange=1"),
        ] {
            assert_eq!(arranging(here), page);
        }
    }
}
