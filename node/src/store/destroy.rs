//! The end of a node's folder: the keys first, then the rest.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{KEY_FILE, LIST_KEY_FILE, NODE_KEY_FILE, SETTINGS_FILE, StoreError};

/// Everything that a node writes, in the order in which it goes: without the keys the rest is worth little.
const FILES: [&str; 4] = [KEY_FILE, NODE_KEY_FILE, LIST_KEY_FILE, SETTINGS_FILE];
/// Bytes that are written over at a time.
const STEP: usize = 4096;

/// What was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Whether the folder is gone too: it stays where something else is in it.
    pub folder: bool,
}

/// Writes zeros over every file that a node keeps in this folder and removes it, then the folder. What cannot be
/// destroyed does not keep the next from being.
///
/// # Errors
/// The first [`StoreError::Unusable`] that was met.
pub(super) fn destroy(dir: &Path) -> Result<Destroyed, StoreError> {
    let mut destroyed = Destroyed { files: Vec::new(), folder: false };
    let mut failed = None;
    for file in FILES {
        let path = dir.join(file);
        // A power cut in the middle of a change leaves the one that was to be.
        for path in [path.with_extension("new"), path] {
            match wipe(&path) {
                Ok(()) => destroyed.files.push(path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => failed = failed.or(Some(StoreError::Unusable { path, error })),
            }
        }
    }
    // Whether the names are gone from the disk too, only some file systems say.
    let _ = File::open(dir).and_then(|dir| dir.sync_all());
    destroyed.folder = fs::remove_dir(dir).is_ok();
    failed.map_or(Ok(destroyed), Err)
}

/// Writes zeros over a file, and removes it once they are on the disk.
fn wipe(path: &Path) -> io::Result<()> {
    let written = OpenOptions::new().write(true).open(path).and_then(overwrite);
    match written {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
        // A file that cannot be written over can be removed all the same.
        written => fs::remove_file(path).and(written),
    }
}

/// Writes zeros over a file that was just opened, and waits until they are on the disk.
pub(super) fn overwrite(mut file: File) -> io::Result<()> {
    let mut left = file.metadata()?.len();
    while left > 0 {
        let step = left.min(STEP as u64);
        file.write_all(&[0; STEP][..step as usize])?;
        left -= step;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use parlor_protocol::talk::Name;

    use super::super::Store;
    use super::*;

    #[test]
    fn nothing_of_a_node_is_left_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("parlor");
        let store = Store::open(Some(dir.clone())).unwrap();
        store.room_key().unwrap();
        store.node_key().unwrap();
        let ban = |name: &str| super::super::BanSettings {
            name: Name::given(name).unwrap(),
            node: None,
            mark: None,
            note: "canary".into(),
            made: parlor_protocol::media::UnixMs(1),
        };
        store.change(|settings| settings.bans.push(ban("canary"))).unwrap();
        assert!(fs::read_to_string(dir.join(SETTINGS_FILE)).unwrap().contains("canary"));
        fs::write(dir.join("room.new"), "what a power cut left").unwrap();
        fs::write(dir.join("holiday.jpg"), "mine").unwrap();

        let destroyed = store.destroy().unwrap();
        assert_eq!((destroyed.files.len(), destroyed.folder), (4, false));
        let left: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["holiday.jpg"]);

        store.change(|settings| settings.about.title = "Tea".into()).unwrap();
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "nothing is written any more");
        fs::remove_file(dir.join("holiday.jpg")).unwrap();
        assert_eq!(destroy(&dir).unwrap(), Destroyed { files: Vec::new(), folder: true });
        assert!(!dir.exists());
    }

    #[test]
    fn what_stood_in_a_file_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let canary = b"canary ".repeat(2000);
        fs::write(&path, &canary).unwrap();
        // Another name for the same bytes on the disk.
        let same = folder.path().join("same");
        fs::hard_link(&path, &same).unwrap();
        wipe(&path).unwrap();
        assert!(!path.exists());
        assert_eq!(fs::metadata(&same).unwrap().size(), canary.len() as u64);
        assert!(fs::read(&same).unwrap().iter().all(|byte| *byte == 0));
    }
}
