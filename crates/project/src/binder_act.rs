//! What was done in the binder, kept and taken back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::ids::{BinderActId, DocumentId, Millis};
use crate::project::Project;
use crate::table;
use crate::table::binder_act::BinderActRow;
use crate::table::document::DocumentRow;

/// What was done in the binder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinderActKind {
    /// A document was made.
    Create,
    /// One was named anew.
    Rename,
    /// One was moved in the order or to another folder.
    Move,
    /// One was thrown away.
    Trash,
    /// One was taken out of the trash.
    PutBack,
    /// An act was taken back.
    Undo,
    /// It was brought back.
    Redo,
    /// A kind that a newer version of this program knows.
    Unknown,
}

impl BinderActKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Rename => "rename",
            Self::Move => "move",
            Self::Trash => "trash",
            Self::PutBack => "put_back",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Unknown => "unknown",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "create" => Self::Create,
            "rename" => Self::Rename,
            "move" => Self::Move,
            "trash" => Self::Trash,
            "put_back" => Self::PutBack,
            "undo" => Self::Undo,
            "redo" => Self::Redo,
            _ => Self::Unknown,
        }
    }
}

/// What undo or redo did in the binder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinderApplied {
    /// The new act.
    pub id: BinderActId,
    /// The kind of the act that was taken back or brought back.
    pub kind: BinderActKind,
    /// The documents that are now otherwise.
    pub documents: Vec<DocumentId>,
}

/// How a document stands in the binder: what its acts change. On disk for ever, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) title: String,
    pub(crate) folder: String,
    pub(crate) place: f64,
    pub(crate) trashed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shift {
    pub(crate) document: String,
    pub(crate) before: Standing,
    pub(crate) after: Standing,
}

impl Standing {
    pub(crate) fn of(row: &DocumentRow) -> Self {
        Self {
            title: row.title.clone(),
            folder: row.folder.clone(),
            place: row.place,
            trashed: row.trashed,
        }
    }
}

impl Project {
    /// Takes back the last act of the binder that stands. `None` where there is none.
    ///
    /// # Errors
    /// `ReadOnly`, or why it could not be read or written.
    pub fn binder_undo(&mut self, now: Millis) -> Result<Option<BinderApplied>, Error> {
        let (undo, _) = self.binder_stacks()?;
        self.binder_step(BinderActKind::Undo, undo, now)
    }

    /// Brings back the last act of the binder that was taken back. `None` where there is none.
    ///
    /// # Errors
    /// As `binder_undo`.
    pub fn binder_redo(&mut self, now: Millis) -> Result<Option<BinderApplied>, Error> {
        let (_, redo) = self.binder_stacks()?;
        self.binder_step(BinderActKind::Redo, redo, now)
    }

    /// Whether the binder's undo and redo have something to do.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn binder_can_undo(&mut self) -> Result<(bool, bool), Error> {
        self.refresh()?;
        let (undo, redo) = self.binder_stacks()?;
        Ok((undo.is_some(), redo.is_some()))
    }

    fn binder_step(
        &mut self,
        kind: BinderActKind,
        act: Option<BinderActRow>,
        now: Millis,
    ) -> Result<Option<BinderApplied>, Error> {
        self.check_writable()?;
        let Some(act) = act else { return Ok(None) };
        let shifts: Vec<Shift> = serde_json::from_str(&act.changes).unwrap_or_default();
        let mut turned = Vec::new();
        for Shift {
            document,
            before,
            after,
        } in shifts
        {
            let (before, after) = match kind {
                BinderActKind::Undo => (after, before),
                _ => (before, after),
            };
            turned.push(Shift {
                document,
                before,
                after,
            });
        }
        let row = self.binder_row(kind, &turned, Some(act.n), now);
        let documents = self.write_shifts(&row, &turned, now)?;
        Ok(Some(BinderApplied {
            id: row.id,
            kind: BinderActKind::from_word(&act.kind),
            documents,
        }))
    }

    /// The acts that undo and redo come to next.
    fn binder_stacks(&self) -> Result<(Option<BinderActRow>, Option<BinderActRow>), Error> {
        let mut rows: BTreeMap<i64, BinderActRow> = BTreeMap::new();
        let (mut undo, mut redo): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
        for row in table::binder_act::all(&self.connection)? {
            match (BinderActKind::from_word(&row.kind), row.undoes) {
                (BinderActKind::Undo, Some(root)) => {
                    undo.retain(|&n| n != root);
                    redo.push(root);
                }
                (BinderActKind::Redo, Some(root)) => {
                    redo.retain(|&n| n != root);
                    undo.push(root);
                }
                _ => {
                    undo.push(row.n);
                    redo.clear();
                    rows.insert(row.n, row);
                }
            }
        }
        let mut take = |stack: Vec<i64>| stack.last().and_then(|n| rows.remove(n));
        Ok((take(undo), take(redo)))
    }

    /// One act that leaves documents as they are to stand.
    pub(crate) fn shift(
        &mut self,
        kind: BinderActKind,
        afters: Vec<(DocumentId, Standing)>,
        now: Millis,
    ) -> Result<(), Error> {
        self.check_writable()?;
        let mut shifts = Vec::new();
        for (id, after) in afters {
            let before = Standing::of(self.row_of(id)?);
            if before != after {
                shifts.push(Shift {
                    document: id.to_string(),
                    before,
                    after,
                });
            }
        }
        if shifts.is_empty() {
            return Ok(());
        }
        let row = self.binder_row(kind, &shifts, None, now);
        self.write_shifts(&row, &shifts, now)?;
        Ok(())
    }

    pub(crate) fn binder_row(
        &self,
        kind: BinderActKind,
        shifts: &[Shift],
        undoes: Option<i64>,
        now: Millis,
    ) -> BinderActRow {
        BinderActRow {
            n: 0,
            id: BinderActId::new(now),
            opening: self.opening,
            at: now,
            kind: kind.word().to_owned(),
            changes: serde_json::to_string(shifts).expect("titles and numbers are JSON"),
            undoes,
        }
    }

    fn write_shifts(
        &mut self,
        row: &BinderActRow,
        shifts: &[Shift],
        now: Millis,
    ) -> Result<Vec<DocumentId>, Error> {
        let mut to = Vec::new();
        for shift in shifts {
            // a document that was purged since has no row any more
            let Ok(id) = shift.document.parse::<DocumentId>() else {
                continue;
            };
            if let Ok(found) = self.row_of(id) {
                to.push((found.n, id, shift.after.clone()));
            }
        }
        self.transact(now, |tx| {
            table::binder_act::insert(tx, row)?;
            for (n, _, s) in &to {
                table::document::update_binder(tx, *n, &s.title, &s.folder, s.place, s.trashed)?;
            }
            Ok(())
        })?;
        self.wrote_opening();
        for (_, id, standing) in &to {
            if let Some(row) = self.binder.iter_mut().find(|row| row.id == *id) {
                row.title.clone_from(&standing.title);
                row.folder.clone_from(&standing.folder);
                (row.place, row.trashed) = (standing.place, standing.trashed);
            }
        }
        self.binder
            .sort_by(|a, b| a.place.total_cmp(&b.place).then(a.n.cmp(&b.n)));
        Ok(to.into_iter().map(|(_, id, _)| id).collect())
    }
}
