//! Taking a room from a parent: one stream for each wanted track, each object verified before it goes anywhere.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::PeerId;
use parlor_protocol::card::SignedCard;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Frame, FrameError, Kind, Reader, encode_head};
use parlor_protocol::media::TrackName;
use parlor_protocol::object::{Fault, ObjectError, Received};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::carriage::Carriage;
use super::conductor::Event;
use crate::swarm::{Network, OBJECTS};

/// Bytes read at a time: a few hundred milliseconds of an ordinary stream.
const STEP_BYTES: usize = 64 * 1024;
/// The tree is told so often that a parent sends.
const TELL: Duration = Duration::from_millis(100);
/// A stream that ended is opened again after so long, as long as the parent is followed.
const AGAIN: Duration = Duration::from_millis(200);
/// Objects that have been here already, at the start of a stream: a new parent may be behind the old one by a group.
const MAX_REPEATED: usize = 512;

/// Why a stream from a parent ended.
enum End {
    /// It broke, or the parent closed it.
    Over,
    /// There is a shorter way by now.
    Outdone,
    /// The parent sent what it must not.
    Bad,
}

/// Takes what is wanted from this parent, until the task is aborted.
pub(super) async fn follow(
    network: Network,
    carriage: Arc<Carriage>,
    parent: PeerId,
    events: mpsc::Sender<Event>,
) {
    let mut wanted = carriage.wanted();
    let mut streams = JoinSet::new();
    let mut taken: BTreeMap<TrackName, AbortHandle> = BTreeMap::new();
    loop {
        let tracks = wanted.borrow_and_update().clone();
        taken.retain(|track, task| {
            let stays = tracks.contains_key(track);
            if !stays {
                task.abort();
            }
            stays
        });
        for track in tracks.into_keys() {
            let (network, carriage, events) = (network.clone(), carriage.clone(), events.clone());
            taken
                .entry(track.clone())
                .or_insert_with(|| streams.spawn(keep_taking(network, carriage, parent, track, events)));
        }
        if wanted.changed().await.is_err() {
            return;
        }
    }
}

async fn keep_taking(
    network: Network,
    carriage: Arc<Carriage>,
    parent: PeerId,
    track: TrackName,
    events: mpsc::Sender<Event>,
) {
    loop {
        match take(&network, &carriage, parent, &track, &events).await {
            End::Over => sleep(AGAIN).await,
            End::Outdone => {}
            End::Bad => {
                // The conductor ends only with the carriage.
                let _ = events.send(Event::Bad(parent)).await;
                return;
            }
        }
    }
}

async fn take(
    network: &Network,
    carriage: &Arc<Carriage>,
    parent: PeerId,
    track: &TrackName,
    events: &mpsc::Sender<Event>,
) -> End {
    let Ok(mut stream) = network.open(parent, OBJECTS).await else { return End::Over };
    let subscribe =
        Message::Subscribe { room: carriage.room(), track: track.clone(), after: carriage.last(track) };
    let body = subscribe.encode().expect("a room and a name are within the limits");
    let frame = [&encode_head(Kind::Message, body.len())[..], &body].concat();
    if stream.write_all(&frame).await.is_err() || stream.flush().await.is_err() {
        return End::Over;
    }
    let mut intake = Intake { carriage, track, repeated: 0 };
    let mut reader = Reader::objects();
    let mut bytes = vec![0; STEP_BYTES];
    let mut told: Option<Instant> = None;
    let mut outdone = pin!(network.outdone(parent, &stream));
    loop {
        let read = tokio::select! {
            read = stream.read(&mut bytes) => read,
            // A hole was punched: the rest comes the short way, from where this ends.
            () = &mut outdone => return End::Outdone,
        };
        match read {
            Ok(count) if count > 0 => reader.push(&bytes[..count]),
            _ => return End::Over,
        }
        match intake.take_all(&mut reader) {
            Ok(0) => {}
            Ok(_) if told.is_none_or(|told| told.elapsed() >= TELL) => {
                told = Some(Instant::now());
                // The tree has been told a moment ago if there is no place for another word.
                let _ = events.try_send(Event::Media(parent));
            }
            Ok(_) => {}
            Err(end) => return end,
        }
    }
}

/// One stream's way into the carriage.
struct Intake<'a> {
    carriage: &'a Carriage,
    track: &'a TrackName,
    repeated: usize,
}

impl Intake<'_> {
    /// Takes every whole frame; how many new objects there were.
    fn take_all(&mut self, reader: &mut Reader) -> Result<u64, End> {
        let mut new = 0;
        while let Some(frame) = reader.next().map_err(|_: FrameError| End::Bad)? {
            match frame {
                Frame::Object(bytes) => new += u64::from(self.take(bytes)?),
                Frame::Message(body) => match Message::decode(&body) {
                    Ok(Some(Message::Missed { count })) => {
                        self.carriage
                            .update(|standing| standing.missed = standing.missed.saturating_add(count));
                    }
                    Ok(_) => {}
                    Err(_) => return Err(End::Bad),
                },
            }
        }
        if new > 0 {
            self.carriage.update(|standing| standing.objects += new);
        }
        Ok(new)
    }

    /// Verifies one object and hands it on; whether it was new.
    fn take(&mut self, bytes: bytes::Bytes) -> Result<bool, End> {
        match self.verify(bytes) {
            Ok(()) => Ok(true),
            Err(ObjectError::Replayed | ObjectError::TooOld) if self.repeated < MAX_REPEATED => {
                self.repeated += 1;
                Ok(false)
            }
            Err(error) => {
                self.carriage.update(|standing| standing.refused += 1);
                // To repeat a little happens to anybody; to repeat without end does not.
                let repeats = matches!(error, ObjectError::Replayed | ObjectError::TooOld);
                match error.fault() {
                    Fault::Host | Fault::Nobody if !repeats => Ok(false),
                    _ => Err(End::Bad),
                }
            }
        }
    }

    fn verify(&self, bytes: bytes::Bytes) -> Result<(), ObjectError> {
        let received = Received::read(bytes)?;
        if received.header().track != *self.track {
            return Err(ObjectError::Malformed);
        }
        self.carriage.check(received.header())?;
        let session = self.carriage.card().borrow().as_ref().map(SignedCard::session);
        // A carriage is followed only once there is a card.
        let session = session.ok_or(ObjectError::Forged)?;
        let object = received.verify(&session, &self.carriage.room())?;
        self.carriage.admit(object)
    }
}
