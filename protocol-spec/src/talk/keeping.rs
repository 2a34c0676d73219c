//! How somebody elsewhere keeps order: what of it they may do, how it stands, and orders as they travel.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::order::{Order, Powers, Unwanted};
use super::{Name, Speaker};
use crate::cbor;
use crate::control::MAX_ORDER_BYTES;
use crate::mesh::few;

/// The most people that a moderator elsewhere is told of who may not talk: more than anybody looks through.
pub const MAX_BARRED_TOLD: usize = 64;
/// More powers than there are, for those of newer versions.
const MAX_POWERS: usize = 16;

/// What somebody may do to keep order, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Keeping {
    /// What they may do.
    pub powers: Powers,
    /// How far apart one person's lines have to be; to the second.
    pub slow: Duration,
    /// The words that are not to be said.
    pub unwanted: Unwanted,
    /// Whether the door is locked.
    pub locked: bool,
    /// Who may not talk, and what they are called; [`MAX_BARRED_TOLD`] at most.
    pub barred: Vec<(Speaker, Name)>,
}

/// The same as it travels. A host says of it what concerns the powers.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(deserialize_with = "few::<_, _, MAX_POWERS>")]
    may: Vec<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    slow_s: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    unwanted: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    locked: bool,
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_BARRED_TOLD>"
    )]
    barred: Vec<Barred>,
}

#[derive(Serialize, Deserialize)]
struct Barred {
    speaker: u64,
    name: Name,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Each power and what it is called.
fn powers(powers: &mut Powers) -> [(&'static str, &mut bool); 5] {
    let Powers { hide, silence, bar, pace, door } = powers;
    [("hide", hide), ("silence", silence), ("bar", bar), ("pace", pace), ("door", door)]
}

impl From<Keeping> for Written {
    fn from(keeping: Keeping) -> Self {
        let Keeping { powers: mut has, slow, unwanted, locked, barred } = keeping;
        let pace = has.pace;
        let (bar, door) = (has.bar, has.door);
        let may = powers(&mut has).into_iter().filter(|(_, has)| **has).map(|(name, _)| name.to_owned());
        let barred = barred.into_iter().filter(|_| bar).take(MAX_BARRED_TOLD);
        Self {
            may: may.collect(),
            slow_s: if pace { u32::try_from(slow.as_secs()).unwrap_or(u32::MAX) } else { 0 },
            unwanted: if pace { unwanted.list() } else { String::new() },
            locked: locked && door,
            barred: barred.map(|(Speaker(speaker), name)| Barred { speaker, name }).collect(),
        }
    }
}

impl From<Written> for Keeping {
    fn from(Written { may, slow_s, unwanted, locked, barred }: Written) -> Self {
        let mut has = Powers::default();
        for (name, has) in powers(&mut has) {
            *has = may.iter().any(|may| may == name);
        }
        let barred = barred.into_iter().filter(|barred| barred.name.may_be());
        Self {
            powers: has,
            slow: Duration::from_secs(slow_s.into()),
            // A list that a host could not have is none.
            unwanted: Unwanted::read(&unwanted).unwrap_or_default(),
            locked,
            barred: barred.map(|Barred { speaker, name }| (Speaker(speaker), name)).collect(),
        }
    }
}

/// An order as it travels. Who keeps order is for the host alone to say, and whom reports are about for the host alone to
/// know, so there is none about either.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sent {
    Hide(u64),
    TimeOut { line: u64, secs: u32 },
    Bar(u64),
    Unbar(u64),
    Clear {},
    Slow(u32),
    Unwanted(String),
    Lock(bool),
    SendOut(bool),
}

impl Order {
    /// The order as it travels, [`MAX_ORDER_BYTES`] at most; `None` for one that does not: about who keeps order, or with a
    /// longer list of words.
    #[must_use]
    pub fn encode(&self) -> Option<Bytes> {
        let secs = |span: Duration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX);
        let sent = match self {
            Self::Hide(line) => Sent::Hide(*line),
            Self::TimeOut(line, span) => Sent::TimeOut { line: *line, secs: secs(*span) },
            Self::Bar(line) => Sent::Bar(*line),
            Self::Unbar(Speaker(speaker)) => Sent::Unbar(*speaker),
            Self::Clear => Sent::Clear {},
            Self::Slow(pause) => Sent::Slow(secs(*pause)),
            Self::Unwanted(unwanted) => Sent::Unwanted(unwanted.list()),
            Self::Lock(locks) => Sent::Lock(*locks),
            Self::SendOut(locks) => Sent::SendOut(*locks),
            Self::Trust(..) | Self::Distrust(_) | Self::Silence(..) | Self::Exclude(_) => return None,
        };
        Some(Bytes::from(cbor::to_vec(&sent))).filter(|bytes| bytes.len() <= MAX_ORDER_BYTES)
    }

    /// The order that these bytes hold; `None` for one of a newer version, or none at all.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let secs = |secs: u32| Duration::from_secs(secs.into());
        Some(match cbor::from_slice(bytes)? {
            Sent::Hide(line) => Self::Hide(line),
            Sent::TimeOut { line, secs: span } => Self::TimeOut(line, secs(span)),
            Sent::Bar(line) => Self::Bar(line),
            Sent::Unbar(speaker) => Self::Unbar(Speaker(speaker)),
            Sent::Clear {} => Self::Clear,
            Sent::Slow(pause) => Self::Slow(secs(pause)),
            Sent::Unwanted(list) => Self::Unwanted(Unwanted::read(&list).ok()?),
            Sent::Lock(locks) => Self::Lock(locks),
            Sent::SendOut(locks) => Self::SendOut(locks),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Message;
    use crate::vectors::{all, hex, load};

    #[test]
    fn orders_travel_but_those_about_who_gives_them() {
        let words = Unwanted::read("spoiler\ngrüner tee").unwrap();
        for order in [
            Order::Hide(7),
            Order::TimeOut(7, Duration::from_mins(5)),
            Order::Bar(1 << 40),
            Order::Unbar(Speaker(u64::MAX)),
            Order::Clear,
            Order::Slow(Duration::from_secs(15)),
            Order::Unwanted(words),
            Order::Lock(true),
            Order::SendOut(false),
        ] {
            assert_eq!(Order::decode(&order.encode().unwrap()), Some(order));
        }
        assert_eq!(Order::Trust(7, Powers::ALL).encode(), None);
        assert_eq!(Order::Distrust(Speaker(7)).encode(), None);
        assert_eq!(Order::Exclude(Speaker(7)).encode(), None);
        assert_eq!(Order::Silence(Speaker(7), Duration::from_secs(1)).encode(), None);
        let long = Unwanted::read(&"x".repeat(40).lines().cycle().take(200).collect::<Vec<_>>().join("\n"));
        assert_eq!(Order::Unwanted(long.unwrap()).encode(), None);
        for nonsense in [&b""[..], b"\xa0", b"\xa1\x64dance\x01", b"\xa1\x64hide\x20"] {
            assert_eq!(Order::decode(nonsense), None);
        }
    }

    #[test]
    fn a_moderator_is_told_what_concerns_their_powers() {
        let ben = Name::given("Ben").unwrap();
        let keeping = Keeping {
            powers: Powers { bar: true, ..Powers::default() },
            slow: Duration::from_secs(15),
            unwanted: Unwanted::read("spoiler").unwrap(),
            locked: true,
            barred: vec![(Speaker(1), ben.clone()), (Speaker(2), Name::Given("two\nlines".into()))],
        };
        let told: Keeping = cbor::from_slice(&cbor::to_vec(&keeping)).unwrap();
        assert_eq!((told.powers, told.slow, told.locked), (keeping.powers, Duration::ZERO, false));
        assert_eq!(told.barred, [(Speaker(1), ben)]);
        assert_eq!(told.unwanted, Unwanted::default());
        let all = Keeping { powers: Powers::ALL, ..keeping };
        let told: Keeping = cbor::from_slice(&cbor::to_vec(&all)).unwrap();
        assert_eq!((told.slow, &told.unwanted, told.locked), (all.slow, &all.unwanted, true));
    }

    #[test]
    fn the_vectors_orders_are_read_and_written() {
        for vector in all(&load!("control"), "messages") {
            if let Ok(Some(Message::Order { body, .. })) = Message::decode(&hex(&vector["encoded"])) {
                let order = Order::decode(&body).unwrap_or_else(|| panic!("{vector}"));
                assert_eq!(order.encode().unwrap(), body, "{vector}");
            }
        }
    }
}
