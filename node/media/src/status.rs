//! What the engine tells the host about itself.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use crate::origin::Origin;
use crate::trouble::Trouble;

/// Where the picture comes from at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Signal {
    /// The engine rests: the room is off air and nobody looks.
    #[default]
    Resting,
    /// The source is being opened.
    Starting,
    /// Frames arrive.
    Present,
    /// The source died or never came; viewers see the "no signal" picture.
    Lost(Trouble),
}

/// What codes the full picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coder {
    /// Nothing: the engine rests.
    #[default]
    Nothing,
    /// The source itself; its H.264 is passed through.
    Source,
    /// An element of GStreamer: `x264enc`, `v4l2h264enc`.
    Element(&'static str),
}

/// In English; empty for nothing.
impl Display for Coder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "",
            Self::Source => "source's own H.264",
            Self::Element(name) => name,
        })
    }
}

/// A reading of the engine, for the studio and for `parlor doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Whether there is a picture.
    pub signal: Signal,
    /// What is being captured.
    pub source: Origin,
    /// What codes the full picture.
    pub encoder: Coder,
    /// Whether the small quality is encoded.
    pub small: bool,
    /// Whether still pictures are encoded: somebody watches them.
    pub pictures: bool,
    /// Bits per second of all video and audio tracks together, over the last second.
    pub bitrate_bps: u64,
    /// Frames per second of the full picture, over the last second, in thousandths.
    pub frame_rate_milli: u32,
    /// From a frame's capture until its chunk was handed to the output, the mean over the last second.
    pub encode_delay: Duration,
    /// Frames and sound that the encoders at work had to drop, because the machine did not keep up.
    pub dropped: u64,
}
