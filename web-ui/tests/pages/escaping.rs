//! Whatever people write stays text: it adds no tag and no attribute to any page.

use parlor_web::view::{
    Graph, Ingest, Lobby, Login, Notice, Page, Person, Problem, QualityForm, RoomCard, RoomFacts, RoomPage,
    Studio, StudioFacts, Watch,
};

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

/// Every page with `text` wherever somebody can write, told, or sent it.
fn pages(text: &str) -> Vec<(&'static str, String)> {
    let studio = studio(text);
    let problem = Problem { page: page(text), status: 404, what: text.into(), remedy: text.into() };
    vec![
        ("lobby", Lobby { page: page(text), rooms: vec![card(text, Some(1)), card(text, None)] }.render()),
        ("room", room(text, Some(1), Watch::Video).render()),
        ("room off air", room(text, None, Watch::Mjpeg(5)).render()),
        ("room facts", facts(text, Some(1)).render()),
        ("room fragment", facts(text, None).fragment()),
        ("studio", studio.render()),
        ("studio facts", studio.facts.render()),
        ("studio fragment", studio.facts.fragment()),
        ("login", Login { page: page(text), has_password: true, notice: Some(notice(text)) }.render()),
        ("problem", problem.render()),
    ]
}

fn page(text: &str) -> Page {
    Page { csrf: text.into(), is_host: true }
}

fn notice(text: &str) -> Notice {
    Notice { is_error: true, text: text.into() }
}

fn card(text: &str, on_air_secs: Option<u64>) -> RoomCard {
    RoomCard {
        id: text.into(),
        title: text.into(),
        description: text.into(),
        tags: vec![text.into(), text.into()],
        on_air_secs,
        viewers: 1,
    }
}

fn facts(text: &str, on_air_secs: Option<u64>) -> RoomFacts {
    let person = |watching| Person { name: text.into(), watching, is_self: watching };
    RoomFacts { card: card(text, on_air_secs), people: vec![person(true), person(false)], more_people: 1 }
}

fn room(text: &str, on_air_secs: Option<u64>, watch: Watch) -> RoomPage {
    RoomPage {
        page: page(text),
        facts: facts(text, on_air_secs),
        qualities: vec![(text.into(), text.into()), ("video".into(), text.into())],
        quality: text.into(),
        watch,
    }
}

fn studio(text: &str) -> Studio {
    let graph = Graph { label: text.into(), now: text.into(), values: vec![1.0, 2.0], top: 2.0 };
    Studio {
        page: page(text),
        room: text.into(),
        notice: Some(notice(text)),
        title: text.into(),
        description: text.into(),
        tags: text.into(),
        source: text.into(),
        sources: vec![(text.into(), text.into()), ("test".into(), text.into())],
        quality: QualityForm { width: 1280, height: 720, fps: 30, bitrate_kbps: 2500 },
        ingests: vec![Ingest {
            kind: "whip",
            label: "WHIP",
            hint: "Browsers",
            on: true,
            address: text.into(),
            key: text.into(),
            state: text.into(),
        }],
        has_password: true,
        facts: StudioFacts {
            on_air_secs: Some(1),
            source: text.into(),
            notice: text.into(),
            encoder: text.into(),
            graphs: vec![graph],
        },
    }
}

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
