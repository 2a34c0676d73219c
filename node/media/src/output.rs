//! Where the engine's chunks go.

use parlor_protocol::media::{Catalogue, Chunk, TrackName};

/// What takes the stream: the node's room.
///
/// Called from the engine's own threads; an implementation must not block, for the camera would wait with it.
pub trait Output: Send + Sync + 'static {
    /// The tracks are now these. It comes before the first chunk that needs it.
    fn catalogue(&self, catalogue: Catalogue);

    /// The next chunk of a track that the last catalogue lists.
    fn chunk(&self, track: &TrackName, chunk: Chunk);
}
