//! One overlay by hand: what happens to it, what it does, and time.

use super::super::*;
use super::{contact, name};

pub(super) const ME: u32 = 100;

/// A node, and the time.
pub(super) struct Desk {
    pub(super) overlay: Overlay,
    pub(super) now_ms: u64,
}

impl Desk {
    pub(super) fn new(role: Role, capacity: u16) -> Self {
        let settings = Settings { me: name(ME), role, capacity, addresses: contact(ME).addresses };
        Self { overlay: Overlay::new(settings, [1; 32]), now_ms: 1000 }
    }

    /// A viewer with this parent, to which the host, number 0, is the way.
    pub(super) fn with_parent(parent: u32, alternates: Vec<Contact>, capacity: u16) -> Self {
        let mut desk = Self::new(Role::Viewer, capacity);
        desk.does(Input::Contacts(vec![contact(parent)]));
        desk.does(Input::Connected(name(parent)));
        let outputs = desk.says(parent, welcome(parent, &[0, parent], alternates));
        assert_eq!(outputs, [Output::Follow(name(parent))]);
        desk
    }

    pub(super) fn does(&mut self, input: Input) -> Vec<Output> {
        self.overlay.handle(Time::from_micros(self.now_ms * 1000), input);
        std::iter::from_fn(|| self.overlay.poll()).collect()
    }

    pub(super) fn says(&mut self, peer: u32, message: Message) -> Vec<Output> {
        self.does(Input::Message(name(peer), message))
    }

    pub(super) fn joins(&mut self, peer: u32, standing: Standing) -> Vec<Output> {
        self.says(peer, Message::Join { addresses: contact(peer).addresses, standing })
    }

    /// Time goes by; every deadline is kept.
    pub(super) fn waits(&mut self, ms: u64) -> Vec<(u64, Output)> {
        let (until, mut outputs) = (self.now_ms + ms, Vec::new());
        while let Some(due) = self.overlay.deadline().map(|due| due.as_micros().div_ceil(1000))
            && due <= until
        {
            self.now_ms = self.now_ms.max(due);
            outputs.extend(self.does(Input::Timeout).into_iter().map(|output| (self.now_ms, output)));
        }
        self.now_ms = until;
        outputs
    }

    /// The same, while a parent is heard and this child as well.
    pub(super) fn waits_with(&mut self, parent: Option<u32>, child: u32, ms: u64) -> Vec<Output> {
        let mut outputs = Vec::new();
        for _ in 0..ms / 100 {
            outputs.extend(self.waits(100).into_iter().map(|(_, output)| output));
            outputs.extend(self.says(child, Message::Standing(Standing::default())));
            if let Some(parent) = parent {
                outputs.extend(self.does(Input::Media(name(parent))));
            }
        }
        outputs
    }
}

pub(super) fn welcome(parent: u32, path: &[u32], alternates: Vec<Contact>) -> Message {
    let path = path.iter().copied().map(name).collect();
    Message::Welcome { addresses: contact(parent).addresses, path, alternates }
}

pub(super) fn path(path: &[u32]) -> Message {
    Message::Path { path: path.iter().copied().map(name).collect() }
}

pub(super) fn send(peer: u32, message: Message) -> Output {
    Output::Send(name(peer), message)
}

pub(super) fn sent_to<'a>(outputs: &'a [Output], peer: u32) -> Vec<&'a Message> {
    let to_peer = |output: &'a Output| match output {
        Output::Send(to, message) if *to == name(peer) => Some(message),
        _ => None,
    };
    outputs.iter().filter_map(to_peer).collect()
}

pub(super) fn connects(outputs: &[Output]) -> Vec<u32> {
    let peer = |output: &Output| match output {
        Output::Connect(contact) => Some(super::index(&contact.peer)),
        _ => None,
    };
    outputs.iter().filter_map(peer).collect()
}

pub(super) const ROOM_FOR_TWO: Standing = Standing { viewers: 1, places: 2, places_below: 0 };
pub(super) const ROOM_FOR_NOBODY: Standing = Standing { viewers: 1, places: 0, places_below: 0 };
