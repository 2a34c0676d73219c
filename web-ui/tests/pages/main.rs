//! What holds for every page in every state: nothing inline, nothing from elsewhere, a token in every form.

use std::collections::HashSet;

use html::{Piece, Tag, parse, tags};
use parlor_web::assets;
use parlor_web::language::Language;

mod escaping;
mod hostile;
mod html;
mod lobby;
mod network;
#[path = "../../examples/gallery/samples/mod.rs"]
mod samples;

/// Attributes whose value a browser goes to, loads, or sends to.
const LINKS: [&str; 6] = ["href", "src", "action", "formaction", "poster", "data-poll"];

/// Every sample in every language.
fn every_page() -> impl Iterator<Item = (&'static str, String)> {
    Language::all().flat_map(samples::pages)
}

#[test]
fn nothing_is_inline() {
    for (page, html) in every_page() {
        let pieces = parse(page, &html);
        for (at, piece) in pieces.iter().enumerate() {
            let Piece::Start(tag) = piece else { continue };
            assert_ne!(tag.name, "style", "{page}");
            for (name, _) in &tag.attributes {
                assert!(name != "style" && !name.starts_with("on"), "{page}: {tag:?}");
            }
            if tag.name == "script" {
                assert_eq!(tag.get("type"), Some("module"), "{page}");
                assert!(tag.get("src").is_some(), "{page}: {tag:?}");
                assert_eq!(pieces[at + 1], Piece::End("script".into()), "{page}");
            }
        }
    }
}

#[test]
fn every_address_is_a_path_of_our_own() {
    for (page, html) in every_page() {
        for tag in tags(page, &html) {
            for (name, value) in tag.attributes.iter().filter(|(name, _)| LINKS.contains(&name.as_str())) {
                let own = value.starts_with('#') || (value.starts_with('/') && !value.starts_with("//"));
                assert!(own, "{page}: {name}={value}");
                if let Some(rest) = value.strip_prefix("/assets/") {
                    let (version, file) = rest.split_once('/').unwrap();
                    assert_eq!(version, assets::version(), "{page}");
                    assert!(assets::asset(file).is_some(), "{page}: {file}");
                }
            }
        }
        // A link that the host copies leads nowhere by itself.
        let copied = tags(page, &html).into_iter().filter(|tag| tag.get("readonly").is_some());
        let copied = copied.filter_map(|tag| tag.get("value").map(str::to_owned));
        let rest = copied.fold(html, |html, link| html.replace(&link, ""));
        assert!(!rest.contains("http://") && !rest.contains("https://"), "{page}");
    }
}

#[test]
fn every_form_that_changes_something_has_the_token() {
    let mut forms = 0;
    for (page, html) in every_page() {
        let mut inside: Option<(Tag, bool)> = None;
        for piece in parse(page, &html) {
            match piece {
                Piece::Start(tag) if tag.name == "form" => inside = Some((tag, false)),
                Piece::Start(tag) if tag.get("name") == Some("csrf") => {
                    assert_eq!(
                        (tag.get("type"), tag.get("value")),
                        (Some("hidden"), Some("sample-token")),
                        "{page}"
                    );
                    inside.as_mut().expect("a token stands in a form").1 = true;
                }
                Piece::End(name) if name == "form" => {
                    let (form, has_token) = inside.take().unwrap();
                    // The token of a GET form would stand in the address.
                    assert_eq!(form.get("method") == Some("post"), has_token, "{page}: {form:?}");
                    forms += 1;
                }
                _ => {}
            }
        }
    }
    assert!(forms > 10, "the samples show forms");
}

#[test]
fn ids_are_unique_and_labels_point_to_them() {
    for (page, html) in every_page() {
        let tags = tags(page, &html);
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{page}: {id} twice");
        }
        for tag in &tags {
            for name in ["for", "aria-labelledby", "aria-describedby", "data-copy"] {
                if let Some(id) = tag.get(name) {
                    assert!(ids.contains(id), "{page}: {name}={id}");
                }
            }
        }
    }
}

/// The sample of this name.
fn sample(name: &str) -> String {
    let page = samples::pages(Language::ENGLISH).into_iter().find(|(page, _)| *page == name);
    page.unwrap_or_else(|| panic!("there is no sample {name}")).1
}

#[test]
fn pages_work_without_scripts() {
    let without_scripts = |name: &str| {
        let tags = tags(name, &sample(name));
        let addresses = tags.iter().filter_map(|tag| tag.get("src")).map(str::to_owned);
        addresses.collect::<Vec<_>>().join(" ")
    };
    assert!(without_scripts("room.html").contains("/live.mp4?quality=video"));
    assert!(without_scripts("room.html").contains("/facts"));
    assert!(without_scripts("room-pictures.html").contains("/live.mjpeg?fps=10"));
    assert!(
        !without_scripts("room-off-air.html").contains("/live."),
        "an empty room is not asked for a picture"
    );
    assert!(
        without_scripts("studio.html").contains("/live.mp4?quality=video"),
        "the host sees the rehearsal"
    );
    for name in ["room-facts.html", "studio-facts.html", "room-remote-facts.html", "studio-network.html"] {
        assert!(
            tags(name, &sample(name)).iter().any(|tag| tag.get("http-equiv") == Some("refresh")),
            "{name}"
        );
    }
}
