//! What video and audio messages hold: FLV tags (Adobe FLV 10.1, annex E.4) and Enhanced RTMP's (version 2).

use bytes::{Buf, Bytes};

use super::Refusal;

/// A tag of a publisher's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum VideoTag {
    /// The `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15, section 5.3.3.1).
    Record(Bytes),
    /// One access unit, NAL units behind their lengths.
    Frame {
        /// The access unit.
        data: Bytes,
        /// How much later than decoded it is shown, in milliseconds.
        composition_ms: i32,
    },
    /// Nothing that matters here: an end, a command, metadata of colour.
    Other,
}

/// A tag of a publisher's sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AudioTag {
    /// The `AudioSpecificConfig` (ISO/IEC 14496-3, section 1.6.2.1).
    Config(Bytes),
    /// One frame of AAC without header.
    Frame(Bytes),
    /// Nothing that matters here.
    Other,
}

/// The first bit of a video tag that Enhanced RTMP wrote.
const ENHANCED_VIDEO: u8 = 0x80;
/// The frame type of a message to the player, which has no codec (annex E.4.3.1).
const COMMAND_FRAME: u8 = 5;
const AVC: u8 = 7;
const AAC: u8 = 10;
/// The sound format that stands for Enhanced RTMP.
const ENHANCED_AUDIO: u8 = 9;

/// Packet types of AVC and AAC tags (annex E.4.3.2 and E.4.2.2).
const PACKET_CONFIG: u8 = 0;
const PACKET_CODED: u8 = 1;
/// Packet types of Enhanced RTMP; the first two mean the same as above.
const PACKET_CODED_AT_ONCE: u8 = 3;
const PACKET_MULTITRACK_VIDEO: u8 = 6;
const PACKET_MULTITRACK_AUDIO: u8 = 5;
const PACKET_MODIFIER: u8 = 7;

/// Whether the codecs that metadata announce are taken: by their number in a tag, or the four letters of Enhanced
/// RTMP as a number. What is not announced may be sent anyway.
pub(super) fn check_codecs(video: Option<f64>, audio: Option<f64>) -> Result<(), Refusal> {
    let code = |number: f64| number as u32;
    match video.map(code) {
        // Nothing.
        None | Some(0) => {}
        Some(number @ 1..16) => plain_video(number as u8)?,
        Some(letters) => enhanced_video_codec(letters.to_be_bytes())?,
    }
    match audio.map(code) {
        None | Some(0) => {}
        Some(number @ 1..16) => plain_audio(number as u8)?,
        Some(letters) => enhanced_audio_codec(letters.to_be_bytes())?,
    }
    Ok(())
}

/// Reads the content of a video message.
pub(super) fn video(mut tag: Bytes) -> Result<VideoTag, Refusal> {
    // Some programs send an empty message when the picture ends.
    let Ok(first) = tag.try_get_u8() else {
        return Ok(VideoTag::Other);
    };
    if first & ENHANCED_VIDEO != 0 {
        return enhanced_video(first, tag);
    }
    if first >> 4 == COMMAND_FRAME {
        return Ok(VideoTag::Other);
    }
    plain_video(first & 0xf)?;
    let packet = tag.try_get_u8().map_err(|_| Refusal::Malformed)?;
    let composition_ms = signed_24(&mut tag)?;
    Ok(match packet {
        PACKET_CONFIG => VideoTag::Record(tag),
        PACKET_CODED if !tag.is_empty() => VideoTag::Frame { data: tag, composition_ms },
        _ => VideoTag::Other,
    })
}

fn enhanced_video(first: u8, mut tag: Bytes) -> Result<VideoTag, Refusal> {
    let (frame, packet) = (first >> 4 & 7, first & 0xf);
    match packet {
        PACKET_MULTITRACK_VIDEO => return Err(Refusal::Multitrack),
        // Modifiers (timestamps in nanoseconds) stand before another packet; nobody who sends them is known.
        PACKET_MODIFIER => return Err(Refusal::Malformed),
        _ if frame == COMMAND_FRAME => return Ok(VideoTag::Other),
        _ => {}
    }
    enhanced_video_codec(four(&mut tag)?)?;
    Ok(match packet {
        PACKET_CONFIG => VideoTag::Record(tag),
        PACKET_CODED => {
            let composition_ms = signed_24(&mut tag)?;
            VideoTag::Frame { data: tag, composition_ms }
        }
        PACKET_CODED_AT_ONCE => VideoTag::Frame { data: tag, composition_ms: 0 },
        _ => VideoTag::Other,
    })
}

/// Reads the content of an audio message.
pub(super) fn audio(mut tag: Bytes) -> Result<AudioTag, Refusal> {
    let Ok(first) = tag.try_get_u8() else {
        return Ok(AudioTag::Other);
    };
    let packet = match first >> 4 {
        ENHANCED_AUDIO => match first & 0xf {
            PACKET_MULTITRACK_AUDIO => return Err(Refusal::Multitrack),
            PACKET_MODIFIER => return Err(Refusal::Malformed),
            packet => {
                enhanced_audio_codec(four(&mut tag)?)?;
                packet
            }
        },
        codec => {
            plain_audio(codec)?;
            tag.try_get_u8().map_err(|_| Refusal::Malformed)?
        }
    };
    Ok(match packet {
        PACKET_CONFIG => AudioTag::Config(tag),
        PACKET_CODED if !tag.is_empty() => AudioTag::Frame(tag),
        _ => AudioTag::Other,
    })
}

fn plain_video(codec: u8) -> Result<(), Refusal> {
    Err(Refusal::Codec(match codec {
        AVC => return Ok(()),
        2 => "Sorenson H.263",
        4 | 5 => "VP6",
        12 => "H.265 (HEVC)",
        13 => "AV1",
        _ => return Err(Refusal::OtherCodec),
    }))
}

fn plain_audio(codec: u8) -> Result<(), Refusal> {
    Err(Refusal::Codec(match codec {
        AAC => return Ok(()),
        2 | 14 => "MP3",
        7 | 8 => "G.711",
        11 => "Speex",
        _ => return Err(Refusal::OtherCodec),
    }))
}

fn enhanced_video_codec(codec: [u8; 4]) -> Result<(), Refusal> {
    Err(Refusal::Codec(match &codec {
        b"avc1" => return Ok(()),
        b"hvc1" => "H.265 (HEVC)",
        b"av01" => "AV1",
        b"vp08" => "VP8",
        b"vp09" => "VP9",
        _ => return Err(Refusal::OtherCodec),
    }))
}

fn enhanced_audio_codec(codec: [u8; 4]) -> Result<(), Refusal> {
    Err(Refusal::Codec(match &codec {
        b"mp4a" => return Ok(()),
        b"Opus" => "Opus",
        b".mp3" => "MP3",
        b"ac-3" | b"ec-3" => "Dolby",
        b"fLaC" => "FLAC",
        _ => return Err(Refusal::OtherCodec),
    }))
}

fn four(tag: &mut Bytes) -> Result<[u8; 4], Refusal> {
    tag.try_get_u32().map(u32::to_be_bytes).map_err(|_| Refusal::Malformed)
}

fn signed_24(tag: &mut Bytes) -> Result<i32, Refusal> {
    let unsigned = tag.try_get_uint(3).map_err(|_| Refusal::Malformed)?;
    // Up to the top and down again, which spreads the sign.
    Ok((unsigned as i32) << 8 >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(data: &'static [u8], composition_ms: i32) -> VideoTag {
        VideoTag::Frame { data: Bytes::from_static(data), composition_ms }
    }

    #[test]
    fn plain_tags() {
        assert_eq!(
            video(Bytes::from_static(b"\x17\0\0\0\0rec")),
            Ok(VideoTag::Record(Bytes::from_static(b"rec")))
        );
        assert_eq!(video(Bytes::from_static(b"\x27\x01\0\0\x21data")), Ok(frame(b"data", 33)));
        assert_eq!(video(Bytes::from_static(b"\x27\x01\xff\xff\xfedata")), Ok(frame(b"data", -2)));
        assert_eq!(video(Bytes::from_static(b"\x17\x02\0\0\0")), Ok(VideoTag::Other));
        assert_eq!(video(Bytes::from_static(b"\x57\0")), Ok(VideoTag::Other));
        assert_eq!(video(Bytes::new()), Ok(VideoTag::Other));
        assert_eq!(
            audio(Bytes::from_static(b"\xaf\0\x12\x10")),
            Ok(AudioTag::Config(Bytes::from_static(b"\x12\x10")))
        );
        assert_eq!(
            audio(Bytes::from_static(b"\xaf\x01aac")),
            Ok(AudioTag::Frame(Bytes::from_static(b"aac")))
        );
        assert_eq!(audio(Bytes::new()), Ok(AudioTag::Other));
    }

    #[test]
    fn enhanced_tags() {
        assert_eq!(
            video(Bytes::from_static(b"\x90avc1rec")),
            Ok(VideoTag::Record(Bytes::from_static(b"rec")))
        );
        assert_eq!(video(Bytes::from_static(b"\xa1avc1\0\0\x05data")), Ok(frame(b"data", 5)));
        assert_eq!(video(Bytes::from_static(b"\xa3avc1data")), Ok(frame(b"data", 0)));
        assert_eq!(
            audio(Bytes::from_static(b"\x90mp4a\x12\x10")),
            Ok(AudioTag::Config(Bytes::from_static(b"\x12\x10")))
        );
    }

    #[test]
    fn other_codecs_are_named() {
        assert_eq!(video(Bytes::from_static(b"\x90hvc1")), Err(Refusal::Codec("H.265 (HEVC)")));
        assert_eq!(video(Bytes::from_static(b"\x1c\0")), Err(Refusal::Codec("H.265 (HEVC)")));
        assert_eq!(audio(Bytes::from_static(b"\x2fabc")), Err(Refusal::Codec("MP3")));
        assert_eq!(audio(Bytes::from_static(b"\x90Opus")), Err(Refusal::Codec("Opus")));
        assert_eq!(video(Bytes::from_static(b"\x96\x20avc1")), Err(Refusal::Multitrack));
    }

    #[test]
    fn announced_codecs_are_checked() {
        let letters = |letters: &[u8; 4]| Some(f64::from(u32::from_be_bytes(*letters)));
        assert_eq!(check_codecs(None, None), Ok(()));
        assert_eq!(check_codecs(Some(7.0), Some(10.0)), Ok(()));
        assert_eq!(check_codecs(letters(b"avc1"), letters(b"mp4a")), Ok(()));
        assert_eq!(check_codecs(Some(7.0), Some(2.0)), Err(Refusal::Codec("MP3")));
        assert_eq!(check_codecs(letters(b"hvc1"), Some(10.0)), Err(Refusal::Codec("H.265 (HEVC)")));
        assert_eq!(check_codecs(Some(f64::NAN), Some(-1.0)), Ok(()));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = video(bytes.clone().into());
            let _ = audio(bytes.into());
        }
    }
}
