//! The files over HTTP: who may send, fetch and remove what, and how nothing that was sent runs.

use futures_util::StreamExt;

use super::*;
use crate::room::{MAX_FILE_BYTES, Senders};

/// A node on air where these may send files.
async fn taking(senders: Senders) -> Node {
    let node = Node::start().await;
    node.room.set_on_air(true);
    node.app.studio.set_file_senders(senders).unwrap();
    node
}

async fn send(browser: &mut Browser, node: &Node, name: &str, bytes: &[u8]) -> Answer {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    browser
        .upload(node, &node.path("/files"), &[("csrf", None, csrf.as_bytes()), ("file", Some(name), bytes)])
        .await
}

async fn remove(browser: &mut Browser, node: &Node, number: u64) -> Answer {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    let form = format!("csrf={csrf}&file={number}");
    browser.submit_as(node, &node.path("/files/remove"), &form).await
}

fn jpeg() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 30).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn download(node: &Node, number: u64) -> String {
    node.path(&format!("/files/{number}/download"))
}

#[tokio::test]
async fn there_are_none_until_the_host_allows_them() {
    let node = taking(Senders::Nobody).await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    for browser in [&mut anna, &mut host] {
        let answer = send(browser, &node, "a.txt", b"hello").await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("takes no files"), "{}", answer.body);
    }
    assert!(!anna.get(&node, &node.path("")).await.body.contains("data-files"));
    assert_eq!(host.submit(&node, "/studio/files", "senders=everybody").await.status, 303);
    assert!(anna.get(&node, &node.path("")).await.body.contains("data-files"));
    assert_eq!(send(&mut anna, &node, "a.txt", b"hello").await.status, 303);
    assert_eq!(host.submit(&node, "/studio/files", "senders=x").await.status, 422);
    assert_eq!(host.submit(&node, "/studio/files", "senders=nobody").await.status, 303);
    assert_eq!(node.get(&download(&node, 1)).await.status, 404);
}

#[tokio::test]
async fn what_is_no_picture_is_saved_and_never_shown() {
    let node = taking(Senders::Everybody).await;
    let mut anna = Browser::default();
    let script = "<script>alert(1)</script>";
    let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{script}</svg>");
    for (name, bytes) in [("a.svg", &*svg), ("b.html", script), ("c.pdf", "%PDF-1.7"), ("d.jpg", script)] {
        // One person does not send so many at once.
        assert_eq!(send(&mut Browser::default(), &node, name, bytes.as_bytes()).await.status, 303);
    }
    for (number, name) in [(1, "a.svg"), (2, "b.html"), (3, "c.pdf"), (4, "d.jpg")] {
        let answer = anna.get(&node, &download(&node, number)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/octet-stream"));
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let disposition = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
        assert_eq!(answer.header("content-disposition"), disposition);
        for way in ["picture", "thumbnail", "view"] {
            let path = node.path(&format!("/files/{number}/{way}"));
            assert_eq!(anna.get(&node, &path).await.status, 404, "{path}");
        }
    }
    for path in ["/files/9/download", "/files/x/download", "/files/-1/view"] {
        assert_eq!(node.get(&node.path(path)).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_picture_is_made_anew_and_shown() {
    let node = taking(Senders::Everybody).await;
    let mut anna = Browser::default();
    // A comment in front of the picture, and a page behind it.
    let photo = jpeg();
    let photo = [&photo[..2], b"\xff\xfe\x00\x08CANARY", &photo[2..], b"<script>CANARY"].concat();
    assert_eq!(send(&mut anna, &node, "holiday.html", &photo).await.status, 303);
    for (way, disposition) in [("picture", "inline"), ("thumbnail", "inline"), ("download", "attachment")] {
        let answer = anna.get(&node, &node.path(&format!("/files/1/{way}"))).await;
        assert_eq!(answer.status, 200);
        assert!(
            answer
                .header("content-disposition")
                .starts_with(&format!("{disposition}; filename=\"holiday.jpg\""))
        );
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(!answer.body.contains("CANARY"), "{way}");
    }
    assert!(anna.get(&node, &node.path("/files/1/view")).await.body.contains("/files/1/picture"));
    let broken = send(&mut anna, &node, "b.png", b"\x89PNG\r\n\x1a\nnonsense").await;
    assert_eq!(broken.status, 422);
    assert!(broken.body.contains("The picture is broken"), "{}", broken.body);
}

#[tokio::test]
async fn the_host_says_who_sends() {
    let node = taking(Senders::Host).await;
    let (mut anna, mut ben, mut host) = (Browser::default(), Browser::default(), node.host().await);
    assert!(send(&mut anna, &node, "a", b"a").await.body.contains("Only the host sends"));
    assert_eq!(send(&mut host, &node, "a", b"a").await.status, 303);
    node.app.studio.set_file_senders(Senders::Guests).unwrap();
    assert_eq!(send(&mut anna, &node, "a", b"a").await.status, 422);
    let csrf = anna.csrf_on(&node, &node.path("/chat/form")).await;
    assert_eq!(anna.submit_as(&node, &node.path("/chat"), &format!("csrf={csrf}&text=hi")).await.status, 303);
    let csrf = host.csrf_on(&node, &node.path("/chat/form")).await;
    let trust = format!("csrf={csrf}&order=trust&line=1&hide=1");
    assert_eq!(host.submit_as(&node, &node.path("/chat/order"), &trust).await.status, 303);
    assert_eq!(send(&mut anna, &node, "a", b"a").await.status, 303);
    assert_eq!(send(&mut ben, &node, "b", b"b").await.status, 422);
    node.app.studio.set_file_senders(Senders::Everybody).unwrap();
    assert_eq!(send(&mut ben, &node, "b", b"b").await.status, 303);
    // One's own, and with the power to hide any.
    assert_eq!(remove(&mut ben, &node, 1).await.status, 403);
    assert_eq!(remove(&mut ben, &node, 3).await.status, 303);
    assert_eq!(remove(&mut anna, &node, 1).await.status, 303);
    assert_eq!(remove(&mut host, &node, 2).await.status, 303);
    assert_eq!(remove(&mut host, &node, 2).await.status, 303, "it is gone already");
    assert_eq!(node.get(&download(&node, 2)).await.status, 404);
}

#[tokio::test]
async fn who_is_barred_sends_nothing() {
    let node = taking(Senders::Everybody).await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    let csrf = anna.csrf_on(&node, &node.path("/chat/form")).await;
    anna.submit_as(&node, &node.path("/chat"), &format!("csrf={csrf}&text=rude")).await;
    let csrf = host.csrf_on(&node, &node.path("/chat/form")).await;
    host.submit_as(&node, &node.path("/chat/order"), &format!("csrf={csrf}&order=bar&line=1")).await;
    let refused = send(&mut anna, &node, "a", b"a").await;
    assert!(refused.body.contains("closed the talk to you"), "{}", refused.body);
}

#[tokio::test]
async fn files_end_with_the_show_and_before_it_are_the_host_s() {
    let node = taking(Senders::Everybody).await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    node.room.set_on_air(false);
    assert_eq!(send(&mut anna, &node, "a", b"a").await.status, 404);
    assert_eq!(send(&mut host, &node, "a", b"a").await.status, 303);
    assert_eq!(anna.get(&node, &download(&node, 1)).await.status, 404);
    assert_eq!(host.get(&node, &download(&node, 1)).await.status, 200);
    node.room.set_on_air(true);
    assert_eq!(anna.get(&node, &download(&node, 1)).await.status, 200);
    node.room.set_on_air(false);
    assert_eq!(host.get(&node, &download(&node, 1)).await.status, 404);
}

#[tokio::test]
async fn a_form_of_somebody_else_is_not_read() {
    let node = taking(Senders::Everybody).await;
    let mut anna = Browser::default();
    let csrf = anna.csrf_on(&node, &node.path("/chat/form")).await;
    let file = ("file", Some("a"), &b"a"[..]);
    let token = ("csrf", None, csrf.as_bytes());
    for (fields, status) in [
        (&[("csrf", None, &b"guess"[..]), file][..], 403),
        (&[file, token], 403),
        (&[file], 403),
        (&[token], 400),
        (&[token, ("photo", Some("a"), b"a")], 400),
        (&[token, ("file", Some(""), b"")], 422),
        (&[token, file], 303),
    ] {
        assert_eq!(anna.upload(&node, &node.path("/files"), fields).await.status, status, "{fields:?}");
    }
    let plain = anna.submit_as(&node, &node.path("/files"), &format!("csrf={csrf}&file=a")).await;
    assert_eq!(plain.status, 400);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_heard_to_its_end_and_refused() {
    let node = taking(Senders::Everybody).await;
    let mut anna = Browser::default();
    let answer = send(&mut anna, &node, "a", &vec![0; MAX_FILE_BYTES + 1]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("A file has 8 MB at most"), "{}", answer.body);
    assert_eq!(send(&mut anna, &node, "a", &vec![0; MAX_FILE_BYTES]).await.status, 303);
}

#[tokio::test]
async fn the_list_grows_and_begins_anew_without_what_is_gone() {
    let node = taking(Senders::Everybody).await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    let mut list = open(&node).await;
    assert!(more(&mut list).await.unwrap().contains("kept in memory alone"));
    send(&mut anna, &node, "<i>a</i>.txt", b"a").await;
    let file = more(&mut list).await.unwrap();
    assert!(file.contains("i&#62;.txt") || file.contains("i_.txt"), "{file}");
    assert!(!file.contains("files/remove"), "a button for somebody else's file");
    remove(&mut host, &node, 1).await;
    assert!(more(&mut list).await.unwrap().contains("content=\"0\""));
    assert_eq!(more(&mut list).await, None);
    let mut list = open(&node).await;
    assert!(!more(&mut list).await.unwrap().contains("i_.txt"));
    node.room.set_on_air(false);
    assert!(more(&mut list).await.unwrap().contains("content=\"0\""));
    let mut list = open(&node).await;
    assert!(more(&mut list).await.unwrap().contains("while the room is on air"));
    node.room.set_on_air(true);
    assert!(more(&mut list).await.unwrap().contains("content=\"0\""));
}

#[tokio::test]
async fn a_room_for_adults_asks_first_and_another_host_s_has_none() {
    let node = taking(Senders::Everybody).await;
    node.app.studio.set_labels(true, "").unwrap();
    assert_eq!(node.get(&node.path("/files")).await.status, 400);
    assert_eq!(node.get(&node.path("/files/form")).await.status, 400);
    let other = other_room(9);
    let mut host = node.host().await;
    host.get(&node, &format!("/room/{other}")).await;
    assert_eq!(host.get(&node, &format!("/room/{other}/files")).await.status, 404);
}

async fn open(node: &Node) -> axum::body::BodyDataStream {
    let page = node.send(get(&node.path("/files")).body(Body::empty()).unwrap()).await;
    assert_eq!(page.status(), 200);
    page.into_body().into_data_stream()
}

/// What comes next on an open page.
async fn more(page: &mut axum::body::BodyDataStream) -> Option<String> {
    Some(String::from_utf8(page.next().await?.unwrap().to_vec()).unwrap())
}
