//! Low-latency HLS: what is held open, and when it is answered.

use futures_util::FutureExt;
use parlor_protocol::talk::Caption;
use tokio::time::Instant;

use super::*;

/// A node whose playlists have this many seconds in them.
async fn filled(seconds: u64) -> (Node, reel::Reel) {
    let (node, mut reel) = Node::on_air().await;
    play(&node, &mut reel, seconds * 25).await;
    (node, reel)
}

/// Plays, and lets the playlists follow.
async fn play(node: &Node, reel: &mut reel::Reel, steps: u64) {
    reel.play(steps);
    let last = reel.pictures.len() as u64;
    let mut changes = node.room.hls().changes();
    let caught_up = |node: &Node| {
        let presentation = node.room.hls().presentation();
        let timeline = presentation.timeline(&"video".parse().unwrap()).unwrap();
        timeline.last_part().is_some_and(|(msn, part)| msn * 50 + (part + 1) * 5 + 5 > last)
    };
    while !caught_up(node) {
        changes.changed().await.unwrap();
    }
}

#[tokio::test]
async fn playlists_lead_to_the_bytes_of_the_room() {
    let (node, reel) = filled(7).await;
    let master = node.get(&node.path("/live.m3u8")).await;
    assert_eq!(master.header("content-type"), "application/vnd.apple.mpegurl");
    assert!(master.header("set-cookie").starts_with("parlor-visitor-"));
    for line in ["hls/video.m3u8", "hls/video-small.m3u8", "hls/audio-aac.m3u8"] {
        assert!(master.body.contains(line), "{line}");
    }
    let playlist = node.get(&node.path("/hls/video.m3u8")).await;
    assert_eq!((playlist.status, playlist.header("cache-control")), (200, "no-store"));
    assert!(playlist.body.contains("#EXT-X-PRELOAD-HINT:TYPE=PART"));
    let uris: Vec<_> = playlist
        .body
        .lines()
        .filter(|line| !line.contains("PRELOAD-HINT") && !line.contains("RENDITION-REPORT"))
        .filter_map(|line| match line.split_once("URI=\"") {
            Some((_, rest)) => rest.split_once('"').map(|(uri, _)| uri),
            None => (!line.starts_with('#') && !line.is_empty()).then_some(line),
        })
        .collect();
    assert!(uris.len() > 10);
    for uri in uris {
        let piece = node.get(&node.path(&format!("/hls/{uri}"))).await;
        assert_eq!((piece.status, piece.header("content-type")), (200, "video/mp4"), "{uri}");
        assert!(piece.header("cache-control").contains("max-age"));
    }
    let segment = node.send(get(&node.path("/hls/video/0.m4s")).body(Body::empty()).unwrap()).await;
    let length: usize = segment.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = segment.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes.len(), length);
    assert_eq!(bytes, reel.pictures[..50].concat());
    assert_eq!(node.room.presence().viewers(std::time::Instant::now()), 1);
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let (node, _reel) = filled(3).await;
    let missing = [
        "/hls/preview.m3u8",
        "/hls/none.m3u8",
        "/hls/video.txt",
        "/hls/video/99.m4s",
        "/hls/video/x.m4s",
        "/hls/video/0.99.m4s",
        "/hls/video/init-9.mp4",
        "/hls/preview/0.m4s",
        "/hls/none/0.m4s",
        "/hls/audio-aac/captions.m3u8",
        "/hls/preview/captions.m3u8",
        "/hls/none/captions.m3u8",
        "/hls/video/99.vtt",
        "/hls/video/0.99.vtt",
        "/hls/audio-aac/0.vtt",
    ];
    assert_eq!(statuses(&node, &missing.map(|path| node.path(path))).await, [404; 15]);
    let wrong =
        ["_HLS_part=1", "_HLS_msn=x", "_HLS_msn=1&_HLS_part=-1", "_HLS_msn=99", "_HLS_msn=1&_HLS_part=99"];
    let paths = wrong.map(|query| node.path(&format!("/hls/video.m3u8?{query}")));
    assert_eq!(statuses(&node, &paths).await, [400; 5]);
}

#[tokio::test(start_paused = true)]
async fn a_reload_is_held_until_its_part_is_there() {
    let (node, mut reel) = filled(5).await;
    let (msn, part) =
        node.room.hls().presentation().timeline(&"video".parse().unwrap()).unwrap().last_part().unwrap();
    let path = node.path(&format!("/hls/video.m3u8?_HLS_msn={msn}&_HLS_part={}", part + 1));
    let hint = node.path(&format!("/hls/video/{msn}.{}.m4s", part + 1));
    let mut reload = std::pin::pin!(node.get(&path));
    let mut piece = std::pin::pin!(node.get(&hint));
    assert!(reload.as_mut().now_or_never().is_none());
    assert!(piece.as_mut().now_or_never().is_none());
    play(&node, &mut reel, 5).await;
    let (reload, piece) = (reload.await, piece.await);
    assert_eq!((reload.status, piece.status), (200, 200));
    assert!(reload.body.contains(&format!("{msn}.{}.m4s", part + 1)));
    assert!(piece.body.contains(&format!("video {}", msn * 50 + (part + 1) * 5)));
}

#[tokio::test(start_paused = true)]
async fn captions_are_listed_beside_the_picture_and_go_with_the_show() {
    let (node, mut reel) = filled(5).await;
    let (msn, part) =
        node.room.hls().presentation().timeline(&"video".parse().unwrap()).unwrap().last_part().unwrap();
    let list = node.get(&node.path("/hls/video/captions.m3u8")).await;
    assert_eq!((list.status, list.header("content-type")), (200, "application/vnd.apple.mpegurl"));
    assert!(
        list.body.contains(&format!("\"{msn}.{part}.vtt\"")) && !list.body.contains("m4s"),
        "{}",
        list.body
    );
    let path = node.path(&format!("/hls/video/{msn}.{}.vtt", part + 1));
    let mut piece = std::pin::pin!(node.get(&path));
    assert!(piece.as_mut().now_or_never().is_none());
    let at = node.room.catalogue().epoch;
    let caption = Caption { at, lasts_ms: 2000, text: "Good <i>evening</i>".into() };
    node.room.talk().caption(caption).unwrap();
    tokio::task::yield_now().await;
    play(&node, &mut reel, 5).await;
    let piece = piece.await;
    assert_eq!((piece.status, piece.header("content-type")), (200, "text/vtt"));
    assert!(piece.body.starts_with("WEBVTT\nX-TIMESTAMP-MAP="), "{}", piece.body);
    assert!(piece.body.contains("\nGood &lt;i&gt;evening&lt;/i&gt;\n"), "{}", piece.body);

    node.room.set_on_air(false);
    assert_eq!(node.get(&path).await.status, 404);
    node.room.set_on_air(true);
    assert_eq!(node.get(&path).await.status, 404);
    let presentation = node.room.hls().presentation();
    assert!(!format!("{presentation:?}").contains("evening"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_held_for_ever() {
    let (node, _reel) = filled(5).await;
    let next = node.room.hls().presentation().timeline(&"video".parse().unwrap()).unwrap().next_msn();
    let asked = Instant::now();
    let path = node.path(&format!("/hls/video.m3u8?_HLS_msn={next}"));
    assert_eq!(node.get(&path).await.status, 503);
    assert_eq!(asked.elapsed().as_secs(), 12);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_is_sent_away_off_air() {
    let (node, _reel) = filled(5).await;
    let next = node.room.hls().presentation().timeline(&"video".parse().unwrap()).unwrap().next_msn();
    let path = node.path(&format!("/hls/video.m3u8?_HLS_msn={next}"));
    let mut reload = std::pin::pin!(node.get(&path));
    assert!(reload.as_mut().now_or_never().is_none());
    node.room.set_on_air(false);
    assert_eq!(reload.await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn the_first_playlist_waits_for_the_first_segment() {
    let (node, mut reel) = Node::on_air().await;
    let path = node.path("/hls/video.m3u8");
    let mut playlist = std::pin::pin!(node.get(&path));
    assert!(playlist.as_mut().now_or_never().is_none());
    reel.play(60);
    assert_eq!(playlist.await.status, 200);
}
