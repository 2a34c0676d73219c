//! AMF 0 ("Action Message Format"), in which commands and metadata are written.

use bytes::{Buf, BufMut};

use super::Refusal;

/// How deep objects may stand in each other. Programs nest one deep; every level costs the reader's stack.
const MAX_DEPTH: usize = 8;
/// The most values in a message. The metadata of OBS has about 20.
const MAX_VALUES: usize = 512;

/// Markers of the types (AMF 0, section 2.1).
mod marker {
    pub(super) const NUMBER: u8 = 0;
    pub(super) const BOOLEAN: u8 = 1;
    pub(super) const STRING: u8 = 2;
    pub(super) const OBJECT: u8 = 3;
    pub(super) const NULL: u8 = 5;
    pub(super) const UNDEFINED: u8 = 6;
    pub(super) const REFERENCE: u8 = 7;
    pub(super) const ECMA_ARRAY: u8 = 8;
    pub(super) const OBJECT_END: u8 = 9;
    pub(super) const STRICT_ARRAY: u8 = 10;
    pub(super) const DATE: u8 = 11;
    pub(super) const LONG_STRING: u8 = 12;
    pub(super) const UNSUPPORTED: u8 = 13;
    pub(super) const XML: u8 = 15;
    pub(super) const TYPED_OBJECT: u8 = 16;
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Named values, in order.
    Object(Vec<(String, Value)>),
    /// Nothing, or something that nobody here asks for.
    Null,
}

impl Value {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value of this name in an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(of, _)| of == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// The values of a message.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Value>, Refusal> {
    let mut reader = Reader { bytes, left: MAX_VALUES };
    let mut values = Vec::new();
    while !reader.bytes.is_empty() {
        values.push(reader.value(0).ok_or(Refusal::Malformed)?);
    }
    Ok(values)
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// How many more values there may be.
    left: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        match self.bytes.try_get_u8().ok()? {
            marker::NUMBER => self.bytes.try_get_f64().ok().map(Value::Number),
            marker::BOOLEAN => self.skip(1),
            marker::STRING => self.text().map(Value::Text),
            marker::LONG_STRING | marker::XML => {
                let length = self.bytes.try_get_u32().ok()?;
                self.text_of(length as usize).map(Value::Text)
            }
            marker::OBJECT => self.object(depth),
            marker::ECMA_ARRAY => {
                // The count is a hint; the end is marked as an object's.
                self.bytes.try_get_u32().ok()?;
                self.object(depth)
            }
            marker::TYPED_OBJECT => {
                self.text()?;
                self.object(depth)
            }
            marker::STRICT_ARRAY => {
                for _ in 0..self.bytes.try_get_u32().ok()? {
                    self.value(depth + 1)?;
                }
                Some(Value::Null)
            }
            marker::DATE => self.skip(10),
            marker::REFERENCE => self.skip(2),
            marker::NULL | marker::UNDEFINED | marker::UNSUPPORTED => Some(Value::Null),
            _ => None,
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members = Vec::new();
        loop {
            let name = self.text()?;
            if name.is_empty() && self.bytes.first() == Some(&marker::OBJECT_END) {
                self.bytes.advance(1);
                return Some(Value::Object(members));
            }
            members.push((name, self.value(depth + 1)?));
        }
    }

    fn text(&mut self) -> Option<String> {
        let length = self.bytes.try_get_u16().ok()?;
        self.text_of(length.into())
    }

    fn text_of(&mut self, length: usize) -> Option<String> {
        let text = self.bytes.get(..length)?;
        self.bytes.advance(length);
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn skip(&mut self, bytes: usize) -> Option<Value> {
        self.bytes.get(..bytes)?;
        self.bytes.advance(bytes);
        Some(Value::Null)
    }
}

/// Appends values.
pub(super) fn write(values: &[Value], out: &mut Vec<u8>) {
    for value in values {
        match value {
            Value::Number(number) => {
                out.put_u8(marker::NUMBER);
                out.put_f64(*number);
            }
            Value::Text(text) => {
                out.put_u8(marker::STRING);
                write_text(text, out);
            }
            Value::Object(members) => {
                out.put_u8(marker::OBJECT);
                for (name, value) in members {
                    write_text(name, out);
                    write(std::slice::from_ref(value), out);
                }
                out.put_slice(&[0, 0, marker::OBJECT_END]);
            }
            Value::Null => out.put_u8(marker::NULL),
        }
    }
}

/// A text behind its length; ours are short, and a longer one is cut.
fn write_text(text: &str, out: &mut Vec<u8>) {
    let bytes = &text.as_bytes()[..text.floor_char_boundary(u16::MAX.into())];
    out.put_u16(bytes.len() as u16);
    out.put_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rml_rtmp::rml_amf0::{self, Amf0Value};

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i32>().prop_map(|number| Value::Number(number.into())),
            ".{0,20}".prop_map(Value::Text),
            Just(Value::Null),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop::collection::btree_map("[a-z]{1,9}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        })
    }

    /// The value as the other implementation has it.
    fn other(value: &Value) -> Amf0Value {
        match value {
            Value::Number(number) => Amf0Value::Number(*number),
            Value::Text(text) => Amf0Value::Utf8String(text.clone()),
            Value::Object(members) => {
                Amf0Value::Object(members.iter().map(|(name, value)| (name.clone(), other(value))).collect())
            }
            Value::Null => Amf0Value::Null,
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| [&[marker::STRICT_ARRAY, 0, 0, 0, 1].repeat(depth)[..], &[5]].concat();
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(Refusal::Malformed));
        assert_eq!(read(&nested(10_000)), Err(Refusal::Malformed));
    }

    #[test]
    fn values_are_bounded() {
        assert!(read(&[marker::NULL; MAX_VALUES]).is_ok());
        assert_eq!(read(&[marker::NULL; MAX_VALUES + 1]), Err(Refusal::Malformed));
        assert_eq!(read(&[marker::STRICT_ARRAY, 255, 255, 255, 255, 5]), Err(Refusal::Malformed));
    }

    #[test]
    fn a_value_that_nobody_asks_for_is_stepped_over() {
        let mut bytes = vec![marker::BOOLEAN, 1, marker::DATE];
        bytes.extend([0; 10]);
        bytes.extend([
            marker::ECMA_ARRAY,
            0,
            0,
            0,
            9,
            0,
            1,
            b'a',
            marker::NUMBER,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            9,
        ]);
        let values = read(&bytes).unwrap();
        assert_eq!(values.len(), 3);
        assert_eq!(values[2].get("a"), Some(&Value::Number(0.0)));
    }

    proptest! {
        #[test]
        fn another_implementation_reads_what_is_written(values in prop::collection::vec(any_value(), 0..4)) {
            let mut bytes = Vec::new();
            write(&values, &mut bytes);
            let theirs = rml_amf0::deserialize(&mut &bytes[..]).unwrap();
            prop_assert_eq!(theirs, values.iter().map(other).collect::<Vec<_>>());
            prop_assert_eq!(read(&bytes), Ok(values));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}
