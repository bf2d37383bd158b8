//! The binder: which documents there are, in which order, and its own undo.
//!
//! What is done here is on disk when the call returns.

use std::collections::BTreeMap;

use crate::act::{Batch, Change, Deed, Origin, Selection};
use crate::binder_act::{BinderActKind, Shift, Standing};
use crate::document::{Document, Hand};
use crate::error::Error;
use crate::ids::{DocumentId, Millis};
use crate::project::Project;
use crate::store::Access;
use crate::table;
use crate::table::document::DocumentRow;

/// What a document is, by the name of its craft in the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Craft {
    /// A screenplay in Fountain.
    Screenplay,
    /// A lyric.
    Lyrics,
    /// A game story in ink.
    Story,
    /// Notes in Markdown.
    Notes,
    /// A craft that another version of this program knows, by its name.
    Other(String),
}

impl Craft {
    /// The name in the file.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Screenplay => "screenplay",
            Self::Lyrics => "lyrics",
            Self::Story => "story",
            Self::Notes => "notes",
            Self::Other(word) => word,
        }
    }

    /// The craft of that name; an unknown one is kept.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "screenplay" => Self::Screenplay,
            "lyrics" => Self::Lyrics,
            "story" => Self::Story,
            "notes" => Self::Notes,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A new document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Its craft.
    pub craft: Craft,
    /// Its title, as it is to be shown; see [`Project::free_title`].
    pub title: String,
    /// Its folder in the binder: names joined by `/`, empty at the top.
    pub folder: String,
    /// Its text: UTF-8, line feeds only.
    pub text: String,
    /// Whose the text is.
    pub origin: Origin,
    /// The clock.
    pub now: Millis,
}

/// A document as the binder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentInfo {
    /// Its id.
    pub id: DocumentId,
    /// Its craft.
    pub craft: Craft,
    /// Its title.
    pub title: String,
    /// Its folder: names joined by `/`, empty at the top.
    pub folder: String,
    /// When it was made.
    pub created: Millis,
    /// When its text last changed on disk.
    pub changed: Millis,
    /// Where the caret was left.
    pub caret: Selection,
}

impl Project {
    /// The documents in the binder's order.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn documents(&mut self) -> Result<Vec<DocumentInfo>, Error> {
        self.refresh()?;
        Ok(self
            .binder
            .iter()
            .filter(|row| !row.trashed)
            .map(info)
            .collect())
    }

    /// The documents that were thrown away.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn trash(&mut self) -> Result<Vec<DocumentInfo>, Error> {
        self.refresh()?;
        Ok(self
            .binder
            .iter()
            .filter(|row| row.trashed)
            .map(info)
            .collect())
    }

    /// One document, thrown away or not.
    ///
    /// # Errors
    /// `NoDocument`, or if the file can't be read.
    pub fn document(&mut self, id: DocumentId) -> Result<DocumentInfo, Error> {
        self.refresh()?;
        self.row_of(id).map(info)
    }

    /// The documents with this title.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn documents_titled(&mut self, title: &str) -> Result<Vec<DocumentInfo>, Error> {
        Ok(self
            .documents()?
            .into_iter()
            .filter(|document| document.title == title)
            .collect())
    }

    /// The title itself if no document has it, else with the first free number behind: `Title (2)`.
    #[must_use]
    pub fn free_title(&self, title: &str) -> String {
        let taken = |title: &str| {
            self.binder
                .iter()
                .any(|row| !row.trashed && row.title == title)
        };
        if !taken(title) {
            return title.to_owned();
        }
        (2u32..)
            .map(|n| format!("{title} ({n})"))
            .find(|title| !taken(title))
            .unwrap_or_else(|| title.to_owned())
    }

    /// Makes a document, the last of its project.
    ///
    /// # Errors
    /// `ReadOnly`, `CarriageReturn`, `TooLarge`, or why it could not be written; then there is no
    /// new document.
    pub fn create_document(&mut self, new: NewDocument) -> Result<DocumentId, Error> {
        self.check_writable()?;
        let row = DocumentRow {
            n: self.binder.iter().map(|row| row.n).max().unwrap_or(0) + 1,
            id: DocumentId::new(new.now),
            craft: new.craft.word().to_owned(),
            title: new.title,
            folder: new.folder,
            place: self.binder.iter().map(|row| row.place).fold(0.0, f64::max) + 1.0,
            trashed: false,
            created: new.now,
            changed: new.now,
            edits: 0,
            caret: Selection::default(),
        };
        let mut document = Document::new(row.n, row.id);
        let changes = vec![Change::new(0, 0, new.text)];
        let (author, clip) = self.whose(&new.origin, &changes)?;
        let batch = Batch::new(0, changes, Deed::Import, new.origin, new.now);
        let hand = Hand {
            opening: self.opening,
            author,
            clip: clip.as_ref(),
            note: None,
        };
        document.edit(&batch, hand)?;
        let before = Standing {
            trashed: true,
            ..Standing::of(&row)
        };
        let shift = Shift {
            document: row.id.to_string(),
            before,
            after: Standing::of(&row),
        };
        let act = self.binder_row(BinderActKind::Create, &[shift], None, new.now);
        let wrote = self.transact(new.now, |tx| {
            table::document::insert(tx, &row)?;
            table::binder_act::insert(tx, &act)?;
            document.write(tx)
        })?;
        self.wrote_opening();
        document.wrote(wrote);
        let id = row.id;
        self.binder.push(DocumentRow {
            edits: document.history.version(),
            ..row
        });
        self.loaded.insert(id, document);
        Ok(id)
    }

    /// Names a document anew.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, or why it could not be written.
    pub fn rename_document(
        &mut self,
        id: DocumentId,
        title: &str,
        now: Millis,
    ) -> Result<(), Error> {
        let row = self.row_of(id)?;
        let after = Standing {
            title: title.to_owned(),
            ..Standing::of(row)
        };
        self.shift(BinderActKind::Rename, vec![(id, after)], now)
    }

    /// Moves a document into `folder`, right before another one, or to the end.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, or why it could not be written.
    pub fn move_document(
        &mut self,
        id: DocumentId,
        folder: &str,
        before: Option<DocumentId>,
        now: Millis,
    ) -> Result<(), Error> {
        let own = Standing::of(self.row_of(id)?);
        let others: Vec<&DocumentRow> = self.binder.iter().filter(|row| row.id != id).collect();
        let at = match before {
            None => others.len(),
            Some(before) if before == id => return Ok(()),
            Some(before) => others
                .iter()
                .position(|row| row.id == before)
                .ok_or(Error::NoDocument(before))?,
        };
        let below = at.checked_sub(1).map_or(0.0, |at| others[at].place);
        let above = others.get(at).map_or(below + 2.0, |row| row.place);
        let place = f64::midpoint(below, above);
        let mut shifts = Vec::new();
        if below < place && place < above && above - below > 1e-6 {
            shifts.push((
                id,
                Standing {
                    folder: folder.to_owned(),
                    place,
                    ..own
                },
            ));
        } else {
            // no room between the two: all places are dealt out anew, as part of this act
            for (i, row) in others.iter().enumerate() {
                let place = (if i < at { i + 1 } else { i + 2 }) as f64;
                shifts.push((
                    row.id,
                    Standing {
                        place,
                        ..Standing::of(row)
                    },
                ));
            }
            let place = (at + 1) as f64;
            shifts.push((
                id,
                Standing {
                    folder: folder.to_owned(),
                    place,
                    ..own
                },
            ));
        }
        self.shift(BinderActKind::Move, shifts, now)
    }

    /// Throws a document away. Nothing of it is lost: it is in the trash with its whole history.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, or why it could not be written.
    pub fn trash_document(&mut self, id: DocumentId, now: Millis) -> Result<(), Error> {
        let after = Standing {
            trashed: true,
            ..Standing::of(self.row_of(id)?)
        };
        self.shift(BinderActKind::Trash, vec![(id, after)], now)
    }

    /// Takes a document out of the trash, to where it was.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, or why it could not be written.
    pub fn put_document_back(&mut self, id: DocumentId, now: Millis) -> Result<(), Error> {
        let after = Standing {
            trashed: false,
            ..Standing::of(self.row_of(id)?)
        };
        self.shift(BinderActKind::PutBack, vec![(id, after)], now)
    }

    /// The attributes of a document: encoding, line ends and byte order mark of its file, and
    /// those of other programs.
    ///
    /// # Errors
    /// `NoDocument`, or if the file can't be read.
    pub fn document_attributes(
        &mut self,
        id: DocumentId,
    ) -> Result<BTreeMap<String, String>, Error> {
        self.refresh()?;
        let n = self.row_of(id)?.n;
        Ok(table::attribute::of_document(&self.connection, n)?)
    }

    /// Sets an attribute of a document, or takes it away.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, or why it could not be written.
    pub fn set_document_attribute(
        &mut self,
        id: DocumentId,
        name: &str,
        value: Option<&str>,
    ) -> Result<(), Error> {
        let n = self.row_of(id)?.n;
        self.write(|tx| table::attribute::set_of_document(tx, n, name, value))
    }

    /// Keeps where the caret of a document is; on disk after the next flush. A reader's is not
    /// kept.
    ///
    /// # Errors
    /// `NoDocument`.
    pub fn set_caret(
        &mut self,
        id: DocumentId,
        caret: Selection,
        now: Millis,
    ) -> Result<(), Error> {
        let row = self.binder.iter_mut().find(|row| row.id == id);
        let row = row.ok_or(Error::NoDocument(id))?;
        if row.caret != caret && self.access == Access::Write {
            row.caret = caret;
            self.unsaved_caret(id, now);
        }
        Ok(())
    }

    pub(crate) fn row_of(&self, id: DocumentId) -> Result<&DocumentRow, Error> {
        self.binder
            .iter()
            .find(|row| row.id == id)
            .ok_or(Error::NoDocument(id))
    }
}

fn info(row: &DocumentRow) -> DocumentInfo {
    DocumentInfo {
        id: row.id,
        craft: Craft::from_word(&row.craft),
        title: row.title.clone(),
        folder: row.folder.clone(),
        created: row.created,
        changed: row.changed,
        caret: row.caret,
    }
}
