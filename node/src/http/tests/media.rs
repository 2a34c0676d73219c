//! The endless answers, and who gets them.

use bytes::Bytes;
use http_body_util::BodyExt;

use super::*;

/// The next so many bytes of a body.
async fn read(body: &mut Body, bytes: usize) -> Bytes {
    let mut read = Vec::new();
    while read.len() < bytes {
        read.extend_from_slice(
            &body.frame().await.expect("the answer goes on").unwrap().into_data().unwrap(),
        );
    }
    read.into()
}

async fn open(node: &Node, path: &str) -> Response {
    let response = node.send(get(&node.path(path)).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 200);
    response
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[tokio::test]
async fn off_air_only_the_host_has_the_picture() {
    let node = Node::start().await;
    let mut reel = reel::Reel::load(&node.room);
    reel.play(60);
    let rest = [
        "live.m3u8",
        "live.mp4",
        "live.mjpeg",
        "frame.jpg",
        "hls/video.m3u8",
        "hls/video/0.m4s",
        "hls/video/captions.m3u8",
        "hls/video/0.vtt",
        "clock",
    ];
    let paths = rest.map(|rest| node.path(&format!("/{rest}")));
    assert_eq!(statuses(&node, &paths).await, [404; 9]);
    assert_eq!(node.get(&paths[1]).await.body.lines().count(), 1);
    let offer = request(Method::POST, &node.path("/whep")).header(CONTENT_TYPE, "application/sdp");
    assert_eq!(node.ask(offer.body(Body::from("v=0")).unwrap()).await.status, 404);

    let mut host = node.host().await;
    for path in ["/frame.jpg", "/live.m3u8", "/clock"] {
        let answer = host.get(&node, &node.path(path)).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{path}");
    }
    let request = host.with_cookies(get(&node.path("/live.mp4"))).body(Body::empty()).unwrap();
    let film = node.send(request).await;
    assert_eq!(film.status(), 200);
    // The host looks after the picture, and is not one of the viewers.
    assert_eq!(node.room.presence().viewers(std::time::Instant::now()), 0);
}

#[tokio::test]
async fn the_film_starts_at_a_keyframe_and_ends_off_air() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(30);
    let response = open(&node, "/live.mp4").await;
    assert_eq!(response.headers()["content-type"], "video/mp4; codecs=\"avc1.42c01f, opus\"");
    let mut body = response.into_body();
    let header = reel.header();
    let mut film = Vec::new();
    while find(&film, b"video 29").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    assert_eq!(film[..header.len()], header);
    // Picture and sound in the order of their times, from the keyframe on.
    let mut at = header.len();
    for step in 25..30 {
        for track in ["audio", "video"] {
            let found = find(&film[at..], format!("{track} {step}").as_bytes());
            at += found.expect("each chunk comes after the one before");
        }
    }
    assert_eq!(find(&film, b"audio 24"), None);
    assert_eq!(node.room.presence().viewers(std::time::Instant::now()), 1);
    node.room.set_on_air(false);
    while body.frame().await.is_some() {}
    drop(body);
    assert_eq!(node.room.presence().viewers(std::time::Instant::now()), 0);
}

#[tokio::test]
async fn a_film_with_a_lead_starts_at_an_earlier_keyframe() {
    let (node, mut reel) = Node::on_air().await;
    // 5.2 s with a keyframe each second.
    reel.play(130);
    for (query, dest, first) in [
        ("", "empty", 125),
        ("?lead=1", "empty", 100),
        ("?lead=3", "video", 50),
        ("?lead=10", "empty", 0),
        ("", "video", 75),
        ("?lead=0", "video", 125),
    ] {
        let request = get(&node.path(&format!("/live.mp4{query}"))).header("sec-fetch-dest", dest);
        let mut body = node.send(request.body(Body::empty()).unwrap()).await.into_body();
        let mut film = Vec::new();
        while find(&film, b"video 129").is_none() {
            film.extend_from_slice(&read(&mut body, 1).await);
        }
        for track in ["video", "audio"] {
            let found = find(&film, format!("{track} ").as_bytes()).expect("both are there");
            assert!(
                film[found..].starts_with(format!("{track} {first}").as_bytes()),
                "{query} {dest}: {track}"
            );
        }
    }
    for query in ["lead=11", "lead=-1", "lead=x"] {
        let path = node.path(&format!("/live.mp4?{query}"));
        assert_eq!(node.get(&path).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn the_film_goes_on_with_another_source() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(30);
    let mut body = open(&node, "/live.mp4").await.into_body();
    let before = reel.header();
    let mut film = Vec::new();
    while find(&film, b"video 29").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    reel.change_source();
    reel.play(2);
    let after = reel.header();
    assert_ne!(before, after);
    while find(&film, b"video 51").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    let header = find(&film, &after).expect("the new header is sent");
    assert!(find(&film, b"video 29").unwrap() < header && header < find(&film, b"video 50").unwrap());
    assert_eq!(find(&film, &before), Some(0));
}

#[tokio::test]
async fn a_slow_viewer_is_taken_to_the_newest_keyframe() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(26);
    let mut body = open(&node, "/live.mp4").await.into_body();
    read(&mut body, reel.header().len()).await;
    // Twenty seconds in which nothing is read: more than the room remembers.
    reel.play(510);
    let mut film = Vec::new();
    while find(&film, b"video 535").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    assert!(find(&film, b"video 525").is_some(), "it goes on at a keyframe");
    assert!(find(&film, b"video 499").is_none() && find(&film, b"video 100").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_viewer_who_falls_behind_is_taken_to_the_newest_keyframe() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(26);
    let mut body = open(&node, "/live.mp4").await.into_body();
    let mut film = Vec::new();
    while find(&film, b"video 25").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    // Four seconds, all of which the room still remembers.
    tokio::time::advance(std::time::Duration::from_secs(4)).await;
    reel.play(100);
    film.clear();
    while find(&film, b"video 125").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    assert_eq!(find(&film, b"video 26"), None);
    assert_eq!(find(&film, b"video 124"), None);
    assert_eq!(find(&film, b"audio 124"), None);
}

#[tokio::test]
async fn the_small_quality_is_another_film() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(2);
    let mut body = open(&node, "/live.mp4?quality=video-small").await.into_body();
    let mut film = Vec::new();
    while find(&film, b"video-small 0").is_none() {
        film.extend_from_slice(&read(&mut body, 1).await);
    }
    let paths =
        ["audio", "preview", "none", "No%20name"].map(|name| node.path(&format!("/live.mp4?quality={name}")));
    assert_eq!(statuses(&node, &paths).await, [404; 4]);
}

#[tokio::test]
async fn pictures_come_at_the_rate_that_was_chosen() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(1);
    let response = open(&node, "/live.mjpeg?fps=5").await;
    let kind = response.headers()["content-type"].to_str().unwrap();
    assert_eq!(kind, "multipart/x-mixed-replace; boundary=parlor-picture");
    let mut body = response.into_body();
    let mut seen = String::new();
    for _ in 0..26 {
        reel.play(1);
        tokio::task::yield_now().await;
        while let Some(Some(frame)) = futures_util::FutureExt::now_or_never(body.frame()) {
            seen.push_str(&String::from_utf8_lossy(&frame.unwrap().into_data().unwrap()));
        }
    }
    // A second at 25 fps, of which every fifth goes out.
    let pictures = seen.matches("jpeg ").count() - seen.matches("image/jpeg ").count();
    assert!((5..=6).contains(&pictures), "{pictures}");
    assert!(seen.starts_with("--parlor-picture\r\nContent-Type: image/jpeg\r\n\r\n"));
    let paths = ["0", "31", "x", "-1", "", "1.5"].map(|fps| node.path(&format!("/live.mjpeg?fps={fps}")));
    assert_eq!(statuses(&node, &paths).await, [400; 6]);
    assert!(node.get(&paths[1]).await.body.contains("from 1 to 30"));
}

#[tokio::test]
async fn a_slow_viewer_of_pictures_sees_the_newest() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(1);
    let mut body = open(&node, "/live.mjpeg?fps=30").await.into_body();
    let mut seen = Vec::new();
    while find(&seen, b"jpeg 0").is_none() {
        seen.extend_from_slice(&read(&mut body, 1).await);
    }
    reel.play(99);
    seen.clear();
    while find(&seen, b"jpeg 99").is_none() {
        seen.extend_from_slice(&read(&mut body, 1).await);
    }
    assert_eq!(String::from_utf8_lossy(&seen).matches("image/jpeg").count(), 1);
}

#[tokio::test]
async fn one_picture_is_the_newest() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(9);
    let answer = node.get(&node.path("/frame.jpg")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
    assert!(answer.body.ends_with("jpeg 8"));
}

#[tokio::test(start_paused = true)]
async fn a_camera_that_does_not_start_is_said() {
    let node = Node::start().await;
    node.room.set_on_air(true);
    let paths = ["/live.mp4", "/frame.jpg", "/live.m3u8"].map(|path| node.path(path));
    assert_eq!(statuses(&node, &paths).await, [503; 3]);
}

#[tokio::test]
async fn the_clock_tells_both_times() {
    let (node, _reel) = Node::on_air().await;
    let clock: serde_json::Value = serde_json::from_str(&node.get(&node.path("/clock")).await.body).unwrap();
    assert_eq!(clock["epoch_ms"], 1_795_253_045_250_u64);
    assert!(clock["now_ms"].as_u64().is_some());
}

#[tokio::test]
async fn webrtc_offers_are_looked_at() {
    let (node, mut reel) = Node::on_air().await;
    reel.play(1);
    let whep = node.path("/whep");
    let post =
        |kind: &str, body: Body| request(Method::POST, &whep).header(CONTENT_TYPE, kind).body(body).unwrap();
    assert_eq!(node.ask(post("text/plain", Body::from("v=0"))).await.status, 415);
    assert_eq!(node.ask(post("application/sdp", Body::from("v=0"))).await.status, 400);
    assert_eq!(node.ask(post("application/sdp", Body::from(vec![0xff; 9]))).await.status, 400);
    assert_eq!(node.ask(post("application/sdp", Body::from(vec![b'a'; 70_000]))).await.status, 413);
    let options = node.ask(request(Method::OPTIONS, &whep).body(Body::empty()).unwrap()).await;
    assert_eq!((options.status, options.header("accept-post")), (204, "application/sdp"));
    // One that has ended is answered like one that runs; what is no session's name is not found.
    for (session, status) in [("x", 404), ("aaaaaaaaaaaaaaaaaaaaaaaaaa", 200)] {
        let request = request(Method::DELETE, &format!("{whep}/{session}")).body(Body::empty()).unwrap();
        assert_eq!(node.ask(request).await.status, status);
    }
}
