//! Walking boxes (ISO/IEC 14496-12, section 4.2) in bytes that may be hostile: nothing is copied, and a size that
//! does not fit is an error.

use bytes::Bytes;
use mp4_atom::{Decode, Encode, FourCC, Header};

/// A box as it stands in the file.
#[derive(Debug)]
pub(super) struct Found {
    /// Its four letters.
    pub(super) kind: FourCC,
    /// Where it starts within the bytes that were walked.
    pub(super) at: usize,
    /// The whole of it, with its header.
    pub(super) whole: Bytes,
    /// What is after its header.
    pub(super) body: Bytes,
}

/// Bytes that are no sequence of boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// The boxes that stand one after the other in `bytes`. After an error it ends.
pub(super) fn boxes(bytes: &Bytes) -> impl Iterator<Item = Result<Found, Malformed>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= bytes.len() {
            return None;
        }
        let found = next(bytes, at);
        at = found.as_ref().map_or(bytes.len(), |found| at + found.whole.len());
        Some(found)
    })
}

fn next(bytes: &Bytes, at: usize) -> Result<Found, Malformed> {
    let rest = bytes.slice(at..);
    let mut cursor = &rest[..];
    let header = Header::decode(&mut cursor).map_err(|_| Malformed)?;
    let head = rest.len() - cursor.len();
    let end = match header.size {
        Some(size) if size <= cursor.len() => head + size,
        Some(_) => return Err(Malformed),
        None => rest.len(),
    };
    Ok(Found { kind: header.kind, at, whole: rest.slice(..end), body: rest.slice(head..end) })
}

/// The first box of this kind among those in `bytes`.
pub(super) fn find(bytes: &Bytes, kind: FourCC) -> Result<Option<Found>, Malformed> {
    for found in boxes(bytes) {
        let found = found?;
        if found.kind == kind {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The body of the box at the end of this path of nested boxes, each the first of its kind.
pub(super) fn descend(bytes: &Bytes, path: &[FourCC]) -> Result<Option<Bytes>, Malformed> {
    let mut body = bytes.clone();
    for kind in path {
        match find(&body, *kind)? {
            Some(found) => body = found.body,
            None => return Ok(None),
        }
    }
    Ok(Some(body))
}

/// Appends a box that this crate built itself.
pub(super) fn write(value: &impl Encode, to: &mut Vec<u8>) {
    value.encode(to).expect("a box of bounded size and known fields can be written");
}
