//! A list from text, checked.

use std::collections::HashMap;

use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, VerifyingKey};

use super::header::field;
use super::write::{signed, text};
use super::{Entry, Item, List, ListError, MARK, MAX_ENTRIES, MAX_LIST_BYTES, NODE, ROOM, Reports};
use crate::invite::Invite;
use crate::report::ReportKey;
use crate::text::is_line;

/// A list that was read, and whose signature fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedList {
    list: List,
    key: [u8; 32],
    skipped: usize,
    text: String,
}

/// The fields of a header that mean something here.
#[derive(Default)]
struct Fields(HashMap<String, (usize, String)>);

impl SignedList {
    /// Reads a list. Lines may end with CR LF, as browsers send them, and the last with nothing.
    ///
    /// # Errors
    /// The first [`ListError`] in the order of `spec/denylist.md`, section 3.
    pub fn read(text: &str) -> Result<Self, ListError> {
        // With the lines of a browser it may be longer; no list is twice as long.
        if text.len() > 2 * MAX_LIST_BYTES {
            return Err(ListError::TooLong);
        }
        let text = text.replace("\r\n", "\n").trim_end_matches('\n').to_owned() + "\n";
        if text.len() > MAX_LIST_BYTES {
            return Err(ListError::TooLong);
        }
        if let Some(at) = text.lines().position(|line| !is_line(line, usize::MAX)) {
            return Err(ListError::Characters(at + 1));
        }
        let end = text.find("\n---\n").ok_or(ListError::NoHeader)? + 1;
        let (header, items) = text.split_at(end);
        let fields = Fields::read(header)?;
        let list = fields.list()?;
        let key = fields.key()?;
        let list = List { sequence: fields.sequence()?, reports: fields.reports()?, ..list };
        fields.check(header, items, &key)?;
        // The first line of the items is the one that ends the header.
        let first = header.lines().count() + 2;
        let (entries, skipped) = read_items(items.lines().skip(1), first)?;
        Ok(Self { list: List { entries, ..list }, key: key.to_bytes(), skipped, text })
    }

    /// What it says.
    #[must_use]
    pub fn list(&self) -> &List {
        &self.list
    }

    /// The public key of whoever keeps it.
    #[must_use]
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The same as people compare it: 52 letters and digits.
    #[must_use]
    pub fn key_text(&self) -> String {
        text(&self.key)
    }

    /// How many lines name something that is not for Parlor, or for a newer one.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The whole list as it was signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Fields {
    fn read(header: &str) -> Result<Self, ListError> {
        let mut fields = Self::default();
        for (at, line) in header.lines().enumerate() {
            // What stands further in belongs to a field that means nothing here.
            if line.is_empty() || line.starts_with([' ', '#', '-']) {
                continue;
            }
            let (name, value) = field(line).ok_or(ListError::Header(at + 1))?;
            if fields.0.insert(name.to_owned(), (at, value)).is_some() {
                return Err(ListError::Header(at + 1));
            }
        }
        Ok(fields)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|(_, value)| value.as_str())
    }

    fn list(&self) -> Result<List, ListError> {
        if self.value("version").is_some_and(|version| version != "1") {
            return Err(ListError::Version);
        }
        let words = |name| self.value(name).unwrap_or_default().to_owned();
        let list = List {
            name: words("name"),
            description: words("description"),
            author: words("author"),
            ..List::default()
        };
        list.check().map(|()| list)
    }

    fn sequence(&self) -> Result<u64, ListError> {
        let digits =
            self.value("parlor_sequence").filter(|digits| digits.bytes().all(|d| d.is_ascii_digit()));
        digits.and_then(|digits| digits.parse().ok()).ok_or(ListError::Sequence)
    }

    /// How reports come to whoever keeps the list.
    fn reports(&self) -> Result<Option<Reports>, ListError> {
        let at = match self.value("parlor_reports_at") {
            Some(link) => Some(link.parse::<Invite>().map_err(|_| ListError::Reports)?),
            None => None,
        };
        match self.value("parlor_reports") {
            Some(key) => {
                let key = ReportKey::from_bytes(decode(key).ok_or(ListError::Reports)?);
                let reports = Reports { key, at };
                if reports.is_open() { Ok(Some(reports)) } else { Err(ListError::Reports) }
            }
            None if at.is_some() => Err(ListError::Reports),
            None => Ok(None),
        }
    }

    fn key(&self) -> Result<VerifyingKey, ListError> {
        let bytes = self.value("parlor_key").and_then(decode::<32>).ok_or(ListError::Key)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| ListError::Key)?;
        if key.is_weak() { Err(ListError::Key) } else { Ok(key) }
    }

    /// The line of the signature is the header's last.
    fn check(&self, header: &str, items: &str, key: &VerifyingKey) -> Result<(), ListError> {
        let (at, value) = self.0.get("parlor_signature").ok_or(ListError::Signature)?;
        let signature = decode::<64>(value).ok_or(ListError::Signature)?;
        let head: String = header.split_inclusive('\n').take(*at).collect();
        let is_last = header.lines().count() == at + 1;
        let fits = key.verify_strict(&signed(&head, items), &Signature::from_bytes(&signature)).is_ok();
        if is_last && fits { Ok(()) } else { Err(ListError::Signature) }
    }
}

/// The entries of these lines, of which the first has this number, and how many were passed over. Of several lines about
/// one item the last counts.
fn read_items<'a>(
    lines: impl Iterator<Item = &'a str>,
    first: usize,
) -> Result<(Vec<Entry>, usize), ListError> {
    let mut entries: Vec<Option<Entry>> = Vec::new();
    let mut places: HashMap<Item, usize> = HashMap::new();
    let mut skipped = 0;
    for (at, line) in lines.enumerate() {
        let broken = ListError::Item(first + at);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (allows, line) = line.strip_prefix('!').map_or((false, line), |line| (true, line));
        let mut words = line.split_ascii_whitespace();
        let item = words.next().ok_or(broken)?;
        if ![NODE, MARK, ROOM].iter().any(|kind| item.starts_with(kind)) {
            skipped += 1;
            continue;
        }
        let item: Item = item.parse().map_err(|_| broken)?;
        let reason = words.find_map(|hint| hint.strip_prefix("reason:"));
        let reason = reason.map_or(Some(String::new()), unescape);
        let reason = reason.filter(|reason| is_line(reason, super::MAX_WORDS_CHARS)).ok_or(broken)?;
        if let Some(place) = places.remove(&item) {
            entries[place] = None;
        }
        if !allows {
            places.insert(item.clone(), entries.len());
            entries.push(Some(Entry { item, reason }));
        }
        if places.len() > MAX_ENTRIES {
            return Err(ListError::TooMany);
        }
    }
    Ok((entries.into_iter().flatten().collect(), skipped))
}

/// What [`text`] wrote.
fn decode<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    let is_lower = text.bytes().all(|letter| !letter.is_ascii_uppercase());
    let bytes = is_lower.then(|| BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok())??;
    bytes.try_into().ok()
}

/// What stands for escapes of RFC 3986, section 2.1.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        if let (b'%', [high, low, after @ ..]) = (byte, after) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
            rest = after;
        } else if *byte == b'%' {
            return None;
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}
