//! Lists of others over HTTP: who is on one is told which and why, and the host has the last word.

use parlor_protocol::denylist::{Entry, List, SignedList};
use parlor_protocol::talk::Identity;

use super::*;

/// The mark of somebody who is rude.
fn mark() -> String {
    Identity::of("open sesame").unwrap().mark().to_string()
}

fn list(seed: u8, name: &str, sequence: u64, marks: &[&str]) -> String {
    let entry =
        |mark: &&str| Entry { item: format!("/parlor/mark/{mark}").parse().unwrap(), reason: "Spam".into() };
    let entries = marks.iter().map(entry).collect();
    let list = List { name: name.into(), sequence, entries, ..List::default() };
    list.sign(&SigningKey::from_bytes(&[seed; 32])).unwrap()
}

/// Follows a list whose text is pasted; a browser ends its lines with CR LF.
pub(super) async fn follow(host: &mut Browser, node: &Node, text: &str) -> Answer {
    send(host, node, &text.replace('\n', "\r\n"), b"").await
}

/// Sends the form with this in the field and in a file.
async fn send(host: &mut Browser, node: &Node, text: &str, file: &[u8]) -> Answer {
    let csrf = host.csrf(node).await;
    let name = if file.is_empty() { "" } else { "rude.deny" };
    let fields =
        [("csrf", None, csrf.as_bytes()), ("list", None, text.as_bytes()), ("file", Some(name), file)];
    host.upload(node, "/studio/lists/follow", &fields).await
}

async fn form(browser: &mut Browser, node: &Node, path: &str, fields: &str) -> Answer {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    browser.submit_as(node, &node.path(path), &format!("csrf={csrf}&{fields}")).await
}

#[tokio::test]
async fn who_is_on_a_list_hears_which_and_why_until_the_host_says_otherwise() {
    let node = Node::start().await;
    let (mut host, mut rude) = (node.host().await, Browser::default());
    assert_eq!(form(&mut rude, &node, "/chat/name", "name=Rudi&phrase=open+sesame").await.status, 303);
    assert_eq!(form(&mut rude, &node, "/chat", "text=before").await.status, 303);
    let mark = mark();
    assert_eq!(follow(&mut host, &node, &list(1, "Rude people", 7, &[&mark])).await.status, 303);
    let page = host.get(&node, "/studio/lists").await.body;
    assert!(page.contains("Compare its key") && page.contains("Rude people") && page.contains("Spam"));
    let refused = form(&mut rude, &node, "/chat", "text=after").await;
    let sentence = "You are on the list “Rude people”, which the host follows: Spam";
    assert!(refused.body.contains(sentence) && refused.body.contains("after"));

    let item = format!("/parlor/mark/{mark}");
    assert_eq!(host.submit(&node, "/studio/lists", &format!("except={item}")).await.status, 303);
    assert!(host.get(&node, "/studio/lists").await.body.contains("You let them talk all the same."));
    assert_eq!(form(&mut rude, &node, "/chat", "text=again").await.status, 303);
    assert_eq!(host.submit(&node, "/studio/lists", &format!("refuse={item}")).await.status, 303);
    assert!(form(&mut rude, &node, "/chat", "text=once+more").await.body.contains(sentence));
    // Another list that names them is asked too.
    assert_eq!(follow(&mut host, &node, &list(2, "Others", 7, &[&mark])).await.status, 303);
    let key = SignedList::read(&list(1, "Rude people", 7, &[])).unwrap().key_text();
    assert_eq!(host.submit(&node, "/studio/lists", &format!("leave={key}")).await.status, 303);
    assert!(form(&mut rude, &node, "/chat", "text=and+more").await.body.contains("the list “Others”"));
    let nobody = host.submit(&node, "/studio/lists", "except=/parlor/mark/aaaaaaaaaa").await;
    assert_eq!(nobody.status, 422);
}

#[tokio::test]
async fn a_newer_version_comes_from_the_same_key_and_never_an_older_one() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let seventh = list(1, "Rude people", 7, &["h5j3rb273v"]);
    assert_eq!(follow(&mut host, &node, &seventh).await.status, 303);
    assert_eq!(follow(&mut host, &node, &seventh).await.status, 303);
    assert!(host.get(&node, "/studio/lists").await.body.contains("You have this version"));
    for (text, why) in [
        (list(1, "Rude people", 6, &[]), "a newer version"),
        (list(1, "Rude people", 7, &[]), "a newer version"),
        (list(2, " rude PEOPLE", 8, &[]), "signed by another key"),
        (seventh.replace("Spam", "Nice"), "signature does not fit"),
        ("x".to_owned(), "no header"),
    ] {
        let refused = follow(&mut host, &node, &text).await;
        assert!(refused.status == 422 && refused.body.contains(why), "{why}");
    }
    let refused = follow(&mut host, &node, "what I typed").await;
    assert!(refused.body.contains("what I typed"));
    assert_eq!(node.app.studio.lists()[0].signed.list().entries.len(), 1, "nothing has changed");
    assert_eq!(follow(&mut host, &node, &list(1, "Rude people", 8, &[])).await.status, 303);
    assert_eq!(node.app.studio.lists()[0].signed.list().sequence, 8);
    for seed in 2..=8 {
        assert_eq!(follow(&mut host, &node, &list(seed, &seed.to_string(), 1, &[])).await.status, 303);
    }
    let refused = follow(&mut host, &node, &list(9, "9", 1, &[])).await;
    assert!(refused.status == 422 && refused.body.contains("You follow 8 lists already"));
    let longest = format!("{seventh}{}", "#".repeat(parlor_protocol::denylist::MAX_LIST_BYTES));
    let refused = follow(&mut host, &node, &longest).await;
    assert!(refused.status == 422 && refused.body.contains("131072 bytes at most"));
}

#[tokio::test]
async fn a_list_comes_as_a_file_too() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let seventh = list(1, "Rude people", 7, &["h5j3rb273v"]);
    let long = vec![b'x'; 1 << 20];
    let broken = seventh.replace("Spam", "Nice");
    for (text, file, why) in [
        ("", &b""[..], "Paste a list, or choose"),
        ("", &b"\r\n \xff"[..], "characters in line 2"),
        ("", &long, "131072 bytes at most"),
        ("", broken.as_bytes(), "signature does not fit"),
        ("what I typed", seventh.as_bytes(), "leave one of them out"),
    ] {
        let refused = send(&mut host, &node, text, file).await;
        assert!(refused.status == 422 && refused.body.contains(why) && refused.body.contains(text), "{why}");
    }
    assert!(node.app.studio.lists().is_empty());
    assert_eq!(send(&mut host, &node, " ", seventh.as_bytes()).await.status, 303);
    let older = send(&mut host, &node, "", list(1, "Rude people", 6, &[]).as_bytes()).await;
    assert!(older.status == 422 && older.body.contains("a newer version"));
    assert_eq!(send(&mut host, &node, "", list(1, "Rude people", 8, &[]).as_bytes()).await.status, 303);
    assert_eq!(node.app.studio.lists()[0].signed.list().sequence, 8);

    let pasted = seventh.as_bytes();
    let stranger = Browser::default().upload(&node, "/studio/lists/follow", &[("list", None, pasted)]).await;
    assert_eq!(stranger.status, 401);
    let forged = [("csrf", None, &b"x"[..]), ("list", None, pasted)];
    assert_eq!(host.upload(&node, "/studio/lists/follow", &forged).await.status, 403);
    let endless = vec![b'x'; 300 << 10];
    assert_eq!(send(&mut host, &node, str::from_utf8(&endless).unwrap(), b"").await.status, 413);
}

#[tokio::test]
async fn the_host_s_own_list_has_no_names_and_notes_only_where_they_say_so() {
    let node = Node::start().await;
    let (mut host, mut rude) = (node.host().await, Browser::default());
    form(&mut rude, &node, "/chat/name", "name=Rudi&phrase=open+sesame").await;
    form(&mut rude, &node, "/chat", "text=rude").await;
    form(&mut host, &node, "/chat/order", "order=bar&line=1").await;
    let speaker = node.room.talk().look(|desk| desk.barred().next().unwrap().0).unwrap();
    let barred = form(&mut host, &node, "/chat/ban", &format!("speaker={speaker}&note=%3D1%2B1")).await;
    assert_eq!(barred.status, 303);
    let plain = host.get(&node, "/studio/lists/own.deny").await;
    assert_eq!(plain.header("content-disposition"), "attachment; filename=\"parlor.deny\"");
    let read = SignedList::read(&plain.body).unwrap();
    assert_eq!(read.list().entries[0].item.to_string(), format!("/parlor/mark/{}", mark()));
    assert!(read.list().entries[0].reason.is_empty() && !plain.body.contains("Rudi"));
    assert!(host.get(&node, "/studio/lists").await.body.contains(&read.key_text()));
    let told = SignedList::read(&host.get(&node, "/studio/lists/own.deny?notes=1").await.body).unwrap();
    assert_eq!(told.list().entries[0].reason, "=1+1");
    let table = host.get(&node, "/studio/lists/own.csv?notes=1").await.body;
    assert_eq!(table, format!("\"item\",\"reason\"\r\n\"/parlor/mark/{}\",\"'=1+1\"\r\n", mark()));
    let own = follow(&mut host, &node, &plain.body).await;
    assert!(own.status == 422 && own.body.contains("This is your own list."));
    for path in ["/studio/lists", "/studio/lists/own.deny", "/studio/lists/own.csv"] {
        assert_eq!(rude.get(&node, path).await.status, 401, "{path}");
    }
}
