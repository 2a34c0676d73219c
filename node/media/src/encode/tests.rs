//! Encoders, each with real media.

mod sound;
mod video;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::Failed;

/// Longer than any encoder of any machine takes for a frame; a test that waits for so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What an encoder's callback is given, one after the other.
fn collect<T: Send + 'static>() -> (impl FnMut(T) + Send + 'static, Receiver<T>) {
    let (sender, receiver) = mpsc::sync_channel(1024);
    (move |item| drop(sender.try_send(item)), receiver)
}

fn no_failure() -> Failed {
    Arc::new(|reason| panic!("the pipeline failed: {reason}"))
}
