//! What stock libp2p-quic speaks, we speak.

use futures::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// More than our windows hold.
const BYTES: usize = 2 * 1024 * 1024;
static REQUEST: [u8; 64 * 1024] = [7; 64 * 1024];

/// Both sides open a stream; each carries so many bytes, and the other side's answer.
async fn talk(one: &mut StreamMuxerBox, other: &mut StreamMuxerBox) {
    for swap in [false, true] {
        let (asking, answering) = if swap { (&mut *other, &mut *one) } else { (&mut *one, &mut *other) };
        let ask = async {
            let mut stream = open(asking).await.unwrap();
            for _ in 0..BYTES / REQUEST.len() {
                stream.write_all(&REQUEST).await.unwrap();
            }
            stream.close().await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            answer
        };
        let answer = async {
            let mut stream = accept(answering).await.unwrap();
            let (mut asked, mut buffer) = (0, vec![0; 64 * 1024]);
            loop {
                let read = stream.read(&mut buffer).await.unwrap();
                if read == 0 {
                    break;
                }
                assert_eq!(buffer[..read], REQUEST[..read]);
                asked += read;
            }
            assert_eq!(asked, BYTES);
            stream.write_all(b"good").await.unwrap();
            stream.close().await.unwrap();
        };
        assert_eq!(futures::join!(ask, answer).0, b"good");
    }
}

#[tokio::test]
async fn a_stock_node_dials_us() {
    let (mut ours, mut stock) = (Node::new(), Node::stock());
    let address = ours.listen("/ip4/127.0.0.1/udp/0/quic-v1").await;
    let (mut theirs, mut here) = stock.connect(&mut ours, &address).await;
    talk(&mut theirs, &mut here).await;
    close(&mut theirs).await;
    assert!(end(&mut here).await.to_string().contains("closed by peer"));
}

#[tokio::test]
async fn we_dial_a_stock_node() {
    let (mut ours, mut stock) = (Node::new(), Node::stock());
    let address = stock.listen("/ip4/127.0.0.1/udp/0/quic-v1").await;
    let (mut here, mut theirs) = ours.connect(&mut stock, &address).await;
    talk(&mut theirs, &mut here).await;
    close(&mut here).await;
    assert!(accept(&mut theirs).await.is_err());
}

#[tokio::test]
async fn we_speak_with_ourselves() {
    let (_host, _guest, mut one, mut other) = pair().await;
    talk(&mut one, &mut other).await;
}

#[tokio::test]
async fn a_stock_node_comes_through_our_hole() {
    let (mut ours, mut stock) = (Node::new(), Node::stock());
    let here = ours.listen("/ip4/127.0.0.1/udp/0/quic-v1").await;
    let there = stock.listen("/ip4/127.0.0.1/udp/0/quic-v1").await;
    let punch = DialOpts { role: Endpoint::Listener, ..DIAL };
    let punching = ours.transport.dial(there, punch).unwrap();
    let dialling = stock.transport.dial(here, DIAL).unwrap();
    let (punched, dialled) = ours.during(async { futures::join!(punching, dialling) }).await;
    let ((there, mut here), (_, mut theirs)) = (punched.unwrap(), dialled.unwrap());
    assert_eq!(there, stock.peer);
    talk(&mut here, &mut theirs).await;
}
