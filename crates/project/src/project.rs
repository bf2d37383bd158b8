//! An open project: the file, what of it is in memory, and what is not on disk yet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::author::{Author, Authors};
use crate::document::Document;
use crate::drafts::Held;
use crate::error::{Error, OpenError, SaveError};
use crate::ids::{CandidateId, DocumentId, GenerationId, Millis, OpeningId, ProjectId};
use crate::lock::Lock;
use crate::schema;
use crate::store::{self, Access, Key};
use crate::table;
use crate::table::document::DocumentRow;
use crate::table::project::ProjectRow;

/// How long an edit may wait for the disk, in milliseconds.
const PATIENCE: Millis = 500;

/// What a new project begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Its title.
    pub title: String,
    /// The language its texts are mostly in, as a BCP 47 tag.
    pub language: String,
    /// The clock.
    pub now: Millis,
}

/// What a flush wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flushed {
    /// The documents whose edits were written, with the versions that are now on disk.
    pub documents: Vec<(DocumentId, u64)>,
}

/// An open project. One thread owns it; everything it does is done when the call returns, but
/// edits, which are in memory until `flush`.
#[derive(Debug)]
pub struct Project {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) access: Access,
    pub(crate) row: ProjectRow,
    pub(crate) authors: Authors,
    pub(crate) binder: Vec<DocumentRow>,
    pub(crate) loaded: BTreeMap<DocumentId, Document>,
    pub(crate) candidates: BTreeMap<CandidateId, Held>,
    openings: BTreeMap<i64, OpeningId>,
    /// This opening's number in the file; it has a row there after the first write.
    pub(crate) opening: i64,
    opening_written: bool,
    person: String,
    unsaved_carets: BTreeSet<DocumentId>,
    unsaved_since: Option<Millis>,
    /// What SQLite said of other processes' writes when it was last asked.
    data_version: i64,
    /// Goes last: others may write only when the connection is closed.
    _lock: Option<Lock>,
}

impl Project {
    /// Makes a project's file and opens it for writing. With a key it is encrypted.
    ///
    /// # Errors
    /// `AlreadyThere` where there is a file; else as `open`. Nothing is left behind.
    pub fn create(path: &Path, new: &NewProject, key: Option<Key>) -> Result<Self, OpenError> {
        let row = ProjectRow {
            id: ProjectId::new(new.now),
            title: new.title.clone(),
            language: new.language.clone(),
            created: new.now,
            min_reader: schema::MIN_READER,
            min_writer: schema::MIN_WRITER,
        };
        store::create(path, &row, key.as_ref())?;
        Self::open(path, key, Access::Write)
    }

    /// Opens a project. For writing it is locked against other programs until it is closed or
    /// dropped; for reading it can be opened beside.
    ///
    /// # Errors
    /// See [`OpenError`]. A file that can't be opened is as it was, byte for byte.
    pub fn open(path: &Path, key: Option<Key>, access: Access) -> Result<Self, OpenError> {
        let opened = store::open(path, key.as_ref(), access)?;
        let connection = opened.connection;
        let read = || -> rusqlite::Result<_> {
            Ok((
                Authors::read(&connection)?,
                table::document::all(&connection)?,
                table::opening::all(&connection)?,
                data_version(&connection)?,
            ))
        };
        let (authors, binder, mut openings, data_version) =
            read().map_err(|error| store::sort(error, path))?;
        let opening = openings.last_key_value().map_or(1, |(n, _)| n + 1);
        openings.insert(opening, OpeningId::new(now()));
        Ok(Self {
            connection,
            path: path.to_owned(),
            access,
            row: opened.project,
            authors,
            binder,
            loaded: BTreeMap::new(),
            candidates: BTreeMap::new(),
            openings,
            opening,
            opening_written: false,
            person: String::new(),
            unsaved_carets: BTreeSet::new(),
            unsaved_since: None,
            data_version,
            _lock: opened.lock,
        })
    }

    /// Writes what is not on disk and closes the file, whole and without a log beside it.
    ///
    /// # Errors
    /// The project comes back with what could not be written.
    pub fn close(mut self, now: Millis) -> Result<(), (Box<Self>, SaveError)> {
        if let Err(error) = self.flush(now) {
            return Err((Box::new(self), error));
        }
        if self.access == Access::Write {
            self.pack(true);
            if !matches!(store::empty_log(&self.connection), Ok(true)) {
                tracing::info!("the log stays beside the project: somebody reads it");
            }
        }
        Ok(())
    }

    /// The project's id.
    #[must_use]
    pub const fn id(&self) -> ProjectId {
        self.row.id
    }

    /// The project's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.row.title
    }

    /// The language its texts are mostly in, as a BCP 47 tag.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.row.language
    }

    /// When it was made.
    #[must_use]
    pub const fn created(&self) -> Millis {
        self.row.created
    }

    /// Where its file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it was opened for.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Names the project anew.
    ///
    /// # Errors
    /// `ReadOnly`, or why it could not be written.
    pub fn set_title(&mut self, title: &str) -> Result<(), Error> {
        self.write(|tx| table::project::set_title(tx, title))?;
        self.row.title = title.to_owned();
        Ok(())
    }

    /// Says who is at the keyboard from now on: the author of what `Origin::Person` brings.
    pub fn set_person(&mut self, name: &str) {
        self.person = name.to_owned();
    }

    /// The project's own attributes, those of other programs among them.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn attributes(&self) -> Result<BTreeMap<String, String>, Error> {
        Ok(table::attribute::of_project(&self.connection)?)
    }

    /// Sets an attribute of the project, or takes it away.
    ///
    /// # Errors
    /// `ReadOnly`, or why it could not be written.
    pub fn set_attribute(&mut self, name: &str, value: Option<&str>) -> Result<(), Error> {
        self.write(|tx| table::attribute::set_of_project(tx, name, value))
    }

    /// Writes all that is only in memory, in one transaction. What it gives is on disk.
    ///
    /// # Errors
    /// Why nothing was written. All stays in memory, and a later flush writes it.
    pub fn flush(&mut self, now: Millis) -> Result<Flushed, SaveError> {
        let _span = tracing::debug_span!("flush").entered();
        let dirty: Vec<DocumentId> = self
            .loaded
            .values()
            .filter(|d| d.is_dirty())
            .map(|d| d.id)
            .collect();
        let candidates = self.candidates.values().any(|held| held.dirty);
        if dirty.is_empty() && !candidates && self.unsaved_carets.is_empty() {
            self.unsaved_since = None;
            return Ok(Flushed::default());
        }
        let written = self.transact(now, |tx| {
            let mut written = Vec::with_capacity(dirty.len());
            // candidates first: notes of acts name them
            for held in self.candidates.values().filter(|held| held.dirty) {
                table::candidate::update(tx, &held.row)?;
            }
            for id in &dirty {
                written.push((*id, self.loaded[id].write(tx)?));
            }
            for row in self
                .binder
                .iter()
                .filter(|row| self.unsaved_carets.contains(&row.id))
            {
                table::document::update_caret(tx, row.n, row.caret)?;
            }
            Ok(written)
        })?;
        self.wrote_opening();
        let mut flushed = Flushed::default();
        for (id, wrote) in written {
            let Some(document) = self.loaded.get_mut(&id) else {
                continue;
            };
            document.wrote(wrote);
            flushed.documents.push((id, document.version()));
            let version = document.history.version();
            if let Some(row) = self.binder.iter_mut().find(|row| row.id == id) {
                (row.edits, row.changed) = (version, now);
            }
        }
        for held in self.candidates.values_mut() {
            held.dirty = false;
        }
        self.unsaved_carets.clear();
        self.unsaved_since = None;
        self.pack(false);
        Ok(flushed)
    }

    /// By when `flush` must be called so that nothing waits longer for the disk than half a
    /// second; `None` while all is there.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.unsaved_since.map(|since| since + PATIENCE)
    }

    /// Whether all that was done is on disk.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.unsaved_since.is_none()
    }

    /// Makes chunks of grown tails. What can't be packed now stays as it is and is safe there.
    fn pack(&mut self, at_close: bool) {
        let grown: Vec<DocumentId> = self
            .loaded
            .values()
            .filter(|document| document.wants_packing(at_close))
            .map(|document| document.id)
            .collect();
        for id in grown {
            let packed = (|| -> rusqlite::Result<bool> {
                let tx =
                    Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
                if !self.loaded[&id].pack(&tx)? {
                    tracing::error!(document = %id, "a chunk doesn't read back; the tail stays");
                    return Ok(false); // dropped, so rolled back
                }
                tx.commit()?;
                Ok(true)
            })();
            match packed {
                Ok(true) => {
                    if let Some(document) = self.loaded.get_mut(&id) {
                        document.packed();
                    }
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, document = %id, "a tail could not be packed"),
            }
        }
    }

    /// Marks that something waits for the disk since `now`.
    pub(crate) fn unsaved(&mut self, now: Millis) {
        self.unsaved_since.get_or_insert(now);
    }

    pub(crate) fn unsaved_caret(&mut self, id: DocumentId, now: Millis) {
        self.unsaved_carets.insert(id);
        self.unsaved(now);
    }

    /// One transaction, with this opening and the new authors in it.
    pub(crate) fn transact<T>(
        &self,
        now: Millis,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, SaveError> {
        let run = || -> rusqlite::Result<T> {
            let tx = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
            if !self.opening_written {
                let program = concat!("palimpsest ", env!("CARGO_PKG_VERSION"));
                table::opening::insert(
                    &tx,
                    self.opening,
                    self.opening_id(self.opening),
                    now,
                    program,
                )?;
            }
            self.authors.write(&tx)?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        run().map_err(|error| store::save_error(error, &self.path))
    }

    /// To be called after every `transact` that went well.
    pub(crate) fn wrote_opening(&mut self) {
        self.opening_written = true;
        self.authors.saved();
    }

    /// A small write of its own, done when it returns.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.check_writable()?;
        let done = self.transact(now(), work)?;
        self.wrote_opening();
        Ok(done)
    }

    pub(crate) fn check_writable(&self) -> Result<(), Error> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(Error::ReadOnly),
        }
    }

    pub(crate) fn opening_id(&self, n: i64) -> OpeningId {
        self.openings
            .get(&n)
            .copied()
            .unwrap_or(OpeningId::from_bytes([0; 16]))
    }

    /// The number of the author that stands for the person at the keyboard.
    pub(crate) fn person(&mut self) -> i64 {
        self.authors.person(&self.person)
    }

    /// The number of a generation's author.
    pub(crate) fn generation_author(&mut self, id: GenerationId) -> Result<i64, Error> {
        let row = table::generation::by_id(&self.connection, id)?.ok_or(Error::NoGeneration(id))?;
        Ok(self.authors.generation(row.n, id, &row.model))
    }

    pub(crate) fn author(&self, n: i64) -> Author {
        self.authors.get(n)
    }

    /// Reads anew what another process may have changed; only a reader can be behind.
    pub(crate) fn refresh(&mut self) -> Result<(), Error> {
        if self.access == Access::Write {
            return Ok(());
        }
        let version = data_version(&self.connection)?;
        if version != self.data_version {
            self.authors = Authors::read(&self.connection)?;
            self.binder = table::document::all(&self.connection)?;
            self.openings = table::opening::all(&self.connection)?;
            self.loaded.clear();
            self.candidates.clear();
            self.data_version = version;
        }
        Ok(())
    }
}

/// A project that is dropped and not closed still writes what it can.
impl Drop for Project {
    fn drop(&mut self) {
        if !self.is_saved()
            && let Err(error) = self.flush(now())
        {
            tracing::error!(%error, "edits are lost: the project was dropped and can't be saved");
        }
    }
}

fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

/// The clock, for what is no edit and has no time of its caller's.
pub(crate) fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as Millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::{Batch, Change, Deed, Origin};
    use crate::binder::{Craft, NewDocument};

    fn with_document(folder: &Path) -> (Project, DocumentId) {
        let new = NewProject {
            title: "Quay".into(),
            language: "en".into(),
            now: 1,
        };
        let mut project = Project::create(&folder.join("A.palimpsest"), &new, None).unwrap();
        let new = NewDocument {
            craft: Craft::Lyrics,
            title: "A".into(),
            folder: String::new(),
            text: "one".into(),
            origin: Origin::Person,
            now: 2,
        };
        let id = project.create_document(new).unwrap();
        (project, id)
    }

    fn paste(project: &mut Project, id: DocumentId, text: String) {
        let base = project.version(id).unwrap();
        let change = vec![Change::new(0, 0, text)];
        let batch = Batch::new(base, change, Deed::Paste, Origin::Person, 5_000);
        project.edit(id, batch).unwrap();
    }

    #[test]
    fn a_full_disk_loses_nothing_and_a_later_flush_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let (mut project, id) = with_document(folder.path());
        let pages: i64 = project
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        let limit = |project: &Project, pages: i64| {
            project
                .connection
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
                .unwrap();
        };
        limit(&project, pages);
        paste(&mut project, id, "no room for this line\n".repeat(5_000));
        for _ in 0..2 {
            let error = project.flush(6_000).unwrap_err();
            assert!(matches!(error, SaveError::DiskFull), "{error:?}");
            assert!(!project.is_saved());
            assert!(project.text(id).unwrap().ends_with("line\none"));
        }
        let refused = project.create_document(NewDocument {
            craft: Craft::Notes,
            title: "B".into(),
            folder: String::new(),
            text: "x".repeat(100_000),
            origin: Origin::Person,
            now: 7_000,
        });
        assert!(
            matches!(refused, Err(Error::Save(SaveError::DiskFull))),
            "{refused:?}"
        );
        assert_eq!(
            project.documents().unwrap().len(),
            1,
            "a refused document is not there"
        );
        paste(&mut project, id, "typed meanwhile\n".into());
        limit(&project, 100_000);
        let flushed = project.flush(8_000).unwrap();
        assert_eq!(flushed.documents, [(id, project.version(id).unwrap())]);
        assert!(project.check().unwrap().problems.is_empty());
        let path = project.path.clone();
        project.close(9_000).map_err(|(_, error)| error).unwrap();
        let mut again = Project::open(&path, None, Access::Read).unwrap();
        let text = again.text(id).unwrap();
        assert!(text.starts_with("typed meanwhile\nno room"));
        assert!(text.ends_with("line\none"));
    }

    #[test]
    fn a_long_tail_becomes_a_chunk_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let (mut project, id) = with_document(folder.path());
        for i in 0..5_000u64 {
            let base = project.version(id).unwrap();
            let now = 10_000 + i as i64 * 100;
            project
                .edit(id, Batch::typing(base, 3 + i, "x", now))
                .unwrap();
            if i % 10 == 0 {
                project.flush(now).unwrap();
            }
        }
        project.undo(id, 1_000_000).unwrap();
        project.flush(1_000_000).unwrap();
        let n = project.row_of(id).unwrap().n;
        let chunks = |project: &Project| {
            let chunks = table::chunk::of(&project.connection, n).unwrap();
            chunks
                .into_iter()
                .map(|chunk| chunk.unwrap().count)
                .sum::<u32>()
        };
        assert!(chunks(&project) >= 4_096);
        assert!(table::tail::edits(&project.connection, n).unwrap() < 1_000);
        assert!(project.check().unwrap().problems.is_empty());
        let (text, path) = (project.text(id).unwrap(), project.path.clone());
        drop(project);
        let mut again = Project::open(&path, None, Access::Write).unwrap();
        again.redo(id, 1_000_001).unwrap().unwrap();
        assert_ne!(again.text(id).unwrap(), text);
        again.undo(id, 1_000_002).unwrap().unwrap();
        assert_eq!(again.text(id).unwrap(), text);
        again.close(1_000_003).map_err(|(_, error)| error).unwrap();
    }

    #[test]
    fn a_project_can_be_handed_to_another_thread() {
        fn is_send<T: Send>() {}
        is_send::<Project>();
    }
}
