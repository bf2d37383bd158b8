//! The lock of a project that is open for writing: a file beside it, `Title.palimpsest.lock`.
//!
//! It is a file of its own because a second handle on the database, once closed, would drop
//! SQLite's own locks in this process.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use fs4::fs_std::FileExt;

use crate::error::OpenError;

#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the project at `project`, or says who holds it.
    pub(crate) fn take(project: &Path) -> Result<Self, OpenError> {
        let mut path = project.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        loop {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|error| io(error, &path))?;
            if !file
                .try_lock_exclusive()
                .map_err(|error| io(error, &path))?
            {
                return Err(OpenError::LockedBy { pid: holder(file) });
            }
            // Between our open and our lock the last holder may have removed the file: then
            // this lock is on nothing that anybody else can see.
            if still_there(&file, &path) {
                let mut lock = Self { file, path };
                lock.say_who();
                return Ok(lock);
            }
        }
    }

    /// Writes our process id into the file, for those who find it locked. Only a courtesy: a full
    /// disk must not keep a project from being opened where nothing else does.
    fn say_who(&mut self) {
        let id = std::process::id().to_string();
        let said = self
            .file
            .set_len(0)
            .and_then(|()| self.file.write_all(id.as_bytes()));
        if let Err(error) = said {
            tracing::debug!(%error, "the lock file doesn't name its holder");
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // removed while it is still locked, so that nobody can lock a file that is about to go
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(%error, "the lock file stays");
        }
    }
}

fn holder(mut file: File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

pub(crate) fn io(error: std::io::Error, path: &Path) -> OpenError {
    match error.kind() {
        ErrorKind::NotFound => OpenError::NotFound {
            path: path.to_owned(),
        },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => OpenError::DiskFull,
        _ => OpenError::Io(error),
    }
}

#[cfg(unix)]
fn still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(ours), Ok(there)) = (file.metadata(), std::fs::metadata(path)) else {
        return false;
    };
    (ours.dev(), ours.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn still_there(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_with_the_first_ones_process() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("A.palimpsest");
        let lock = Lock::take(&project).unwrap();
        let Err(OpenError::LockedBy { pid }) = Lock::take(&project) else {
            panic!("not refused")
        };
        assert_eq!(pid, Some(std::process::id()));
        drop(lock);
        drop(Lock::take(&project).unwrap());
        assert_eq!(
            folder.path().read_dir().unwrap().count(),
            0,
            "the lock file goes with the lock"
        );
    }
}
