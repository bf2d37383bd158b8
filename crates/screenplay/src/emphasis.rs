//! Emphasis: `*italic*`, `**bold**`, `***both***`, `_underline_`, and `\` before a mark that is meant as text.
//!
//! A mark opens where no space follows it and closes where none stands before it, within one line.
//! Each style is followed on its own, so that styles may nest in any order. Runs of four asterisks and
//! more, or of two underscores, are text (a blank to fill in), and so is an underscore inside a word.

use crate::element::{Span, SpanKind, TextRange};
use crate::lines::Comment;

/// Adds the emphasis in `range`, which is one line, to `spans`; what lies in `comments` is skipped.
pub(crate) fn read(text: &str, range: TextRange, comments: &[Comment], spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let slice = &bytes[range.start..range.end];
    if !slice.iter().any(|byte| matches!(byte, b'*' | b'_')) {
        return;
    }
    let mut open: [Option<TextRange>; 3] = [None; 3];
    let mut comments = comments
        .iter()
        .filter(|c| c.range.end > range.start)
        .peekable();
    let mut at = range.start;
    while at < range.end {
        if let Some(comment) = comments.next_if(|comment| comment.range.start <= at) {
            at = at.max(comment.range.end);
            continue;
        }
        let byte = bytes[at];
        if byte == b'\\' && at + 1 < range.end && matches!(bytes[at + 1], b'*' | b'_') {
            spans.push(Span {
                kind: SpanKind::Syntax,
                range: TextRange::new(at, at + 1),
            });
            at += 2;
            continue;
        }
        if !matches!(byte, b'*' | b'_') {
            at += 1;
            continue;
        }
        let run = bytes[at..range.end]
            .iter()
            .take_while(|&&other| other == byte)
            .count();
        let mark = TextRange::new(at, at + run);
        at += run;
        let before = text[range.start..mark.start].chars().next_back();
        let after = text[mark.end..range.end].chars().next();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let mut can_close = before.is_some_and(|c| !c.is_whitespace());
        let mut can_open = after.is_some_and(|c| !c.is_whitespace());
        let styles: &[usize] = match (byte, run) {
            (b'*', 1) => &[ITALIC],
            (b'*', 2) => &[BOLD],
            (b'*', 3) => &[BOLD, ITALIC],
            (b'_', 1) => {
                can_close &= !word(after);
                can_open &= !word(before);
                &[UNDERLINE]
            }
            _ => &[],
        };
        for &style in styles {
            match open[style].take() {
                Some(opener) if can_close => {
                    spans.push(Span {
                        kind: STYLES[style],
                        range: TextRange::new(opener.end, mark.start),
                    });
                    // `***` is told twice, once for each style; the parser drops what is doubled.
                    for range in [opener, mark] {
                        spans.push(Span {
                            kind: SpanKind::Syntax,
                            range,
                        });
                    }
                }
                earlier => open[style] = if can_open { Some(mark) } else { earlier },
            }
        }
    }
}

const BOLD: usize = 0;
const ITALIC: usize = 1;
const UNDERLINE: usize = 2;
const STYLES: [SpanKind; 3] = [SpanKind::Bold, SpanKind::Italic, SpanKind::Underline];
