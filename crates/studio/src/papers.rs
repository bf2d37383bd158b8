//! All of one open project, on the thread that owns it: the file, the open pages, what was copied, what is played.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crafts::{Craft, Edit, Others};
use inference::Usage;
use project::{
    Access, ActId, Batch, CandidateId, Change, Clip, Deed, DocumentId, DocumentInfo, NewDocument,
    Origin, Project, Selection,
};

use crate::error::Error;
use crate::news::{Listener, Saved, StudioNews};
use crate::owner::Owned;
use crate::sheet::{News, Sheet, UnitChange};
use crate::theatre::Stage;

/// How long after a failed commit the next one is tried.
const RETRY: Duration = Duration::from_secs(2);

/// Milliseconds since 1970.
pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64)
}

/// What an act did, as a window needs it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The changes in UTF-16 units of the text before.
    pub changes: Vec<UnitChange>,
    /// The selection to show, in bytes of the text after.
    pub selection: Selection,
    /// What is new.
    pub news: News,
}

/// An edit from a window or a script. Offsets are bytes of the text of `base`.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Version it applies to.
    pub base: u64,
    /// Sorted and disjoint.
    pub edits: Vec<Edit>,
    /// What it is.
    pub deed: Deed,
    /// Selection before.
    pub before: Option<Selection>,
    /// Selection after.
    pub after: Option<Selection>,
}

/// All of one open project.
pub struct Papers {
    id: String,
    /// The project's file.
    pub project: Project,
    sheets: BTreeMap<DocumentId, Sheet>,
    others: Others,
    stories: BTreeMap<DocumentId, String>,
    clip: Option<Clip>,
    pub(crate) stages: BTreeMap<DocumentId, Stage>,
    listener: Arc<Listener>,
    /// What takes cost and why they failed, since the project was opened.
    pub(crate) ends: BTreeMap<CandidateId, (Usage, Option<Arc<Error>>)>,
    told: Option<Saved>,
    failed_at: Option<Instant>,
}

impl Papers {
    /// Takes over an open project.
    pub(crate) fn new(project: Project, listener: Arc<Listener>) -> Result<Self, Error> {
        let mut papers = Self {
            id: project.id().to_string(),
            project,
            sheets: BTreeMap::new(),
            others: Others::new(),
            stories: BTreeMap::new(),
            clip: None,
            stages: BTreeMap::new(),
            listener,
            ends: BTreeMap::new(),
            told: None,
            failed_at: None,
        };
        papers.gather_stories()?;
        Ok(papers)
    }

    /// The project's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it may be written.
    pub fn is_writable(&self) -> bool {
        self.project.access() == Access::Write
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.project.path()
    }

    /// Stories that others may include.
    pub fn others(&self) -> &Others {
        &self.others
    }

    /// Tells the listener.
    pub(crate) fn tell(&self, news: StudioNews) {
        (self.listener)(news);
    }

    /// Reads all stories of the project anew, since `INCLUDE` names them by their titles.
    fn gather_stories(&mut self) -> Result<(), Error> {
        let documents = self.project.documents()?;
        let mut gone: BTreeMap<DocumentId, String> = std::mem::take(&mut self.stories);
        for document in documents.iter().filter(|d| craft_of(d) == Craft::Story) {
            let name = format!("{}.ink", document.title);
            if gone.remove(&document.id).is_none_or(|known| known != name) {
                let text = self.project.text(document.id)?;
                self.others.insert(name.clone(), text);
            }
            self.stories.insert(document.id, name);
        }
        for (_, name) in gone {
            if !self.stories.values().any(|known| *known == name) {
                self.others.remove(&name);
            }
        }
        Ok(())
    }

    /// Documents in the binder's order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn documents(&mut self) -> Result<Vec<DocumentInfo>, Error> {
        Ok(self.project.documents()?)
    }

    /// A document by its id or its title; a title that several have is ambiguous.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Ambiguous`].
    pub fn find_document(&mut self, name: &str) -> Result<DocumentInfo, Error> {
        if let Ok(id) = name.parse::<DocumentId>()
            && let Ok(info) = self.project.document(id)
        {
            return Ok(info);
        }
        let mut titled = self.project.documents_titled(name)?;
        match titled.len() {
            0 => Err(Error::Unknown {
                what: "document",
                id: name.to_owned(),
            }),
            1 => Ok(titled.remove(0)),
            _ => Err(Error::Ambiguous {
                title: name.to_owned(),
                ids: titled.iter().map(|d| d.id.to_string()).collect(),
            }),
        }
    }

    /// Adds a document with a text, under a title that is free.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(
        &mut self,
        craft: Craft,
        title: &str,
        text: String,
        origin: Origin,
    ) -> Result<DocumentId, Error> {
        let title = self.project.free_title(title);
        let id = self.project.create_document(NewDocument {
            craft: project::Craft::from_word(craft.name()),
            title,
            folder: String::new(),
            text,
            origin,
            now: now(),
        })?;
        self.binder_changed()?;
        Ok(id)
    }

    /// After the binder changed: stories may have come, gone, or been renamed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn binder_changed(&mut self) -> Result<(), Error> {
        self.gather_stories()?;
        for sheet in self.sheets.values_mut() {
            sheet.others_changed(&self.others);
        }
        Ok(())
    }

    /// The page of a document, read when it is asked for first.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn sheet(&mut self, id: DocumentId) -> Result<&Sheet, Error> {
        if !self.sheets.contains_key(&id) {
            let info = self.project.document(id)?;
            let sheet = Sheet::new(
                craft_of(&info),
                self.project.text(id)?,
                self.project.version(id)?,
                &self.others,
            );
            self.sheets.insert(id, sheet);
        }
        self.sheets.get(&id).ok_or_else(|| Error::Unknown {
            what: "document",
            id: id.to_string(),
        })
    }

    /// Applies an edit.
    ///
    /// # Errors
    /// `StaleVersion` and what else makes it no edit of this text; nothing is changed then.
    pub fn edit(&mut self, id: DocumentId, wish: Wish) -> Result<Shown, Error> {
        let origin = match wish.deed {
            Deed::Paste | Deed::Drop => self.pasted_origin(&wish),
            Deed::Typing
            | Deed::Delete
            | Deed::Composition
            | Deed::Cut
            | Deed::ReplaceAll
            | Deed::Import
            | Deed::Reorder
            | Deed::Format
            | Deed::Accept { .. } => Origin::Person,
        };
        self.edit_from(id, wish, origin)
    }

    /// Applies an edit whose text comes from somebody.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn edit_from(
        &mut self,
        id: DocumentId,
        wish: Wish,
        origin: Origin,
    ) -> Result<Shown, Error> {
        self.sheet(id)?;
        let applied = self.project.edit(
            id,
            Batch {
                base: wish.base,
                changes: changes_of(&wish.edits),
                deed: wish.deed,
                origin,
                group: None,
                before: wish.before,
                after: wish.after,
                now: now(),
            },
        )?;
        self.show(id, &applied)
    }

    /// Text from the clipboard is its own author's where it was copied in this project.
    fn pasted_origin(&self, wish: &Wish) -> Origin {
        let pasted: String = wish.edits.iter().map(|edit| edit.insert.as_str()).collect();
        match &self.clip {
            Some(clip) if clip.text() == pasted => Origin::Clip(clip.clone()),
            Some(_) | None => Origin::Unknown,
        }
    }

    /// Remembers what was copied, with its authors.
    ///
    /// # Errors
    /// When the range is not in the text.
    pub fn copied(&mut self, id: DocumentId, range: Range<u64>) -> Result<(), Error> {
        self.clip = Some(self.project.clip(id, range)?);
        Ok(())
    }

    /// Undoes the last act.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn undo(&mut self, id: DocumentId) -> Result<Option<Shown>, Error> {
        self.sheet(id)?;
        let applied = self.project.undo(id, now())?;
        applied.map(|applied| self.show(id, &applied)).transpose()
    }

    /// Redoes it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn redo(&mut self, id: DocumentId) -> Result<Option<Shown>, Error> {
        self.sheet(id)?;
        let applied = self.project.redo(id, now())?;
        applied.map(|applied| self.show(id, &applied)).transpose()
    }

    /// Brings a version back as a new edit.
    ///
    /// # Errors
    /// When there is no such version.
    pub fn restore(&mut self, id: DocumentId, version: ActId) -> Result<Shown, Error> {
        self.sheet(id)?;
        let applied = self.project.restore(id, version, now())?;
        self.show(id, &applied)
    }

    /// Takes what the project did onto the page.
    fn show(&mut self, id: DocumentId, applied: &project::Applied) -> Result<Shown, Error> {
        let edits: Vec<Edit> = applied
            .changes
            .iter()
            .map(|change| Edit {
                range: change.pos as usize..(change.pos + change.del) as usize,
                insert: change.insert.clone(),
            })
            .collect();
        if let Some(name) = self.stories.get(&id) {
            let text = self.project.text(id)?;
            self.others.insert(name.clone(), text);
        }
        let sheet = self.sheets.get_mut(&id).ok_or_else(|| Error::Unknown {
            what: "document",
            id: id.to_string(),
        })?;
        let (changes, news) = sheet.apply(&edits, applied.version, &self.others);
        self.tell_saved();
        Ok(Shown {
            changes,
            selection: applied.selection,
            news,
        })
    }

    /// Writes to disk now.
    ///
    /// # Errors
    /// Why it could not; everything is kept in memory and tried again.
    pub fn flush(&mut self) -> Result<(), Error> {
        let flushed = self.project.flush(now());
        match flushed {
            Ok(_) => {
                self.failed_at = None;
                self.tell_saved();
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "not saved");
                self.failed_at = Some(Instant::now());
                let error = Arc::new(Error::Save(error));
                self.told = Some(Saved::Failed);
                self.tell(StudioNews::Saved {
                    project: self.id.clone(),
                    saved: Saved::Failed,
                    error: Some(error.clone()),
                });
                Err(Error::NotSaved(error))
            }
        }
    }

    /// Saves a copy of the whole project to another file. One that the writer chose to replace is replaced
    /// only when the copy is whole.
    ///
    /// # Errors
    /// Why there is no copy.
    pub fn save_copy(&mut self, path: &Path) -> Result<(), Error> {
        if std::fs::canonicalize(path).ok() == std::fs::canonicalize(self.path()).ok()
            && path.exists()
        {
            return Err(project::CopyError::AlreadyThere {
                path: path.to_path_buf(),
            }
            .into());
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".copy");
        let beside = std::path::PathBuf::from(beside);
        let _ = std::fs::remove_file(&beside);
        self.project.save_copy(&beside, now())?;
        std::fs::rename(&beside, path).map_err(|source| Error::File {
            path: path.to_path_buf(),
            writing: true,
            source,
        })
    }

    /// Whether all is on disk.
    pub fn saved(&self) -> Saved {
        if self.failed_at.is_some() {
            Saved::Failed
        } else if self.project.is_saved() {
            Saved::Saved
        } else {
            Saved::Pending
        }
    }

    fn tell_saved(&mut self) {
        let saved = self.saved();
        if self.told != Some(saved) {
            self.told = Some(saved);
            self.tell(StudioNews::Saved {
                project: self.id.clone(),
                saved,
                error: None,
            });
        }
    }
}

impl Owned for Papers {
    fn deadline(&mut self) -> Option<Instant> {
        let due = self.project.next_deadline()?;
        let wait = u64::try_from(due - now()).unwrap_or(0);
        let soon = Instant::now() + Duration::from_millis(wait);
        Some(self.failed_at.map_or(soon, |failed| failed + RETRY))
    }

    fn wake(&mut self) {
        let _ = self.flush();
    }

    fn close(&mut self) {
        let _ = self.flush();
    }
}

/// The craft of a document; what this program does not know is shown as notes, and kept as it is.
pub fn craft_of(info: &DocumentInfo) -> Craft {
    Craft::from_name(info.craft.word()).unwrap_or(Craft::Notes)
}

fn changes_of(edits: &[Edit]) -> Vec<Change> {
    edits
        .iter()
        .map(|edit| {
            Change::new(
                edit.range.start as u64,
                (edit.range.end - edit.range.start) as u64,
                edit.insert.clone(),
            )
        })
        .collect()
}
