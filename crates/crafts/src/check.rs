//! What must hold of any page: the body of the property tests and of a fuzz target.

use std::ops::Range;

use crate::{Craft, Edit, Emphasis, Key, Line, Mark, Others, Page, decode, encode};

/// Asserts what must hold of `text` as a document of `craft`: elements tile it, lines are those between
/// line feeds with marks inside them, and every answer stays inside the text.
///
/// # Panics
/// If something does not hold.
pub fn check(craft: Craft, text: &str) {
    let page = Page::new(craft, text);
    check_page(&page);

    let borders = page.borders();
    assert!(borders.is_sorted() && borders.iter().all(|at| text.is_char_boundary(*at)));
    let mut start = 0;
    for item in page.outline() {
        assert!(start <= item.range.start, "the outline is in order");
        assert!(!text[item.range.clone()].is_empty());
        start = item.range.start;
    }
    let others = Others::new();
    for problem in page.problems(&others) {
        let _ = &text[problem.range];
    }
    let html = page.html("<script>", "en");
    assert!(!html.contains("<script"), "text and title are escaped");
    let counts = page.counts();
    assert!(counts.words <= counts.characters);

    let step = text.len() / 12 + 1;
    for (caret, _) in text.char_indices().step_by(step).chain([(text.len(), ' ')]) {
        for key in [Key::Tab, Key::ShiftTab, Key::Enter] {
            if let Some(answer) = page.key(key, caret..caret, None) {
                check_edits(text, &answer.edits, answer.anchor, answer.caret);
            }
        }
        let end = text.floor_char_boundary((caret + 20).min(text.len()));
        for emphasis in [Emphasis::Bold, Emphasis::Italic, Emphasis::Underline] {
            if let Some(answer) = page.emphasis(caret..end.max(caret), emphasis) {
                check_edits(text, &answer.edits, answer.anchor, answer.caret);
            }
        }
        if let Some(completion) = page.complete(caret, None, &others) {
            let _ = &text[completion.range];
            assert!(!completion.items.is_empty());
        }
        let around = page.neighbourhood(caret);
        let _ = &text[around.range];
        if let Some(target) = page.target(caret, &others) {
            let _ = &text[target.range];
        }
        page.pending_cue(caret);
    }
}

/// Asserts that lines and elements of a page are those of its text.
///
/// # Panics
/// If they are not.
pub fn check_page(page: &Page) {
    let text = page.text();
    let mut at = 0;
    for element in page.elements() {
        assert_eq!(element.range.start, at, "elements tile the text");
        assert!(element.range.end > at, "no element is empty");
        at = element.range.end;
        check_marks(text, &element.spans, element.range);
    }
    assert_eq!(at, text.len(), "elements tile the text to its end");

    assert_eq!(page.lines().len(), text.split('\n').count());
    for (line, raw) in page.lines().iter().zip(text.split('\n')) {
        check_marks(raw, &line.marks, 0..raw.len());
    }
}

fn check_marks(text: &str, marks: &[Mark], within: Range<usize>) {
    let mut start = within.start;
    for mark in marks {
        assert!(
            start <= mark.range.start && mark.range.end <= within.end,
            "{mark:?} in {within:?}"
        );
        assert!(
            text.get(mark.range.clone()).is_some(),
            "{mark:?} is on borders of characters"
        );
        start = mark.range.start;
    }
}

fn check_edits(text: &str, edits: &[Edit], anchor: usize, caret: usize) {
    let after = crate::page::apply(text, edits);
    assert!(after.is_char_boundary(caret), "the caret is on a border");
    assert!(after.is_char_boundary(anchor) && anchor <= caret);
}

/// Applies edits and asserts that what came of it is what a fresh page says.
///
/// # Panics
/// If it is not.
pub fn check_replace(page: &mut Page, edits: &[Edit]) {
    let mut lines: Vec<Line> = page.lines().to_vec();
    let patch = page.replace(edits);
    patch.apply(&mut lines);
    let fresh = Page::new(page.craft(), page.text());
    assert_eq!(
        lines,
        fresh.lines(),
        "a patch leads to the lines of a fresh page"
    );
    assert_eq!(page.lines(), fresh.lines());
    assert_eq!(page.elements(), fresh.elements());
    assert_eq!(page.outline(), fresh.outline());
    assert_eq!(page.counts(), fresh.counts());
}

/// Reads any bytes as a text file. What is read has line feeds only and no mark, can be written in the
/// form that it had, and reads the same from there; where it is said to be exact, the same bytes come out.
///
/// # Panics
/// If something of that does not hold.
pub fn check_file(bytes: &[u8]) {
    let Ok(decoded) = decode(bytes) else { return };
    assert!(!decoded.text.contains(['\r', '\0']));
    let written = encode(&decoded.text, &decoded.form);
    match written {
        Ok(written) if decoded.exact => assert_eq!(written, bytes, "exact bytes come out"),
        Ok(written) => {
            let form = decode(&written).map(|again| (again.text, again.form.encoding));
            // Other bytes for the same characters may look like another encoding.
            if let Ok((text, encoding)) = form
                && encoding == decoded.form.encoding
            {
                assert_eq!(text, decoded.text, "what is written reads the same");
            }
        }
        Err(_) => assert!(!decoded.exact, "what is exact can be written"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_any_kind_are_read_or_refused() {
        let files: [&[u8]; 8] = [
            b"",
            b"a\r\nb\rc\n",
            b"\xef\xbb\xbfa\n",
            b"\xff\xfea\0\r\0\n\0",
            b"\xfe\xff\0a",
            b"\xc4\xe3\xba\xc3\n",
            b"\xff\xfe\xff",
            b"\x81\x30\x81",
        ];
        for bytes in files {
            check_file(bytes);
        }
    }
}
