//! What the fuzzers run: one function per decoder, each given bytes that nobody checked.
//!
//! A decoder must not panic, and what it takes must be what it would write. Where a signature stands before what is to
//! be reached, the function signs. The test vectors go through the same functions in `protocol-spec/tests/seeds.rs`.

mod seeds;

use std::time::Duration;

use bytes::Bytes;
use coset::iana::{Algorithm, HeaderParameter};
use coset::{CoseSign1Builder, HeaderBuilder, TaggedCborSerializable};
use ed25519_dalek::{Signer, SigningKey};
use parlor_protocol::card::{Language, MAX_CARD_BYTES, SignedCard, Tag};
use parlor_protocol::clock::Time;
use parlor_protocol::control::Message;
use parlor_protocol::frame::{Frame, HEAD_BYTES, Reader, encode_head};
use parlor_protocol::ident::{Certificate, RoomId, Session};
use parlor_protocol::invite::{Address, Invite};
use parlor_protocol::keys::{Epoch, EpochLength, Pass, Tree};
use parlor_protocol::media::{Catalogue, Chunk, MediaTime, TrackName, UnixMs};
use parlor_protocol::mesh::{self, Contact, Mesh, PeerName, Role};
use parlor_protocol::object::{Assembly, Content, Object, Received};
use parlor_protocol::report::Report;
use parlor_protocol::talk::{Bulletin, MAX_LINES, Transcript};

pub use seeds::seeds;

/// A function that is given bytes that nobody checked.
pub type Target = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: [(&str, Target); 17] = [
    ("bulletin", bulletin),
    ("card", card),
    ("card_payload", card_payload),
    ("catalogue", catalogue),
    ("certificate", certificate),
    ("chunk", chunk),
    ("claims", claims),
    ("frame", frame),
    ("invite", invite),
    ("mesh", mesh),
    ("message", message),
    ("object", object),
    ("object_signed", object_signed),
    ("pass", pass),
    ("report", report),
    ("room_id", room_id),
    ("words", words),
];

/// When all of this happens: within the lives of the vectors' cards.
const NOW: UnixMs = UnixMs(1_795_253_045_250);
/// The keys of the vectors of objects (RFC 8032, section 7.1).
const ROOM_SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const SESSION_SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

/// [`RoomId`] from text.
pub fn room_id(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(room) = text.parse::<RoomId>() {
        assert_eq!(room.to_string(), text.to_ascii_lowercase());
        assert_eq!(RoomId::from_public_key(room.public_key()), Ok(room));
    }
}

/// [`Invite`] from text.
pub fn invite(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(invite) = text.parse::<Invite>() {
        assert_eq!(invite.to_string().parse(), Ok(invite));
    }
}

/// The words that stand in cards, links and messages.
pub fn words(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let written = [
        text.parse::<Tag>().map(String::from).ok(),
        text.parse::<Language>().map(String::from).ok(),
        text.parse::<Address>().map(String::from).ok(),
        text.parse::<TrackName>().map(String::from).ok(),
    ];
    assert!(written.into_iter().flatten().all(|written| written == text));
}

/// [`Chunk::decode`].
pub fn chunk(data: &[u8]) {
    let data = Bytes::copy_from_slice(data);
    if let Ok(chunk) = Chunk::decode(&data) {
        assert_eq!(chunk.encode().expect("what was taken can be written"), data);
    }
}

/// [`Catalogue::decode`].
pub fn catalogue(data: &[u8]) {
    if let Ok(catalogue) = Catalogue::decode(&Bytes::copy_from_slice(data)) {
        let written = catalogue.encode().expect("what was taken can be written");
        assert_eq!(Catalogue::decode(&written.into()), Ok(catalogue));
    }
}

/// [`Bulletin::decode`], and what a reader makes of it twice.
pub fn bulletin(data: &[u8]) {
    if let Ok(bulletin) = Bulletin::decode(&Bytes::copy_from_slice(data)) {
        assert_eq!(Bulletin::decode(&bulletin.encode().into()), Ok(bulletin.clone()));
        let mut transcript = Transcript::default();
        transcript.take(bulletin.clone());
        let seen = transcript.lines().count();
        transcript.take(bulletin);
        assert!(transcript.lines().count() <= seen && seen <= MAX_LINES);
    }
}

/// [`Report::decode`].
pub fn report(data: &[u8]) {
    if let Ok(report) = Report::decode(data) {
        let written = report.encode().expect("what was taken can be written");
        assert_eq!(Report::decode(&written), Ok(report));
    }
}

/// [`Certificate::decode`].
pub fn certificate(data: &[u8]) {
    if let Ok(certificate) = Certificate::decode(data) {
        assert_eq!(certificate.encode(), data);
        let _ = certificate.check(NOW);
    }
}

/// [`Certificate::decode`] of claims that the room signed.
pub fn claims(data: &[u8]) {
    let header = HeaderBuilder::new().key_id(room_key().verifying_key().to_bytes().to_vec());
    certificate(&sign(header, data, b"parlor certificate v1", &room_key()));
}

/// [`SignedCard::decode`].
pub fn card(data: &[u8]) {
    if let Ok(card) = SignedCard::decode(data, NOW) {
        assert_eq!(card.bytes(), data);
        assert!(data.len() <= MAX_CARD_BYTES);
        assert!(!card.is_newer_than(&card));
    }
}

/// [`SignedCard::decode`] of a payload that the session signed.
pub fn card_payload(data: &[u8]) {
    let session = session();
    let token = ciborium::from_reader(&session.certificate().encode()[..]).expect("a certificate is CBOR");
    let header = HeaderBuilder::new().value(HeaderParameter::KeyCwt as i64, token);
    let bytes = sign(header, data, b"parlor card v1", &SigningKey::from_bytes(&seed(SESSION_SEED)));
    card(&bytes);
    if let Ok(card) = SignedCard::decode(&bytes, NOW) {
        // The same fields, unknown ones left out, are a card again.
        assert!(SignedCard::sign(card.card().clone(), &session).is_ok());
    }
}

/// [`Received::read`] and what follows it.
pub fn object(data: &[u8]) {
    let Ok(received) = Received::read(Bytes::copy_from_slice(data)) else { return };
    let session = session();
    if let Ok(object) = received.verify(&session.id(), &session.room()) {
        assert_eq!(object.bytes(), data);
        open(&object);
    }
}

/// The same for a header and a payload that the session signed.
pub fn object_signed(data: &[u8]) {
    let signature = session().sign(b"parlor object v1", data);
    object(&[data, &signature].concat());
}

/// A [`Pass`] by itself, as it stands in a message.
pub fn pass(data: &[u8]) {
    if let Ok(pass) = ciborium::from_reader::<Pass, _>(data) {
        let mut written = Vec::new();
        ciborium::into_writer(&pass, &mut written).expect("a vector takes every write");
        assert_eq!(ciborium::from_reader::<Pass, _>(&written[..]).ok().as_ref(), Some(&pass));
        for span in pass.spans() {
            for epoch in [*span.start(), *span.end()] {
                assert!(pass.key(epoch, &TrackName::VIDEO).is_some());
            }
        }
    }
}

/// Messages of the mesh, one after the other, to a host and to a viewer, from two peers in turn.
pub fn mesh(data: &[u8]) {
    let mut rest = data;
    let mut nodes = [spreader(Role::Host), spreader(Role::Viewer)];
    let senders = [name(b"sender"), name(b"other")];
    let contact = |peer: &PeerName| Contact { peer: peer.clone(), addresses: Vec::new() };
    for node in &mut nodes {
        node.handle(Time::ZERO, mesh::Input::Contacts(senders.iter().map(contact).collect()));
        drain(node);
        for sender in &senders {
            node.handle(Time::ZERO, mesh::Input::Connected(sender.clone()));
            drain(node);
        }
    }
    for step in 0..64 {
        let Ok(message) = ciborium::from_reader::<mesh::Message, _>(&mut rest) else { return };
        let mut written = Vec::new();
        ciborium::into_writer(&message, &mut written).expect("a vector takes every write");
        assert_eq!(ciborium::from_reader::<mesh::Message, _>(&written[..]).ok().as_ref(), Some(&message));
        let now = Time::from_micros(step * 100_000);
        let sender = &senders[step as usize % senders.len()];
        for (node, from) in nodes.iter_mut().zip([None, Some(sender)]) {
            node.handle(now, mesh::Input::Message(sender.clone(), message.clone()));
            drain(node);
            // There is something that can be asked for.
            let place = mesh::Place { lane: 0, sequence: step };
            let object = mesh::Input::Object {
                from: from.cloned(),
                place,
                starts_group: step % 8 == 0,
                continues: false,
                captured: UnixMs(NOW.0 + step * 100),
            };
            node.handle(now, object);
            drain(node);
            if node.deadline().is_some_and(|deadline| deadline <= now) {
                node.handle(now, mesh::Input::Timeout);
                drain(node);
            }
            let view = node.view();
            let sent: usize = view.children.iter().map(|branch| usize::from(branch.stripes)).sum();
            assert!(sent <= senders.len() * mesh::STRIPES);
        }
    }
}

/// [`Message::decode`].
pub fn message(data: &[u8]) {
    if let Ok(Some(message)) = Message::decode(data) {
        // What was written at greater length is no longer for being written anew.
        let written = message.encode().expect("what was taken can be written");
        assert_eq!(Message::decode(&written), Ok(Some(message)));
    }
}

/// [`Reader`], given the bytes in pieces. The first byte says how long these are.
pub fn frame(data: &[u8]) {
    let Some((size, data)) = data.split_first() else { return };
    for mut reader in [Reader::messages(), Reader::objects()] {
        let mut frames = 0;
        for piece in data.chunks(usize::from(*size) + 1) {
            reader.push(piece);
            while let Ok(Some(frame)) = reader.next() {
                let (kind, body) = match frame {
                    Frame::Object(body) => (parlor_protocol::frame::Kind::Object, body),
                    Frame::Message(body) => (parlor_protocol::frame::Kind::Message, body),
                };
                // Frames stand one after the other: so this one starts where the last one ended.
                let head = encode_head(kind, body.len());
                assert_eq!(data[frames..frames + HEAD_BYTES], head);
                assert_eq!(data[frames + HEAD_BYTES..][..body.len()], body);
                frames += HEAD_BYTES + body.len();
            }
        }
        let _ = reader.finish();
    }
}

/// Opens the object, as what comes right after the end of a chunk.
fn open(object: &Object) {
    let header = object.header();
    let session = session();
    let tree = Tree::new(&TREE_SECRET, &session.id(), header.generation, EpochLength::default());
    let mut assembly = Assembly::default();
    let mut add = |object: &Object, key| {
        if let Ok(Content::Piece(piece)) = object.open(key) {
            let _ = assembly.add(piece);
        }
    };
    let key = tree.key(Epoch::FIRST, &header.track);
    if let Some(sequence) = header.sequence.checked_sub(1)
        && let Ok(before) = Object::seal(&session, &key, sequence, &chunk_before(), usize::MAX)
    {
        for object in &before {
            add(object, &key);
        }
    }
    add(object, &tree.key(header.epoch, &header.track));
}

/// The start of a group.
fn chunk_before() -> Chunk {
    Chunk {
        sequence: 0,
        group: 0,
        starts_group: true,
        init_version: 0,
        time: MediaTime::ZERO,
        duration: Duration::ZERO,
        captured: NOW,
        payload: Bytes::from_static(&[0]),
    }
}

/// The secret of the tree in the vectors of objects.
const TREE_SECRET: [u8; 32] = {
    let mut bytes = [0; 32];
    let mut at = 0;
    while at < 32 {
        bytes[at] = at as u8;
        at += 1;
    }
    bytes
};

fn name(bytes: &'static [u8]) -> PeerName {
    Bytes::from_static(bytes).try_into().expect("a name of a few bytes")
}

fn spreader(role: Role) -> Mesh {
    Mesh::new(mesh::Settings { me: name(b"me"), role, slots: 24, addresses: Vec::new() }, [7; 32])
}

/// Takes what a node wants done; it must come to an end.
fn drain(node: &mut Mesh) {
    let outputs: Vec<mesh::Output> = std::iter::from_fn(|| node.poll()).take(10_000).collect();
    assert!(outputs.len() < 10_000);
}

fn session() -> Session {
    let until = UnixMs(NOW.0 + 3_600_000);
    Session::new(seed(SESSION_SEED), &room_key(), NOW, until).expect("a span of an hour")
}

fn room_key() -> SigningKey {
    SigningKey::from_bytes(&seed(ROOM_SEED))
}

fn seed(hexadecimal: &str) -> [u8; 32] {
    let bytes = data_encoding::HEXLOWER.decode(hexadecimal.as_bytes()).expect("hexadecimal");
    bytes.try_into().expect("32 bytes")
}

fn sign(header: HeaderBuilder, payload: &[u8], context: &[u8], key: &SigningKey) -> Vec<u8> {
    CoseSign1Builder::new()
        .protected(header.algorithm(Algorithm::Ed25519).build())
        .payload(payload.to_vec())
        .create_signature(context, |message| key.sign(message).to_bytes().to_vec())
        .build()
        .to_tagged_vec()
        .expect("a COSE_Sign1 can be encoded")
}
