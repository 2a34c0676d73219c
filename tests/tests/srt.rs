//! SRT: what ffmpeg sends is passed through untouched; a wrong key and a codec that is not taken are refused.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_e2e::ffmpeg::{Publisher, ffprobe, stream};
use parlor_e2e::host::{Host, WayIn};
use parlor_e2e::room::{assert_test_picture, passed_through};
use parlor_e2e::{Node, Scratch, clip};

async fn node() -> (Node, WayIn) {
    let node = Node::start(
        &["--camera", "test", "--live"],
        "[srt]
on = true",
    )
    .await;
    let way_in = Host::new(&node).await.way_in("srt").await;
    assert!(way_in.address.starts_with("srt://127.0.0.1:"), "{way_in:?}");
    (node, way_in)
}

/// The address with a key as ffmpeg's SRT takes it.
fn with_key(way_in: &WayIn, key: &str) -> String {
    let mark = if way_in.address.contains('?') { '&' } else { '?' };
    format!("{}{mark}passphrase={key}&pbkeylen=16", way_in.address)
}

#[tokio::test]
async fn what_ffmpeg_sends_is_passed_through() {
    let (node, way_in) = node().await;
    let scratch = Scratch::default();
    let clip = clip::h264(&scratch, "mpegts").await;
    let _publisher = Publisher::copy(&clip.path, "mpegts", &with_key(&way_in, &way_in.key));
    passed_through(&node, &clip).await;
    let probed = ffprobe(&["-read_intervals", "%+1", "-show_streams"], &node.room_url("/live.mp4")).await;
    assert_eq!(stream(&probed, "video")["height"], 240);
    assert_eq!(stream(&probed, "audio")["codec_name"], "opus");
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_the_room_goes_on() {
    let (node, way_in) = node().await;
    let scratch = Scratch::default();
    let clip = clip::h264(&scratch, "mpegts").await;
    for address in [with_key(&way_in, "a-key-that-is-wrong"), way_in.address.clone()] {
        let (succeeded, complaint) = Publisher::copy(&clip.path, "mpegts", &address).refused().await;
        assert!(!succeeded, "taken without the key: {complaint}");
    }
    assert_test_picture(&node).await;
}

#[tokio::test]
async fn a_codec_that_is_not_taken_is_refused() {
    let (node, way_in) = node().await;
    let scratch = Scratch::default();
    let file = clip::hevc(&scratch).await;
    let _publisher = Publisher::copy(&file, "mpegts", &with_key(&way_in, &way_in.key));
    let said = node.ingest_when("srt", "why it was refused", |ingest| ingest.state.contains("H.264")).await;
    assert!(said.on, "{said:?}");
    assert_eq!(node.get("/frame.jpg").await.status(), 200, "the room goes on");
}
