//! One overlay to which anything happens.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::*;
use super::desk::{Desk, ME, welcome};
use super::{contact, name};

fn any_message() -> impl Strategy<Value = Message> {
    let names = |most| prop::collection::vec(0..12_u32, 0..most);
    let contacts = || names(9).prop_map(|ids| ids.into_iter().map(contact).collect::<Vec<_>>());
    let paths = || {
        let ids = prop_oneof![names(4), names(33)];
        ids.prop_map(|ids| ids.into_iter().map(|id| name(if id == 11 { ME } else { id })).collect::<Vec<_>>())
    };
    let standing = || {
        (0..5_u32, 0..3_u16, 0..4_u32).prop_map(|(viewers, places, places_below)| Standing {
            viewers,
            places,
            places_below,
        })
    };
    let addresses = || (0..2_u32).prop_map(|n| if n == 0 { Vec::new() } else { contact(5).addresses });
    prop_oneof![
        (addresses(), standing()).prop_map(|(addresses, standing)| Message::Join { addresses, standing }),
        (addresses(), paths(), contacts()).prop_map(|(addresses, path, alternates)| Message::Welcome {
            addresses,
            path,
            alternates
        }),
        contacts().prop_map(|contacts| Message::Elsewhere { contacts }),
        Just(Message::Full),
        Just(Message::Wait),
        paths().prop_map(|path| Message::Path { path }),
        contacts().prop_map(|contacts| Message::Alternates { contacts }),
        standing().prop_map(Message::Standing),
        Just(Message::Alive),
        Just(Message::Leave),
    ]
}

fn any_input() -> impl Strategy<Value = Input> {
    let peer = || (0..12_u32).prop_map(name);
    let contacts = prop::collection::vec((0..12_u32).prop_map(contact), 0..20);
    // A good answer now and then, else no search ever ends.
    let good = (0..12_u32).prop_map(|id| Input::Message(name(id), welcome(id, &[0, id], vec![contact(3)])));
    prop_oneof![
        1 => contacts.prop_map(Input::Contacts),
        4 => peer().prop_map(Input::Connected),
        1 => peer().prop_map(Input::Unreachable),
        1 => peer().prop_map(Input::Gone),
        8 => (peer(), any_message()).prop_map(|(peer, message)| Input::Message(peer, message)),
        4 => good,
        1 => peer().prop_map(Input::Media),
        1 => peer().prop_map(Input::Sent),
        1 => peer().prop_map(Input::Bad),
        1 => peer().prop_map(Input::Withholds),
        1 => (0..5_u16).prop_map(Input::Capacity),
        1 => (0..2_u32).prop_map(|n| Input::Addresses(contact(n).addresses)),
        4 => Just(Input::Timeout),
    ]
}

proptest! {
    /// Strangers may say what they like: what the node does stays in order and in bounds.
    #[test]
    fn no_inputs_confuse_it(
        host: bool,
        inputs in prop::collection::vec((any_input(), prop_oneof![0..5_u64, 0..900_u64]), 1..150),
    ) {
        let mut desk = Desk::new(if host { Role::Host } else { Role::Viewer }, 3);
        let (mut parent, mut children, mut capacity) = (None, BTreeSet::new(), 3);
        for (input, pause_ms) in inputs {
            desk.now_ms += pause_ms;
            if let Input::Capacity(now) = input {
                capacity = now;
            }
            let outputs = desk.does(input);
            prop_assert!(outputs.len() < 60, "{} outputs", outputs.len());
            for output in outputs {
                match output {
                    Output::Follow(peer) => prop_assert_eq!(parent.replace(peer), None),
                    Output::Unfollow(peer) => prop_assert_eq!(parent.take(), Some(peer)),
                    Output::Serve(peer) => prop_assert!(children.insert(peer)),
                    Output::Drop(peer) => prop_assert!(children.remove(&peer)),
                    Output::Send(peer, message) => {
                        prop_assert_ne!(peer, name(ME));
                        let bytes = crate::cbor::to_vec(&message);
                        prop_assert_eq!(crate::cbor::from_slice::<Message>(&bytes), Some(message));
                    }
                    Output::Connect(contact) => prop_assert_ne!(contact.peer, name(ME)),
                    Output::Disconnect(peer) => {
                        prop_assert!(!children.contains(&peer) && parent.as_ref() != Some(&peer));
                    }
                    Output::Seek => (),
                }
            }
            prop_assert!(children.len() <= usize::from(capacity));
            prop_assert!(!host || parent.is_none());
            let now = Time::from_micros(desk.now_ms * 1000);
            prop_assert!(desk.overlay.deadline().is_none_or(|due| due > now), "it would spin");
            let view = desk.overlay.view();
            prop_assert_eq!(&view.parent, &parent);
            prop_assert_eq!(view.children.len(), children.len());
        }
    }
}
