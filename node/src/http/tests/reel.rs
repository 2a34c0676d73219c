//! A synthetic stream: real headers and chunks around frames that no decoder would like.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parlor_media::Output;
use parlor_media::package::fmp4::Kind;
use parlor_media::package::fmp4::chunk::{Packager, Sample};
use parlor_media::package::fmp4::init::{self, AudioInit, VideoInit};
use parlor_protocol::media::{
    Audio, Catalogue, Chunk, MediaTime, Medium, Picture, Track, TrackName, UnixMs, Video,
};

use crate::room::{self, Room};

/// A frame of picture, two of sound: 40 ms.
const STEP: Duration = Duration::from_millis(40);
/// A keyframe every second.
const GROUP: u64 = 25;

/// A stream into a room; each step is 40 ms of every track.
pub(super) struct Reel {
    room: Arc<Room>,
    step: u64,
    init_version: u32,
    packagers: [(TrackName, Packager); 4],
    /// The payloads of the picture's chunks so far.
    pub(super) pictures: Vec<Bytes>,
}

impl Reel {
    /// Shows the room the tracks.
    pub(super) fn load(room: &Arc<Room>) -> Self {
        let packager = |name, kind| (name, Packager::new(kind, STEP));
        let reel = Self {
            room: room.clone(),
            step: 0,
            init_version: 0,
            packagers: [
                packager(TrackName::VIDEO, Kind::Video),
                packager(TrackName::VIDEO_SMALL, Kind::Video),
                packager(TrackName::AUDIO, Kind::Audio),
                packager(TrackName::AUDIO_AAC, Kind::Audio),
            ],
            pictures: Vec::new(),
        };
        reel.show_catalogue();
        reel
    }

    /// Another source: new headers, and a keyframe at the next step.
    pub(super) fn change_source(&mut self) {
        self.init_version += 1;
        self.step = self.step.next_multiple_of(GROUP);
        self.show_catalogue();
    }

    /// So many steps.
    pub(super) fn play(&mut self, steps: u64) {
        for _ in 0..steps {
            self.play_step();
        }
    }

    /// The header of both tracks, as `live.mp4` begins with it.
    pub(super) fn header(&self) -> Bytes {
        let catalogue = self.room.catalogue();
        let init = |name| &catalogue.track(&name).unwrap().init;
        init::combine(init(TrackName::VIDEO), init(TrackName::AUDIO)).unwrap()
    }

    fn play_step(&mut self) {
        let time = MediaTime::from_micros(self.step * STEP.as_micros() as u64);
        let (key, step) = (self.step.is_multiple_of(GROUP), self.step);
        let chunk = |payload: Bytes, starts_group, init_version| Chunk {
            sequence: step,
            group: step / GROUP,
            starts_group,
            init_version,
            time,
            duration: STEP,
            captured: room::now(),
            payload,
        };
        for (name, packager) in &mut self.packagers {
            let is_picture = [TrackName::VIDEO, TrackName::VIDEO_SMALL].contains(name);
            let data = Bytes::from(format!("{name} {step}"));
            let sample = Sample { data, time, shown: time, duration: STEP, key: key || !is_picture };
            let packed = packager.push(sample).unwrap();
            let [packed] = &packed[..] else { panic!("each step is a chunk") };
            if *name == TrackName::VIDEO {
                self.pictures.push(packed.payload.clone());
            }
            self.room.chunk(name, chunk(packed.payload.clone(), key, self.init_version));
        }
        let jpeg = Bytes::from(format!("\u{fffd}jpeg {step}"));
        self.room.chunk(&TrackName::PREVIEW, chunk(jpeg, true, 0));
        self.step += 1;
    }

    fn show_catalogue(&self) {
        let record = [
            &[1, 0x42, 0xc0, 0x1f, 0xff, 0xe1, 0, 9, 0x67, 0x42, 0xc0, 0x1f, 0xda, 0x05, 0x07, 0xe4, 0x40, 1]
                [..],
            &[0, 4, 0x68, 0xce, 0x3c, 0x80],
        ];
        let record = Bytes::from(record.concat());
        let video = |name, height: u32| {
            // Another source has another width, so that its header differs.
            let width = 320 + 16 * self.init_version;
            let header = init::video(&VideoInit { record: record.clone(), width, height }).unwrap();
            let medium = Medium::Video(Video { width, height, frame_rate_milli: 25_000, reordered: false });
            (name, medium, header)
        };
        let audio = |name, init: &AudioInit| {
            (name, Medium::Audio(Audio { sample_rate: 48_000, channels: 2 }), init::audio(init).unwrap())
        };
        let aac = AudioInit::Aac { config: Bytes::from_static(&[0x11, 0x90]) };
        let tracks = [
            video(TrackName::VIDEO, 720),
            video(TrackName::VIDEO_SMALL, 360),
            audio(TrackName::AUDIO, &AudioInit::Opus { channels: 2, pre_skip: 312 }),
            audio(TrackName::AUDIO_AAC, &aac),
        ];
        let mut tracks: Vec<_> = tracks
            .into_iter()
            .map(|(name, medium, header)| Track {
                name,
                medium,
                codec: header.codec,
                bitrate_bps: 100_000,
                init_version: self.init_version,
                init: header.bytes,
            })
            .collect();
        tracks.push(Track {
            name: TrackName::PREVIEW,
            medium: Medium::Picture(Picture { width: 320, height: 180 }),
            codec: "jpeg".into(),
            bitrate_bps: 100_000,
            init_version: 0,
            init: Bytes::new(),
        });
        Output::catalogue(&*self.room, Catalogue { epoch: UnixMs(1_795_253_045_250), tracks });
    }
}
