//! What of the test vectors is for which target.

use std::path::Path;
use std::{fs, io};

use data_encoding::HEXLOWER;
use serde_json::Value;

/// Which fields of which file are for a target. Each is looked for everywhere in the file.
const FIELDS: [(&str, &str, &[&str]); 17] = [
    ("bulletin", "talk", &["encoded"]),
    ("card", "card", &["encoded", "newer", "older"]),
    ("card_payload", "card", &["payload"]),
    ("catalogue", "catalogue", &["encoded"]),
    ("certificate", "certificate", &["encoded"]),
    ("chunk", "chunk", &["encoded"]),
    ("claims", "certificate", &["payload"]),
    ("frame", "frame", &["encoded", "bytes"]),
    ("invite", "invite", &["text"]),
    ("mesh", "mesh", &["encoded"]),
    ("message", "control", &["encoded"]),
    ("object", "object", &["encoded"]),
    ("object_signed", "object", &["encoded"]),
    ("pass", "keys", &["encoded"]),
    ("report", "report", &["encoded"]),
    ("room_id", "ident", &["text"]),
    ("words", "card", &["tags", "languages", "reach", "name"]),
];

/// Targets that are given text.
const TEXT: [&str; 3] = ["invite", "room_id", "words"];

/// The vectors for this target, in the folder that holds them all.
///
/// # Errors
/// Where a file can't be read, or is no JSON.
pub fn seeds(vectors: &Path, target: &str) -> io::Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for (_, file, fields) in FIELDS.into_iter().filter(|(name, ..)| *name == target) {
        let json = fs::read_to_string(vectors.join(file).with_extension("json"))?;
        let mut texts = Vec::new();
        collect(&serde_json::from_str(&json)?, fields, false, &mut texts);
        for text in texts {
            let seed = if TEXT.contains(&target) {
                text.into_bytes()
            } else {
                HEXLOWER.decode(text.as_bytes()).map_err(io::Error::other)?
            };
            seeds.push(fit(target, seed));
        }
    }
    seeds.sort();
    seeds.dedup();
    Ok(seeds)
}

/// Every text that is, or stands in, one of these fields.
fn collect(value: &Value, fields: &[&str], wanted: bool, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if wanted => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, fields, wanted, texts)),
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, fields, fields.contains(&key.as_str()), texts);
            }
        }
        _ => (),
    }
}

/// Some targets are given less, or more, than the vectors hold.
fn fit(target: &str, mut seed: Vec<u8>) -> Vec<u8> {
    match target {
        // Without the signature, which the target makes itself.
        "object_signed" => seed.truncate(seed.len().saturating_sub(64)),
        // The length of the pieces.
        "frame" => seed.insert(0, 2),
        _ => (),
    }
    seed
}
