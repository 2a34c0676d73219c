//! The talk over HTTP: who may say and order what, and a page that ends only to begin anew.

use data_encoding::HEXLOWER;
use futures_util::StreamExt;
use parlor_protocol::talk::Speaker;

use super::*;
use crate::http::talk::check::code_of;
use crate::room::VisitorId;

async fn say(browser: &mut Browser, node: &Node, text: &str) -> Answer {
    submit(browser, node, "/chat", &[("text", text)]).await
}

async fn order(browser: &mut Browser, node: &Node, fields: &[(&str, &str)]) -> Answer {
    submit(browser, node, "/chat/order", fields).await
}

/// Sends a form as it stands in the talk's own frame.
async fn submit(browser: &mut Browser, node: &Node, to: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    browser.submit_as(node, &node.path(to), &form(&fields)).await
}

fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |byte: u8| ["%", &HEXLOWER.encode(&[byte])].concat();
    let field =
        |(name, value): &(&str, &str)| [name, "=", &value.bytes().map(escaped).collect::<String>()].concat();
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

/// The page of the talk, as it comes.
async fn open(node: &Node) -> axum::body::BodyDataStream {
    let page = node.send(get(&node.path("/chat")).body(Body::empty()).unwrap()).await;
    assert_eq!(page.status(), 200);
    page.into_body().into_data_stream()
}

/// What comes next on an open page.
async fn more(page: &mut axum::body::BodyDataStream) -> Option<String> {
    Some(String::from_utf8(page.next().await?.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn the_page_stays_open_and_grows() {
    let node = Node::start().await;
    let mut anna = Browser::default();
    assert_eq!(say(&mut anna, &node, "Before").await.status, 303);
    let mut page = open(&node).await;
    let head = more(&mut page).await.unwrap();
    assert!(head.contains("Before") && head.contains("http-equiv=\"refresh\""), "{head}");
    assert_eq!(say(&mut anna, &node, "<i>After</i>").await.status, 303);
    let line = more(&mut page).await.unwrap();
    assert!(line.contains("&#60;i&#62;After") || line.contains("&lt;i&gt;After"), "{line}");
    assert!(!line.contains("chat/order"), "buttons of the host in a visitor's page");
}

#[tokio::test]
async fn a_hidden_line_ends_the_page_which_begins_anew_without_it() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    say(&mut anna, &node, "Something rude").await;
    let mut page = open(&node).await;
    assert!(more(&mut page).await.unwrap().contains("Something rude"));
    assert_eq!(order(&mut host, &node, &[("order", "hide"), ("line", "1")]).await.status, 303);
    assert!(more(&mut page).await.unwrap().contains("content=\"0\""));
    assert_eq!(more(&mut page).await, None);
    let mut page = open(&node).await;
    assert!(!more(&mut page).await.unwrap().contains("Something rude"));
}

#[tokio::test]
async fn what_is_not_taken_stands_in_the_form_again() {
    let node = Node::start().await;
    let mut anna = Browser::default();
    let long = "x".repeat(501);
    for (text, why) in
        [(" ", "nothing in it"), (long.as_str(), "500 characters"), ("a\u{202e}b", "can’t be shown")]
    {
        let answer = say(&mut anna, &node, text).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(why), "{}", answer.body);
    }
    assert!(say(&mut anna, &node, &long).await.body.contains(&long), "what was typed is lost");
}

/// Says more than the talk takes at once, until it asks: what is asked, by name.
async fn flood(browser: &mut Browser, node: &Node) -> Answer {
    for number in 0..20 {
        let answer = say(browser, node, &format!("number {number}")).await;
        if answer.status == 422 {
            return answer;
        }
    }
    panic!("nobody floods");
}

/// The field of a form's page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field is there");
    rest.split_once('"').unwrap().0
}

#[tokio::test]
async fn who_floods_shows_that_they_are_none_and_has_some_lines_more() {
    let node = Node::start().await;
    let (mut anna, mut ben) = (Browser::default(), Browser::default());
    let asked = flood(&mut anna, &node).await;
    let check = field(&asked.body, "check").to_owned();
    assert!(asked.header("content-security-policy").contains("worker-src 'self'"));
    assert!(asked.body.contains("Wait 1 s") && asked.body.contains("value=\"number "), "{}", asked.body);
    let picture = node.path(&format!("/chat/check/{check}/digits.png"));
    assert_eq!(ben.get(&node, &picture).await.status, 404, "it is for whom it was made");
    let shown = anna.get(&node, &picture).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
    assert_eq!(shown.header("cache-control"), "no-store");
    let sound = node.path(&format!("/chat/check/{check}/digits.wav"));
    let whole = anna.get(&node, &sound).await;
    assert_eq!((whole.status, whole.header("content-type")), (200, "audio/wav"));
    let part = anna.with_cookies(get(&sound)).header("range", "bytes=0-3").body(Body::empty()).unwrap();
    let part = node.ask(part).await;
    assert_eq!((part.status, part.body.as_str()), (206, "RIFF"));

    let wrong = [("text", "Still me"), ("check", check.as_str()), ("code", "777777")];
    let again = submit(&mut anna, &node, "/chat", &wrong).await;
    assert!(again.body.contains("That was not right") && again.body.contains("Still me"), "{}", again.body);
    let next = field(&again.body, "check").to_owned();
    assert_ne!(next, check);
    assert_eq!(anna.get(&node, &picture).await.status, 404, "it is used up");
    let code = code_of(&node.app.checks, &next);
    let right = [("text", "Still me"), ("check", next.as_str()), ("code", code.as_str())];
    assert_eq!(submit(&mut anna, &node, "/chat", &right).await.status, 303);
    for text in ["and", "so", "on"] {
        assert_eq!(say(&mut anna, &node, text).await.status, 303, "{text}");
    }
    flood(&mut anna, &node).await;
}

#[tokio::test]
async fn nobody_whom_the_host_knows_is_asked() {
    let node = Node::start().await;
    let mut host = node.host().await;
    for number in 0..30 {
        assert_eq!(say(&mut host, &node, &format!("{number}")).await.status, 303);
    }
    let plain = node.get(&node.path("/chat/form")).await;
    assert!(plain.header("content-security-policy").contains("worker-src 'none'"));
}

#[tokio::test]
async fn only_the_host_keeps_order_and_only_with_a_form_of_their_own() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    let refused = order(&mut anna, &node, &[("order", "clear")]).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.body.contains("Only the host does that") && refused.body.contains("name=\"text\""),
        "the form is still there"
    );
    let trust = [("order", "trust"), ("line", "1"), ("pace", "1")];
    say(&mut anna, &node, "I could").await;
    assert_eq!(order(&mut anna, &node, &trust).await.status, 403, "nobody trusts themselves");
    assert_eq!(order(&mut host, &node, &trust).await.status, 303);
    assert_eq!(order(&mut anna, &node, &[("order", "clear")]).await.status, 303);
    assert_eq!(order(&mut anna, &node, &[("order", "bar"), ("line", "1")]).await.status, 403);
    let refused = order(&mut anna, &node, &[("order", "unwanted"), ("words", &"x".repeat(41))]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains(&"x".repeat(41)), "what was typed stays");
    let stale = host.submit_as(&node, &node.path("/chat/order"), "csrf=guess&order=clear").await;
    assert_eq!(stale.status, 403);
    for nonsense in [&[("order", "dance")][..], &[("order", "hide"), ("line", "x")], &[]] {
        assert_eq!(order(&mut host, &node, nonsense).await.status, 400, "{nonsense:?}");
    }
    assert_eq!(anna.submit_as(&node, &node.path("/chat"), "csrf=guess&text=hi").await.status, 403);
}

#[tokio::test]
async fn nobody_new_comes_through_a_locked_door_and_who_is_in_stays() {
    let (node, _reel) = Node::on_air().await;
    let (mut anna, mut ben, mut host) = (Browser::default(), Browser::default(), node.host().await);
    for path in ["", "/facts"] {
        anna.get(&node, &node.path(path)).await;
    }
    assert_eq!(order(&mut anna, &node, &[("order", "lock")]).await.status, 403);
    assert_eq!(order(&mut host, &node, &[("order", "lock")]).await.status, 303);
    for path in ["", "/facts", "/chat/form", "/live.m3u8", "/live.mp4", "/frame.jpg", "/events", "/clock"] {
        let refused = ben.get(&node, &node.path(path)).await;
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.body.contains("The door is locked."), "{path}: {}", refused.body);
    }
    let said = ben.submit_as(&node, &node.path("/chat"), "csrf=guess&text=hello").await;
    assert!(said.body.contains("The door is locked."), "{}", said.body);
    for who in [&mut anna, &mut host] {
        assert_eq!(who.get(&node, &node.path("")).await.status, 200);
    }
    assert_eq!(say(&mut anna, &node, "I am in").await.status, 303);
    assert_eq!(order(&mut host, &node, &[("order", "unlock")]).await.status, 303);
    assert_eq!(ben.get(&node, &node.path("")).await.status, 200);
}

#[tokio::test]
async fn who_is_sent_out_has_nothing_more_until_they_load_the_page_again() {
    let (node, mut reel) = Node::on_air().await;
    let mut host = node.host().await;
    let mut talk = open(&node).await;
    assert!(more(&mut talk).await.is_some());
    reel.play(5);
    let film = node.send(get(&node.path("/live.mp4")).body(Body::empty()).unwrap()).await;
    let mut film = film.into_body().into_data_stream();
    assert!(film.next().await.is_some());
    assert_eq!(order(&mut host, &node, &[("order", "send-out")]).await.status, 303);
    assert!(more(&mut talk).await.unwrap().contains("content=\"0\""));
    assert_eq!(more(&mut talk).await, None);
    reel.play(5);
    assert!(film.next().await.is_none(), "the picture goes on");
    assert_eq!(node.get(&node.path("/live.mp4")).await.status, 403);
    assert_eq!(node.get(&node.path("/chat/form")).await.status, 403);
    assert_eq!(node.get(&node.path("")).await.status, 200);
    assert_eq!(node.get(&node.path("/chat/form")).await.status, 200);

    assert_eq!(order(&mut host, &node, &[("order", "send-out"), ("lock", "1")]).await.status, 303);
    assert_eq!(node.get(&node.path("")).await.status, 403);
    assert_eq!(host.get(&node, &node.path("")).await.status, 200);
}

#[tokio::test]
async fn a_room_for_adults_asks_before_it_tells() {
    let node = Node::start().await;
    let labelled = "title=Tea&description=&tags=&languages=en&adult=1";
    assert_eq!(node.host().await.submit(&node, "/studio/card", labelled).await.status, 303);
    assert_eq!(node.get(&node.path("/chat")).await.status, 400);
    assert_eq!(node.get(&node.path("/chat/form")).await.status, 400);
}

#[tokio::test]
async fn who_has_a_mark_is_barred_for_good_when_the_host_says_so() {
    let node = Node::start().await;
    let (mut anna, mut ben, mut host) = (Browser::default(), Browser::default(), node.host().await);
    let named = [("name", "Anna"), ("phrase", "correct horse")];
    assert_eq!(submit(&mut anna, &node, "/chat/name", &named).await.status, 303);
    say(&mut anna, &node, "Rude").await;
    say(&mut ben, &node, "Rude too").await;
    for line in ["1", "2"] {
        order(&mut host, &node, &[("order", "bar"), ("line", line)]).await;
    }
    let talk = node.room.talk();
    let barred: Vec<_> = talk.look(|desk| desk.barred().collect()).unwrap();
    let has_mark = |speaker: &Speaker| talk.trace(VisitorId(speaker.0)).is_some();
    let (annas, bens): (Vec<_>, Vec<_>) = barred.into_iter().partition(has_mark);
    let (annas, bens) = (annas[0].0.to_string(), bens[0].0.to_string());
    for (speaker, expected) in [(&bens, 422), (&annas, 303)] {
        let ban = [("speaker", speaker.as_str()), ("note", "Rude, twice")];
        assert_eq!(submit(&mut ben, &node, "/chat/ban", &ban).await.status, 401);
        assert_eq!(submit(&mut host, &node, "/chat/ban", &ban).await.status, expected);
    }
    // With the same phrase in another browser, and although the bar of this run is lifted.
    order(&mut host, &node, &[("order", "unbar"), ("speaker", &annas)]).await;
    let mut again = Browser::default();
    submit(&mut again, &node, "/chat/name", &named).await;
    let refused = say(&mut again, &node, "It is me").await;
    assert!(refused.body.contains("closed the talk to you"), "{}", refused.body);
    let studio = host.get(&node, "/studio").await.body;
    assert!(studio.contains("Rude, twice") && studio.contains("h5j3rb273v"));
    let made = node.app.studio.bans()[0].made.0;
    assert_eq!(host.submit(&node, "/studio/bans", &format!("forgive={made}")).await.status, 303);
    assert_eq!(host.submit(&node, "/studio/bans", &format!("forgive={made}")).await.status, 422);
    assert_eq!(say(&mut again, &node, "It is me").await.status, 303);
}

#[tokio::test]
async fn an_old_tripcode_is_shown_as_one_and_nobody_is_known_by_it() {
    let node = Node::start().await;
    let (mut anna, mut ben, mut host) = (Browser::default(), Browser::default(), node.host().await);
    let named = [("name", "Anna"), ("phrase", "tripcode"), ("old", "1")];
    assert_eq!(submit(&mut anna, &node, "/chat/name", &named).await.status, 303);
    let named = [("name", "Ben#tripcode"), ("phrase", "")];
    assert_eq!(submit(&mut ben, &node, "/chat/name", &named).await.status, 303);
    say(&mut anna, &node, "As ever").await;
    say(&mut ben, &node, "As ever too").await;
    let head = more(&mut open(&node).await).await.unwrap();
    assert_eq!(head.matches("◆3GqYIJ3Obs").count(), 2, "{head}");
    assert!(!head.contains("!3GqYIJ3Obs") && !head.contains("#tripcode"));
    let refused = [("name", "Anja"), ("phrase", "トリップ"), ("old", "1")];
    let refused = submit(&mut anna, &node, "/chat/name", &refused).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains(r#"value="Anja""#), "what was typed stays");
    order(&mut host, &node, &[("order", "bar"), ("line", "1")]).await;
    let barred = node.room.talk().look(|desk| desk.barred().next()).flatten().unwrap();
    assert_eq!(node.room.talk().trace(VisitorId(barred.0)), None, "it is nothing to be known by");
}

#[tokio::test]
async fn the_roster_calls_people_as_they_call_themselves() {
    let node = Node::start().await;
    let mut anna = Browser::default();
    let named = submit(&mut anna, &node, "/chat/name", &[("name", "Anna"), ("phrase", "")]).await;
    assert_eq!(named.status, 303);
    assert!(anna.get(&node, &node.path("/facts")).await.body.contains("Anna"));
    let refused = submit(&mut anna, &node, "/chat/name", &[("name", "An\nna"), ("phrase", "")]).await;
    assert_eq!(refused.status, 422);
    // Who wants no name any more is a guest again.
    let nameless = submit(&mut anna, &node, "/chat/name", &[("name", " "), ("phrase", "")]).await;
    assert_eq!(nameless.status, 303);
    let facts = anna.get(&node, &node.path("/facts")).await.body;
    assert!(facts.contains("Guest ") && !facts.contains("Anna"), "{facts}");
}

#[tokio::test]
async fn the_roster_says_who_listens_in_or_only_how_many() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    submit(&mut anna, &node, "/chat/name", &[("name", "Anna"), ("phrase", "")]).await;
    let request = anna.with_cookies(get(&node.path("/chat"))).body(Body::empty()).unwrap();
    let mut talk = node.send(request).await.into_body().into_data_stream();
    assert!(more(&mut talk).await.is_some());
    let shown = node.get(&node.path("/facts")).await.body;
    assert!(shown.contains("Listening in") && shown.contains("Anna"), "{shown}");
    assert_eq!(host.submit(&node, "/studio/roster", "tells=nonsense").await.status, 422);
    assert_eq!(host.submit(&node, "/studio/roster", "tells=counts").await.status, 303);
    let shown = node.get(&node.path("/facts")).await.body;
    assert!(shown.contains("1 listening in") && !shown.contains("Anna"), "{shown}");
    assert!(host.get(&node, &node.path("/facts")).await.body.contains("Anna"), "the host sees who");
    drop(talk);
    assert!(!node.get(&node.path("/facts")).await.body.contains("listening in"));
}

/// The next event at `/room/ROOM/events` of this kind: its data.
async fn event(stream: &mut axum::body::BodyDataStream, kind: &str) -> String {
    loop {
        let text = more(stream).await.unwrap();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        if field("event: ") == kind {
            return field("data: ").to_owned();
        }
    }
}

async fn follow(node: &Node, query: &str) -> axum::body::BodyDataStream {
    let path = node.path(&format!("/events{query}"));
    let events = node.send(get(&path).body(Body::empty()).unwrap()).await;
    assert_eq!(events.status(), 200);
    events.into_body().into_data_stream()
}

#[tokio::test]
async fn events_say_what_is_said() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    say(&mut anna, &node, "Before").await;
    let mut events = follow(&node, "").await;
    event(&mut events, "cleared").await;
    let before: serde_json::Value = serde_json::from_str(&event(&mut events, "said").await).unwrap();
    assert_eq!((&before["number"], &before["text"]), (&1.into(), &"Before".into()));
    say(&mut host, &node, "Two\nlines").await;
    let after: serde_json::Value = serde_json::from_str(&event(&mut events, "said").await).unwrap();
    assert_eq!((&after["badge"], &after["text"]), (&"host".into(), &"Two\nlines".into()));
    order(&mut host, &node, &[("order", "hide"), ("line", "1")]).await;
    assert_eq!(event(&mut events, "hidden").await, "1");
    order(&mut host, &node, &[("order", "clear")]).await;
    assert_eq!(event(&mut events, "cleared").await, "all");
}

#[tokio::test]
async fn events_of_a_covered_room_say_nothing_that_is_said() {
    let node = Node::start().await;
    let mut host = node.host().await;
    say(&mut host, &node, "For adults").await;
    node.app.studio.set_labels(true, "").unwrap();
    let mut events = follow(&node, "").await;
    event(&mut events, "facts").await;
    let next = tokio::time::timeout(std::time::Duration::from_millis(300), more(&mut events)).await;
    assert!(next.is_err(), "{next:?}");
}
