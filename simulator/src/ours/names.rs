//! Names of peers for numbers of nodes, and back.

use std::sync::LazyLock;

use bytes::Bytes;
use parlor_protocol::invite::Address;
use parlor_protocol::mesh::{Contact, PeerName};

use crate::protocol::NodeId;

/// Odd, so that each number has its own name. Real names are random: the host's must not come first in every map.
const SCATTER: u32 = 0x9e37_79b1;
/// `SCATTER` times this is 1.
const GATHER: u32 = inverse(SCATTER);
/// For so many nodes names are made once and shared without counting.
const SHARED: u32 = 1 << 18;

static NAMES: LazyLock<Vec<u8>> =
    LazyLock::new(|| (0..SHARED).flat_map(|id| id.wrapping_mul(SCATTER).to_be_bytes()).collect());

/// The name of a node.
pub(super) fn name(id: NodeId) -> PeerName {
    let names: &'static [u8] = &NAMES;
    let bytes = match names.get(id as usize * 4..id as usize * 4 + 4) {
        Some(shared) => Bytes::from_static(shared),
        None => Bytes::copy_from_slice(&id.wrapping_mul(SCATTER).to_be_bytes()),
    };
    PeerName::try_from(bytes).expect("four bytes are a name")
}

/// The node of a name.
pub(super) fn id_of(name: &PeerName) -> NodeId {
    let bytes = name.as_bytes().try_into().expect("every name in here was made here");
    u32::from_be_bytes(bytes).wrapping_mul(GATHER)
}

/// The address of every node: the world dials by name.
pub(super) fn address() -> Address {
    "/p".parse().expect("it begins with a slash")
}

/// A node, and where it may be reached.
pub(super) fn contact(id: NodeId) -> Contact {
    Contact { peer: name(id), addresses: vec![address()] }
}

/// The inverse of an odd number, modulo 2^32: each round of Newton's doubles the bits that are right.
const fn inverse(odd: u32) -> u32 {
    let mut guess = odd;
    let mut round = 0;
    while round < 5 {
        guess = guess.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(guess)));
        round += 1;
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for id in [0, 1, 2, 999, SHARED - 1, SHARED, u32::MAX] {
            assert_eq!(id_of(&name(id)), id);
        }
    }
}
