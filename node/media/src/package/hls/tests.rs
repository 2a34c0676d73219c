//! The rules of RFC 8216bis held against any run of chunks, and the usual streams looked at closely.

use std::time::Duration;

use bytes::Bytes;
use media_doctor::{Report, Severity, check_hls_playlist};
use parlor_protocol::media::{
    Audio, Catalogue, Chunk, MediaTime, Medium, Picture, Track, TrackName, UnixMs, Video,
};

use super::{Lists, Presentation, Reload, Resource};

mod any;
mod captions;
mod ffmpeg;
mod master;
mod rules;

/// 2026-11-21T09:24:05.250Z.
const EPOCH: UnixMs = UnixMs(1_795_253_045_250);

fn track(name: TrackName, init_version: u32) -> Track {
    let video = Video { width: 1280, height: 720, frame_rate_milli: 30_000, reordered: false };
    let audio = Audio { sample_rate: 48_000, channels: 2 };
    let (medium, codec, bitrate_bps) = match name.as_str() {
        "video" => (Medium::Video(video), "avc1.42c01f", 2_500_000),
        "video-small" => (Medium::Video(Video { width: 640, height: 360, ..video }), "avc1.42c01e", 600_000),
        "audio" => (Medium::Audio(audio), "opus", 96_000),
        "audio-aac" => (Medium::Audio(audio), "mp4a.40.2", 128_000),
        _ => (Medium::Picture(Picture { width: 640, height: 360 }), "jpeg", 400_000),
    };
    let init = format!("{name} {init_version}").into();
    Track { name, medium, codec: codec.into(), bitrate_bps, init_version, init }
}

fn catalogue(init_version: u32) -> Catalogue {
    let names = [
        TrackName::VIDEO,
        TrackName::VIDEO_SMALL,
        TrackName::AUDIO,
        TrackName::AUDIO_AAC,
        TrackName::PREVIEW,
    ];
    let version = |name: &TrackName| {
        if *name == TrackName::VIDEO { init_version } else { 0 }
    };
    Catalogue {
        epoch: EPOCH,
        tracks: names.into_iter().map(|name| track(name.clone(), version(&name))).collect(),
    }
}

fn presentation() -> Presentation {
    let mut presentation = Presentation::default();
    presentation.set_catalogue(&catalogue(0));
    presentation
}

fn chunk(at_us: u64, lasts_us: u64, starts_group: bool) -> Chunk {
    Chunk {
        sequence: 0,
        group: 0,
        starts_group,
        init_version: 0,
        time: MediaTime::from_micros(at_us),
        duration: Duration::from_micros(lasts_us),
        captured: UnixMs(0),
        payload: format!("{at_us};").into(),
    }
}

/// Pushes `frames` frames of `fps`, the first at `start_us`, with a keyframe every `every` frames.
fn push_video(presentation: &mut Presentation, start_us: u64, fps: u64, every: u64, frames: u64) {
    for frame in 0..frames {
        let at = |frame: u64| start_us + frame * 1_000_000 / fps;
        let chunk = chunk(at(frame), at(frame + 1) - at(frame), frame % every == 0);
        presentation.push(&TrackName::VIDEO, &chunk);
    }
}

fn media(presentation: &Presentation) -> String {
    presentation.media(&TrackName::VIDEO, Lists::Media).unwrap()
}

fn assert_valid(text: &str) {
    let mut report = Report::new();
    check_hls_playlist(text, &mut report);
    let errors: Vec<_> =
        report.findings().iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    rules::check(text);
}

#[test]
fn a_usual_stream_has_even_parts_and_true_hints() {
    let mut presentation = presentation();
    let mut hint: Option<String> = None;
    let mut hinted = 0;
    for frame in 0..30 * 30 {
        let at = |frame: u64| frame * 1_000_000 / 30;
        let chunk = chunk(at(frame), at(frame + 1) - at(frame), frame % 60 == 0);
        if !presentation.push(&TrackName::VIDEO, &chunk) {
            continue;
        }
        let Some(text) = presentation.media(&TrackName::VIDEO, Lists::Media) else {
            continue;
        };
        assert_valid(&text);
        // The first group's length is not known until the second has begun.
        if let Some(hint) = hint.filter(|_| frame > 121) {
            assert!(text.contains("#EXT-X-PART:DURATION=0.20000"), "{text}");
            assert!(text.contains(&hint) || text.contains(&format!("URI=\"{hint}")), "{hint}\n{text}");
            hinted += 1;
        }
        let line = text.lines().find_map(|line| line.strip_prefix("#EXT-X-PRELOAD-HINT:TYPE=PART,"));
        hint = line.map(ToOwned::to_owned);
    }
    assert!(hinted > 100);
    let text = media(&presentation);
    assert!(text.contains("#EXT-X-PART-INF:PART-TARGET=0.211000\n"), "{text}");
    assert!(text.contains("PART-HOLD-BACK=0.738500,HOLD-BACK=12.000000\n"), "{text}");
    assert!(text.contains("#EXTINF:2.000000,\nvideo/13.m4s\n"), "{text}");
    assert!(text.contains("#EXT-X-PROGRAM-DATE-TIME:2026-11-21T09:24:31.250Z\n"), "{text}");
}

#[test]
fn a_long_group_is_cut_at_the_target_duration() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 25, 1000, 25 * 21);
    let text = media(&presentation);
    assert_valid(&text);
    assert_eq!(text.matches("#EXTINF:4.000000,").count(), 4, "{text}");
    // Only the first segment starts where a decoder can; its parts are too old to be listed.
    assert!(!text.contains("INDEPENDENT"), "{text}");
}

#[test]
fn short_groups_share_a_segment() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 30, 15, 30 * 7);
    let text = media(&presentation);
    assert_valid(&text);
    assert_eq!(text.matches("#EXTINF:2.000000,").count(), 3, "{text}");
}

#[test]
fn a_segment_is_its_parts_and_its_parts_are_its_chunks() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 30, 60, 90);
    let timeline = presentation.timeline(&TrackName::VIDEO).unwrap();
    let Resource::Ready(segment) = timeline.segment(0) else { panic!("no first segment") };
    assert_eq!(segment.len(), 60);
    let mut parts = Vec::new();
    while let Resource::Ready(part) = timeline.part(0, parts.len() as u64) {
        parts.push(part);
    }
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [6; 10]);
    assert_eq!(parts.concat(), segment);
    assert_eq!(timeline.segment(1), Resource::Absent);
    assert_eq!(timeline.part(1, 5), Resource::Wait);
    for (msn, part) in [(0, 10), (1, 6), (2, 1), (u64::MAX, u64::MAX)] {
        assert_eq!(timeline.part(msn, part), Resource::Absent, "{msn}.{part}");
    }
}

#[test]
fn a_reload_waits_for_what_comes_and_refuses_what_is_far() {
    let mut presentation = presentation();
    // Three segments and four parts.
    push_video(&mut presentation, 0, 30, 60, 205);
    let timeline = presentation.timeline(&TrackName::VIDEO).unwrap();
    assert_eq!(timeline.last_part(), Some((3, 3)));
    for (msn, part, expected) in [
        (2, None, Reload::Ready),
        (3, None, Reload::Wait),
        (4, None, Reload::Wait),
        (5, None, Reload::TooFar),
        (u64::MAX, Some(u64::MAX), Reload::TooFar),
        (2, Some(9), Reload::Ready),
        // There is no eleventh part: it stands for the first of the next segment.
        (2, Some(10), Reload::Ready),
        (3, Some(3), Reload::Ready),
        (3, Some(4), Reload::Wait),
        // Three seconds ahead are 15 parts.
        (3, Some(18), Reload::Wait),
        (3, Some(19), Reload::TooFar),
        (4, Some(0), Reload::Wait),
        (4, Some(14), Reload::Wait),
        (4, Some(15), Reload::TooFar),
    ] {
        assert_eq!(timeline.reload(msn, part), expected, "{msn} {part:?}");
    }
}

#[test]
fn another_initialization_is_a_discontinuity_in_every_track() {
    let mut presentation = presentation();
    let mut video_version = 0;
    // One second into the fourth segment the source changes; the small quality and the sound stay as they were.
    for ms in (0..20_000).step_by(40) {
        if ms == 7_000 {
            video_version = 1;
            presentation.set_catalogue(&catalogue(1));
        }
        let at = ms * 1000;
        let full = Chunk { init_version: video_version, ..chunk(at, 40_000, ms % 2000 == 0 || ms == 7_000) };
        presentation.push(&TrackName::VIDEO, &full);
        presentation.push(&TrackName::VIDEO_SMALL, &chunk(at, 40_000, ms % 2000 == 0));
        presentation.push(&TrackName::AUDIO, &chunk(at, 40_000, ms % 1000 == 0));
    }
    let text = media(&presentation);
    assert_valid(&text);
    let after = text.split("#EXT-X-DISCONTINUITY\n").nth(1).unwrap();
    assert!(after.starts_with("#EXT-X-MAP:URI=\"video/init-1.mp4\"\n"), "{after}");
    assert!(after.contains("#EXT-X-PROGRAM-DATE-TIME:2026-11-21T09:24:12.250Z\n"), "{after}");
    // The sound follows at once, the small quality at its next keyframe.
    for (track, time) in [(TrackName::AUDIO, "12.250Z"), (TrackName::VIDEO_SMALL, "13.250Z")] {
        let text = presentation.media(&track, Lists::Media).unwrap();
        let after = text.split("#EXT-X-DISCONTINUITY\n").nth(1).unwrap();
        assert!(after.lines().next().unwrap().ends_with(time), "{text}");
        assert_eq!(presentation.timeline(&track).unwrap().discontinuity(), 1);
    }
    // The old one is served as long as it is needed, and not longer.
    assert_eq!(presentation.init(&TrackName::VIDEO, 0), Some(Bytes::from_static(b"video 0")));
    let late = |at_us| Chunk { init_version: 1, ..chunk(at_us, 40_000, true) };
    for at in (20_000..60_000).step_by(40) {
        presentation.push(&TrackName::VIDEO, &late(at * 1000));
    }
    assert_eq!(presentation.init(&TrackName::VIDEO, 0), None);
    assert_eq!(presentation.init(&TrackName::VIDEO, 1), Some(Bytes::from_static(b"video 1")));
}

#[test]
fn a_hole_is_a_discontinuity_and_is_not_told_as_media() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 30, 60, 75);
    push_video(&mut presentation, 60_000_000, 30, 60, 75);
    let text = media(&presentation);
    assert_valid(&text);
    assert!(text.contains("#EXTINF:0.500000,\nvideo/1.m4s\n#EXT-X-DISCONTINUITY\n"), "{text}");
}

#[test]
fn a_new_stream_goes_on_counting() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 30, 60, 200);
    presentation.set_catalogue(&Catalogue { epoch: UnixMs(EPOCH.0 + 60_000), ..catalogue(0) });
    assert_eq!(presentation.media(&TrackName::VIDEO, Lists::Media), None);
    push_video(&mut presentation, 0, 30, 60, 200);
    let text = media(&presentation);
    assert_valid(&text);
    assert!(text.contains("#EXT-X-MEDIA-SEQUENCE:4\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n"), "{text}");
}

#[test]
fn siblings_are_reported_and_pictures_are_left_out() {
    let mut presentation = presentation();
    push_video(&mut presentation, 0, 30, 60, 90);
    for ms in (0..3000).step_by(40) {
        presentation.push(&TrackName::AUDIO, &chunk(ms * 1000, 40_000, ms % 1000 == 0));
        assert!(!presentation.push(&TrackName::PREVIEW, &chunk(ms * 1000, 40_000, true)));
    }
    let text = media(&presentation);
    let reports: Vec<_> = text.lines().filter(|line| line.starts_with("#EXT-X-RENDITION-REPORT")).collect();
    assert_eq!(
        reports,
        [
            "#EXT-X-RENDITION-REPORT:URI=\"audio.m3u8\",LAST-MSN=1,LAST-PART=4",
            "#EXT-X-RENDITION-REPORT:URI=\"video/captions.m3u8\",LAST-MSN=1,LAST-PART=4"
        ]
    );
    assert_eq!(presentation.media(&TrackName::PREVIEW, Lists::Media), None);
}

#[test]
fn what_is_kept_is_bounded_in_time_and_in_number() {
    let kept = |presentation: &Presentation| {
        let timeline = presentation.timeline(&TrackName::VIDEO).unwrap();
        (0..timeline.next_msn()).filter(|msn| timeline.segment(*msn) != Resource::Absent).count()
    };
    let mut usual = presentation();
    push_video(&mut usual, 0, 30, 60, 30 * 120);
    assert_eq!(kept(&usual), 15);
    // A flood of chunks without a length, each of another initialization.
    let mut flood = presentation();
    for number in 0..1000 {
        flood.push(&TrackName::VIDEO, &Chunk { init_version: number, ..chunk(0, 0, true) });
    }
    assert!(kept(&flood) <= 192);
}
