//! H.264 samples to RTP payloads (RFC 6184, packetization mode 1). Knows nothing of headers, time or connections.

use bytes::{BufMut, Bytes, BytesMut};
use parlor_media::package::fmp4::read;

/// The longest RTP payload. With the headers of RTP, SRTP, UDP and IPv6 it stays below 1280 bytes, the least that
/// every path carries (RFC 8200, section 5), and leaves room for a tunnel's header.
pub(super) const MAX_PAYLOAD_BYTES: usize = 1160;

/// The five bits of a NAL unit's first byte that tell its type (ITU-T H.264, section 7.3.1).
const TYPE_MASK: u8 = 0x1f;
const SEI: u8 = 6;
const SEQUENCE_PARAMETERS: u8 = 7;
const PICTURE_PARAMETERS: u8 = 8;
const ACCESS_UNIT_DELIMITER: u8 = 9;
const FILLER: u8 = 12;
/// Several NAL units in one payload (RFC 6184, section 5.7.1).
const STAP_A: u8 = 24;
/// A piece of a NAL unit (RFC 6184, section 5.8).
const FU_A: u8 = 28;
const FU_START: u8 = 0x80;
const FU_END: u8 = 0x40;

/// The payloads of one access unit, in order; the last one's packet bears the marker.
///
/// Delimiters and filler are left out, as RTP needs neither. A sample that ends within a NAL unit gives what is
/// whole.
pub(super) fn payloads(sample: &Bytes) -> Vec<Bytes> {
    let mut payloads = Vec::with_capacity(sample.len() / MAX_PAYLOAD_BYTES + 2);
    let mut gathered = Gathered::default();
    for unit in read::nals(sample).filter(|unit| !unit.is_empty()) {
        match unit[0] & TYPE_MASK {
            ACCESS_UNIT_DELIMITER | FILLER => {}
            SEQUENCE_PARAMETERS | PICTURE_PARAMETERS | SEI if Gathered::takes(&unit) => {
                gathered.push(unit, &mut payloads);
            }
            _ => {
                gathered.flush(&mut payloads);
                if unit.len() <= MAX_PAYLOAD_BYTES {
                    payloads.push(unit);
                } else {
                    fragment(&unit, &mut payloads);
                }
            }
        }
    }
    gathered.flush(&mut payloads);
    payloads
}

fn fragment(unit: &Bytes, payloads: &mut Vec<Bytes>) {
    let (head, body) = (unit[0], unit.slice(1..));
    let pieces = body.chunks(MAX_PAYLOAD_BYTES - 2);
    let last = pieces.len() - 1;
    for (at, piece) in pieces.enumerate() {
        let start = if at == 0 { FU_START } else { 0 };
        let end = if at == last { FU_END } else { 0 };
        let mut payload = BytesMut::with_capacity(2 + piece.len());
        payload.put_u8(head & !TYPE_MASK | FU_A);
        payload.put_u8(start | end | head & TYPE_MASK);
        payload.put_slice(piece);
        payloads.push(payload.freeze());
    }
}

/// Small units that go into one payload together.
#[derive(Default)]
struct Gathered {
    units: Vec<Bytes>,
    bytes: usize,
}

impl Gathered {
    /// The aggregate's own head.
    const HEAD_BYTES: usize = 1;
    /// The length before each unit.
    const LENGTH_BYTES: usize = 2;

    fn takes(unit: &Bytes) -> bool {
        Self::HEAD_BYTES + Self::LENGTH_BYTES + unit.len() <= MAX_PAYLOAD_BYTES
    }

    fn push(&mut self, unit: Bytes, payloads: &mut Vec<Bytes>) {
        let more = Self::LENGTH_BYTES + unit.len();
        if Self::HEAD_BYTES + self.bytes + more > MAX_PAYLOAD_BYTES {
            self.flush(payloads);
        }
        self.bytes += more;
        self.units.push(unit);
    }

    fn flush(&mut self, payloads: &mut Vec<Bytes>) {
        let Self { units, bytes } = std::mem::take(self);
        match &units[..] {
            [] => {}
            [only] => payloads.push(only.clone()),
            several => {
                // The head bears the highest importance of the units (RFC 6184, section 5.7).
                let importance = several.iter().map(|unit| unit[0] & 0x60).max().unwrap_or(0);
                let mut payload = BytesMut::with_capacity(Self::HEAD_BYTES + bytes);
                payload.put_u8(importance | STAP_A);
                for unit in several {
                    payload.put_u16(unit.len() as u16);
                    payload.put_slice(unit);
                }
                payloads.push(payload.freeze());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rtc::rtp::codec::h264::H264Packet;
    use rtc::rtp::packetizer::Depacketizer;

    fn sample(units: &[Vec<u8>]) -> Bytes {
        let mut sample = BytesMut::new();
        for unit in units {
            sample.put_u32(unit.len() as u32);
            sample.put_slice(unit);
        }
        sample.freeze()
    }

    fn unit(kind: u8, bytes: usize) -> Vec<u8> {
        let mut unit: Vec<u8> = (0..bytes).map(|at| at as u8).collect();
        unit[0] = 0x60 | kind;
        unit
    }

    /// What another implementation makes of the payloads: the sample again.
    fn depacketized(payloads: &[Bytes]) -> Bytes {
        let mut depacketizer = H264Packet::default();
        depacketizer.is_avc = true;
        let mut sample = BytesMut::new();
        for payload in payloads {
            sample.extend_from_slice(&depacketizer.depacketize(payload).unwrap());
        }
        sample.freeze()
    }

    #[test]
    fn parameter_sets_share_a_payload() {
        let payloads = payloads(&sample(&[unit(7, 20), unit(8, 5), unit(5, 100)]));
        assert_eq!(payloads.len(), 2);
        assert_eq!(payloads[0][0], 0x60 | STAP_A);
        assert_eq!(payloads[1], unit(5, 100));
    }

    #[test]
    fn delimiters_and_filler_stay_behind() {
        let payloads = payloads(&sample(&[unit(9, 2), unit(1, 30), unit(12, 500)]));
        assert_eq!(payloads, [Bytes::from(unit(1, 30))]);
    }

    #[test]
    fn a_large_unit_is_cut_with_start_and_end() {
        let payloads = payloads(&sample(&[unit(5, 3 * MAX_PAYLOAD_BYTES)]));
        assert_eq!(payloads.len(), 4);
        assert_eq!(payloads.first().unwrap()[1], FU_START | 5);
        assert_eq!(payloads[1][1], 5);
        assert_eq!(payloads.last().unwrap()[1], FU_END | 5);
        assert!(payloads.iter().all(|payload| payload[0] == 0x60 | FU_A));
    }

    #[test]
    fn a_torn_sample_gives_what_is_whole() {
        let whole = sample(&[unit(1, 30), unit(1, 40)]);
        assert_eq!(payloads(&whole.slice(..whole.len() - 1)), [Bytes::from(unit(1, 30))]);
    }

    proptest! {
        #[test]
        fn another_depacketizer_gets_the_sample_back(
            units in prop::collection::vec((prop::sample::select(vec![1_u8, 5, 6, 7, 8]), 3..5000_usize), 1..12)
        ) {
            let units: Vec<_> = units.into_iter().map(|(kind, bytes)| unit(kind, bytes)).collect();
            let sample = sample(&units);
            let payloads = payloads(&sample);
            prop_assert!(payloads.iter().all(|payload| payload.len() <= MAX_PAYLOAD_BYTES));
            prop_assert_eq!(depacketized(&payloads), sample);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = payloads(&bytes.into());
        }
    }
}
