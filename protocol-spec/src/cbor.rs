//! CBOR (RFC 8949) as this crate reads and writes it.

use std::fmt;

use ciborium::Value;
use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The deepest nesting of arrays, maps and tags that is read: twice what any message needs, and no load for a
/// small stack.
const MAX_DEPTH: usize = 16;

/// The value that all of these bytes hold; none where they are cut short, go on after it, or hold something else.
/// The caller has limited their number.
pub(crate) fn from_slice<T: DeserializeOwned>(mut bytes: &[u8]) -> Option<T> {
    let value = ciborium::de::from_reader_with_recursion_limit(&mut bytes, MAX_DEPTH).ok()?;
    bytes.is_empty().then_some(value)
}

/// The value in CBOR: shortest integers, definite lengths, maps in the order of the fields.
pub(crate) fn to_vec<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("a vector takes every write");
    bytes
}

/// The value in the core deterministic encoding (RFC 8949, section 4.2.1).
pub(crate) fn to_deterministic<T: Serialize>(value: &T) -> Vec<u8> {
    let mut value = Value::serialized(value).expect("the types of this crate can be encoded");
    sort(&mut value);
    to_vec(&value)
}

/// Whether all of these bytes are one value in the core deterministic encoding, of the few types that what is signed
/// holds (`spec/card.md`, section 2), and with no tag but this one. It holds for fields that a reader does not know as
/// well.
pub(crate) fn is_deterministic(bytes: &[u8], tag: Option<u64>) -> bool {
    from_slice::<Value>(bytes).is_some_and(|value| is_plain(&value, tag) && to_vec(&value) == bytes)
}

/// The value that all of these bytes hold, where each of its fields is there just as it would be written. The types
/// that it is read into are not so strict: they take a list of numbers for a byte string, and more of that kind. Keys
/// that it does not know are left out.
pub(crate) fn from_slice_strictly<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Option<T> {
    let value: T = from_slice(bytes)?;
    let written = Value::serialized(&value).expect("the types of this crate can be encoded");
    covers(&from_slice(bytes)?, &written).then_some(value)
}

/// Whether everything that was written is in what was read.
fn covers(read: &Value, written: &Value) -> bool {
    match (read, written) {
        (Value::Map(read), Value::Map(written)) => written
            .iter()
            .all(|(key, value)| read.iter().any(|(known, inner)| known == key && covers(inner, value))),
        (Value::Array(read), Value::Array(written)) => {
            read.len() == written.len()
                && read.iter().zip(written).all(|(read, written)| covers(read, written))
        }
        _ => read == written,
    }
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(sort),
        Value::Map(entries) => {
            for (_, value) in entries.iter_mut() {
                sort(value);
            }
            entries.sort_by_cached_key(|(key, _)| to_vec(key));
        }
        Value::Tag(_, inner) => sort(inner),
        _ => (),
    }
}

/// Keys strictly ascending, so none twice. No floating-point number and no null: of those, one implementation makes
/// another value than the next, and nothing here needs them.
fn is_plain(value: &Value, tag: Option<u64>) -> bool {
    match value {
        Value::Integer(_) | Value::Bytes(_) | Value::Text(_) | Value::Bool(_) => true,
        Value::Array(items) => items.iter().all(|item| is_plain(item, tag)),
        Value::Map(entries) => {
            entries.iter().map(|(key, _)| to_vec(key)).is_sorted_by(|a, b| a < b)
                && entries.iter().all(|(key, value)| is_plain(key, tag) && is_plain(value, tag))
        }
        Value::Tag(found, inner) => Some(*found) == tag && is_plain(inner, tag),
        _ => false,
    }
}

/// The key of a map of one entry, where the key is a text and all of these bytes are that map.
pub(crate) fn single_key(bytes: &[u8]) -> Option<String> {
    from_slice::<SingleKey>(bytes).map(|SingleKey(key)| key)
}

struct SingleKey(String);

impl<'de> Deserialize<'de> for SingleKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneEntry;

        impl<'de> Visitor<'de> for OneEntry {
            type Value = SingleKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of one entry")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SingleKey, A::Error> {
                let entry: Option<(String, IgnoredAny)> = map.next_entry()?;
                match (entry, map.next_key::<IgnoredAny>()?) {
                    (Some((key, _)), None) => Ok(SingleKey(key)),
                    (entry, _) => Err(A::Error::invalid_length(usize::from(entry.is_some()) * 2, &self)),
                }
            }
        }

        deserializer.deserialize_map(OneEntry)
    }
}

/// A public key as a byte string, checked when it is read.
macro_rules! key_as_bytes {
    ($id:ident, $what:literal) => {
        crate::cbor::bytes_32!($id, $what, |id: &$id| id.public_key(), $id::from_public_key);
    };
}
pub(crate) use key_as_bytes;

/// Thirty-two bytes as a byte string of that length. The first form is for bytes that mean nothing by themselves.
macro_rules! bytes_32 {
    ($type:ident, $what:literal) => {
        impl $type {
            /// Those of these bytes, as they came.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        crate::cbor::bytes_32!($type, $what, |value: &$type| value.0, |bytes| Ok::<_, &str>($type(bytes)));
    };
    ($type:ident, $what:literal, $to:expr, $from:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(&$to(self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let bytes = <bytes::Bytes as serde::Deserialize>::deserialize(deserializer)?;
                let array: [u8; 32] = bytes[..]
                    .try_into()
                    .map_err(|_| serde::de::Error::invalid_length(bytes.len(), &$what))?;
                $from(array).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use bytes_32;
