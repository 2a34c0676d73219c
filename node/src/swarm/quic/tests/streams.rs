//! How streams begin and end.

use std::io::ErrorKind;
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::*;

async fn stream() -> (SubstreamBox, SubstreamBox, impl Sized) {
    let (host, guest, mut theirs, mut ours) = pair().await;
    let mut stream = open(&mut ours).await.unwrap();
    stream.write_all(b"half a mess").await.unwrap();
    let accepted = accept(&mut theirs).await.unwrap();
    (stream, accepted, (host, guest, theirs, ours))
}

#[tokio::test]
async fn a_dropped_stream_ends_and_takes_no_more() {
    let (stream, mut accepted, _held) = stream().await;
    drop(stream);
    let mut text = Vec::new();
    accepted.read_to_end(&mut text).await.unwrap();
    assert_eq!(text, b"half a mess");
    let error = loop {
        if let Err(error) = accepted.write_all(b"anybody?").await {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_closed_stream_ends_in_good_order() {
    let (mut stream, mut accepted, _held) = stream().await;
    stream.write_all(b"age").await.unwrap();
    stream.close().await.unwrap();
    // As often as one likes.
    stream.close().await.unwrap();
    assert!(stream.write_all(b"more").await.is_err());
    let mut text = Vec::new();
    accepted.read_to_end(&mut text).await.unwrap();
    assert_eq!(text, b"half a message");
    // The other half is still open.
    accepted.write_all(b"answer").await.unwrap();
    accepted.close().await.unwrap();
    drop(accepted);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"answer");
}

/// As libp2p's table and its `autonat` do, which close nothing: they answer, and let go.
#[tokio::test]
async fn an_answer_outlives_the_stream_of_who_gave_it() {
    let (mut stream, mut accepted, _held) = stream().await;
    accepted.write_all(&[7; 4096]).await.unwrap();
    drop(accepted);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, [7; 4096]);
}

/// A slow reader must be felt after a second of video, not after ten.
#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_reads_takes_a_mebibyte() {
    let (mut stream, _accepted, _held) = stream().await;
    let mut written = b"half a mess".len();
    while let Ok(wrote) = timeout(Duration::from_secs(2), stream.write(&[0; 10_000])).await {
        written += wrote.unwrap();
    }
    assert_eq!(written, 1024 * 1024);
}

#[tokio::test]
async fn a_lost_connection_ends_its_streams() {
    let (mut stream, mut accepted, (_, _, _theirs, mut ours)) = {
        let (host, guest, mut theirs, mut ours) = pair().await;
        let mut stream = open(&mut ours).await.unwrap();
        stream.write_all(b"x").await.unwrap();
        let accepted = accept(&mut theirs).await.unwrap();
        (stream, accepted, (host, guest, theirs, ours))
    };
    close(&mut ours).await;
    assert_eq!(stream.write(b"y").await.unwrap_err().kind(), ErrorKind::NotConnected);
    let mut rest = Vec::new();
    assert_eq!(accepted.read_to_end(&mut rest).await.unwrap_err().kind(), ErrorKind::NotConnected);
}
