//! The socket: accepts clients, drives their sessions, and moves what they publish into the engine.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parlor_media::ingest::FeedError;
use parlor_media::{Broadcast, BroadcastError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::Refusal;
use super::publisher::{Action, Publisher};
use super::session::{Event, Session};
use crate::ingest::Publishing;
use crate::secret::Secret;

/// The most clients at once: one publishes, the others are mistaken about the key or come back after a break.
const MAX_CLIENTS: usize = 8;
/// How long the handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);
/// How long a client may take until it publishes.
const START_TIME: Duration = Duration::from_secs(15);
/// A client that publishes sends something every few milliseconds; after so long it is gone.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a client may take to read what it is told.
const SEND_TIME: Duration = Duration::from_secs(5);
/// What is read and thrown away of a client that is sent away: what it had under way when it was told, which is no more
/// than Linux lets a socket hold back (`tcp_wmem`). A client that sends more does not listen.
const LEAVE_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes read at once: a frame at 10 Mbit/s and 30 fps.
const READ_BYTES: usize = 48 * 1024;
/// Pause after the system could not accept a client, so that it is not asked in a loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Why RTMP can't be offered.
#[derive(Debug, thiserror::Error)]
pub enum RtmpError {
    /// The address is taken or not this machine's; whoever chose it is at fault.
    #[error("RTMP can't listen on {address}: {error}; choose another port or address")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
}

/// Takes one publisher at a time over RTMP. Dropping it sends everybody away and closes the port.
pub struct Server {
    address: SocketAddr,
    status: Status,
    task: AbortHandle,
}

/// What the server does at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RtmpStatus {
    /// Nobody publishes.
    Waiting,
    /// Somebody publishes.
    Publishing(parlor_media::Publisher),
    /// The last client was sent away.
    Refused(Refusal),
}

/// Who publishes, and why the last client was sent away.
#[derive(Clone, Default)]
struct Status(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    publisher: Option<parlor_media::Publisher>,
    refusal: Option<Refusal>,
}

impl Server {
    /// Listens for publishers who know `key`, and gives what they send to `broadcast`. They connect to
    /// `rtmp://ADDRESS/live` with the key as stream key (or name).
    ///
    /// # Errors
    /// [`RtmpError::Listen`] where the address can't be bound.
    pub async fn listen(
        address: SocketAddr,
        key: Secret,
        broadcast: Arc<Broadcast>,
    ) -> Result<Self, RtmpError> {
        let listen = |error| RtmpError::Listen { address, error };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let status = Status::default();
        let task = tokio::spawn(accept(listener, key, broadcast, status.clone())).abort_handle();
        Ok(Self { address, status, task })
    }

    /// The address listened on; its port is the one that the system chose where 0 was asked for.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Who publishes; nobody, or why the last client was sent away.
    #[must_use]
    pub fn status(&self) -> RtmpStatus {
        let state = self.status.lock();
        match (&state.publisher, &state.refusal) {
            (Some(publisher), _) => RtmpStatus::Publishing(publisher.clone()),
            (None, Some(refusal)) => RtmpStatus::Refused(refusal.clone()),
            (None, None) => RtmpStatus::Waiting,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts clients. Their tasks end with this one.
async fn accept(listener: TcpListener, key: Secret, broadcast: Arc<Broadcast>, status: Status) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) if clients.len() < MAX_CLIENTS => {
                    let client = Client::new(socket, key.clone(), broadcast.clone(), status.clone());
                    clients.spawn(client.serve());
                }
                // Too many: the socket is closed.
                Ok(_) => {}
                // No file descriptors, as a rule; some come back.
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = clients.join_next() => {}
        }
    }
}

struct Client {
    socket: TcpStream,
    session: Session,
    broadcast: Arc<Broadcast>,
    status: Status,
    publisher: Publisher,
    /// Held while the client publishes.
    turn: Option<Turn>,
    feed: Option<Publishing>,
}

/// How a client's connection ended.
enum End {
    /// The client went away.
    Left,
    /// It has stopped publishing, and closes the connection itself.
    Finished,
    /// It was sent away.
    Refused(Refusal),
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Left
    }
}

impl Client {
    fn new(socket: TcpStream, key: Secret, broadcast: Arc<Broadcast>, status: Status) -> Self {
        let session = Session::new(key);
        Self { socket, session, broadcast, status, publisher: Publisher::default(), turn: None, feed: None }
    }

    async fn serve(mut self) {
        let Err(end) = self.run().await;
        if let Some(feed) = self.feed.take() {
            feed.close().await;
        }
        self.turn = None;
        match end {
            End::Left => return,
            End::Finished => self.session.conclude(),
            End::Refused(refusal) => {
                self.status.lock().refusal = Some(refusal.clone());
                self.session.refuse(&refusal);
            }
        }
        // A client that does not listen is left anyway.
        let _ = timeout(SEND_TIME, self.take_leave()).await;
    }

    async fn run(&mut self) -> Result<std::convert::Infallible, End> {
        let connected = Instant::now();
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let deadline = match (&self.turn, self.session.is_greeted()) {
                (Some(_), _) => Instant::now() + SILENCE,
                (None, true) => connected + START_TIME,
                (None, false) => connected + HANDSHAKE_TIME,
            };
            let read = timeout_at(deadline, self.socket.read(&mut buffer)).await;
            let bytes = match read.map_err(|_| Refusal::Silent)?? {
                0 => return Err(End::Left),
                read => &buffer[..read],
            };
            let received = self.session.receive(bytes);
            while let Some(event) = self.session.event() {
                self.obey(event).await?;
            }
            received?;
            self.flush().await?;
            if let Some(fault) = self.feed.as_ref().and_then(|feed| feed.fault()) {
                return Err(Refusal::Source(fault).into());
            }
        }
    }

    async fn obey(&mut self, event: Event) -> Result<(), End> {
        let mut actions = Vec::new();
        match event {
            Event::Asks => {
                self.turn = Some(self.status.turn(self.publisher.who()).ok_or(Refusal::Busy)?);
                self.session.accept();
            }
            Event::Program(encoder) => {
                self.publisher.name(&encoder);
                self.status.lock().publisher = Some(self.publisher.who());
            }
            Event::Video { timestamp_ms, tag } => self.publisher.video(timestamp_ms, tag, &mut actions),
            Event::Audio { timestamp_ms, tag } => self.publisher.audio(timestamp_ms, tag, &mut actions),
            Event::Finished => return Err(End::Finished),
        }
        for action in actions {
            self.act(action).await?;
        }
        Ok(())
    }

    async fn act(&mut self, action: Action) -> Result<(), Refusal> {
        match (action, &self.feed) {
            (Action::Open(format), _) => {
                if let Some(feed) = self.feed.take() {
                    feed.close().await;
                }
                let opened = Publishing::open(&self.broadcast, format).await;
                self.feed = Some(opened.map_err(refusal)?);
            }
            (Action::Video { unit, pts, dts }, Some(feed)) => feed.push_video(unit, pts, dts),
            (Action::Audio { frame, pts }, Some(feed)) => feed.push_audio(frame, pts),
            (_, None) => {}
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), End> {
        let output = self.session.take_output();
        timeout(SEND_TIME, self.socket.write_all(&output)).await.map_err(|_| Refusal::Silent)??;
        Ok(())
    }

    /// Sends what is left to say, if anything, and waits until the client has closed, for as long as it may: a socket closed
    /// with unread bytes in it would make the client's system throw the last message away.
    async fn take_leave(&mut self) -> Result<(), End> {
        let output = self.session.take_output();
        if output.is_empty() {
            return Ok(());
        }
        self.socket.write_all(&output).await?;
        tokio::io::copy(&mut (&mut self.socket).take(LEAVE_BYTES), &mut tokio::io::sink()).await?;
        Ok(())
    }
}

/// Why a client is sent away whom the engine does not take.
fn refusal(error: BroadcastError) -> Refusal {
    match error {
        BroadcastError::Busy => Refusal::Busy,
        BroadcastError::Feed(FeedError::Machine(trouble)) => Refusal::Source(trouble),
        BroadcastError::Feed(error) => Refusal::Feed(error),
        other => Refusal::Engine(other.to_string()),
    }
}

/// The one publisher's turn; dropping it gives it back.
struct Turn(Status);

impl Status {
    /// The turn of this publisher, if nobody has it.
    fn turn(&self, publisher: parlor_media::Publisher) -> Option<Turn> {
        let mut state = self.lock();
        if state.publisher.is_some() {
            return None;
        }
        *state = State { publisher: Some(publisher), refusal: None };
        Some(Turn(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of the status lock panics")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.lock().publisher = None;
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
