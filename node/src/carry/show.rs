//! One show's secrets: the session that signs it, and the tree that seals it.

use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use parlor_protocol::card::Access;
use parlor_protocol::ident::Session;
use parlor_protocol::keys::{EpochLength, Tree};
use parlor_protocol::media::UnixMs;
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::room::now;

/// How long a session may sign: a show of days, and not for ever if its key is lost.
const SESSION_LIFE: Duration = Duration::from_hours(7 * 24);

/// One show's secrets.
pub(super) struct Show {
    pub(super) session: Session,
    /// The tree of the present generation.
    pub(super) tree: watch::Sender<Arc<Tree>>,
    pub(super) length: EpochLength,
}

impl Show {
    /// A show that was never signed for before.
    pub(super) fn new(key: &SigningKey, access: Access) -> Self {
        let issued = now();
        let until = UnixMs(issued.0 + SESSION_LIFE.as_millis() as u64);
        let session =
            Session::new(*random(), key, issued, until).expect("a week is no longer than a session may last");
        let length = EpochLength::default();
        let tree = grow(access, &session, 0, length);
        Self { session, tree: watch::Sender::new(Arc::new(tree)), length }
    }

    /// From now on the keys are those of this generation, which nobody has yet.
    pub(super) fn renew(&self, access: Access, generation: u32) {
        let tree = grow(access, &self.session, generation, self.length);
        self.tree.send_replace(Arc::new(tree));
    }
}

fn grow(access: Access, session: &Session, generation: u32, length: EpochLength) -> Tree {
    match access {
        Access::Open => Tree::public(&session.room(), &session.id(), generation, length),
        Access::Invited | Access::Paid => Tree::new(&random(), &session.id(), generation, length),
    }
}

fn random() -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).expect("the operating system has randomness");
    bytes
}
