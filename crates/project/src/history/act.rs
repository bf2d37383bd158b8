//! Acts: what a single undo takes back, and which of them stand.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::act::{ActKind, Selection};
use crate::ids::Millis;

/// One act. Its edits reach to the first of the next act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Act {
    /// Index of its first edit.
    pub(crate) first: u32,
    pub(crate) kind: ActKind,
    /// The author's number in the file.
    pub(crate) author: i64,
    /// When it began and when its last edit came.
    pub(crate) at: Millis,
    pub(crate) until: Millis,
    /// The opening's number in the file, and the act's number in that opening and document.
    pub(crate) opening: i64,
    pub(crate) number: u32,
    /// The selection before and after, where it isn't the plain caret of the first and last edit.
    pub(crate) before: Option<Selection>,
    pub(crate) after: Option<Selection>,
    /// Whether no standing act has undone it. Only what undoes has no say here.
    pub(crate) standing: bool,
}

/// What an act has to say beyond who, when and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// The act that this one undoes or brings back: never itself one that undoes.
    pub(crate) undoes: Option<(i64, u32)>,
    /// The act right after which the restored version stood.
    pub(crate) restores: Option<(i64, u32)>,
    /// The candidate that was taken from, and which of its bytes.
    pub(crate) candidate: Option<(i64, Range<u64>)>,
    /// The version's name.
    pub(crate) name: Option<String>,
}

/// The acts of a document in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acts {
    list: Vec<Act>,
    notes: BTreeMap<u32, Note>,
    undo: Vec<u32>,
    redo: Vec<u32>,
}

impl Acts {
    pub(crate) fn len(&self) -> u32 {
        self.list.len() as u32
    }

    pub(crate) fn get(&self, act: u32) -> Option<&Act> {
        self.list.get(act as usize)
    }

    pub(crate) fn last(&self) -> Option<&Act> {
        self.list.last()
    }

    /// The last act, to go on with.
    pub(crate) fn last_mut(&mut self) -> Option<&mut Act> {
        self.list.last_mut()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Act)> {
        (0..self.len()).zip(&self.list)
    }

    /// Each act with the indices of its edits; the document has `edits` of them.
    pub(crate) fn with_edits(&self, edits: u32) -> impl Iterator<Item = (&Act, Range<u32>)> {
        let ends = self.list.iter().skip(1).map(|act| act.first).chain([edits]);
        self.list
            .iter()
            .zip(ends)
            .map(|(act, end)| (act, act.first..end))
    }

    /// Indices of the edits of act number `act`.
    pub(crate) fn edits_of(&self, act: u32, edits: u32) -> Range<u32> {
        let end = self.get(act + 1).map_or(edits, |next| next.first);
        self.get(act).map_or(end, |act| act.first)..end
    }

    /// Index of the act of an edit.
    pub(crate) fn of_edit(&self, edit: u32) -> u32 {
        (self.list.partition_point(|act| act.first <= edit) as u32).saturating_sub(1)
    }

    /// Whether `whole` begins with the same acts, as far as the columns tell them. The last one
    /// may have gone on since.
    pub(super) fn are_first_of(&self, whole: &Self) -> bool {
        let told = |act: &Act| {
            (
                act.first,
                act.kind,
                act.author,
                act.at,
                act.opening,
                act.number,
                act.before,
            )
        };
        whole.list.len() >= self.list.len()
            && self
                .list
                .iter()
                .zip(&whole.list)
                .all(|(a, b)| told(a) == told(b))
    }

    /// Index of an act by its opening and number.
    pub(crate) fn named(&self, name: (i64, u32)) -> Option<u32> {
        let told = |act: &Act| (act.opening, act.number);
        // on a straight line openings and numbers ascend; after a merge they need not
        let at = self
            .list
            .binary_search_by_key(&name, told)
            .ok()
            .or_else(|| self.list.iter().position(|act| told(act) == name));
        at.map(|at| at as u32)
    }

    pub(crate) fn note(&self, act: u32) -> Option<&Note> {
        self.notes.get(&act)
    }

    pub(crate) fn note_mut(&mut self, act: u32) -> &mut Note {
        self.notes.entry(act).or_default()
    }

    /// The notes of the acts from `act` on.
    pub(crate) fn notes_from(&self, act: u32) -> impl Iterator<Item = (u32, &Note)> {
        self.notes.range(act..).map(|(&act, note)| (act, note))
    }

    /// Takes a new act on; `settle` or `count` says what it does to the others.
    pub(super) fn push_loaded(&mut self, act: Act) {
        self.list.push(act);
    }

    /// Takes a new act on and lets it count.
    pub(crate) fn push(&mut self, act: Act, note: Option<Note>) {
        let at = self.len();
        self.list.push(act);
        if let Some(note) = note {
            self.notes.insert(at, note);
        }
        self.count(at);
    }

    /// After loading: joins the notes to their acts and works out which acts stand.
    pub(crate) fn settle(&mut self, notes: impl IntoIterator<Item = ((i64, u32), Note)>) {
        let at: BTreeMap<(i64, u32), u32> = self
            .iter()
            .map(|(at, act)| ((act.opening, act.number), at))
            .collect();
        self.notes = notes
            .into_iter()
            .filter_map(|(name, note)| Some((*at.get(&name)?, note)))
            .collect();
        self.undo.clear();
        self.redo.clear();
        for act in &mut self.list {
            act.standing = true;
        }
        for act in 0..self.len() {
            self.count(act);
        }
    }

    /// The ordinary act that act number `act` is about: itself, or what it undoes or redoes.
    pub(crate) fn root(&self, act: u32) -> Option<u32> {
        if !self.get(act)?.kind.is_undoing() {
            return Some(act);
        }
        let name = self.note(act)?.undoes?;
        self.named(name)
    }

    fn count(&mut self, act: u32) {
        match self.list[act as usize].kind {
            ActKind::Undo | ActKind::Redo => {
                let Some(root) = self.root(act) else { return };
                let back = self.list[act as usize].kind == ActKind::Redo;
                self.list[root as usize].standing = back;
                let (from, to) = if back {
                    (&mut self.redo, &mut self.undo)
                } else {
                    (&mut self.undo, &mut self.redo)
                };
                // nearly always the last one
                if from.pop_if(|last| *last == root).is_none() {
                    from.retain(|&at| at != root);
                }
                to.push(root);
            }
            // the text that a document began with is not for the undo key
            ActKind::Import if act == 0 => {}
            ActKind::Typing
            | ActKind::Delete
            | ActKind::Composition
            | ActKind::Paste
            | ActKind::Cut
            | ActKind::Drop
            | ActKind::Accept
            | ActKind::ReplaceAll
            | ActKind::Import
            | ActKind::Restore
            | ActKind::Reorder
            | ActKind::Format
            | ActKind::Unknown(_) => {
                self.undo.push(act);
                self.redo.clear();
            }
        }
    }

    /// The act that undo takes back next, and the one that redo brings back next.
    pub(crate) fn next_undo(&self) -> Option<u32> {
        self.undo.last().copied()
    }

    pub(crate) fn next_redo(&self) -> Option<u32> {
        self.redo.last().copied()
    }

    /// Whether no ordinary act after act number `act` stands.
    pub(crate) fn is_last_standing(&self, act: u32) -> bool {
        self.list[act as usize + 1..]
            .iter()
            .all(|act| act.kind.is_undoing() || !act.standing)
    }

    pub(super) fn flip(&mut self, act: u32) {
        let act = &mut self.list[act as usize];
        act.standing = !act.standing;
    }
}
