//! A feed of the engine as tasks hold it: opening and closing it blocks, so both happen on a thread for that.

use std::ops::Deref;
use std::sync::Arc;

use parlor_media::ingest::{Feed, Format};
use parlor_media::{Broadcast, BroadcastError};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// An open feed; dropping it ends it.
pub(crate) struct Publishing(Option<Feed>);

impl Publishing {
    /// Opens a feed.
    ///
    /// # Errors
    /// What the engine says, such as that somebody publishes already.
    pub(crate) async fn open(broadcast: &Arc<Broadcast>, format: Format) -> Result<Self, BroadcastError> {
        let broadcast = broadcast.clone();
        let opened = spawn_blocking(move || broadcast.publish(format).map(|feed| Self(Some(feed)))).await;
        opened.expect("opening a feed does not panic")
    }

    /// Closes the feed, and waits until another one can be opened.
    pub(crate) async fn close(mut self) {
        let feed = self.0.take();
        // A panic there has been reported by its own thread.
        let _ = spawn_blocking(move || drop(feed)).await;
    }
}

impl Deref for Publishing {
    type Target = Feed;

    fn deref(&self) -> &Feed {
        self.0.as_ref().expect("it is taken only by what consumes this")
    }
}

impl Drop for Publishing {
    fn drop(&mut self) {
        if let (Some(feed), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn_blocking(move || drop(feed));
        }
    }
}
