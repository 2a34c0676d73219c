//! The captions beside a picture, as WebVTT segments (<https://www.w3.org/TR/webvtt1>, and RFC 8216bis, section 3.1.4).

use std::collections::VecDeque;
use std::fmt::{self, Display, Write};
use std::ops::Range;
use std::time::Duration;

use parlor_protocol::media::{MediaTime, UnixMs};
use parlor_protocol::talk::Caption;

use super::timeline::{KEPT, TARGET_DURATION};

/// How long a caption is kept after its end: as long as any segment is in which it stands, with the one that grows.
const CUES_KEPT: Duration = KEPT.saturating_add(TARGET_DURATION.saturating_mul(2));
/// The most captions kept: a host has two a second and five at once, each for up to 10 s, in [`CUES_KEPT`].
const MAX_CUES: usize = 128;
/// What every file begins with. Captions have the media's own times, to which the map says that nothing is to be added: it
/// counts in the 90 kHz of MPEG-2, as players take the times of fragmented MP4.
const HEADER: &str = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n";

/// The captions of the last half minute, those that begin first in front.
#[derive(Debug, Default)]
pub(super) struct Captions(VecDeque<Cue>);

/// A caption in the media's time.
#[derive(Debug)]
struct Cue {
    seen: Range<MediaTime>,
    text: String,
}

impl Captions {
    /// Adds a caption. `epoch` is the wall-clock time at media time zero; it begins no sooner than `complete`, up to which
    /// players may have had everything.
    pub(super) fn add(&mut self, caption: &Caption, epoch: UnixMs, complete: MediaTime) {
        let said = MediaTime::from_micros(caption.at.0.saturating_sub(epoch.0).saturating_mul(1000));
        let start = said.max(complete);
        let seen = start..start + Duration::from_millis(caption.lasts_ms.into());
        if self.0.len() == MAX_CUES {
            self.0.pop_front();
        }
        let at = self.0.partition_point(|cue| cue.seen.start <= start);
        self.0.insert(at, Cue { seen, text: caption.text.clone() });
    }

    /// Forgets what nobody asks for any more when everything up to `complete` is.
    pub(super) fn forget_before(&mut self, complete: MediaTime) {
        self.0.retain(|cue| complete.since(cue.seen.end) <= CUES_KEPT);
    }

    /// The file that stands beside the media of this span: all that is to be seen then, with the whole time of each.
    pub(super) fn within(&self, span: Range<MediaTime>) -> String {
        let mut text = HEADER.to_owned();
        for Cue { seen, text: said } in &self.0 {
            if seen.start < span.end && seen.end > span.start {
                write!(text, "\n{} --> {}\n{}", Clock(seen.start), Clock(seen.end), Payload(said))
                    .expect("a string takes every write");
            }
        }
        text
    }
}

/// A time as WebVTT has it; days are hours.
struct Clock(MediaTime);

impl Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_micros() / 1000;
        let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{:03}", ms % 1000)
    }
}

/// Text in which nothing is markup, an arrow or the end of the caption.
struct Payload<'a>(&'a str);

impl Display for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split(['\n', '\r']).filter(|line| !line.trim().is_empty()) {
            for c in line.chars() {
                match c {
                    '&' => f.write_str("&amp;")?,
                    '<' => f.write_str("&lt;")?,
                    '>' => f.write_str("&gt;")?,
                    c => f.write_char(c)?,
                }
            }
            f.write_char('\n')?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EPOCH: UnixMs = UnixMs(1_000_000);

    fn ms(ms: u64) -> MediaTime {
        MediaTime::from_micros(ms * 1000)
    }

    fn caption(at_ms: u64, lasts_ms: u32, text: &str) -> Caption {
        Caption { at: UnixMs(EPOCH.0 + at_ms), lasts_ms, text: text.into() }
    }

    #[test]
    fn a_caption_stands_in_every_segment_that_it_is_seen_in() {
        let mut captions = Captions::default();
        captions.add(&caption(3_601_500, 2000, "Late"), EPOCH, ms(0));
        captions.add(&caption(1500, 1000, "Good evening,\n\n <b>you</b> --> & all"), EPOCH, ms(1400));
        let wanted = format!(
            "{HEADER}\n00:00:01.500 --> 00:00:02.500\nGood evening,\n &lt;b&gt;you&lt;/b&gt; --&gt; &amp; all\n"
        );
        assert_eq!(captions.within(ms(0)..ms(2000)), wanted);
        assert_eq!(captions.within(ms(2000)..ms(4000)), wanted);
        assert_eq!(captions.within(ms(2500)..ms(4000)), HEADER);
        assert_eq!(captions.within(ms(0)..ms(1500)), HEADER);
        let late = captions.within(ms(3_602_000)..ms(3_604_000));
        assert_eq!(late, format!("{HEADER}\n01:00:01.500 --> 01:00:03.500\nLate\n"));
    }

    #[test]
    fn what_was_complete_is_not_changed() {
        let mut captions = Captions::default();
        captions.add(&caption(1000, 3000, "One"), EPOCH, ms(1000));
        let before = captions.within(ms(0)..ms(2000));
        captions.add(&caption(500, 1000, "Two"), EPOCH, ms(2000));
        assert_eq!(captions.within(ms(0)..ms(2000)), before);
        let after = captions.within(ms(2000)..ms(4000));
        assert!(after.contains("00:00:02.000 --> 00:00:03.000\nTwo"), "{after}");
        assert!(after.find("One") < after.find("Two"), "{after}");
    }

    #[test]
    fn captions_go_with_their_segments_and_are_never_many() {
        let mut captions = Captions::default();
        captions.add(&caption(0, 1000, "Old"), EPOCH, ms(0));
        captions.forget_before(ms(39_000));
        assert!(captions.within(ms(0)..ms(1000)).contains("Old"));
        captions.forget_before(ms(39_001));
        assert_eq!(captions.within(ms(0)..ms(1000)), HEADER);
        for at in 0..1000 {
            captions.add(&caption(at, 1000, "Many"), EPOCH, ms(0));
        }
        assert_eq!(captions.0.len(), MAX_CUES);
    }

    proptest! {
        #[test]
        fn no_text_is_more_than_text(text in "[<>&a \n\r-]{0,160}|\\PC{0,160}", at: u64, lasts: u32, complete: u64) {
            let mut captions = Captions::default();
            captions.add(&caption(at % (1 << 50), lasts, &text), EPOCH, MediaTime::from_micros(complete));
            let file = captions.within(MediaTime::ZERO..MediaTime::from_micros(u64::MAX));
            let (_, cues) = file.split_at(HEADER.len());
            prop_assert!(cues.matches("-->").count() <= 1 && !cues.contains('<'), "{file}");
            let lines: Vec<_> = cues.trim_start_matches('\n').lines().collect();
            prop_assert!(lines.iter().all(|line| !line.is_empty()), "{file}");
        }
    }
}
