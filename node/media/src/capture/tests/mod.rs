//! Whole captures, with GStreamer's real pipelines.

mod rtsp;

use std::fs;
use std::time::Duration;

use gstreamer as gst;
use parlor_protocol::media::MediaTime;

use super::paint::tests::read_time_code;
use super::testing::{Recorder, SMALL, Scratch, lost, make_file, picture, skipped, sound, timeline};
use super::{devices, open};
use crate::frame::Captured;
use crate::origin::Origin;
use crate::source::Source;

fn pts_us(buffer: &gst::Buffer) -> u64 {
    buffer.pts().unwrap().useconds()
}

#[test]
fn the_test_picture_tells_its_own_time_and_its_sound_has_no_gap() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let capture = open(&Source::Test, SMALL, &timeline, recorder.out()).unwrap();
    assert_eq!(capture.describe(), Origin::Test { for_camera: false });
    let (all, ()) =
        recorder.until("45 pictures", |all| (all.iter().filter_map(picture).count() >= 45).then_some(()));
    drop(capture);
    let pictures: Vec<_> = all.iter().filter_map(picture).collect();
    for picture in &pictures {
        let pixels = picture.map_readable().unwrap();
        assert_eq!(pixels.len(), 320 * 180 * 3 / 2);
        let time = timeline.epoch().at(MediaTime::from_micros(pts_us(picture))).0;
        assert_eq!(read_time_code(&pixels, 320, 320), Some(time as u32));
    }
    assert!(pictures.windows(2).all(|pair| pts_us(&pair[0]) < pts_us(&pair[1])));
    let sounds: Vec<_> = all.iter().filter_map(sound).collect();
    for pair in sounds.windows(2) {
        let end = pair[0].pts().unwrap() + pair[0].duration().unwrap();
        assert!(end.nseconds().abs_diff(pair[1].pts().unwrap().nseconds()) <= 1, "a gap in the sound");
    }
    let frames: usize = sounds.iter().map(|sound| sound.size() / 4).sum();
    let span = (sounds.last().unwrap().pts().unwrap() + sounds.last().unwrap().duration().unwrap())
        - sounds[0].pts().unwrap();
    assert_eq!((span.nseconds() * 48 + 500_000) / 1_000_000, frames as u64);
}

#[test]
fn no_camera_is_lost_from_the_start() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let _capture = open(&Source::None, SMALL, &timeline, recorder.out()).unwrap();
    let sentences = recorder.collect("the loss", 1, lost);
    assert_eq!(sentences, ["No camera is chosen; the picture comes from a publisher (RTMP, SRT or WHIP)."]);
}

/// Three rounds and a half of a file: times rise steadily over the joins, pictures and sound alike.
fn loops(muxer: &str) {
    let (timeline, recorder, scratch) = (timeline(), Recorder::new(), Scratch::new());
    let path = scratch.path("loop");
    make_file(&path, muxer, true);
    let start = timeline.now().as_micros();
    let capture = open(&Source::File(path), SMALL, &timeline, recorder.out()).unwrap();
    let (all, ()) = recorder.until("three rounds", |all| {
        all.iter().rev().find_map(picture).filter(|picture| pts_us(picture) > start + 3_500_000).map(|_| ())
    });
    drop(capture);
    assert_eq!(all.iter().find_map(lost), None);
    // A second has 30 pictures, and the odd one at the join; none is shorter than a third nor longer than two.
    let times: Vec<_> = all.iter().filter_map(picture).map(|picture| pts_us(&picture)).collect();
    assert!(times[0] >= start);
    for pair in times.windows(2) {
        assert!((11_000..=67_000).contains(&(pair[1] - pair[0])), "{muxer}: {pair:?}");
    }
    // At the join the sound may miss what the picture is longer: AAC comes in pieces of 21 ms, and has two of lead.
    let sounds: Vec<_> = all.iter().filter_map(sound).collect();
    for pair in sounds.windows(2) {
        let end = pair[0].pts().unwrap() + pair[0].duration().unwrap();
        let gap = pair[1].pts().unwrap().nseconds().cast_signed() - end.nseconds().cast_signed();
        assert!((-1000..=70_000_000).contains(&gap), "{muxer}: {gap} ns");
    }
}

#[test]
fn an_mp4_file_loops_without_a_gap() {
    loops("mp4mux");
}

#[test]
fn a_matroska_file_loops_without_a_gap() {
    loops("matroskamux");
}

#[test]
fn a_transport_stream_file_loops_without_a_gap() {
    loops("mpegtsmux");
}

#[test]
fn another_shape_gets_bars() {
    let (timeline, recorder, scratch) = (timeline(), Recorder::new(), Scratch::new());
    let path = scratch.path("white.mp4");
    make_file(&path, "mp4mux", false);
    let _capture = open(&Source::File(path), SMALL, &timeline, recorder.out()).unwrap();
    let picture = recorder.collect("a picture", 1, picture).remove(0);
    let pixels = picture.map_readable().unwrap();
    assert_eq!(pixels.len(), 320 * 180 * 3 / 2);
    // 4:3 in 16:9 leaves 40 columns on each side.
    let row = &pixels[320 * 90..320 * 91];
    assert!(row[..38].iter().chain(&row[282..]).all(|luma| *luma < 20), "bars");
    assert!(row[42..278].iter().all(|luma| *luma > 220), "the picture between them");
}

#[test]
fn a_file_that_vanishes_is_lost_and_comes_back_by_itself() {
    let (timeline, recorder, scratch) = (timeline(), Recorder::new(), Scratch::new());
    let (path, away) = (scratch.path("here.mp4"), scratch.path("away.mp4"));
    make_file(&path, "mp4mux", true);
    let _capture = open(&Source::File(path.clone()), SMALL, &timeline, recorder.out()).unwrap();
    recorder.collect("a picture", 1, picture);
    let moved = timeline.now();
    fs::rename(&path, &away).unwrap();
    let (_, at) = recorder.until("the loss", |all| all.iter().find_map(lost).map(|_| timeline.now()));
    assert!(at.since(moved) < Duration::from_secs(1), "told after {:?}", at.since(moved));
    fs::rename(&away, &path).unwrap();
    let back = recorder.collect("the picture again", 1, picture);
    assert!(pts_us(&back[0]) >= at.as_micros(), "times run on");
}

#[test]
fn a_file_that_loses_its_content_is_lost_and_comes_back_by_itself() {
    let (timeline, recorder, scratch) = (timeline(), Recorder::new(), Scratch::new());
    let path = scratch.path("short.mp4");
    make_file(&path, "mp4mux", true);
    let whole = fs::read(&path).unwrap();
    let _capture = open(&Source::File(path.clone()), SMALL, &timeline, recorder.out()).unwrap();
    recorder.collect("a picture", 1, picture);
    fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
    recorder.collect("the loss", 1, lost);
    fs::write(&path, whole).unwrap();
    recorder.collect("the picture again", 1, picture);
}

#[test]
fn what_is_no_media_file_is_lost_with_its_name_and_dropping_does_not_wait() {
    let (timeline, recorder, scratch) = (timeline(), Recorder::new(), Scratch::new());
    for (name, content) in
        [("absent.mp4", None), ("empty.mp4", Some("")), ("letter.mp4", Some("Dear viewer,"))]
    {
        let path = scratch.path(name);
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let capture = open(&Source::File(path.clone()), SMALL, &timeline, recorder.out()).unwrap();
        let sentence = recorder.collect("the loss", 1, lost).remove(0);
        assert!(sentence.starts_with(&format!("The file {}", path.display())), "{sentence}");
        drop(capture);
    }
}

#[test]
fn a_v4l2_camera_gives_frames() {
    let Some(camera) = devices::cameras().into_iter().find(|camera| matches!(camera.source, Source::V4l2(_)))
    else {
        skipped("this machine has no V4L2 camera");
        return;
    };
    let (timeline, recorder) = (timeline(), Recorder::new());
    let capture = open(&camera.source, SMALL, &timeline, recorder.out()).unwrap();
    recorder.until("a frame", |all| {
        all.iter()
            .find(|captured| matches!(captured, Captured::Picture(_) | Captured::AccessUnit(_)))
            .map(|_| ())
    });
    assert!(capture.describe().to_string().contains("/dev/video"));
}

#[test]
fn an_absent_device_is_lost_with_its_name() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let capture = open(&Source::V4l2("/dev/no-camera".into()), SMALL, &timeline, recorder.out()).unwrap();
    let sentence = recorder.collect("the loss", 1, lost).remove(0);
    assert_eq!(
        sentence,
        "The camera /dev/no-camera can't be opened; check that it is there and that no other program uses it."
    );
    capture.request_keyframe();
}
