//! Reads a lyric sheet line by line.

use std::ops::Range;

use crate::element::{Diagnostic, DiagnosticKind, Element, ElementKind, Parse, Span, SpanKind};
use crate::section;

/// Reads `text` as a lyric sheet. Never fails: what is no section, directive, comment or blank is a
/// lyric line. Lines end at LF, CR LF or CR; a byte order mark belongs to the first line. O(text).
///
/// A line that holds only a bracketed section name opens a section; any other `[…]` is a chord, `(…)`
/// an aside, `{…}` a directive, each closed on its line. A line that starts with `#` is a comment.
pub fn parse(text: &str) -> Parse {
    let mut parse = Parse::default();
    let mut at = 0;
    while at < text.len() {
        let bytes = text.as_bytes();
        let end = bytes[at..]
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map_or(text.len(), |p| at + p);
        let next = match bytes.get(end) {
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => end + 2,
            Some(_) => end + 1,
            None => end,
        };
        let start = if at == 0 && text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            at
        };
        let element = line(text, at..next, start..end, &mut parse.diagnostics);
        parse.elements.push(element);
        at = next;
    }
    parse
}

/// Reads one line: `range` with its line end, `body` without it and without a byte order mark.
fn line(
    text: &str,
    range: Range<usize>,
    body: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Element {
    let plain = |kind, content, spans| Element {
        kind,
        range: range.clone(),
        content,
        spans,
        heading: None,
    };
    let raw = &text[body.clone()];
    if raw.trim().is_empty() {
        return plain(ElementKind::Blank, body.start..body.start, Vec::new());
    }
    if raw.starts_with('#') {
        let marks = raw.len() - raw.trim_start_matches('#').len();
        let content = trimmed(text, body.start + marks..body.end);
        let span = Span {
            kind: SpanKind::Syntax,
            range: body.start..body.start + marks,
        };
        return plain(ElementKind::Comment, content, vec![span]);
    }
    let inner = trimmed(text, body.clone());
    if let Some(element) = section_line(text, &range, &inner) {
        return element;
    }
    let trim = &text[inner.clone()];
    if trim.starts_with('{') && trim.find('}') == Some(trim.len() - 1) {
        let spans = outer_marks(&inner, 1, 1);
        return plain(
            ElementKind::Directive,
            trimmed(text, inner.start + 1..inner.end - 1),
            spans,
        );
    }
    let spans = spans(text, &inner, diagnostics);
    plain(ElementKind::LyricLine, inner, spans)
}

/// `[Verse 1]`, `[Chorus] x2`, `【副歌】`; `None` if it is no section.
fn section_line(text: &str, range: &Range<usize>, inner: &Range<usize>) -> Option<Element> {
    let trim = &text[inner.clone()];
    let (open, close) = match trim.chars().next()? {
        '[' => ('[', ']'),
        '【' => ('【', '】'),
        _ => return None,
    };
    let end = trim.find(close)?;
    let inside = &trim[open.len_utf8()..end];
    let behind = &trim[end + close.len_utf8()..];
    let heading = section::read(inside, behind)?;
    let from = inner.start + open.len_utf8();
    let to = inner.start + end;
    let mut spans = outer_marks(
        &(inner.start..to + close.len_utf8()),
        open.len_utf8(),
        close.len_utf8(),
    );
    if !behind.trim().is_empty() {
        spans.push(Span {
            kind: SpanKind::Syntax,
            range: trimmed(text, to + close.len_utf8()..inner.end),
        });
    }
    Some(Element {
        kind: ElementKind::Section,
        range: range.clone(),
        content: trimmed(text, from..to),
        spans,
        heading: Some(heading),
    })
}

/// Chords, asides and directives of a lyric line, sorted by start.
fn spans(text: &str, inner: &Range<usize>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut open_aside: Option<usize> = None; // index into `spans`
    let mut depth = 0;
    let mut at = inner.start;
    // A missing bracket is missing for the rest of the line; it is looked for once.
    let (mut bracket_missing, mut brace_missing) = (false, false);
    while let Some(c) = text[at..inner.end].chars().next() {
        let after = at + c.len_utf8();
        match c {
            '[' | '{' => {
                let (close, kind, missing, unclosed) = if c == '[' {
                    (
                        ']',
                        SpanKind::Chord,
                        &mut bracket_missing,
                        DiagnosticKind::UnclosedBracket,
                    )
                } else {
                    (
                        '}',
                        SpanKind::Directive,
                        &mut brace_missing,
                        DiagnosticKind::UnclosedBrace,
                    )
                };
                if !*missing {
                    if let Some(length) = text[after..inner.end].find(close) {
                        spans.push(Span {
                            kind,
                            range: at..after + length + 1,
                        });
                        at = after + length + 1;
                        continue;
                    }
                    *missing = true;
                    diagnostics.push(Diagnostic {
                        kind: unclosed,
                        range: at..inner.end,
                    });
                }
            }
            '(' | '（' => {
                if open_aside.is_none() {
                    open_aside = Some(spans.len());
                    spans.push(Span {
                        kind: SpanKind::Aside,
                        range: at..inner.end,
                    });
                }
                depth += 1;
            }
            ')' | '）' => {
                if let Some(index) = open_aside {
                    depth -= 1;
                    if depth == 0 {
                        spans[index].range.end = after;
                        open_aside = None;
                    }
                }
            }
            _ => {}
        }
        at = after;
    }
    if let Some(index) = open_aside {
        let kind = DiagnosticKind::UnclosedParenthesis;
        diagnostics.push(Diagnostic {
            kind,
            range: spans[index].range.clone(),
        });
    }
    spans
}

fn outer_marks(range: &Range<usize>, open: usize, close: usize) -> Vec<Span> {
    vec![
        Span {
            kind: SpanKind::Syntax,
            range: range.start..range.start + open,
        },
        Span {
            kind: SpanKind::Syntax,
            range: range.end - close..range.end,
        },
    ]
}

/// `range` without white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let raw = &text[range.clone()];
    let start = range.start + (raw.len() - raw.trim_start().len());
    start..start + raw.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let parse = parse(text);
        let found: Vec<_> = parse
            .elements
            .iter()
            .map(|e| (e.kind.name(), &text[e.content.clone()]))
            .collect();
        assert_eq!(found, expected);
    }

    #[track_caller]
    fn check_spans(text: &str, expected: &[(&str, &str)]) {
        let parse = parse(text);
        let found: Vec<_> = parse.elements[0]
            .spans
            .iter()
            .map(|s| (s.kind.name(), &text[s.range.clone()]))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_kind_of_line_is_told_apart() {
        check(
            "\u{feff}{title: Night Bus}\r\n# a draft\r\r\n[Verse 1]\nThe last bus \n[Chorus] x2",
            &[
                ("directive", "title: Night Bus"),
                ("comment", "a draft"),
                ("blank", ""),
                ("section", "Verse 1"),
                ("lyric_line", "The last bus"),
                ("section", "Chorus"),
            ],
        );
    }

    #[test]
    fn a_bracket_that_names_no_section_is_a_chord() {
        check_spans(
            "[Am]You count [G]them",
            &[("chord", "[Am]"), ("chord", "[G]")],
        );
        check_spans("[Am]", &[("chord", "[Am]")]);
        check_spans("[Verse 1] and more", &[("chord", "[Verse 1]")]);
    }

    #[test]
    fn asides_nest_and_hold_chords() {
        check_spans(
            "Stay (oh [C](oh)) on",
            &[("aside", "(oh [C](oh))"), ("chord", "[C]")],
        );
        check_spans("留下（别走）吧", &[("aside", "（别走）")]);
    }

    #[test]
    fn what_is_left_open_is_said_once() {
        let parse = parse("[Am and [G and (oh");
        let kinds: Vec<_> = parse.diagnostics.iter().map(|d| d.kind.name()).collect();
        assert_eq!(kinds, ["unclosed_bracket", "unclosed_parenthesis"]);
    }
}
