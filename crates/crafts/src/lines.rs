//! Lines of a page from the elements of a craft, and what differs between two pages.

use std::ops::Range;

use crate::values::{Gutter, Line, Mark, Patch};

/// What a craft says of a stretch of text. Blocks tile the text; their spans are sorted by start.
pub(crate) struct Block<'a> {
    pub(crate) kind: &'static str,
    pub(crate) depth: u8,
    /// Line ends included.
    pub(crate) range: Range<usize>,
    /// For its first line.
    pub(crate) gutter: Option<Gutter>,
    /// Bytes of the text.
    pub(crate) spans: &'a mut dyn Iterator<Item = (Range<usize>, &'static str)>,
}

/// Builds lines from blocks that come in order.
pub(crate) struct Lines<'a> {
    text: &'a str,
    /// Where each line starts, and one beyond the last.
    starts: Vec<usize>,
    lines: Vec<Line>,
    /// The next line that no block has claimed.
    next: usize,
}

impl<'a> Lines<'a> {
    /// One line for each stretch between line feeds, so that `a\n` has two.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes()
                .zip(1..)
                .filter(|(b, _)| *b == b'\n')
                .map(|(_, at)| at),
        );
        let lines = vec![
            Line {
                kind: "blank",
                depth: 0,
                marks: Vec::new(),
                gutter: None
            };
            starts.len()
        ];
        starts.push(text.len() + 1);
        Self {
            text,
            starts,
            lines,
            next: 0,
        }
    }

    /// Gives the lines that start in `block` what it says.
    pub(crate) fn push(&mut self, block: Block<'_>) {
        let first = self.next;
        while self.next < self.lines.len() && (self.starts[self.next] < block.range.end) {
            let line = &mut self.lines[self.next];
            line.kind = block.kind;
            line.depth = block.depth;
            self.next += 1;
        }
        if let Some(line) = self.lines[first..self.next].first_mut() {
            line.gutter = block.gutter;
        }
        // A block may begin behind the start of a line (after a lone CR): its spans still belong there.
        let mut at = first.saturating_sub(1);
        for (range, kind) in block.spans {
            while at + 1 < self.next && self.starts[at + 1] <= range.start {
                at += 1;
            }
            let mut line = at;
            while line < self.lines.len() && self.starts[line] < range.end {
                let start = self.starts[line];
                let end = (self.starts[line + 1] - 1).min(self.text.len());
                let mark = range.start.max(start)..range.end.min(end);
                if mark.start < mark.end {
                    let range = mark.start - start..mark.end - start;
                    self.lines[line].marks.push(Mark { range, kind });
                }
                line += 1;
            }
        }
    }

    pub(crate) fn finish(self) -> Vec<Line> {
        self.lines
    }
}

/// What turns the lines `before` into `after`, by what they have in common at both ends.
pub(crate) fn difference(before: &[Line], after: &[Line]) -> Patch {
    let from = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let behind = before[from..]
        .iter()
        .rev()
        .zip(after[from..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    Patch {
        from,
        removed: before.len() - from - behind,
        lines: after[from..after.len() - behind].to_vec(),
    }
}

impl Patch {
    /// The lines after it, from those before.
    pub fn apply(&self, lines: &mut Vec<Line>) {
        lines.splice(
            self.from..self.from + self.removed,
            self.lines.iter().cloned(),
        );
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.removed == 0 && self.lines.is_empty()
    }
}
