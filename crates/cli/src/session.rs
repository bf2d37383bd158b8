//! The studio for one command.

use std::path::Path;
use std::sync::Arc;

use project::DocumentInfo;
use studio::{Desk, Home, Studio};

use crate::failure::Failure;

/// The studio for one command.
pub(crate) struct Session {
    pub(crate) studio: Studio,
}

impl Session {
    pub(crate) fn start() -> Result<Self, Failure> {
        let home = Home::of_this_machine().map_err(Failure::Home)?;
        // What happens is told by the calls themselves.
        let studio = Studio::new(home, false, Arc::new(|_| {}))?;
        Ok(Self { studio })
    }

    /// The language that new projects are in.
    pub(crate) fn language(&self) -> String {
        match self.studio.settings().language.as_str() {
            "system" | "" => studio::system_language().to_owned(),
            language => language.to_owned(),
        }
    }

    /// A project that is only read; another program may have it open.
    pub(crate) fn read(&self, path: &Path) -> Result<Desk, Failure> {
        Ok(self.studio.open_to_read(path)?)
    }

    /// A project that is written.
    pub(crate) fn write(&self, path: &Path) -> Result<Desk, Failure> {
        Ok(self.studio.open(path, false)?)
    }
}

/// A document by its id or title.
pub(crate) fn document(desk: &Desk, name: &str) -> Result<DocumentInfo, Failure> {
    let name = name.to_owned();
    Ok(desk.call_blocking(move |papers| papers.find_document(&name))??)
}

/// Writes what was done to disk. What is done is not done before that.
pub(crate) fn save(desk: &Desk) -> Result<(), Failure> {
    Ok(desk.call_blocking(studio::Papers::flush)??)
}
