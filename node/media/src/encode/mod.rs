//! From raw pictures and sound to H.264, JPEG, Opus and AAC.
//!
//! Each encoder is a `Line`: a pipeline of its own that takes buffers and gives back what it made of them, one in,
//! one out, on its own thread. Which H.264 encoder is taken, and whether it works at all, is for [`choice`].
//! What is done with the frames (tracks, chunks, groups) is not here, nor is when an encoder runs.

mod choice;
mod decoder;
pub(crate) mod elements;
mod h264;
mod line;
mod picture;
mod sound;
mod video;

pub(crate) use choice::{Choice, trial};
pub(crate) use decoder::{Decoder, decoded_format};
use elements::element;
pub(crate) use h264::{CANDIDATES, Candidate};
pub(crate) use line::Failed;
pub(crate) use picture::PictureEncoder;
pub(crate) use sound::{Codec, Packet, SoundEncoder, Start};
pub(crate) use video::{Spec, VideoEncoder};

/// Why something can't be encoded or decoded. The machine is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EncodeError {
    /// A part of GStreamer is not installed.
    #[error("GStreamer's element '{element}' is missing; install the Debian package {package}")]
    Missing {
        /// The element's name.
        element: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// The element is there and does not do its work.
    #[error("{element} does not work: {reason}")]
    Broken {
        /// The element's name.
        element: &'static str,
        /// What GStreamer or the driver says.
        reason: String,
    },
}

#[cfg(test)]
mod tests;
