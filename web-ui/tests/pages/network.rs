//! The network on the pages: forms of the studio, and rooms of other hosts.

use std::collections::HashSet;

use parlor_web::assets;

use crate::html::{Tag, tags};
use crate::sample;

/// The names of a form's fields and of its buttons' values, in order.
fn forms(name: &str) -> Vec<(String, Vec<String>)> {
    let mut forms: Vec<(String, Vec<String>)> = Vec::new();
    for tag in tags(name, &sample(name)) {
        match tag.name.as_str() {
            "form" => forms.push((tag.get("action").unwrap_or_default().to_owned(), Vec::new())),
            "input" | "button" | "select" | "textarea" => {
                let Some((_, fields)) = forms.last_mut() else { continue };
                let value =
                    tag.get("value").filter(|_| tag.name == "button" || tag.get("type") == Some("radio"));
                fields.extend(tag.get("name").map(|name| match value {
                    Some(value) => format!("{name}={value}"),
                    None => name.to_owned(),
                }));
            }
            _ => {}
        }
    }
    forms
}

fn assert_form(page: &str, action: &str, fields: &[&str]) {
    let forms = forms(page);
    let found = forms
        .iter()
        .any(|(to, has)| to == action && has.iter().map(String::as_str).eq(fields.iter().copied()));
    assert!(found, "{page}: {action} {fields:?} is not in {forms:?}");
}

#[test]
fn every_form_sends_what_the_node_reads() {
    let studio = "studio-on-air.html";
    assert_form(studio, "/studio/card", &["csrf", "title", "description", "tags", "languages", "adult"]);
    assert_form(studio, "/studio/visibility", &["csrf", "visibility=invite", "visibility=listed"]);
    let pictures = ["csrf", "picture=live", "picture=blurred", "picture=frozen", "picture=none"];
    assert_form(studio, "/studio/lobby-picture", &pictures);
    assert_form(studio, "/studio/invite", &["csrf", "id", "action=revoke"]);
    assert_form(studio, "/studio/invite", &["csrf", "name", "limit", "ends", "lock", "action=make"]);
    assert_form(studio, "/studio/reach", &["csrf", "reach=direct", "reach=relayed"]);
    assert_form(studio, "/studio/relay", &["csrf", "address", "action=remove"]);
    assert_form(studio, "/studio/relay", &["csrf", "address", "action=add"]);
    assert_form(studio, "/studio/upload", &["csrf", "mbps"]);
    assert_form(studio, "/studio/relayed", &["csrf", "room"]);
    assert_form("index.html", "/rooms/open", &["csrf", "invite"]);
    assert_form("index.html", "/adult", &["csrf", "adult=yes", "adult=no"]);
    assert_form("room-adult.html", "/adult", &["csrf", "room", "adult=yes", "adult=no"]);
    assert_form("room-remote-invite.html", "/rooms/open", &["csrf", "room", "invite"]);
}

#[test]
fn invites_are_hidden_until_asked_for() {
    let page = sample("studio-on-air.html");
    let mut inside = false;
    for line in page.lines() {
        inside |= line.contains("<details");
        assert!(inside || !line.contains("value=\"parlor://"), "{line}");
        inside &= !line.contains("</details>");
    }
    assert_eq!(page.matches("parlor://").count(), 3);
    assert!(!page.contains("<details open"));
}

#[test]
fn what_is_live_has_its_place_on_the_page() {
    let parts = |name: &str| -> Vec<String> {
        let tags = tags(name, &sample(name));
        tags.iter().filter_map(|tag| tag.get("data-part")).map(str::to_owned).collect()
    };
    for (live, page) in
        [("studio-network.html", "studio.html"), ("room-remote-facts.html", "room-remote.html")]
    {
        let live = parts(live);
        let page = parts(page);
        assert!(live.len() > 2 && live.iter().all(|part| page.contains(part)), "{live:?} in {page:?}");
        assert_eq!(live.iter().collect::<HashSet<_>>().len(), live.len(), "{live:?}");
    }
}

#[test]
fn every_section_that_scripts_refresh_is_on_the_page() {
    let studio = tags("studio.html", &sample("studio.html"));
    let script = str::from_utf8(assets::asset("desk.js").unwrap().bytes).unwrap();
    let (_, list) = script.split_once("const SECTIONS = [").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let sections: Vec<_> = list.split(',').map(|name| name.trim().trim_matches('"')).collect();
    for section in sections.into_iter().filter(|section| !section.is_empty()) {
        assert!(studio.iter().any(|tag| tag.get("id") == Some(section)), "{section}");
    }
}

#[test]
fn a_room_elsewhere_says_how_far_it_got() {
    for (name, slate, plays) in [
        ("room-remote.html", "Off air", "true"),
        ("room-remote-joining.html", "Joining…", "false"),
        ("room-remote-invite.html", "Needs an invite", "false"),
        ("room-remote-full.html", "Every place is taken", "false"),
        ("room-remote-off-air.html", "The host is off air", "false"),
    ] {
        let tags = tags(name, &sample(name));
        let air = tags.iter().find(|tag| tag.get("data-part") == Some("air")).unwrap();
        assert_eq!(
            (air.get("data-slate-title"), air.get("data-on-air")),
            (Some(slate), Some(plays)),
            "{name}"
        );
        let stage = tags.iter().find(|tag| tag.get("id") == Some("stage")).unwrap();
        assert_eq!(stage.get("data-on-air"), Some(plays), "{name}");
        let turns = |tag: &&Tag| tag.get("data-switch").is_some();
        assert_eq!(
            tags.iter().filter(turns).count(),
            usize::from(name != "room-remote-invite.html"),
            "{name}"
        );
    }
}

#[test]
fn the_drawing_has_words() {
    let page = sample("studio-network.html");
    assert!(page.contains(
        "Your node sends the room to 8 nodes. Their branches have 38, 21, 14, 9, 5, 2, 1 and 1 nodes."
    ));
    assert!(page.contains("aria-valuetext=\"18 of 20 Mbit/s\""));
}
