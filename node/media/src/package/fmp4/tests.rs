//! Writing and reading against each other, against hostile bytes, and against FFmpeg.

use std::time::Duration;

use bytes::Bytes;
use media_doctor::{Report, check_container_codec};
use parlor_protocol::media::{MAX_CHUNK_MEDIA, MAX_PAYLOAD_BYTES, MediaTime};
use proptest::prelude::*;

use super::chunk::{PackError, Packager, Packed, Sample, is_hole};
use super::init::{self, AudioInit, InitError, VideoInit};
use super::read::{self, ReadError};
use super::{Kind, avc};
use crate::package::coded::avc_record;

mod ffmpeg;

/// A constrained-baseline record (profile 66, level 3.1) with the parameter sets of a 320 × 240 picture.
fn record() -> Bytes {
    let sps = [0x67, 0x42, 0xc0, 0x1f, 0xda, 0x05, 0x07, 0xe4, 0x40];
    let pps = [0x68, 0xce, 0x3c, 0x80];
    avc_record(&sps, &pps)
}

fn video_init() -> VideoInit {
    VideoInit { record: record(), width: 320, height: 240 }
}

fn sample(at_us: u64, lasts_us: u64, key: bool, bytes: usize) -> Sample {
    let time = MediaTime::from_micros(at_us);
    let data = vec![at_us as u8; bytes].into();
    Sample { data, time, shown: time, duration: Duration::from_micros(lasts_us), key }
}

#[test]
fn headers_name_their_codecs() {
    let video = init::video(&video_init()).unwrap();
    assert_eq!(video.codec, "avc1.42c01f");
    let opus = init::audio(&AudioInit::Opus { channels: 2, pre_skip: 312 }).unwrap();
    assert_eq!(opus.codec, "opus");
    let aac = init::audio(&AudioInit::Aac { config: Bytes::from_static(&[0x11, 0x90]) }).unwrap();
    assert_eq!(aac.codec, "mp4a.40.2");
    let mut report = Report::new();
    check_container_codec(&video.bytes, &mut report);
    assert_eq!(report.findings(), []);
}

#[test]
fn impossible_headers_are_refused() {
    let video = |record: Bytes, width| init::video(&VideoInit { record, width, height: 240 });
    assert_eq!(video(record(), 0), Err(InitError::Size));
    assert_eq!(video(record(), 65_536), Err(InitError::Size));
    assert_eq!(video(record().slice(..12), 320), Err(InitError::Record));
    let mut two_byte_lengths = record().to_vec();
    two_byte_lengths[4] = 0xfd;
    assert_eq!(video(two_byte_lengths.into(), 320), Err(InitError::Record));
    assert_eq!(init::audio(&AudioInit::Opus { channels: 3, pre_skip: 0 }), Err(InitError::Sound));
    for config in [&[][..], &[0x12, 0x10], &[0x11, 0x80], &[0x11, 0x98], &[0x29, 0x90]] {
        let aac = AudioInit::Aac { config: Bytes::copy_from_slice(config) };
        assert_eq!(init::audio(&aac), Err(InitError::Sound), "{config:?}");
    }
}

#[test]
fn combining_takes_one_track_of_each() {
    let video = init::video(&video_init()).unwrap().bytes;
    let audio = init::audio(&AudioInit::Opus { channels: 1, pre_skip: 0 }).unwrap().bytes;
    let both = init::combine(&video, &audio).unwrap();
    assert_eq!(read::avc_parameter_sets(&both), read::avc_parameter_sets(&video));
    for (picture, sound) in [(&audio, &video), (&video, &video), (&both, &audio), (&Bytes::new(), &audio)] {
        assert_eq!(init::combine(picture, sound), Err(InitError::Header));
    }
}

#[test]
fn parameter_sets_come_back() {
    let init = init::video(&video_init()).unwrap().bytes;
    let sets = read::avc_parameter_sets(&init).unwrap();
    assert_eq!((sets.sps[0][0], sets.pps[0][0]), (0x67, 0x68));
    let audio = init::audio(&AudioInit::Opus { channels: 1, pre_skip: 0 }).unwrap().bytes;
    assert_eq!(read::avc_parameter_sets(&audio), Err(ReadError::NotAvc));
}

#[test]
fn at_30_fps_each_frame_comes_out_as_it_goes_in() {
    let mut packager = Packager::new(Kind::Video, Duration::from_millis(40));
    for frame in 0..90 {
        let packed = packager.push(sample(frame * 1_000_000 / 30, 33_333, frame % 30 == 0, 10)).unwrap();
        assert_eq!(packed.len(), 1);
        assert_eq!(packed[0].starts_with_key, frame % 30 == 0);
    }
    assert_eq!(packager.flush(), None);
}

#[test]
fn short_frames_share_a_chunk_and_a_keyframe_starts_one() {
    let mut packager = Packager::new(Kind::Audio, Duration::from_millis(40));
    assert_eq!(packager.push(sample(0, 20_000, true, 10)).unwrap(), []);
    let packed = packager.push(sample(20_000, 20_000, true, 10)).unwrap();
    assert_eq!((packed.len(), packed[0].duration), (1, Duration::from_millis(40)));

    let mut packager = Packager::new(Kind::Video, Duration::from_millis(40));
    assert_eq!(packager.push(sample(0, 16_667, true, 10)).unwrap(), []);
    assert_eq!(packager.push(sample(16_667, 16_667, true, 10)).unwrap().len(), 1);
    // The one that waits does not fit beside a longer one, and that fills a chunk of its own.
    let packed = packager.push(sample(33_333, 33_333, false, 10)).unwrap();
    assert_eq!(packed.iter().map(|packed| packed.starts_with_key).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn samples_that_do_not_fit_are_refused_and_the_next_is_taken() {
    let mut packager = Packager::new(Kind::Video, Duration::from_millis(40));
    assert_eq!(packager.push(sample(0, 40_000, true, 0)), Err(PackError::Empty));
    let bytes = MAX_PAYLOAD_BYTES;
    assert_eq!(packager.push(sample(0, 40_000, true, bytes)), Err(PackError::TooLarge { bytes }));
    assert_eq!(packager.push(sample(50_000, 40_000, true, 10)).unwrap().len(), 1);
    assert_eq!(packager.push(sample(49_999, 40_000, true, 10)), Err(PackError::Backwards));
    // One frame of a slow source lasts no longer than a chunk may; one whose end nobody knows is sent on.
    let slow = packager.push(sample(100_000, 500_000, false, 10)).unwrap();
    assert_eq!(slow[0].duration, MAX_CHUNK_MEDIA);
    assert_eq!(packager.push(sample(700_000, 0, false, 10)).unwrap().len(), 1);
}

#[test]
fn where_frames_are_missing_decoding_leaves_no_hole() {
    let mut packager = Packager::new(Kind::Video, Duration::from_millis(40));
    let mut pack = |at_us, key| packager.push(sample(at_us, 40_000, key, 10)).unwrap().remove(0);
    let (first, late) = (pack(0, true), pack(400_000, false));
    let read = |packed: &Packed| read::samples(&packed.payload).unwrap().remove(0);
    assert_eq!((read(&first).time_ticks, read(&first).duration_ticks), (0, 3600));
    assert_eq!((read(&late).time_ticks, read(&late).shown_ticks()), (3600, 36_000));
    assert_eq!(read(&late).duration_ticks, 36_000);
    assert_eq!((late.time, late.duration), (MediaTime::from_micros(400_000), Duration::from_millis(40)));
    // The next is in time again, a keyframe needs nothing before it, and a source that was off is another matter.
    for (at_us, key) in [(440_000, false), (800_000, true), (1_900_000, false)] {
        let packed = pack(at_us, key);
        assert_eq!(read(&packed).time_ticks, packed.time.as_ticks(Kind::Video.timescale()));
        assert_eq!(read(&packed).composition_ticks, 0);
    }
}

#[test]
fn ten_hours_of_aac_do_not_drift() {
    let mut packager = Packager::new(Kind::Audio, Duration::from_millis(40));
    let frame = |number: u64| number * 1024 * 1_000_000 / 48_000;
    for number in (0..1_687_500_u64).step_by(9973) {
        let lasts = Duration::from_nanos(21_333_333);
        let packed = packager.push(Sample { duration: lasts, ..sample(frame(number), 0, true, 4) }).unwrap();
        let read = read::samples(&packed[0].payload).unwrap();
        assert_eq!((read[0].time_ticks, read[0].duration_ticks), (number * 1024, 1024));
    }
}

#[test]
fn nal_units_end_where_a_length_does_not_fit() {
    let sample = Bytes::from_static(&[0, 0, 0, 2, 0x65, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1]);
    let nals: Vec<_> = avc::nals(&sample).collect();
    assert_eq!(nals, [Bytes::from_static(&[0x65, 1]), Bytes::new()]);
}

prop_compose! {
    /// Samples as a hostile encoder could give them, but in order: gaps, overlaps, and every length.
    fn any_samples()(
        steps in prop::collection::vec(
            (0..300_000_u64, 0..150_000_u64, 0..90_000_u64, any::<bool>(), 1..400_usize), 1..60,
        ),
        start in 0..u64::MAX / 4,
    ) -> Vec<Sample> {
        let mut at = start;
        steps.into_iter().map(|(step, lasts, delay, key, bytes)| {
            // Most frames follow their forerunner at once; some come after a gap.
            at += if step > 150_000 { step } else { lasts };
            let shown = MediaTime::from_micros(at + delay);
            Sample { shown, ..sample(at, lasts, key, bytes) }
        }).collect()
    }
}

/// A video header or a chunk with some bytes overwritten.
fn damaged(whole: Bytes) -> impl Strategy<Value = Bytes> {
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (damage, any::<prop::sample::Index>()).prop_map(move |(damage, cut)| {
        let mut bytes = whole.to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 4) + 1);
        bytes.into()
    })
}

fn chunk_of_three() -> Bytes {
    let mut packager = Packager::new(Kind::Audio, MAX_CHUNK_MEDIA);
    for at in [0, 25_000, 50_000] {
        let shown = MediaTime::from_micros(at + 1);
        assert_eq!(packager.push(Sample { shown, ..sample(at, 25_000, true, 20) }).unwrap(), []);
    }
    packager.flush().unwrap().payload
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        samples in any_samples(), is_video: bool, chunk_ms in 10..100_u64,
    ) {
        let kind = if is_video { Kind::Video } else { Kind::Audio };
        let mut packager = Packager::new(kind, Duration::from_millis(chunk_ms));
        let mut chunks = Vec::new();
        for sample in &samples {
            chunks.extend(packager.push(sample.clone()).unwrap());
        }
        chunks.extend(packager.flush());

        let mut expected = samples.iter();
        let mut end: Option<MediaTime> = None;
        for chunk in &chunks {
            prop_assert!(chunk.duration <= MAX_CHUNK_MEDIA);
            let read = read::samples(&chunk.payload).unwrap();
            let ticks = |time: MediaTime| time.as_ticks(kind.timescale());
            // The hole before a chunk belongs to its first frame, where others are needed to decode it.
            let takes_hole = kind == Kind::Video && !chunk.starts_with_key;
            let first = expected.clone().next().unwrap();
            let first = Sample { duration: first.duration.min(MAX_CHUNK_MEDIA), ..first.clone() };
            let start = end.filter(|end| takes_hole && is_hole(*end, &first));
            prop_assert_eq!(read[0].time_ticks, ticks(start.unwrap_or(chunk.time)));
            end = Some(chunk.time + chunk.duration);
            prop_assert_eq!(read[0].key, chunk.starts_with_key);
            prop_assert!(kind == Kind::Audio || read[1..].iter().all(|sample| !sample.key));
            for (at, read) in read.into_iter().enumerate() {
                let sample = expected.next().unwrap();
                prop_assert_eq!(&read.data, &sample.data);
                prop_assert!(at == 0 || read.time_ticks == ticks(sample.time));
                prop_assert_eq!(read.key, sample.key);
                prop_assert_eq!(read.shown_ticks(), ticks(sample.shown));
            }
        }
        prop_assert_eq!(expected.next(), None);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = Bytes::from(bytes);
        let _ = read::samples(&bytes);
        let _ = read::avc_parameter_sets(&bytes);
        let _ = init::combine(&bytes, &bytes);
        let _ = init::video(&VideoInit { record: bytes.clone(), width: 2, height: 2 });
        let _ = init::audio(&AudioInit::Aac { config: bytes.clone() });
        prop_assert!(avc::nals(&bytes).map(|nal| nal.len() + 4).sum::<usize>() <= bytes.len());
    }

    #[test]
    fn no_damaged_chunk_panics(payload in damaged(chunk_of_three())) {
        if let Ok(samples) = read::samples(&payload) {
            let all = payload.as_ptr_range();
            for sample in samples {
                // Nothing was copied, and nothing lies elsewhere.
                let data = sample.data.as_ptr_range();
                prop_assert!(sample.data.is_empty() || (all.start <= data.start && data.end <= all.end));
            }
        }
    }

    #[test]
    fn no_damaged_header_panics(init in damaged(init::video(&video_init()).unwrap().bytes)) {
        let _ = read::avc_parameter_sets(&init);
        let audio = init::audio(&AudioInit::Opus { channels: 2, pre_skip: 312 }).unwrap().bytes;
        let _ = init::combine(&init, &audio);
    }

    #[test]
    fn no_damaged_record_panics(record in damaged(record())) {
        let _ = init::video(&VideoInit { record, width: 320, height: 240 });
    }
}

#[test]
fn a_run_of_countless_samples_is_refused() {
    // `trun` without per-sample fields may claim any count in eight bytes.
    let mut chunk = chunk_of_three().to_vec();
    let trun = chunk.windows(4).position(|kind| kind == b"trun").unwrap();
    chunk[trun + 4..trun + 8].copy_from_slice(&[0, 0, 0, 0]);
    chunk[trun + 8..trun + 12].copy_from_slice(&u32::MAX.to_be_bytes());
    // Without fields the box is shorter; the rest of it is left to a box that is skipped.
    let size = u32::from_be_bytes(chunk[trun - 4..trun].try_into().unwrap());
    chunk[trun - 4..trun].copy_from_slice(&16_u32.to_be_bytes());
    chunk[trun + 12..trun + 16].copy_from_slice(&(size - 16).to_be_bytes());
    chunk[trun + 16..trun + 20].copy_from_slice(b"free");
    assert_eq!(read::samples(&chunk.into()), Err(ReadError::TooMany));
}
