//! Reads the test vectors, for the tests of this crate.

use ciborium::Value as Cbor;
use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

/// The vectors of `vectors/NAME.json`.
macro_rules! load {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/vectors/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}
pub(crate) use load;

/// One of their lists.
pub(crate) fn all(vectors: &Value, name: &str) -> Vec<Value> {
    vectors[name].as_array().unwrap_or_else(|| panic!("no list {name}")).clone()
}

/// Bytes in hexadecimal.
pub(crate) fn hex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

/// Thirty-two of them.
pub(crate) fn hex32(value: &Value) -> [u8; 32] {
    hex(value).try_into().unwrap()
}

/// JSON as CBOR, where `h'…'` is a byte string.
pub(crate) fn cbor(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(value) => Cbor::Bool(*value),
        Value::Number(number) => Cbor::from(number.as_u64().unwrap()),
        Value::String(text) => match text.strip_prefix("h'").and_then(|rest| rest.strip_suffix('\'')) {
            Some(bytes) => Cbor::Bytes(HEXLOWER.decode(bytes.as_bytes()).unwrap()),
            None => Cbor::Text(text.clone()),
        },
        Value::Array(items) => Cbor::Array(items.iter().map(cbor).collect()),
        Value::Object(map) => {
            Cbor::Map(map.iter().map(|(key, value)| (Cbor::Text(key.clone()), cbor(value))).collect())
        }
    }
}

/// The name of an error, or of none, as the vectors write it.
pub(crate) fn named<T, E: std::fmt::Debug>(result: Result<T, E>) -> Option<String> {
    result.err().map(|error| format!("{error:?}"))
}

/// The name that the vector expects.
pub(crate) fn expected(vector: &Value) -> Option<String> {
    vector["error"].as_str().map(str::to_owned)
}

/// Goes through the steps of a `COSE_Sign1` (RFC 9052, sections 4.2 and 4.4) that the vector gives, with nothing but
/// CBOR and Ed25519: they fit together, and this key made the signature.
pub(crate) fn follow_cose(vector: &Value, key: [u8; 32]) {
    let step = |name: &str| Cbor::Bytes(hex(&vector[name]));
    let structure = Cbor::Array(vec![
        Cbor::Text("Signature1".into()),
        step("protected"),
        step("external_aad"),
        step("payload"),
    ]);
    let signed = crate::cbor::to_vec(&structure);
    assert_eq!(signed, hex(&vector["sig_structure"]), "{vector}");
    let signature = Signature::from_slice(&hex(&vector["signature"])).unwrap();
    VerifyingKey::from_bytes(&key).unwrap().verify_strict(&signed, &signature).unwrap();
    let parts = vec![step("protected"), Cbor::Map(Vec::new()), step("payload"), step("signature")];
    let encoded = Cbor::Tag(18, Box::new(Cbor::Array(parts)));
    assert_eq!(crate::cbor::to_vec(&encoded), hex(&vector["encoded"]), "{vector}");
}
