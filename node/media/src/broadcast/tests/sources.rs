//! Sources that fail, publishers that come and go, and what viewers see meanwhile.

use parlor_protocol::media::TrackName;

use super::super::guest::Guest;
use super::super::{Broadcast, BroadcastError};
use super::collector::{Collector, collector};
use super::publisher::Publisher;
use super::settings;
use super::tracks::{config, unit};
use crate::frame::Captured;
use crate::ingest::Published;
use crate::origin::Publisher::Srt;
use crate::origin::{self, Origin};
use crate::settings::Settings;
use crate::source::Source;
use crate::status::{Coder, Signal};
use crate::trouble::Trouble;

const FULL: (u32, u32) = (320, 240);
const PUBLISHED: (u32, u32) = (160, 120);

/// Takes events until the picture is of this size, and gives the first group of that header.
fn group_of(collector: &mut Collector, size: (u32, u32)) -> parlor_protocol::media::Chunk {
    collector.until(|collector| collector.size(&TrackName::VIDEO) == size);
    let version = collector.track(&TrackName::VIDEO).init_version;
    loop {
        let chunk = collector.group(&TrackName::VIDEO);
        if chunk.init_version == version {
            return chunk;
        }
    }
}

/// OBS, as RTMP brings it.
fn obs() -> origin::Publisher {
    origin::Publisher::Rtmp(Some("OBS".into()))
}

fn lost(broadcast: &Broadcast) -> String {
    match broadcast.status().signal {
        Signal::Lost(reason) => reason.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_source_that_is_not_there_shows_no_signal_and_says_why() {
    let (output, mut collector) = collector();
    let source: Source = "file:/nowhere/film.mp4".parse().unwrap();
    let broadcast = Broadcast::start(settings(), source, output).unwrap();
    broadcast.set_running(true);
    for _ in 0..10 {
        collector.chunk(&TrackName::VIDEO);
        collector.chunk(&TrackName::VIDEO_SMALL);
        collector.chunk(&TrackName::AUDIO);
    }
    let reason = lost(&broadcast);
    assert!(reason.contains("/nowhere/film.mp4") && reason.ends_with('.'), "{reason}");

    // The host picks another: the same encoder goes on, without a new header or group.
    let last = collector.chunk(&TrackName::VIDEO);
    broadcast.set_source(Source::Test);
    while broadcast.status().signal != Signal::Present {
        collector.next();
    }
    let next = collector.chunk(&TrackName::VIDEO);
    assert_eq!((next.init_version, next.group), (last.init_version, last.group));
}

#[test]
fn a_publisher_takes_over_and_leaves_no_camera_behind() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    let camera = group_of(&mut collector, FULL);

    let publisher = Publisher::connect(&broadcast, obs()).unwrap();
    let theirs = group_of(&mut collector, PUBLISHED);
    assert_eq!(theirs.init_version, camera.init_version + 1);
    // The small picture is made of the publisher's.
    collector.until(|collector| collector.size(&TrackName::VIDEO_SMALL) == (80, 60));
    collector.chunk(&TrackName::VIDEO_SMALL);
    let status = broadcast.status();
    assert_eq!((status.source, status.encoder), (Origin::Publisher(obs()), Coder::Source));
    assert_eq!(status.signal, Signal::Present);

    // Nobody else gets in meanwhile, and a pick has to wait.
    let refused = Publisher::connect(&broadcast, Srt).err();
    assert!(matches!(refused, Some(BroadcastError::Busy)), "{refused:?}");
    broadcast.set_source(Source::Test);
    publisher.keyframe();
    assert_eq!(collector.group(&TrackName::VIDEO).init_version, theirs.init_version);

    publisher.leave();
    let slate = group_of(&mut collector, FULL);
    assert_eq!(slate.init_version, theirs.init_version + 1);
    assert_eq!(lost(&broadcast), "OBS over RTMP has stopped publishing.");
    for _ in 0..30 {
        collector.chunk(&TrackName::VIDEO);
    }
    assert_eq!(lost(&broadcast), "OBS over RTMP has stopped publishing.");
    assert_eq!(broadcast.camera.describe(), None, "the camera came back by itself");

    broadcast.set_source(Source::Test);
    while broadcast.status().signal != Signal::Present {
        collector.next();
    }
}

#[test]
fn a_publisher_keeps_its_place_while_the_engine_rests() {
    let (output, mut collector) = collector();
    let broadcast =
        Broadcast::start(Settings { small: Some(false), ..settings() }, Source::Test, output).unwrap();
    let publisher = Publisher::connect(&broadcast, obs()).unwrap();
    assert_eq!(broadcast.status().signal, Signal::Resting);
    broadcast.set_running(true);
    let first = group_of(&mut collector, PUBLISHED);
    assert_eq!(broadcast.status().source, Origin::Publisher(obs()));
    // Still pictures are made of the publisher's too.
    broadcast.set_pictures(true);
    publisher.keyframe();
    collector.chunk(&TrackName::PREVIEW);
    assert!(collector.chunk(&TrackName::VIDEO).sequence > first.sequence);
}

#[test]
fn a_format_that_is_refused_changes_nothing() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    collector.chunk(&TrackName::VIDEO);
    let nothing = crate::ingest::Format { publisher: Srt, video: None, audio: None };
    assert!(matches!(broadcast.publish(nothing), Err(BroadcastError::Feed(_))));
    collector.chunk(&TrackName::VIDEO);
    assert_eq!(
        (broadcast.status().signal, broadcast.status().source),
        (Signal::Present, Origin::Test { for_camera: false })
    );
}

#[test]
fn who_comes_while_another_publishes_is_shown_when_that_one_has_left() {
    let (output, _collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    let source = || broadcast.status().source;
    let first = Guest::new(&broadcast.shared);
    assert!(first.sit(obs(), None));
    let caller = Guest::new(&broadcast.shared);
    let config = config(30);
    let frame = |key| Published::Captured(Captured::AccessUnit(unit(&config, 1000, key)));
    caller.published(Published::Connected(Srt));
    caller.published(frame(true));
    assert_eq!(source(), Origin::Publisher(obs()));
    drop(first);
    assert_eq!(source(), Origin::Nothing);
    // A picture can't begin in the middle of a group.
    caller.published(frame(false));
    assert_eq!(source(), Origin::Nothing);
    caller.published(frame(true));
    assert_eq!(source(), Origin::Publisher(Srt));
    caller.published(Published::Left(Trouble::Stopped(Origin::Publisher(Srt))));
    assert_eq!(source(), Origin::Nothing);
}
