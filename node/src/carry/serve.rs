//! Giving a room to a child: one stream for each track that it asks for, written from the ring's own bytes.

use std::sync::Arc;
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::PeerId;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Frame, Kind, Reader, encode_head};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::carriage::Carriage;
use super::conductor::Event;
use super::upload::Upload;
use crate::room::{Next, Start};
use crate::swarm::streams::Stream;

/// How long a child may take to say what it wants.
const SUBSCRIBE_WAIT: Duration = Duration::from_secs(5);
/// Up to here an object is copied behind its head: each write may become a packet, and sound comes fifty times a second.
const SMALL: usize = 1024;
/// The tree is told so often that something went out.
const TELL: Duration = Duration::from_millis(100);

/// What a child asked for.
pub(super) struct Wanted {
    pub(super) message: Message,
    stream: Stream,
}

/// Reads what a stream is opened for; `None` for one that is not understood, which is then dropped.
pub(super) async fn wanted(mut stream: Stream) -> Option<Wanted> {
    let mut reader = Reader::messages();
    let mut bytes = [0; 1024];
    let message = timeout(SUBSCRIBE_WAIT, async {
        loop {
            let count = stream.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
            reader.push(&bytes[..count]);
            if let Some(frame) = reader.next().ok()? {
                let Frame::Message(body) = frame else { return None };
                return Message::decode(&body).ok()?;
            }
        }
    });
    let message = message.await.ok().flatten()?;
    Some(Wanted { message, stream })
}

/// Serves a child this track for as long as the tree says so.
pub(super) async fn serve(
    carriage: Arc<Carriage>,
    child: PeerId,
    wanted: Wanted,
    upload: Arc<Upload>,
    events: mpsc::Sender<Event>,
) {
    let Message::Subscribe { track, after, .. } = wanted.message else { return };
    let mut served = carriage.served();
    // The stream may come a moment before the word that allows it.
    let is_child = async { served.wait_for(|served| served.contains(&child)).await.is_ok() };
    if !timeout(SUBSCRIBE_WAIT, is_child).await.unwrap_or(false) {
        return;
    }
    let start = after.map_or(Start::NewestGroup, Start::After);
    let Ok(mut reader) = carriage.read(&track, start) else { return };
    let mut stream = wanted.stream;
    let mut told: Option<Instant> = None;
    let writing = async {
        while let Some(next) = reader.objects.next().await {
            write(&mut stream, next, &upload).await.ok()?;
            if told.is_none_or(|told| told.elapsed() >= TELL) {
                told = Some(Instant::now());
                // As for media from a parent: a full queue has been told already.
                let _ = events.try_send(Event::Sent(child));
            }
        }
        Some(())
    };
    tokio::select! {
        _ = writing => {}
        _ = served.wait_for(|served| !served.contains(&child)) => {}
    }
    reader.linger();
    // The child may have gone first.
    let _ = stream.close().await;
}

async fn write(
    stream: &mut Stream,
    next: Next<parlor_protocol::object::Object>,
    upload: &Upload,
) -> std::io::Result<()> {
    match next {
        Next::Item(object) => {
            let bytes = object.bytes();
            upload.take(bytes.len()).await;
            let head = encode_head(Kind::Object, bytes.len());
            if bytes.len() <= SMALL {
                stream.write_all(&[&head, &bytes[..]].concat()).await?;
            } else {
                stream.write_all(&head).await?;
                stream.write_all(bytes).await?;
            }
        }
        Next::Lagged(count) => {
            let body = Message::Missed { count }.encode().expect("a number is within the limits");
            stream.write_all(&encode_head(Kind::Message, body.len())).await?;
            stream.write_all(&body).await?;
        }
    }
    stream.flush().await
}
