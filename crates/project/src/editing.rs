//! Edits of a document's text: made, undone, brought back.

use std::ops::Range;

use crate::act::{ActKind, Applied, Batch, Change, Deed, Origin, Selection};
use crate::author::{Author, Share, add_share};
use crate::clip::{Clip, ClipRun};
use crate::document::{Document, Hand, Stranger};
use crate::error::Error;
use crate::history::{Note, Run};
use crate::ids::{ActId, DocumentId, Millis};
use crate::project::{Project, now};
use crate::store::Access;
use crate::table;

impl Project {
    /// The current text.
    ///
    /// # Errors
    /// `NoDocument`, or if the file can't be read.
    pub fn text(&mut self, document: DocumentId) -> Result<String, Error> {
        self.refresh()?;
        let n = self.row_of(document)?.n;
        if let Some(loaded) = self.loaded.get(&document) {
            return Ok(loaded.text.clone());
        }
        let pieces = table::text_piece::of(&self.connection, n)?;
        Ok(pieces.into_iter().map(|piece| piece.text).collect())
    }

    /// The version of the current text: the number of edits that led to it.
    ///
    /// # Errors
    /// As `text`.
    pub fn version(&mut self, document: DocumentId) -> Result<u64, Error> {
        self.refresh()?;
        let row = self.row_of(document)?;
        Ok(self
            .loaded
            .get(&document)
            .map_or(u64::from(row.edits), Document::version))
    }

    /// Applies a batch of changes to a document. It is in memory when this returns and on disk
    /// after the next flush.
    ///
    /// # Errors
    /// Nothing is changed: `ReadOnly`, `NoDocument`, `StaleVersion`, `OutOfBounds`,
    /// `NotABoundary`, `Disorder`, `CarriageReturn`, `TooLarge`, `NoGeneration`, `NoCandidate`,
    /// `NotInCandidate`, or if the document can't be read.
    pub fn edit(&mut self, document: DocumentId, batch: Batch) -> Result<Applied, Error> {
        self.check_writable()?;
        self.load(document)?;
        let (author, clip) = self.whose(&batch.origin, &batch.changes)?;
        let note = match &batch.deed {
            Deed::Accept { candidate, taken } => {
                let n = self.check_taken(*candidate, taken)?;
                Some(Note {
                    candidate: Some((n, taken.clone())),
                    ..Note::default()
                })
            }
            Deed::Typing
            | Deed::Delete
            | Deed::Composition
            | Deed::Paste
            | Deed::Cut
            | Deed::Drop
            | Deed::ReplaceAll
            | Deed::Import
            | Deed::Reorder
            | Deed::Format => None,
        };
        let hand = Hand {
            opening: self.opening,
            author,
            clip: clip.as_ref(),
            note,
        };
        let loaded = self
            .loaded
            .get_mut(&document)
            .ok_or(Error::NoDocument(document))?;
        let act = loaded.edit(&batch, hand)?;
        let selection = batch
            .after
            .unwrap_or_else(|| Selection::caret(Document::caret_after(&batch.changes)));
        let applied = Applied {
            version: loaded.version(),
            act: act.and_then(|act| self.act_id(document, act)),
            changes: batch.changes,
            selection,
        };
        if act.is_some() {
            self.unsaved(batch.now);
            if let Deed::Accept { candidate, taken } = batch.deed {
                self.took(candidate, taken, true)?;
            }
        }
        Ok(applied)
    }

    /// Takes back the last act that stands, whoever's it was, as a new act. `None` where there is
    /// nothing to undo; the text that a document was made with is not.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, or if the document can't be read.
    pub fn undo(&mut self, document: DocumentId, now: Millis) -> Result<Option<Applied>, Error> {
        self.step(document, now, |loaded| loaded.history.acts.next_undo())
    }

    /// Brings back what was last undone. `None` where there is nothing to redo.
    ///
    /// # Errors
    /// As `undo`.
    pub fn redo(&mut self, document: DocumentId, now: Millis) -> Result<Option<Applied>, Error> {
        self.step(document, now, |loaded| loaded.history.acts.next_redo())
    }

    /// Steps until something is seen to change: an act whose every trace is gone is passed over.
    fn step(
        &mut self,
        document: DocumentId,
        now: Millis,
        next: impl Fn(&Document) -> Option<u32>,
    ) -> Result<Option<Applied>, Error> {
        self.check_writable()?;
        loop {
            let Some(act) = next(self.load(document)?) else {
                return Ok(None);
            };
            let applied = self.toggle(document, act, now)?;
            if !applied.changes.is_empty() || next(self.load(document)?).is_none() {
                return Ok(Some(applied));
            }
        }
    }

    /// Takes back one act, whatever came after it: nothing of it is left, what it deleted is back
    /// in its old order unless another act deleted it too, and all else stays. Given an undone
    /// act, or the undo of it, brings it back.
    ///
    /// # Errors
    /// `NoAct` and as `undo`.
    pub fn undo_act(
        &mut self,
        document: DocumentId,
        act: ActId,
        now: Millis,
    ) -> Result<Applied, Error> {
        self.check_writable()?;
        self.load(document)?;
        let index = self.find_act(document, act)?;
        let acts = &self.load(document)?.history.acts;
        let root = acts.root(index).ok_or(Error::NoAct(act))?;
        self.toggle(document, root, now)
    }

    /// Whether undo and redo have something to do.
    ///
    /// # Errors
    /// `NoDocument`, or if the document can't be read.
    pub fn can_undo(&mut self, document: DocumentId) -> Result<(bool, bool), Error> {
        self.refresh()?;
        let acts = &self.load(document)?.history.acts;
        Ok((acts.next_undo().is_some(), acts.next_redo().is_some()))
    }

    fn toggle(&mut self, document: DocumentId, root: u32, now: Millis) -> Result<Applied, Error> {
        let (author, opening) = (self.person(), self.opening);
        let loaded = self.load(document)?;
        let patches = loaded.history.toggled(root);
        let acts = &loaded.history.acts;
        let (stood, name, taken) = match acts.get(root) {
            Some(act) => {
                let taken = acts.note(root).and_then(|note| note.candidate.clone());
                (act.standing, (act.opening, act.number), taken)
            }
            None => return Err(Error::NoDocument(document)),
        };
        let kind = if stood { ActKind::Undo } else { ActKind::Redo };
        let was_last = acts.is_last_standing(root);
        let note = Note {
            undoes: Some(name),
            ..Note::default()
        };
        let hand = Hand {
            opening,
            author,
            clip: None,
            note: Some(note),
        };
        let changes = loaded.patch(kind, &patches, &hand, now);
        // with nothing of others in between, the text is the one that the selection was made in
        let selection = if was_last {
            loaded.selection(root, !stood)
        } else {
            Selection::caret(Document::caret_after(&changes))
        };
        let (version, act) = (loaded.version(), loaded.history.acts.len() - 1);
        self.unsaved(now);
        if let Some((candidate, range)) = taken {
            self.took_by_number(candidate, range, !stood)?;
        }
        Ok(Applied {
            version,
            act: self.act_id(document, act),
            changes,
            selection,
        })
    }

    /// Replaces the text by that of an older version: only the difference, as a new act, with
    /// every byte back as whose it was.
    ///
    /// # Errors
    /// `NoAct` and as `undo`.
    pub fn restore(
        &mut self,
        document: DocumentId,
        version: ActId,
        now: Millis,
    ) -> Result<Applied, Error> {
        self.check_writable()?;
        self.load(document)?;
        let index = self.find_act(document, version)?;
        let (author, opening) = (self.person(), self.opening);
        let loaded = self.load(document)?;
        let history = &loaded.history;
        let all = history.version();
        let then = history.acts.edits_of(index, all).end;
        let patches = history.patch_between(all, then);
        let restores = history.acts.get(index).map(|act| (act.opening, act.number));
        let note = Note {
            restores,
            ..Note::default()
        };
        let hand = Hand {
            opening,
            author,
            clip: None,
            note: Some(note),
        };
        let changes = loaded.patch(ActKind::Restore, &patches, &hand, now);
        let selection = Selection::caret(Document::caret_after(&changes));
        let (version, act) = (loaded.version(), loaded.history.acts.len() - 1);
        self.unsaved(now);
        Ok(Applied {
            version,
            act: self.act_id(document, act),
            changes,
            selection,
        })
    }

    /// Who wrote what: ranges in UTF-8 bytes that tile the current text.
    ///
    /// # Errors
    /// `NoDocument`, or if the document can't be read.
    pub fn authors(&mut self, document: DocumentId) -> Result<Vec<(Range<u64>, Author)>, Error> {
        self.refresh()?;
        let history = &self.load(document)?.history;
        let runs = history.authors_of(&history.living_runs());
        let mut out: Vec<(Range<u64>, Author)> = Vec::with_capacity(runs.len());
        let mut at = 0u64;
        for (len, author) in runs {
            let (author, end) = (self.author(author), at + u64::from(len));
            match out.last_mut() {
                Some((range, last)) if *last == author => range.end = end,
                _ => out.push((at..end, author)),
            }
            at = end;
        }
        Ok(out)
    }

    /// How much of the current text is whose, in the order they come in it.
    ///
    /// # Errors
    /// As `authors`.
    pub fn shares(&mut self, document: DocumentId) -> Result<Vec<Share>, Error> {
        let authors = self.authors(document)?;
        let text = &self.load(document)?.text;
        let mut shares = Vec::new();
        for (range, author) in authors {
            let text = &text.as_bytes()[range.start as usize..range.end as usize];
            add_share(&mut shares, author, text);
        }
        Ok(shares)
    }

    /// Copies a range of the current text with whose it is.
    ///
    /// # Errors
    /// `OutOfBounds`, `NotABoundary` and as `authors`.
    pub fn clip(&mut self, document: DocumentId, range: Range<u64>) -> Result<Clip, Error> {
        self.refresh()?;
        let project = self.id();
        let loaded = self.load(document)?;
        let len = loaded.text.len() as u64;
        if range.start > range.end || range.end > len {
            return Err(Error::OutOfBounds {
                pos: range.end.max(range.start),
                len,
            });
        }
        for pos in [range.start, range.end] {
            if !loaded.text.is_char_boundary(pos as usize) {
                return Err(Error::NotABoundary { pos });
            }
        }
        let history = &loaded.history;
        let mut runs = Vec::new();
        for mut run in history.runs_in(range.start as u32, (range.end - range.start) as u32) {
            while run.len > 0 {
                let (author, len) = history.author_from(run);
                let byte = history.byte_ref(run.id);
                runs.push(ClipRun {
                    len,
                    document: loaded.n,
                    byte,
                    author,
                });
                run = Run {
                    id: run.id + len,
                    len: run.len - len,
                };
            }
        }
        let text = loaded.text[range.start as usize..range.end as usize].to_owned();
        Ok(Clip {
            project,
            text,
            runs,
        })
    }

    /// The author of a batch, and the clip where its text is one of this project's.
    pub(crate) fn whose(
        &mut self,
        origin: &Origin,
        changes: &[Change],
    ) -> Result<(i64, Option<Clip>), Error> {
        Ok(match origin {
            Origin::Person => (self.person(), None),
            Origin::Generation(id) => (self.generation_author(*id)?, None),
            Origin::File(name) => (self.authors.file(name), None),
            Origin::Unknown => (self.authors.unknown(), None),
            Origin::Clip(clip) => {
                let ours = clip.project == self.id()
                    && changes
                        .iter()
                        .all(|c| c.insert.is_empty() || c.insert == clip.text);
                if ours {
                    (self.person(), Some(clip.clone()))
                } else {
                    (self.authors.unknown(), None)
                }
            }
        })
    }

    /// The document in memory, read if it isn't there yet.
    pub(crate) fn load(&mut self, id: DocumentId) -> Result<&mut Document, Error> {
        if !self.loaded.contains_key(&id) {
            let n = self.row_of(id)?.n;
            let (document, stranger) = Document::read(&self.connection, n, id)?;
            self.loaded.insert(id, document);
            if let Some(stranger) = stranger {
                self.keep(id, stranger)?;
            }
        }
        self.loaded.get_mut(&id).ok_or(Error::NoDocument(id))
    }

    /// Text that another program wrote into the pieces becomes a version of its own, by a file;
    /// the text stays what the history says.
    fn keep(&mut self, id: DocumentId, Stranger(text): Stranger) -> Result<(), Error> {
        tracing::warn!(document = %id, "the text on disk is not what its history leads to");
        if self.access == Access::Read || text.contains('\r') {
            return Ok(());
        }
        let now = now();
        let last = self.load(id)?.history.acts.len().checked_sub(1);
        let document = self.load(id)?;
        let changes = vec![Change::new(0, document.text.len() as u64, text)];
        let origin = Origin::File(String::new());
        let batch = Batch::new(document.version(), changes, Deed::Import, origin, now);
        self.edit(id, batch)?;
        if let Some(version) = last.and_then(|act| self.act_id(id, act)) {
            self.restore(id, version, now)?;
        }
        Ok(())
    }

    pub(crate) fn act_id(&self, document: DocumentId, act: u32) -> Option<ActId> {
        let loaded = self.loaded.get(&document)?;
        let act = loaded.history.acts.get(act)?;
        Some(loaded.act_id(&self.opening_id(act.opening), act))
    }

    /// Index of the act with this id.
    pub(crate) fn find_act(&self, document: DocumentId, id: ActId) -> Result<u32, Error> {
        let loaded = self
            .loaded
            .get(&document)
            .ok_or(Error::NoDocument(document))?;
        loaded
            .history
            .acts
            .iter()
            .filter(|(_, act)| act.at.max(0) == id.made())
            .find(|(_, act)| loaded.act_id(&self.opening_id(act.opening), act) == id)
            .map(|(index, _)| index)
            .ok_or(Error::NoAct(id))
    }
}
