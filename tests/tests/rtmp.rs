//! RTMP: what ffmpeg sends is passed through untouched; whoever must not publish is refused, and the room goes on.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use parlor_e2e::ffmpeg::{Publisher, Watcher, ffprobe, stream};
use parlor_e2e::host::{Host, WayIn};
use parlor_e2e::room::{assert_test_picture, passed_through};
use parlor_e2e::{Node, Scratch, clip, in_time, memory, rtmp, say};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

async fn node() -> (Node, WayIn) {
    let node = Node::start(
        &["--camera", "test", "--live"],
        "[rtmp]
on = true",
    )
    .await;
    let way_in = Host::new(&node).await.way_in("rtmp").await;
    assert!(way_in.address.starts_with("rtmp://127.0.0.1:"), "{way_in:?}");
    assert!(way_in.key.len() >= 20, "a key that can be guessed: {way_in:?}");
    (node, way_in)
}

/// `HOST:PORT` and the application of an address such as `rtmp://127.0.0.1:1935/live`.
fn place(way_in: &WayIn) -> (String, String) {
    let rest = way_in.address.strip_prefix("rtmp://").unwrap();
    let (host, application) = rest.trim_end_matches('/').split_once('/').unwrap();
    (host.to_owned(), application.to_owned())
}

#[tokio::test]
async fn what_ffmpeg_sends_is_passed_through() {
    let (node, way_in) = node().await;
    let scratch = Scratch::default();
    let clip = clip::h264(&scratch, "flv").await;
    let publisher = Publisher::copy(&clip.path, "flv", &format!("{}/{}", way_in.address, way_in.key));
    passed_through(&node, &clip).await;
    let probed = ffprobe(&["-read_intervals", "%+1", "-show_streams"], &node.room_url("/live.mp4")).await;
    let video = stream(&probed, "video");
    assert_eq!(
        (&video["width"], &video["height"], &video["profile"]),
        (&320.into(), &240.into(), &"Main".into())
    );
    assert_eq!(stream(&probed, "audio")["codec_name"], "opus");

    // When it leaves, viewers see "no signal", and never the camera again by itself.
    drop(publisher);
    node.ingest_when("rtmp", "the publisher's leave", |ingest| !ingest.state.contains("320")).await;
    let mut watcher = Watcher::new(&node.room_url("/live.mp4")).await;
    for _ in 0..60 {
        assert_eq!(watcher.next().await.time_code(), None, "the camera came back unasked");
    }

    // It comes back by itself when the publisher does.
    let _publisher = Publisher::copy(&clip.path, "flv", &format!("{}/{}", way_in.address, way_in.key));
    passed_through(&node, &clip).await;
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_the_room_goes_on() {
    let (node, way_in) = node().await;
    let scratch = Scratch::default();
    let clip = clip::h264(&scratch, "flv").await;
    for key in ["wrong", "", &way_in.key[1..], &format!("{}x", way_in.key)] {
        let publisher = Publisher::copy(&clip.path, "flv", &format!("{}/{key}", way_in.address));
        let (succeeded, complaint) = publisher.refused().await;
        assert!(!succeeded && !complaint.is_empty(), "the key {key:?} was taken: {complaint}");
    }
    assert_test_picture(&node).await;
}

#[tokio::test]
async fn a_renewed_key_ends_the_old_one() {
    let node = Node::start(&["--camera", "test", "--live"], "[rtmp]\non = true").await;
    let host = Host::new(&node).await;
    let before = host.way_in("rtmp").await;
    let scratch = Scratch::default();
    let clip = clip::h264(&scratch, "flv").await;
    let old = format!("{}/{}", before.address, before.key);
    let publisher = Publisher::copy(&clip.path, "flv", &old);
    passed_through(&node, &clip).await;
    host.post("/studio/ingest", &[("kind", "rtmp"), ("action", "renew")]).await;
    assert!(!publisher.refused().await.0, "the publisher with the old key was not cut off");
    let renewed = host.way_in("rtmp").await;
    assert_ne!(renewed.key, before.key);
    let to = |key: &str| format!("{}/{key}", renewed.address);
    assert!(
        !Publisher::copy(&clip.path, "flv", &to(&before.key)).refused().await.0,
        "the old key still opens"
    );
    let _publisher = Publisher::copy(&clip.path, "flv", &to(&renewed.key));
    passed_through(&node, &clip).await;
}

#[tokio::test]
async fn codecs_that_are_not_taken_are_refused() {
    // An FLV video tag begins with frame type and codec; enhanced RTMP writes the codec in four letters.
    const OLD_HEVC: &[u8] = &[0x1c, 0, 0, 0, 0, 1, 1];
    const NEW_HEVC: &[u8] = b"\x90hvc1\x01\x01\x60";
    const NEW_VP9: &[u8] = b"\x90vp09\x01\x00\x00";
    const SORENSON: &[u8] = &[0x12, 0, 0, 0x84, 0];
    let (node, way_in) = node().await;
    let (host, application) = place(&way_in);
    for tag in [OLD_HEVC, NEW_HEVC, NEW_VP9, SORENSON] {
        let mut publisher = rtmp::Publisher::connect(&host).await;
        publisher.publish(&application, &way_in.key).await;
        publisher.video(tag).await;
        publisher.closed().await;
        let said =
            node.ingest_when("rtmp", "why it was refused", |ingest| ingest.state.contains("H.264")).await;
        assert!(said.on, "the way in stays open: {said:?}");
    }
    assert_eq!(node.get("/frame.jpg").await.status(), 200, "the room goes on");
}

#[tokio::test]
async fn garbage_is_hung_up_on() {
    let (node, way_in) = node().await;
    let (host, _) = place(&way_in);
    let random: Vec<u8> = (0..20_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for garbage in [&random[..], &[0xff; 4000], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", &[3; 8000]] {
        let mut socket = TcpStream::connect(&host).await.unwrap();
        // The node may hang up before it has read all.
        drop(socket.write_all(garbage).await);
        drop(socket.shutdown().await);
        in_time("the node to hang up", rtmp::drain(&mut socket)).await;
    }
    assert_test_picture(&node).await;
}

#[tokio::test]
async fn an_oversized_message_is_refused_at_its_header() {
    let (node, way_in) = node().await;
    let (host, _) = place(&way_in);
    let mut publisher = rtmp::Publisher::connect(&host).await;
    // Chunk stream 3, time 0, the greatest length that three bytes can say, a video message of stream 1.
    publisher.raw(&[3, 0, 0, 0, 0xff, 0xff, 0xff, 9, 1, 0, 0, 0]).await.unwrap();
    node.ingest_when("rtmp", "why it was refused", |ingest| !ingest.state.is_empty()).await;
    publisher.closed().await;
    assert_test_picture(&node).await;
}

#[tokio::test]
async fn a_refused_client_that_keeps_sending_is_hung_up_on() {
    /// Far more than a socket holds back on both its sides, and a blink for a client on the same machine.
    const MOST_BYTES: usize = 64 << 20;
    let (node, way_in) = node().await;
    let (host, application) = place(&way_in);
    let flood = async {
        let mut sent = 0;
        let mut before = None;
        for _ in 0..20 {
            let mut publisher = rtmp::Publisher::connect(&host).await;
            publisher.publish(&application, &way_in.key).await;
            // HEVC, which is refused; the client does not listen, and goes on.
            publisher.video(&[0x1c, 0, 0, 0, 0, 1, 1]).await;
            sent += in_time("the node to hang up", publisher.pour(MOST_BYTES)).await;
            publisher.closed().await;
            // What the first one makes the node take, it takes anyway.
            before = before.or_else(|| Some(memory::resident_bytes(node.pid())));
        }
        let grown = memory::resident_bytes(node.pid()).saturating_sub(before.unwrap_or_default());
        say(&format!("{} MB were sent in vain; the node takes {} MB more\n", sent >> 20, grown >> 20));
        assert!(grown < sent as u64 / 4, "{grown} bytes of {sent} were kept");
    };
    // The room goes on meanwhile, and afterwards.
    tokio::join!(flood, assert_test_picture(&node));
    assert_test_picture(&node).await;
}
