//! The listener: takes connections, few enough and none for ever, and speaks HTTP/1.1 on them.
//!
//! HTTP/1.1 only: no browser speaks HTTP/2 without TLS, and a proxy that adds TLS speaks HTTP/1.1 to us.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::patience::Patience;
use super::{App, Service};

/// The most connections at once. A process has 1024 file descriptors by default; the camera, WebRTC and publishers
/// need some of the rest.
const MAX_CONNECTIONS: usize = 768;
/// The most bytes of request line and headers: cookies and a long query fit several times.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// The most headers; browsers send fewer than thirty.
const MAX_HEADERS: usize = 64;
/// Bytes that a connection gathers before it writes: a keyframe of 720p.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long a request's headers may take, and so how long a connection may rest between requests.
const HEADER_TIME: Duration = Duration::from_secs(20);
/// How long a client may take no byte of its answer: longer than a phone's change from Wi-Fi to mobile takes.
const STALL_TIME: Duration = Duration::from_secs(20);
/// The most bytes that wait in the kernel unsent. A slow viewer then waits here, where we notice and skip to the
/// newest picture, and not behind seconds of old ones.
const UNSENT_BYTES: u32 = 64 * 1024;
/// How long answers under way may take to end at shutdown. Endless ones end with their next chunk.
const GRACE: Duration = Duration::from_secs(2);
/// After a failed accept (no file descriptors left, as a rule) some connections must end first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// What a request's connection tells: nothing of the other end's address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Peer {
    /// A number that no other connection of this process has.
    pub(super) connection: u128,
    /// Whether it came from this machine.
    pub(super) is_local: bool,
    /// The address of this machine that it has reached.
    pub(super) reached: Option<IpAddr>,
}

/// Serves the node's pages, streams and interface until `shutdown`; then ends what is under way and returns.
///
/// # Errors
/// Where the listener has no address, so that it was never bound.
pub async fn serve(listener: TcpListener, app: App, shutdown: CancellationToken) -> io::Result<()> {
    serve_at_most(MAX_CONNECTIONS, listener, app, shutdown).await
}

/// The same for fewer connections at once.
pub(super) async fn serve_at_most(
    connections_at_once: usize,
    listener: TcpListener,
    app: App,
    shutdown: CancellationToken,
) -> io::Result<()> {
    listener.local_addr()?;
    let places = Arc::new(Semaphore::new(connections_at_once));
    let connections = TaskTracker::new();
    let service = super::service(app.clone());
    let mut count = 0_u128;
    loop {
        let (socket, address) = tokio::select! {
            // Nobody is taken any more, though they be there already.
            biased;
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => {
                let Ok(accepted) = accepted else {
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                accepted
            }
        };
        count += 1;
        let peer = Peer {
            connection: count,
            is_local: address.ip().to_canonical().is_loopback(),
            reached: socket.local_addr().ok().map(|own| own.ip().to_canonical()),
        };
        match places.clone().try_acquire_owned() {
            Ok(place) => {
                connections.spawn(speak(socket, peer, service.clone(), shutdown.clone(), place));
            }
            Err(_) => refuse(&socket),
        }
    }
    // Who knocks now is refused, and does not wait for an answer that never comes.
    drop(listener);
    app.begin_closing();
    connections.close();
    // Those that are left after the grace are dropped with the runtime; their sockets close then.
    let _ = timeout(GRACE, connections.wait()).await;
    Ok(())
}

/// Speaks HTTP on one connection until either end is done.
async fn speak(
    socket: TcpStream,
    peer: Peer,
    service: Service,
    shutdown: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    // Both only make it sooner at the viewer; a kernel that can't goes on without.
    let _ = socket.set_nodelay(true);
    let _ = limit_unsent(&socket);
    let closing = shutdown.clone();
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let answer = service.clone().oneshot(request.map(Body::new));
        let closing = closing.clone();
        async move {
            let mut answer = answer.await?;
            // What ends the node is answered, and the client told that its next request would come too late (RFC 9112, 9.6).
            if closing.is_cancelled() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_header_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(Patience::new(socket, STALL_TIME)), answer);
    let mut connection = std::pin::pin!(connection);
    // Errors are the client's: it went away, stalled, or spoke no HTTP. There is nobody to tell.
    tokio::select! {
        biased;
        () = shutdown.cancelled() => connection.as_mut().graceful_shutdown(),
        _ = connection.as_mut() => return,
    }
    let _ = timeout(GRACE, connection).await;
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn limit_unsent(socket: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(socket).set_tcp_notsent_lowat(UNSENT_BYTES)
}

/// Elsewhere the send buffer as a whole is the limit that there is.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn limit_unsent(socket: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(socket).set_send_buffer_size(2 * UNSENT_BYTES as usize)
}

/// Tells a client that every place is taken, without waiting for it.
fn refuse(socket: &TcpStream) {
    const ANSWER: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 5\r\n\
        Connection: close\r\nContent-Length: 69\r\n\r\n\
        Every place at this node is taken. Try again in a few seconds, please";
    // A new socket's send buffer is empty, so this never waits; a client that is gone needs no answer.
    let _ = socket2::SockRef::from(socket).send(ANSWER);
}
