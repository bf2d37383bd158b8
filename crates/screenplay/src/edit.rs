//! Edits as values.

use crate::element::TextRange;

/// Replaces `range` of the text before by `insert`. Edits of one answer are sorted and disjoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: TextRange,
    /// What comes.
    pub insert: String,
}

impl Edit {
    pub(crate) fn insert(at: usize, insert: impl Into<String>) -> Self {
        Self {
            range: TextRange::new(at, at),
            insert: insert.into(),
        }
    }

    pub(crate) fn delete(start: usize, end: usize) -> Self {
        Self {
            range: TextRange::new(start, end),
            insert: String::new(),
        }
    }
}

/// `text` after `edits`.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.insert);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Where the text at `offset` stands after `edits`; what is inserted at `offset` itself comes after it.
pub(crate) fn map(offset: usize, edits: &[Edit]) -> usize {
    let mut moved = offset;
    for edit in edits.iter().filter(|edit| edit.range.start < offset) {
        let gone = edit.range.end.min(offset) - edit.range.start;
        moved = moved + edit.insert.len() - gone;
    }
    moved
}

/// The one edit that makes `after` of `before`, or none where they are equal.
pub(crate) fn between(before: &str, after: &str) -> Vec<Edit> {
    if before == after {
        return Vec::new();
    }
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b)
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum::<usize>()
    };
    let start = same(&mut before.chars(), &mut after.chars());
    let end = same(
        &mut before[start..].chars().rev(),
        &mut after[start..].chars().rev(),
    );
    vec![Edit {
        range: TextRange::new(start, before.len() - end),
        insert: after[start..after.len() - end].to_owned(),
    }]
}
