//! The mesh's messages, as `vectors/mesh.json` has them, through what everybody can use.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use ciborium::Value as Cbor;
use data_encoding::HEXLOWER;
use parlor_protocol::mesh::Message;
use serde_json::Value;

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

/// JSON as CBOR, where `h'…'` is a byte string.
fn cbor(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(value) => Cbor::Bool(*value),
        Value::Number(number) => Cbor::from(number.as_u64().unwrap()),
        Value::String(text) => match text.strip_prefix("h'").and_then(|rest| rest.strip_suffix('\'')) {
            Some(bytes) => Cbor::Bytes(hex(bytes)),
            None => Cbor::Text(text.clone()),
        },
        Value::Array(items) => Cbor::Array(items.iter().map(cbor).collect()),
        Value::Object(map) => {
            Cbor::Map(map.iter().map(|(key, value)| (Cbor::Text(key.clone()), cbor(value))).collect())
        }
    }
}

/// The message that all of these bytes are.
fn read(mut bytes: &[u8]) -> Option<Message> {
    let message = ciborium::from_reader(&mut bytes).ok()?;
    bytes.is_empty().then_some(message)
}

#[test]
fn messages_of_the_vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/mesh.json")).unwrap();
    let all = |list: &str| vectors[list].as_array().unwrap().clone();
    let encoded = |vector: &Value| hex(vector["encoded"].as_str().unwrap());
    let message = |vector: &Value| cbor(&vector["message"]).deserialized::<Message>().unwrap();
    for vector in all("messages") {
        let mut written = Vec::new();
        ciborium::into_writer(&message(&vector), &mut written).unwrap();
        assert_eq!(HEXLOWER.encode(&written), vector["encoded"], "{vector}");
    }
    for vector in all("messages").iter().chain(&all("read")) {
        assert_eq!(read(&encoded(vector)), Some(message(vector)), "{vector}");
    }
    for vector in all("refused") {
        assert_eq!(read(&encoded(&vector)), None, "{vector}");
    }
}
