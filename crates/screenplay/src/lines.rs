//! The lines that elements are read from: source lines joined where a note or boneyard spans them.
//!
//! Notes and boneyards may begin and end anywhere, so they are found first, in one pass. What is left
//! of a line without them is its visible text, and only that decides what the line is.

use std::borrow::Cow;

use crate::element::{Diagnostic, DiagnosticCode, SpanKind, TextRange};

/// A note or boneyard, marks included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) kind: SpanKind,
    pub(crate) range: TextRange,
}

impl Comment {
    /// The text between its marks, white space around it left out.
    pub(crate) fn inner(self, text: &str) -> TextRange {
        trim(
            text,
            TextRange::new(self.range.start + 2, self.range.end - 2),
        )
    }
}

/// One line, or several that a comment joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Without its line end, without a byte order mark.
    pub(crate) body: TextRange,
    /// Byte after its line end.
    pub(crate) end: usize,
    /// Its comments, as indexes into [`Lines::comments`].
    pub(crate) comments: (usize, usize),
}

/// The lines of a text.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) lines: Vec<Line>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Bytes of a byte order mark at the start of `text`: 3 or 0.
pub(crate) fn bom_len(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Reads the lines of `text`. LF, CR LF and a lone CR end a line. O(text).
pub(crate) fn read(text: &str) -> Lines {
    let bytes = text.as_bytes();
    let mut out = Lines::default();
    let mut start = bom_len(text);
    let mut at = start;
    let mut first_comment = 0;
    // Below these offsets a search for the end of a comment has already failed; without them
    // a text of many open marks would be searched over and over.
    let mut no_note_end_before = 0;
    let mut no_boneyard_end = false;
    while at < bytes.len() {
        let two = (bytes[at], bytes.get(at + 1).copied());
        let found = match two {
            (b'\n' | b'\r', _) => {
                let end = after_line_end(bytes, at);
                out.lines.push(Line {
                    body: TextRange::new(start, at),
                    end,
                    comments: (first_comment, out.comments.len()),
                });
                first_comment = out.comments.len();
                start = end;
                at = end;
                continue;
            }
            (b'/', Some(b'*')) => {
                let end = if no_boneyard_end {
                    None
                } else {
                    text[at + 2..].find("*/")
                };
                no_boneyard_end |= end.is_none();
                (
                    SpanKind::Boneyard,
                    DiagnosticCode::UnclosedBoneyard,
                    end.map(|n| at + n + 4),
                )
            }
            (b'[', Some(b'[')) => {
                let end = if at < no_note_end_before {
                    None
                } else {
                    match note_end(bytes, at + 2) {
                        Ok(end) => Some(end),
                        Err(searched) => {
                            no_note_end_before = searched;
                            None
                        }
                    }
                };
                (SpanKind::Note, DiagnosticCode::UnclosedNote, end)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        match found {
            (kind, _, Some(end)) => {
                out.comments.push(Comment {
                    kind,
                    range: TextRange::new(at, end),
                });
                at = end;
            }
            (_, code, None) => {
                out.diagnostics.push(Diagnostic {
                    code,
                    range: TextRange::new(at, at + 2),
                });
                at += 2;
            }
        }
    }
    if start < bytes.len() || (out.lines.is_empty() && !text.is_empty()) {
        out.lines.push(Line {
            body: TextRange::new(start, bytes.len()),
            end: bytes.len(),
            comments: (first_comment, out.comments.len()),
        });
    }
    out
}

fn after_line_end(bytes: &[u8], at: usize) -> usize {
    if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
        at + 2
    } else {
        at + 1
    }
}

/// The end of a note whose text begins at `from`, or how far it was sought: an empty line ends the search.
fn note_end(bytes: &[u8], from: usize) -> Result<usize, usize> {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b']' if bytes.get(at + 1) == Some(&b']') => return Ok(at + 2),
            b'\n' | b'\r' => {
                at = after_line_end(bytes, at);
                if is_empty_line(bytes, at) {
                    return Err(at);
                }
            }
            _ => at += 1,
        }
    }
    Err(at)
}

/// Whether the line that begins at `at` is empty; one of two spaces or more is not.
fn is_empty_line(bytes: &[u8], at: usize) -> bool {
    let spaces = bytes[at..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    matches!(bytes.get(at + spaces), None | Some(b'\n' | b'\r'))
        && width_of_spaces(&bytes[at..at + spaces]) < 2
}

/// A tab counts four: it stands for that many spaces wherever Fountain keeps them.
fn width_of_spaces(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .map(|&byte| if byte == b'\t' { 4 } else { 1 })
        .sum()
}

/// `range` without the white space at both ends.
pub(crate) fn trim(text: &str, range: TextRange) -> TextRange {
    let slice = range.of(text);
    let start = range.start + (slice.len() - slice.trim_start().len());
    if start == range.end {
        return TextRange::new(range.start, range.start);
    }
    TextRange::new(start, range.start + slice.trim_end().len())
}

/// What a line holds, before any rule of Fountain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing, or one space.
    Empty,
    /// Two spaces or more: a line that does not end a speech.
    Spaces,
    /// Comments alone.
    Comments,
    /// Visible text.
    Text,
}

impl Line {
    pub(crate) fn comments<'a>(&self, all: &'a [Comment]) -> &'a [Comment] {
        &all[self.comments.0..self.comments.1]
    }

    pub(crate) fn shape(&self, text: &str, all: &[Comment]) -> Shape {
        let comments = self.comments(all);
        if comments.is_empty() {
            let body = self.body.of(text);
            if !body.trim().is_empty() {
                Shape::Text
            } else if width_of_spaces(body.as_bytes()) >= 2 {
                Shape::Spaces
            } else {
                Shape::Empty
            }
        } else if self.visible(text, all).trim().is_empty() {
            Shape::Comments
        } else {
            Shape::Text
        }
    }

    /// Its text without comments.
    pub(crate) fn visible<'a>(&self, text: &'a str, all: &[Comment]) -> Cow<'a, str> {
        let comments = self.comments(all);
        if comments.is_empty() {
            return Cow::Borrowed(self.body.of(text));
        }
        Cow::Owned(self.pieces(comments).map(|piece| piece.of(text)).collect())
    }

    /// From its first to its last visible character that is no white space.
    pub(crate) fn visible_bounds(&self, text: &str, all: &[Comment]) -> TextRange {
        let comments = self.comments(all);
        if comments.is_empty() {
            return trim(text, self.body);
        }
        let mut bounds: Option<TextRange> = None;
        for piece in self.pieces(comments) {
            let piece = trim(text, piece);
            if !piece.is_empty() {
                bounds = Some(TextRange::new(
                    bounds.map_or(piece.start, |b| b.start),
                    piece.end,
                ));
            }
        }
        bounds.unwrap_or(TextRange::new(self.body.start, self.body.start))
    }

    /// The stretches between its comments.
    fn pieces<'a>(&self, comments: &'a [Comment]) -> impl Iterator<Item = TextRange> + 'a {
        let body = self.body;
        let starts = std::iter::once(body.start).chain(comments.iter().map(|c| c.range.end));
        let ends = comments
            .iter()
            .map(|c| c.range.start)
            .chain(std::iter::once(body.end));
        starts
            .zip(ends)
            .map(|(start, end)| TextRange::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<&str> {
        read(text)
            .lines
            .iter()
            .map(|line| line.body.of(text))
            .collect()
    }

    #[test]
    fn every_line_end_ends_a_line() {
        assert_eq!(bodies("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(bodies("\u{feff}a\n\n"), ["a", ""]);
        assert_eq!(bodies("\u{feff}"), [""]);
        assert_eq!(bodies(""), [""; 0]);
    }

    #[test]
    fn a_comment_joins_lines() {
        assert_eq!(bodies("a /* b\n\nc */ d\ne"), ["a /* b\n\nc */ d", "e"]);
        assert_eq!(bodies("a [[b\nc]] d\ne"), ["a [[b\nc]] d", "e"]);
    }

    #[test]
    fn an_empty_line_keeps_a_note_open_and_two_spaces_do_not() {
        assert_eq!(bodies("[[b\n\nc]]"), ["[[b", "", "c]]"]);
        assert_eq!(bodies("[[b\n  \nc]]"), ["[[b\n  \nc]]"]);
        assert_eq!(
            read("[[b\n\nc]]").diagnostics[0].code,
            DiagnosticCode::UnclosedNote
        );
    }

    #[test]
    fn an_open_boneyard_is_text() {
        let lines = read("/* a\nb");
        assert_eq!(lines.lines.len(), 2);
        assert_eq!(lines.diagnostics[0].code, DiagnosticCode::UnclosedBoneyard);
    }
}
