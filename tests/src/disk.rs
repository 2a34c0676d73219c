//! A small disk in a file, of which every byte can be looked at. That takes root, to mount it; a test that can't have it
//! says so and ends.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Scratch, say};

/// Room for a file system with its journal, and some files.
const BYTES: u64 = 16 << 20;

/// A mounted disk; unmounted and removed when dropped.
pub struct Disk {
    scratch: Scratch,
}

impl Disk {
    /// An empty disk; `None`, and a loud word, where the system grants none.
    ///
    /// # Panics
    /// If no file system can be made.
    #[must_use]
    pub fn new() -> Option<Self> {
        let scratch = Scratch::default();
        let image = scratch.write("disk.img", []);
        fs::File::options()
            .write(true)
            .open(&image)
            .and_then(|file| file.set_len(BYTES))
            .expect("a sparse file");
        let path = scratch.path("disk");
        fs::create_dir(&path).expect("the scratch directory is writable");
        let made = Command::new("mkfs.ext4").arg("-q").arg(&image).output().expect("mkfs.ext4 is installed");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mounted = Command::new("mount").args(["-o", "loop"]).args([&image, &path]).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { scratch }),
            refused => {
                say(&format!(
                    "SKIPPED: this test needs root to mount a disk, and is UNTESTED here ({refused:?}).\n"
                ));
                None
            }
        }
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.scratch.path("disk")
    }

    /// Which of these stand anywhere on the disk, in files or where files were.
    ///
    /// # Panics
    /// If it can't be read.
    #[must_use]
    pub fn search(&self, needles: &[Vec<u8>]) -> Vec<bool> {
        let synced = Command::new("sync").arg("-f").arg(self.path()).status().expect("there is sync");
        assert!(synced.success());
        let bytes = fs::read(self.scratch.path("disk.img")).expect("the image can be read");
        let stands = |needle: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle);
        needles.iter().map(stands).collect()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whatever still uses it is killed by then.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
