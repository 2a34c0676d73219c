//! One outgoing RTP stream: packet headers and sender reports (RFC 3550). Knows nothing of codecs or connections.

use bytes::Bytes;
use parlor_protocol::media::{MediaTime, UnixMs};
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtp::{Header, Packet};

/// Seconds from 1900, where NTP counts from, to 1970.
const NTP_TO_UNIX_S: u64 = 2_208_988_800;

/// Numbers and counts the packets of one track.
#[derive(Debug)]
pub(super) struct Stream {
    ssrc: u32,
    payload_type: u8,
    clock_rate: u32,
    sequence: u16,
    packets: u32,
    octets: u32,
}

impl Stream {
    /// A stream that has sent nothing; `sequence` is its first packet's number and should be random (RFC 3550,
    /// section 5.1).
    pub(super) fn new(ssrc: u32, payload_type: u8, clock_rate: u32, sequence: u16) -> Self {
        Self { ssrc, payload_type, clock_rate, sequence, packets: 0, octets: 0 }
    }

    /// The number that offer and answer gave to the codec.
    pub(super) fn set_payload_type(&mut self, payload_type: u8) {
        self.payload_type = payload_type;
    }

    /// The packet of this payload, `ticks` of the stream's clock after media time zero.
    ///
    /// The timestamp has no random offset: a page reads the media time, and so its latency, from it.
    pub(super) fn packet(&mut self, ticks: u64, marker: bool, payload: Bytes) -> Packet {
        let header = Header {
            version: 2,
            marker,
            payload_type: self.payload_type,
            sequence_number: self.sequence,
            timestamp: ticks as u32,
            ssrc: self.ssrc,
            ..Header::default()
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(payload.len() as u32);
        Packet { header, payload }
    }

    /// What the stream has sent, and which wall-clock time its timestamps mean.
    ///
    /// Both come from media time and the host's epoch alone, so picture and sound stay together to the sample
    /// whatever the encoders' delays are.
    pub(super) fn report(&self, epoch: UnixMs, at: MediaTime) -> SenderReport {
        let unix_us = u128::from(epoch.0) * 1000 + u128::from(at.as_micros());
        let seconds = (unix_us / 1_000_000) as u64 + NTP_TO_UNIX_S;
        let fraction = ((unix_us % 1_000_000) << 32) / 1_000_000;
        SenderReport {
            ssrc: self.ssrc,
            ntp_time: seconds << 32 | fraction as u64,
            rtp_time: at.as_ticks(self.clock_rate) as u32,
            packet_count: self.packets,
            octet_count: self.octets,
            ..SenderReport::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_count_up_and_wrap() {
        let mut stream = Stream::new(7, 96, 90_000, u16::MAX);
        let one = stream.packet((1 << 32) + 5, false, Bytes::from_static(b"abc"));
        let two = stream.packet(6, true, Bytes::from_static(b"de"));
        assert_eq!((one.header.version, one.header.ssrc, one.header.payload_type), (2, 7, 96));
        assert_eq!((one.header.sequence_number, two.header.sequence_number), (u16::MAX, 0));
        assert_eq!((one.header.timestamp, two.header.timestamp), (5, 6));
        assert_eq!((one.header.marker, two.header.marker), (false, true));
        let report = stream.report(UnixMs(0), MediaTime::ZERO);
        assert_eq!((report.packet_count, report.octet_count), (2, 5));
    }

    #[test]
    fn picture_and_sound_name_the_same_moment() {
        let (video, audio) = (Stream::new(1, 96, 90_000, 0), Stream::new(2, 111, 48_000, 0));
        let (epoch, at) = (UnixMs(1_800_000_000_250), MediaTime::from_micros(10_500_000));
        let (video, audio) = (video.report(epoch, at), audio.report(epoch, at));
        assert_eq!(video.ntp_time, audio.ntp_time);
        assert_eq!(video.ntp_time >> 32, 1_800_000_010 + NTP_TO_UNIX_S);
        assert_eq!(video.ntp_time & 0xffff_ffff, 3 << 30, "three quarters of a second");
        assert_eq!((video.rtp_time, audio.rtp_time), (945_000, 504_000));
    }
}
