//! A recorded endless response, sent again at the pace at which it came, or piece by piece when told: what stands behind nginx
//! when it relays one.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parlor_e2e::in_time;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Pieces of a response and when each came.
pub(crate) type Recording = Arc<[(Duration, Bytes)]>;

/// Records a response for so long.
pub(crate) async fn record(mut response: reqwest::Response, span: Duration) -> Recording {
    let (start, mut pieces) = (Instant::now(), Vec::new());
    while start.elapsed() < span {
        let piece = in_time("more to record", response.chunk()).await.expect("the stream is not torn");
        pieces.push((start.elapsed(), piece.expect("the stream goes on")));
    }
    pieces.into()
}

/// A server that plays to everybody who connects.
pub(crate) struct Origin {
    /// `HOST:PORT`.
    pub(crate) address: String,
    _server: JoinSet<()>,
}

impl Origin {
    /// One that plays a recording, over and over.
    pub(crate) async fn start(recording: Recording) -> Self {
        Self::of(move |socket| play(socket, recording.clone())).await
    }

    /// One that begins with `head`, and sends `piece` as often as it is told.
    pub(crate) async fn prompted(head: Bytes, piece: Bytes) -> (Self, watch::Sender<u64>) {
        let (prompt, prompts) = watch::channel(0);
        let origin =
            Self::of(move |socket| answer(socket, head.clone(), piece.clone(), prompts.clone())).await;
        (origin, prompt)
    }

    async fn of<F>(player: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut players = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                players.spawn(player(socket));
            }
        });
        Self { address, _server: server }
    }
}

/// Reads the request and begins the answer; `None` once the other end has gone.
async fn begin(socket: &mut TcpStream) -> Option<()> {
    let mut request = [0; 4096];
    let head = b"HTTP/1.0 200 OK\r\nContent-Type: video/mp4\r\n\r\n";
    drop(socket.set_nodelay(true));
    socket.read(&mut request).await.ok().filter(|read| *read > 0)?;
    socket.write_all(head).await.ok()
}

async fn play(mut socket: TcpStream, recording: Recording) -> Option<()> {
    begin(&mut socket).await?;
    let length = recording.last().map_or(Duration::ZERO, |(at, _)| *at);
    let mut start = Instant::now();
    loop {
        for (at, piece) in &*recording {
            sleep_until(start + *at).await;
            socket.write_all(piece).await.ok()?;
        }
        start += length;
    }
}

async fn answer(
    mut socket: TcpStream,
    head: Bytes,
    piece: Bytes,
    mut prompts: watch::Receiver<u64>,
) -> Option<()> {
    begin(&mut socket).await?;
    let mut sent = *prompts.borrow_and_update();
    socket.write_all(&head).await.ok()?;
    loop {
        prompts.changed().await.ok()?;
        while sent < *prompts.borrow_and_update() {
            socket.write_all(&piece).await.ok()?;
            sent += 1;
        }
    }
}
