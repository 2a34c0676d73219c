//! Reports over HTTP: what a visitor may report, how often, and what becomes of it.

use data_encoding::HEXLOWER;
use parlor_protocol::denylist::{Entry, List, Reports};
use parlor_protocol::report::{About, Reason, ReportSecret, SealedReport};

use super::lists::follow;
use super::*;
use crate::http::talk::check::code_of;

fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |byte: u8| ["%", &HEXLOWER.encode(&[byte])].concat();
    let field =
        |(name, value): &(&str, &str)| [name, "=", &value.bytes().map(escaped).collect::<String>()].concat();
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

async fn post(browser: &mut Browser, node: &Node, to: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    browser.submit_as(node, &node.path(to), &form(&fields)).await
}

async fn report(browser: &mut Browser, node: &Node, fields: &[(&str, &str)]) -> Answer {
    let usual = [("reason", "spam"), ("to", "host")];
    post(browser, node, "/report", &[fields, &usual[..]].concat()).await
}

#[tokio::test]
async fn a_line_is_reported_as_it_stood_though_it_was_hidden_meanwhile() {
    let node = Node::start().await;
    let (mut rude, mut anna, mut host) = (Browser::default(), Browser::default(), node.host().await);
    assert_eq!(post(&mut rude, &node, "/chat", &[("text", "Buy my things")]).await.status, 303);
    let page = anna.get(&node, &node.path("/report?line=1")).await;
    assert!(page.body.contains("Buy my things") && page.body.contains("name=\"said\""), "{}", page.body);
    assert_eq!(post(&mut host, &node, "/chat/order", &[("order", "hide"), ("line", "1")]).await.status, 303);
    assert_eq!(anna.get(&node, &node.path("/report?line=1")).await.status, 404);

    let stood = [("line", "1"), ("said", "Buy my things"), ("by", "Rude"), ("at", "7"), ("words", "See?")];
    assert_eq!(report(&mut anna, &node, &stood).await.status, 200);
    let inbox = host.get(&node, "/studio/reports").await.body;
    assert!(inbox.contains("Buy my things") && inbox.contains("See?"), "{inbox}");
    assert!(inbox.contains("only the reporter’s word") && !inbox.contains("value=\"hide\""), "{inbox}");
    assert!(!inbox.contains(" · from "), "nobody wanted to be named");
    assert!(host.get(&node, "/studio/facts").await.body.contains("1 report waits"));

    assert_eq!(anna.get(&node, "/studio/reports").await.status, 401);
    let dismiss = host.submit(&node, "/studio/reports", "do=dismiss&report=1").await;
    assert_eq!(dismiss.status, 303);
    let again = host.submit(&node, "/studio/reports", "do=dismiss&report=1").await;
    assert!(again.status == 422 && again.body.contains("dealt with already"));
}

#[tokio::test]
async fn what_is_not_taken_stands_in_the_form_again() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    for (fields, why) in [
        (&[("reason", "")][..], "Choose why"),
        (&[("reason", "rudeness")][..], "Choose why"),
        (&[("words", "x\u{202e}")][..], "characters at most"),
        (&[("to", "nobody")][..], "Choose who"),
    ] {
        let refused = report(&mut anna, &node, &[fields, &[("words", "My words")]].concat()).await;
        assert_eq!(refused.status, 422, "{why}");
        assert!(refused.body.contains(why) && refused.body.contains("</textarea>"), "{}", refused.body);
    }
    assert_eq!(
        report(&mut anna, &node, &[("line", "7"), ("said", "?"), ("by", ""), ("at", "0")]).await.status,
        404
    );
    assert!(report(&mut host, &node, &[]).await.body.contains("Choose who"), "not from the host to the host");
    assert_eq!(node.app.room().reports().count(), 0);
}

#[tokio::test]
async fn who_reports_without_end_is_asked_to_show_that_they_are_no_flood() {
    let node = Node::start().await;
    let mut anna = Browser::default();
    for words in ["one", "two", "three"] {
        assert_eq!(report(&mut anna, &node, &[("words", words)]).await.status, 200);
    }
    let asked = report(&mut anna, &node, &[("words", "four")]).await;
    assert_eq!(asked.status, 422);
    assert!(asked.body.contains("several reports at once") && asked.body.contains("four"), "{}", asked.body);
    let check = asked.body.split("name=\"check\" value=\"").nth(1).unwrap()[..32].to_owned();
    let wrong = report(&mut anna, &node, &[("words", "four"), ("check", &check), ("code", "7")]).await;
    let check = wrong.body.split("name=\"check\" value=\"").nth(1).unwrap()[..32].to_owned();
    let code = code_of(&node.app.checks, &check);
    let passed = report(&mut anna, &node, &[("words", "four"), ("check", &check), ("code", &code)]).await;
    assert_eq!(passed.status, 200);
    assert_eq!(node.app.room().reports().count(), 4);
}

#[tokio::test]
async fn a_report_for_a_list_is_sealed_for_its_keeper_alone() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    let key = SigningKey::from_bytes(&[5; 32]);
    let secret = ReportSecret::of_list(&key);
    let list = List {
        name: "Rude people".into(),
        reports: Some(Reports { key: secret.key(), at: None }),
        ..List::default()
    };
    assert_eq!(follow(&mut host, &node, &list.sign(&key).unwrap()).await.status, 303);
    let name = parlor_protocol::denylist::key_text(&key.verifying_key().to_bytes());
    let done = post(&mut anna, &node, "/report", &[("reason", "minor"), ("to", &name), ("named", "1")]).await;
    assert_eq!(done.status, 200);
    let sealed: SealedReport = done.body.parse().unwrap();
    let report = sealed.open(&key.verifying_key().to_bytes(), &secret).unwrap();
    assert_eq!((report.room, report.reason), (node.app.room().id(), Reason::Minor));
    assert!(matches!(report.about, About::Room { .. }) && report.from.is_some());
    assert_eq!(node.app.room().reports().count(), 0, "the host hears nothing of it");
}

#[tokio::test]
async fn a_room_on_a_list_is_left_out_of_the_lobby_until_the_host_says_otherwise() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let room = other_room(9);
    let item = format!("/parlor/room/{room}");
    let entry = Entry { item: item.parse().unwrap(), reason: "Not here".into() };
    let list = List { name: "Rooms".into(), entries: vec![entry], ..List::default() };
    let list = list.sign(&SigningKey::from_bytes(&[5; 32])).unwrap();
    let studio = &node.app.studio;
    assert!(!studio.is_listed_room(room));
    follow(&mut host, &node, &list).await;
    assert!(studio.is_listed_room(room));
    assert!(host.get(&node, "/studio/lists").await.body.contains(&room.to_string()));
    host.submit(&node, "/studio/lists", &form(&[("except", &item)])).await;
    assert!(!studio.is_listed_room(room));
}
