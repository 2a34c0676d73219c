//! What two neighbours in the tree say to each other, `overlay-message` in `spec/overlay.cddl`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Contact, MAX_ADDRESSES, PeerName};
use crate::invite::Address;

/// The most contacts in a message: enough to find a place when half of them are gone.
pub const MAX_CONTACTS: usize = 8;
/// The longest path, host included. A tree of a hundred thousand with two children each has 17 levels.
pub const MAX_PATH: usize = 32;

/// A message between neighbours. Each goes over a stream that keeps the order and loses nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// To a parent: take me. From a child: my addresses have changed.
    Join {
        /// Where others may reach the joiner, [`MAX_ADDRESSES`] at most; empty to be named to nobody.
        #[serde(deserialize_with = "few::<_, _, MAX_ADDRESSES>")]
        addresses: Vec<Address>,
        /// What it brings.
        standing: Standing,
    },
    /// To a child: you are taken. Or: what I said then has changed.
    Welcome {
        /// Where others may reach the parent; empty to be named to nobody.
        #[serde(deserialize_with = "few::<_, _, MAX_ADDRESSES>")]
        addresses: Vec<Address>,
        /// The way from the host, who is the first, to the parent, who is the last; [`MAX_PATH`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_PATH>")]
        path: Vec<PeerName>,
        /// Where to go if the parent fails, best first; [`MAX_CONTACTS`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_CONTACTS>")]
        alternates: Vec<Contact>,
    },
    /// To a joiner, or to a child that has to go: these may have room.
    Elsewhere {
        /// [`MAX_CONTACTS`] at most.
        #[serde(deserialize_with = "few::<_, _, MAX_CONTACTS>")]
        contacts: Vec<Contact>,
    },
    /// To a joiner: no room, and nobody to name.
    Full,
    /// To a child: the way from the host has changed; empty where there is none any more.
    Path {
        /// As in [`Self::Welcome`].
        #[serde(deserialize_with = "few::<_, _, MAX_PATH>")]
        path: Vec<PeerName>,
    },
    /// To a child: the parent looks for a way from the host itself. The child stays, and takes nobody in the meantime.
    Wait,
    /// To a child: where to go if the parent fails has changed.
    Alternates {
        /// As in [`Self::Welcome`].
        #[serde(deserialize_with = "few::<_, _, MAX_CONTACTS>")]
        contacts: Vec<Contact>,
    },
    /// To a parent, once a second: what has become of this part of the tree.
    Standing(Standing),
    /// To a child: there is nothing to send, and I am here.
    Alive,
    /// To either: I am not your neighbour any more.
    Leave,
}

/// What a node says of itself and of the part of the tree below it. Nobody can check it: it steers joiners and is
/// shown to the host, and nothing else rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Viewers there and below.
    pub viewers: u32,
    /// Children that it could take in addition.
    pub places: u16,
    /// Children that the nodes below it could take in addition.
    pub places_below: u32,
}

impl Standing {
    /// Above this, a claim counts as this much: no liar outweighs everybody else for long sums.
    pub(super) const MOST: u32 = 1_000_000;

    /// Whether somebody could be placed there or below.
    pub(super) fn has_room(&self) -> bool {
        self.places > 0 || self.places_below > 0
    }
}

/// A list of `N` items at most; the next is not even read.
pub(crate) fn few<'de, D, T, const N: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Few<T, const N: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for Few<T, N> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of {N} at most")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while items.len() < N {
                match list.next_element()? {
                    Some(item) => items.push(item),
                    None => return Ok(items),
                }
            }
            match list.next_element::<de::IgnoredAny>()? {
                None => Ok(items),
                Some(_) => Err(de::Error::invalid_length(N + 1, &self)),
            }
        }
    }

    deserializer.deserialize_seq(Few::<T, N>(PhantomData))
}
