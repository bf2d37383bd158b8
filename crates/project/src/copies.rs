//! Copies of a project's file: where the user wants one, and backups that take turns.

use std::path::{Path, PathBuf};

use crate::error::SaveError;
use crate::ids::Millis;
use crate::project::Project;
use crate::store::{self, Access};
use crate::table;

/// Why a copy was not made. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is a file at the path.
    #[error("there already is a file at {}", path.display())]
    AlreadyThere {
        /// The path asked for.
        path: PathBuf,
    },
    /// What was not on disk yet could not be written to the project itself.
    #[error("the project could not be saved before it was copied")]
    Unsaved(#[source] SaveError),
    /// The copy could not be written.
    #[error("the copy could not be written")]
    Write(#[source] SaveError),
    /// The system refused.
    #[error("the system refused to make the copy")]
    Io(#[source] std::io::Error),
}

impl Project {
    /// Writes all that is in memory, then a copy of the whole project to another file, which is
    /// there only when it is whole. Under the same key, if any.
    ///
    /// # Errors
    /// See [`CopyError`].
    pub fn save_copy(&mut self, path: &Path, now: Millis) -> Result<(), CopyError> {
        self.flush(now).map_err(CopyError::Unsaved)?;
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(CopyError::AlreadyThere {
                path: path.to_owned(),
            });
        }
        store::whole_or_nothing(path, |unfinished| self.copy_to(unfinished), CopyError::Io)
    }

    fn copy_to(&self, path: &Path) -> Result<(), CopyError> {
        let reader = self.access == Access::Read;
        let copy = || {
            if reader {
                table::set_query_only(&self.connection, false)?;
            }
            let copied = table::copy_into(&self.connection, path);
            if reader {
                table::set_query_only(&self.connection, true)?;
            }
            copied
        };
        copy().map_err(|error| CopyError::Write(store::save_error(error, path)))
    }

    /// Puts a dated copy into `folder`, made if it isn't there, and takes away the oldest copies
    /// of this project in it beyond `keep`. Gives the new copy's path.
    ///
    /// # Errors
    /// See [`CopyError`]; older copies are taken away only when there is a new one.
    pub fn back_up(
        &mut self,
        folder: &Path,
        keep: usize,
        now: Millis,
    ) -> Result<PathBuf, CopyError> {
        std::fs::create_dir_all(folder).map_err(CopyError::Io)?;
        // by id, since titles change and two projects may share one
        let head = format!("{}-", self.id());
        let path = folder.join(format!("{head}{:015}.palimpsest", now.max(0)));
        self.save_copy(&path, now)?;
        let mut copies: Vec<PathBuf> = std::fs::read_dir(folder)
            .map_err(CopyError::Io)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                let name = path.file_name().and_then(|name| name.to_str());
                name.is_some_and(|name| name.starts_with(&head) && name.ends_with(".palimpsest"))
            })
            .collect();
        copies.sort();
        let beyond = copies.len().saturating_sub(keep.max(1));
        for old in &copies[..beyond] {
            if let Err(error) = std::fs::remove_file(old) {
                tracing::warn!(%error, "an old backup stays");
            }
        }
        Ok(path)
    }
}
