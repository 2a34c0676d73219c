//! Frames to CMAF chunks, and chunks to what players want.
//!
//! * [`fmp4`] writes and reads fragmented MP4: headers, chunks, and the samples in them.
//! * [`hls`] keeps what low-latency HLS lists and serves: segments and parts, and the playlists' text.
//! * [`mjpeg`] frames still pictures for `multipart/x-mixed-replace`.
//!
//! Everything here is pure: no socket, no clock, no thread, and no GStreamer, so that a node which only watches
//! has it too.

#[cfg(test)]
mod coded;
pub mod fmp4;
pub mod hls;
pub mod mjpeg;
