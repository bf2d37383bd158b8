//! Fountain read into elements.
//!
//! The rules are those of fountain.io/syntax (1.1). Where it is silent:
//!
//! - A cue and an unforced heading or transition stand after an empty line; sections, synopses and page
//!   breaks, which are not printed in place, count as one. Notes and boneyards on lines of their own count
//!   as nothing at all: what stands around them is read as if they were not there.
//! - A heading and a transition have an empty line after them too, a cue has text under it.
//! - Forcing marks hold at the start of any line outside a speech. Inside a speech only `(…)`, `~` and a
//!   page break are read; everything else is said.
//! - A line that begins with 内景, 外景 or 内外景 is a heading by the rule for `INT.`. Chinese has no
//!   capitals, so a Chinese cue needs its `@`. Full-width parentheses count in cues and parentheticals.
//! - A shot is a line in capitals between empty lines that begins with one of a few words (`CLOSE ON`).

use std::cmp::Reverse;

use crate::element::{
    Diagnostic, DiagnosticCode, Dual, Element, ElementKind, Parse, Span, SpanKind, TextRange,
};
use crate::lines::{self, Line, Lines, Shape, bom_len, trim};
use crate::{emphasis, heading, title_page};

/// Reads `text` as Fountain 1.1. Never fails: a doubtful line is `Action`. O(text).
pub fn parse(text: &str) -> Parse {
    let lines = lines::read(text);
    let (elements, title_page, taken) = title_page::read(text, &lines);
    let mut reader = Reader {
        text,
        next: what_follows(text, &lines),
        lines: &lines,
        elements,
        diagnostics: lines.diagnostics.clone(),
        after_blank: true,
        in_speech: false,
        last_cue: None,
    };
    reader.elements.reserve(lines.lines.len() - taken);
    for index in taken..lines.lines.len() {
        reader.line(index);
    }
    let Reader {
        mut elements,
        mut diagnostics,
        ..
    } = reader;
    if let Some(first) = elements.first_mut() {
        first.range.start -= bom_len(text);
    }
    for element in &mut elements {
        if element.spans.len() > 1 {
            element
                .spans
                .sort_by_key(|span| (span.range.start, Reverse(span.range.end)));
            element.spans.dedup();
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.range.start);
    Parse {
        elements,
        title_page,
        diagnostics,
    }
}

/// What stands on the lines after a line, comments apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// An empty line or the end.
    Blank,
    /// A section, synopsis or page break.
    Unprinted,
    Text,
}

fn what_follows(text: &str, lines: &Lines) -> Vec<Next> {
    let mut next = vec![Next::Blank; lines.lines.len()];
    let mut seen = Next::Blank;
    for (index, line) in lines.lines.iter().enumerate().rev() {
        next[index] = seen;
        seen = match line.shape(text, &lines.comments) {
            Shape::Empty | Shape::Spaces => Next::Blank,
            Shape::Comments => seen,
            Shape::Text if line.body.of(text).trim_start().starts_with(['#', '=']) => {
                Next::Unprinted
            }
            Shape::Text => Next::Text,
        };
    }
    next
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a Lines,
    next: Vec<Next>,
    elements: Vec<Element>,
    diagnostics: Vec<Diagnostic>,
    /// Whether the line before is empty, or counts as such.
    after_blank: bool,
    in_speech: bool,
    /// The cue of the speech before, while nothing but blanks and comments followed it.
    last_cue: Option<usize>,
}

impl Reader<'_> {
    fn line(&mut self, index: usize) {
        let line = self.lines.lines[index];
        match line.shape(self.text, &self.lines.comments) {
            Shape::Empty => self.blank(line),
            Shape::Spaces if self.in_speech => match self.elements.last_mut() {
                Some(last) if last.kind == ElementKind::Dialogue => last.range.end = line.end,
                Some(_) | None => self.push_blank(line),
            },
            Shape::Spaces => self.blank(line),
            Shape::Comments => self.comments(line),
            Shape::Text => {
                let visible = line.visible(self.text, &self.lines.comments);
                self.visible(line, &visible, self.next[index]);
            }
        }
    }

    fn blank(&mut self, line: Line) {
        self.in_speech = false;
        self.after_blank = true;
        self.push_blank(line);
    }

    fn push_blank(&mut self, line: Line) {
        match self.elements.last_mut() {
            Some(last) if last.kind == ElementKind::Blank => last.range.end = line.end,
            Some(_) | None => self.elements.push(Element {
                range: TextRange::new(line.body.start, line.end),
                content: TextRange::new(line.body.start, line.body.start),
                ..Element::of_kind(ElementKind::Blank)
            }),
        }
    }

    /// Comments alone: an element for each. They leave what stands around them as it is.
    fn comments(&mut self, line: Line) {
        let comments = line.comments(&self.lines.comments);
        let mut start = line.body.start;
        for (index, comment) in comments.iter().enumerate() {
            let last = index + 1 == comments.len();
            let range = TextRange::new(start, if last { line.end } else { comment.range.end });
            start = range.end;
            let marks = [
                TextRange::new(comment.range.start, comment.range.start + 2),
                TextRange::new(comment.range.end - 2, comment.range.end),
            ];
            let kind = match comment.kind {
                SpanKind::Boneyard => ElementKind::Boneyard,
                SpanKind::Note
                | SpanKind::Bold
                | SpanKind::Italic
                | SpanKind::Underline
                | SpanKind::Syntax
                | SpanKind::SceneNumber
                | SpanKind::Extension
                | SpanKind::Key => ElementKind::Note,
            };
            self.elements.push(Element {
                range,
                content: comment.inner(self.text),
                spans: marks
                    .map(|range| Span {
                        kind: SpanKind::Syntax,
                        range,
                    })
                    .to_vec(),
                ..Element::of_kind(kind)
            });
        }
    }

    fn visible(&mut self, line: Line, visible: &str, next: Next) {
        let kind = if self.in_speech {
            spoken(visible.trim())
        } else {
            unspoken(visible, self.after_blank, next)
        };
        let Kind { kind, mark } = kind;
        let forced = mark > 0 && kind_is_forced(kind);
        let bounds = line.visible_bounds(self.text, &self.lines.comments);
        let comments = line.comments(&self.lines.comments);
        self.keep_speech_state(kind);
        let merges = match kind {
            ElementKind::Action => mark == 0,
            ElementKind::Dialogue => true,
            ElementKind::TitlePage
            | ElementKind::SceneHeading
            | ElementKind::Character
            | ElementKind::Parenthetical
            | ElementKind::Lyrics
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::PageBreak
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => false,
        };
        let index = match self.elements.last_mut() {
            Some(last) if merges && last.kind == kind => {
                last.range.end = line.end;
                last.content.end = bounds.end;
                self.elements.len() - 1
            }
            Some(_) | None => {
                let mut element = Element {
                    range: TextRange::new(line.body.start, line.end),
                    content: bounds,
                    forced,
                    ..Element::of_kind(kind)
                };
                if kind == ElementKind::Action && mark == 0 {
                    let before = TextRange::new(line.body.start, bounds.start);
                    if before.of(self.text).trim().is_empty() {
                        element.content.start = line.body.start; // action keeps its indent
                    }
                }
                self.dress(&mut element, mark, next);
                self.elements.push(element);
                self.elements.len() - 1
            }
        };
        if kind == ElementKind::Character {
            self.pair(index);
        }
        let element = &mut self.elements[index];
        let inline = TextRange::new(
            bounds.start.max(element.content.start),
            bounds.end.min(element.content.end),
        );
        emphasis::read(self.text, inline, comments, &mut element.spans);
        element.spans.extend(comments.iter().map(|c| Span {
            kind: c.kind,
            range: c.range,
        }));
    }

    fn keep_speech_state(&mut self, kind: ElementKind) {
        self.in_speech = match kind {
            ElementKind::Character => true,
            ElementKind::Dialogue | ElementKind::Parenthetical | ElementKind::Lyrics => {
                self.in_speech
            }
            ElementKind::TitlePage
            | ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::PageBreak
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => false,
        };
        self.after_blank = matches!(
            kind,
            ElementKind::Section | ElementKind::Synopsis | ElementKind::PageBreak
        );
        if !self.in_speech {
            self.last_cue = None;
        }
    }

    /// Takes the marks of `element` out of its content and reads what its kind has besides.
    fn dress(&mut self, element: &mut Element, mark: usize, next: Next) {
        let text = self.text;
        let outer = element.content;
        // A comment may part the bytes of a long mark, so those are counted in the source.
        let mark = match element.kind {
            ElementKind::Section => outer.of(text).bytes().take_while(|&b| b == b'#').count(),
            ElementKind::PageBreak => outer.len(),
            ElementKind::TitlePage
            | ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Character
            | ElementKind::Dialogue
            | ElementKind::Parenthetical
            | ElementKind::Lyrics
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => mark,
        };
        if mark > 0 {
            let mark = TextRange::new(outer.start, outer.start + mark);
            element.spans.push(Span {
                kind: SpanKind::Syntax,
                range: mark,
            });
            element.content.start = mark.end;
        }
        match element.kind {
            ElementKind::SceneHeading => {
                let bare = element.content;
                if let Some((open, end)) = heading::scene_number(bare.of(text)) {
                    let number = TextRange::new(bare.start + open + 1, bare.start + end - 1);
                    let marks = [
                        (bare.start + open, number.start),
                        (number.end, number.end + 1),
                    ];
                    for (start, end) in marks {
                        let range = TextRange::new(start, end);
                        element.spans.push(Span {
                            kind: SpanKind::Syntax,
                            range,
                        });
                    }
                    element.spans.push(Span {
                        kind: SpanKind::SceneNumber,
                        range: number,
                    });
                    element.scene_number = Some(number);
                    element.content.end = bare.start + open;
                }
                element.content = trim(text, element.content);
            }
            ElementKind::Character => {
                if element.content.of(text).ends_with('^') {
                    let caret = TextRange::new(element.content.end - 1, element.content.end);
                    element.spans.push(Span {
                        kind: SpanKind::Syntax,
                        range: caret,
                    });
                    element.content.end = caret.start;
                    element.dual = Some(Dual::Second);
                }
                element.content = trim(text, element.content);
                element.extensions = extensions(text, element.content);
                let extensions = element.extensions.iter();
                element.spans.extend(extensions.map(|&range| Span {
                    kind: SpanKind::Extension,
                    range,
                }));
                if next == Next::Blank {
                    let code = DiagnosticCode::CueWithoutSpeech;
                    self.diagnostics.push(Diagnostic {
                        code,
                        range: element.content,
                    });
                }
            }
            ElementKind::Centered => {
                let mark = TextRange::new(outer.end - 1, outer.end);
                element.spans.push(Span {
                    kind: SpanKind::Syntax,
                    range: mark,
                });
                element.content.end = mark.start;
                element.content = trim(text, element.content);
            }
            ElementKind::Section => {
                element.depth = u8::try_from(mark).unwrap_or(u8::MAX);
                element.content = trim(text, element.content);
            }
            ElementKind::PageBreak => {
                element.content = TextRange::new(outer.end, outer.end);
            }
            ElementKind::Transition | ElementKind::Lyrics | ElementKind::Synopsis => {
                element.content = trim(text, element.content);
            }
            ElementKind::TitlePage
            | ElementKind::Action
            | ElementKind::Dialogue
            | ElementKind::Parenthetical
            | ElementKind::Shot
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => {}
        }
    }

    /// Notes the cue, and marks the one before it where this is the second of a pair.
    fn pair(&mut self, index: usize) {
        if self.elements[index].dual.is_some()
            && let Some(first) = self.last_cue
            && self.elements[first].dual.is_none()
        {
            self.elements[first].dual = Some(Dual::First);
        }
        self.last_cue = Some(index);
    }
}

/// A kind, and the bytes of the mark that says so.
#[derive(Debug, Clone, Copy)]
struct Kind {
    kind: ElementKind,
    mark: usize,
}

fn plain(kind: ElementKind) -> Kind {
    Kind { kind, mark: 0 }
}

fn marked(kind: ElementKind, mark: usize) -> Kind {
    Kind { kind, mark }
}

fn kind_is_forced(kind: ElementKind) -> bool {
    matches!(
        kind,
        ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Character
            | ElementKind::Transition
    )
}

/// The kind of a line in a speech.
fn spoken(line: &str) -> Kind {
    if line.starts_with('~') {
        marked(ElementKind::Lyrics, 1)
    } else if is_page_break(line) {
        marked(ElementKind::PageBreak, 3)
    } else if line.starts_with(['(', '（']) && line.ends_with([')', '）']) {
        plain(ElementKind::Parenthetical)
    } else {
        plain(ElementKind::Dialogue)
    }
}

/// The kind of a line outside a speech.
fn unspoken(visible: &str, after_blank: bool, next: Next) -> Kind {
    let line = visible.trim();
    if let Some(kind) = forced(line) {
        return kind;
    }
    if !after_blank {
        return plain(ElementKind::Action);
    }
    if next != Next::Text {
        if heading::has_prefix(line) {
            return plain(ElementKind::SceneHeading);
        }
        // A space after the colon is the way to say that it is none.
        if visible.ends_with("TO:") && is_upper(line) {
            return plain(ElementKind::Transition);
        }
    }
    if next == Next::Blank && is_shot(line) {
        return plain(ElementKind::Shot);
    }
    if next != Next::Blank && is_cue(line) && !heading::has_prefix(line) {
        return plain(ElementKind::Character);
    }
    plain(ElementKind::Action)
}

fn forced(line: &str) -> Option<Kind> {
    let mut chars = line.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    match first {
        '!' => Some(marked(ElementKind::Action, 1)),
        '.' if rest.starts_with(char::is_alphanumeric) => {
            Some(marked(ElementKind::SceneHeading, 1))
        }
        '@' if !rest.trim_end_matches('^').trim().is_empty() => {
            Some(marked(ElementKind::Character, 1))
        }
        '~' => Some(marked(ElementKind::Lyrics, 1)),
        '#' => Some(marked(ElementKind::Section, 1)),
        '=' if is_page_break(line) => Some(marked(ElementKind::PageBreak, 3)),
        '=' if !rest.starts_with('=') => Some(marked(ElementKind::Synopsis, 1)),
        '>' if rest.ends_with('<') => Some(marked(ElementKind::Centered, 1)),
        '>' if !rest.trim().is_empty() => Some(marked(ElementKind::Transition, 1)),
        _ => None,
    }
}

fn is_page_break(line: &str) -> bool {
    line.len() >= 3 && line.bytes().all(|byte| byte == b'=')
}

/// Whether it has capitals and no small letter. Letters of scripts without case are neither.
pub(crate) fn is_upper(text: &str) -> bool {
    if text.is_ascii() {
        let mut upper = false;
        for byte in text.bytes() {
            if byte.is_ascii_lowercase() {
                return false;
            }
            upper |= byte.is_ascii_uppercase();
        }
        return upper;
    }
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// A name in capitals, with extensions in any case.
pub(crate) fn is_cue(line: &str) -> bool {
    let line = line.strip_suffix('^').unwrap_or(line).trim_end();
    let whole = TextRange::new(0, line.len());
    let name = match extensions(line, whole).first() {
        Some(first) => &line[..first.start],
        None => line,
    };
    is_upper(name)
}

/// The groups in parentheses at the end of a cue, in source order; a cue that is nothing else has none.
fn extensions(text: &str, cue: TextRange) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut name = trim(text, cue);
    loop {
        let slice = name.of(text);
        let Some(inner) = slice.strip_suffix([')', '）']) else {
            break;
        };
        let Some(open) = inner.rfind(['(', '（']) else {
            break;
        };
        let before = trim(text, TextRange::new(name.start, name.start + open));
        if before.is_empty() {
            break;
        }
        let mark = if inner[open..].starts_with('(') {
            1
        } else {
            '（'.len_utf8()
        };
        found.push(TextRange::new(
            name.start + open + mark,
            name.start + inner.len(),
        ));
        name = before;
    }
    found.reverse();
    found
}

/// Words that begin a shot. Few on purpose: a shot taken for action loses nothing but its name.
const SHOTS: [&str; 16] = [
    "ANGLE ON",
    "AERIAL SHOT",
    "BACK TO SCENE",
    "CLOSE ON",
    "CLOSE SHOT",
    "CLOSE UP",
    "CLOSE-UP",
    "CLOSEUP",
    "CRANE SHOT",
    "INSERT",
    "LONG SHOT",
    "MEDIUM SHOT",
    "POV",
    "REVERSE ANGLE",
    "TRACKING SHOT",
    "WIDE SHOT",
];

fn is_shot(line: &str) -> bool {
    SHOTS.iter().any(|shot| {
        line.strip_prefix(shot).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', ':', '-', '.', ',', '\''])
        })
    }) && is_upper(line)
        && !line.ends_with(['.', '!', '?'])
}

impl Element {
    /// An element of `kind` with nothing in it.
    pub(crate) fn of_kind(kind: ElementKind) -> Self {
        Self {
            kind,
            range: TextRange::default(),
            content: TextRange::default(),
            forced: false,
            scene_number: None,
            depth: 0,
            extensions: Vec::new(),
            dual: None,
            spans: Vec::new(),
        }
    }
}
