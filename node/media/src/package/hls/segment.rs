//! Segments and parts as the timeline keeps them: chunks by reference, and what the playlist says of them.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::MediaTime;

/// A partial segment: a run of chunks.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) start: MediaTime,
    /// As the playlist tells it, the part target at most.
    pub(super) duration: Duration,
    /// Whether a decoder can start within it.
    pub(super) independent: bool,
    pub(super) chunks: Vec<Bytes>,
}

impl Part {
    /// An empty part that starts here.
    pub(super) fn at(start: MediaTime) -> Self {
        Self { start, duration: Duration::ZERO, independent: false, chunks: Vec::new() }
    }

    /// When it is seen, once it is complete.
    pub(super) fn span(&self) -> Range<MediaTime> {
        self.start..self.start + self.duration
    }
}

/// A media segment: a run of parts with one initialization.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Media sequence number.
    pub(super) msn: u64,
    /// Discontinuity sequence number.
    pub(super) discontinuity: u64,
    pub(super) init_version: u32,
    pub(super) start: MediaTime,
    /// As the playlist tells it; zero while the segment is open.
    pub(super) duration: Duration,
    pub(super) parts: Vec<Part>,
    /// Chunks and bytes in it, those of an unfinished part too.
    pub(super) chunk_count: usize,
    pub(super) byte_count: usize,
}

impl Segment {
    /// When it is seen, once it is complete.
    pub(super) fn span(&self) -> Range<MediaTime> {
        self.start..self.start + self.duration
    }

    /// All of its chunks in order.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &Bytes> {
        self.parts.iter().flat_map(|part| &part.chunks)
    }
}
