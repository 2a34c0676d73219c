//! What the host is told of cameras, encoders and programs that broadcast. The engine knows what it is; here it becomes a
//! sentence that each page tells in its language.

use parlor_media::{Coder, Flaw, Origin, OtherPicture, Publisher, Trouble};
use parlor_web::language::{Said, said};

/// Where the picture comes from, as it stands by itself.
pub(crate) fn source(origin: &Origin) -> Said {
    match origin {
        Origin::Nothing => said::from_nothing(),
        Origin::NoCamera => said::from_no_camera(),
        Origin::Picked(source) => Said::verbatim(source),
        Origin::Test { for_camera: false } => said::from_test(),
        Origin::Test { for_camera: true } => said::from_test_for_camera(),
        Origin::Camera { name, form: None } => said::from_camera(name),
        Origin::Camera { name, form: Some(form) } => said::from_camera_form(name, *form),
        Origin::NetworkCamera(address) => said::from_network_camera(address),
        Origin::File(path) => said::from_file(path),
        Origin::Publisher(_) | Origin::SrtPort(_) | Origin::Microphone => subject(origin),
    }
}

/// The same, as a sentence begins with it.
fn subject(origin: &Origin) -> Said {
    match origin {
        Origin::Camera { name, .. } => said::the_camera(name),
        Origin::NetworkCamera(address) => said::the_network_camera(address),
        Origin::File(path) => said::the_file(path),
        Origin::SrtPort(port) => said::the_srt_port(port.to_string()),
        Origin::Microphone => said::the_microphone(),
        Origin::Test { .. } => said::the_test_picture(),
        Origin::Publisher(Publisher::Rtmp(Some(program))) => said::over_rtmp(program),
        Origin::Publisher(Publisher::Rtmp(None)) => said::over_rtmp_unnamed(),
        Origin::Publisher(Publisher::Srt) => said::over_srt(),
        Origin::Publisher(Publisher::Whip) => said::over_whip(),
        Origin::Nothing | Origin::NoCamera | Origin::Picked(_) => said::the_source(),
    }
}

/// What codes the full picture; nothing while the engine rests.
pub(crate) fn coder(coder: Coder) -> Option<Said> {
    match coder {
        Coder::Nothing => None,
        Coder::Source => Some(said::coder_source()),
        Coder::Element(name) => Some(Said::verbatim(name)),
    }
}

/// That somebody broadcasts.
#[cfg(feature = "gstreamer")]
pub(super) fn publishing(publisher: &Publisher) -> Said {
    said::publishing(subject(&Origin::Publisher(publisher.clone())))
}

/// Why there is no picture.
pub(crate) fn trouble(trouble: &Trouble) -> Said {
    match trouble {
        Trouble::Absent => said::trouble_absent(),
        Trouble::Missing { element, package } => said::trouble_missing(*element, *package),
        Trouble::Joining => said::trouble_joining(),
        Trouble::NoStart(why) => said::trouble_no_start(why),
        Trouble::NoThread(why) => said::trouble_no_thread(why),
        Trouble::NoEncoder { element, package } => said::trouble_no_encoder(*element, *package),
        Trouble::BrokenEncoder { element, reason } => said::trouble_broken_encoder(*element, reason),
        Trouble::NoCamera => said::trouble_no_camera(),
        Trouble::Size => said::trouble_size(),
        Trouble::Waiting => said::trouble_waiting(),
        Trouble::Closed(origin) => said::trouble_closed(subject(origin)),
        Trouble::Refused(origin) => said::trouble_refused(subject(origin)),
        Trouble::Gone(origin) => said::trouble_gone(subject(origin)),
        Trouble::Stopped(origin) => said::trouble_stopped(subject(origin)),
        Trouble::Silent(origin) => said::trouble_silent(subject(origin)),
        Trouble::Unusable(origin, flaw) => said::trouble_unusable(subject(origin), self::flaw(flaw)),
        Trouble::OtherPicture(origin, picture) => {
            said::trouble_other_picture(subject(origin), other_picture(*picture))
        }
    }
}

fn flaw(flaw: &Flaw) -> Said {
    match flaw {
        Flaw::Kind => said::flaw_kind(),
        Flaw::Empty => said::flaw_empty(),
        Flaw::Unreadable => said::flaw_unreadable(),
        Flaw::Forms => said::flaw_forms(),
        Flaw::NoDecoder(encoding) => said::flaw_no_decoder(encoding),
        Flaw::Said(text) => Said::verbatim(text),
    }
}

fn other_picture(picture: OtherPicture) -> Said {
    match picture {
        OtherPicture::None => said::picture_not_h264(),
        OtherPicture::H265 => Said::verbatim("H.265"),
        OtherPicture::Mpeg => said::picture_mpeg(),
        OtherPicture::Another => said::picture_another(),
    }
}

/// Why a program was sent away that broadcasts over RTMP.
#[cfg(feature = "gstreamer")]
pub(super) fn refusal(refusal: &crate::ingest::rtmp::Refusal) -> Said {
    use crate::ingest::rtmp::Refusal;
    use parlor_media::ingest::FeedError;

    match refusal {
        Refusal::NoRtmp => said::rtmp_none(),
        Refusal::Malformed => said::rtmp_malformed(),
        Refusal::TooLarge => said::rtmp_too_large(),
        Refusal::NoSuchApp => said::rtmp_no_app(),
        Refusal::WrongKey => said::rtmp_wrong_key(),
        Refusal::Busy => said::rtmp_busy(),
        Refusal::NoPlaying => said::rtmp_no_playing(),
        Refusal::Codec(codec) => said::rtmp_codec(*codec),
        Refusal::OtherCodec => said::rtmp_other_codec(),
        Refusal::Multitrack => said::rtmp_multitrack(),
        Refusal::Silent => said::rtmp_silent(),
        Refusal::Source(why) | Refusal::Feed(FeedError::Machine(why)) => trouble(why),
        Refusal::Feed(FeedError::Empty) => said::feed_empty(),
        Refusal::Feed(FeedError::Record) => said::feed_record(),
        Refusal::Feed(FeedError::Aac) => said::feed_aac(),
        // Not of RTMP.
        Refusal::Feed(error @ FeedError::PayloadType(_)) => Said::verbatim(error.to_string()),
        Refusal::Engine(why) => Said::verbatim(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pages' English is the engine's own.
    #[test]
    fn pages_say_what_the_engine_says() {
        let (element, package, reason) = ("x264enc", "gstreamer1.0-plugins-ugly", "why".to_owned());
        let origins = || {
            [
                Origin::camera("Tiny (/dev/video0)"),
                Origin::NetworkCamera("rtsp://…@camera/1".into()),
                Origin::File("/film.mp4".into()),
                Origin::Test { for_camera: false },
                Origin::Publisher(Publisher::Rtmp(Some("OBS".into()))),
                Origin::Publisher(Publisher::Rtmp(None)),
                Origin::Publisher(Publisher::Srt),
                Origin::Publisher(Publisher::Whip),
                Origin::SrtPort(9000),
                Origin::Microphone,
                Origin::Nothing,
            ]
        };
        let mut all = vec![
            Trouble::Absent,
            Trouble::Missing { element, package },
            Trouble::Joining,
            Trouble::NoStart(reason.clone()),
            Trouble::NoThread(reason.clone()),
            Trouble::NoEncoder { element, package },
            Trouble::BrokenEncoder { element, reason: reason.clone() },
            Trouble::NoCamera,
            Trouble::Size,
            Trouble::Waiting,
        ];
        for about in [Trouble::Closed, Trouble::Refused, Trouble::Gone, Trouble::Stopped, Trouble::Silent] {
            all.extend(origins().map(about));
        }
        let flaws = [Flaw::Kind, Flaw::Empty, Flaw::Unreadable, Flaw::Forms, Flaw::NoDecoder("VP8".into())];
        all.extend(flaws.into_iter().map(|flaw| Trouble::Unusable(Origin::File("/film".into()), flaw)));
        let pictures = [OtherPicture::None, OtherPicture::H265, OtherPicture::Mpeg, OtherPicture::Another];
        all.extend(pictures.map(|picture| Trouble::OtherPicture(Origin::Publisher(Publisher::Srt), picture)));
        for each in all {
            assert_eq!(trouble(&each).to_string(), each.to_string());
        }
        let more = [
            Origin::NoCamera,
            Origin::Picked("auto".into()),
            Origin::Test { for_camera: true },
            Origin::Camera { name: "Tiny".into(), form: Some("H.264") },
        ];
        for origin in origins().into_iter().take(8).chain(more) {
            assert_eq!(source(&origin).to_string(), origin.to_string());
        }
    }

    #[cfg(feature = "gstreamer")]
    #[test]
    fn pages_say_why_a_program_was_sent_away() {
        use crate::ingest::rtmp::Refusal;
        use parlor_media::ingest::FeedError;

        for each in [
            Refusal::NoRtmp,
            Refusal::Malformed,
            Refusal::TooLarge,
            Refusal::NoSuchApp,
            Refusal::WrongKey,
            Refusal::Busy,
            Refusal::NoPlaying,
            Refusal::Codec("MP3"),
            Refusal::OtherCodec,
            Refusal::Multitrack,
            Refusal::Silent,
            Refusal::Source(Trouble::Joining),
            Refusal::Feed(FeedError::Empty),
            Refusal::Feed(FeedError::Record),
            Refusal::Feed(FeedError::Aac),
        ] {
            let said = refusal(&each).to_string();
            let same =
                said.trim_end_matches('.').eq_ignore_ascii_case(each.to_string().trim_end_matches('.'));
            assert!(same, "{said} / {each}");
        }
    }
}
