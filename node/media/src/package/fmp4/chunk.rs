//! Writing chunks: coded frames in, `moof` and `mdat` out, as soon as a chunk is full.

use std::time::Duration;

use bytes::Bytes;
use mp4_atom::{Mfhd, Moof, Tfdt, Tfhd, Traf, Trun, TrunEntry, TrunSamples};
use parlor_protocol::media::{MAX_CHUNK_MEDIA, MAX_PAYLOAD_BYTES, MediaTime};

use super::{Kind, boxes};

/// One coded frame of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The frame: NAL units behind four-byte lengths, a packet of Opus, or a raw data block of AAC.
    pub data: Bytes,
    /// When it is decoded. Within a track, never before the last one's.
    pub time: MediaTime,
    /// When it is shown; `time`, where frames are not reordered.
    pub shown: MediaTime,
    /// How long it lasts. One of zero is sent on at once, because nobody knows what still fits beside it.
    pub duration: Duration,
    /// Whether decoding can start here; always, for sound.
    pub key: bool,
}

/// One finished chunk, as the payload of a [`Chunk`](parlor_protocol::media::Chunk).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// One `moof` and one `mdat`, [`MAX_PAYLOAD_BYTES`] at most.
    pub payload: Bytes,
    /// Decode time of its first sample.
    pub time: MediaTime,
    /// Media time that it covers, [`MAX_CHUNK_MEDIA`] at most.
    pub duration: Duration,
    /// Whether its first sample is a keyframe.
    pub starts_with_key: bool,
}

/// Why a sample was not taken. The encoder or its source is at fault; the packager goes on without the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The sample does not fit into a chunk of its own.
    #[error("a frame of {bytes} bytes does not fit into a chunk of {MAX_PAYLOAD_BYTES}; lower the bitrate")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The sample holds nothing.
    #[error("the encoder gave an empty frame")]
    Empty,
    /// The sample is to be decoded before the one that came last.
    #[error("the encoder's times run backwards")]
    Backwards,
}

/// The longest hole before a frame that decoding passes over; after a longer one the source was off, not late.
const MAX_HOLE: Duration = Duration::from_secs(1);
/// The most samples of a chunk. It is reached only by samples without a duration worth the name: 100 ms of Opus in
/// its shortest frames (2.5 ms) are 40.
const MAX_SAMPLES: usize = 64;
/// What may stand around the samples: `moof` with a full run is about 1.1 kB.
const MAX_OVERHEAD_BYTES: usize = 2048;

/// Collects the samples of one track and gives out chunks.
///
/// A chunk is given out when another sample as long as the last would not fit, so at 30 frames per second and
/// 40 ms a chunk each frame comes out as it goes in. A keyframe always starts a chunk.
///
/// Where frames are missing, the next one's decoding begins where the one before ends, and its composition offset
/// holds it back until it is due. Otherwise players that are fed by Media Source (section 3.5.8 of it) take the hole
/// for lost frames, and show nothing up to the next keyframe.
#[derive(Debug)]
pub struct Packager {
    kind: Kind,
    limit: Duration,
    sequence: u32,
    pending: Vec<Sample>,
    pending_bytes: usize,
    latest: MediaTime,
    /// Where the last chunk ends, once there is one.
    end: Option<MediaTime>,
}

impl Packager {
    /// A packager for chunks of `chunk` at most, which is held to [`MAX_CHUNK_MEDIA`].
    #[must_use]
    pub fn new(kind: Kind, chunk: Duration) -> Self {
        Self {
            kind,
            limit: chunk.min(MAX_CHUNK_MEDIA),
            sequence: 0,
            pending: Vec::new(),
            pending_bytes: 0,
            latest: MediaTime::ZERO,
            end: None,
        }
    }

    /// Takes the next sample, and gives the chunks that are complete with it: none, one, or two where it did not
    /// fit into the chunk before it and fills one of its own.
    ///
    /// A sample longer than [`MAX_CHUNK_MEDIA`] is written as lasting that long; players hold the picture until
    /// the next one.
    pub fn push(&mut self, sample: Sample) -> Result<Vec<Packed>, PackError> {
        let bytes = sample.data.len();
        if bytes == 0 {
            return Err(PackError::Empty);
        }
        if bytes > MAX_PAYLOAD_BYTES - MAX_OVERHEAD_BYTES {
            return Err(PackError::TooLarge { bytes });
        }
        if sample.time < self.latest {
            return Err(PackError::Backwards);
        }
        self.latest = sample.time;
        let sample = Sample { duration: sample.duration.min(MAX_CHUNK_MEDIA), ..sample };

        let mut packed = Vec::new();
        if !self.fits(&sample) {
            packed.extend(self.flush());
        }
        let duration = sample.duration;
        self.pending_bytes += bytes;
        self.pending.push(sample);
        let full =
            duration.is_zero() || self.pending.len() == MAX_SAMPLES || self.span() + duration > self.limit;
        if full {
            packed.extend(self.flush());
        }
        Ok(packed)
    }

    /// The chunk of the samples that wait for company, if any: at the end, or before the set-up changes.
    pub fn flush(&mut self) -> Option<Packed> {
        let (first, duration) = (self.pending.first()?, self.span());
        let (time, starts_with_key) = (first.time, first.key);
        let end = self.end.replace(time + duration);
        let from = end.filter(|end| self.kind == Kind::Video && !starts_with_key && is_hole(*end, first));
        self.sequence = self.sequence.wrapping_add(1);
        let payload =
            write(self.kind, self.sequence, from.unwrap_or(time), &self.pending, self.pending_bytes);
        self.pending.clear();
        self.pending_bytes = 0;
        Some(Packed { payload, time, duration, starts_with_key })
    }

    fn fits(&self, sample: &Sample) -> bool {
        let Some(first) = self.pending.first() else {
            return true;
        };
        let starts_chunk = self.kind == Kind::Video && sample.key;
        !starts_chunk
            && (sample.time + sample.duration).since(first.time) <= self.limit
            && self.pending_bytes + sample.data.len() <= MAX_PAYLOAD_BYTES - MAX_OVERHEAD_BYTES
    }

    /// From the first waiting sample's start to the last one's end.
    fn span(&self) -> Duration {
        match (self.pending.first(), self.pending.last()) {
            (Some(first), Some(last)) => (last.time + last.duration).since(first.time),
            _ => Duration::ZERO,
        }
    }
}

/// Whether frames are missing between the end of a chunk and the next frame; a little late is none of them.
pub(super) fn is_hole(end: MediaTime, next: &Sample) -> bool {
    let span = next.time.since(end);
    span > next.duration / 2 && span <= MAX_HOLE
}

/// `sample_flags` (ISO/IEC 14496-12, section 8.8.3.1): depends on no other sample.
const SYNC_SAMPLE: u32 = 0x0200_0000;
/// Depends on others, and decoding can't start here.
const OTHER_SAMPLE: u32 = 0x0101_0000;
/// Size and name before the samples in `mdat`.
const MDAT_HEADER_BYTES: usize = 8;

/// The boxes of one chunk whose first sample's decoding starts at `from`. Each time is rounded by itself, so that
/// rounding never adds up.
fn write(kind: Kind, sequence: u32, from: MediaTime, samples: &[Sample], sample_bytes: usize) -> Bytes {
    let ticks = |time: MediaTime| time.as_ticks(kind.timescale());
    let decoded = |at: usize| if at == 0 { from } else { samples[at].time };
    let offset = (0..samples.len()).any(|at| samples[at].shown != decoded(at));
    let entry = |(at, sample): (usize, &Sample)| {
        let start = decoded(at);
        let end = samples.get(at + 1).map_or(sample.time + sample.duration, |next| next.time);
        TrunEntry {
            duration: Some((ticks(end) - ticks(start)) as u32),
            size: Some(sample.data.len() as u32),
            flags: Some(if sample.key { SYNC_SAMPLE } else { OTHER_SAMPLE }),
            cts: offset.then(|| composition(ticks(start), ticks(sample.shown))),
        }
    };
    let entries = samples.iter().enumerate().map(entry).collect();
    let base_media_decode_time = ticks(from);
    let mut moof = Moof {
        mfhd: Mfhd { sequence_number: sequence },
        traf: vec![Traf {
            tfhd: Tfhd { track_id: kind.track_id(), default_base_is_moof: true, ..Tfhd::default() },
            tfdt: Some(Tfdt { base_media_decode_time }),
            trun: vec![Trun { data_offset: Some(0), samples: TrunSamples::Explicit(entries) }],
            ..Traf::default()
        }],
    };
    let mut bytes = Vec::with_capacity(MAX_OVERHEAD_BYTES + sample_bytes);
    boxes::write(&moof, &mut bytes);
    // The offset counts from the start of `moof`, whose size is known only now.
    moof.traf[0].trun[0].data_offset = i32::try_from(bytes.len() + MDAT_HEADER_BYTES).ok();
    bytes.clear();
    boxes::write(&moof, &mut bytes);
    bytes.extend_from_slice(&((MDAT_HEADER_BYTES + sample_bytes) as u32).to_be_bytes());
    bytes.extend_from_slice(b"mdat");
    for sample in samples {
        bytes.extend_from_slice(&sample.data);
    }
    bytes.into()
}

/// How much later than decoded a sample is shown, in ticks, as far as the box can say it.
fn composition(decoded: u64, shown: u64) -> i64 {
    let offset = i128::from(shown) - i128::from(decoded);
    offset.clamp(i32::MIN.into(), i32::MAX.into()) as i64
}
