//! Network cameras, against a server of RTSP (RFC 2326) that is just large enough.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks};

use crate::capture::open;
use crate::capture::testing::{Recorder, SMALL, timeline};
use crate::frame::Captured;
use crate::source::Source;

/// Two seconds of picture and sound, both live, as RTP.
const H264: &str = "videotestsrc is-live=true num-buffers=60 ! video/x-raw,width=320,height=240,framerate=30/1 \
    ! x264enc tune=zerolatency key-int-max=15 ! rtph264pay pt=96 config-interval=-1 ! appsink name=c0 sync=false \
    audiotestsrc is-live=true num-buffers=100 samplesperbuffer=160 ! audio/x-raw,rate=8000,channels=1 \
    ! mulawenc ! rtppcmupay ! appsink name=c2 sync=false";
const JPEG: &str = "videotestsrc is-live=true num-buffers=60 ! video/x-raw,format=I420,width=320,height=240,framerate=30/1 \
    ! jpegenc ! rtpjpegpay pt=26 ! appsink name=c0 sync=false";
const H264_SDP: &str = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n\
    m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:c0\r\n\
    m=audio 0 RTP/AVP 0\r\na=control:c2\r\n";
const JPEG_SDP: &str = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n\
    m=video 0 RTP/AVP 26\r\na=control:c0\r\n";

/// Serves so many callers, one after the other, and each until the media end. Returns its address.
fn serve(callers: usize, sdp: &'static str, media: &'static str) -> (String, JoinHandle<()>) {
    gst::init().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("rtsp://anna:s3cret@{}/camera", listener.local_addr().unwrap());
    let serve = move || (0..callers).for_each(|_| answer(&listener.accept().unwrap().0, sdp, media));
    (address, thread::spawn(serve))
}

fn answer(mut caller: &TcpStream, sdp: &str, media: &str) {
    let mut requests = BufReader::new(caller.try_clone().unwrap()).lines();
    loop {
        let request: Vec<String> =
            requests.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let header = |name: &str| request.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let sequence = header("CSeq: ");
        let method = request[0].split(' ').next().unwrap();
        let rest = match method {
            "OPTIONS" => "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n".to_owned(),
            "DESCRIBE" => {
                format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}", sdp.len())
            }
            "SETUP" => format!("Session: 1\r\nTransport: {}\r\n\r\n", header("Transport: ")),
            _ => "Session: 1\r\n\r\n".to_owned(),
        };
        write!(caller, "RTSP/1.0 200 OK\r\nCSeq: {sequence}\r\n{rest}").unwrap();
        if method == "PLAY" {
            return send(caller, media);
        }
    }
}

/// Sends the media interleaved (RFC 2326, section 10.12), until they end or the caller leaves.
fn send(caller: &TcpStream, media: &str) {
    let pipeline = gst::parse::launch(media).unwrap().downcast::<gst::Pipeline>().unwrap();
    let caller = Arc::new(Mutex::new(caller.try_clone().unwrap()));
    for channel in [0, 2] {
        let Some(sink) = pipeline.by_name(&format!("c{channel}")) else {
            continue;
        };
        let caller = Arc::clone(&caller);
        let pass = move |sink: &AppSink| {
            let sample = sink.pull_sample().map_err(|_| gst::FlowError::Eos)?;
            let packet = sample.buffer().unwrap().map_readable().unwrap();
            let [high, low] = (packet.len() as u16).to_be_bytes();
            let framed = [&[b'$', channel, high, low], &packet[..]].concat();
            caller.lock().unwrap().write_all(&framed).map_err(|_| gst::FlowError::Eos)?;
            Ok(gst::FlowSuccess::Ok)
        };
        let sink = sink.downcast::<AppSink>().unwrap();
        sink.set_callbacks(AppSinkCallbacks::builder().new_sample(pass).build());
    }
    pipeline.set_state(gst::State::Playing).unwrap();
    let ends = [gst::MessageType::Eos, gst::MessageType::Error];
    pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::NONE, &ends);
    pipeline.set_state(gst::State::Null).unwrap();
    let _ = caller.lock().unwrap().shutdown(std::net::Shutdown::Both);
}

#[test]
fn h264_passes_through_and_a_server_that_dies_is_found_again() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let (address, server) = serve(2, H264_SDP, H264);
    let capture = open(&Source::Rtsp(address), SMALL, &timeline, recorder.out()).unwrap();
    assert!(!capture.describe().to_string().contains("s3cret"), "{}", capture.describe());
    let mut last = None;
    for _ in 0..2 {
        let (all, loss) = recorder.until("picture, sound, and the server's end", |all| {
            let coded = all.iter().any(|captured| matches!(captured, Captured::AccessUnit(_)));
            all.iter().find_map(|captured| match captured {
                Captured::Lost(trouble) if coded => Some(trouble.to_string()),
                _ => None,
            })
        });
        assert!(loss.starts_with("The network camera rtsp://…@127.0.0.1:"), "{loss}");
        assert!(all.iter().any(|captured| matches!(captured, Captured::Sound(_))));
        let units = all.iter().filter_map(|captured| match captured {
            Captured::AccessUnit(unit) => Some(unit),
            _ => None,
        });
        for (index, unit) in units.enumerate() {
            assert!(index > 0 || unit.key, "it starts with a keyframe");
            assert_eq!((unit.config.width, unit.config.height), (320, 240));
            assert!(last < Some(unit.dts) && unit.dts <= unit.pts && unit.pts <= timeline.now());
            last = Some(unit.dts);
        }
    }
    drop(capture);
    server.join().unwrap();
}

#[test]
fn another_codec_is_decoded() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    let (address, server) = serve(1, JPEG_SDP, JPEG);
    let capture = open(&Source::Rtsp(address), SMALL, &timeline, recorder.out()).unwrap();
    let pictures = recorder.collect("pictures", 10, |captured| match captured {
        Captured::Picture(buffer) => Some(buffer.clone()),
        _ => None,
    });
    assert!(pictures.iter().all(|picture| picture.size() == 320 * 180 * 3 / 2));
    drop(capture);
    server.join().unwrap();
}

#[test]
fn a_server_that_is_not_there_is_lost_and_dropping_does_not_wait_for_it() {
    let (timeline, recorder) = (timeline(), Recorder::new());
    // Bound, so that nobody else takes the port, and never accepting: the handshake hangs.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let hangs = format!("rtsp://{}/camera", listener.local_addr().unwrap());
    drop(open(&Source::Rtsp(hangs), SMALL, &timeline, recorder.out()).unwrap());
    let gone = format!("rtsp://anna:s3cret@{}/camera", listener.local_addr().unwrap());
    drop(listener);
    let _capture = open(&Source::Rtsp(gone), SMALL, &timeline, recorder.out()).unwrap();
    let sentences = recorder.collect("the loss", 1, |captured| match captured {
        Captured::Lost(trouble) => Some(trouble.to_string()),
        _ => None,
    });
    assert!(
        sentences[0].ends_with("can't be opened; check that it is there and that no other program uses it.")
    );
    assert!(!sentences[0].contains("s3cret"));
}
