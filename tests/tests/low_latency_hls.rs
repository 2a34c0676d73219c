//! LL-HLS: playlists judged by `media-doctor` and ffprobe, blocking reload, the identity of parts and segments, and the
//! truth of the times.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use bytes::BytesMut;
use parlor_e2e::hls::{Attributes, Playlist, resolve, variants};
use parlor_e2e::picture::TimeCode;
use parlor_e2e::{Node, Scratch, ffmpeg, in_time, mp4, nal};
use reqwest::Method;
use serde_json::json;

/// A media playlist that is being followed.
struct Follower<'a> {
    node: &'a Node,
    url: String,
}

impl<'a> Follower<'a> {
    /// Follows the first variant of the room.
    async fn video(node: &'a Node) -> Self {
        let master = node.room_url("/live.m3u8");
        let (variants, _) = variants(&fetch_text(node, &master).await);
        Self { node, url: resolve(&master, &variants[0].0) }
    }

    async fn now(&self) -> Playlist {
        Playlist::read(&fetch_text(self.node, &self.url).await)
    }

    /// The playlist once it holds this part (blocking reload, RFC 8216bis section 6.2.5.2).
    async fn with(&self, msn: u64, part: Option<usize>) -> Playlist {
        let part = part.map_or(String::new(), |part| format!("&_HLS_part={part}"));
        let url = format!("{}?_HLS_msn={msn}{part}", self.url);
        Playlist::read(&fetch_text(self.node, &url).await)
    }

    /// The playlist once it holds so many whole segments.
    async fn with_segments(&self, count: usize) -> Playlist {
        let mut list = self.now().await;
        while list.whole().count() < count {
            list = self.with(list.open_msn(), None).await;
        }
        list
    }

    async fn bytes(&self, uri: &str) -> bytes::Bytes {
        let request = self.node.request(Method::GET, &resolve(&self.url, uri));
        let response = request.send().await.expect("the node answers");
        assert_eq!(response.status(), 200, "{uri}");
        response.bytes().await.expect("the body arrives whole")
    }
}

async fn fetch_text(node: &Node, url: &str) -> String {
    let answer =
        in_time("a playlist", node.request(Method::GET, url).send()).await.expect("the node answers");
    assert_eq!(answer.status(), 200, "{url}");
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.contains("mpegurl"), "{url} is {kind}");
    answer.text().await.expect("a playlist is text")
}

#[tokio::test]
async fn the_multivariant_playlist_lists_what_there_is() {
    let node = Node::live().await;
    let (variants, media) = variants(&node.text("/live.m3u8").await);
    let resolutions: Vec<_> =
        variants.iter().map(|(_, attributes)| attributes["RESOLUTION"].as_str()).collect();
    assert_eq!(resolutions.first(), Some(&"640x360"), "best first: {resolutions:?}");
    for (_, attributes) in &variants {
        assert!(attributes["CODECS"].contains("avc1."), "{attributes:?}");
        assert!(attributes["BANDWIDTH"].parse::<u32>().unwrap() > 0);
    }
    let codecs: String = variants.iter().map(|(_, attributes)| attributes["CODECS"].as_str()).collect();
    assert!(codecs.contains("mp4a.40.2"), "Apple's players want AAC: {codecs}");
    for (_, attributes) in &variants {
        let group = &attributes["SUBTITLES"];
        let captions = media
            .iter()
            .find(|rendition| rendition["TYPE"] == "SUBTITLES" && rendition["GROUP-ID"] == *group);
        assert_eq!(captions.expect("captions beside each picture")["DEFAULT"], "NO");
    }
    let known = ["AUDIO", "SUBTITLES"];
    assert!(media.iter().all(|rendition| known.contains(&rendition["TYPE"].as_str())), "{media:?}");
}

#[tokio::test]
async fn every_reload_is_valid_and_brings_the_part_it_waited_for() {
    let node = Node::live().await;
    let follower = Follower::video(&node).await;
    let mut list = follower.with_segments(1).await;
    let part_target = list.part_target;
    assert!((0.01..=0.35).contains(&part_target), "{part_target}");
    assert_eq!(list.control["CAN-BLOCK-RELOAD"], "YES");
    let hold_back: f64 = list.control["PART-HOLD-BACK"].parse().unwrap();
    assert!(
        hold_back >= 3.0 * part_target && hold_back <= 4.0 * part_target,
        "{hold_back} for parts of {part_target}"
    );
    // Across at least two ends of segments: each reload asks for the part after the last one that is known.
    let end = list.open_msn() + 2;
    while list.open_msn() < end {
        let (msn, part) = (list.open_msn(), list.open_parts());
        let hinted = list.preload.clone().expect("a live playlist hints at the next part");
        let newer = follower.with(msn, Some(part)).await;
        let now = &newer.segments[(msn - newer.first_msn) as usize];
        // A part can be the last of its segment, whose next part is then the first of the next one.
        let brought = now.parts.len() > part || newer.open_msn() > msn;
        assert!(brought, "asked for {msn}.{part}, got {now:?}");
        if now.parts.len() > part {
            assert_eq!(now.parts[part], hinted, "the hint was for another part");
        }
        list = newer;
    }
}

#[tokio::test]
async fn the_preload_hint_can_be_fetched_before_its_part_exists() {
    let node = Node::live().await;
    let follower = Follower::video(&node).await;
    let list = follower.with_segments(1).await;
    let hint = list.preload.expect("a live playlist hints at the next part");
    let part = in_time("the hinted part", follower.bytes(&hint)).await;
    assert!(!mp4::chunks(&part).is_empty());
}

#[tokio::test]
async fn reloads_that_ask_for_nonsense_are_refused() {
    let node = Node::live().await;
    let follower = Follower::video(&node).await;
    let msn = follower.with_segments(1).await.open_msn();
    for query in
        [format!("_HLS_msn={}", msn + 1000), "_HLS_msn=x".into(), "_HLS_part=0".into(), "_HLS_msn=-1".into()]
    {
        let request = node.request(Method::GET, &format!("{}?{query}", follower.url));
        let status = in_time("a refusal", request.send()).await.unwrap().status();
        assert_eq!(status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_segment_is_its_parts_and_they_start_at_a_keyframe() {
    let node = Node::live().await;
    let follower = Follower::video(&node).await;
    // The second segment: the first one can have begun before its parts were listed.
    let list = follower.with_segments(2).await;
    let segment = list.whole().last().unwrap();
    assert!(segment.parts.len() > 1, "{segment:?}");
    let whole = follower.bytes(segment.uri.as_ref().unwrap()).await;
    let mut parts = BytesMut::new();
    for part in &segment.parts {
        parts.extend_from_slice(&follower.bytes(part).await);
    }
    assert!(whole == parts.freeze(), "the parts of {:?} are not the segment", segment.uri);
    let first = &mp4::chunks(&whole)[0];
    let kinds: Vec<_> = nal::of_sample(first.data.clone()).iter().map(|unit| nal::kind(unit)).collect();
    for wanted in [nal::SPS, nal::PPS, nal::IDR] {
        assert!(kinds.contains(&wanted), "no NAL unit {wanted} in {kinds:?}");
    }
}

#[tokio::test]
async fn the_date_is_that_of_the_picture() {
    let node = Node::live().await;
    let follower = Follower::video(&node).await;
    let list = follower.with_segments(3).await;
    for segment in list.whole() {
        let date = segment.date_time.as_ref().expect("every segment has its date");
        let said = TimeCode::of_unix_ms(unix_ms(date));
        let mut file = BytesMut::from(&follower.bytes(&segment.map).await[..]);
        file.extend_from_slice(&follower.bytes(segment.uri.as_ref().unwrap()).await);
        let pictures = ffmpeg::pictures(None, &file).await;
        let shown = pictures[0].time_code().expect("the test picture carries its time");
        // The two clocks are read a moment apart; a frame's time is what they may differ by.
        let apart = shown.ms_since(said);
        assert!(apart.abs() <= 34, "{date} for a picture taken {apart} ms later");
    }
}

#[tokio::test]
async fn ffmpeg_plays_the_playlist() {
    let node = Node::live().await;
    Follower::video(&node).await.with_segments(3).await;
    let probed = ffmpeg::ffprobe(&["-show_streams"], &node.room_url("/live.m3u8")).await;
    assert_eq!(ffmpeg::stream(&probed, "video")["codec_name"], "h264");
    assert_eq!(ffmpeg::stream(&probed, "video")["width"], 640);
    let sound = &ffmpeg::stream(&probed, "audio")["codec_name"];
    assert!(sound == "aac" || sound == "opus", "{sound}");
    let url = node.room_url("/live.m3u8");
    ffmpeg::ffmpeg_clean(&["-i", &url, "-map", "0:v:0", "-map", "0:a:0", "-t", "2", "-f", "null", "-"], b"")
        .await;
}

#[tokio::test]
async fn ffmpeg_reads_the_captions_at_the_time_of_the_picture() {
    let node = Node::live().await;
    let master = node.room_url("/live.m3u8");
    let (variants, media) = variants(&fetch_text(&node, &master).await);
    let beside = |rendition: &&Attributes| rendition.get("GROUP-ID") == variants[0].1.get("SUBTITLES");
    let captions = media.iter().filter(|rendition| rendition["TYPE"] == "SUBTITLES").find(beside).unwrap();
    let captions = Follower { node: &node, url: resolve(&master, &captions["URI"]) };
    let mut list = captions.with_segments(1).await;

    let said = "Good <b>evening</b> & --> all";
    let caption = node.caption(&json!({ "text": format!("{said}\n\nNOTE you"), "lasts_ms": 4000 })).await;
    let (segment, text) = loop {
        let msn = list.open_msn();
        list = captions.with(msn, None).await;
        let segment = list.segments[(msn - list.first_msn) as usize].clone();
        let bytes = captions.bytes(segment.uri.as_ref().unwrap()).await;
        if bytes.windows(3).any(|bytes| bytes == b"-->") {
            break (segment, bytes);
        }
    };
    // The picture beside which it stands, while that is listed.
    let follower = Follower::video(&node).await;
    let list = follower.now().await;
    let picture =
        list.whole().find(|picture| picture.date_time == segment.date_time).expect("they run along");
    let mut file = BytesMut::from(&follower.bytes(&picture.map).await[..]);
    file.extend_from_slice(&follower.bytes(picture.uri.as_ref().unwrap()).await);

    let shown = ffmpeg::ffmpeg_clean(&["-f", "webvtt", "-i", "pipe:0", "-f", "ass", "-"], &text).await;
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains(&format!(",{said}\\NNOTE you")), "{shown}");
    assert_eq!(shown.matches("Dialogue:").count(), 1, "{shown}");
    let packets =
        ffmpeg::ffprobe(&["-show_packets"], &resolve(&captions.url, segment.uri.as_ref().unwrap())).await;
    let seen: f64 = packets["packets"][0]["pts_time"].as_str().unwrap().parse().unwrap();

    // Where that picture stands in its own time.
    let scratch = Scratch::default();
    let file = scratch.write("picture.mp4", file);
    let packets = ffmpeg::ffprobe(&["-show_packets"], file.to_str().unwrap()).await;
    let start: f64 = packets["packets"][0]["pts_time"].as_str().unwrap().parse().unwrap();
    let at = caption["at"].as_f64().unwrap();
    let wanted = start + (at - unix_ms(segment.date_time.as_ref().unwrap()) as f64) / 1000.0;
    assert!((seen - wanted).abs() < 0.005, "said at {wanted}, shown at {seen}");
}

/// Milliseconds since 1970 of an RFC 3339 date in UTC with milliseconds, by counting days (the proleptic calendar).
fn unix_ms(date: &str) -> u128 {
    let number =
        |range: std::ops::Range<usize>| date[range].parse::<u64>().unwrap_or_else(|_| panic!("{date}"));
    assert!(
        date.ends_with('Z') && &date[19..20] == "." && date.len() == 24,
        "{date} is not in UTC to the millisecond"
    );
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Days before the year and month, counted from 1 March, so that the leap day comes last.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = days * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    u128::from(seconds * 1000 + number(20..23))
}

#[test]
fn dates_are_read_right() {
    assert_eq!(unix_ms("1970-01-01T00:00:00.000Z"), 0);
    assert_eq!(unix_ms("2024-02-29T12:34:56.789Z"), 1_709_210_096_789);
}
