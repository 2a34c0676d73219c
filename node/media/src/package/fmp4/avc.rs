//! H.264 in MP4 (ISO/IEC 14496-15): the decoder's configuration record, and NAL units behind their lengths.

use bytes::Bytes;

/// What an `AVCDecoderConfigurationRecord` (section 5.3.3.1) holds, as far as it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Profile, constraint flags and level, as RFC 6381 repeats them.
    pub(super) profile: [u8; 3],
    /// Bytes of the length before each NAL unit.
    pub(super) length_size: u8,
    /// Sequence parameter sets.
    pub(super) sps: Vec<Bytes>,
    /// Picture parameter sets.
    pub(super) pps: Vec<Bytes>,
}

impl Record {
    /// Reads a record; `None` where it is cut short or of another version.
    pub(super) fn parse(record: &Bytes) -> Option<Self> {
        let [1, profile, constraints, level, length_size, sps_count, ..] = record[..] else {
            return None;
        };
        let mut rest = record.slice(6..);
        let sps = sets(&mut rest, sps_count & 0x1f)?;
        let pps_count = *rest.first()?;
        rest = rest.slice(1..);
        let pps = sets(&mut rest, pps_count)?;
        Some(Self { profile: [profile, constraints, level], length_size: (length_size & 3) + 1, sps, pps })
    }
}

/// Takes `count` parameter sets off the front, each behind its length in two bytes.
fn sets(rest: &mut Bytes, count: u8) -> Option<Vec<Bytes>> {
    (0..count).map(|_| take(rest, 2)).collect()
}

/// Takes one NAL unit off the front, behind its length in `size` bytes (at most four).
fn take(rest: &mut Bytes, size: usize) -> Option<Bytes> {
    let length = rest.get(..size)?.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    let end = size.checked_add(length)?;
    if end > rest.len() {
        return None;
    }
    let nal = rest.slice(size..end);
    *rest = rest.slice(end..);
    Some(nal)
}

/// The NAL units of a sample, each behind its length in four bytes.
///
/// It ends early where a length does not fit; the units before it are good.
#[derive(Debug, Clone)]
pub struct Nals {
    rest: Bytes,
}

/// The NAL units of one sample of H.264, without their lengths and without copying.
#[must_use]
pub fn nals(sample: &Bytes) -> Nals {
    Nals { rest: sample.clone() }
}

impl Iterator for Nals {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let nal = take(&mut self.rest, 4);
        if nal.is_none() {
            self.rest.clear();
        }
        nal
    }
}
