//! The lobby without scripts, for its host and for strangers, before and after the 18+ question.

use crate::html::{Tag, tags};
use crate::sample;

fn lobby(name: &str) -> Vec<Tag> {
    tags(name, &sample(name))
}

fn form<'a>(tags: &'a [Tag], action: &str) -> Option<&'a Tag> {
    tags.iter().find(|tag| tag.name == "form" && tag.get("action") == Some(action))
}

fn has_class(tag: &Tag, class: &str) -> bool {
    tag.get("class").unwrap_or_default().split(' ').any(|found| found == class)
}

#[test]
fn the_filter_is_a_plain_form() {
    let tags = lobby("lobby-filtered.html");
    assert_eq!(form(&tags, "/").unwrap().get("method"), Some("get"));
    let fields: Vec<_> = tags
        .iter()
        .filter(|tag| matches!(tag.name.as_str(), "input" | "select") && tag.get("type") != Some("hidden"))
        .filter_map(|tag| tag.get("name"))
        .collect();
    assert_eq!(fields, ["invite", "q", "tag", "lang", "price", "sort", "air"]);
    let chosen: Vec<_> =
        tags.iter().filter(|tag| tag.get("selected").is_some()).filter_map(|tag| tag.get("value")).collect();
    assert_eq!(chosen, ["piano", "fr"]);
}

#[test]
fn the_refresh_link_keeps_the_filter() {
    let tags = lobby("lobby-filtered.html");
    let links: Vec<_> = tags.iter().filter_map(|tag| tag.get("href")).collect();
    assert!(links.contains(&"/?q=&tag=piano&lang=fr&price=&air=1&sort="), "{links:?}");
}

#[test]
fn tags_lead_to_rooms_that_have_them() {
    let links = lobby("index.html");
    assert!(links.iter().any(|tag| tag.get("href") == Some("/?tag=calligraphy")));
}

#[test]
fn strangers_learn_nothing_of_the_network() {
    for name in ["lobby-one.html", "lobby-empty.html"] {
        let tags = lobby(name);
        assert!(form(&tags, "/").is_none() && form(&tags, "/rooms/open").is_none(), "{name}");
        assert!(!sample(name).contains("peer"), "{name}");
        assert!(!sample(name).contains("Your room"), "{name}");
    }
    assert!(sample("lobby-searching.html").contains("3 peers are connected"));
}

#[test]
fn pictures_for_adults_are_covered_until_the_question_is_answered() {
    for (name, covered, asks) in [
        ("index.html", true, true),
        ("lobby-adults-hidden.html", true, false),
        ("lobby-adults-shown.html", false, false),
    ] {
        let tags = lobby(name);
        assert_eq!(tags.iter().any(|tag| has_class(tag, "covered")), covered, "{name}");
        assert_eq!(tags.iter().any(|tag| has_class(tag, "ask")), asks, "{name}");
        assert!(form(&tags, "/adult").is_some(), "{name}: the answer can be given or changed");
    }
    let gate = lobby("room-adult.html");
    assert!(form(&gate, "/adult").is_some());
    assert!(!gate.iter().any(|tag| matches!(tag.name.as_str(), "video" | "script" | "iframe")), "{gate:?}");
}

#[test]
fn a_full_lobby_says_what_it_leaves_out() {
    let page = sample("lobby-many.html");
    assert_eq!(page.matches("class=\"room-card\"").count(), parlor_web::lobby::MAX_CARDS);
    assert!(page.contains("and 12 more; search to narrow"));
    assert!(page.contains("loading=\"lazy\""));
}

#[test]
fn the_cards_that_scripts_ask_for_are_those_of_the_page() {
    let document = sample("lobby-cards.html");
    let (_, cards) = document.split_once("<div id=\"cards\" class=\"cards\">").unwrap();
    let (cards, _) = cards.rsplit_once("</div>").unwrap();
    assert!(cards.len() > 1000 && sample("index.html").contains(cards));
}
