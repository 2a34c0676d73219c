//! Taking samples out of chunks, and parameter sets out of headers, whoever made them.
//!
//! Both come from the host's node and may come through others: nothing here panics, allocates by a number that it
//! was told, or copies media.

use bytes::Bytes;
use mp4_atom::{Atom, Avc1, Avcc, Decode, FourCC, Mdat, Moof, Stsd, Tfdt, Tfhd, Traf, Trun, TrunEntry};

use super::avc::Record;
pub use super::avc::{Nals, nals};
use super::boxes::{self, Malformed};

/// One coded frame in a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRef {
    /// The frame; it shares the chunk's memory.
    pub data: Bytes,
    /// When it is decoded, in ticks of the track's [timescale](super::Kind::timescale) since the catalogue's epoch.
    pub time_ticks: u64,
    /// How much later it is shown, in ticks.
    pub composition_ticks: i64,
    /// How long it lasts, in ticks.
    pub duration_ticks: u32,
    /// Whether decoding can start here.
    pub key: bool,
}

impl SampleRef {
    /// When it is shown, in ticks of the track's timescale since the catalogue's epoch.
    #[must_use]
    pub fn shown_ticks(&self) -> u64 {
        self.time_ticks.saturating_add_signed(self.composition_ticks)
    }
}

/// Parameter sets of H.264, without lengths or start codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterSets {
    /// Sequence parameter sets.
    pub sps: Vec<Bytes>,
    /// Picture parameter sets.
    pub pps: Vec<Bytes>,
}

/// Why bytes are not what they should be. Whoever made them is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A box is cut short, missing, or there twice.
    #[error("the chunk is not one well-formed moof box and one mdat box")]
    Boxes,
    /// A sample's place is not within the chunk's media data.
    #[error("a sample lies outside the chunk's media data")]
    Outside,
    /// More than [`MAX_SAMPLES`] samples.
    #[error("the chunk has more than {MAX_SAMPLES} samples")]
    TooMany,
    /// The header describes no H.264 track.
    #[error("the header describes no H.264 track")]
    NotAvc,
}

impl From<Malformed> for ReadError {
    fn from(Malformed: Malformed) -> Self {
        Self::Boxes
    }
}

/// The most samples that a chunk may name: ten times what 100 ms of any codec holds.
pub const MAX_SAMPLES: usize = 512;

/// `sample_is_non_sync_sample` of the sample flags (ISO/IEC 14496-12, section 8.8.3.1).
const NON_SYNC: u32 = 0x0001_0000;

/// The samples of a chunk, in decoding order.
pub fn samples(payload: &Bytes) -> Result<Vec<SampleRef>, ReadError> {
    let moof = boxes::find(payload, Moof::KIND)?.ok_or(ReadError::Boxes)?;
    let traf = boxes::find(&moof.body, Traf::KIND)?.ok_or(ReadError::Boxes)?.body;
    let tfhd: Tfhd = decode(&traf)?;
    let tfdt: Tfdt = decode(&traf)?;
    // Without a base of its own, everything counts from the start of `moof`.
    let base =
        usize::try_from(tfhd.base_data_offset.unwrap_or(moof.at as u64)).map_err(|_| ReadError::Outside)?;
    let media = boxes::boxes(payload)
        .find(|found| found.as_ref().map_or(true, |found| found.kind == Mdat::KIND))
        .ok_or(ReadError::Boxes)??;
    let media_end = media.at + media.whole.len();
    let media_start = media_end - media.body.len();

    let mut read = Vec::new();
    let mut time_ticks = tfdt.base_media_decode_time;
    let mut at = media_start;
    for found in boxes::boxes(&traf) {
        let found = found?;
        if found.kind != Trun::KIND {
            continue;
        }
        let run = Trun::decode(&mut &found.whole[..]).map_err(|_| ReadError::Boxes)?;
        if run.samples.len() > MAX_SAMPLES - read.len() {
            return Err(ReadError::TooMany);
        }
        if let Some(offset) = run.data_offset {
            at = base.checked_add_signed(offset as isize).ok_or(ReadError::Outside)?;
        }
        for TrunEntry { duration, size, flags, cts } in &run.samples {
            let size = size.or(tfhd.default_sample_size).unwrap_or(0) as usize;
            let end = at.checked_add(size).ok_or(ReadError::Outside)?;
            if at < media_start || end > media_end {
                return Err(ReadError::Outside);
            }
            let duration_ticks = duration.or(tfhd.default_sample_duration).unwrap_or(0);
            let flags = flags.or(tfhd.default_sample_flags).unwrap_or(NON_SYNC);
            read.push(SampleRef {
                data: payload.slice(at..end),
                time_ticks,
                composition_ticks: cts.unwrap_or(0),
                duration_ticks,
                key: flags & NON_SYNC == 0,
            });
            at = end;
            time_ticks = time_ticks.saturating_add(duration_ticks.into());
        }
    }
    Ok(read)
}

/// The first box of this type among those in `bytes`.
fn decode<T: Atom>(bytes: &Bytes) -> Result<T, ReadError> {
    let found = boxes::find(bytes, T::KIND)?.ok_or(ReadError::Boxes)?;
    T::decode(&mut &found.whole[..]).map_err(|_| ReadError::Boxes)
}

/// The parameter sets in the header of a video track.
pub fn avc_parameter_sets(init: &Bytes) -> Result<ParameterSets, ReadError> {
    /// From the sample description to its entries: version, flags and the count (section 8.5.2.2).
    const STSD_HEAD_BYTES: usize = 8;
    /// From the entry to its boxes: the fields of a visual sample entry (section 12.1.3.2).
    const VISUAL_ENTRY_BYTES: usize = 78;
    let path = [b"moov", b"trak", b"mdia", b"minf", b"stbl"].map(FourCC::new);
    let stbl = boxes::descend(init, &path)?.ok_or(ReadError::NotAvc)?;
    let stsd = boxes::find(&stbl, Stsd::KIND)?.ok_or(ReadError::NotAvc)?.body;
    let entry = boxes::find(&after(&stsd, STSD_HEAD_BYTES)?, Avc1::KIND)?.ok_or(ReadError::NotAvc)?.body;
    let record = boxes::find(&after(&entry, VISUAL_ENTRY_BYTES)?, Avcc::KIND)?.ok_or(ReadError::NotAvc)?.body;
    let Record { sps, pps, .. } = Record::parse(&record).ok_or(ReadError::NotAvc)?;
    Ok(ParameterSets { sps, pps })
}

fn after(bytes: &Bytes, head: usize) -> Result<Bytes, ReadError> {
    if bytes.len() < head { Err(ReadError::Boxes) } else { Ok(bytes.slice(head..)) }
}
