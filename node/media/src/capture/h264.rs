//! H.264 as it is passed through: from `h264parse`'s buffers to access units (ISO/IEC 14496-15, section 5.3).

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use gstreamer as gst;

use super::order::Order;
use super::outlet::Outlet;
use super::rebase::Lane;
use super::times::{Running, Times};
use crate::frame::{AccessUnit, AvcConfig};

/// Slice of an IDR picture, sequence parameter set, access unit delimiter (ITU-T H.264, table 7-1).
const IDR: u8 = 5;
const SPS: u8 = 7;
const DELIMITER: u8 = 9;

/// An `AVCDecoderConfigurationRecord` that breaks ISO/IEC 14496-15, section 5.3.3.1. Its sender is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the H.264 decoder configuration is malformed")]
pub(crate) struct RecordError;

/// What a decoder of an H.264 stream needs first, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// The record for access units with four-byte lengths, whichever the stream's own have.
    pub(crate) bytes: Bytes,
    /// Bytes of the length before each NAL unit of the stream, 1, 2 or 4.
    length_bytes: usize,
    /// The parameter sets, each after its length in four bytes.
    in_band: Bytes,
}

impl Record {
    /// Reads the record that stands in caps (`codec_data`) or in an RTMP sequence header.
    pub(crate) fn parse(record: &[u8]) -> Result<Self, RecordError> {
        let [1, _, _, _, length, rest @ ..] = record else {
            return Err(RecordError);
        };
        let length_bytes = match length & 3 {
            2 => return Err(RecordError),
            length => usize::from(length) + 1,
        };
        let mut in_band = BytesMut::new();
        // Five bits count the sequence parameter sets, eight the picture parameter sets.
        let rest = sets(rest, 0x1f, &mut in_band)?;
        sets(rest, 0xff, &mut in_band)?;
        let mut bytes = BytesMut::from(record);
        bytes[4] |= 3;
        Ok(Self { bytes: bytes.freeze(), length_bytes, in_band: in_band.freeze() })
    }

    /// Whether an access unit of the stream holds an IDR picture.
    pub(crate) fn is_key(&self, unit: &[u8]) -> bool {
        nal_units(unit, self.length_bytes).is_some_and(|nals| nals.iter().any(|nal| kind(nal) == IDR))
    }
}

/// Moves a counted list of parameter sets to `in_band`, and returns what stands after it.
fn sets<'a>(bytes: &'a [u8], mask: u8, in_band: &mut BytesMut) -> Result<&'a [u8], RecordError> {
    let (count, mut rest) = bytes.split_first().ok_or(RecordError)?;
    for _ in 0..count & mask {
        let (length, tail) = rest.split_first_chunk::<2>().ok_or(RecordError)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (set, tail) = tail.split_at_checked(length).filter(|_| length > 0).ok_or(RecordError)?;
        in_band.put_u32(u32::from(u16::try_from(set.len()).map_err(|_| RecordError)?));
        in_band.put_slice(set);
        rest = tail;
    }
    Ok(rest)
}

/// The NAL units of an access unit, without their lengths; `None` where a length leaves the unit.
pub(crate) fn nal_units(unit: &[u8], length_bytes: usize) -> Option<Vec<&[u8]>> {
    let mut rest = unit;
    let mut nals = Vec::new();
    while !rest.is_empty() {
        let (length, tail) = rest.split_at_checked(length_bytes)?;
        let length = length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let (nal, tail) = tail.split_at_checked(length)?;
        if !nal.is_empty() {
            nals.push(nal);
        }
        rest = tail;
    }
    Some(nals)
}

fn kind(nal: &[u8]) -> u8 {
    nal[0] & 0x1f
}

/// The access unit with four-byte lengths and, at a keyframe, its parameter sets; and whether it is a keyframe.
/// Bytes that are right already are shared, not copied. `None` for a malformed or empty one.
fn in_band(unit: Bytes, record: &Record) -> Option<(Bytes, bool)> {
    let nals = nal_units(&unit, record.length_bytes)?;
    let key = nals.iter().any(|nal| kind(nal) == IDR);
    let bare = key && !nals.iter().any(|nal| kind(nal) == SPS);
    if nals.is_empty() {
        return None;
    }
    if record.length_bytes == 4 && !bare {
        return Some((unit, key));
    }
    let mut whole = BytesMut::with_capacity(unit.len() + 4 * nals.len() + record.in_band.len());
    // An access unit delimiter stays first (H.264, section 7.4.1.2.3).
    let after = usize::from(kind(nals[0]) == DELIMITER);
    for (index, nal) in nals.iter().enumerate() {
        if bare && index == after {
            whole.put_slice(&record.in_band);
        }
        whole.put_u32(nal.len() as u32);
        whole.put_slice(nal);
    }
    Some((whole.freeze(), key))
}

/// Makes access units of what `h264parse` gives in the `avc` form, aligned to access units.
#[derive(Debug, Default)]
pub(super) struct Units {
    setup: Option<(gst::Caps, Record, Arc<AvcConfig>)>,
    order: Order,
    /// Whether there was a keyframe; nothing before the first can be decoded.
    started: bool,
}

impl Units {
    /// The access unit in a sample; `None` if it can't be used: before the first keyframe, malformed, out of order.
    pub(super) fn unit(&mut self, sample: gst::Sample, outlet: &Outlet, times: &Times) -> Option<AccessUnit> {
        let mut running = Running::of(&sample)?;
        let caps = sample.caps_owned()?;
        if self.setup.as_ref().is_none_or(|(known, ..)| *known != caps) {
            let (record, config) = config(&caps)?;
            self.setup = Some((caps, record, Arc::new(config)));
        }
        let (_, record, config) = self.setup.as_ref()?;
        let buffer = sample.buffer_owned()?;
        drop(sample);
        let mapped = buffer.into_mapped_buffer_readable().ok()?;
        let (data, key) = in_band(Bytes::from_owner(mapped), record)?;
        self.started |= key;
        if !self.started {
            return None;
        }
        running.dts = Some(self.order.decode_time(running.pts, running.dts)?);
        let (pts, dts) = times.place(Lane::Picture, running, outlet.now())?;
        Some(AccessUnit { data, pts, dts, key, config: Arc::clone(config) })
    }
}

/// The set-up that the caps of `h264parse` describe.
fn config(caps: &gst::CapsRef) -> Option<(Record, AvcConfig)> {
    let caps = caps.structure(0)?;
    let data = caps.get::<gst::Buffer>("codec_data").ok()?;
    let record = Record::parse(&data.map_readable().ok()?).ok()?;
    let size = |name| caps.get::<i32>(name).ok().and_then(|size| u32::try_from(size).ok());
    let rate = caps.get::<gst::Fraction>("framerate").unwrap_or(gst::Fraction::new(0, 1));
    let frame_rate_milli = i64::from(rate.numer()) * 1000 / i64::from(rate.denom().max(1));
    let config = AvcConfig {
        record: record.bytes.clone(),
        width: size("width")?,
        height: size("height")?,
        frame_rate_milli: u32::try_from(frame_rate_milli).unwrap_or(0),
    };
    Some((record, config))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(length: u8) -> Vec<u8> {
        [&[1, 0x42, 0xc0, 0x1f, 0xfc | (length - 1), 0xe1, 0, 3][..], &[0x67, 1, 2], &[1, 0, 2], &[0x68, 3]]
            .concat()
    }

    fn unit(length: usize, nals: &[&[u8]]) -> Bytes {
        let whole = nals.iter().flat_map(|nal| {
            let count = (nal.len() as u32).to_be_bytes();
            [&count[4 - length..], nal].concat()
        });
        whole.collect::<Vec<_>>().into()
    }

    #[test]
    fn parameter_sets_go_in_band_before_a_keyframe_and_after_its_delimiter() {
        let record = Record::parse(&record(4)).unwrap();
        let (whole, key) = in_band(unit(4, &[&[0x09, 0x10], &[0x65, 9, 9]]), &record).unwrap();
        assert!(key && record.is_key(&whole));
        assert_eq!(whole, unit(4, &[&[0x09, 0x10], &[0x67, 1, 2], &[0x68, 3], &[0x65, 9, 9]]));
        let plain = unit(4, &[&[0x41, 9]]);
        assert_eq!(in_band(plain.clone(), &record), Some((plain, false)));
        let whole = unit(4, &[&[0x67, 7], &[0x68, 7], &[0x65, 9]]);
        assert_eq!(in_band(whole.clone(), &record), Some((whole, true)));
    }

    #[test]
    fn shorter_lengths_become_four_bytes() {
        let short = Record::parse(&record(2)).unwrap();
        assert_eq!(short.bytes, record(4));
        let (whole, _) = in_band(unit(2, &[&[0x41, 9], &[0x41, 8]]), &short).unwrap();
        assert_eq!(whole, unit(4, &[&[0x41, 9], &[0x41, 8]]));
    }

    #[test]
    fn broken_records_are_refused() {
        let whole = record(4);
        for end in 0..whole.len() {
            assert_eq!(Record::parse(&whole[..end]), Err(RecordError), "{end} bytes");
        }
        assert_eq!(Record::parse(&record(3)), Err(RecordError));
        assert_eq!(Record::parse(&[&[2], &whole[1..]].concat()), Err(RecordError));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(record: Vec<u8>, data: Vec<u8>) {
            let _ = Record::parse(&record);
            for length in [1, 2, 4] {
                let known = Record::parse(&self::record(length)).unwrap();
                if let Some((whole, _)) = in_band(Bytes::from(data.clone()), &known) {
                    prop_assert!(nal_units(&whole, 4).is_some_and(|nals| !nals.is_empty()));
                }
            }
        }
    }
}
