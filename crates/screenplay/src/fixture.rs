//! Texts with marks: `<|>` is the caret, `<[>` and `<]>` the ends of a selection.

use crate::element::TextRange;

/// Takes the caret out of a text.
pub(crate) fn unmark(marked: &str) -> (String, usize) {
    let caret = marked.find("<|>").expect("the fixture has a caret");
    (marked.replacen("<|>", "", 1), caret)
}

/// Puts the caret in.
pub(crate) fn mark(text: &str, caret: usize) -> String {
    format!("{}<|>{}", &text[..caret], &text[caret..])
}

/// Takes a selection out of a text; a caret is an empty one.
pub(crate) fn unselect(marked: &str) -> (String, TextRange) {
    if marked.contains("<|>") {
        let (text, caret) = unmark(marked);
        return (text, TextRange::new(caret, caret));
    }
    let start = marked.find("<[>").expect("the selection begins");
    let text = marked.replacen("<[>", "", 1);
    let end = text.find("<]>").expect("the selection ends");
    (text.replacen("<]>", "", 1), TextRange::new(start, end))
}

/// Puts a selection in.
pub(crate) fn select(text: &str, range: TextRange) -> String {
    if range.is_empty() {
        return mark(text, range.start);
    }
    let (before, rest) = text.split_at(range.start);
    let (inside, after) = rest.split_at(range.len());
    format!("{before}<[>{inside}<]>{after}")
}
