//! Notes on the page.

use std::ops::Range;

use crate::lines::{Block, Lines};
use crate::markdown::{self, LineKind, NoteLine};
use crate::values::{Edit, Element, Emphasis, KeyAnswer, Line, Mark, Neighbourhood, OutlineItem};

/// Notes, read.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    lines: Vec<NoteLine>,
}

impl Note {
    pub(crate) fn read(text: &str) -> Self {
        Self {
            lines: markdown::parse(text),
        }
    }

    pub(crate) fn lines(&self, text: &str) -> Vec<Line> {
        let mut lines = Lines::new(text);
        for line in &self.lines {
            lines.push(Block {
                kind: line.kind.name(),
                depth: line.depth,
                range: line.range.clone(),
                gutter: None,
                spans: &mut line.spans.iter().cloned(),
            });
        }
        lines.finish()
    }

    pub(crate) fn elements(&self, text: &str) -> Vec<Element> {
        let element = |line: &NoteLine| Element {
            kind: line.kind.name(),
            text: text[line.content.clone()].to_owned(),
            range: line.range.clone(),
            spans: line
                .spans
                .iter()
                .map(|(range, kind)| Mark {
                    range: range.clone(),
                    kind,
                })
                .collect(),
            scene_number: None,
            depth: (line.depth > 0).then_some(line.depth),
            extension: None,
            dual: false,
        };
        self.lines.iter().map(element).collect()
    }

    fn headings(&self) -> impl Iterator<Item = &NoteLine> {
        self.lines
            .iter()
            .filter(|line| line.kind == LineKind::Heading)
    }

    pub(crate) fn outline(&self, text: &str) -> Vec<OutlineItem> {
        let items = self
            .headings()
            .map(|line| OutlineItem {
                kind: "heading",
                depth: line.depth - 1,
                title: text[line.content.clone()].to_owned(),
                detail: String::new(),
                range: line.range.clone(),
            })
            .collect();
        crate::outline::close(items, text.len())
    }

    pub(crate) fn borders(&self) -> impl Iterator<Item = usize> {
        self.headings().map(|line| line.range.start)
    }

    pub(crate) fn neighbourhood(&self, text: &str, offset: usize) -> Neighbourhood {
        crate::outline::neighbourhood(&self.outline(text), text, offset)
    }

    pub(crate) fn html(text: &str, title: &str, lang: &str) -> String {
        markdown::html(text, title, lang)
    }
}

/// Puts marks round the selection, or takes them away where they stand; `None` for underline, which
/// Markdown lacks. Each line of a selection is marked by itself.
pub(crate) fn emphasis(
    text: &str,
    selection: Range<usize>,
    emphasis: Emphasis,
) -> Option<KeyAnswer> {
    let mark = match emphasis {
        Emphasis::Bold => "**",
        Emphasis::Italic => "*",
        Emphasis::Underline => return None,
    };
    if selection.is_empty() {
        let edit = Edit {
            range: selection.clone(),
            insert: mark.repeat(2),
        };
        let caret = selection.start + mark.len();
        return Some(KeyAnswer {
            edits: vec![edit],
            anchor: caret,
            caret,
            intent: None,
        });
    }
    let parts = parts(text, selection.clone());
    let marked = |part: &Range<usize>| is_marked(text, part, mark);
    let away = !parts.is_empty() && parts.iter().all(|part| marked(part).is_some());
    let mut edits = Vec::new();
    for part in &parts {
        match marked(part) {
            Some(inside) if away => {
                edits.push(Edit {
                    range: inside.start - mark.len()..inside.start,
                    insert: String::new(),
                });
                edits.push(Edit {
                    range: inside.end..inside.end + mark.len(),
                    insert: String::new(),
                });
            }
            Some(_) => {}
            None => {
                for at in [part.start, part.end] {
                    edits.push(Edit {
                        range: at..at,
                        insert: mark.to_owned(),
                    });
                }
            }
        }
    }
    let (first, last) = (parts.first()?.start, parts.last()?.end);
    (!edits.is_empty()).then(|| KeyAnswer {
        anchor: moved(first, &edits),
        caret: moved(last, &edits),
        edits,
        intent: None,
    })
}

/// Where a place is after the edits; behind what is inserted before the text there, before what is
/// inserted behind it.
fn moved(offset: usize, edits: &[Edit]) -> usize {
    let mut moved = offset;
    for (edit, opens) in edits.iter().zip([true, false].into_iter().cycle()) {
        if edit.range.start < offset || opens && edit.range.start == offset {
            moved = moved + edit.insert.len() - edit.range.len().min(offset - edit.range.start);
        }
    }
    moved
}

/// The selection line by line, without white space at the ends and without empty lines.
fn parts(text: &str, selection: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut at = selection.start;
    for line in text[selection].split_inclusive('\n') {
        let inner = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        if !inner.is_empty() {
            parts.push(start..start + inner.len());
        }
        at += line.len();
    }
    parts
}

/// What stands between the marks where the part has them, inside or right around it.
fn is_marked(text: &str, part: &Range<usize>, mark: &str) -> Option<Range<usize>> {
    let exactly = |inside: Range<usize>| {
        let (before, after) = (&text[..inside.start], &text[inside.end..]);
        let stars_before = before.len() - before.trim_end_matches('*').len();
        let stars_after = after.len() - after.trim_start_matches('*').len();
        let has = |stars: usize| match mark.len() {
            2 => stars >= 2,
            _ => stars == 1 || stars >= 3,
        };
        (!inside.is_empty() && has(stars_before) && has(stars_after)).then_some(inside)
    };
    let inner = &text[part.clone()];
    let left = inner.len() - inner.trim_start_matches('*').len();
    let right = inner.len() - inner.trim_end_matches('*').len();
    if left > 0 && left + right < inner.len() {
        let found = exactly(part.start + left..part.end - right);
        if found.is_some() {
            return found;
        }
    }
    exactly(part.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `«` and `»` mark the selection before, the text after is given whole.
    #[track_caller]
    fn check(marked: &str, what: Emphasis, expected: &str) {
        let start = marked.find('«').unwrap();
        let text = marked.replace(['«', '»'], "");
        let end = marked.find('»').unwrap() - '«'.len_utf8();
        let answer = emphasis(&text, start..end, what).unwrap();
        assert_eq!(crate::page::apply(&text, &answer.edits), expected);
        let chosen = expected[answer.anchor..answer.caret].replace('*', "");
        assert_eq!(chosen, text[start..end].trim().replace('*', ""));
    }

    #[test]
    fn emphasis_is_put_and_taken() {
        check("a «b» c", Emphasis::Bold, "a **b** c");
        check("a **«b»** c", Emphasis::Bold, "a b c");
        check("a «**b**» c", Emphasis::Bold, "a b c");
        check("a **«b»** c", Emphasis::Italic, "a ***b*** c");
        check("a ***«b»*** c", Emphasis::Italic, "a **b** c");
        check("a «» c", Emphasis::Italic, "a ** c");
        check("«one\n\ntwo »", Emphasis::Italic, "*one*\n\n*two* ");
    }
}
