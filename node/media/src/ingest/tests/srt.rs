//! SRT, with clients that are not ours.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};

use gstreamer as gst;
use gstreamer::prelude::*;

use crate::capture::testing::{Recorder, skipped, timeline, unit};
use crate::frame::{AccessUnit, Captured};
use crate::ingest::{Published, SrtError, SrtListener, SrtStatus};

const PASSPHRASE: &str = "correct horse battery";

fn srt(out: impl Fn(Published) + Send + Sync + 'static) -> SrtListener {
    SrtListener::open(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), PASSPHRASE, &timeline(), out).unwrap()
}

/// Publishes over SRT until dropped.
struct Caller(gst::Pipeline);

impl Caller {
    fn start(media: &str, port: u16, passphrase: &str) -> Self {
        let pipeline = gst::parse::launch(&format!(
            "{media} mpegtsmux alignment=7 name=m ! srtsink auto-reconnect=false uri=srt://127.0.0.1:{port} passphrase=\"{passphrase}\"",
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

/// `FFmpeg`, which publishes until dropped; `None` where it is not installed.
struct Ffmpeg(Child);

impl Ffmpeg {
    fn start(options: &str, port: u16) -> Option<Self> {
        let address = format!("srt://127.0.0.1:{port}?passphrase={PASSPHRASE}");
        let child = Command::new("ffmpeg")
            .args(
                "-v error -re -f lavfi -i testsrc2=size=320x240:rate=30 -f lavfi -i sine=frequency=440"
                    .split(' '),
            )
            .args(options.split(' '))
            .args(["-f", "mpegts", &address])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        child.ok().map(Self)
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
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
        let caller =
            Caller::start(&format!("{PICTURE} {H264} {audio}"), listener.address().port(), PASSPHRASE);
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
        recorder.until("its leaving", |all| {
            all.iter().find(|event| matches!(event, Published::Left(_))).map(|_| ())
        });
        assert_eq!(listener.status(), SrtStatus::Waiting);
    }
}

#[test]
fn srt_keeps_the_order_of_ffmpegs_b_frames() {
    let recorder = Recorder::new();
    let listener = srt(recorder.out());
    let options = "-c:v libx264 -bf 2 -g 30 -pix_fmt yuv420p -c:a aac";
    let Some(_ffmpeg) = Ffmpeg::start(options, listener.address().port()) else {
        skipped("ffmpeg is not installed");
        return;
    };
    let heard = |event: &Published| matches!(event, Published::Captured(Captured::Sound(_)));
    let (all, ()) = recorder.until("two seconds", |all| {
        let seen = all.iter().filter_map(published_unit).count() >= 60;
        (seen && all.iter().any(heard)).then_some(())
    });
    let units: Vec<_> = all.iter().filter_map(published_unit).collect();
    assert!(units.iter().any(|unit| unit.dts < unit.pts), "there are B-frames");
    assert!(units.windows(2).all(|pair| pair[0].dts < pair[1].dts));
    assert!(units.iter().all(|unit| unit.dts <= unit.pts));
    // Every picture is there: in decode order, none is shown at the time of another.
    let mut shown: Vec<_> = units.iter().map(|unit| unit.pts).collect();
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown.len(), units.len());
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
    for (coded, sentence) in [
        (format!("{PICTURE} {h265} {AAC}"), "A publisher over SRT sends H.265; set its encoder to H.264."),
        (AAC.to_owned(), "A publisher over SRT sends no H.264 picture; set its encoder to H.264."),
    ] {
        let _caller = Caller::start(&coded, port, PASSPHRASE);
        let (all, ()) = recorder.until("the refusal", |all| {
            all.iter().find(|event| matches!(event, Published::Refused)).map(|_| ())
        });
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(matches!(listener.status(), SrtStatus::Refused(why) if why.to_string() == sentence));
    }
}

#[test]
fn srt_says_what_is_wrong_with_its_settings() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let open =
        |address, passphrase: &str| SrtListener::open(address, passphrase, &timeline(), |_| ()).unwrap_err();
    let message = open(address, PASSPHRASE).to_string();
    assert!(message.starts_with(&format!("port {} is in use", address.port())), "{message}");
    for wrong in ["too short", &"x".repeat(80)] {
        assert!(matches!(open(address, wrong), SrtError::Passphrase));
    }
}
