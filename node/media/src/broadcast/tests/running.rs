//! The test picture through all encoders: what comes out, on demand, at rest and with other settings.

use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::media::{Medium, TrackName};

use super::super::Broadcast;
use super::collector::{Collector, Event, collector};
use super::settings;
use crate::origin::Origin;
use crate::package::fmp4::read;
use crate::settings::{Quality, Settings};
use crate::source::Source;
use crate::status::Coder;
use crate::status::Signal;

/// All tracks, in the catalogue's order; the last is of still pictures.
const TRACKS: [TrackName; 5] =
    [TrackName::VIDEO, TrackName::VIDEO_SMALL, TrackName::AUDIO, TrackName::AUDIO_AAC, TrackName::PREVIEW];

#[test]
fn every_track_flows_and_the_catalogue_comes_first() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    assert_eq!(broadcast.status().signal, Signal::Resting);
    broadcast.set_running(true);
    assert!(matches!(collector.next(), Event::Catalogue(_)));
    let names: Vec<_> = collector.catalogue.tracks.iter().map(|track| track.name.clone()).collect();
    assert_eq!(names, TRACKS);
    assert_eq!((collector.size(&TRACKS[0]), collector.size(&TRACKS[1])), ((320, 240), (160, 120)));
    assert_eq!(collector.track(&TRACKS[2]).codec, "opus");
    assert_eq!(collector.track(&TRACKS[3]).codec, "mp4a.40.2");
    assert!(matches!(&collector.track(&TRACKS[4]).medium, Medium::Picture(picture) if picture.width == 320));

    // Two groups of sound take a second; nobody watches the still pictures.
    for name in &TRACKS[..4] {
        collector.chunk(name);
    }
    let (first, second) = (collector.group(&TrackName::AUDIO), collector.group(&TrackName::AUDIO));
    assert!((1000..1100).contains(&second.time.since(first.time).as_millis()));
    assert_eq!(collector.newest_group(&TrackName::PREVIEW), None);

    let status = broadcast.status();
    assert_eq!(
        (&status.signal, status.source.to_string().as_str(), status.small),
        (&Signal::Present, "test picture", true)
    );
    assert!(status.encoder.to_string().ends_with("enc"), "{}", status.encoder);
    assert!(status.bitrate_bps > 0 && status.frame_rate_milli > 0, "{status:?}");
    assert!(status.encode_delay > Duration::ZERO);
}

#[test]
fn the_sound_has_no_gap() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    for name in [TrackName::AUDIO, TrackName::AUDIO_AAC] {
        let mut end = None;
        for _ in 0..50 {
            for sample in read::samples(&collector.chunk(&name).payload).unwrap() {
                assert!(end.is_none_or(|end: u64| end.abs_diff(sample.time_ticks) <= 1), "{name}");
                end = Some(sample.time_ticks + u64::from(sample.duration_ticks));
            }
        }
    }
}

#[test]
fn a_keyframe_on_demand_starts_a_group_before_its_time() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    let starts = |collector: &Collector, group| {
        let newest = |name| collector.newest_group(name).filter(|chunk| chunk.group == group);
        Some([newest(&TrackName::VIDEO)?.time, newest(&TrackName::VIDEO_SMALL)?.time])
    };
    collector.until(|collector| starts(collector, 0).is_some());
    let first = starts(&collector, 0).unwrap();
    broadcast.request_keyframe();
    collector.until(|collector| starts(collector, 1).is_some());
    // By the pictures' own times, whenever the test got them. That it is the very next picture which the encoder gets is
    // tested with the encoders.
    for (first, asked) in first.into_iter().zip(starts(&collector, 1).unwrap()) {
        let span = asked.since(first);
        assert!(span < settings().keyframe_interval / 2, "the group of {first:?} lasted {span:?}");
    }
}

#[test]
fn at_rest_nothing_runs_and_sequences_go_on_afterwards() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    collector.chunk(&TrackName::VIDEO);
    collector.chunk(&TrackName::AUDIO);
    broadcast.set_running(false);
    while broadcast.status().signal != Signal::Resting || broadcast.camera.describe().is_some() {
        collector.drain();
        std::thread::yield_now();
    }
    let rested = broadcast.shared.timeline.now();
    collector.drain();
    let status = broadcast.status();
    assert_eq!(
        (status.encoder, status.small, status.source),
        (Coder::Nothing, false, Origin::Picked("test".into()))
    );

    broadcast.set_running(true);
    // What is from after the rest begins anew; that nothing is missing is checked with every chunk.
    for name in &TRACKS[..4] {
        collector.until(|collector| collector.newest_group(name).is_some_and(|chunk| chunk.time >= rested));
        let first = collector.newest_group(name).unwrap();
        assert!(first.sequence > 0 && first.group > 0, "{name}");
    }
}

#[test]
fn still_pictures_flow_only_while_they_are_watched() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    for _ in 0..10 {
        while let Event::Chunk(name, _) = collector.next() {
            assert_ne!(name, TrackName::PREVIEW);
            if name == TrackName::VIDEO {
                break;
            }
        }
    }
    broadcast.set_pictures(true);
    for _ in 0..3 {
        let picture = collector.chunk(&TrackName::PREVIEW);
        assert!(picture.payload.starts_with(&[0xff, 0xd8]) && picture.payload.ends_with(&[0xff, 0xd9]));
    }
    broadcast.set_pictures(false);
    // They have stopped when twenty frames passed without one.
    let mut without = 0;
    while without < 20 {
        match collector.next() {
            Event::Chunk(name, _) if name == TrackName::PREVIEW => without = 0,
            Event::Chunk(name, _) if name == TrackName::VIDEO => without += 1,
            _ => {}
        }
    }
}

#[test]
fn other_settings_are_followed_while_it_runs() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output).unwrap();
    broadcast.set_running(true);
    let before = collector.chunk(&TrackName::VIDEO);
    let quality = Quality { width: 480, height: 270, ..settings().quality };
    broadcast.set_settings(Settings { quality, small: Some(false), ..settings() });
    collector.until(|collector| collector.size(&TrackName::VIDEO) == (480, 270));
    assert_eq!(collector.size(&TrackName::VIDEO_SMALL), (0, 0));
    assert!(
        matches!(&collector.track(&TrackName::PREVIEW).medium, Medium::Picture(picture) if picture.width == 480)
    );
    let after = collector.group(&TrackName::VIDEO);
    assert_eq!((after.init_version, after.group), (before.init_version + 1, before.group + 1));

    // Chunks of three frames.
    let chunk = Duration::from_millis(100);
    broadcast.set_settings(Settings { quality, chunk, small: Some(true), ..settings() });
    collector.until(|collector| collector.size(&TrackName::VIDEO_SMALL) == (240, 134));
    let long =
        (0..20).map(|_| collector.chunk(&TrackName::VIDEO)).find(|chunk| chunk.duration.as_millis() > 90);
    assert_eq!(read::samples(&long.expect("a chunk of three frames").payload).unwrap().len(), 3);
}

#[test]
fn dropping_the_engine_ends_everything() {
    let (output, mut collector) = collector();
    let broadcast = Broadcast::start(settings(), Source::Test, output.clone()).unwrap();
    broadcast.set_running(true);
    collector.chunk(&TrackName::VIDEO);
    drop(broadcast);
    // Nobody is left who could give anything to it: no thread, no pipeline.
    assert_eq!(Arc::strong_count(&output), 1);
}
