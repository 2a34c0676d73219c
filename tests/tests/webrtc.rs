//! WHEP and WHIP with a client that is not ours (aiortc), on loopback.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_e2e::Node;
use parlor_e2e::ffmpeg::Watcher;
use parlor_e2e::host::{Host, WayIn};
use parlor_e2e::picture::TimeCode;
use parlor_e2e::python::Client;
use parlor_e2e::room::assert_test_picture;
use reqwest::Method;
use serde_json::Value;

fn code(report: &Value) -> Option<TimeCode> {
    report["picture"]["code"].as_u64().map(|code| TimeCode(code as u32))
}

/// Follows the pictures of a WHEP client until so many carried a newer time than the one before.
async fn follow(client: &mut Client, count: u32) -> TimeCode {
    let mut last =
        code(&client.until("a picture with a time", |report| code(report).is_some()).await).unwrap();
    for _ in 0..count {
        let newer = |report: &Value| code(report).is_some_and(|code| code.ms_since(last) > 0);
        last = code(&client.until("a newer picture", newer).await).unwrap();
    }
    last
}

#[tokio::test]
async fn aiortc_watches_picture_and_sound_over_whep() {
    let node = Node::live().await;
    let mut client = Client::start("whep.py", &[&node.room_url("/whep")]);
    let session = client.until("the session", |report| report["session"].is_string()).await;
    let before = TimeCode::now();
    let picture = client.until("a picture", |report| code(report).is_some()).await;
    assert_eq!((&picture["picture"]["width"], &picture["picture"]["height"]), (&640.into(), &360.into()));
    let last = follow(&mut client, 30).await;
    assert!(last.ms_since(before) > 0, "only pictures of before");
    let sound = client.until("sound", |report| report["sound"]["level"].as_u64() > Some(100)).await;
    assert_eq!(sound["sound"]["rate"], 48_000);

    // The session ends when its address is deleted; to delete it again, as a player may that was told late, is no error.
    let url = session["session"].as_str().unwrap();
    let delete = async || node.request(Method::DELETE, url).send().await.unwrap().status();
    assert_eq!(delete().await, 200);
    node.status_when("nobody watching", |status| status["viewers"] == 0).await;
    assert_eq!(delete().await, 200);
}

#[tokio::test]
async fn several_watch_at_once_and_one_who_vanishes_disturbs_nobody() {
    let node = Node::live().await;
    let url = node.room_url("/whep");
    let mut first = Client::start("whep.py", &[&url]);
    let mut second = Client::start("whep.py", &[&url]);
    follow(&mut first, 5).await;
    follow(&mut second, 5).await;
    drop(first);
    follow(&mut second, 60).await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let (node, WayIn { key, .. }) = whip_node().await;
    for path in ["/whep", "/whip"] {
        let url = node.room_url(path);
        let send = async |kind: &str, body: &'static str| {
            let request =
                node.request(Method::POST, &url).header("content-type", kind).bearer_auth(&key).body(body);
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(send("text/plain", "v=0").await, 415, "{path}");
        for body in ["", "v=0\r\n", "nonsense", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"] {
            let status = send("application/sdp", body).await;
            assert!((400..500).contains(&status), "{path} answers {status} to {body:?}");
        }
        let huge =
            node.request(Method::POST, &url).header("content-type", "application/sdp").bearer_auth(&key);
        let status = huge.body("a".repeat(1 << 20)).send().await.map(|answer| answer.status().as_u16());
        // A node that hangs up instead of reading a megabyte has refused it as well.
        assert!(status.is_err() || status.is_ok_and(|status| status == 413), "{path}");
    }
    let session = node.request(Method::DELETE, &node.room_url("/whep/none")).send().await.unwrap();
    assert_eq!(session.status(), 404);
    assert_test_picture(&node).await;
}

async fn whip_node() -> (Node, WayIn) {
    let node = Node::start(
        &["--camera", "test", "--live"],
        "[whip]
on = true",
    )
    .await;
    let way_in = Host::new(&node).await.way_in("whip").await;
    assert_eq!(way_in.address, node.room_url("/whip"));
    (node, way_in)
}

#[tokio::test]
async fn what_aiortc_publishes_over_whip_is_watched_over_whep() {
    let (node, way_in) = whip_node().await;
    let started = TimeCode::now();
    let mut publisher = Client::start("whip.py", &[&way_in.address, &way_in.key]);
    publisher.until("the connection", |report| report["state"] == "connected").await;
    node.ingest_when("whip", "the publisher", |ingest| !ingest.state.is_empty()).await;
    let mut viewer = Client::start("whep.py", &[&node.room_url("/whep")]);
    let last = follow(&mut viewer, 30).await;
    assert!(last.ms_since(started) > 0);
    // The publisher draws its code on plain grey, the test picture does not: so it is the publisher's.
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    let grey = watcher.until("a time code", |picture| picture.time_code().is_some()).await;
    let below = &grey.luma[grey.width * grey.height / 2..];
    assert!(below.iter().all(|luma| luma.abs_diff(below[0]) < 8), "not the publisher's picture");

    assert_eq!(publisher.hang_up().await["deleted"], 200);
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    watcher.until("no signal", |picture| picture.time_code().is_none()).await;
}

#[tokio::test]
async fn whip_refuses_wrong_keys_and_other_codecs() {
    let (node, way_in) = whip_node().await;
    for key in ["wrong", &way_in.key[1..]] {
        let refused = Client::start("whip.py", &[&way_in.address, key]).next().await;
        assert_eq!(refused["refused"], 401, "{refused}");
    }
    let bare =
        node.request(Method::POST, &way_in.address).header("content-type", "application/sdp").body("v=0\r\n");
    assert_eq!(bare.send().await.unwrap().status(), 401);
    let refused = Client::start("whip.py", &[&way_in.address, &way_in.key, "VP8"]).next().await;
    assert!(matches!(refused["refused"].as_u64(), Some(406 | 415 | 422 | 400)), "{refused}");
    assert!(refused["words"].as_str().unwrap().contains("H.264"), "{refused}");
    assert_test_picture(&node).await;
}

#[tokio::test]
async fn whip_is_closed_until_it_is_switched_on() {
    let node = Node::live().await;
    let request =
        node.request(Method::POST, &node.room_url("/whip")).header("content-type", "application/sdp");
    let status = request.bearer_auth("any").body("v=0\r\n").send().await.unwrap().status();
    assert!(status.is_client_error(), "{status}");
    for kind in ["rtmp", "srt", "whip"] {
        let ingest = node.ingest(kind).await;
        assert!(!ingest.on && ingest.port.is_none(), "{ingest:?}");
    }
}
