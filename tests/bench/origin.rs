//! A recorded endless response, sent again at the pace at which it came: what stands behind nginx when it relays one.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parlor_e2e::in_time;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
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

/// A server that plays a recording to everybody who connects, over and over.
pub(crate) struct Origin {
    /// `HOST:PORT`.
    pub(crate) address: String,
    _server: JoinSet<()>,
}

impl Origin {
    /// Starts it.
    pub(crate) async fn start(recording: Recording) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut players = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                players.spawn(play(socket, recording.clone()));
            }
        });
        Self { address, _server: server }
    }
}

async fn play(mut socket: TcpStream, recording: Recording) {
    let mut request = [0; 4096];
    let head = b"HTTP/1.0 200 OK\r\nContent-Type: video/mp4\r\n\r\n";
    drop(socket.set_nodelay(true));
    if socket.read(&mut request).await.is_err() || socket.write_all(head).await.is_err() {
        return;
    }
    let length = recording.last().map_or(Duration::ZERO, |(at, _)| *at);
    let mut start = Instant::now();
    loop {
        for (at, piece) in &*recording {
            sleep_until(start + *at).await;
            if socket.write_all(piece).await.is_err() {
                return;
            }
        }
        start += length;
    }
}
