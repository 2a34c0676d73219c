//! Bare quinn as the reference of a relay: the same chunks over one stream to each receiver, as quinn is out of the box.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use parlor_e2e::in_time;
use quinn::rustls::RootCertStore;
use quinn::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
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
    place: Listening,
}

/// Where it listens, and as whom: what it prints.
#[derive(Serialize, Deserialize)]
struct Listening {
    address: SocketAddr,
    certificate: Vec<u8>,
}

/// The name on its certificate.
const NAME: &str = "localhost";

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
        let place = serde_json::from_str(&line).expect("where it listens");
        Self { process, place }
    }

    /// How long each of some receivers, who come one after the other, waits for its first chunk.
    pub(crate) async fn joins(&self, count: usize) -> Vec<Duration> {
        let mut waited = Vec::new();
        for _ in 0..count {
            let start = Instant::now();
            let (_connection, mut stream) = connect(&self.place).await;
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
            let (connection, mut stream) = connect(&self.place).await;
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

async fn connect(place: &Listening) -> (quinn::Connection, quinn::RecvStream) {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(place.certificate.clone())).expect("a certificate");
    let config = quinn::ClientConfig::with_root_certificates(Arc::new(roots)).expect("TLS 1.3");
    let endpoint = quinn::Endpoint::client(([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
    let connection = endpoint.connect_with(config, place.address, NAME).expect("a usable address");
    let connection = connection.await.expect("the source accepts");
    let stream = connection.accept_uni().await.expect("the source opens a stream");
    (connection, stream)
}

/// The process that serves.
pub(crate) async fn run(chunk: usize) {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed([NAME.to_owned()]).expect("a certificate of one's own");
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der()).into();
    let config = quinn::ServerConfig::with_single_cert(vec![cert.der().clone()], key).expect("TLS 1.3");
    let endpoint =
        quinn::Endpoint::server(config, ([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
    let address = endpoint.local_addr().expect("it is bound");
    let listening = Listening { address, certificate: cert.der().to_vec() };
    println!("{}", serde_json::to_string(&listening).expect("JSON"));
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
