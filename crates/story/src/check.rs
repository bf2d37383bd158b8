//! What must hold of any text; called by the property tests and by fuzzing.

use crate::element::SpanKind;
use crate::library::Library;
use crate::{parse, problems};

/// Reads `text` and looks for its problems.
///
/// # Panics
/// Where ranges don't tile the text, spans cross or leave their line, or a finding lies outside the text.
pub fn check(text: &str) {
    let read = parse(text);
    assert_eq!(read.to_text(text), text, "elements give the text back");
    let mut at = 0;
    for element in &read.elements {
        assert_eq!(element.range.start, at, "ranges tile the text");
        assert!(!element.range.is_empty(), "no element is empty");
        at = element.range.end;
        let inside = |range: &std::ops::Range<usize>| {
            assert!(range.start <= range.end, "{range:?} is turned round");
            assert!(
                element.range.start <= range.start && range.end <= element.range.end,
                "{range:?} lies in {:?}",
                element.range
            );
            assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
        };
        inside(&element.content);
        element.name.iter().for_each(inside);
        let mut open: Vec<(usize, SpanKind)> = Vec::new();
        let mut before = element.range.start;
        for span in &element.spans {
            inside(&span.range);
            assert!(before <= span.range.start, "spans are sorted");
            before = span.range.start;
            while open.last().is_some_and(|(end, _)| *end <= span.range.start) {
                open.pop();
            }
            if let Some((end, kind)) = open.last() {
                assert!(
                    span.range.end <= *end,
                    "{span:?} crosses a {kind:?} that ends at {end}"
                );
            }
            open.push((span.range.end, span.kind));
        }
    }
    assert_eq!(at, text.len(), "ranges cover the text");
    for finding in problems(text, &Library::new()) {
        assert!(finding.range.start <= finding.range.end && finding.range.end <= text.len());
        assert!(text.is_char_boundary(finding.range.start));
        assert!(text.is_char_boundary(finding.range.end));
    }
    for definition in &read.definitions {
        assert_eq!(text[definition.range.clone()], definition.name);
    }
    for reference in &read.references {
        assert_eq!(text[reference.range.clone()], reference.path);
    }
}
