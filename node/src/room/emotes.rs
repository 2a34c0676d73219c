//! A room's emotes as its pages show them: of a room of ours the host's own, of another host's those that came from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use parlor_protocol::talk::EmoteName;
use tokio::sync::watch;

/// A room's emotes: each by its name, with its picture, a PNG that was made here. There are
/// [`MAX_EMOTES`](parlor_protocol::talk::MAX_EMOTES) at most.
pub type Emotes = BTreeMap<EmoteName, Bytes>;

/// The emotes of a room as they are now.
#[derive(Default)]
pub(super) struct Shown(watch::Sender<Arc<Emotes>>);

impl Shown {
    pub(super) fn get(&self) -> Arc<Emotes> {
        self.0.borrow().clone()
    }

    pub(super) fn set(&self, emotes: Emotes) {
        self.0.send_replace(Arc::new(emotes));
    }

    pub(super) fn changes(&self) -> watch::Receiver<Arc<Emotes>> {
        self.0.subscribe()
    }
}
