//! A directory for one test's files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A new, empty directory; removed when dropped.
pub struct Scratch(PathBuf);

impl Default for Scratch {
    fn default() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("parlor-e2e-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the directory for temporary files takes another");
        Self(path)
    }
}

impl Scratch {
    /// The path of the file of this name.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file and says where it is.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the scratch directory is writable");
        path
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Best effort: what is left over lies in the directory for temporary files.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
