//! The pages for everybody, and what every response carries.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::header::ACCEPT;
use http_body_util::BodyExt;
use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn pages_show_the_room() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(1);
    node.app.studio.set_about(About::parse("Tea & <talk>", "Late.", "tea").unwrap()).unwrap();
    let mut browser = Browser::default();
    for path in ["/".to_owned(), node.path(""), node.path("/facts"), "/studio".to_owned()] {
        let page = browser.get(&node, &path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(!page.body.contains("<talk>"), "{path} does not escape");
    }
    let page = browser.get(&node, &node.path("?watch=mjpeg&fps=7&quality=video-small")).await.body;
    assert!(page.contains("live.mjpeg?fps=7"));
    let page = browser.get(&node, &node.path("?watch=video&quality=video-small")).await.body;
    assert!(page.contains("live.mp4?quality=video-small"));
    let page = browser.get(&node, &node.path("?quality=no-such")).await.body;
    assert!(page.contains("live.mp4?quality=video\""));
}

#[tokio::test]
async fn every_response_carries_the_headers() {
    let node = Node::start().await;
    for path in ["/", "/nowhere", "/favicon.ico", "/api/v1/status", "/metrics", "/studio/login/x"] {
        let answer = node.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").starts_with("camera=(self), microphone=(self)"));
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn problems_look_as_their_reader_needs() {
    let node = Node::start().await;
    let mut browser = Browser::default();
    let page = browser.get(&node, "/room/unknown").await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.body.contains("There is no such room here."));
    let text = node.get("/room/unknown").await;
    assert_eq!((text.status, text.header("content-type")), (404, "text/plain; charset=utf-8"));
    assert_eq!(text.body.lines().count(), 1);
    let json = node.get("/api/v1/unknown").await;
    assert_eq!((json.status, json.header("content-type")), (404, "application/problem+json"));
    let json: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(json["status"], 404);
    let method = node.ask(request(Method::DELETE, "/").body(Body::empty()).unwrap()).await;
    assert_eq!(method.status, 405);
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_only_under_their_version() {
    let node = Node::start().await;
    let version = parlor_web::assets::version();
    for name in parlor_web::assets::names() {
        let asset = node.get(&format!("/assets/{version}/{name}")).await;
        assert_eq!(asset.status, 200, "{name}");
        assert!(asset.header("cache-control").contains("immutable"));
    }
    assert_eq!(node.get("/assets/0123/base.css").await.header("cache-control"), "no-store");
    assert_eq!(node.get(&format!("/assets/{version}/no-such.css")).await.status, 404);
    assert_eq!(node.get("/favicon.ico").await.header("content-type"), "image/svg+xml");
}

#[tokio::test]
async fn a_visitor_keeps_one_name() {
    let node = Node::start().await;
    let mut browser = Browser::default();
    let page = browser.get(&node, &node.path("/facts")).await;
    let cookie = page.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("parlor-visitor-8787=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict")
    );
    let again = browser.get(&node, &node.path("/facts")).await;
    assert_eq!(again.header("set-cookie"), "");
    assert_eq!(again.body, browser.get(&node, &node.path("/facts")).await.body);
}

#[tokio::test(start_paused = true)]
async fn events_tell_what_changed_and_no_more() {
    let node = Node::start().await;
    let response = node.send(get(&node.path("/events")).body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut next = async || {
        let mut text = String::new();
        // Comments keep the connection open.
        while !text.contains("event: facts") {
            let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
            write!(text, "{}", String::from_utf8_lossy(&frame)).unwrap();
        }
        text
    };
    let first = next().await;
    assert!(!first.contains("Tea"));
    let asked = tokio::time::Instant::now();
    node.room.set_about(About::parse("Tea", "", "").unwrap());
    assert!(next().await.contains("Tea"));
    assert_eq!(asked.elapsed().as_secs(), 1);
    node.shutdown.cancel();
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn a_browser_that_follows_the_events_is_listed_until_it_leaves() {
    let node = Node::start().await;
    let response = node.send(get(&node.path("/events")).body(Body::empty()).unwrap()).await;
    let people = || {
        node.room
            .presence()
            .people(None, std::time::Instant::now(), 9, crate::room::VisitorId::guest_name)
            .listed
    };
    assert!(matches!(&people()[..], [one] if one.doing == crate::room::Doing::Looking));
    drop(response);
    assert_eq!(people(), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_query_panics(
        path in prop::sample::select(vec!["", "/facts", "/live.mjpeg", "/live.mp4", "/hls/video.m3u8", "/whep", "/frame.jpg"]),
        query in "[ -~]{0,40}",
        accept in "[ -~]{0,20}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let node = Node::start().await;
            let Ok(uri) = format!("{}?{query}", node.path(path)).parse::<axum::http::Uri>() else { return };
            let request = Request::builder().uri(uri).header(HOST, ADDRESS).header(ACCEPT, accept);
            let status = node.send(request.body(Body::empty()).unwrap()).await.status();
            assert!(!status.is_server_error(), "{status}");
        });
    }
}
