//! A peer that knows a room's id and where a node is that carries it, and asks.

use libp2p::Multiaddr;
use parlor_protocol::card::SignedCard;
use parlor_protocol::control::{Message, ShowMark, Wish};
use parlor_protocol::frame::{Frame, Reader};
use parlor_protocol::ident::{RoomId, SessionId};
use parlor_protocol::invite::Invite;
use parlor_protocol::media::TrackName;
use parlor_protocol::mesh::{Message as Said, State};
use serde_json::json;
use tokio::time::{Duration, timeout};

use crate::harm::{now, say};
use crate::raw::{CONTROL, Link, OBJECTS, Raw, Stream, framed, read, write};

/// How long it listens for more than the answers that it needs: a node takes a neighbour in a few milliseconds.
const SILENCE: Duration = Duration::from_secs(1);

/// Asks the node about the invite's room and about one that nobody has, and then shows the invite.
pub(crate) async fn door(invite: &Invite, address: Multiaddr) {
    let raw = Raw::new().await;
    let mut asked = Asked::new(raw.dial(address).await.expect("the node takes a stranger")).await;
    let nobodys =
        RoomId::from_public_key(ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes());
    let of_none = asked.about(nobodys.unwrap()).await;
    let of_room = asked.about(invite.room()).await;
    say(&json!({ "event": "asked", "of_none": of_none, "of_room": of_room }));

    let room = invite.room();
    let proof = invite.secret().unwrap().knock(&room, &raw.me.to_bytes());
    asked.say(&Message::Knock { room, proof }).await;
    asked.say(&Message::AskCard { room }).await;
    let title = match asked.answer().await {
        Some(Message::Card(bytes)) => {
            let card = SignedCard::decode(&bytes, now()).expect("a real node keeps to the protocol");
            Some(card.card().title.clone())
        }
        Some(Message::NoCard { .. }) => None,
        other => panic!("{other:?} to the question for a card"),
    };
    say(&json!({ "event": "knocked", "title": title }));
}

/// A conversation.
struct Asked {
    link: Link,
    control: Stream,
    heard: Option<Stream>,
    reader: Reader,
}

impl Asked {
    async fn new(link: Link) -> Self {
        let control = link.opener.open(CONTROL).await.expect("the node takes a stream");
        Self { link, control, heard: None, reader: Reader::messages() }
    }

    async fn say(&mut self, message: &Message) {
        write(&mut self.control, &framed(message)).await.expect("the node listens");
    }

    /// Everything that the node says to what a viewer would ask, without the room's id in it.
    async fn about(&mut self, room: RoomId) -> Vec<String> {
        // Who does not know the card can't know the show either.
        let show = ShowMark::from(SessionId::from_public_key(room.public_key()).unwrap());
        let join = Said::Join { addresses: Vec::new(), state: State::default(), start: true };
        for message in [
            Message::Mesh { room, show, message: join },
            Message::Mesh { room, show, message: Said::Find },
            Message::Want { room, tracks: vec![Wish { track: TrackName::VIDEO, age: 0 }] },
            Message::AskCard { room },
            Message::Enter { room, proof: None },
            Message::AskSnapshot { room },
        ] {
            self.say(&message).await;
        }
        let mut stream = self.link.opener.open(OBJECTS).await.expect("the node takes a stream");
        let opening = Message::Objects { room, show };
        write(&mut stream, &framed(&opening)).await.expect("the node reads what comes");
        let closed = timeout(SILENCE, read(&mut stream, &mut Reader::objects())).await;
        let mut said = vec![format!("objects: {closed:?}")];
        while let Ok(Some(message)) = timeout(SILENCE, self.answer()).await {
            said.push(format!("{message:?}").replace(&format!("{room:?}"), "ROOM"));
        }
        said
    }

    async fn answer(&mut self) -> Option<Message> {
        if self.heard.is_none() {
            let (protocol, heard) = self.link.inbound.recv().await?;
            assert_eq!(protocol, CONTROL);
            self.heard = Some(heard);
        }
        let heard = self.heard.as_mut()?;
        let Some(Frame::Message(body)) = read(heard, &mut self.reader).await else { return None };
        Message::decode(&body).expect("a real node keeps to the protocol")
    }
}
