//! Frames made by hand: who may write, what waits for whom, and when a group starts.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use parlor_protocol::media::{MediaTime, Medium, TrackName};

use super::super::tracks::{Expected, Origin, Tracks};
use super::collector::{Collector, Event, collector};
use crate::encode::Packet;
use crate::frame::{AccessUnit, AvcConfig, PictureFormat, Timeline};
use crate::package::fmp4::init::AudioInit;

const ONE: Origin = Origin(1);
const TWO: Origin = Origin(2);

fn expected() -> Expected {
    Expected {
        chunk: Duration::from_millis(40),
        video_bps: 1_000_000,
        small_bps: None,
        opus_bps: 96_000,
        aac_bps: 128_000,
        picture: PictureFormat { width: 64, height: 48, fps: 30 },
        picture_bps: 100_000,
    }
}

fn tracks() -> (Tracks, Collector) {
    gst::init().unwrap();
    let (output, collector) = collector();
    (Tracks::new(output, Timeline::start(), expected()), collector)
}

/// A set-up that differs by its level from another.
pub(super) fn config(level: u8) -> Arc<AvcConfig> {
    let record = [1, 0x42, 0xc0, level, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xc0, level, 1, 0, 2, 0x68, 0xce];
    Arc::new(AvcConfig {
        record: Bytes::copy_from_slice(&record),
        width: 64,
        height: 48,
        frame_rate_milli: 25_000,
    })
}

fn ms(time: u64) -> MediaTime {
    MediaTime::from_micros(time * 1000)
}

pub(super) fn unit(config: &Arc<AvcConfig>, time_ms: u64, key: bool) -> AccessUnit {
    let data = Bytes::from_static(&[0, 0, 0, 2, 0x41, 1]);
    AccessUnit { data, pts: ms(time_ms), dts: ms(time_ms), key, config: config.clone() }
}

fn sound(tracks: &Tracks, name: &TrackName, time_ms: u64) {
    let init = if *name == TrackName::AUDIO {
        AudioInit::Opus { channels: 2, pre_skip: 312 }
    } else {
        AudioInit::Aac { config: Bytes::from_static(&[0x11, 0x90]) }
    };
    let duration = Duration::from_millis(20);
    tracks.sound(
        name,
        Packet { data: Bytes::from_static(b"sound"), time: ms(time_ms), duration, init: init.into() },
    );
}

fn chunks(collector: &mut Collector, track: &TrackName) -> Vec<(u64, bool)> {
    let events = collector.drain().into_iter();
    let chunks = events.filter_map(|event| match event {
        Event::Chunk(name, chunk) if name == *track => {
            Some((chunk.time.as_micros() / 1000, chunk.starts_group))
        }
        _ => None,
    });
    chunks.collect()
}

/// Tracks that have been announced.
fn announced() -> (Tracks, Collector, Arc<AvcConfig>) {
    let (tracks, mut collector) = tracks();
    let config = config(30);
    tracks.switch(&TrackName::VIDEO, ONE);
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1000, true));
    for name in [TrackName::AUDIO, TrackName::AUDIO_AAC] {
        sound(&tracks, &name, 1000);
        sound(&tracks, &name, 1020);
    }
    assert_eq!(chunks(&mut collector, &TrackName::VIDEO), [(1000, true)]);
    (tracks, collector, config)
}

#[test]
fn the_first_catalogue_waits_until_it_is_complete() {
    let (tracks, mut collector) = tracks();
    tracks.switch(&TrackName::VIDEO, ONE);
    tracks.video(&TrackName::VIDEO, ONE, unit(&config(30), 1000, true));
    sound(&tracks, &TrackName::AUDIO, 1000);
    sound(&tracks, &TrackName::AUDIO, 1020);
    assert!(collector.drain().is_empty());
    sound(&tracks, &TrackName::AUDIO_AAC, 1000);
    sound(&tracks, &TrackName::AUDIO_AAC, 1020);
    let events = collector.drain();
    assert!(matches!(&events[0], Event::Catalogue(catalogue) if catalogue.tracks.len() == 4));
    assert_eq!(events.len(), 4, "{events:?}");
}

#[test]
fn what_never_comes_is_not_waited_for_forever() {
    let (tracks, mut collector) = tracks();
    let fed = (0..1000).find(|index| {
        sound(&tracks, &TrackName::AUDIO, index * 20);
        !collector.drain().is_empty()
    });
    assert!(fed.is_some());
    assert_eq!(collector.catalogue.tracks.len(), 2);
}

#[test]
fn only_the_origin_that_has_the_track_writes_and_begins_with_a_keyframe() {
    let (tracks, mut collector, config) = announced();
    tracks.video(&TrackName::VIDEO, TWO, unit(&config, 1040, true));
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1040, false));
    tracks.switch(&TrackName::VIDEO, TWO);
    // The old encoder's last frame is late, the new one's first is no keyframe.
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1080, false));
    tracks.video(&TrackName::VIDEO, TWO, unit(&config, 1080, false));
    tracks.video(&TrackName::VIDEO, TWO, unit(&config, 1120, true));
    assert_eq!(chunks(&mut collector, &TrackName::VIDEO), [(1040, false), (1120, true)]);
}

#[test]
fn another_set_up_is_announced_before_its_first_chunk() {
    let (tracks, mut collector, config) = announced();
    let other = self::config(31);
    tracks.video(&TrackName::VIDEO, ONE, unit(&other, 1040, false));
    tracks.video(&TrackName::VIDEO, ONE, unit(&other, 1080, true));
    let events = collector.drain();
    let [Event::Catalogue(catalogue), Event::Chunk(_, chunk)] = &events[..] else { panic!("{events:?}") };
    let track = catalogue.track(&TrackName::VIDEO).unwrap();
    assert_eq!((track.codec.as_str(), track.init_version, chunk.init_version), ("avc1.42c01f", 1, 1));
    // Back to the first: that is a third version, for versions only count up.
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1120, true));
    assert_eq!(collector.chunk(&TrackName::VIDEO).init_version, 2);
}

#[test]
fn reordered_frames_are_announced() {
    let (tracks, mut collector, config) = announced();
    let is_reordered = |collector: &Collector| match &collector.track(&TrackName::VIDEO).medium {
        Medium::Video(video) => video.reordered,
        other => panic!("{other:?}"),
    };
    assert!(!is_reordered(&collector));
    tracks.video(&TrackName::VIDEO, ONE, AccessUnit { pts: ms(1080), ..unit(&config, 1040, false) });
    assert_eq!(collector.chunk(&TrackName::VIDEO).init_version, 0);
    assert!(is_reordered(&collector));
}

#[test]
fn frames_that_run_backwards_are_left_out() {
    let (tracks, mut collector, config) = announced();
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1080, false));
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1040, false));
    tracks.picture(Bytes::from_static(b"a"), ms(1000));
    tracks.picture(Bytes::from_static(b"b"), ms(1000));
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1120, false));
    let events = collector.drain();
    assert_eq!(events.len(), 3, "{events:?}");
}

#[test]
fn after_a_rest_every_track_starts_a_group() {
    let (tracks, mut collector, config) = announced();
    // Half a chunk of sound waits for company.
    sound(&tracks, &TrackName::AUDIO, 1040);
    tracks.rest();
    assert_eq!(chunks(&mut collector, &TrackName::AUDIO), [(1040, false)]);
    sound(&tracks, &TrackName::AUDIO, 1500);
    sound(&tracks, &TrackName::AUDIO, 1520);
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1500, false));
    tracks.video(&TrackName::VIDEO, ONE, unit(&config, 1540, true));
    let events = collector.drain();
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| matches!(event, Event::Chunk(_, chunk) if chunk.starts_group)));
}

#[test]
fn a_track_that_is_not_wanted_leaves_and_comes_back_with_another_version() {
    let (tracks, mut collector, config) = announced();
    let with_small = Expected { small_bps: Some(300_000), ..expected() };
    tracks.expect(with_small);
    tracks.switch(&TrackName::VIDEO_SMALL, TWO);
    tracks.video(&TrackName::VIDEO_SMALL, TWO, unit(&config, 1040, true));
    assert_eq!(collector.chunk(&TrackName::VIDEO_SMALL).init_version, 0);
    tracks.expect(expected());
    tracks.video(&TrackName::VIDEO_SMALL, TWO, unit(&config, 1080, false));
    collector.drain();
    assert_eq!(collector.size(&TrackName::VIDEO_SMALL), (0, 0));
    tracks.expect(with_small);
    tracks.switch(&TrackName::VIDEO_SMALL, TWO);
    tracks.video(&TrackName::VIDEO_SMALL, TWO, unit(&config, 1120, true));
    assert_eq!(collector.chunk(&TrackName::VIDEO_SMALL).init_version, 1);
}
