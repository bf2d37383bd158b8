//! The words for what was done to a text: acts, selections, changes, origins.

use std::ops::Range;

use crate::clip::Clip;
use crate::ids::{ActId, CandidateId, GenerationId, Millis};

/// What kind of act it was, as the history tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActKind {
    /// Characters typed one after the other.
    Typing,
    /// Characters deleted one after the other.
    Delete,
    /// What an input method composed.
    Composition,
    /// Text from the clipboard.
    Paste,
    /// Text cut to the clipboard.
    Cut,
    /// Text dragged here, or from here to another place.
    Drop,
    /// Text taken from a candidate.
    Accept,
    /// All matches of a search replaced at once.
    ReplaceAll,
    /// Text from a file.
    Import,
    /// An older version brought back.
    Restore,
    /// Parts of the text put in another order.
    Reorder,
    /// An act taken back.
    Undo,
    /// An act that was taken back, brought back.
    Redo,
    /// What a craft's key or a command did: Tab, emphasis, a taken suggestion.
    Format,
    /// A kind that a newer version of this program knows.
    Unknown(u8),
}

impl ActKind {
    /// How the file names the kind. For ever.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Typing => 1,
            Self::Delete => 2,
            Self::Composition => 3,
            Self::Paste => 4,
            Self::Cut => 5,
            Self::Drop => 6,
            Self::Accept => 7,
            Self::ReplaceAll => 8,
            Self::Import => 9,
            Self::Restore => 10,
            Self::Reorder => 11,
            Self::Undo => 12,
            Self::Redo => 13,
            Self::Format => 14,
            Self::Unknown(code) => code,
        }
    }

    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Typing,
            2 => Self::Delete,
            3 => Self::Composition,
            4 => Self::Paste,
            5 => Self::Cut,
            6 => Self::Drop,
            7 => Self::Accept,
            8 => Self::ReplaceAll,
            9 => Self::Import,
            10 => Self::Restore,
            11 => Self::Reorder,
            12 => Self::Undo,
            13 => Self::Redo,
            14 => Self::Format,
            code => Self::Unknown(code),
        }
    }

    /// A stable word for the kind, for JSON and for act notes in the file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Typing => "typing",
            Self::Delete => "delete",
            Self::Composition => "composition",
            Self::Paste => "paste",
            Self::Cut => "cut",
            Self::Drop => "drop",
            Self::Accept => "accept",
            Self::ReplaceAll => "replace_all",
            Self::Import => "import",
            Self::Restore => "restore",
            Self::Reorder => "reorder",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Format => "format",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Undo and redo: acts about other acts.
    #[must_use]
    pub const fn is_undoing(self) -> bool {
        matches!(self, Self::Undo | Self::Redo)
    }
}

/// What the writer did, as an edit states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// One or more characters typed. Joined to the typing before it by the rule of [`Batch`].
    Typing,
    /// One or more characters deleted by key. Joined like typing.
    Delete,
    /// One state of a composition. Give all states of a composition the same `group`.
    Composition,
    /// See [`ActKind::Paste`].
    Paste,
    /// See [`ActKind::Cut`].
    Cut,
    /// See [`ActKind::Drop`].
    Drop,
    /// See [`ActKind::ReplaceAll`].
    ReplaceAll,
    /// See [`ActKind::Import`].
    Import,
    /// See [`ActKind::Reorder`].
    Reorder,
    /// See [`ActKind::Format`].
    Format,
    /// Text taken from a candidate; the origin is its generation.
    Accept {
        /// The candidate taken from.
        candidate: CandidateId,
        /// Which bytes of its text were taken.
        taken: Range<u64>,
    },
}

impl Deed {
    pub(crate) const fn kind(&self) -> ActKind {
        match self {
            Self::Typing => ActKind::Typing,
            Self::Delete => ActKind::Delete,
            Self::Composition => ActKind::Composition,
            Self::Paste => ActKind::Paste,
            Self::Cut => ActKind::Cut,
            Self::Drop => ActKind::Drop,
            Self::ReplaceAll => ActKind::ReplaceAll,
            Self::Import => ActKind::Import,
            Self::Reorder => ActKind::Reorder,
            Self::Format => ActKind::Format,
            Self::Accept { .. } => ActKind::Accept,
        }
    }
}

/// Where inserted text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The person at the keyboard ([`crate::Project::set_person`]).
    Person,
    /// A model, by one of its generations.
    Generation(GenerationId),
    /// A file, by its name.
    File(String),
    /// From outside, by nobody we know.
    Unknown,
    /// Copied from this project: each run keeps its own author. If the inserted text isn't
    /// the clip's, it is `Unknown`.
    Clip(Clip),
}

/// A selection in UTF-8 bytes; a caret has both ends at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// The end that stays.
    pub anchor: u64,
    /// The end that moves.
    pub head: u64,
}

impl Selection {
    /// A caret at `pos`.
    #[must_use]
    pub const fn caret(pos: u64) -> Self {
        Self {
            anchor: pos,
            head: pos,
        }
    }
}

/// One replaced stretch of text. Positions are UTF-8 bytes in the text before the whole batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it begins.
    pub pos: u64,
    /// Bytes deleted there.
    pub del: u64,
    /// Text put in their place.
    pub insert: String,
}

impl Change {
    /// `del` bytes at `pos` replaced by `insert`.
    #[must_use]
    pub fn new(pos: u64, del: u64, insert: impl Into<String>) -> Self {
        Self {
            pos,
            del,
            insert: insert.into(),
        }
    }

    /// Applies changes, as `edit` takes and gives them, to a text. `None` if they don't fit it.
    #[must_use]
    pub fn apply(changes: &[Self], text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let mut at = 0usize;
        for change in changes {
            let pos = usize::try_from(change.pos).ok()?;
            let end = pos.checked_add(usize::try_from(change.del).ok()?)?;
            out.push_str(text.get(at..pos)?);
            text.get(pos..end)?;
            out.push_str(&change.insert);
            at = end;
        }
        out.push_str(text.get(at..)?);
        Some(out)
    }
}

/// Changes made at once.
///
/// A typing or deleting act goes on over batches until a pause of 1 s, a caret jump, a new line,
/// 200 characters or a change of kind or author. Batches that follow each other with the same
/// `group` are one act whatever the rule says; every other batch is an act of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The version the changes are made to.
    pub base: u64,
    /// In ascending order, not overlapping, all by positions in the text of `base`.
    pub changes: Vec<Change>,
    /// What was done.
    pub deed: Deed,
    /// Whose text it is.
    pub origin: Origin,
    /// Ties batches to one act; any number that the caller doesn't use twice.
    pub group: Option<u64>,
    /// The selection before; `None` where it was the plain caret of the first change.
    pub before: Option<Selection>,
    /// The selection after; `None` where it is the plain caret after the last change.
    pub after: Option<Selection>,
    /// The clock.
    pub now: Millis,
}

impl Batch {
    /// Text typed by the person at `pos`.
    #[must_use]
    pub fn typing(base: u64, pos: u64, text: impl Into<String>, now: Millis) -> Self {
        Self::new(
            base,
            vec![Change::new(pos, 0, text)],
            Deed::Typing,
            Origin::Person,
            now,
        )
    }

    /// Changes of one deed, with plain carets.
    #[must_use]
    pub const fn new(
        base: u64,
        changes: Vec<Change>,
        deed: Deed,
        origin: Origin,
        now: Millis,
    ) -> Self {
        Self {
            base,
            changes,
            deed,
            origin,
            group: None,
            before: None,
            after: None,
            now,
        }
    }
}

/// What an edit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The document's version after it.
    pub version: u64,
    /// The act it belongs to; none where nothing was to change.
    pub act: Option<ActId>,
    /// What changed, by positions in the text before.
    pub changes: Vec<Change>,
    /// The selection to show now.
    pub selection: Selection,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for code in 0..=255 {
            assert_eq!(ActKind::from_code(code).code(), code);
        }
    }

    #[test]
    fn changes_apply_by_positions_in_the_old_text() {
        let changes = [
            Change::new(0, 1, "é"),
            Change::new(2, 0, "x"),
            Change::new(3, 1, ""),
        ];
        assert_eq!(Change::apply(&changes, "abcd").as_deref(), Some("ébxc"));
        assert_eq!(Change::apply(&[Change::new(1, 0, "x")], "é"), None);
        assert_eq!(Change::apply(&[Change::new(2, 1, "")], "ab"), None);
    }
}
