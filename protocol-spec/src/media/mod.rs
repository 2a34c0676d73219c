//! How video, sound and pictures travel: tracks of groups of chunks (`spec/media.md`).
//!
//! A *track* is one encoding of one thing: the picture at a quality, the sound in a codec, still pictures.
//! It is a sequence of *chunks*, each a self-contained CMAF chunk (ISO/IEC 23000-19: one `moof` and one `mdat`)
//! or one JPEG picture. A *group* is a run of chunks that starts where a decoder can start. The *catalogue* lists
//! a room's tracks with what a decoder needs first.

mod catalogue;
mod chunk;
mod time;
mod track;

pub use catalogue::{Catalogue, CatalogueError, MAX_TRACKS};
pub use chunk::{Chunk, ChunkError, MAX_CHUNK_MEDIA, MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES};
pub use time::{MediaTime, UnixMs};
pub use track::{
    Audio, MAX_INIT_BYTES, MAX_NAME_BYTES, Medium, Picture, Track, TrackName, TrackNameError, Video,
};
