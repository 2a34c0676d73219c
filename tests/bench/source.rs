//! Bare quinn as the reference of a relay: the same chunks over one stream to each receiver, and nothing else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use libp2p::identity::Keypair;
use parlor_e2e::in_time;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::process;

/// How often each receiver gets a chunk.
const EVERY: Duration = Duration::from_millis(100);
/// The word that makes this program a source, before the size of the chunks.
pub(crate) const COMMAND: &str = "source";

/// A process of its own that serves chunks to whoever connects.
pub(crate) struct Source {
    process: Child,
    address: SocketAddr,
}

impl Source {
    /// Starts one whose chunks have so many bytes.
    pub(crate) async fn start(chunk: usize) -> Self {
        let program = std::env::current_exe().expect("this program has a file");
        let mut process = Command::new(program)
            .args([COMMAND, &chunk.to_string()])
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("this program can be started once more");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        in_time("the source", output.read_line(&mut line)).await.expect("the source says where it listens");
        let address = line.trim().parse().expect("an address");
        Self { process, address }
    }

    /// How long each of some receivers, who come one after the other, waits for its first chunk.
    pub(crate) async fn joins(&self, count: usize) -> Vec<Duration> {
        let mut waited = Vec::new();
        for _ in 0..count {
            let start = Instant::now();
            let (_connection, mut stream) = connect(self.address).await;
            stream.read_chunk(1, true).await.expect("the source sends");
            waited.push(start.elapsed());
        }
        waited
    }

    /// What so many receivers cost it over a span of time, and the bytes that they got.
    pub(crate) async fn serve(&self, receivers: usize, span: Duration) -> (Duration, u64) {
        let mut load = JoinSet::new();
        let bytes = Arc::new(std::sync::atomic::AtomicU64::new(0));
        for _ in 0..receivers {
            let (connection, mut stream) = connect(self.address).await;
            let bytes = bytes.clone();
            load.spawn(async move {
                let _connection = connection;
                while let Ok(Some(chunk)) = stream.read_chunk(usize::MAX, true).await {
                    bytes.fetch_add(chunk.bytes.len() as u64, std::sync::atomic::Ordering::Relaxed);
                }
            });
        }
        let pid = self.process.id().expect("the source runs");
        let count = || bytes.load(std::sync::atomic::Ordering::Relaxed);
        let (spent, got) = (process::cpu(pid), count());
        tokio::time::sleep(span).await;
        (process::cpu(pid).saturating_sub(spent), count() - got)
    }
}

async fn connect(address: SocketAddr) -> (quinn::Connection, quinn::RecvStream) {
    let key = Keypair::generate_ed25519();
    let tls = libp2p_tls::make_client_config(&key, None).expect("a client's side of TLS");
    let config = quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).expect("TLS 1.3")));
    let endpoint = quinn::Endpoint::client(([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
    let connection = endpoint.connect_with(config, address, "libp2p").expect("a usable address");
    let connection = connection.await.expect("the source accepts");
    let stream = connection.accept_uni().await.expect("the source opens a stream");
    (connection, stream)
}

/// The process that serves.
pub(crate) async fn run(chunk: usize) {
    let tls = libp2p_tls::make_server_config(&Keypair::generate_ed25519()).expect("a server's side of TLS");
    let config =
        quinn::ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).expect("TLS 1.3")));
    let endpoint =
        quinn::Endpoint::server(config, ([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
    println!("{}", endpoint.local_addr().expect("it is bound"));
    let chunk = Bytes::from(vec![7; chunk]);
    while let Some(incoming) = endpoint.accept().await {
        let chunk = chunk.clone();
        tokio::spawn(async move {
            let connection = incoming.await.expect("a handshake");
            let mut stream = connection.open_uni().await.expect("a stream");
            let mut clock = interval(EVERY);
            clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
            loop {
                clock.tick().await;
                if stream.write_chunk(chunk.clone()).await.is_err() {
                    return;
                }
            }
        });
    }
}
