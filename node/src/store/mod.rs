//! What the host's node keeps on disk: the room's key and the studio's settings. Nothing about a viewer, but for those
//! whom the host bars for good, on purpose.

mod destroy;
mod settings;

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

pub use destroy::Destroyed;
pub use settings::{
    AccountSettings, BanSettings, Comers, EmoteSettings, FriendSettings, IngestSettings, InviteSettings,
    KeptPicture, KnownSettings, ListSettings, ListsSettings, NetworkSettings, RoomSettings, Settings,
    TakesReports,
};

const KEY_FILE: &str = "room.key";
const NODE_KEY_FILE: &str = "node.key";
const LIST_KEY_FILE: &str = "list.key";
const SETTINGS_FILE: &str = "settings.toml";

/// The host's own folder, or memory only.
pub struct Store(Mutex<State>);

struct State {
    folder: Option<Folder>,
    settings: Settings,
}

/// A folder that no other node uses as long as this lives.
struct Folder {
    dir: PathBuf,
    _lock: File,
}

/// Why the folder can't be used. The sentence is for the host.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or the folder can't be read or written.
    #[error("{path} cannot be used: {error}; choose another folder with --data-dir, or --ephemeral for none")]
    Unusable {
        /// What was to be read or written.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Another node runs with the folder.
    #[error("another Parlor runs with {0}; stop it first, or choose another folder with --data-dir")]
    Busy(PathBuf),
    /// The key file does not hold 32 bytes.
    #[error("{0} does not hold a key; put the right file back, or remove it to have a new one")]
    Key(PathBuf),
    /// The settings are not what this program writes.
    #[error("{path} cannot be understood ({reason}); mend it, or remove it to start with new settings")]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, on one line.
        reason: String,
    },
}

impl Store {
    /// The store in this folder, which is made if it is not there; `None`: in memory.
    ///
    /// # Errors
    /// A [`StoreError`] where the folder or the settings in it can't be used, or another node uses it.
    pub fn open(dir: Option<PathBuf>) -> Result<Self, StoreError> {
        let Some(dir) = dir else {
            return Ok(Self::with(None, Settings::default()));
        };
        let unusable = |error| StoreError::Unusable { path: dir.clone(), error };
        fs::create_dir_all(&dir).map_err(unusable)?;
        // Only the host's own user may look into it: it holds the room's key.
        fs::set_permissions(&dir, Permissions::from_mode(0o700)).map_err(unusable)?;
        let folder = Folder::claim(dir.clone())?;
        let path = dir.join(SETTINGS_FILE);
        let settings = match fs::read_to_string(&path) {
            Ok(text) => Some(toml::from_str(&text).map_err(|error| StoreError::Settings {
                path,
                reason: error.message().replace('\n', " "),
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::Unusable { path, error }),
        };
        let is_new = settings.is_none();
        let store = Self::with(Some(folder), settings.unwrap_or_default());
        if is_new {
            // New settings hold new publish keys, which must be the same at the next start.
            store.change(|_| ())?;
        }
        Ok(store)
    }

    fn with(folder: Option<Folder>, settings: Settings) -> Self {
        Self(Mutex::new(State { folder, settings }))
    }

    /// Destroys what a node keeps in this folder, which none may be using: the keys first, then the rest.
    ///
    /// # Errors
    /// [`StoreError::Busy`], or [`StoreError::Unusable`] for the first file that could not be destroyed; the others are.
    pub fn destroy_in(dir: PathBuf) -> Result<Destroyed, StoreError> {
        let folder = Folder::claim(dir)?;
        destroy::destroy(&folder.dir)
    }

    /// Destroys what this node keeps: the keys first, then the rest. From then on nothing is written any more.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] for the first file that could not be destroyed; the others are.
    pub fn destroy(&self) -> Result<Destroyed, StoreError> {
        match self.lock().folder.take() {
            Some(folder) => destroy::destroy(&folder.dir),
            None => Ok(Destroyed { files: Vec::new(), folder: false }),
        }
    }

    /// The room's key, made at the first start.
    ///
    /// # Errors
    /// A [`StoreError`] where the file can't be read, written, or holds no key.
    pub fn room_key(&self) -> Result<SigningKey, StoreError> {
        self.key(KEY_FILE)
    }

    /// The key by which peers know the node, made at the first start. It has nothing to do with the room's.
    ///
    /// # Errors
    /// As for [`Store::room_key`].
    pub fn node_key(&self) -> Result<SigningKey, StoreError> {
        self.key(NODE_KEY_FILE)
    }

    /// The key that signs the host's own list of people whom they barred, made at the first start. It has nothing to do
    /// with the room's: who follows the list learns nothing of that.
    ///
    /// # Errors
    /// As for [`Store::room_key`].
    pub fn list_key(&self) -> Result<SigningKey, StoreError> {
        self.key(LIST_KEY_FILE)
    }

    fn key(&self, file: &str) -> Result<SigningKey, StoreError> {
        let state = self.lock();
        let Some(folder) = &state.folder else {
            return Ok(new_key());
        };
        let path = folder.dir.join(file);
        match fs::read(&path).map(Zeroizing::new) {
            Ok(bytes) => match <&[u8; 32]>::try_from(&bytes[..]) {
                Ok(seed) => Ok(SigningKey::from_bytes(seed)),
                Err(_) => Err(StoreError::Key(path)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = new_key();
                write_private(&path, key.as_bytes())?;
                Ok(key)
            }
            Err(error) => Err(StoreError::Unusable { path, error }),
        }
    }

    /// The settings as they stand.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.lock().settings.clone()
    }

    /// Changes the settings and keeps them.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] where they can't be written; they hold until the node stops all the same.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), StoreError> {
        let mut state = self.lock();
        change(&mut state.settings);
        let Some(folder) = &state.folder else { return Ok(()) };
        let text = toml::to_string(&state.settings).expect("settings are plain tables");
        write_private(&folder.dir.join(SETTINGS_FILE), text.as_bytes())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of the store's lock panics")
    }
}

impl Folder {
    /// Takes the folder for this node alone.
    fn claim(dir: PathBuf) -> Result<Self, StoreError> {
        let lock = match File::open(&dir) {
            Ok(lock) => lock,
            Err(error) => return Err(StoreError::Unusable { path: dir, error }),
        };
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy(dir)),
            // Some file systems have no locks; the host knows what they start.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { dir, _lock: lock }),
        }
    }
}

fn new_key() -> SigningKey {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).expect("the operating system has randomness");
    SigningKey::from_bytes(&seed)
}

/// Replaces a file in one step, so that a power cut leaves the old one or the new one. Nothing of the old one stays on
/// the disk: what a host takes back is not to be found there later.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let new = path.with_extension("new");
    let write = || {
        let old = OpenOptions::new().write(true).open(path).ok();
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        if let (Some(old), Some(dir)) = (old, path.parent()) {
            // Only once nobody reads the old one any more, whatever happens.
            File::open(dir)?.sync_all()?;
            destroy::overwrite(old)?;
        }
        Ok(())
    };
    write().map_err(|error| StoreError::Unusable { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use parlor_protocol::media::UnixMs;
    use parlor_protocol::talk::Name;

    use super::*;

    #[test]
    fn key_and_settings_survive_and_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("parlor");
        let store = Store::open(Some(dir.clone())).unwrap();
        let key = store.room_key().unwrap();
        store
            .change(|settings| {
                settings.about.title = "Tea".into();
                settings.bans.push(BanSettings {
                    name: Name::given("Ben").unwrap(),
                    node: None,
                    mark: Some("h5j3rb273v".into()),
                    note: "Rude".into(),
                    made: UnixMs(1),
                });
            })
            .unwrap();

        assert!(matches!(Store::open(Some(dir.clone())), Err(StoreError::Busy(_))), "one node for a folder");
        let before = store.settings();
        drop(store);
        let again = Store::open(Some(dir.clone())).unwrap();
        assert_eq!(again.room_key().unwrap(), key);
        assert_eq!(again.settings(), before);
        assert_eq!(again.settings().about.title, "Tea");
        for file in [KEY_FILE, SETTINGS_FILE] {
            assert_eq!(fs::metadata(dir.join(file)).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_broken_file_is_named_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().to_owned();
        fs::write(dir.join(KEY_FILE), b"short").unwrap();
        let store = Store::open(Some(dir.clone())).unwrap();
        assert!(matches!(store.room_key(), Err(StoreError::Key(_))));
        assert_eq!(fs::read(dir.join(KEY_FILE)).unwrap(), b"short");
        drop(store);
        fs::write(dir.join(SETTINGS_FILE), "source = 7").unwrap();
        assert!(matches!(Store::open(Some(dir)), Err(StoreError::Settings { .. })));
    }
}
