//! A hand-made RTMP publisher, for what ffmpeg would never send.

use bytes::Bytes;
use rml_rtmp::handshake::{Handshake, HandshakeProcessResult, PeerType};
use rml_rtmp::sessions::{
    ClientSession, ClientSessionConfig, ClientSessionEvent, ClientSessionResult, PublishRequestType,
};
use rml_rtmp::time::RtmpTimestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::in_time;

/// A publisher past its handshake.
pub struct Publisher {
    socket: TcpStream,
    session: ClientSession,
}

impl Publisher {
    /// Connects to `HOST:PORT` and shakes hands.
    pub async fn connect(address: &str) -> Self {
        let mut socket = TcpStream::connect(address).await.expect("the node listens");
        let mut handshake = Handshake::new(PeerType::Client);
        let hello = handshake.generate_outbound_p0_and_p1().expect("a new handshake begins");
        socket.write_all(&hello).await.expect("the node reads");
        let (mut session, _) = ClientSession::new(ClientSessionConfig::new()).expect("a session");
        let mut buffer = [0; 4096];
        loop {
            let read =
                in_time("the node's handshake", socket.read(&mut buffer)).await.expect("the node answers");
            match handshake.process_bytes(&buffer[..read]).expect("the node shakes hands") {
                HandshakeProcessResult::InProgress { response_bytes } => {
                    socket.write_all(&response_bytes).await.expect("the node reads");
                }
                HandshakeProcessResult::Completed { response_bytes, remaining_bytes } => {
                    socket.write_all(&response_bytes).await.expect("the node reads");
                    session.handle_input(&remaining_bytes).expect("the node speaks RTMP");
                    return Self { socket, session };
                }
            }
        }
    }

    /// Asks to publish to this application under this key; must be allowed.
    pub async fn publish(&mut self, application: &str, key: &str) {
        let request = self.session.request_connection(application.to_owned()).expect("not yet connected");
        self.send(request).await;
        self.until(&ClientSessionEvent::ConnectionRequestAccepted).await;
        let live = PublishRequestType::Live;
        let request = self.session.request_publishing(key.to_owned(), live).expect("connected");
        self.send(request).await;
        self.until(&ClientSessionEvent::PublishRequestAccepted).await;
    }

    /// Sends a video message: the body of an FLV video tag.
    pub async fn video(&mut self, tag: &'static [u8]) {
        let message = self.session.publish_video_data(Bytes::from_static(tag), RtmpTimestamp::new(0), false);
        self.send(message.expect("publishing")).await;
    }

    /// Sends bytes that are no message of this session.
    ///
    /// # Errors
    /// Where the node has closed the connection.
    pub async fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.socket.write_all(bytes).await
    }

    /// Sends video that says nothing until the node hangs up, and gives how many bytes it took.
    ///
    /// # Panics
    /// If it takes this many.
    pub async fn pour(&mut self, most_bytes: usize) -> usize {
        // Chunk stream 4, time 0, as many bytes as one chunk has at the start, a video message of stream 1.
        let message = [&[4, 0, 0, 0, 0, 0, 128, 9, 1, 0, 0, 0][..], &[0x1c; 128]].concat().repeat(1000);
        let mut sent = 0;
        while self.socket.write_all(&message).await.is_ok() {
            sent += message.len();
            assert!(sent < most_bytes, "the node takes whatever comes");
        }
        sent
    }

    /// Waits until the node closes the connection.
    pub async fn closed(mut self) {
        in_time("the node to close the connection", drain(&mut self.socket)).await;
    }

    async fn send(&mut self, result: ClientSessionResult) {
        if let ClientSessionResult::OutboundResponse(packet) = result {
            self.socket.write_all(&packet.bytes).await.expect("the node reads");
        }
    }

    async fn until(&mut self, wanted: &ClientSessionEvent) {
        let mut buffer = [0; 4096];
        loop {
            let read =
                in_time("the node's answer", self.socket.read(&mut buffer)).await.expect("the node answers");
            assert_ne!(read, 0, "the node hung up instead of {wanted:?}");
            let mut found = false;
            for result in self.session.handle_input(&buffer[..read]).expect("the node speaks RTMP") {
                found |= matches!(&result, ClientSessionResult::RaisedEvent(event) if event == wanted);
                self.send(result).await;
            }
            if found {
                return;
            }
        }
    }
}

/// Reads until the other side closes or resets the connection.
pub async fn drain(socket: &mut TcpStream) {
    let mut buffer = [0; 4096];
    while socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}
