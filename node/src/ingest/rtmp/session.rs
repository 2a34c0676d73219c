//! One client's connection, from the handshake to the last frame, without socket or clock.
//!
//! [`Session::receive`] takes what the client sent; then [`Session::event`] is drained, and what
//! [`Session::take_output`] gives is sent. A [`Refusal`] ends the session, once its output has been sent.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;

use super::Refusal;
use super::amf::{self, Value};
use super::chunks::{self, ChunkReader, Message, kind};
use super::flv::{self, AudioTag, VideoTag};
use super::handshake::Handshake;
use crate::secret::Secret;

/// The one application that there is.
const APP: &str = "live";
/// The stream within the connection that publishes; 0 is the connection itself.
const STREAM: u32 = 1;
/// Bytes after which the client expects a sign that they arrived, and after which we give one at the least.
const WINDOW_BYTES: u32 = 2_500_000;
/// The least window that a client may ask for: smaller ones would only make us write.
const MIN_WINDOW_BYTES: u32 = 64 * 1024;

/// What a client does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// It showed the key and wants to publish; answer with [`Session::accept`] or [`Session::refuse`].
    Asks,
    /// It tells which program it is.
    Program(String),
    /// A tag of the picture.
    Video {
        /// When it is decoded, in milliseconds on the client's clock, which wraps.
        timestamp_ms: u32,
        /// The tag.
        tag: VideoTag,
    },
    /// A tag of the sound.
    Audio {
        /// When it is heard, in milliseconds on the same clock.
        timestamp_ms: u32,
        /// The tag.
        tag: AudioTag,
    },
    /// It has stopped publishing.
    Finished,
}

/// A server's side of one connection.
pub(super) struct Session {
    key: Secret,
    stage: Stage,
    chunks: ChunkReader,
    out: Vec<u8>,
    events: VecDeque<Event>,
    /// Bytes received after the handshake, modulo 2^32 as the protocol counts them.
    received: u32,
    acknowledged: u32,
    window: u32,
}

enum Stage {
    Handshake(Handshake),
    /// The handshake is over; `connect` is expected. Holds the number of the command to refuse.
    Connecting(f64),
    Connected,
    Asking,
    Publishing,
    Finished,
}

impl Session {
    /// A session with a client that has not said anything.
    pub(super) fn new(key: Secret) -> Self {
        Self {
            key,
            stage: Stage::Handshake(Handshake::default()),
            chunks: ChunkReader::default(),
            out: Vec::new(),
            events: VecDeque::new(),
            received: 0,
            acknowledged: 0,
            window: WINDOW_BYTES,
        }
    }

    /// Takes bytes from the client.
    ///
    /// # Errors
    /// Why the session is over; the client has been told if it can be.
    pub(super) fn receive(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let received = match &mut self.stage {
            Stage::Handshake(handshake) => match handshake.receive(bytes, &mut self.out)? {
                None => return Ok(()),
                Some(rest) => {
                    self.stage = Stage::Connecting(0.0);
                    self.receive_chunks(&rest)
                }
            },
            _ => self.receive_chunks(bytes),
        };
        received.inspect_err(|refusal| self.refuse(refusal))
    }

    /// Whether the handshake is over.
    pub(super) fn is_greeted(&self) -> bool {
        !matches!(self.stage, Stage::Handshake(_))
    }

    /// What the client did, oldest first.
    pub(super) fn event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What must be sent to the client.
    pub(super) fn take_output(&mut self) -> Vec<u8> {
        mem::take(&mut self.out)
    }

    /// Lets the client publish.
    pub(super) fn accept(&mut self) {
        if let Stage::Asking = self.stage {
            self.stage = Stage::Publishing;
            // Stream begins (section 6.2, user control event 0).
            let begin = [&[0, 0][..], &STREAM.to_be_bytes()].concat();
            self.send(kind::USER_CONTROL, 0, begin);
            self.send_status("status", "NetStream.Publish.Start", "The room takes the broadcast.");
        }
    }

    /// Tells a client that has stopped publishing that another one may begin.
    pub(super) fn conclude(&mut self) {
        self.send_status("status", "NetStream.Unpublish.Success", "The broadcast has ended.");
    }

    /// Tells the client why it is sent away.
    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        let description = refusal.to_string();
        match mem::replace(&mut self.stage, Stage::Finished) {
            Stage::Handshake(_) | Stage::Finished => {}
            Stage::Connecting(transaction) => {
                let code = "NetConnection.Connect.Rejected";
                let information = information("error", code, &description);
                self.send_command("_error", transaction, &[Value::Null, information], 0);
            }
            Stage::Connected | Stage::Asking | Stage::Publishing => {
                let code = match refusal {
                    Refusal::WrongKey | Refusal::Busy => "NetStream.Publish.BadName",
                    Refusal::NoPlaying => "NetStream.Play.Failed",
                    _ => "NetStream.Publish.Rejected",
                };
                self.send_status("error", code, &description);
            }
        }
    }

    fn receive_chunks(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.received = self.received.wrapping_add(bytes.len() as u32);
        if self.received.wrapping_sub(self.acknowledged) >= self.window {
            self.acknowledged = self.received;
            self.send(kind::ACKNOWLEDGEMENT, 0, self.received.to_be_bytes().to_vec());
        }
        let mut messages = Vec::new();
        // What was complete before the fault counts, as it would have, had it come alone.
        let read = self.chunks.receive(bytes, &mut messages);
        for message in messages {
            self.take(message)?;
        }
        read
    }

    fn take(&mut self, message: Message) -> Result<(), Refusal> {
        let Message { kind, timestamp_ms, body, .. } = message;
        match kind {
            kind::COMMAND => self.take_command(&body),
            // The AMF 3 forms have a byte in front and AMF 0 after it.
            kind::COMMAND_AMF3 => self.take_command(body.get(1..).unwrap_or_default()),
            kind::DATA => self.take_data(&body),
            kind::DATA_AMF3 => self.take_data(body.get(1..).unwrap_or_default()),
            kind::WINDOW_SIZE => {
                let window = body.first_chunk().map(|window| u32::from_be_bytes(*window));
                self.window = window.ok_or(Refusal::Malformed)?.clamp(MIN_WINDOW_BYTES, WINDOW_BYTES);
                Ok(())
            }
            kind::VIDEO | kind::AUDIO => self.take_media(kind, timestamp_ms, body),
            // Acknowledgements, user control and what nobody sends.
            _ => Ok(()),
        }
    }

    fn take_media(&mut self, kind: u8, timestamp_ms: u32, body: Bytes) -> Result<(), Refusal> {
        if !matches!(self.stage, Stage::Publishing) {
            return Ok(());
        }
        let event = match kind {
            kind::VIDEO => Event::Video { timestamp_ms, tag: flv::video(body)? },
            _ => Event::Audio { timestamp_ms, tag: flv::audio(body)? },
        };
        self.events.push_back(event);
        Ok(())
    }

    /// Obeys a command (section 7.2): its name, its number, an object and arguments.
    fn take_command(&mut self, body: &[u8]) -> Result<(), Refusal> {
        let values = amf::read(body)?;
        let name = values.first().and_then(Value::text).ok_or(Refusal::Malformed)?;
        let transaction = values.get(1).and_then(Value::number).unwrap_or_default();
        match (name, &self.stage) {
            ("connect", Stage::Connecting(_)) => {
                self.stage = Stage::Connecting(transaction);
                let app = values.get(2).and_then(|object| object.get("app")?.text()).unwrap_or_default();
                if app.trim_matches('/') != APP {
                    return Err(Refusal::NoSuchApp);
                }
                self.connected(transaction);
            }
            (_, Stage::Connecting(_)) => return Err(Refusal::Malformed),
            ("createStream", _) => {
                self.send_command("_result", transaction, &[Value::Null, Value::Number(STREAM.into())], 0);
            }
            ("releaseStream" | "FCPublish", _) => {
                self.send_command("_result", transaction, &[Value::Null, Value::Null], 0);
            }
            ("publish", Stage::Connected) => {
                self.stage = Stage::Asking;
                let given = values.get(3).and_then(Value::text).unwrap_or_default();
                if !self.key.matches(given) {
                    return Err(Refusal::WrongKey);
                }
                self.events.push_back(Event::Asks);
            }
            ("play" | "play2", _) => return Err(Refusal::NoPlaying),
            ("FCUnpublish" | "closeStream" | "deleteStream", Stage::Asking | Stage::Publishing) => {
                self.stage = Stage::Finished;
                self.events.push_back(Event::Finished);
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes what `onMetaData` says of the program; `@setDataFrame` may stand before it.
    fn take_data(&mut self, body: &[u8]) -> Result<(), Refusal> {
        if !matches!(self.stage, Stage::Publishing) {
            return Ok(());
        }
        let values = amf::read(body)?;
        let Some(metadata) = values.iter().skip_while(|value| value.text() != Some("onMetaData")).nth(1)
        else {
            return Ok(());
        };
        // A codec that is not taken is refused before anything of the broadcast is shown.
        let codec = |name| metadata.get(name).and_then(Value::number);
        flv::check_codecs(codec("videocodecid"), codec("audiocodecid"))?;
        if let Some(program) = metadata.get("encoder").and_then(Value::text) {
            self.events.push_back(Event::Program(program.to_owned()));
        }
        Ok(())
    }

    fn connected(&mut self, transaction: f64) {
        self.stage = Stage::Connected;
        self.send(kind::WINDOW_SIZE, 0, WINDOW_BYTES.to_be_bytes().to_vec());
        // The limit may be changed again (type 2, "dynamic").
        self.send(kind::PEER_BANDWIDTH, 0, [&WINDOW_BYTES.to_be_bytes()[..], &[2]].concat());
        let server = Value::Object(vec![
            // Programs look at the number only to tell very old servers.
            ("fmsVer".to_owned(), Value::Text("FMS/3,0,1,123".to_owned())),
            ("capabilities".to_owned(), Value::Number(31.0)),
        ]);
        let mut information = information("status", "NetConnection.Connect.Success", "Connected.");
        if let Value::Object(members) = &mut information {
            members.push(("objectEncoding".to_owned(), Value::Number(0.0)));
        }
        self.send_command("_result", transaction, &[server, information], 0);
    }

    fn send_status(&mut self, level: &str, code: &str, description: &str) {
        let arguments = [Value::Null, information(level, code, description)];
        self.send_command("onStatus", 0.0, &arguments, STREAM);
    }

    fn send_command(&mut self, name: &str, transaction: f64, arguments: &[Value], stream: u32) {
        let mut body = Vec::new();
        amf::write(&[Value::Text(name.to_owned()), Value::Number(transaction)], &mut body);
        amf::write(arguments, &mut body);
        self.send(kind::COMMAND, stream, body);
    }

    fn send(&mut self, kind: u8, stream: u32, body: Vec<u8>) {
        chunks::write(&Message { kind, stream, timestamp_ms: 0, body: body.into() }, &mut self.out);
    }
}

/// An information object (section 7.2.2).
fn information(level: &str, code: &str, description: &str) -> Value {
    let members = [("level", level), ("code", code), ("description", description)];
    Value::Object(members.map(|(name, text)| (name.to_owned(), Value::Text(text.to_owned()))).to_vec())
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
