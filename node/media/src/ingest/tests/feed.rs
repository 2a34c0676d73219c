//! What RTMP and WHIP would push in.

use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSink;

use crate::capture::nal_units;
use crate::capture::testing::{Recorder, coded, lost, sound, timeline, unit};
use crate::ingest::{AudioFormat, Feed, FeedError, Format, VideoFormat, open};
use crate::origin::Publisher;

fn bytes(buffer: &gst::Buffer) -> Bytes {
    Bytes::copy_from_slice(&buffer.map_readable().unwrap())
}

fn codec_data(caps: &gst::Caps) -> Bytes {
    bytes(&caps.structure(0).unwrap().get::<gst::Buffer>("codec_data").unwrap())
}

/// The NAL units but for parameter sets, which may stand in band or in the set-up.
fn pictures(unit: &[u8]) -> Vec<Vec<u8>> {
    let nals = nal_units(unit, 4).unwrap();
    nals.into_iter().filter(|nal| !matches!(nal[0] & 0x1f, 7 | 8)).map(<[u8]>::to_vec).collect()
}

fn over_rtmp(caps: &gst::Caps, audio: Option<AudioFormat>) -> Format {
    let video = Some(VideoFormat::H264 { record: codec_data(caps) });
    Format { publisher: Publisher::Rtmp(Some("OBS".into())), video, audio }
}

/// Pushes access units with the times that they have.
fn push_all(feed: &Feed, units: &[gst::Buffer]) {
    let time = |time: Option<gst::ClockTime>| Duration::from(time.unwrap());
    for unit in units {
        feed.push_video(bytes(unit), time(unit.pts()), time(unit.dts()));
    }
}

#[test]
fn h264_passes_through_unchanged_with_its_order() {
    for b_frames in [0, 2] {
        let (timeline, recorder) = (timeline(), Recorder::new());
        let (caps, units) = coded(45, b_frames);
        let feed = open(&over_rtmp(&caps, None), &timeline, recorder.out()).unwrap();
        push_all(&feed, &units);
        let passed = recorder.collect("every access unit", 45, unit);
        for (sent, passed) in units.iter().zip(&passed) {
            assert_eq!(pictures(&bytes(sent)), pictures(&passed.data));
            assert_eq!(passed.key, !sent.flags().contains(gst::BufferFlags::DELTA_UNIT));
            let reordered = (sent.pts().unwrap() - sent.dts().unwrap()).useconds();
            assert!(
                reordered.abs_diff(passed.pts.since(passed.dts).as_micros() as u64) <= 1,
                "rounded to 1 µs"
            );
            let bare = nal_units(&passed.data, 4).unwrap().iter().all(|nal| nal[0] & 0x1f != 7);
            assert_eq!(bare, !passed.key, "keyframes carry their parameter sets");
            assert_eq!((passed.config.width, passed.config.height), (320, 240));
            assert_eq!(passed.config.frame_rate_milli, 30_000);
            assert_eq!(passed.config.record, codec_data(&caps));
        }
        assert!(passed.windows(2).all(|pair| pair[0].dts < pair[1].dts));
        assert_eq!((feed.dropped(), feed.fault()), (0, None));
    }
}

#[test]
fn nothing_passes_before_the_first_keyframe() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let (caps, units) = coded(20, 0);
    let feed = open(&over_rtmp(&caps, None), &timeline, recorder.out()).unwrap();
    push_all(&feed, &units[3..]);
    let first = recorder.collect("an access unit", 1, unit).remove(0);
    assert!(first.key);
    assert_eq!(pictures(&first.data), pictures(&bytes(&units[15])));
}

#[test]
fn what_is_malformed_is_refused() {
    let timeline = timeline();
    let refused = |video, audio| {
        let format = Format { publisher: Publisher::Rtmp(Some("ffmpeg".into())), video, audio };
        open(&format, &timeline, |_| ()).err()
    };
    let record = Bytes::from_static(&[1, 0x42, 0xc0]);
    assert_eq!(refused(None, None), Some(FeedError::Empty));
    assert_eq!(refused(Some(VideoFormat::H264 { record }), None), Some(FeedError::Record));
    let config = Bytes::from_static(&[0]);
    assert_eq!(refused(None, Some(AudioFormat::Aac { config })), Some(FeedError::Aac));
    let opus = AudioFormat::OpusRtp { payload_type: 128 };
    assert_eq!(refused(None, Some(opus)), Some(FeedError::PayloadType(128)));
}

#[test]
fn noise_ends_no_thread_and_passes_nothing() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let (caps, units) = coded(10, 0);
    let feed = open(&over_rtmp(&caps, None), &timeline, recorder.out()).unwrap();
    for (index, noise) in
        [&b""[..], &[0], &[0, 0, 0, 9, 1], &[0xff; 64], &[0, 0, 0, 1, 0x41]].into_iter().enumerate()
    {
        feed.push_video(Bytes::from_static(noise), Duration::from_millis(index as u64), Duration::ZERO);
    }
    push_all(&feed, &units);
    let passed = recorder.collect("the access units", 10, unit);
    let last = passed.last().unwrap();
    assert_eq!(pictures(&last.data), pictures(&bytes(units.last().unwrap())));
}

#[test]
fn a_stalled_publisher_is_lost_until_it_goes_on_and_for_good_when_it_leaves() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let (caps, units) = coded(40, 0);
    let feed = open(&over_rtmp(&caps, None), &timeline, recorder.out()).unwrap();
    push_all(&feed, &units[..20]);
    assert_eq!(recorder.collect("the stall", 1, lost), ["OBS over RTMP sends no picture."]);
    push_all(&feed, &units[20..]);
    let resumed = recorder.collect("the other units", 20, unit);
    assert_eq!(pictures(&resumed[0].data), pictures(&bytes(&units[20])));
    drop(feed);
    assert_eq!(recorder.collect("the end", 1, lost), ["OBS over RTMP has stopped publishing."]);
}

/// What comes out of a pipeline, piece after piece, and at its own pace if it is live.
fn made(pipeline: &str) -> impl Iterator<Item = gst::Sample> + use<> {
    gst::init().unwrap();
    let pipeline = gst::parse::launch(&format!("{pipeline} ! appsink name=sink sync=false")).unwrap();
    let pipeline = pipeline.downcast::<gst::Pipeline>().unwrap();
    let sink = pipeline.by_name("sink").unwrap().downcast::<AppSink>().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    std::iter::from_fn(move || {
        let sample = sink.pull_sample().ok();
        if sample.is_none() {
            pipeline.set_state(gst::State::Null).unwrap();
        }
        sample
    })
}

#[test]
fn aac_is_decoded_to_sound() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let mut frames = made(
        "audiotestsrc is-live=true num-buffers=30 ! audio/x-raw,rate=44100,channels=1 \
         ! avenc_aac ! audio/mpeg,stream-format=raw",
    )
    .peekable();
    let config = codec_data(&frames.peek().unwrap().caps_owned().unwrap());
    let audio = Some(AudioFormat::Aac { config });
    let format = Format { publisher: Publisher::Rtmp(Some("ffmpeg".into())), video: None, audio };
    let feed = open(&format, &timeline, recorder.out()).unwrap();
    for frame in frames {
        let frame = frame.buffer_owned().unwrap();
        feed.push_audio(bytes(&frame), frame.pts().unwrap().into());
    }
    let sounds = recorder.collect("sound", 10, sound);
    let loudest = sounds.iter().flat_map(|sound| {
        let samples = sound.map_readable().unwrap();
        samples.chunks(2).map(|sample| i16::from_le_bytes([sample[0], sample[1]])).collect::<Vec<_>>()
    });
    assert!(loudest.max().unwrap() > 1000, "the tone is heard");
    assert!(sounds.windows(2).all(|pair| pair[0].pts() < pair[1].pts()));
}

/// Packets of sound in a test.
const SOUNDS: usize = 40;

#[test]
fn rtp_passes_through_and_a_loss_asks_for_a_keyframe() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let packets: Vec<_> = made(
        "videotestsrc num-buffers=60 ! video/x-raw,width=320,height=240,framerate=30/1 \
         ! x264enc key-int-max=30 tune=zerolatency ! rtph264pay pt=102 config-interval=-1",
    )
    .map(|sample| bytes(&sample.buffer_owned().unwrap()))
    .collect();
    let sounds = made(&format!(
        "audiotestsrc is-live=true num-buffers={SOUNDS} ! audioconvert ! opusenc ! rtpopuspay pt=111"
    ));
    let fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f".into();
    let format = Format {
        publisher: Publisher::Whip,
        video: Some(VideoFormat::H264Rtp { payload_type: 102, fmtp }),
        audio: Some(AudioFormat::OpusRtp { payload_type: 111 }),
    };
    let feed = open(&format, &timeline, recorder.out()).unwrap();
    assert!(feed.keyframe_wanted(), "the first keyframe has to be asked for");
    assert!(!feed.keyframe_wanted());
    let (before, after) = packets.split_at(packets.len() / 2);
    // Sound is made as it is heard: pictures come with it, or the feed would miss them.
    let mut before = before.chunks(before.len().div_ceil(SOUNDS));
    for sound in sounds {
        for packet in before.next().unwrap_or_default() {
            feed.push_rtp_video(packet.clone());
        }
        feed.push_rtp_audio(bytes(&sound.buffer_owned().unwrap()));
    }
    let units = recorder.until("pictures and sound", |all| {
        let heard = all.iter().filter_map(sound).count() > 3;
        heard
            .then(|| all.iter().filter_map(unit).take(5).collect::<Vec<_>>())
            .filter(|units| units.len() == 5)
    });
    assert!(units.1[0].key);
    assert_eq!((units.1[0].config.width, units.1[0].config.height), (320, 240));
    for packet in &after[1..] {
        feed.push_rtp_video(packet.clone());
    }
    // The loss is noticed when a later picture comes out.
    recorder.collect("pictures after the loss", 1, unit);
    while !feed.keyframe_wanted() {
        assert_eq!(feed.fault(), None);
        std::thread::yield_now();
    }
}
