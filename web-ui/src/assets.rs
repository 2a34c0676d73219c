//! The files that pages load: styles, ES modules, pictures. They are embedded into the binary.
//!
//! All of them are served from one folder whose name is a hash of them all: `/assets/HASH/NAME`. So a browser may
//! keep each for ever, the modules find each other by relative imports without a bundler or an import map, and no
//! page ever mixes the files of two versions.

use std::io::Write;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// An embedded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// What it holds.
    pub bytes: &'static [u8],
    /// The same, compressed with gzip (RFC 1952): a third of it, for a home uplink.
    pub gzip: &'static [u8],
    /// Its media type, for the `Content-Type` header.
    pub content_type: &'static str,
}

/// What to send as `Cache-Control` with an asset whose folder is the present [`version`]: it never changes.
pub const CACHE_FOREVER: &str = "public, max-age=31536000, immutable";
/// What to send where the folder is an older version: a page from before an update asks, and what it gets now is
/// not what that name stands for.
pub const CACHE_NEVER: &str = "no-store";

/// The file of this name.
#[must_use]
pub fn asset(name: &str) -> Option<Asset> {
    static GZIPPED: LazyLock<Vec<Vec<u8>>> =
        LazyLock::new(|| FILES.iter().map(|(_, bytes)| gzip(bytes)).collect());
    let (at, (_, bytes)) = FILES.iter().enumerate().find(|(_, (file, _))| *file == name)?;
    let content_type = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Some(Asset { bytes, gzip: &GZIPPED[at], content_type })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes every write")
}

/// The names of all files.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The folder that the present files are served from: 16 hexadecimal digits of the SHA-256 of all of them.
#[must_use]
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for (name, bytes) in FILES {
            // The lengths keep two sets of files apart whose concatenations are the same.
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        // 64 bits: two versions of the same program never meet by chance.
        HEXLOWER.encode(&hash.finalize()[..8])
    });
    &VERSION
}

/// The path that a page loads the file from.
pub(crate) fn url(name: &str) -> String {
    debug_assert!(asset(name).is_some(), "a template names an asset that does not exist: {name}");
    format!("/assets/{}/{name}", version())
}

/// The files, each by its name. A sheet is made of several: a page loads one, for each more is a wait before the first
/// picture.
macro_rules! embed {
    ($($name:literal $(: [$($part:literal),+])?),* $(,)?) => {
        &[$(($name, embed!(@ $name $(: [$($part),+])?))),*]
    };
    (@ $name:literal) => { include_bytes!(concat!("../assets/", $name)) };
    (@ $name:literal: [$($part:literal),+]) => {
        concat!($(include_str!(concat!("../assets/", $part))),+).as_bytes()
    };
}

/// All that a page may load; a test checks that nothing in `assets/` is missing.
const FILES: &[(&str, &[u8])] = embed![
    "base.css",
    "files.css": ["base.css", "files.css"],
    "lobby.css": ["base.css", "lobby.css"],
    "noscript.css",
    "room.css": ["base.css", "stage.css", "room.css"],
    "report.css": ["base.css", "report.css"],
    "studio.css": ["base.css", "stage.css", "studio.css", "network.css", "report.css"],
    "talk.css": ["base.css", "talk.css"],
    "announce.js",
    "arrange.js",
    "broadcast.js",
    "captions.js",
    "check-work.js",
    "check.js",
    "clock.js",
    "desk.js",
    "facts.js",
    "lobby.js",
    "morph.js",
    "mse.js",
    "plain.js",
    "player.js",
    "remote.js",
    "room.js",
    "say.js",
    "stage.js",
    "studio.js",
    "wait.js",
    "whep.js",
    "door.svg",
    "icon.svg",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_embedded() {
        let embedded: Vec<&str> = FILES.iter().map(|(_, bytes)| str::from_utf8(bytes).unwrap()).collect();
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(embedded.iter().any(|file| file.contains(&text)), "{}", path.display());
        }
    }

    #[test]
    fn every_file_has_a_type() {
        for name in names() {
            assert_ne!(asset(name).unwrap().content_type, "application/octet-stream", "{name}");
        }
        assert_eq!(asset("../Cargo.toml"), None);
    }

    #[test]
    fn the_version_stands_in_the_path() {
        assert_eq!(version().len(), 16);
        assert_eq!(url("base.css"), format!("/assets/{}/base.css", version()));
    }
}
