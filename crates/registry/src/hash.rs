//! sha256 of model files, remembered by size and time of change, so that a start need not read gigabytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::folders::data_folder;

/// Why a file has no hash.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// It cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The caller broke it off.
    #[error("stopped before the end")]
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    size: u64,
    /// Nanoseconds since 1970, as text: TOML's whole numbers end at 2^63.
    changed: String,
    sha256: Option<String>,
    /// Who loaded it once without harm.
    tried_by: Option<String>,
}

/// Remembers hashes in a small file. A lost or broken one costs a new reading, nothing else.
#[derive(Debug, Clone)]
pub struct Hashes {
    memory: Option<PathBuf>,
}

impl Hashes {
    /// Remembers in `hashes.toml` of the data folder.
    pub fn of_this_machine() -> Self {
        Self {
            memory: data_folder().map(|data| data.join("models").join("hashes.toml")),
        }
    }

    /// Remembers in `file`, or not at all.
    pub fn new(memory: Option<PathBuf>) -> Self {
        Self { memory }
    }

    /// The remembered sha256 of a file that has not changed since, in hex. Reads no model.
    pub fn known(&self, path: &Path) -> Option<String> {
        self.remembered(path)?.sha256
    }

    /// True when `by` loaded this file before without harm, and it has not changed since.
    pub fn was_tried(&self, path: &Path, by: &str) -> bool {
        self.remembered(path)
            .is_some_and(|known| known.tried_by.as_deref() == Some(by))
    }

    /// Remembers that `by` loaded this file without harm.
    pub fn note_tried(&self, path: &Path, by: &str) {
        if let Ok(stamp) = stamp(path) {
            self.note(stamp, |known| known.tried_by = Some(by.to_owned()));
        }
    }

    fn remembered(&self, path: &Path) -> Option<Known> {
        let stamp = stamp(path).ok()?;
        let known = self.load().remove(&stamp.key)?;
        (known.size == stamp.size && known.changed == stamp.changed).then_some(known)
    }

    /// Changes what is remembered of a file; what was known of an older state of it is dropped.
    fn note(&self, stamp: Stamp, change: impl FnOnce(&mut Known)) {
        let mut all = self.load();
        let fresh = || Known {
            size: stamp.size,
            changed: stamp.changed.clone(),
            sha256: None,
            tried_by: None,
        };
        let known = all.entry(stamp.key).or_insert_with(fresh);
        if known.size != stamp.size || known.changed != stamp.changed {
            *known = fresh();
        }
        change(known);
        self.save(&all);
    }

    /// The sha256 of a file in hex; from memory if it has not changed. `progress` hears of bytes read and
    /// of all, and breaks off by answering false.
    ///
    /// # Errors
    /// [`HashError`] when the file cannot be read or `progress` said no.
    pub fn sha256(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<String, HashError> {
        if let Some(known) = self.known(path) {
            return Ok(known);
        }
        let unreadable = |source| HashError::Unreadable {
            path: path.to_path_buf(),
            source,
        };
        let stamp = stamp(path).map_err(unreadable)?;
        let mut file = File::open(path).map_err(unreadable)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        let mut done = 0;
        loop {
            let n = file.read(&mut buffer).map_err(unreadable)?;
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
            done += n as u64;
            if !progress(done, stamp.size) {
                return Err(HashError::Cancelled);
            }
        }
        let sha256: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        self.note(stamp, |known| known.sha256 = Some(sha256.clone()));
        Ok(sha256)
    }

    /// True when the file's hash is the catalogue's. A model without a known hash is not verified.
    ///
    /// # Errors
    /// As [`Hashes::sha256`].
    pub fn is_verified(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<bool, HashError> {
        let entry = path
            .file_name()
            .and_then(|name| crate::Catalog::bundled().by_file(name.to_str()?));
        match entry.and_then(|entry| entry.sha256.as_deref()) {
            Some(wanted) => Ok(self.sha256(path, progress)?.eq_ignore_ascii_case(wanted)),
            None => Ok(false),
        }
    }

    fn load(&self) -> BTreeMap<String, Known> {
        self.memory
            .as_ref()
            .and_then(|file| fs::read_to_string(file).ok())
            .and_then(|text| toml::from_str(&text).ok())
            .unwrap_or_default()
    }

    fn save(&self, all: &BTreeMap<String, Known>) {
        let Some(file) = &self.memory else { return };
        let written = toml::to_string(all)
            .map_err(std::io::Error::other)
            .and_then(|text| {
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder)?;
                }
                // Written aside and renamed, so that a second program never reads half of it.
                let aside = file.with_extension(format!("toml.{}", std::process::id()));
                fs::write(&aside, text)?;
                fs::rename(&aside, file)
            });
        if let Err(cause) = written {
            tracing::warn!(%cause, "hashes of models are not remembered");
        }
    }
}

/// A file as it stands now.
struct Stamp {
    /// Its full path.
    key: String,
    size: u64,
    changed: String,
}

fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let meta = fs::metadata(path)?;
    let changed = meta
        .modified()?
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    Ok(Stamp {
        key: fs::canonicalize(path)?.to_string_lossy().into_owned(),
        size: meta.len(),
        changed: changed.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// sha256 of "abc", FIPS 180-2, B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_hash_is_read_once_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.gguf");
        fs::write(&file, "abc").unwrap();
        let hashes = Hashes::new(Some(folder.path().join("deep/hashes.toml")));
        let mut readings = 0;
        let mut count = |_, _| {
            readings += 1;
            true
        };
        assert_eq!(hashes.known(&file), None);
        assert_eq!(hashes.sha256(&file, &mut count).unwrap(), ABC);
        assert_eq!(hashes.sha256(&file, &mut count).unwrap(), ABC);
        assert_eq!(hashes.known(&file).as_deref(), Some(ABC));
        fs::write(&file, "abcd").unwrap();
        assert_eq!(hashes.known(&file), None);
        assert_ne!(hashes.sha256(&file, &mut count).unwrap(), ABC);
        assert_eq!(readings, 2);
    }

    #[test]
    fn a_trial_is_remembered_beside_the_hash_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.gguf");
        fs::write(&file, "abc").unwrap();
        let hashes = Hashes::new(Some(folder.path().join("hashes.toml")));
        hashes.sha256(&file, &mut |_, _| true).unwrap();
        assert!(!hashes.was_tried(&file, "engine 1"));
        hashes.note_tried(&file, "engine 1");
        assert!(hashes.was_tried(&file, "engine 1"));
        assert!(!hashes.was_tried(&file, "engine 2"));
        assert_eq!(hashes.known(&file).as_deref(), Some(ABC));
        fs::write(&file, "abcd").unwrap();
        assert!(!hashes.was_tried(&file, "engine 1"));
    }

    #[test]
    fn progress_can_break_it_off_and_a_broken_memory_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.gguf");
        let memory = folder.path().join("hashes.toml");
        fs::write(&file, "abc").unwrap();
        fs::write(&memory, "= not toml").unwrap();
        let hashes = Hashes::new(Some(memory));
        assert!(matches!(
            hashes.sha256(&file, &mut |_, _| false),
            Err(HashError::Cancelled)
        ));
        assert_eq!(hashes.sha256(&file, &mut |_, _| true).unwrap(), ABC);
        assert!(!hashes.is_verified(&file, &mut |_, _| true).unwrap());
        assert!(matches!(
            hashes.sha256(&folder.path().join("none"), &mut |_, _| true),
            Err(HashError::Unreadable { .. })
        ));
    }
}
