//! The control streams: each node sends on the one that it opened, and reads from the one that the other opened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::PeerId;
use parlor_protocol::clock::Time;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Frame, Kind, Reader, encode_head};
use parlor_protocol::limit::TokenBucket;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use crate::swarm::streams::Stream;
use crate::swarm::{CONTROL, Network};

/// Messages that wait for one peer. The mesh and the keys say a few a second; a peer that lets this many pile up is
/// not there any more. Twice the answers to all that it may ask at once: who asks without end and reads nothing is barred
/// for that, and not merely disconnected before.
const MAX_WAITING: usize = 2 * BURST as usize;
/// Messages that a peer may send at once, and each second from then on: in several rooms, a neighbour that has lost its
/// parents says ten times a second what it lacks, of each track.
const BURST: u32 = 512;
const PER_SECOND: u32 = 128;
/// Bytes read at a time.
const STEP_BYTES: usize = 16 * 1024;
/// A stream on which nothing was sent for so long is closed, so that the connection may end.
const IDLE: Duration = Duration::from_secs(30);

/// What a control stream brought.
#[derive(Debug)]
pub(super) enum Heard {
    /// A message.
    Message(PeerId, Box<Message>),
    /// The peer broke the protocol, or sends without end.
    Misbehaved(PeerId),
}

/// The node's control streams; clones are handles to the same.
#[derive(Clone)]
pub(super) struct Links {
    network: Network,
    writers: Arc<Mutex<HashMap<PeerId, mpsc::Sender<Message>>>>,
    heard: mpsc::Sender<Heard>,
}

impl Links {
    /// Links without a stream yet. What they bring goes to `heard`.
    pub(super) fn new(network: Network, heard: mpsc::Sender<Heard>) -> Self {
        Self { network, writers: Arc::default(), heard }
    }

    /// Sends a message to a connected peer, in the order of the calls. One that can't keep up is disconnected.
    pub(super) fn send(&self, peer: PeerId, message: Message) {
        let mut message = message;
        // A third look would find no other: there is no connection, or the runtime is ending and starts no task.
        for _ in 0..2 {
            let writer = self.writer(peer);
            match writer.try_send(message) {
                Ok(()) => return,
                Err(mpsc::error::TrySendError::Full(_)) => {
                    self.lock().remove(&peer);
                    let network = self.network.clone();
                    tokio::spawn(async move { network.disconnect(peer).await });
                    return;
                }
                // The task ended between the look and the word; the next look starts another.
                Err(mpsc::error::TrySendError::Closed(back)) => {
                    self.lock().remove(&peer);
                    message = back;
                }
            }
        }
    }

    /// Forgets the stream to a peer that is gone.
    pub(super) fn forget(&self, peer: PeerId) {
        self.lock().remove(&peer);
    }

    /// Reads a stream that a peer opened, to its end.
    pub(super) fn accept(&self, peer: PeerId, stream: Stream) {
        let heard = self.heard.clone();
        tokio::spawn(async move {
            if read(peer, stream, &heard).await.is_err() {
                // The node has stopped if nobody takes it.
                let _ = heard.send(Heard::Misbehaved(peer)).await;
            }
        });
    }

    fn writer(&self, peer: PeerId) -> mpsc::Sender<Message> {
        let mut writers = self.lock();
        let start = || {
            let (sender, waiting) = mpsc::channel(MAX_WAITING);
            tokio::spawn(write(self.network.clone(), peer, waiting));
            sender
        };
        writers.entry(peer).or_insert_with(start).clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PeerId, mpsc::Sender<Message>>> {
        self.writers.lock().expect("no holder of the links' lock panics")
    }
}

/// Sends what waits for a peer, until nothing comes any more or the stream breaks. Whoever needs an answer notices
/// that none comes; a broken connection is told by the network.
async fn write(network: Network, peer: PeerId, mut waiting: mpsc::Receiver<Message>) {
    let Ok(mut stream) = network.open(peer, CONTROL).await else { return };
    loop {
        let message = match timeout(IDLE, waiting.recv()).await {
            Ok(Some(message)) => message,
            Ok(None) => break,
            // What was put in since still goes out; what comes later starts another task.
            Err(_) => {
                waiting.close();
                continue;
            }
        };
        // Ours are within their limits; a card that has grown too long is not sent.
        let Ok(body) = message.encode() else { continue };
        let frame = [&encode_head(Kind::Message, body.len())[..], &body].concat();
        if network.is_outdone(peer, &stream)
            && let Ok(better) = network.open(peer, CONTROL).await
        {
            // What is on its way still arrives.
            let _ = stream.close().await;
            stream = better;
        }
        if stream.write_all(&frame).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
    // The peer may have closed first.
    let _ = stream.close().await;
}

/// The peer broke the protocol.
struct Misbehaved;

async fn read(peer: PeerId, mut stream: Stream, heard: &mpsc::Sender<Heard>) -> Result<(), Misbehaved> {
    let start = Instant::now();
    let now = || Time::ZERO + start.elapsed();
    let mut allowance = TokenBucket::new(BURST, PER_SECOND, now());
    let mut reader = Reader::messages();
    let mut bytes = vec![0; STEP_BYTES];
    loop {
        let count = match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return Ok(()),
            Ok(count) => count,
        };
        reader.push(&bytes[..count]);
        while let Some(frame) = reader.next().map_err(|_| Misbehaved)? {
            allowance.take(now(), 1).map_err(|_| Misbehaved)?;
            let Frame::Message(body) = frame else { return Err(Misbehaved) };
            // Kinds of a newer version are passed over.
            let Some(message) = Message::decode(&body).map_err(|_| Misbehaved)? else { continue };
            if heard.send(Heard::Message(peer, Box::new(message))).await.is_err() {
                return Ok(());
            }
        }
    }
}
