//! `live.mp4`: one endless response that starts where a decoder can start, and plays.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::collections::BTreeMap;

use parlor_e2e::picture::TimeCode;
use parlor_e2e::{Node, ffmpeg, mp4, nal};

#[tokio::test]
async fn it_starts_with_a_keyframe_and_goes_on_without_a_gap() {
    let node = Node::live().await;
    let response = node.get("/live.mp4").await;
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("video/mp4") && kind.contains("avc1.") && kind.contains("opus"), "{kind}");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let mut stream = mp4::Stream::new(response);
    for wanted in [b"ftyp", b"moov"] {
        assert_eq!(&stream.next_box().await.expect("a header").kind, wanted);
    }
    let mut tracks: BTreeMap<u32, Vec<mp4::Chunk>> = BTreeMap::new();
    while tracks.get(&1).map_or(0, Vec::len) < 60 {
        let chunk = stream.next_chunk().await.expect("the stream goes on");
        let of_track = tracks.entry(chunk.track).or_default();
        if chunk.track == 1 && of_track.is_empty() {
            let units = nal::of_sample(chunk.data.clone());
            let kinds: Vec<_> = units.iter().map(|unit| nal::kind(unit)).collect();
            assert!(kinds.contains(&nal::IDR) && kinds.contains(&nal::SPS), "starts with {kinds:?}");
        }
        of_track.push(chunk);
    }
    for (track, chunks) in &tracks {
        for pair in chunks.windows(2) {
            assert!(pair[0].time < pair[1].time, "track {track} runs back");
            assert_eq!(pair[0].sequence.wrapping_add(1), pair[1].sequence, "track {track} lacks a chunk");
        }
    }
    assert!(tracks.contains_key(&2), "there is no sound");
}

#[tokio::test]
async fn every_quality_plays_with_sound() {
    let node = Node::start(&["--camera", "test", "--live"], "[media]\nsmall = true").await;
    for (quality, height) in [("", 360), ("?quality=video", 360), ("?quality=video-small", 0)] {
        let url = node.room_url(&format!("/live.mp4{quality}"));
        let probed =
            ffmpeg::ffprobe(&["-count_frames", "-read_intervals", "%+1", "-show_streams"], &url).await;
        let (video, audio) = (ffmpeg::stream(&probed, "video"), ffmpeg::stream(&probed, "audio"));
        assert_eq!((&video["codec_name"], &audio["codec_name"]), (&"h264".into(), &"opus".into()));
        let found = video["height"].as_u64().unwrap();
        assert!(if height == 0 { found < 360 } else { found == height }, "{quality}: {found} lines");
        for stream in [video, audio] {
            let frames: u32 = stream["nb_read_frames"].as_str().unwrap().parse().unwrap();
            assert!(frames >= 15, "{quality}: {frames} frames in a second of {}", stream["codec_type"]);
        }
    }
    let unknown = node.get("/live.mp4?quality=huge").await.status();
    assert!(unknown.is_client_error(), "{unknown}");
}

#[tokio::test]
async fn the_picture_is_of_now_and_moves_on() {
    let node = Node::live().await;
    let before = TimeCode::now();
    let mut watcher = ffmpeg::Watcher::new(&node.room_url("/live.mp4")).await;
    let first = watcher.next().await.time_code().expect("the test picture carries its time");
    // Old enough to have been kept since the keyframe (1 s apart), not older.
    assert!(first.ms_since(before) > -2500, "{} ms before the request", -first.ms_since(before));
    let mut last = first;
    for _ in 0..45 {
        let code = watcher.next().await.time_code().expect("each picture carries its time");
        assert!(code.ms_since(last) > 0, "the time stood still or ran back");
        last = code;
    }
    assert!(TimeCode::now().ms_since(last) >= 0, "a picture from the future");
}
