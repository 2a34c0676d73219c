//! The room's playlists: one presentation, which follows the tracks' rings and tells when there is more.

use std::sync::{Arc, Mutex, MutexGuard};

use parlor_media::package::hls::Presentation;
use parlor_protocol::media::{Catalogue, TrackName};
use parlor_protocol::talk::News;
use tokio::runtime::Handle;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::ring::{Next, Ring, Start};

/// What HLS players are shown; clones are handles to the same.
#[derive(Clone)]
pub struct Hls(Arc<Shared>);

struct Shared {
    presentation: Mutex<Presentation>,
    /// Counts what was completed.
    completed: watch::Sender<u64>,
}

impl Default for Hls {
    fn default() -> Self {
        Self(Arc::new(Shared { presentation: Mutex::default(), completed: watch::Sender::new(0) }))
    }
}

impl Hls {
    /// The presentation as it stands; not to be held across an await.
    pub fn presentation(&self) -> MutexGuard<'_, Presentation> {
        self.0.presentation.lock().expect("no holder of the presentation's lock panics")
    }

    /// Told whenever a part or a segment was completed, or the tracks changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.completed.subscribe()
    }

    /// The tracks are now these.
    pub(super) fn set_catalogue(&self, catalogue: &Catalogue) {
        self.presentation().set_catalogue(catalogue);
        self.tell();
    }

    /// Forgets every segment; sequence numbers go on.
    pub(super) fn forget(&self, catalogue: &Catalogue) {
        let mut presentation = self.presentation();
        presentation.set_catalogue(&Catalogue::default());
        presentation.set_catalogue(catalogue);
        drop(presentation);
        self.tell();
    }

    /// Follows a track's ring until that is closed.
    ///
    /// A task of its own reads the ring, so that the writer never waits while a playlist is written.
    pub(super) fn follow(&self, runtime: &Handle, name: TrackName, ring: &Ring) {
        let mut reader = ring.reader(Start::Oldest).expect("a new ring has no readers");
        let hls = self.clone();
        runtime.spawn(async move {
            while let Some(next) = reader.next().await {
                // A gap shows in the chunks' own times; the presentation deals with it.
                let Next::Item(chunk) = next else { continue };
                let completed = hls.presentation().push(&name, &chunk);
                if completed {
                    hls.tell();
                }
            }
        });
    }

    /// Puts the captions among the news beside the pictures, until there is no news any more.
    pub(super) fn follow_captions(&self, runtime: &Handle, mut news: broadcast::Receiver<News>) {
        let hls = self.clone();
        runtime.spawn(async move {
            loop {
                match news.recv().await {
                    Ok(News::Caption(caption)) => hls.presentation().caption(&caption),
                    Ok(News::Said(_) | News::Hidden(_) | News::Cleared) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => break,
                }
            }
        });
    }

    fn tell(&self) {
        self.0.completed.send_modify(|count| *count = count.wrapping_add(1));
    }
}
