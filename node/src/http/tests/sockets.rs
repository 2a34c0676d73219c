//! The listener with real sockets, on loopback.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::http::serve::serve_at_most;

struct Listening {
    node: Node,
    address: std::net::SocketAddr,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn listen(places: usize) -> Listening {
    let (mut node, _reel) = Node::on_air().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hosts = AllowedHosts::new(address, &[]);
    node.app = App::new(node.app.studio.clone(), node.app.gateway.clone(), hosts, node.shutdown.clone());
    let serving = tokio::spawn(serve_at_most(places, listener, node.app.clone(), node.shutdown.clone()));
    Listening { node, address, serving }
}

impl Listening {
    /// Connects, asks, and reads until `until` has come.
    async fn ask(&self, path: &str, until: &str) -> (TcpStream, String) {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut read = String::new();
        let mut bytes = [0; 4096];
        while !read.contains(until) {
            let count = socket.read(&mut bytes).await.unwrap();
            assert_ne!(count, 0, "{read}");
            read.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        (socket, read)
    }
}

#[tokio::test]
async fn endless_answers_end_with_the_node() {
    let listening = listen(8).await;
    let mut reel = reel::Reel::load(&listening.node.room);
    reel.play(3);
    let (mut film, head) = listening.ask(&listening.node.path("/live.mp4"), "moof").await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"));
    let (mut events, _) = listening.ask(&listening.node.path("/events"), "event: facts").await;
    let (mut idle, _) = listening.ask("/favicon.ico", "</svg>").await;
    listening.node.shutdown.cancel();
    // The next chunk lets the film notice.
    while !listening.serving.is_finished() {
        reel.play(1);
        tokio::task::yield_now().await;
    }
    listening.serving.await.unwrap().unwrap();
    for (socket, end) in [(&mut film, "0\r\n\r\n"), (&mut events, "0\r\n\r\n"), (&mut idle, "")] {
        let mut rest = Vec::new();
        socket.read_to_end(&mut rest).await.unwrap();
        assert!(String::from_utf8_lossy(&rest).ends_with(end), "the answer is whole");
    }
}

#[tokio::test]
async fn one_too_many_is_told_so() {
    let listening = listen(1).await;
    let (first, _) = listening.ask("/favicon.ico", "</svg>").await;
    let (_, refused) = listening.ask("/favicon.ico", "please").await;
    assert!(refused.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    drop(first);
    listening.node.shutdown.cancel();
    listening.serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let listening = listen(8).await;
    let long = format!("/?{}", "x".repeat(20_000));
    let (_, answer) = listening.ask(&long, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 414 "), "{answer}");
    listening.node.shutdown.cancel();
    listening.serving.await.unwrap().unwrap();
}
