//! A list as text, signed.

use std::fmt::Write;

use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signer, SigningKey};

use super::header::quote;
use super::{CONTEXT, List, ListError, MAX_LIST_BYTES, Reports};

impl List {
    /// The list as text, signed with this key.
    ///
    /// # Errors
    /// [`ListError::Words`], [`ListError::Item`], [`ListError::TooMany`] and [`ListError::TooLong`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, ListError> {
        self.check()?;
        let mut head = format!("version: 1\nname: {}\n", quote(&self.name));
        let optional = [("description", &self.description), ("author", &self.author)];
        for (name, value) in optional.into_iter().filter(|(_, value)| !value.is_empty()) {
            writeln!(head, "{name}: {}", quote(value)).expect("a text takes more");
        }
        let public = text(&key.verifying_key().to_bytes());
        writeln!(head, "parlor_key: {public}\nparlor_sequence: {}", self.sequence)
            .expect("a text takes more");
        if let Some(Reports { key, at }) = &self.reports {
            writeln!(head, "parlor_reports: {}", text(key.as_bytes())).expect("a text takes more");
            if let Some(at) = at {
                writeln!(head, "parlor_reports_at: {}", quote(&at.to_string())).expect("a text takes more");
            }
        }
        let mut items = String::from("---\n");
        for entry in &self.entries {
            let reason = if entry.reason.is_empty() {
                String::new()
            } else {
                format!(" reason:{}", escape(&entry.reason))
            };
            writeln!(items, "{}{reason}", entry.item).expect("a text takes more");
        }
        let signature = key.sign(&signed(&head, &items)).to_bytes();
        let list = format!("{head}parlor_signature: {}\n{items}", text(&signature));
        if list.len() > MAX_LIST_BYTES { Err(ListError::TooLong) } else { Ok(list) }
    }
}

/// What is signed: the context, the header without the line of the signature, and all that follows it.
pub(super) fn signed(head: &str, items: &str) -> Vec<u8> {
    [CONTEXT, head.as_bytes(), items.as_bytes()].concat()
}

/// Bytes as a list has them, in base32 and lower case: a key as people compare it.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_lowercase()
}

/// As RFC 3986, section 2.1, has it: what is not reserved stands as it is.
fn escape(reason: &str) -> String {
    let mut escaped = String::new();
    for byte in reason.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(byte.into());
        } else {
            write!(escaped, "%{byte:02X}").expect("a text takes more");
        }
    }
    escaped
}
