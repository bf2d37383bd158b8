//! Emphasis put on and taken off: what Ctrl+B, Ctrl+I and Ctrl+U write.

use crate::edit::{Edit, map};
use crate::element::{Element, ElementKind, Parse, Span, SpanKind, TextRange};

/// A style of emphasis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Emphasis {
    /// `**`
    Bold,
    /// `*`
    Italic,
    /// `_`
    Underline,
}

impl Emphasis {
    fn mark(self) -> &'static str {
        match self {
            Self::Bold => "**",
            Self::Italic => "*",
            Self::Underline => "_",
        }
    }

    fn span(self) -> SpanKind {
        match self {
            Self::Bold => SpanKind::Bold,
            Self::Italic => SpanKind::Italic,
            Self::Underline => SpanKind::Underline,
        }
    }
}

/// What a change of emphasis does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleEdit {
    /// To apply as one act; may be empty.
    pub edits: Vec<Edit>,
    /// The same text selected afterwards, or the caret.
    pub selection: TextRange,
}

/// Puts `style` on `selection` (bytes), or takes it off where all of it has it. `parse` is that of `text`.
///
/// Emphasis ends with its line in Fountain, so every line of the selection gets its own marks; forcing marks,
/// parentheses of a parenthetical, and spaces at the ends stay outside. A caret gets an empty pair of marks;
/// in an empty pair it takes the pair away, at the end of a stretch it steps behind the mark, within one it
/// takes the style off.
pub fn toggle_emphasis(
    text: &str,
    parse: &Parse,
    selection: TextRange,
    style: Emphasis,
) -> StyleEdit {
    let start = text.floor_char_boundary(selection.start.min(text.len()));
    let end = text
        .floor_char_boundary(selection.end.min(text.len()))
        .max(start);
    if start == end {
        return at_caret(text, parse, start, style);
    }
    let parts = parts(text, parse, TextRange::new(start, end));
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return StyleEdit {
            edits: Vec::new(),
            selection: TextRange::new(start, end),
        };
    };
    let styled: Vec<Option<TextRange>> = parts
        .iter()
        .map(|part| {
            let mut spans = part.element.spans.iter();
            spans
                .find(|span| span.kind == style.span() && span.range.covers(part.range))
                .map(|span| span.range)
        })
        .collect();
    let mut edits = Vec::new();
    let (mut from, mut to) = (first.range.start, last.range.end);
    if styled.iter().all(Option::is_some) {
        for (part, span) in parts.iter().zip(styled.iter().flatten()) {
            take_off(text, part.range, *span, style, &mut edits);
        }
    } else {
        for (index, part) in parts.iter().enumerate() {
            let range = put_on(text, part, style, &mut edits);
            if index == 0 {
                from = range.start;
            }
            if index + 1 == parts.len() {
                to = range.end;
            }
        }
    }
    let edits = disjoint(edits);
    let inserted_at_start: usize = edits
        .iter()
        .filter(|e| e.range == TextRange::new(from, from))
        .map(|e| e.insert.len())
        .sum();
    let selection = TextRange::new(map(from, &edits) + inserted_at_start, map(to, &edits));
    StyleEdit { edits, selection }
}

/// Sorted, and none in what another takes away: stretches that share a run of asterisks, or that a
/// comment cuts, may ask for the same mark twice.
fn disjoint(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut at = 0;
    for edit in &mut edits {
        edit.range = TextRange::new(edit.range.start.max(at), edit.range.end.max(at));
        at = edit.range.end;
    }
    edits.retain(|edit| !edit.range.is_empty() || !edit.insert.is_empty());
    edits
}

fn at_caret(text: &str, parse: &Parse, caret: usize, style: Emphasis) -> StyleEdit {
    let mark = style.mark();
    let (before, after) = text.split_at(caret);
    let byte = mark.as_bytes()[0];
    let left = before
        .bytes()
        .rev()
        .take_while(|&other| other == byte)
        .count();
    let right = after.bytes().take_while(|&other| other == byte).count();
    let pair = left == right
        && match style {
            Emphasis::Bold => left == 2 || left == 3,
            Emphasis::Italic => left == 1 || left == 3,
            Emphasis::Underline => left == 1,
        };
    let caret_at = |at| TextRange::new(at, at);
    if pair {
        let range = TextRange::new(caret - mark.len(), caret + mark.len());
        let edits = vec![Edit::delete(range.start, range.end)];
        return StyleEdit {
            edits,
            selection: caret_at(range.start),
        };
    }
    let here = parse.element_at(caret).map(|index| &parse.elements[index]);
    let span = here.and_then(|element| {
        let mut spans = element.spans.iter();
        spans.find(|span| span.kind == style.span() && span.range.touches(caret))
    });
    match span.map(|span| span.range) {
        Some(span) if caret == span.end => StyleEdit {
            edits: Vec::new(),
            selection: caret_at(caret + mark.len()),
        },
        Some(span) if caret > span.start => {
            let edits = vec![
                Edit::delete(span.start - mark.len(), span.start),
                Edit::delete(span.end, span.end + mark.len()),
            ];
            StyleEdit {
                edits,
                selection: caret_at(caret - mark.len()),
            }
        }
        Some(_) | None => StyleEdit {
            edits: vec![Edit::insert(caret, format!("{mark}{mark}"))],
            selection: caret_at(caret + mark.len()),
        },
    }
}

/// A stretch of one line that can bear emphasis, with the element it is in.
struct Part<'a> {
    element: &'a Element,
    range: TextRange,
}

fn parts<'a>(text: &str, parse: &'a Parse, selection: TextRange) -> Vec<Part<'a>> {
    let first = parse.element_at(selection.start).unwrap_or(0);
    let mut out = Vec::new();
    for element in &parse.elements[first..] {
        if element.range.start >= selection.end {
            break;
        }
        let printed = element.kind.is_printed() || element.kind == ElementKind::TitlePage;
        let start = element.content.start.max(selection.start);
        let end = element.content.end.min(selection.end);
        if !printed || start >= end {
            continue;
        }
        let key = element
            .spans
            .iter()
            .find(|_| element.kind == ElementKind::TitlePage);
        let colon = key.map(|key| {
            key.range.end
                + text[key.range.end..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8)
        });
        let start = start.max(colon.unwrap_or(start));
        if start >= end {
            continue;
        }
        let mut at = start;
        for line in text[start..end].split_inclusive(['\n', '\r']) {
            let range = crate::lines::trim(text, TextRange::new(at, at + line.len()));
            at += line.len();
            let range = with_whole_marks(text, element, range);
            let range = without_marks(text, element, range);
            if !range.is_empty() {
                out.push(Part { element, range });
            }
        }
    }
    out
}

/// `range` without parentheses of a parenthetical and without emphasis marks at its ends.
fn without_marks(text: &str, element: &Element, range: TextRange) -> TextRange {
    let mut range = range;
    if element.kind == ElementKind::Parenthetical {
        let opened = range.of(text).trim_start_matches(['(', '（']);
        if range.start == element.content.start {
            range.start = range.end - opened.len();
        }
        if range.end == element.content.end {
            range.end = range.start + range.of(text).trim_end_matches([')', '）']).len();
        }
    }
    loop {
        let marks = || element.spans.iter().filter(|span| is_mark(text, span));
        if let Some(mark) = marks().find(|mark| mark.range.start == range.start) {
            range.start = mark.range.end.min(range.end);
        } else if let Some(mark) = marks().find(|mark| mark.range.end == range.end) {
            range.end = mark.range.start.max(range.start);
        } else {
            return range;
        }
        if range.is_empty() {
            return range;
        }
    }
}

/// Whether `span` is a mark of emphasis; an escape is none.
fn is_mark(text: &str, span: &Span) -> bool {
    span.kind == SpanKind::Syntax && span.range.of(text).starts_with(['*', '_'])
}

/// `range` with the marks whole that its ends cut in two.
fn with_whole_marks(text: &str, element: &Element, range: TextRange) -> TextRange {
    let mut range = range;
    for mark in element.spans.iter().filter(|span| is_mark(text, span)) {
        if mark.range.start < range.start && range.start < mark.range.end {
            range.start = mark.range.start;
        }
        if mark.range.start < range.end && range.end < mark.range.end {
            range.end = mark.range.end;
        }
    }
    range
}

/// Takes `style` off `part` of `span`, and leaves it on what stands before and after.
fn take_off(text: &str, part: TextRange, span: TextRange, style: Emphasis, edits: &mut Vec<Edit>) {
    let mark = style.mark();
    let bare = |c: char| c.is_whitespace() || matches!(c, '*' | '_');
    let before = &text[span.start..part.start];
    if before.trim_matches(bare).is_empty() {
        edits.push(Edit::delete(span.start - mark.len(), span.start));
    } else {
        edits.push(Edit::insert(span.start + before.trim_end().len(), mark));
    }
    let after = &text[part.end..span.end];
    if after.trim_matches(bare).is_empty() {
        edits.push(Edit::delete(span.end, span.end + mark.len()));
    } else {
        edits.push(Edit::insert(span.end - after.trim_start().len(), mark));
    }
}

/// Puts `style` on `part`, joined with what it meets of the same style. Returns what has it then.
fn put_on(text: &str, part: &Part<'_>, style: Emphasis, edits: &mut Vec<Edit>) -> TextRange {
    let mark = style.mark();
    let mut range = part.range;
    let met = part.element.spans.iter().filter(|span| {
        span.kind == style.span()
            && span.range.start <= range.end + mark.len()
            && span.range.end + mark.len() >= range.start
    });
    let met: Vec<TextRange> = met.map(|span| span.range).collect();
    for span in met {
        edits.push(Edit::delete(span.start - mark.len(), span.start));
        edits.push(Edit::delete(span.end, span.end + mark.len()));
        range = TextRange::new(range.start.min(span.start), range.end.max(span.end));
    }
    if style == Emphasis::Underline {
        // An underscore inside a word is text, so a word is underlined whole.
        let word = |c: char| c.is_ascii_alphanumeric();
        let content = part.element.content;
        let before = &text[content.start.min(range.start)..range.start];
        let after = &text[range.end..content.end.max(range.end)];
        range.start -= before.len() - before.trim_end_matches(word).len();
        range.end += after.len() - after.trim_start_matches(word).len();
    }
    edits.push(Edit::insert(range.start, mark));
    edits.push(Edit::insert(range.end, mark));
    range
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;
    use crate::{fixture, parse};

    #[track_caller]
    fn check(before: &str, style: Emphasis, after: &str) {
        let (text, selection) = fixture::unselect(before);
        let edit = toggle_emphasis(&text, &parse(&text), selection, style);
        assert_eq!(
            fixture::select(&apply(&text, &edit.edits), edit.selection),
            after
        );
    }

    #[test]
    fn a_selection_is_marked_and_unmarked() {
        check("He <[>goes<]> on.", Emphasis::Bold, "He **<[>goes<]>** on.");
        check("He **<[>goes<]>** on.", Emphasis::Bold, "He <[>goes<]> on.");
        check("He <[>**goes**<]> on.", Emphasis::Bold, "He <[>goes<]> on.");
        check("He <[>goes <]>on.", Emphasis::Italic, "He *<[>goes<]>* on.");
        check(
            "He <[>goes<]> on.",
            Emphasis::Underline,
            "He _<[>goes<]>_ on.",
        );
        check("他<[>走<]>了。", Emphasis::Bold, "他**<[>走<]>**了。");
    }

    #[test]
    fn styles_stand_beside_each_other() {
        check(
            "He **<[>goes<]>** on.",
            Emphasis::Italic,
            "He ***<[>goes<]>*** on.",
        );
        check(
            "He ***<[>goes<]>*** on.",
            Emphasis::Bold,
            "He *<[>goes<]>* on.",
        );
        check(
            "He _**<[>goes<]>**_ on.",
            Emphasis::Underline,
            "He **<[>goes<]>** on.",
        );
    }

    #[test]
    fn a_part_of_a_stretch_is_taken_out() {
        check("**a <[>b<]> c**", Emphasis::Bold, "**a** <[>b<]> **c**");
        check("**<[>a<]> b**", Emphasis::Bold, "<[>a<]> **b**");
    }

    #[test]
    fn stretches_that_meet_are_joined() {
        check("<[>a **b** c<]>", Emphasis::Bold, "**<[>a b c<]>**");
        check("**a <[>b** c<]>", Emphasis::Bold, "**<[>a b c<]>**");
    }

    #[test]
    fn every_line_gets_its_own_marks() {
        check(
            "<[>One.\n\nTwo.<]>",
            Emphasis::Bold,
            "**<[>One.**\n\n**Two.<]>**",
        );
        check(
            "**<[>One.**\n\n**Two.<]>**",
            Emphasis::Bold,
            "<[>One.\n\nTwo.<]>",
        );
    }

    #[test]
    fn forcing_marks_and_parentheses_stay_outside() {
        check("<[>!One.<]>", Emphasis::Bold, "!**<[>One.<]>**");
        check("MARA\n<[>(low)<]>", Emphasis::Italic, "MARA\n(*<[>low<]>*)");
        check("<[>> END <<]>", Emphasis::Bold, "> **<[>END<]>** <");
    }

    #[test]
    fn a_caret_gets_a_pair_and_steps_out_of_it() {
        check("He <|>", Emphasis::Bold, "He **<|>**");
        check("He **<|>**", Emphasis::Bold, "He <|>");
        check("He **<|>**", Emphasis::Italic, "He ***<|>***");
        check("He **goes<|>**", Emphasis::Bold, "He **goes**<|>");
        check("He **go<|>es**", Emphasis::Bold, "He go<|>es");
    }
}
