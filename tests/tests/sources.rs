//! Sources that die and come back, a camera by V4L2, and engines that rest while nobody watches.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::path::Path;

use parlor_e2e::ffmpeg::Watcher;
use parlor_e2e::host::Host;
use parlor_e2e::{Node, Scratch, clip, mp4};

/// Brighter than anything in a "no signal" picture as a whole; the clip is plain white.
const WHITE: u8 = 250;

#[tokio::test]
async fn a_source_that_dies_shows_no_signal_within_a_second_and_comes_back() {
    let scratch = Scratch::default();
    let path = scratch.path("loop.mp4");
    clip::white(&path).await;
    let camera = format!("file:{}", path.display());
    let node = Node::start(&["--camera", &camera, "--live"], "").await;
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    watcher.until("the clip", |picture| picture.mean() >= WHITE).await;

    std::fs::rename(&path, scratch.path("away.mp4")).unwrap();
    let lost = watcher.until("the no-signal picture", |picture| picture.mean() < WHITE).await;
    assert_eq!(lost.time_code(), None, "the test picture is no stand-in for a camera");
    node.status_when("the reason", |status| engine(status, "lost")).await;
    // It stays a picture: nobody's player stalls.
    for _ in 0..30 {
        assert!(watcher.next().await.mean() < WHITE);
    }

    std::fs::rename(scratch.path("away.mp4"), &path).unwrap();
    watcher.until("the clip again", |picture| picture.mean() >= WHITE).await;
    node.status_when("the signal again", |status| engine(status, "present")).await;
}

#[tokio::test]
async fn between_the_last_picture_and_no_signal_lies_about_a_second() {
    let scratch = Scratch::default();
    let path = scratch.path("loop.mp4");
    clip::white(&path).await;
    let camera = format!("file:{}", path.display());
    let node = Node::start(&["--camera", &camera, "--live"], "").await;
    let mut stream = mp4::Stream::new(node.get("/live.mp4").await);
    let mut last = 0;
    // Media time, by which a viewer's picture stands still, and no clock of this machine.
    let mut longest = 0;
    let mut after = 0;
    while after < 90 {
        let chunk = stream.next_chunk().await.expect("the stream goes on");
        if chunk.track != 1 {
            continue;
        }
        if last > 0 {
            longest = longest.max(chunk.time - last);
        }
        last = chunk.time;
        if after == 0 && path.exists() && last > 0 {
            std::fs::remove_file(&path).unwrap();
        }
        after += u32::from(engine(&node.status().await, "lost"));
    }
    assert!(longest <= 90_000 * 3 / 2, "the picture stood still for {} ms", longest / 90);
}

fn engine(status: &serde_json::Value, signal: &str) -> bool {
    status["engine"]["signal"] == signal
}

#[tokio::test]
async fn a_source_that_is_not_there_is_no_signal_from_the_start() {
    for camera in ["file:/nowhere/clip.mp4", "v4l2:/dev/video-nowhere", "rtsp://127.0.0.1:9/none"] {
        let node = Node::start(&["--camera", camera, "--live"], "").await;
        let status = node.status_when("the reason", |status| engine(status, "lost")).await;
        assert!(!status["engine"]["reason"].as_str().unwrap_or_default().is_empty(), "{camera}: {status}");
        let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
        assert_eq!(watcher.next().await.time_code(), None, "{camera}");
        watcher.next().await;
    }
}

#[tokio::test]
async fn no_camera_at_all_is_a_picture_too() {
    let node = Node::start(&["--camera", "none", "--live"], "").await;
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    for _ in 0..10 {
        assert_eq!(watcher.next().await.time_code(), None);
    }
}

#[tokio::test]
async fn a_v4l2_camera_is_captured() {
    let device = (0..10).map(|number| format!("/dev/video{number}")).find(|path| Path::new(path).exists());
    let Some(device) = device else {
        // To standard error past the test's own capture, so that it is seen in every run.
        let notice = "SKIPPED: a_v4l2_camera_is_captured. There is no /dev/video*, so V4L2 capture is UNTESTED here.\n";
        std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).unwrap();
        return;
    };
    let node = Node::start(&["--camera", &format!("v4l2:{device}"), "--live"], "").await;
    node.status_when("the camera's signal", |status| engine(status, "present")).await;
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    for _ in 0..30 {
        watcher.next().await;
    }
}

#[tokio::test]
async fn the_engine_rests_while_the_room_is_off_air_and_nobody_looks() {
    let node = Node::start(&["--camera", "test"], "").await;
    node.status_when("rest", |status| engine(status, "resting")).await;
    for path in ["/live.mp4", "/live.m3u8", "/live.mjpeg?fps=1", "/frame.jpg"] {
        assert_eq!(node.get(path).await.status(), 404, "{path} while off air");
    }
    assert!(engine(&node.status().await, "resting"), "a refused viewer woke the engine");

    node.set_on_air(true).await;
    node.status_when("the signal", |status| engine(status, "present")).await;
    let mut stream = mp4::Stream::new(node.get("/live.mp4").await);
    stream.next_chunk().await.expect("the picture comes");

    node.set_on_air(false).await;
    while stream.next_chunk().await.is_some() {}
    node.status_when("rest", |status| engine(status, "resting")).await;
}

#[tokio::test]
async fn the_host_sees_the_picture_before_going_live() {
    let node = Node::start(&["--camera", "test"], "").await;
    let host = Host::new(&node).await;
    let as_host =
        |path: &str| node.request(reqwest::Method::GET, &node.room_url(path)).header("cookie", host.cookie());
    let mut stream = mp4::Stream::new(as_host("/live.mp4").send().await.unwrap());
    stream.next_chunk().await.expect("the host's picture comes");
    assert_eq!(node.get("/live.mp4").await.status(), 404, "a visitor while the host rehearses");
    drop(stream);
    node.status_when("rest once the host has left", |status| engine(status, "resting")).await;
}
