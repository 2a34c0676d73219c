//! The mesh itself, as the node runs it, behind the world's trait.

mod hostile;
mod names;
mod size;

use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::clock::Time;
use parlor_protocol::media::UnixMs;
use parlor_protocol::mesh::{Input as MeshInput, Mesh, Message, Output as MeshOutput, Place, Role, Settings};

use self::hostile::Hostile;
use self::names::{address, contact, id_of, name};
use crate::engine::{Micros, mix};
use crate::protocol::{Conduct, HOST, Input, NodeId, Output, Protocol, STRIPES, Sequence, Setup};
use crate::scenario::{Film, Object};

/// A node of the mesh, and what it does otherwise than the mesh would if it means harm.
pub struct Ours {
    mesh: Mesh,
    film: Arc<Film>,
    hostile: Option<Hostile>,
}

impl Protocol for Ours {
    type Message = Message;

    const NAME: &'static str = "parlor";

    fn new(setup: Setup) -> Self {
        let role = if setup.me == HOST { Role::Host } else { Role::Viewer };
        let slots = match setup.conduct {
            Conduct::FreeRider => 0,
            conduct if conduct.is_hostile() => hostile::CLAIMED_SLOTS,
            _ => setup.slots,
        };
        let settings = Settings { me: name(setup.me), role, slots, addresses: vec![address()] };
        let mut seed = [0; 32];
        for (part, bytes) in (0u64..).zip(seed.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&mix(setup.seed ^ part << 56).to_le_bytes());
        }
        let film = setup.film.clone();
        let hostile = setup.conduct.is_hostile().then(|| Hostile::new(setup));
        Self { mesh: Mesh::new(settings, seed), film, hostile }
    }

    fn handle(&mut self, now: Micros, input: Input<Message>) {
        if let Some(hostile) = &mut self.hostile {
            hostile.see(now, &input);
        }
        self.mesh.handle(Time::from_micros(now), into_mesh(&self.film, input));
    }

    fn set_backlog(&mut self, backlog: Micros) {
        self.mesh.set_backlog(Duration::from_micros(backlog));
    }

    fn poll(&mut self) -> Option<Output<Message>> {
        if let Some(output) = self.hostile.as_mut().and_then(Hostile::poll) {
            return Some(output);
        }
        let output = match self.mesh.poll()? {
            MeshOutput::Connect(contact) => Output::Connect(id_of(&contact.peer)),
            MeshOutput::Send(peer, message) => Output::Send(id_of(&peer), message),
            MeshOutput::Push(peer, place) => {
                let sequence = self.film.find(place.lane, place.sequence);
                Output::Push(id_of(&peer), sequence.expect("it is among those that the world gave"))
            }
            MeshOutput::Disconnect(peer) => Output::Disconnect(id_of(&peer)),
            MeshOutput::Seek => Output::Seek,
        };
        Some(match &mut self.hostile {
            Some(hostile) => hostile.alter(output),
            None => output,
        })
    }

    fn deadline(&self) -> Option<Micros> {
        self.mesh.deadline().map(Time::as_micros)
    }

    fn parents(&self) -> [Option<NodeId>; STRIPES] {
        self.mesh.view().parents.map(|parent| parent.as_ref().map(id_of))
    }

    fn stream(object: Object) -> usize {
        Place { lane: object.track, sequence: object.number }.stripe()
    }

    fn bytes(message: &Message) -> u32 {
        size::of(message)
    }
}

fn into_mesh(film: &Film, input: Input<Message>) -> MeshInput {
    let place = |sequence: Sequence| {
        let object = film.object(sequence);
        Place { lane: object.track, sequence: object.number }
    };
    match input {
        Input::Contacts(ids) => MeshInput::Contacts(ids.into_iter().map(contact).collect()),
        Input::Connected(peer) => MeshInput::Connected(name(peer)),
        Input::Unreachable(peer) => MeshInput::Unreachable(name(peer)),
        Input::Gone(peer) => MeshInput::Gone(name(peer)),
        Input::Message(peer, message) => MeshInput::Message(name(peer), message),
        Input::Object { from, sequence, starts_group, continues, captured_ms } => MeshInput::Object {
            from: from.map(name),
            place: place(sequence),
            starts_group,
            continues,
            captured: UnixMs(captured_ms),
        },
        Input::Bad(peer) => MeshInput::Bad(name(peer)),
        Input::Dropped(peer, sequence) => MeshInput::Dropped(name(peer), place(sequence)),
        Input::Leave => MeshInput::Leave,
        Input::Timeout => MeshInput::Timeout,
    }
}
