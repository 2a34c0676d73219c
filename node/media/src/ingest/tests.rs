//! Whole publishers: what GStreamer's encoders and SRT make of a picture, pushed in as RTMP, WHIP and SRT would.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use bytes::Bytes;
use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSink;

use super::*;
use crate::capture::nal_units;
use crate::capture::testing::{Recorder, coded, timeline};
use crate::frame::{AccessUnit, Captured};

const PASSPHRASE: &str = "correct horse battery";

fn unit(captured: &Captured) -> Option<AccessUnit> {
    match captured {
        Captured::AccessUnit(unit) => Some(unit.clone()),
        _ => None,
    }
}

fn sound(captured: &Captured) -> Option<gst::Buffer> {
    match captured {
        Captured::Sound(buffer) => Some(buffer.clone()),
        _ => None,
    }
}

fn lost(captured: &Captured) -> Option<String> {
    match captured {
        Captured::Lost(sentence) => Some(sentence.clone()),
        _ => None,
    }
}

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
    Format { label: "OBS over RTMP".into(), video, audio }
}

fn push(feed: &Feed, unit: &gst::Buffer) {
    let time = |time: Option<gst::ClockTime>| Duration::from(time.unwrap());
    feed.push_video(bytes(unit), time(unit.pts()), time(unit.dts()));
}

#[test]
fn h264_passes_through_unchanged_with_its_order() {
    for b_frames in [0, 2] {
        let (timeline, recorder) = (timeline(), Recorder::new());
        let (caps, units) = coded(45, b_frames);
        let feed = open(&over_rtmp(&caps, None), &timeline, recorder.out()).unwrap();
        units.iter().for_each(|unit| push(&feed, unit));
        let passed = recorder.collect("every access unit", 45, unit);
        for (sent, passed) in units.iter().zip(&passed) {
            assert_eq!(pictures(&bytes(sent)), pictures(&passed.data));
            assert_eq!(passed.key, !sent.flags().contains(gst::BufferFlags::DELTA_UNIT));
            let reordered = sent.pts().unwrap() - sent.dts().unwrap();
            assert_eq!(passed.pts.since(passed.dts).as_micros() as u64, reordered.useconds());
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
    units[3..].iter().for_each(|unit| push(&feed, unit));
    let first = recorder.collect("an access unit", 1, unit).remove(0);
    assert!(first.key);
    assert_eq!(pictures(&first.data), pictures(&bytes(&units[15])));
}

#[test]
fn what_is_malformed_is_refused() {
    let timeline = timeline();
    let refused = |video, audio| {
        let format = Format { label: "ffmpeg over RTMP".into(), video, audio };
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
    for (index, noise) in [&b""[..], &[0], &[0, 0, 0, 9, 1], &[0xff; 64], &[0, 0, 0, 1, 0x65]].into_iter().enumerate() {
        feed.push_video(Bytes::from_static(noise), Duration::from_millis(index as u64), Duration::ZERO);
    }
    units.iter().for_each(|unit| push(&feed, unit));
    let passed = recorder.collect("the access units", 10, unit);
    let last = passed.last().unwrap();
    assert_eq!(pictures(&last.data), pictures(&bytes(units.last().unwrap())));
}

#[test]
fn a_stalled_publisher_is_lost_until_it_goes_on_and_for_good_when_it_leaves() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let (caps, units) = coded(40, 0);
    let feed = open(&over_rtmp(&caps, None), &timeline, recorder.out()).unwrap();
    units[..20].iter().for_each(|unit| push(&feed, unit));
    assert_eq!(recorder.collect("the stall", 1, lost), ["OBS over RTMP sends no picture."]);
    units[20..].iter().for_each(|unit| push(&feed, unit));
    let resumed = recorder.collect("the other units", 20, unit);
    assert_eq!(pictures(&resumed[0].data), pictures(&bytes(&units[20])));
    drop(feed);
    assert_eq!(recorder.collect("the end", 1, lost), ["OBS over RTMP has stopped publishing."]);
}

/// What comes out of a pipeline, piece after piece, and at its own pace if it is live.
fn made(pipeline: &str) -> impl Iterator<Item = gst::Sample> {
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
    let format = Format { label: "ffmpeg over RTMP".into(), video: None, audio };
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

#[test]
fn rtp_passes_through_and_a_loss_asks_for_a_keyframe() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let packets: Vec<_> = made(
        "videotestsrc num-buffers=60 ! video/x-raw,width=320,height=240,framerate=30/1 \
         ! x264enc key-int-max=30 tune=zerolatency ! rtph264pay pt=102 config-interval=-1",
    )
    .map(|sample| bytes(&sample.buffer_owned().unwrap()))
    .collect();
    let sounds = made("audiotestsrc is-live=true num-buffers=40 ! audioconvert ! opusenc ! rtpopuspay pt=111");
    let fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f".into();
    let format = Format {
        label: "A browser over WHIP".into(),
        video: Some(VideoFormat::H264Rtp { payload_type: 102, fmtp }),
        audio: Some(AudioFormat::OpusRtp { payload_type: 111 }),
    };
    let feed = open(&format, &timeline, recorder.out()).unwrap();
    assert!(feed.keyframe_wanted(), "the first keyframe has to be asked for");
    assert!(!feed.keyframe_wanted());
    let (before, after) = packets.split_at(packets.len() / 2);
    before.iter().for_each(|packet| feed.push_rtp_video(packet.clone()));
    sounds.for_each(|packet| feed.push_rtp_audio(bytes(&packet.buffer_owned().unwrap())));
    let units = recorder.until("pictures and sound", |all| {
        let heard = all.iter().filter_map(sound).count() > 3;
        heard.then(|| all.iter().filter_map(unit).take(5).collect::<Vec<_>>()).filter(|units| units.len() == 5)
    });
    assert!(units.1[0].key);
    assert_eq!((units.1[0].config.width, units.1[0].config.height), (320, 240));
    after[1..].iter().for_each(|packet| feed.push_rtp_video(packet.clone()));
    // The loss is noticed when a later picture comes out.
    recorder.collect("pictures after the loss", 1, unit);
    while !feed.keyframe_wanted() {
        assert_eq!(feed.fault(), None);
        std::thread::yield_now();
    }
}

fn srt(out: impl Fn(Published) + Send + Sync + 'static) -> SrtListener {
    SrtListener::open(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), PASSPHRASE, &timeline(), out).unwrap()
}

/// Publishes over SRT until dropped.
struct Caller(gst::Pipeline);

impl Caller {
    fn start(media: &str, port: u16, passphrase: &str) -> Self {
        let pipeline = gst::parse::launch(&format!(
            "{media} mpegtsmux name=m ! srtsink auto-reconnect=false uri=srt://127.0.0.1:{port} passphrase=\"{passphrase}\"",
        ));
        let pipeline = pipeline.unwrap().downcast::<gst::Pipeline>().unwrap();
        // A refusal shows on the bus, for some callers already here.
        let _ = pipeline.set_state(gst::State::Playing);
        Self(pipeline)
    }

    fn refused(&self) {
        let bus = self.0.bus().unwrap();
        let error = bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &[gst::MessageType::Error]);
        assert!(error.is_some(), "the caller is told");
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.set_state(gst::State::Null).unwrap();
    }
}

const PICTURE: &str = "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1";
const H264: &str = "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! h264parse ! m.";
const AAC: &str = "audiotestsrc is-live=true samplesperbuffer=960 ! avenc_aac ! aacparse ! m.";
const MP2: &str = "audiotestsrc is-live=true ! audio/x-raw,rate=48000 ! avenc_mp2 ! mpegaudioparse ! m.";
const OPUS: &str = "audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=2 ! opusenc ! opusparse ! m.";

fn published_unit(published: &Published) -> Option<AccessUnit> {
    match published {
        Published::Captured(captured) => unit(captured),
        _ => None,
    }
}

#[test]
fn srt_takes_one_publisher_after_the_other_with_any_of_the_sounds() {
    let recorder = Recorder::new();
    let listener = srt(recorder.out());
    assert_eq!(listener.status(), SrtStatus::Waiting);
    for audio in [AAC, MP2, OPUS] {
        let caller = Caller::start(&format!("{PICTURE} {H264} {audio}"), listener.address().port(), PASSPHRASE);
        let (all, ()) = recorder.until("pictures and sound", |all| {
            let heard = all.iter().any(|event| matches!(event, Published::Captured(Captured::Sound(_))));
            (heard && all.iter().filter_map(published_unit).count() > 10).then_some(())
        });
        assert!(matches!(all[0], Published::Connected(_)), "{:?}", all[0]);
        let units: Vec<_> = all.iter().filter_map(published_unit).collect();
        assert!(units[0].key && units.windows(2).all(|pair| pair[0].dts < pair[1].dts));
        assert_eq!((units[0].config.width, units[0].config.height), (320, 240));
        assert_eq!(listener.status(), SrtStatus::Publishing);
        drop(caller);
        recorder.until("its leaving", |all| all.iter().find(|event| matches!(event, Published::Left(_))).map(|_| ()));
        assert_eq!(listener.status(), SrtStatus::Waiting);
    }
}

#[test]
fn srt_refuses_a_wrong_passphrase_and_noise_and_nothing_is_heard_of_them() {
    let recorder = Recorder::new();
    let listener = srt(recorder.out());
    let port = listener.address().port();
    UdpSocket::bind("127.0.0.1:0").unwrap().send_to(&[0xff; 300], listener.address()).unwrap();
    for wrong in ["correct horse batters", ""] {
        Caller::start(&format!("{PICTURE} {H264}"), port, wrong).refused();
    }
    let _caller = Caller::start(&format!("{PICTURE} {H264}"), port, PASSPHRASE);
    let (all, ()) = recorder.until("a picture", |all| all.iter().find_map(published_unit).map(|_| ()));
    assert!(matches!(all[..2], [Published::Connected(_), Published::Captured(_)]), "{all:?}");
}

#[test]
fn srt_turns_away_what_is_not_h264() {
    let recorder = Recorder::new();
    let listener = srt(recorder.out());
    let port = listener.address().port();
    let h265 = "! x265enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! h265parse ! m.";
    let mpeg2 = "! avenc_mpeg2video ! mpegvideoparse ! m.";
    for (coded, sentence) in [
        (format!("{PICTURE} {h265} {AAC}"), "A publisher over SRT sends H.265; set its encoder to H.264."),
        (format!("{PICTURE} {mpeg2}"), "A publisher over SRT sends MPEG video; set its encoder to H.264."),
        (AAC.to_owned(), "A publisher over SRT sends no H.264 picture; set its encoder to H.264."),
    ] {
        let _caller = Caller::start(&coded, port, PASSPHRASE);
        let (all, said) = recorder.until("the refusal", |all| {
            all.iter().find_map(|event| match event {
                Published::Refused(sentence) => Some(sentence.clone()),
                _ => None,
            })
        });
        assert_eq!(said, sentence);
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(listener.status(), SrtStatus::Refused(sentence.into()));
    }
}

#[test]
fn srt_says_what_is_wrong_with_its_settings() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let open = |address, passphrase: &str| SrtListener::open(address, passphrase, &timeline(), |_| ()).unwrap_err();
    let message = open(address, PASSPHRASE).to_string();
    assert!(message.starts_with(&format!("port {} is in use", address.port())), "{message}");
    for wrong in ["too short", &"x".repeat(80)] {
        assert!(matches!(open(address, wrong), SrtError::Passphrase));
    }
}
