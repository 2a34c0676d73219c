//! Objects from neighbours: every stream that one opens is read here, and each object verified before it goes anywhere.

use std::sync::Arc;
use std::time::Duration;

use futures::AsyncReadExt;
use libp2p::PeerId;
use parlor_protocol::control::{Message, ShowMark};
use parlor_protocol::frame::{Frame, FrameError, Reader};
use parlor_protocol::ident::RoomId;
use parlor_protocol::object::{Fault, ObjectError, Received};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::carriage::{Arrival, Carriage, Inflow};
use super::conductor::Event;
use crate::swarm::streams::Stream;

/// How long a neighbour may take to say what comes, and how long it may be one before this node knows: the stream may
/// overtake the word that makes it one.
const OPENING_WAIT: Duration = Duration::from_secs(5);
/// Bytes read at a time: a few objects.
const STEP_BYTES: usize = 64 * 1024;

/// A stream of objects that a peer opened, and what it said first.
pub(super) struct Opened {
    pub(super) room: RoomId,
    show: ShowMark,
    stream: Stream,
    reader: Reader,
}

/// Why a stream is read no more.
enum End {
    /// It ended, or is of no use any more.
    Over,
    /// The peer sent what it must not.
    Bad,
}

/// Reads what a stream is opened for; `None` for one that is not understood, which is then dropped.
pub(super) async fn opened(mut stream: Stream) -> Option<Opened> {
    let mut reader = Reader::objects();
    let mut bytes = vec![0; 4096];
    let message = timeout(OPENING_WAIT, async {
        loop {
            let count = stream.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
            reader.push(&bytes[..count]);
            if let Some(frame) = reader.next().ok()? {
                let Frame::Message(body) = frame else { return None };
                return Message::decode(&body).ok()?;
            }
        }
    });
    match message.await.ok().flatten()? {
        Message::Objects { room, show } => Some(Opened { room, show, stream, reader }),
        _ => None,
    }
}

/// Takes what comes on this stream, for as long as the peer is a neighbour.
pub(super) async fn take(carriage: Arc<Carriage>, peer: PeerId, opened: Opened, events: mpsc::Sender<Event>) {
    let Opened { show, mut stream, reader, .. } = opened;
    let mut partners = carriage.partners();
    let is_partner = async { partners.wait_for(|partners| partners.contains(&peer)).await.is_ok() };
    if !timeout(OPENING_WAIT, is_partner).await.unwrap_or(false) {
        return;
    }
    let Some(inflow) = carriage.inflow(peer) else { return };
    let mut intake = Intake { carriage: &carriage, peer, show, reader, inflow };
    let end = tokio::select! {
        end = intake.run(&mut stream) => end,
        _ = partners.wait_for(|partners| !partners.contains(&peer)) => End::Over,
    };
    if matches!(end, End::Bad) {
        // The conductor ends only with the carriage.
        let _ = events.send(Event::Bad(peer)).await;
    }
}

/// One stream's way into the carriage.
struct Intake<'a> {
    carriage: &'a Carriage,
    peer: PeerId,
    show: ShowMark,
    reader: Reader,
    inflow: Inflow,
}

impl Intake<'_> {
    async fn run(&mut self, stream: &mut Stream) -> End {
        let mut bytes = vec![0; STEP_BYTES];
        loop {
            if let Err(end) = self.take_all().await {
                return end;
            }
            match stream.read(&mut bytes).await {
                Ok(count) if count > 0 => self.reader.push(&bytes[..count]),
                _ => return End::Over,
            }
        }
    }

    /// Takes every whole frame.
    async fn take_all(&mut self) -> Result<(), End> {
        while let Some(frame) = self.reader.next().map_err(|_: FrameError| End::Bad)? {
            match frame {
                Frame::Object(bytes) => {
                    if let Some(arrival) = self.take(bytes)? {
                        self.carriage.update(|standing| standing.objects += 1);
                        self.carriage.arrived(self.peer, arrival).await;
                    }
                }
                // Of a newer version, or none.
                Frame::Message(body) => drop(Message::decode(&body).map_err(|_| End::Bad)?),
            }
        }
        Ok(())
    }

    /// Verifies one object; `None` where there is nothing new in it.
    fn take(&self, bytes: bytes::Bytes) -> Result<Option<Arrival>, End> {
        // What is still on its way when another show begins is nobody's fault.
        let session = self.carriage.session().filter(|session| ShowMark::from(*session) == self.show);
        let session = session.ok_or(End::Over)?;
        let verify = || {
            let received = Received::read(bytes)?;
            self.carriage.check(received.header())?;
            let object = received.verify(&session, &self.carriage.room())?;
            self.carriage.admit(session, object)
        };
        let error = match verify() {
            Ok(arrival) => return Ok(arrival),
            Err(ObjectError::Replayed | ObjectError::TooOld) if self.inflow.may_repeat() => return Ok(None),
            Err(error) => error,
        };
        self.carriage.update(|standing| standing.refused += 1);
        // To repeat a little happens to anybody; to repeat without end does not.
        let repeats = matches!(error, ObjectError::Replayed | ObjectError::TooOld);
        match error.fault() {
            Fault::Host | Fault::Nobody if !repeats => Ok(None),
            _ => Err(End::Bad),
        }
    }
}
