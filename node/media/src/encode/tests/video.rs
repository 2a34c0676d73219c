//! Pictures to H.264, back to pictures, and to JPEG.

use std::time::Duration;

use gstreamer as gst;
use parlor_protocol::media::MediaTime;

use super::super::elements::is_installed;
use super::super::{
    CANDIDATES, Candidate, Choice, Decoder, PictureEncoder, Spec, VideoEncoder, decoded_format, trial,
};
use super::{PATIENCE, collect, no_failure};
use crate::frame::{AccessUnit, PictureFormat};

const FORMAT: PictureFormat = PictureFormat { width: 320, height: 240, fps: 30 };

fn spec() -> Spec {
    Spec { picture: FORMAT, bitrate_bps: 500_000, keyframe_interval: Duration::from_secs(2) }
}

/// The processor's encoders that are installed; those of hardware can't be asked for here.
fn software() -> impl Iterator<Item = Candidate> {
    gst::init().unwrap();
    CANDIDATES.into_iter().filter(|candidate| !candidate.hardware && is_installed(candidate.element))
}

fn time(index: u64) -> MediaTime {
    MediaTime::from_micros((index + 30) * 1_000_000 / 30)
}

/// A picture with a bright square that wanders.
fn picture(format: PictureFormat, index: u64) -> gst::Buffer {
    let luma = (format.width * format.height) as usize;
    let mut pixels = vec![128; luma * 3 / 2];
    pixels[..luma].fill(40);
    for row in 0..40 {
        let start = (row + 50) * format.width as usize + index as usize * 5;
        pixels[start..start + 40].fill(200);
    }
    let mut picture = gst::Buffer::from_mut_slice(pixels);
    picture.get_mut().unwrap().set_pts(gst::ClockTime::from_useconds(time(index).as_micros()));
    picture
}

/// Encodes so many pictures, each only when the one before has come out, with a keyframe asked for before the fifth.
fn encode(candidate: &Candidate, count: u64) -> Vec<AccessUnit> {
    let (take, units) = collect();
    let encoder = VideoEncoder::start(candidate, FORMAT, &spec(), 1, take, no_failure()).unwrap();
    let units = (0..count).map(|index| {
        if index == 5 {
            encoder.request_keyframe();
        }
        encoder.push(picture(FORMAT, index), time(index));
        units.recv_timeout(PATIENCE).expect("a frame comes out when it went in")
    });
    let units = units.collect();
    assert_eq!(encoder.dropped(), 0);
    units
}

/// The types of the NAL units in an access unit.
fn nal_types(unit: &AccessUnit) -> Vec<u8> {
    crate::package::fmp4::read::nals(&unit.data).map(|nal| nal[0] & 0x1f).collect()
}

#[test]
fn one_in_one_out_with_keyframes_on_demand() {
    let mut tried = 0;
    for candidate in software() {
        let units = encode(&candidate, 12);
        let keys: Vec<_> = (0..).zip(&units).filter(|(_, unit)| unit.key).map(|(index, _)| index).collect();
        assert_eq!(keys, [0, 5], "{}", candidate.element);
        for (index, unit) in (0..).zip(&units) {
            assert_eq!((unit.pts, unit.dts), (time(index), time(index)), "{}", candidate.element);
            let types = nal_types(unit);
            let has_sets = types.contains(&7) && types.contains(&8);
            assert_eq!(
                (has_sets, types.contains(&5)),
                (unit.key, unit.key),
                "{}: {types:?}",
                candidate.element
            );
        }
        let config = &units[0].config;
        assert_eq!((config.width, config.height, config.frame_rate_milli), (320, 240, 30_000));
        // Version 1; profile 66 with constraint_set1_flag is the constrained baseline.
        assert_eq!(
            (config.record[0], config.record[1], config.record[2] & 0x40),
            (1, 66, 0x40),
            "{}",
            candidate.element
        );
        tried += 1;
    }
    assert!(tried > 0, "no encoder is installed");
}

#[test]
fn a_picture_that_is_not_newer_is_left_out() {
    let candidate = software().next().unwrap();
    let (take, units) = collect();
    let encoder = VideoEncoder::start(&candidate, FORMAT, &spec(), 3, take, no_failure()).unwrap();
    for index in [0, 2, 1, 2, 3] {
        encoder.push(picture(FORMAT, index), time(index));
    }
    let shown: Vec<MediaTime> =
        (0..3).map(|_| units.recv_timeout(PATIENCE).map(|unit: AccessUnit| unit.pts).unwrap()).collect();
    assert_eq!(shown, [time(0), time(2), time(3)]);
}

#[test]
fn the_small_quality_is_a_quarter() {
    let small = spec().small();
    assert_eq!((small.picture.width, small.picture.height, small.bitrate_bps), (160, 120, 300_000));
    let large = Spec {
        bitrate_bps: 8_000_000,
        picture: PictureFormat { width: 1366, height: 770, fps: 25 },
        ..spec()
    };
    assert_eq!((large.small().picture.width, large.small().picture.height), (682, 384));
    assert_eq!(large.small().bitrate_bps, 2_000_000);

    let candidate = software().next().unwrap();
    let (take, units) = collect::<AccessUnit>();
    let encoder = VideoEncoder::start(&candidate, FORMAT, &small, 1, take, no_failure()).unwrap();
    encoder.push(picture(FORMAT, 0), time(0));
    let unit = units.recv_timeout(PATIENCE).unwrap();
    assert_eq!((unit.config.width, unit.config.height), (160, 120));
}

#[test]
fn what_does_not_work_is_passed_over_and_said() {
    gst::init().unwrap();
    let choice = Choice::make(&spec(), &[]).unwrap();
    let next = Choice::make(&spec(), &[choice.candidate.element]).unwrap();
    assert_ne!(choice.candidate.element, next.candidate.element);
    let all = CANDIDATES.map(|candidate| candidate.element);
    let error = Choice::make(&spec(), &all).unwrap_err();
    assert!(error.to_string().ends_with("install the Debian package gstreamer1.0-plugins-ugly"), "{error}");
    // No encoder takes a picture of this size.
    let huge = Spec { picture: PictureFormat { width: 65_534, height: 2, fps: 30 }, ..spec() };
    assert!(trial(&choice.candidate, &huge).is_err());
}

#[test]
fn passed_through_frames_are_decoded_with_their_times() {
    let candidate = software().next().unwrap();
    let units = encode(&candidate, 10);
    let format = decoded_format(&units[0].config, 25);
    assert_eq!(format, FORMAT);
    let (mut take, pictures) = collect();
    let take = move |picture: gst::Buffer, pts| take((picture, pts));
    let decoder = Decoder::start(&units[0].config, format, take, no_failure()).unwrap();
    // Nothing can be made of frames before the keyframe, which is the sixth.
    units[1..].iter().for_each(|unit| decoder.push(unit));
    for index in 5..10 {
        let (picture, pts) = pictures.recv_timeout(PATIENCE).unwrap();
        assert_eq!(pts, time(index));
        let pixels = picture.map_readable().unwrap();
        assert_eq!(pixels.len(), 320 * 240 * 3 / 2);
        let bright = pixels[70 * 320..71 * 320].iter().position(|luma| *luma > 120).unwrap();
        assert!(bright.abs_diff(index as usize * 5) <= 2, "the square of picture {index} is at {bright}");
    }
}

#[test]
fn still_pictures_are_whole_and_no_wider_than_they_should_be() {
    gst::init().unwrap();
    let wide = PictureFormat { width: 1920, height: 1080, fps: 60 };
    let output = PictureEncoder::output(wide);
    assert_eq!(output, PictureFormat { width: 1280, height: 720, fps: 30 });
    let (mut take, pictures) = collect();
    let encoder = PictureEncoder::start(wide, move |jpeg, time| take((jpeg, time)), no_failure()).unwrap();
    // Sixty a second, of which every other one is encoded.
    for index in 0..5 {
        let pts = MediaTime::from_micros(1_000_000 + index * 16_667);
        let mut picture = picture(wide, index);
        picture.get_mut().unwrap().set_pts(gst::ClockTime::from_useconds(pts.as_micros()));
        encoder.push(picture, pts);
        if index % 2 == 0 {
            let (jpeg, time): (bytes::Bytes, _) = pictures.recv_timeout(PATIENCE).unwrap();
            assert_eq!(
                (time, &jpeg[..2], &jpeg[jpeg.len() - 2..]),
                (pts, &[0xff, 0xd8][..], &[0xff, 0xd9][..])
            );
            // The frame header (SOF0) says the size.
            let frame = jpeg.windows(4).position(|bytes| bytes == [0xff, 0xc0, 0, 17]).unwrap();
            assert_eq!(jpeg[frame + 5..frame + 9], [720_u16.to_be_bytes(), 1280_u16.to_be_bytes()].concat());
        }
    }
    assert!(pictures.try_recv().is_err());
}
