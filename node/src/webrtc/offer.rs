//! The offer of a client: what is read from it before a connection is made for it, and what is taken out.

use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::sdp::{MediaDescription, SessionDescription};

/// The longest offer that is read. Chromium's with every codec and extension has 8 KiB, Firefox's 6 KiB.
pub const MAX_OFFER_BYTES: usize = 64 * 1024;
/// The most media sections: one of video and one of sound are used; a browser page may have made a few more.
const MAX_MEDIA_SECTIONS: usize = 8;

/// Why an offer is not taken. The client is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// More than [`MAX_OFFER_BYTES`] or too many media sections. As HTTP: 413.
    #[error("this SDP offer is larger than a player's or an encoder's ever is")]
    TooLarge,
    /// The text is no SDP (RFC 8866), or lacks what WebRTC needs. As HTTP: 400.
    #[error("this is no SDP offer for WebRTC")]
    Malformed,
    /// There is no video section, or H.264 in packetization mode 1 is not in it. As HTTP: 406.
    #[error(
        "the offer has no H.264 video, which is the only video codec here; choose H.264 in the player or encoder"
    )]
    NoH264,
}

/// An offer that was looked at.
#[derive(Debug)]
pub(super) struct Offer {
    /// The description, without the client's candidates.
    pub(super) description: RTCSessionDescription,
    /// Whether Opus sound is offered.
    pub(super) has_opus: bool,
}

/// The payload types of a description's codecs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PayloadTypes {
    /// Those of H.264 in packetization mode 1 (RFC 6184, section 8.1).
    pub(super) h264: Vec<u8>,
    /// Those of Opus (RFC 7587).
    pub(super) opus: Vec<u8>,
}

impl Offer {
    /// Looks at an offer.
    ///
    /// The client's candidates are left out: its checks come to our addresses and tell where it is (peer-reflexive
    /// candidates, RFC 8445, section 7.3.1.3), so that nobody can make the node knock at addresses of their choice
    /// in the host's own network.
    pub(super) fn parse(sdp: &str) -> Result<Self, OfferError> {
        if sdp.len() > MAX_OFFER_BYTES {
            return Err(OfferError::TooLarge);
        }
        let mut kept = String::with_capacity(sdp.len());
        for line in sdp.lines().filter(|line| !line.starts_with("a=candidate:")) {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
        let description = RTCSessionDescription::offer(kept).map_err(|_| OfferError::Malformed)?;
        let parsed = description.unmarshal().map_err(|_| OfferError::Malformed)?;
        if parsed.media_descriptions.len() > MAX_MEDIA_SECTIONS {
            return Err(OfferError::TooLarge);
        }
        let codecs = PayloadTypes::of(&parsed);
        if codecs.h264.is_empty() {
            return Err(OfferError::NoH264);
        }
        Ok(Self { description, has_opus: !codecs.opus.is_empty() })
    }
}

impl PayloadTypes {
    /// Those of a description, which may be an answer.
    pub(super) fn of(description: &SessionDescription) -> Self {
        let mut all = Self::default();
        for section in &description.media_descriptions {
            // A section that is not used has port 0 (RFC 9429, section 5.3.1).
            if section.media_name.port.value != 0 {
                all.add(section);
            }
        }
        all
    }

    fn add(&mut self, section: &MediaDescription) {
        let attributes = |name: &'static str| {
            let named = section.attributes.iter().filter(move |attribute| attribute.key == name);
            named.filter_map(|attribute| attribute.value.as_deref()?.split_once(' '))
        };
        for (payload_type, codec) in attributes("rtpmap") {
            let Ok(number) = payload_type.parse() else {
                continue;
            };
            let name = codec.split('/').next().unwrap_or_default();
            match &section.media_name.media[..] {
                "video" if name.eq_ignore_ascii_case("H264") => {
                    let parameters = attributes("fmtp").find(|(of, _)| *of == payload_type);
                    if parameters.is_some_and(|(_, text)| text.contains("packetization-mode=1")) {
                        self.h264.push(number);
                    }
                }
                "audio" if name.eq_ignore_ascii_case("opus") => self.opus.push(number),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\n\
        a=candidate:1 1 udp 1 192.168.1.1 22 typ host\r\n\
        a=rtpmap:96 VP8/90000\r\na=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=0\r\n\
        a=rtpmap:98 H264/90000\r\na=fmtp:98 profile-level-id=42e01f;packetization-mode=1\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=rtpmap:111 opus/48000/2\r\n";

    #[test]
    fn an_offer_is_read_and_its_candidates_are_left_out() {
        let offer = Offer::parse(OFFER).unwrap();
        assert!(offer.has_opus);
        assert!(!offer.description.sdp.contains("192.168.1.1"));
        let types = PayloadTypes::of(&offer.description.unmarshal().unwrap());
        assert_eq!(types, PayloadTypes { h264: vec![98], opus: vec![111] });
        // Players that end lines with a line feed alone exist.
        assert!(Offer::parse(&OFFER.replace('\r', "")).is_ok());
    }

    #[test]
    fn others_are_refused_for_what_is_wrong_with_them() {
        assert_eq!(Offer::parse("").unwrap_err(), OfferError::Malformed);
        assert_eq!(Offer::parse("GET / HTTP/1.1").unwrap_err(), OfferError::Malformed);
        assert_eq!(Offer::parse(&"a".repeat(MAX_OFFER_BYTES + 1)).unwrap_err(), OfferError::TooLarge);
        assert_eq!(Offer::parse(&OFFER.replace("H264", "H265")).unwrap_err(), OfferError::NoH264);
        assert_eq!(Offer::parse(&OFFER.replace("mode=1", "mode=0")).unwrap_err(), OfferError::NoH264);
        let many = format!("{OFFER}{}", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n".repeat(MAX_MEDIA_SECTIONS));
        assert_eq!(Offer::parse(&many).unwrap_err(), OfferError::TooLarge);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = Offer::parse(&text);
        }

        #[test]
        fn no_damage_panics(at in 0..OFFER.len(), with in "[a-z0-9:=/ \r\n-]{0,6}") {
            let mut damaged = OFFER.to_owned();
            damaged.replace_range(at..=at, &with);
            let _ = Offer::parse(&damaged);
        }
    }
}
