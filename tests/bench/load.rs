//! Viewers by the dozen: they read as fast as it comes and look at nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parlor_e2e::in_time;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::process;

/// Viewers under way, and what they have received so far.
pub(crate) struct Load {
    tasks: JoinSet<()>,
    /// By each of them.
    bytes: Vec<Arc<AtomicU64>>,
}

impl Load {
    /// So many viewers of one endless response.
    pub(crate) fn endless(count: usize, address: &str) -> Self {
        let address = address.to_owned();
        Self::of(count, move |bytes| endless(address.clone(), bytes))
    }

    /// So many viewers who each do this; they add what they receive to their counter.
    pub(crate) fn of<F>(count: usize, viewer: impl Fn(Arc<AtomicU64>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (mut bytes, mut tasks) = (Vec::new(), JoinSet::new());
        for _ in 0..count {
            let counter = Arc::<AtomicU64>::default();
            tasks.spawn(viewer(counter.clone()));
            bytes.push(counter);
        }
        Self { tasks, bytes }
    }

    /// Waits until everybody has received something.
    pub(crate) async fn begun(&self) {
        let begun = async {
            while self.bytes.iter().any(|bytes| bytes.load(Ordering::Relaxed) == 0) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        in_time("the viewers' first bytes", begun).await;
    }

    /// Does something, and waits until it has brought everybody something.
    pub(crate) async fn brought(&self, something: impl Future<Output = ()>) {
        let counts = || self.bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed));
        let before: Vec<_> = counts().collect();
        something.await;
        let brought = async {
            while counts().zip(&before).any(|(now, before)| now == *before) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        in_time("what is for everybody", brought).await;
    }

    /// Sends everybody home, and returns once they have left.
    pub(crate) async fn end(mut self) {
        self.tasks.shutdown().await;
    }

    /// Bytes received so far by all of them.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum()
    }
}

/// What a process did over a span of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Thousandths of a core.
    pub(crate) millicores: f64,
    /// Bytes that the viewers received, a second.
    pub(crate) bytes_per_second: f64,
}

/// Watches a process, and the viewers if there are any, for a span of time.
pub(crate) async fn cost(pid: u32, load: Option<&Load>, span: Duration) -> Cost {
    let bytes = || load.map_or(0, Load::bytes);
    let (cpu, received, start) = (process::cpu(pid), bytes(), tokio::time::Instant::now());
    tokio::time::sleep(span).await;
    let seconds = start.elapsed().as_secs_f64();
    Cost {
        millicores: process::cpu(pid).saturating_sub(cpu).as_secs_f64() / seconds * 1000.0,
        bytes_per_second: (bytes() - received) as f64 / seconds,
    }
}

/// Reads the response to a GET until it ends, which it does not.
async fn endless(address: String, bytes: Arc<AtomicU64>) {
    let url = reqwest::Url::parse(&address).expect("an address");
    let host = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
    let mut socket = TcpStream::connect(&host).await.expect("the server listens");
    let query = url.query().map_or(String::new(), |query| format!("?{query}"));
    let request = format!("GET {}{query} HTTP/1.1\r\nHost: {host}\r\n\r\n", url.path());
    socket.write_all(request.as_bytes()).await.expect("the server reads");
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = socket.read(&mut buffer).await {
        bytes.fetch_add(read as u64, Ordering::Relaxed);
    }
}
