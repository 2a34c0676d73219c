//! The talk: a page that grows line by line, and the form beside it.

use askama::Template;
use linkify::{LinkFinder, LinkKind};
use sha2::{Digest, Sha256};

use super::document;
use crate::assets;
use crate::language::Language;
use crate::view::{CaptionsPage, Page, TalkAuthor, TalkForm, TalkLine, TalkPage, TalkPowers};
use crate::words;

/// How many colours names have (`.hue-0` and so on in `talk.css`).
const HUES: u8 = 8;
/// Characters of the answered line that stand above an answer.
const EXCERPT_CHARS: usize = 60;
/// The pauses that slow mode offers, in seconds.
const PAUSES: [u64; 5] = [0, 5, 15, 60, 300];

impl TalkPage {
    /// The page at `/room/ROOM/chat`, up to where more lines may follow. It has no end.
    #[must_use]
    pub fn render(&self) -> String {
        let powers = self.powers.as_ref();
        let lines = self.lines.iter().map(|line| line.fragment(&self.room, &self.page, powers)).collect();
        document(&TalkHtml { say: self.page.language, page: &self.page, lines })
    }
}

impl CaptionsPage {
    /// The page at `/room/ROOM/captions`, up to where captions may follow. It has no end.
    #[must_use]
    pub fn render(&self) -> String {
        document(&CaptionsHtml { say: self.page.language, page: &self.page })
    }

    /// A caption as it stands on that page.
    #[must_use]
    pub fn caption(text: &str) -> String {
        document(&CaptionHtml { text })
    }
}

impl TalkLine {
    /// The line as it stands on that visitor's page. `powers` are what they may do to keep order; others get no buttons for it.
    #[must_use]
    pub fn fragment(&self, room: &str, page: &Page, powers: Option<&TalkPowers>) -> String {
        let answers = self.answers.as_ref().map(|(name, text)| (name.as_str(), excerpt(text)));
        document(&LineHtml {
            say: page.language,
            line: self,
            room,
            order: powers.map(|powers| (powers, page.csrf.as_str())),
            hue: self.author.hue(),
            answers,
            pieces: pieces(&self.text, &self.emotes),
        })
    }
}

impl TalkForm {
    /// The document at `/room/ROOM/chat/form`.
    #[must_use]
    pub fn render(&self) -> String {
        let answers =
            self.answers.as_ref().map(|line| (line.number, line.author.name.as_str(), excerpt(&line.text)));
        document(&FormHtml {
            say: self.page.language,
            form: self,
            page: &self.page,
            hue: self.author.hue(),
            answers,
        })
    }
}

impl TalkAuthor {
    /// The colour of their name: of the mark where there is one, which nobody else can have. The same in every language.
    fn hue(&self) -> u8 {
        let number = self.guest.map(|number| number.to_string());
        Sha256::digest(self.mark.as_ref().or(number.as_ref()).unwrap_or(&self.name))[0] % HUES
    }
}

/// A piece of what was said.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// An address of the web.
    Link(&'a str),
    /// A small picture of the host's, by its name.
    Emote(&'a str),
}

/// The text, with the addresses and the emotes of these names in it.
fn pieces<'a>(text: &'a str, emotes: &[String]) -> Vec<Piece<'a>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let is_web = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    let spans = finder.spans(text);
    spans
        .flat_map(|span| match span.kind() {
            Some(LinkKind::Url) if is_web(span.as_str()) => vec![Piece::Link(span.as_str())],
            _ => with_emotes(span.as_str(), emotes),
        })
        .collect()
}

/// The text, with the emotes of these names in it: `:name:` each.
fn with_emotes<'a>(text: &'a str, emotes: &[String]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while let Some(colon) = text[at..].find(':').map(|found| at + found) {
        let name = text[colon + 1..].split_once(':').map(|(name, _)| name);
        if let Some(name) = name.filter(|name| emotes.iter().any(|emote| emote == name)) {
            if plain < colon {
                pieces.push(Piece::Text(&text[plain..colon]));
            }
            pieces.push(Piece::Emote(name));
            plain = colon + name.len() + 2;
            at = plain;
        } else {
            at = colon + 1;
        }
    }
    if plain < text.len() {
        pieces.push(Piece::Text(&text[plain..]));
    }
    pieces
}

/// The beginning of a line.
fn excerpt(text: &str) -> String {
    let mut begins: String = text.chars().take(EXCERPT_CHARS).collect();
    if begins.len() < text.len() {
        begins.push('…');
    }
    begins
}

#[derive(Template)]
#[template(path = "talk.html")]
struct TalkHtml<'a> {
    say: Language,
    page: &'a Page,
    lines: String,
}

#[derive(Template)]
#[template(path = "captions.html")]
struct CaptionsHtml<'a> {
    say: Language,
    page: &'a Page,
}

#[derive(Template)]
#[template(source = r#"<p class="text">{{ text }}</p>"#, ext = "html")]
struct CaptionHtml<'a> {
    text: &'a str,
}

#[derive(Template)]
#[template(path = "talk_line.html")]
struct LineHtml<'a> {
    say: Language,
    line: &'a TalkLine,
    room: &'a str,
    order: Option<(&'a TalkPowers, &'a str)>,
    hue: u8,
    answers: Option<(&'a str, String)>,
    pieces: Vec<Piece<'a>>,
}

#[derive(Template)]
#[template(path = "talk_form.html")]
struct FormHtml<'a> {
    say: Language,
    form: &'a TalkForm,
    page: &'a Page,
    hue: u8,
    answers: Option<(u64, &'a str, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let author =
            TalkAuthor { name: "<b>Anna</b>".into(), guest: None, mark: None, tripcode: None, badge: None };
        let emotes = vec!["wave".into()];
        TalkLine { number: 7, author, text: text.into(), announces: false, emotes, answers: None }.fragment(
            "room",
            &Page::default(),
            None,
        )
    }

    #[test]
    fn addresses_of_the_web_become_links_and_nothing_else_does() {
        assert_eq!(
            pieces("see https://example.org/a(b), or javascript:alert(1)", &[]),
            [
                Piece::Text("see "),
                Piece::Link("https://example.org/a(b)"),
                Piece::Text(", or javascript:alert(1)"),
            ]
        );
        assert!(
            pieces("data:text/html,x vbscript:x ftp://example.org file:///etc", &[])
                .iter()
                .all(|piece| matches!(piece, Piece::Text(_)))
        );
    }

    #[test]
    fn names_between_colons_become_pictures_where_there_are_such() {
        use Piece::{Emote, Link, Text};
        let emotes = ["wave".to_owned(), "x_2".to_owned()];
        for (text, expected) in [
            ("Hi :wave: there", vec![Text("Hi "), Emote("wave"), Text(" there")]),
            (":wave::x_2:", vec![Emote("wave"), Emote("x_2")]),
            ("12:30:wave: :no:wave:", vec![Text("12:30"), Emote("wave"), Text(" :no"), Emote("wave")]),
            (":wave", vec![Text(":wave")]),
            ("::", vec![Text("::")]),
            (":Wave: ä:wave:ä", vec![Text(":Wave: ä"), Emote("wave"), Text("ä")]),
            ("https://example.org/a:wave:b", vec![Link("https://example.org/a:wave:b")]),
        ] {
            assert_eq!(pieces(text, &emotes), expected, "{text}");
        }
        assert!(
            said("Hi :wave:").contains(r#"<img class="emote" src="/room/room/emotes/wave" alt=":wave:""#)
        );
    }

    #[test]
    fn nothing_that_was_said_is_markup() {
        for text in [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "https://a.b/\"onmouseover=\"x",
            "</p></div>",
        ] {
            let html = said(text);
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"), "{html}");
            assert!(!html.contains("\"onmouseover"), "{html}");
        }
    }

    #[test]
    fn an_excerpt_is_short() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"ä".repeat(100)).chars().count(), EXCERPT_CHARS + 1);
    }
}
