//! Whatever people write stays text: it adds no tag and no attribute to any page.

use crate::hostile::pages;
use crate::html::{Piece, parse};

/// What has broken other pages: ends of text, of attributes, of raw-text elements, and entities.
const CORPUS: [&str; 14] = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</noscript><img src=x onerror=alert(1)>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "` onclick=alert(1) `",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#60;b&#62;",
    "<!--<script>--><b>]]>",
    "{{ page.csrf }} {% raw %} ${alert(1)}",
    "\u{202e}<b>\u{0}\u{fffd}</b>",
];

/// The page without what people wrote: its tags and the names of their attributes.
fn skeleton(name: &str, html: &str) -> Vec<(String, Vec<String>)> {
    let names = |piece| match piece {
        Piece::Start(tag) => Some((tag.name, tag.attributes.into_iter().map(|(key, _)| key).collect())),
        Piece::End(end) => Some((format!("/{end}"), Vec::new())),
        Piece::Text(_) => None,
    };
    parse(name, html).into_iter().filter_map(names).collect()
}

#[test]
fn what_people_write_adds_no_markup() {
    for text in CORPUS {
        // A NUL is a mistake in any HTML, escaped or not; browsers drop it.
        let text = &text.replace('\0', "");
        for ((name, html), (_, plain)) in pages(text).into_iter().zip(pages("plain")) {
            assert_eq!(skeleton(name, &html), skeleton(name, &plain), "{name}: {text}");
        }
    }
}

#[test]
fn what_people_write_is_shown_as_they_wrote_it() {
    for text in CORPUS {
        let text = &text.replace('\0', "");
        for (name, html) in pages(text) {
            let shown = parse(name, &html).into_iter().any(|piece| match piece {
                Piece::Text(shown) => shown.contains(text.as_str()),
                Piece::Start(tag) => tag.attributes.iter().any(|(_, value)| value == text),
                Piece::End(_) => false,
            });
            assert!(shown, "{name}: {text}");
        }
    }
}

#[test]
fn no_address_begins_with_what_people_write() {
    for (name, html) in pages("javascript:alert(1)") {
        for piece in parse(name, &html) {
            let Piece::Start(tag) = piece else { continue };
            for link in ["href", "src", "action"] {
                assert!(!tag.get(link).unwrap_or("/").starts_with("javascript"), "{name}: {tag:?}");
            }
        }
    }
}
