//! What must hold of any text: the body of the property tests and of the fuzz target.

use crate::{Dictionary, ElementKind, complete, count, html, outline, parse, section_at};

/// Asserts what must hold of `text`, whatever it is: the elements tile it, contents and spans lie inside
/// their element and on characters, and nothing that reads the sheet panics.
///
/// # Panics
/// If something does not hold.
pub fn check(text: &str, dictionary: &Dictionary) {
    let parsed = parse(text);
    let mut at = 0;
    for element in &parsed.elements {
        assert_eq!(element.range.start, at, "elements tile the text");
        assert!(element.range.end > at, "no element is empty");
        at = element.range.end;
        let content = &text[element.content.clone()];
        assert!(!content.contains(['\n', '\r']), "content is of one line");
        assert!(element.range.start <= element.content.start);
        assert!(element.content.end <= element.range.end);
        assert_eq!(
            element.heading.is_some(),
            element.kind == ElementKind::Section
        );
        let mut start = element.range.start;
        for span in &element.spans {
            assert!(!text[span.range.clone()].is_empty(), "no span is empty");
            assert!(start <= span.range.start && span.range.end <= element.range.end);
            start = span.range.start;
        }
    }
    assert_eq!(at, text.len(), "elements tile the text to its end");
    for diagnostic in &parsed.diagnostics {
        assert!(!text[diagnostic.range.clone()].is_empty());
    }

    let counts = count(text, &parsed, dictionary);
    let sections = outline(text, &parsed, &counts);
    assert!(
        sections
            .windows(2)
            .all(|pair| pair[0].range.end <= pair[1].range.start)
    );
    let page = html(text, &parsed, text, "en");
    assert!(!page.contains("<script"), "text is escaped");
    assert_eq!(
        page.matches("<span").count(),
        page.matches("</span>").count()
    );
    for (caret, _) in text.char_indices().step_by(text.len() / 50 + 1) {
        complete(text, &parsed, caret);
        section_at(text, &parsed, &counts, caret);
    }
}
