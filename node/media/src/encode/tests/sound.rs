//! A click that is encoded and decoded again is heard when it was made.

use gstreamer as gst;
use parlor_protocol::media::MediaTime;

use super::super::elements::element;
use super::super::line::Line;
use super::super::sound::{AAC, Aac, Start};
use super::super::{Codec, Packet, SoundEncoder};
use super::{PATIENCE, collect, no_failure};
use crate::frame::sound_caps;
use crate::package::fmp4::init::AudioInit;

/// Where the sound begins, in samples: nowhere near zero, so that nothing falls before it.
const START: u64 = 480_000;
/// Where the click is, from there.
const CLICK: u64 = 24_000;
/// Half a millisecond.
const CLOSE: u64 = 24;

/// Encodes a second of silence with a click in it.
fn packets(start: impl FnOnce(Start) -> SoundEncoder) -> Vec<Packet> {
    let (take, packets) = collect();
    let encoder = start(Start { take: Box::new(take), failed: no_failure() });
    for piece in 0..50 {
        let first: u64 = piece * 960;
        let mut samples = Vec::with_capacity(960 * 4);
        for index in first..first + 960 {
            let loud = i16::from(index.abs_diff(CLICK) < 8) * i16::MAX / 2;
            samples.extend([loud.to_le_bytes(), loud.to_le_bytes()].as_flattened());
        }
        let mut buffer = gst::Buffer::from_mut_slice(samples);
        let fields = buffer.get_mut().unwrap();
        let time = |sample: u64| gst::ClockTime::from_nseconds((START + sample) * 1_000_000_000 / 48_000);
        fields.set_pts(time(first));
        fields.set_duration(time(first + 960) - time(first));
        encoder.push(buffer);
    }
    // The last of it stays in the encoder; up to three quarters of a second is enough.
    let mut taken: Vec<Packet> = Vec::new();
    while taken.last().is_none_or(|packet| packet.time.as_ticks(48_000) < START + 36_000) {
        taken.push(packets.recv_timeout(PATIENCE).unwrap());
    }
    taken
}

/// Decodes the packets without dropping anything, and finds the click, in samples from the first packet's time.
fn click(decoder: &'static str, caps: &gst::Caps, packets: &[Packet]) -> u64 {
    let (mut hear, heard) = collect::<Vec<i16>>();
    let take = move |sample: gst::Sample| {
        let bytes = sample.buffer().unwrap().map_readable().unwrap();
        hear(bytes.chunks_exact(4).map(|frame| i16::from_le_bytes([frame[0], frame[1]])).collect());
    };
    let row = [element(decoder).unwrap(), element("audioconvert").unwrap()];
    let line = Line::start(decoder, (caps, &sound_caps()), &row, 1000, take, no_failure()).unwrap();
    for packet in packets {
        let mut buffer = gst::Buffer::from_slice(packet.data.clone());
        let fields = buffer.get_mut().unwrap();
        fields.set_pts(gst::ClockTime::from_useconds(packet.time.as_micros()));
        fields.set_duration(gst::ClockTime::from_nseconds(packet.duration.as_nanos() as u64));
        line.push(buffer);
    }
    let mut samples: Vec<i16> = Vec::new();
    while samples.len() < 33_000 {
        samples.extend(heard.recv_timeout(PATIENCE).unwrap());
    }
    let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    assert!(loudest > 1000, "nothing is heard");
    // The middle of all that is nearly as loud.
    let loud: Vec<_> =
        (0..).zip(&samples).filter(|(_, sample)| sample.unsigned_abs() > loudest / 2).collect();
    u64::midpoint(loud.first().unwrap().0, loud.last().unwrap().0)
}

fn check(packets: &[Packet], decoder: &'static str, caps: &gst::Caps, delay: u64) {
    let first = packets[0].time;
    let mut next = first;
    for packet in packets {
        // To the microsecond, for that is what a time counts in.
        assert!(packet.time.as_micros().abs_diff(next.as_micros()) <= 1, "{packet:?} after {next:?}");
        next = packet.time + packet.duration;
    }
    let heard = first.as_ticks(48_000) + click(decoder, caps, packets);
    assert!(
        heard.abs_diff(START + CLICK) <= CLOSE,
        "heard {} samples late",
        heard.cast_signed() - (START + CLICK).cast_signed()
    );
    assert_eq!(
        MediaTime::from_micros(10_000_000).since(first).as_micros() as u64,
        delay * 1_000_000 / 48_000
    );
}

#[test]
fn opus_is_heard_on_time_and_says_its_pre_skip() {
    gst::init().unwrap();
    let packets = packets(|start| SoundEncoder::start(Codec::Opus, 96_000, start).unwrap());
    let AudioInit::Opus { channels: 2, pre_skip } = *packets[0].init else { panic!("{:?}", packets[0].init) };
    assert_eq!(pre_skip, 312);
    let caps = gst::Caps::builder("audio/x-opus").field("channel-mapping-family", 0).field("channels", 2);
    check(&packets, "opusdec", &caps.field("rate", 48_000).build(), pre_skip.into());
}

#[test]
fn aac_is_heard_on_time_whoever_encodes_it() {
    gst::init().unwrap();
    for aac @ Aac { element, delay_samples } in &AAC {
        let packets = packets(|start| SoundEncoder::start_aac(aac, 128_000, start).unwrap());
        let AudioInit::Aac { config } = &*packets[0].init else { panic!("{:?}", packets[0].init) };
        assert_eq!(config[..], [0x11, 0x90], "{element}");
        let caps = gst::Caps::builder("audio/mpeg")
            .field("mpegversion", 4)
            .field("stream-format", "raw")
            .field("rate", 48_000)
            .field("channels", 2)
            .field("codec_data", gst::Buffer::from_slice(config.clone()));
        check(&packets, "avdec_aac", &caps.build(), *delay_samples);
    }
}
