//! Whole publishers, as GStreamer's and FFmpeg's encoders make them.

mod feed;
mod srt;
