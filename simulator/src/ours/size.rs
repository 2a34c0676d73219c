//! How many bytes a message of the mesh has: its CBOR in its frame, as the node writes it, with names and addresses as
//! long as real ones. Encoding each message to see would cost more than all the rest.

use parlor_protocol::frame::HEAD_BYTES;
use parlor_protocol::mesh::{Contact, Have, Message, State};

/// A room's name.
const ROOM_BYTES: usize = 32;
/// A libp2p peer id.
const NAME_BYTES: usize = 38;
/// A multiaddr as text.
const ADDRESS_BYTES: usize = 50;
/// A node says two of them: one for each family, or a direct one and a circuit.
const ADDRESSES: usize = 2;
/// What a node has besides the film: the room's catalogue, of which a new object comes every ten seconds.
const CATALOGUE: Have = Have { lane: 15, newest: 30, before: (1 << 30) - 1, earlier: 0 };

/// The size of a message.
pub(super) fn of(message: &Message) -> u32 {
    let bytes = match message {
        Message::Join { state, .. } => {
            variant("join") + head(3) + own_addresses() + key("state") + state_size(state) + key("start") + 1
        }
        Message::Welcome { state, contacts, .. } => {
            let parts = own_addresses() + key("state") + state_size(state) + contacts_size(contacts);
            variant("welcome") + head(3) + parts
        }
        Message::Elsewhere { contacts } => variant("elsewhere") + head(1) + contacts_size(contacts),
        Message::State(state) => variant("state") + state_size(state),
        Message::Ask { stripe, have, gives, in_need: _ } => {
            let stripe = key("stripe") + number(*stripe);
            let have = key("have") + haves_size(have);
            variant("ask") + head(4) + stripe + have + key("gives") + number(*gives) + key("in_need") + 1
        }
        Message::Yes { stripe, path } => {
            let path = key("path") + list(path, |mark| number(*mark));
            variant("yes") + head(2) + key("stripe") + number(*stripe) + path
        }
        Message::No { stripe } | Message::Stop { stripe } => {
            variant("stop") + head(1) + key("stripe") + number(*stripe)
        }
        Message::Moved { stripe, to } => {
            variant("moved") + head(2) + key("stripe") + number(*stripe) + key("to") + contact_size(to)
        }
        Message::Pull { lane, sequences } | Message::Lack { lane, sequences } => {
            let sequences = key("sequences") + list(sequences, |sequence| number(*sequence));
            variant("pull") + head(2) + key("lane") + number(*lane) + sequences
        }
        Message::Start { have } => variant("start") + head(1) + key("have") + haves_size(have),
        Message::Find | Message::Leave => text("leave".len()),
        Message::Found { contacts } => variant("found") + head(1) + contacts_size(contacts),
    };
    u32::try_from(envelope() + bytes).expect("a message has a few kilobytes")
}

/// What stands around it: its frame, the room and the show.
fn envelope() -> usize {
    let room = key("room") + text(ROOM_BYTES);
    HEAD_BYTES + variant("mesh") + head(3) + room + key("show") + number(u32::MAX) + key("message")
}

fn state_size(state: &State) -> usize {
    let offer = number(state.free) + number(state.spare) + number(state.wait) + number(state.viewers);
    head(6) + haves_size(&state.have) + list(&state.ages, |age| number(*age)) + offer
}

/// Who has something of the film has the catalogue too.
fn haves_size(haves: &[Have]) -> usize {
    let catalogue = if haves.is_empty() { 0 } else { have_size(&CATALOGUE) };
    list(haves, have_size) + catalogue
}

fn have_size(have: &Have) -> usize {
    head(4) + number(have.lane) + number(have.newest) + number(!have.before) + number(!have.earlier)
}

fn own_addresses() -> usize {
    key("addresses") + head(ADDRESSES) + ADDRESSES * text(ADDRESS_BYTES)
}

fn contacts_size(contacts: &[Contact]) -> usize {
    key("contacts") + list(contacts, contact_size)
}

fn contact_size(_: &Contact) -> usize {
    head(2) + key("peer") + text(NAME_BYTES) + own_addresses()
}

/// An enum's variant with content: a map of one.
fn variant(name: &str) -> usize {
    head(1) + key(name)
}

fn key(name: &str) -> usize {
    text(name.len())
}

fn text(length: usize) -> usize {
    head(length) + length
}

fn list<T>(items: &[T], size: impl Fn(&T) -> usize) -> usize {
    head(items.len()) + items.iter().map(size).sum::<usize>()
}

fn head(count: usize) -> usize {
    number(count as u64)
}

/// An unsigned number, or the head of anything that has a length (RFC 8949, section 3).
fn number(value: impl Into<u64>) -> usize {
    match value.into() {
        0..24 => 1,
        24..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parlor_protocol::control;
    use parlor_protocol::ident::{RoomId, SessionId};
    use parlor_protocol::invite::Address;
    use parlor_protocol::mesh::PeerName;

    use std::sync::Arc;

    use super::*;

    /// What the node writes.
    fn encoded(mut message: Message) -> usize {
        match &mut message {
            Message::Join { state, .. } | Message::Welcome { state, .. } => add_catalogue(&mut state.have),
            Message::State(state) => add_catalogue(&mut Arc::make_mut(state).have),
            Message::Ask { have, .. } => add_catalogue(have),
            _ => {}
        }
        // Ed25519's base point: any key does.
        let mut key = [0x66; 32];
        key[0] = 0x58;
        let room = RoomId::from_public_key(key).unwrap();
        let show = SessionId::from_public_key(key).unwrap().into();
        HEAD_BYTES + control::Message::Mesh { room, show, message }.encode().unwrap().len()
    }

    fn add_catalogue(have: &mut Vec<Have>) {
        if !have.is_empty() {
            have.push(CATALOGUE);
        }
    }

    #[test]
    fn a_message_is_as_large_as_the_nodes() {
        let address: Address = format!("/{}", "a".repeat(ADDRESS_BYTES - 1)).parse().unwrap();
        let addresses = vec![address; ADDRESSES];
        let peer = PeerName::try_from(Bytes::from(vec![7; NAME_BYTES])).unwrap();
        let contact = Contact { peer, addresses: addresses.clone() };
        let contacts = vec![contact.clone(); 8];
        let have = vec![Have { lane: 0, newest: 3_000, before: u64::MAX, earlier: u64::MAX }];
        let state = State {
            have: have.clone(),
            ages: [0, 10, 23, 24, 40, 99, 200, 255],
            free: 0xff,
            spare: 0xff,
            wait: 200,
            viewers: 4_000,
        };
        let messages = [
            Message::Join { addresses: addresses.clone(), state: state.clone(), start: true },
            Message::Welcome { addresses, state: state.clone(), contacts: contacts.clone() },
            Message::Elsewhere { contacts: contacts.clone() },
            Message::State(Arc::default()),
            Message::State(Arc::new(state)),
            Message::Ask { stripe: 7, have, gives: 5, in_need: true },
            Message::Yes { stripe: 3, path: vec![1, 300, 70_000, u32::MAX] },
            Message::No { stripe: 1 },
            Message::Moved { stripe: 2, to: contact },
            Message::Stop { stripe: 0 },
            Message::Pull { lane: 0, sequences: (2_990..3_006).collect() },
            Message::Lack { lane: 0, sequences: vec![5] },
            Message::Find,
            Message::Found { contacts },
            Message::Leave,
        ];
        for message in messages {
            let (guess, real) = (of(&message) as usize, encoded(message.clone()));
            // `no` is two letters shorter than `stop`, with which it shares a line.
            assert!(guess >= real && guess <= real + 2, "{message:?}: {guess} for {real}");
        }
    }
}
