//! NAL units of H.264 (ITU-T H.264, section 7.3.1), for proving that a stream was passed through untouched.

use std::collections::HashSet;

use bytes::Bytes;

/// A coded slice of a picture that needs others.
pub const SLICE: u8 = 1;
/// A coded slice of a picture that decoding can start with.
pub const IDR: u8 = 5;
/// A sequence parameter set.
pub const SPS: u8 = 7;
/// A picture parameter set.
pub const PPS: u8 = 8;

/// The kind of a unit.
#[must_use]
pub fn kind(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |first| first & 31)
}

/// The units of an MP4 sample: each after its length in four bytes.
///
/// # Panics
/// If a length points beyond the end.
#[must_use]
pub fn of_sample(mut sample: Bytes) -> Vec<Bytes> {
    let mut units = Vec::new();
    while !sample.is_empty() {
        let length = u32::from_be_bytes(sample.split_to(4)[..].try_into().expect("four bytes")) as usize;
        units.push(sample.split_to(length));
    }
    units
}

/// The units of a byte stream (annex B): each after a start code.
#[must_use]
pub fn of_byte_stream(stream: &[u8]) -> Vec<Vec<u8>> {
    let starts: Vec<_> =
        (0..stream.len().saturating_sub(2)).filter(|&at| stream[at..at + 3] == [0, 0, 1]).collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let unit = |(start, end): (&usize, usize)| {
        let unit = &stream[start + 3..end];
        // Zeros before the next start code belong to no unit.
        unit[..unit.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)].to_vec()
    };
    starts.iter().zip(ends).map(unit).collect()
}

/// The slices among the units: the pictures themselves.
#[must_use]
pub fn slices<T: AsRef<[u8]>>(units: impl IntoIterator<Item = T>) -> HashSet<Vec<u8>> {
    let is_slice = |unit: &T| matches!(kind(unit.as_ref()), SLICE | IDR);
    units.into_iter().filter(is_slice).map(|unit| unit.as_ref().to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_framings_give_the_same_units() {
        let sample = Bytes::from_static(&[0, 0, 0, 2, 0x65, 9, 0, 0, 0, 3, 0x41, 0, 7]);
        let stream = [0, 0, 0, 1, 0x65, 9, 0, 0, 1, 0x41, 0, 7];
        assert_eq!(of_sample(sample), of_byte_stream(&stream));
        assert_eq!(slices(of_byte_stream(&stream)).len(), 2);
    }
}
