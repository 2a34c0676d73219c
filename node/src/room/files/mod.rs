//! The files that people send each other in a room of ours (`spec/files.md`): a shelf with a clock, whom the host lets put
//! something on it, and the news for those who look at it. In memory only, and gone when the show ends.

mod name;
mod shelf;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parlor_pictures::{Kind, PictureError};
use parlor_protocol::clock::Time;
use parlor_protocol::media::UnixMs;
use parlor_protocol::talk::{Author, Refusal};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use self::shelf::Shelf;
use super::{VisitorId, now};

pub use self::name::FileName;
pub use self::shelf::MAX_FILE_BYTES;
pub(crate) use self::shelf::{MAX_OF_ONE, MAX_OF_ONE_BYTES};

/// News that somebody who looks may be behind. Whoever is further behind begins anew.
const MAX_BEHIND: usize = 64;

/// Whom the host lets send files. What is sent already stays, except with [`Senders::Nobody`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Senders {
    /// Nobody: there are no files.
    #[default]
    Nobody,
    /// The host alone.
    Host,
    /// The host, and those whom the host knows: by an account, or because they keep order.
    Guests,
    /// Whoever is in the room.
    Everybody,
}

/// What somebody is to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Somebody in the room.
    Visitor,
    /// Somebody whom the host knows.
    Guest,
    /// The host.
    Host,
}

impl Senders {
    /// Whether somebody of this standing may send files.
    #[must_use]
    pub fn include(self, standing: Standing) -> bool {
        match self {
            Self::Nobody => false,
            Self::Host => standing == Standing::Host,
            Self::Guests => standing >= Standing::Guest,
            Self::Everybody => true,
        }
    }
}

/// A file on the shelf.
pub struct SharedFile {
    /// Its place: files are numbered from 1, as they came.
    pub number: u64,
    /// When it came.
    pub at: UnixMs,
    /// Who sent it, as they were called then.
    pub by: Author,
    /// The same, for the host's node alone.
    pub sender: VisitorId,
    /// What it is called.
    pub name: FileName,
    /// What is in it.
    pub content: Content,
}

/// What is in a file.
#[derive(Debug)]
pub enum Content {
    /// A picture, made anew from its pixels.
    Picture {
        /// What it is encoded as.
        kind: Kind,
        /// Pixels across and down.
        size: (u32, u32),
        /// The picture.
        bytes: Bytes,
        /// The same small, as a JPEG.
        thumbnail: Bytes,
    },
    /// Anything else, as it came: nothing here looks into it.
    Other(Bytes),
}

impl Content {
    /// What a download gives.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Picture { bytes, .. } | Self::Other(bytes) => bytes,
        }
    }

    /// What it takes on the shelf.
    fn weight(&self) -> usize {
        match self {
            Self::Picture { bytes, thumbnail, .. } => bytes.len() + thumbnail.len(),
            Self::Other(bytes) => bytes.len(),
        }
    }
}

/// Why a file was not taken. The sentence is for who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The host does not let them.
    #[error("{}", whom(*.0))]
    NotAllowed(Senders),
    /// They may not do anything in the room now.
    #[error(transparent)]
    Silenced(#[from] Refusal),
    /// More than one person can mean.
    #[error("Those were many files. Wait {} s, then send it again.", seconds(*.0))]
    TooFast(Duration),
    /// More than the room takes.
    #[error("Many files come in just now. Wait {} s, then send it again.", seconds(*.0))]
    Crowded(Duration),
    /// Nothing was chosen, or nothing is in it.
    #[error("There is nothing in it. Choose a file first.")]
    Empty,
    /// More than [`MAX_FILE_BYTES`].
    #[error("A file has {} MB at most. Make it smaller, or send it in pieces.", MAX_FILE_BYTES >> 20)]
    TooLarge,
    /// As many files as one person has.
    #[error(
        "You have {MAX_OF_ONE} files here, which is as many as one person may. Remove one of them first."
    )]
    TooMany,
    /// As many bytes as one person has.
    #[error(
        "With it, yours would be more than {} MB, which is as much as one person may. Remove one of them first.",
        MAX_OF_ONE_BYTES >> 20
    )]
    TooMuch,
    /// The shelf is full.
    #[error("There is no more room for files. Ask the host to remove some, then send it again.")]
    Full,
    /// It begins as a picture and can't be made safe to show.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

fn whom(senders: Senders) -> &'static str {
    match senders {
        Senders::Nobody => "This room takes no files.",
        Senders::Host => "Only the host sends files here.",
        Senders::Guests => "Only people whom the host knows send files here.",
        Senders::Everybody => "This room takes no files just now.",
    }
}

/// Whole seconds, at least one: what people are told to wait.
fn seconds(span: Duration) -> u64 {
    span.as_millis().div_ceil(1000).max(1) as u64
}

/// Something happened on the shelf.
#[derive(Clone)]
pub enum FileNews {
    /// Another file is there.
    Added(Arc<SharedFile>),
    /// Something is gone, or another may send now: whoever looks begins anew.
    Changed,
}

/// The files of a room.
pub struct Files {
    state: Mutex<State>,
    news: broadcast::Sender<FileNews>,
    started: Instant,
}

#[derive(Default)]
struct State {
    senders: Senders,
    shelf: Shelf,
}

impl Default for Files {
    fn default() -> Self {
        let news = broadcast::Sender::new(MAX_BEHIND);
        Self { state: Mutex::default(), news, started: Instant::now() }
    }
}

impl Files {
    /// Whom the host lets send files.
    #[must_use]
    pub fn senders(&self) -> Senders {
        self.lock().senders
    }

    /// Lets these send files. With nobody, those that are there are gone.
    pub fn set_senders(&self, senders: Senders) {
        let mut state = self.lock();
        state.senders = senders;
        if senders == Senders::Nobody {
            state.shelf.clear();
        }
        self.tell(FileNews::Changed);
    }

    /// The files, oldest first, and what happens from then on.
    #[must_use]
    pub fn follow(&self) -> (Vec<Arc<SharedFile>>, broadcast::Receiver<FileNews>) {
        // Under the lock, so that nothing happens between the two.
        let state = self.lock();
        (state.shelf.files().cloned().collect(), self.news.subscribe())
    }

    /// The file of this number, while it is there.
    #[must_use]
    pub fn find(&self, number: u64) -> Option<Arc<SharedFile>> {
        self.lock().shelf.files().find(|file| file.number == number).cloned()
    }

    /// Whether a file of this sender would be taken now, which counts as one that was sent: to be asked before its bytes
    /// are read.
    ///
    /// # Errors
    /// A [`NotTaken`] for who may not, or has sent too many.
    pub fn admit(&self, sender: VisitorId, standing: Standing) -> Result<(), NotTaken> {
        let mut state = self.lock();
        if !state.senders.include(standing) {
            return Err(NotTaken::NotAllowed(state.senders));
        }
        state.shelf.admit(self.time(), sender, standing)
    }

    /// Puts a file there.
    ///
    /// # Errors
    /// A [`NotTaken`] where there is no room for it, or the host has changed who may.
    pub fn put(
        &self,
        (sender, standing, by): (VisitorId, Standing, Author),
        name: FileName,
        content: Content,
    ) -> Result<(), NotTaken> {
        let mut state = self.lock();
        if !state.senders.include(standing) {
            return Err(NotTaken::NotAllowed(state.senders));
        }
        let file = state.shelf.put(now(), (by, sender, standing), name, content)?;
        self.tell(FileNews::Added(file));
        Ok(())
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, number: u64) {
        let mut state = self.lock();
        if state.shelf.remove(number) {
            self.tell(FileNews::Changed);
        }
    }

    /// Removes all of them.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.shelf.clear();
        self.tell(FileNews::Changed);
    }

    /// Under the lock, so that all hear everything in the same order. Nobody may be there to hear.
    fn tell(&self, news: FileNews) {
        let _ = self.news.send(news);
    }

    fn time(&self) -> Time {
        Time::from_micros(self.started.elapsed().as_micros() as u64)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the files' lock panics")
    }
}
