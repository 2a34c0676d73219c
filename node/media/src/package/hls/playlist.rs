//! The playlists' text (RFC 8216bis, section 4), rendered from plain values.
//!
//! Addresses are relative: the multivariant playlist stands at `live.m3u8`, a track's at `hls/TRACK.m3u8`, that of the
//! captions beside a picture at `hls/TRACK/captions.m3u8`, and what they list at `hls/TRACK/…`.

use std::fmt::Write;
use std::time::Duration;

use parlor_protocol::media::{Catalogue, MediaTime, Medium, Track, TrackName, UnixMs};

/// A track's playlist at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaPlaylist {
    /// The longest that a segment may last, whole seconds.
    pub target_duration: Duration,
    /// The longest that a part may last.
    pub part_target: Duration,
    /// The complete segments, oldest first, one at least.
    pub segments: Vec<SegmentLine>,
    /// The segment that grows, where it has a complete part.
    pub open: Option<SegmentLine>,
    /// The part that will come next: media sequence number, and place within the segment.
    pub hint: (u64, u64),
}

/// A segment in the playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentLine {
    /// Media sequence number.
    pub msn: u64,
    /// Discontinuity sequence number.
    pub discontinuity: u64,
    /// The initialization that it needs.
    pub init_version: u32,
    /// When its first frame is decoded.
    pub start: MediaTime,
    /// How long it lasts.
    pub duration: Duration,
    /// Its parts, none where it is too old for them to be listed.
    pub parts: Vec<PartLine>,
}

/// A part in the playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartLine {
    /// How long it lasts.
    pub duration: Duration,
    /// Whether a decoder can start within it.
    pub independent: bool,
}

/// What of a track a playlist lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lists {
    /// Its own segments.
    Media,
    /// The captions beside it, in segments and parts of the same spans.
    Captions,
}

/// Where another playlist of the room stands, so that a player that switches to it need not ask first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// The track.
    pub track: TrackName,
    /// What of it is listed.
    pub lists: Lists,
    /// The last part: media sequence number, and place within the segment.
    pub last: (u64, u64),
}

/// The version whose features are used: `EXT-X-MAP` without I-frames only needs 6, and players take 9 as the one
/// that goes with low latency.
const VERSION: u32 = 9;
/// What a segment may have above the track's mean bitrate, in hundredths: one that holds two keyframes.
const PEAK_PERCENT: u64 = 125;

/// The text of a track's playlist. `epoch` is the wall-clock time at media time zero.
#[must_use]
pub fn media(
    track: &TrackName,
    lists: Lists,
    playlist: &MediaPlaylist,
    epoch: UnixMs,
    siblings: &[Sibling],
) -> String {
    let (folder, ending, up) = match lists {
        Lists::Media => (format!("{track}/"), "m4s", ""),
        Lists::Captions => (String::new(), "vtt", "../"),
    };
    let mut text = String::with_capacity(8 * 1024);
    let MediaPlaylist { target_duration, part_target, segments, open, hint } = playlist;
    line(&mut text, format_args!("#EXTM3U"));
    line(&mut text, format_args!("#EXT-X-VERSION:{VERSION}"));
    line(&mut text, format_args!("#EXT-X-TARGETDURATION:{}", target_duration.as_secs()));
    line(
        &mut text,
        format_args!(
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={},HOLD-BACK={}",
            Seconds(*part_target * 7 / 2),
            Seconds(*target_duration * 3),
        ),
    );
    line(&mut text, format_args!("#EXT-X-PART-INF:PART-TARGET={}", Seconds(*part_target)));
    let first = segments.first();
    line(&mut text, format_args!("#EXT-X-MEDIA-SEQUENCE:{}", first.map_or(0, |first| first.msn)));
    let mut discontinuity = first.map_or(0, |first| first.discontinuity);
    line(&mut text, format_args!("#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuity}"));
    let mut init_version = None;
    for (segment, is_open) in
        segments.iter().map(|segment| (segment, false)).chain(open.iter().map(|open| (open, true)))
    {
        while discontinuity < segment.discontinuity {
            line(&mut text, format_args!("#EXT-X-DISCONTINUITY"));
            discontinuity += 1;
        }
        if lists == Lists::Media && init_version != Some(segment.init_version) {
            init_version = Some(segment.init_version);
            line(&mut text, format_args!("#EXT-X-MAP:URI=\"{folder}init-{}.mp4\"", segment.init_version));
        }
        line(&mut text, format_args!("#EXT-X-PROGRAM-DATE-TIME:{}", DateTime(epoch.at(segment.start))));
        for (at, part) in segment.parts.iter().enumerate() {
            let independent = part.independent || lists == Lists::Captions;
            let independent = if independent { ",INDEPENDENT=YES" } else { "" };
            let duration = Seconds(part.duration);
            let uri = format_args!("{folder}{}.{at}.{ending}", segment.msn);
            line(&mut text, format_args!("#EXT-X-PART:DURATION={duration},URI=\"{uri}\"{independent}"));
        }
        if !is_open {
            line(&mut text, format_args!("#EXTINF:{},", Seconds(segment.duration)));
            line(&mut text, format_args!("{folder}{}.{ending}", segment.msn));
        }
    }
    let hint = format_args!("URI=\"{folder}{}.{}.{ending}\"", hint.0, hint.1);
    line(&mut text, format_args!("#EXT-X-PRELOAD-HINT:TYPE=PART,{hint}"));
    for Sibling { track, lists, last: (msn, part) } in siblings {
        let file = match lists {
            Lists::Media => ".m3u8",
            Lists::Captions => "/captions.m3u8",
        };
        let report = format_args!("URI=\"{up}{track}{file}\",LAST-MSN={msn},LAST-PART={part}");
        line(&mut text, format_args!("#EXT-X-RENDITION-REPORT:{report}"));
    }
    text
}

/// The text of the multivariant playlist: each quality with each codec of sound, AAC first, because Apple's players
/// take the first. Each picture has its captions, whether or not there are any yet: players read this text once.
#[must_use]
pub fn master(catalogue: &Catalogue) -> String {
    let tracks = || catalogue.tracks.iter().filter(|track| is_plain(&track.codec));
    let mut sounds: Vec<&Track> = tracks().filter(|track| matches!(track.medium, Medium::Audio(_))).collect();
    sounds.sort_by_key(|track| !track.codec.starts_with("mp4a"));
    let pictures: Vec<&Track> = tracks().filter(|track| matches!(track.medium, Medium::Video(_))).collect();

    let mut text = String::new();
    line(&mut text, format_args!("#EXTM3U"));
    line(&mut text, format_args!("#EXT-X-VERSION:{VERSION}"));
    if pictures.is_empty() {
        for sound in sounds {
            variant(&mut text, sound, None);
        }
        return text;
    }
    for (at, sound) in sounds.iter().enumerate() {
        let Medium::Audio(audio) = &sound.medium else {
            continue;
        };
        let default = if at == 0 { "YES" } else { "NO" };
        let name = &sound.name;
        line(
            &mut text,
            format_args!(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{name}\",NAME=\"Sound\",DEFAULT={default},AUTOSELECT=YES,\
                 CHANNELS=\"{}\",URI=\"hls/{name}.m3u8\"",
                audio.channels
            ),
        );
    }
    for Track { name, .. } in &pictures {
        line(
            &mut text,
            format_args!(
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"{name}\",NAME=\"Captions\",DEFAULT=NO,AUTOSELECT=YES,\
                 CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog\",\
                 URI=\"hls/{name}/captions.m3u8\""
            ),
        );
    }
    if sounds.is_empty() {
        for picture in &pictures {
            variant(&mut text, picture, None);
        }
    }
    for sound in sounds {
        for picture in &pictures {
            variant(&mut text, picture, Some(sound));
        }
    }
    text
}

/// `EXT-X-STREAM-INF` and its address.
fn variant(text: &mut String, track: &Track, sound: Option<&Track>) {
    let average = u64::from(track.bitrate_bps) + sound.map_or(0, |sound| sound.bitrate_bps.into());
    let peak = average * PEAK_PERCENT / 100;
    let mut attributes = format!("BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS=\"{}", track.codec);
    if let Some(sound) = sound {
        attributes.extend([",", &sound.codec]);
    }
    attributes.push('"');
    if let Medium::Video(video) = &track.medium {
        attributes.extend([format!(",RESOLUTION={}x{}", video.width, video.height)]);
        if video.frame_rate_milli > 0 {
            let (whole, milli) = (video.frame_rate_milli / 1000, video.frame_rate_milli % 1000);
            attributes.extend([format!(",FRAME-RATE={whole}.{milli:03}")]);
        }
        attributes.extend([format!(",SUBTITLES=\"{}\"", track.name)]);
    }
    if let Some(sound) = sound {
        attributes.extend([format!(",AUDIO=\"{}\"", sound.name)]);
    }
    line(text, format_args!("#EXT-X-STREAM-INF:{attributes}"));
    line(text, format_args!("hls/{}.m3u8", track.name));
}

/// Whether a codec's name can stand in an attribute; one with quotes or line breaks could write its own tags.
fn is_plain(codec: &str) -> bool {
    codec.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes every write");
}

/// A duration in seconds, to the microsecond.
struct Seconds(Duration);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:06}", self.0.as_secs(), self.0.subsec_micros())
    }
}

/// A calendar time as ISO 8601 has it, UTC, to the millisecond.
struct DateTime(UnixMs);

impl std::fmt::Display for DateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (days, ms) = (self.0.0 / 86_400_000, self.0.0 % 86_400_000);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    // Years are counted from March, so that the leap day is the last, within eras of 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}
