//! Another implementation's clients over real sockets.

use std::collections::VecDeque;
use std::net::Ipv4Addr;

use parlor_media::{Output, Settings, Source};
use parlor_protocol::media::{Catalogue, Chunk, TrackName};
use rml_rtmp::handshake::{Handshake, HandshakeProcessResult, PeerType};
use rml_rtmp::sessions::{
    ClientSession, ClientSessionConfig, ClientSessionEvent, ClientSessionResult, PublishRequestType,
};

use super::*;

struct Nowhere;

impl Output for Nowhere {
    fn catalogue(&self, _: Catalogue) {}
    fn chunk(&self, _: &TrackName, _: Chunk) {}
}

async fn server(key: &Secret) -> Server {
    let broadcast = Broadcast::start(Settings::default(), Source::None, Arc::new(Nowhere)).unwrap();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Server::listen(address, key.clone(), Arc::new(broadcast)).await.unwrap()
}

struct Client {
    socket: TcpStream,
    session: ClientSession,
    results: VecDeque<ClientSessionResult>,
}

impl Client {
    /// A client after the handshake and `connect`.
    async fn connect(server: &Server) -> Self {
        let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
        let mut handshake = Handshake::new(PeerType::Client);
        socket.write_all(&handshake.generate_outbound_p0_and_p1().unwrap()).await.unwrap();
        let mut buffer = [0; 4096];
        loop {
            let read = socket.read(&mut buffer).await.unwrap();
            if let HandshakeProcessResult::Completed { response_bytes, .. } =
                handshake.process_bytes(&buffer[..read]).unwrap()
            {
                socket.write_all(&response_bytes).await.unwrap();
                break;
            }
        }
        let (session, results) = ClientSession::new(ClientSessionConfig::new()).unwrap();
        let mut client = Self { socket, session, results: results.into() };
        let request = client.session.request_connection("live".to_owned()).unwrap();
        client.results.push_back(request);
        let event = client.event().await.unwrap();
        assert!(matches!(event, ClientSessionEvent::ConnectionRequestAccepted), "{event:?}");
        client
    }

    /// Asks to publish, and gives the answer.
    async fn publish(&mut self, key: &str) -> Option<ClientSessionEvent> {
        let request = self.session.request_publishing(key.to_owned(), PublishRequestType::Live).unwrap();
        self.results.push_back(request);
        self.event().await
    }

    /// What the server tells next; `None` once it has closed the connection.
    async fn event(&mut self) -> Option<ClientSessionEvent> {
        let mut buffer = [0; 4096];
        loop {
            while let Some(result) = self.results.pop_front() {
                match result {
                    ClientSessionResult::OutboundResponse(packet) => {
                        self.socket.write_all(&packet.bytes).await.unwrap();
                    }
                    ClientSessionResult::RaisedEvent(event) => return Some(event),
                    ClientSessionResult::UnhandleableMessageReceived(_) => {}
                }
            }
            match self.socket.read(&mut buffer).await {
                Ok(read @ 1..) => self.results.extend(self.session.handle_input(&buffer[..read]).unwrap()),
                _ => return None,
            }
        }
    }
}

fn is_status(event: Option<ClientSessionEvent>, expected: &str) -> bool {
    matches!(event, Some(ClientSessionEvent::UnhandleableOnStatusCode { code }) if code == expected)
}

#[tokio::test]
async fn one_publishes_at_a_time() {
    let key = Secret::generate();
    let server = server(&key).await;
    assert_eq!(server.status(), RtmpStatus::Waiting);
    let mut first = Client::connect(&server).await;
    let accepted = first.publish(key.reveal()).await;
    assert!(matches!(accepted, Some(ClientSessionEvent::PublishRequestAccepted)), "{accepted:?}");
    assert_eq!(server.status(), RtmpStatus::Publishing(parlor_media::Publisher::Rtmp(None)));

    let mut second = Client::connect(&server).await;
    assert!(is_status(second.publish(key.reveal()).await, "NetStream.Publish.BadName"));
    assert_eq!(
        server.status(),
        RtmpStatus::Publishing(parlor_media::Publisher::Rtmp(None)),
        "the first goes on"
    );

    let stop = first.session.stop_publishing().unwrap();
    first.results.extend(stop);
    assert!(is_status(first.event().await, "NetStream.Unpublish.Success"));
    let mut third = Client::connect(&server).await;
    let accepted = third.publish(key.reveal()).await;
    assert!(matches!(accepted, Some(ClientSessionEvent::PublishRequestAccepted)), "{accepted:?}");
}

#[tokio::test]
async fn a_refused_client_is_told_and_the_studio_too() {
    let server = server(&Secret::generate()).await;
    let mut client = Client::connect(&server).await;
    assert!(is_status(client.publish("guess").await, "NetStream.Publish.BadName"));
    assert_eq!(server.status(), RtmpStatus::Refused(Refusal::WrongKey));
}

#[tokio::test]
async fn another_protocol_is_hung_up_on() {
    let server = server(&Secret::generate()).await;
    let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    assert!(answer.is_empty());
}

#[tokio::test]
async fn dropping_the_server_sends_everybody_away() {
    let key = Secret::generate();
    let server = server(&key).await;
    let address = server.local_addr();
    let mut client = Client::connect(&server).await;
    client.publish(key.reveal()).await.unwrap();
    drop(server);
    assert!(client.event().await.is_none());
    TcpListener::bind(address).await.unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_said_so() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let broadcast = Broadcast::start(Settings::default(), Source::None, Arc::new(Nowhere)).unwrap();
    let refused = Server::listen(taken.local_addr().unwrap(), Secret::generate(), Arc::new(broadcast)).await;
    let sentence = refused.err().unwrap().to_string();
    assert!(sentence.contains("choose another port"), "{sentence}");
}
