//! Another implementation's client publishes, well and badly.

use proptest::prelude::*;
use rml_rtmp::handshake::{Handshake as ClientHandshake, HandshakeProcessResult, PeerType};
use rml_rtmp::sessions::{
    ClientSession, ClientSessionConfig, ClientSessionEvent, ClientSessionResult, PublishRequestType,
    StreamMetadata,
};
use rml_rtmp::time::RtmpTimestamp;

use super::*;

/// A client and the server's session, joined without a socket.
struct Pair {
    client: ClientSession,
    session: Session,
    /// What the client was told, oldest first.
    told: Vec<ClientSessionEvent>,
    events: Vec<Event>,
}

impl Pair {
    /// A pair after the handshake.
    fn new(key: &Secret) -> Self {
        let mut handshake = ClientHandshake::new(PeerType::Client);
        let mut session = Session::new(key.clone());
        session.receive(&handshake.generate_outbound_p0_and_p1().unwrap()).unwrap();
        let HandshakeProcessResult::Completed { response_bytes, .. } =
            handshake.process_bytes(&session.take_output()).unwrap()
        else {
            panic!("the client waits for more");
        };
        let (client, results) = ClientSession::new(ClientSessionConfig::new()).unwrap();
        session.receive(&response_bytes).unwrap();
        assert!(session.is_greeted());
        let mut pair = Self { client, session, told: Vec::new(), events: Vec::new() };
        pair.deliver(results).unwrap();
        pair
    }

    /// Delivers what the client wants sent, and the answers, until both are quiet.
    fn deliver(&mut self, results: Vec<ClientSessionResult>) -> Result<(), Refusal> {
        let mut results = VecDeque::from(results);
        let mut outcome = Ok(());
        while let Some(result) = results.pop_front() {
            match result {
                ClientSessionResult::OutboundResponse(packet) => {
                    outcome = outcome.and(self.session.receive(&packet.bytes));
                    self.events.extend(std::iter::from_fn(|| self.session.event()));
                }
                ClientSessionResult::RaisedEvent(event) => self.told.push(event),
                ClientSessionResult::UnhandleableMessageReceived(_) => {}
            }
            results.extend(self.client.handle_input(&self.session.take_output()).unwrap());
        }
        outcome
    }

    fn send(&mut self, result: ClientSessionResult) -> Result<(), Refusal> {
        self.deliver(vec![result])
    }

    /// Goes on as far as publishing with this key.
    fn publish(&mut self, key: &str) -> Result<(), Refusal> {
        let request = self.client.request_connection("live".to_owned()).unwrap();
        self.send(request)?;
        assert!(matches!(self.told[..], [ClientSessionEvent::ConnectionRequestAccepted]), "{:?}", self.told);
        let request = self.client.request_publishing(key.to_owned(), PublishRequestType::Live).unwrap();
        self.send(request)?;
        assert_eq!(self.events, [Event::Asks]);
        self.session.accept();
        self.deliver(Vec::new())?;
        let answers = self.client.handle_input(&self.session.take_output()).unwrap();
        self.deliver(answers)?;
        assert!(matches!(self.told[..], [_, ClientSessionEvent::PublishRequestAccepted]), "{:?}", self.told);
        self.events.clear();
        Ok(())
    }

    fn send_video(&mut self, tag: &'static [u8]) -> Result<(), Refusal> {
        let sent = self.client.publish_video_data(Bytes::from_static(tag), RtmpTimestamp::new(40), false);
        self.send(sent.unwrap())
    }
}

#[test]
fn a_client_with_the_key_publishes() {
    let key = Secret::generate();
    let mut pair = Pair::new(&key);
    pair.publish(key.reveal()).unwrap();
    let mut metadata = StreamMetadata::new();
    metadata.encoder = Some("obs-output".to_owned());
    let sent = pair.client.publish_metadata(&metadata).unwrap();
    pair.send(sent).unwrap();
    pair.send_video(b"\x17\0\0\0\0record").unwrap();
    pair.send_video(b"\x17\x01\0\0\x02unit").unwrap();
    let sound =
        pair.client.publish_audio_data(Bytes::from_static(b"\xaf\x01frame"), RtmpTimestamp::new(43), false);
    pair.send(sound.unwrap()).unwrap();
    let frame = VideoTag::Frame { data: Bytes::from_static(b"unit"), composition_ms: 2 };
    assert_eq!(
        pair.events,
        [
            Event::Program("obs-output".to_owned()),
            Event::Video { timestamp_ms: 40, tag: VideoTag::Record(Bytes::from_static(b"record")) },
            Event::Video { timestamp_ms: 40, tag: frame },
            Event::Audio { timestamp_ms: 43, tag: AudioTag::Frame(Bytes::from_static(b"frame")) },
        ]
    );
    pair.events.clear();
    let stopped = pair.client.stop_publishing().unwrap();
    pair.deliver(stopped).unwrap();
    assert_eq!(pair.events, [Event::Finished]);
}

#[test]
fn a_wrong_key_is_told_and_publishes_nothing() {
    let mut pair = Pair::new(&Secret::generate());
    let request = pair.client.request_connection("live".to_owned()).unwrap();
    pair.send(request).unwrap();
    let request = pair.client.request_publishing("guess".to_owned(), PublishRequestType::Live).unwrap();
    assert_eq!(pair.send(request), Err(Refusal::WrongKey));
    assert_eq!(pair.events, []);
    let told = format!("{:?}", pair.told);
    assert!(told.contains("NetStream.Publish.BadName") && !told.contains("PublishRequestAccepted"), "{told}");
    pair.session.accept();
    assert!(pair.session.take_output().is_empty(), "a session that was refused can't be accepted");
}

#[test]
fn another_application_is_refused() {
    let mut pair = Pair::new(&Secret::generate());
    let request = pair.client.request_connection("vod".to_owned()).unwrap();
    assert_eq!(pair.send(request), Err(Refusal::NoSuchApp));
    let told = format!("{:?}", pair.told);
    assert!(told.contains("ConnectionRequestRejected") && told.contains("/live"), "{told}");
}

#[test]
fn another_codec_is_refused() {
    let key = Secret::generate();
    let mut pair = Pair::new(&key);
    pair.publish(key.reveal()).unwrap();
    assert_eq!(pair.send_video(b"\x90hvc1\x01"), Err(Refusal::Codec("H.265 (HEVC)")));
    assert!(pair.session.take_output().is_empty(), "the client has been told");
    let told = format!("{:?}", pair.told);
    assert!(told.contains("NetStream.Publish.Rejected"), "{told}");
}

#[test]
fn watching_is_refused() {
    let mut pair = Pair::new(&Secret::generate());
    let request = pair.client.request_connection("live".to_owned()).unwrap();
    pair.send(request).unwrap();
    let request = pair.client.request_playback("room".to_owned()).unwrap();
    assert_eq!(pair.send(request), Err(Refusal::NoPlaying));
}

#[test]
fn media_before_the_key_is_not_taken() {
    let mut session = Session::new(Secret::generate());
    session.stage = Stage::Connected;
    let body = Bytes::from_static(b"\x17\x01\0\0\0unit");
    let message = Message { kind: kind::VIDEO, stream: 1, timestamp_ms: 0, body };
    session.take(message).unwrap();
    assert_eq!(session.event(), None);
}

proptest! {
    #[test]
    fn no_bytes_panic_after_the_handshake(
        bytes in prop::collection::vec(any::<u8>(), 0..1500), cut in 1..200_usize, publishing: bool,
    ) {
        let mut session = Session::new(Secret::generate());
        session.stage = if publishing { Stage::Publishing } else { Stage::Connecting(0.0) };
        for piece in bytes.chunks(cut) {
            if session.receive(piece).is_err() {
                break;
            }
        }
    }

    /// Well-formed messages with arbitrary content, which random bytes seldom are.
    #[test]
    fn no_message_panics(
        messages in prop::collection::vec((0..25_u8, prop::collection::vec(any::<u8>(), 0..80)), 1..8),
        publishing: bool,
    ) {
        let mut session = Session::new(Secret::generate());
        session.stage = if publishing { Stage::Publishing } else { Stage::Connected };
        for (kind, body) in messages {
            let mut bytes = Vec::new();
            chunks::write(&Message { kind, stream: 1, timestamp_ms: 0, body: body.into() }, &mut bytes);
            if session.receive(&bytes).is_err() {
                break;
            }
        }
    }
}
