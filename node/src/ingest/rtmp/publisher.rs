//! From tags to what the engine takes: when to open the feed, in which format, and each frame's time.

use std::time::Duration;

use bytes::Bytes;
use parlor_media::ingest::{AudioFormat, Format, VideoFormat};

use super::flv::{AudioTag, VideoTag};

/// Sound alone is a broadcast once no picture was announced for so long; programs announce both at the start.
const SOUND_ALONE: Duration = Duration::from_secs(2);
/// The longest name of a program that is shown.
const MAX_PROGRAM_CHARS: usize = 24;

/// What to do with the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// Open a feed of this format, in place of the one that is open.
    Open(Format),
    /// Give the open feed an access unit.
    Video {
        /// NAL units behind their lengths.
        unit: Bytes,
        /// When it is shown, on the program's clock.
        pts: Duration,
        /// When it is decoded.
        dts: Duration,
    },
    /// Give the open feed a frame of AAC.
    Audio {
        /// The frame.
        frame: Bytes,
        /// When it is heard.
        pts: Duration,
    },
}

/// What is known of a client that publishes.
#[derive(Debug, Default)]
pub(super) struct Publisher {
    program: Option<String>,
    record: Option<Bytes>,
    config: Option<Bytes>,
    /// Whether the open feed has what is known.
    open: bool,
    clock: Clock,
    /// When the first sound came that waits for a picture.
    sound_since: Option<Duration>,
}

impl Publisher {
    /// Who publishes.
    pub(super) fn who(&self) -> parlor_media::Publisher {
        parlor_media::Publisher::Rtmp(self.program.clone())
    }

    /// Notes what the program calls itself. It counts from the next opening on.
    pub(super) fn name(&mut self, encoder: &str) {
        if let Some(program) = program(encoder) {
            self.program = Some(program);
        }
    }

    /// Takes a tag of the picture.
    pub(super) fn video(&mut self, timestamp_ms: u32, tag: VideoTag, actions: &mut Vec<Action>) {
        let dts = self.clock.at(timestamp_ms);
        match tag {
            VideoTag::Record(record) => self.open &= replace(&mut self.record, record),
            VideoTag::Frame { data, composition_ms } if self.record.is_some() => {
                self.open(actions);
                let shift = Duration::from_millis(composition_ms.unsigned_abs().into());
                let pts = if composition_ms < 0 { dts.saturating_sub(shift) } else { dts + shift };
                actions.push(Action::Video { unit: data, pts, dts });
            }
            VideoTag::Frame { .. } | VideoTag::Other => {}
        }
    }

    /// Takes a tag of the sound.
    pub(super) fn audio(&mut self, timestamp_ms: u32, tag: AudioTag, actions: &mut Vec<Action>) {
        let pts = self.clock.at(timestamp_ms);
        match tag {
            AudioTag::Config(config) => self.open &= replace(&mut self.config, config),
            AudioTag::Frame(frame) if self.config.is_some() => {
                let since = *self.sound_since.get_or_insert(pts);
                if self.record.is_none() && pts.saturating_sub(since) < SOUND_ALONE {
                    return;
                }
                self.open(actions);
                actions.push(Action::Audio { frame, pts });
            }
            AudioTag::Frame(_) | AudioTag::Other => {}
        }
    }

    fn open(&mut self, actions: &mut Vec<Action>) {
        if !std::mem::replace(&mut self.open, true) {
            actions.push(Action::Open(Format {
                publisher: self.who(),
                video: self.record.clone().map(|record| VideoFormat::H264 { record }),
                audio: self.config.clone().map(|config| AudioFormat::Aac { config }),
            }));
        }
    }
}

/// Sets `known` to `new`; `true` if that is what it was, as programs repeat themselves.
fn replace(known: &mut Option<Bytes>, new: Bytes) -> bool {
    known.replace(new.clone()) == Some(new)
}

/// The name that people know a program by, from what it writes into its metadata.
fn program(encoder: &str) -> Option<String> {
    let shown = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = encoder.chars().take_while(shown).take(MAX_PROGRAM_CHARS).collect();
    match &name[..] {
        "" => None,
        "obs-output" | "obs-studio" => Some("OBS".to_owned()),
        _ if name.starts_with("Lavf") => Some("ffmpeg".to_owned()),
        _ => Some(name),
    }
}

/// Lays timestamps of 32 bits, which wrap after 49 days, on a line that does not.
#[derive(Debug, Default)]
struct Clock {
    last: Option<(u32, i64)>,
}

impl Clock {
    fn at(&mut self, timestamp_ms: u32) -> Duration {
        let now = match self.last {
            None => timestamp_ms.into(),
            // The shorter way round: picture and sound interleave, so a step may go back.
            Some((last, at)) => at + i64::from(timestamp_ms.wrapping_sub(last).cast_signed()),
        };
        self.last = Some((timestamp_ms, now));
        Duration::from_millis(u64::try_from(now).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn record(name: &'static [u8]) -> VideoTag {
        VideoTag::Record(Bytes::from_static(name))
    }

    fn frame(composition_ms: i32) -> VideoTag {
        VideoTag::Frame { data: Bytes::from_static(b"unit"), composition_ms }
    }

    fn format(record: Option<&'static [u8]>, config: Option<&'static [u8]>) -> Format {
        let (record, config) = (record.map(Bytes::from_static), config.map(Bytes::from_static));
        Format {
            publisher: parlor_media::Publisher::Rtmp(Some("OBS".to_owned())),
            video: record.map(|record| VideoFormat::H264 { record }),
            audio: config.map(|config| AudioFormat::Aac { config }),
        }
    }

    fn publisher() -> Publisher {
        let mut publisher = Publisher::default();
        publisher.name("obs-output module (libobs version 29.0.2)");
        publisher
    }

    #[test]
    fn opens_with_the_first_frame_and_again_for_another_set_up() {
        let (mut publisher, mut actions) = (publisher(), Vec::new());
        publisher.video(0, frame(0), &mut actions);
        publisher.audio(0, AudioTag::Config(Bytes::from_static(b"aac")), &mut actions);
        publisher.video(0, record(b"one"), &mut actions);
        assert_eq!(actions, [], "nothing is opened before a frame that can be decoded");
        publisher.video(40, frame(20), &mut actions);
        publisher.video(40, record(b"one"), &mut actions);
        publisher.audio(43, AudioTag::Frame(Bytes::from_static(b"frame")), &mut actions);
        publisher.video(80, record(b"two"), &mut actions);
        publisher.video(80, frame(-90), &mut actions);
        let unit = Bytes::from_static(b"unit");
        assert_eq!(
            actions,
            [
                Action::Open(format(Some(b"one"), Some(b"aac"))),
                Action::Video { unit: unit.clone(), pts: ms(60), dts: ms(40) },
                Action::Audio { frame: Bytes::from_static(b"frame"), pts: ms(43) },
                Action::Open(format(Some(b"two"), Some(b"aac"))),
                Action::Video { unit, pts: ms(0), dts: ms(80) },
            ]
        );
    }

    #[test]
    fn sound_waits_for_a_picture_but_not_forever() {
        let (mut publisher, mut actions) = (publisher(), Vec::new());
        let sound = || AudioTag::Frame(Bytes::from_static(b"frame"));
        publisher.audio(0, AudioTag::Config(Bytes::from_static(b"aac")), &mut actions);
        publisher.audio(100, sound(), &mut actions);
        publisher.audio(2099, sound(), &mut actions);
        assert_eq!(actions, []);
        publisher.audio(2100, sound(), &mut actions);
        assert_eq!(actions[0], Action::Open(format(None, Some(b"aac"))));
    }

    #[test]
    fn timestamps_wrap() {
        let mut clock = Clock::default();
        assert_eq!(clock.at(u32::MAX - 1), ms(u64::from(u32::MAX) - 1));
        assert_eq!(clock.at(3), ms(u64::from(u32::MAX) + 4));
        assert_eq!(clock.at(u32::MAX), ms(u32::MAX.into()));
        assert_eq!(Clock::default().at(7), ms(7));
    }

    #[test]
    fn programs_have_short_plain_names() {
        assert_eq!(program("Lavf59.27.100").as_deref(), Some("ffmpeg"));
        assert_eq!(program("Larix Broadcaster").as_deref(), Some("Larix"));
        assert_eq!(program("<script>"), None);
        assert_eq!(program(&"x".repeat(100)).map(|name| name.len()), Some(MAX_PROGRAM_CHARS));
    }
}
