//! MJPEG and still pictures: decodable, of now, at the rate that the viewer chose.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_e2e::multipart::Pictures;
use parlor_e2e::picture::TimeCode;
use parlor_e2e::room::assert_test_picture;
use parlor_e2e::{Node, ffmpeg};
use serde_json::Value;

async fn codes(node: &Node, fps: i32, count: usize) -> Vec<TimeCode> {
    let mut pictures = Pictures::new(node.get(&format!("/live.mjpeg?fps={fps}")).await);
    let mut files = Vec::new();
    for _ in 0..count {
        files.extend_from_slice(&pictures.next().await);
    }
    let decoded = ffmpeg::pictures(Some("mjpeg"), &files).await;
    assert_eq!(decoded.len(), count);
    decoded.iter().map(|picture| picture.time_code().expect("the test picture carries its time")).collect()
}

#[tokio::test]
async fn pictures_come_at_the_rate_that_was_asked_for() {
    let node = Node::live().await;
    for (fps, count) in [(30, 31), (10, 21), (4, 9), (1, 4)] {
        let codes = codes(&node, fps, count).await;
        assert!(codes.windows(2).all(|pair| pair[1].ms_since(pair[0]) > 0), "{codes:?}");
        // By the clock in the pictures, from the second on: the first may be one that lay ready.
        let span = codes[count - 1].ms_since(codes[1]);
        let frames = i32::try_from(count).expect("a few") - 2;
        let wanted = frames * 1000 / fps;
        assert!((span - wanted).abs() <= wanted / 5 + 67, "{fps} fps: {span} ms instead of {wanted}");
    }
}

#[tokio::test]
async fn pictures_are_encoded_only_while_somebody_watches_them() {
    let node = Node::live().await;
    let encoded = |wanted: bool| move |status: &Value| status["engine"]["pictures"] == wanted;
    // Somebody who watches the room in another way is no reason to encode them.
    assert_test_picture(&node).await;
    assert!(encoded(false)(&node.status().await), "encoded for nobody");

    let mut first = Pictures::new(node.get("/live.mjpeg?fps=30").await);
    first.next().await;
    assert!(encoded(true)(&node.status().await), "pictures come, and the status says that none are made");
    let mut second = Pictures::new(node.get("/live.mjpeg?fps=1").await);
    second.next().await;
    drop(first);
    second.next().await;
    assert!(encoded(true)(&node.status().await), "one of two has left, and the other is still there");
    drop(second);
    node.status_when("the end of the encoding", encoded(false)).await;

    // One still picture is a viewer for a moment.
    assert_eq!(node.get("/frame.jpg").await.status(), 200);
    node.status_when("the end of the encoding", encoded(false)).await;
    assert_test_picture(&node).await;
}

#[tokio::test]
async fn rates_that_there_are_not_are_refused() {
    let node = Node::live().await;
    for query in ["fps=0", "fps=31", "fps=-1", "fps=x"] {
        assert_eq!(node.get(&format!("/live.mjpeg?{query}")).await.status(), 400, "{query}");
    }
}

#[tokio::test]
async fn a_still_picture_is_of_now() {
    let node = Node::live().await;
    let mut last: Option<TimeCode> = None;
    for _ in 0..3 {
        // A viewer who has seen a picture can't be given an older one as the present.
        let seen = codes(&node, 30, 3).await[2];
        let response = node.get("/frame.jpg").await;
        assert_eq!(response.headers()["content-type"], "image/jpeg");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let decoded = ffmpeg::pictures(Some("mjpeg"), &response.bytes().await.unwrap()).await;
        let still = decoded[0].time_code().expect("the test picture carries its time");
        assert!(still.ms_since(seen) >= 0, "{} ms older than a picture sent before", -still.ms_since(seen));
        assert!(last.is_none_or(|last| still.ms_since(last) > 0), "the still picture stands still");
        last = Some(still);
    }
}
