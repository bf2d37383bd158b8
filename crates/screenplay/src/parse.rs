//! Fountain read into elements.

use std::cmp::Reverse;

use crate::element::{
    Diagnostic, DiagnosticCode, Dual, Element, ElementKind, Parse, Span, SpanKind, TextRange,
};
use crate::lines::{self, Line, Lines, Shape, bom_len, trim};
use crate::rules::{Kind, Next, extensions, kind_is_forced, spoken, unspoken};
use crate::{emphasis, heading, title_page};

/// Reads `text` as Fountain 1.1. Never fails: a doubtful line is `Action`. O(text).
///
/// The rules are those of fountain.io/syntax (1.1). Where it is silent:
///
/// - A cue and an unforced heading or transition stand after an empty line; sections, synopses and page
///   breaks, which are not printed in place, count as one. Notes and boneyards on lines of their own count
///   as nothing at all: what stands around them is read as if they were not there.
/// - A heading and a transition have an empty line after them too, a cue has text under it.
/// - Forcing marks hold at the start of any line outside a speech. Inside a speech only `(…)`, `~` and a
///   page break are read; everything else is said.
/// - A line that begins with 内景, 外景 or 内外景 is a heading by the rule for `INT.`. Chinese has no
///   capitals, so a Chinese cue needs its `@`. Full-width parentheses count in cues and parentheticals.
/// - A shot is a line in capitals between empty lines that begins with one of a few words (`CLOSE ON`).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let parse = parse(text);
        let found: Vec<_> = parse
            .elements
            .iter()
            .filter(|element| element.kind != ElementKind::Blank)
            .map(|element| (element.kind.name(), element.text(text)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn chinese_scripts_need_a_mark_for_cues_alone() {
        check(
            "内景 渡轮船舱 - 夜\n\n雨打玻璃。\n\n@小梅（画外音）\n（低声）\n你说天亮。\n\n外景 甲板 - 日\n",
            &[
                ("scene_heading", "内景 渡轮船舱 - 夜"),
                ("action", "雨打玻璃。"),
                ("character", "小梅（画外音）"),
                ("parenthetical", "（低声）"),
                ("dialogue", "你说天亮。"),
                ("scene_heading", "外景 甲板 - 日"),
            ],
        );
        check(
            "雨。\n外景 甲板\n\n小梅\n走。",
            &[("action", "雨。\n外景 甲板"), ("action", "小梅\n走。")],
        );
        let text = "@小梅（画外音）\n走。";
        let cue = &parse(text).elements[0];
        assert_eq!(
            (cue.cue_name(text), cue.extension(text).as_deref()),
            ("小梅", Some("画外音"))
        );
    }

    #[test]
    fn comments_on_lines_of_their_own_leave_the_rest_as_it_is() {
        check(
            "MARA\n[[how?]]\nHello.\n",
            &[
                ("character", "MARA"),
                ("note", "how?"),
                ("dialogue", "Hello."),
            ],
        );
        check(
            "/* old */\nINT. HALL\n\nRain.",
            &[
                ("boneyard", "old"),
                ("scene_heading", "INT. HALL"),
                ("action", "Rain."),
            ],
        );
        check("[[a]] [[b]]", &[("note", "a"), ("note", "b")]);
    }

    #[test]
    fn marks_of_force_hold_outside_a_speech_alone() {
        check(
            "MARA\n.45 caliber.\n#1 fan.\n!\n",
            &[
                ("character", "MARA"),
                ("dialogue", ".45 caliber.\n#1 fan.\n!"),
            ],
        );
        check(
            "Rain.\n> END <\n~la\n.SEA\nWaves.",
            &[
                ("action", "Rain."),
                ("centered", "END"),
                ("lyrics", "la"),
                ("scene_heading", "SEA"),
                ("action", "Waves."),
            ],
        );
    }

    #[test]
    fn a_sentence_with_a_colon_makes_no_title_page() {
        check(
            "He says: no.\n\nRain.",
            &[("action", "He says: no."), ("action", "Rain.")],
        );
        check(
            "FADE IN:\n\nRain.",
            &[("action", "FADE IN:"), ("action", "Rain.")],
        );
        check(
            "Mood: grey\nLight: low\n\nRain.",
            &[
                ("title_page", "Mood: grey"),
                ("title_page", "Light: low"),
                ("action", "Rain."),
            ],
        );
        check(
            "标题：渡轮\n\n雨。",
            &[("title_page", "标题：渡轮"), ("action", "雨。")],
        );
    }

    #[test]
    fn both_cues_of_a_pair_say_so() {
        let text = "A\nYes.\n\nB ^\nNo.\n\nC\nOh.\n";
        let duals: Vec<_> = parse(text)
            .elements
            .iter()
            .filter(|e| e.kind == ElementKind::Character)
            .map(|e| e.dual)
            .collect();
        assert_eq!(duals, [Some(Dual::First), Some(Dual::Second), None]);
    }

    #[test]
    fn a_shot_stands_alone_and_in_capitals() {
        check(
            "CLOSE ON: THE CLOCK\n\nTen past four.",
            &[
                ("shot", "CLOSE ON: THE CLOCK"),
                ("action", "Ten past four."),
            ],
        );
        check(
            "Close on the clock.\n\nINSERTION\n",
            &[("action", "Close on the clock."), ("action", "INSERTION")],
        );
    }

    #[test]
    fn what_is_odd_is_told() {
        let codes = |text: &str| -> Vec<_> {
            parse(text)
                .diagnostics
                .iter()
                .map(|d| (d.code.name(), d.range.start))
                .collect()
        };
        assert_eq!(
            codes("a /* b\n\n[[c\n\n@Bo\n\n"),
            [
                ("unclosed_boneyard", 2),
                ("unclosed_note", 8),
                ("cue_without_speech", 14),
            ]
        );
        assert_eq!(codes("MARA\nHi [[there]].\n"), []);
    }
}
