//! Fragmented MP4 as CMAF has it (ISO/IEC 23000-19): one track per stream of chunks.
//!
//! [`init`] writes the header that a decoder needs first, [`chunk`] the chunks, and [`read`] takes samples and
//! parameter sets out of them again. A picture track always has `track_ID` 1 and a sound track 2, so that any
//! picture and any sound can stand together behind one [combined header](init::combine).

mod avc;
mod boxes;
pub mod chunk;
pub mod init;
pub mod read;

#[cfg(test)]
mod tests;

/// Which of the two tracks of a presentation something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A picture, H.264.
    Video,
    /// Sound, Opus or AAC.
    Audio,
}

impl Kind {
    /// The `track_ID` in headers and chunks.
    #[must_use]
    pub const fn track_id(self) -> u32 {
        match self {
            Self::Video => 1,
            Self::Audio => 2,
        }
    }

    /// Ticks per second of the track's times: the RTP clock of H.264 (RFC 6184), and the rate of the samples.
    #[must_use]
    pub const fn timescale(self) -> u32 {
        match self {
            Self::Video => 90_000,
            Self::Audio => 48_000,
        }
    }
}
