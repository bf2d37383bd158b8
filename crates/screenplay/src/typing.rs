//! What Tab and Enter do, and which elements are written in capitals.

use crate::edit::{self, Edit};
use crate::element::{ElementKind, Parse, TextRange};
use crate::heading;
use crate::parse::parse as read;
use crate::rules::{is_cue, is_upper};

mod line;

pub use line::pending_cue;
use line::{Line, expected};

/// A key that belongs to the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Tab.
    Tab,
    /// Shift+Tab.
    ShiftTab,
    /// Enter.
    Enter,
}

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEdit {
    /// To apply as one act; may be empty.
    pub edits: Vec<Edit>,
    /// Caret in the text afterwards.
    pub caret: usize,
    /// The element now meant on the caret's line although its text does not say so yet.
    pub intent: Option<ElementKind>,
}

/// Whether elements of `kind` are written in capitals. A forced one keeps the case it is typed in.
pub fn capitals(kind: ElementKind) -> bool {
    match kind {
        ElementKind::SceneHeading
        | ElementKind::Character
        | ElementKind::Transition
        | ElementKind::Shot => true,
        ElementKind::TitlePage
        | ElementKind::Action
        | ElementKind::Dialogue
        | ElementKind::Parenthetical
        | ElementKind::Lyrics
        | ElementKind::Centered
        | ElementKind::PageBreak
        | ElementKind::Section
        | ElementKind::Synopsis
        | ElementKind::Note
        | ElementKind::Boneyard
        | ElementKind::Blank => false,
    }
}

/// Answers `key` at `selection` (bytes; empty for a caret). `parse` is that of `text`; `intent` is what
/// the last answer said of this line, while the caret has not left it.
///
/// An empty line says nothing of what will stand on it, so an answer carries an *intent*: the element the
/// writer now means there. The window styles the line by it and gives it back with the next key.
///
/// | caret | Enter | Tab |
/// |---|---|---|
/// | empty line | a line more; an intent is dropped instead | intent: cue, action, heading, transition, round again; an empty line is put before it where one is missing |
/// | end of a heading | empty line, then action | ` - ` for the time, where there is none yet |
/// | end of action | empty line, then action | empty line, then a cue |
/// | end of a cue | line of dialogue | `(…)` under it |
/// | empty line in a speech | ends the speech | `(…)` |
/// | in `()` | takes it away | takes it away |
/// | in `(…)` | behind it, then dialogue | the same |
/// | end of dialogue | empty line, then action; inside a speech a line more | `(…)` under it |
/// | end of a lyric | another `~`; an empty one is taken away | nothing |
/// | end of a transition | empty line, then a heading | the same |
/// | end of another element | empty line, then action | nothing |
/// | title page | a line more | four spaces on an empty line: a further value |
/// | note, boneyard | a line more | nothing |
/// | inside text | splits it: two paragraphs, in a speech two lines | nothing |
///
/// Shift+Tab goes through the intents the other way, leaves an empty `()`, and goes from an empty line
/// under a cue back to the cue. A cue, heading or transition that was meant but would not be read as one
/// (Chinese has no capitals) gets its forcing mark when Enter or Tab leaves it. A line in capitals that
/// could be a name counts as a cue; a second Enter makes it action again. A selection is replaced by
/// Enter, and Tab leaves it alone.
pub fn on_key(
    text: &str,
    parse: &Parse,
    selection: TextRange,
    intent: Option<ElementKind>,
    key: Key,
) -> KeyEdit {
    let start = text.floor_char_boundary(selection.start.min(text.len()));
    let end = text
        .floor_char_boundary(selection.end.min(text.len()))
        .max(start);
    if start == end {
        return Place::at(text, parse, start, intent).answer(key);
    }
    match key {
        Key::Tab | Key::ShiftTab => KeyEdit {
            edits: Vec::new(),
            caret: end,
            intent,
        },
        Key::Enter => {
            let without = edit::apply(text, &[Edit::delete(start, end)]);
            let parse = read(&without);
            let answer = Place::at(&without, &parse, start, intent).answer(key);
            let after = edit::apply(&without, &answer.edits);
            KeyEdit {
                edits: edit::between(text, &after),
                ..answer
            }
        }
    }
}

/// Where a key was struck.
struct Place<'a> {
    text: &'a str,
    parse: &'a Parse,
    caret: usize,
    line: Line,
    intent: Option<ElementKind>,
    kind: ElementKind,
}

impl<'a> Place<'a> {
    fn at(text: &'a str, parse: &'a Parse, caret: usize, intent: Option<ElementKind>) -> Self {
        let line = Line::at(text, caret);
        let caret = caret.min(line.end);
        let read = line.kind(text, parse);
        // A likely cue is action to the parser, and gives way to what the writer says.
        let parsed = parse
            .element_at(line.start)
            .map(|index| parse.elements[index].kind);
        let open = read == ElementKind::Blank
            || parsed.is_none_or(|kind| matches!(kind, ElementKind::Blank | ElementKind::Action));
        let kind = match intent {
            Some(intent) if open => intent,
            Some(_) | None if read == ElementKind::Blank => expected(text, parse, line),
            Some(_) | None => read,
        };
        Self {
            text,
            parse,
            caret,
            line,
            intent: intent.filter(|_| open),
            kind,
        }
    }

    fn answer(&self, key: Key) -> KeyEdit {
        match (key, self.line.is_blank(self.text)) {
            (Key::Enter, true) => self.enter_on_blank(),
            (Key::Enter, false) => self.enter(),
            (Key::Tab, true) => self.tab_on_blank(),
            (Key::Tab, false) => self.tab(),
            (Key::ShiftTab, blank) => self.shift_tab(blank),
        }
    }

    fn enter_on_blank(&self) -> KeyEdit {
        match (self.kind, self.intent) {
            (
                ElementKind::Character | ElementKind::SceneHeading | ElementKind::Transition,
                Some(_),
            ) => self.stay(None),
            _ => self.put("\n", 1, None),
        }
    }

    fn enter(&self) -> KeyEdit {
        match self.kind {
            ElementKind::Character => self.leave_cue("\n", 1, ElementKind::Dialogue),
            ElementKind::Parenthetical => self.leave_parenthetical(),
            ElementKind::Dialogue if self.at_end() && self.ends_paragraph() => {
                self.put("\n\n", 2, None)
            }
            ElementKind::Dialogue => self.put("\n", 1, Some(ElementKind::Dialogue)),
            ElementKind::Lyrics if self.line.of(self.text).trim() == "~" => {
                self.clear_line(self.line.start, self.line.end)
            }
            ElementKind::Lyrics => self.put("\n~", 2, None),
            ElementKind::TitlePage | ElementKind::Note | ElementKind::Boneyard => {
                self.put("\n", 1, None)
            }
            ElementKind::Transition if self.at_end() => {
                self.paragraph(Some(ElementKind::SceneHeading))
            }
            ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::PageBreak
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Blank => self.paragraph(None),
        }
    }

    fn tab_on_blank(&self) -> KeyEdit {
        if self.kind == ElementKind::Dialogue {
            let under = self
                .line
                .before(self.text)
                .map(|line| line.kind(self.text, self.parse));
            return if under == Some(ElementKind::Parenthetical) {
                self.stay(Some(ElementKind::Dialogue))
            } else {
                self.parentheses()
            };
        }
        if self.kind == ElementKind::TitlePage {
            return self.put("    ", 4, None);
        }
        self.mean(match self.intent {
            Some(ElementKind::Character) => ElementKind::Action,
            Some(ElementKind::Action) => ElementKind::SceneHeading,
            Some(ElementKind::SceneHeading) => ElementKind::Transition,
            Some(_) | None => ElementKind::Character,
        })
    }

    fn tab(&self) -> KeyEdit {
        match self.kind {
            ElementKind::Parenthetical => self.leave_parenthetical(),
            _ if !self.at_end() => self.stay(self.intent),
            ElementKind::Character => match self.line.after(self.text) {
                Some(next) if next.kind(self.text, self.parse) == ElementKind::Parenthetical => {
                    let at = next.start + next.of(self.text).len()
                        - next.of(self.text).trim_start().len();
                    let caret = self.text[at..]
                        .chars()
                        .next()
                        .map_or(at, |c| at + c.len_utf8());
                    KeyEdit {
                        edits: Vec::new(),
                        caret,
                        intent: None,
                    }
                }
                Some(_) | None => self.leave_cue("\n()", 2, ElementKind::Parenthetical),
            },
            ElementKind::Dialogue => self.put("\n()", 2, None),
            ElementKind::Transition => self.paragraph(Some(ElementKind::SceneHeading)),
            ElementKind::Action => self.paragraph(Some(ElementKind::Character)),
            ElementKind::SceneHeading => {
                let content = self.content();
                let (_, place, time) = heading::parts(content.of(self.text));
                if place.is_empty() || !time.is_empty() || place.ends_with(" -") {
                    return self.stay(self.intent);
                }
                let edits = vec![Edit::insert(content.end, " - ")];
                KeyEdit {
                    edits,
                    caret: content.end + 3,
                    intent: self.intent,
                }
            }
            ElementKind::TitlePage
            | ElementKind::Lyrics
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::PageBreak
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => self.stay(self.intent),
        }
    }

    fn shift_tab(&self, blank: bool) -> KeyEdit {
        match self.kind {
            ElementKind::Parenthetical if self.is_empty_parenthetical() => {
                self.leave_parenthetical()
            }
            ElementKind::Dialogue if blank => match self.line.before(self.text) {
                Some(line) => KeyEdit {
                    edits: Vec::new(),
                    caret: line.end,
                    intent: (line.kind(self.text, self.parse) == ElementKind::Character)
                        .then_some(ElementKind::Character),
                },
                None => self.stay(self.intent),
            },
            _ if !blank || self.kind == ElementKind::TitlePage => self.stay(self.intent),
            _ => self.mean(match self.intent {
                Some(ElementKind::SceneHeading) => ElementKind::Action,
                Some(ElementKind::Action) => ElementKind::Character,
                Some(ElementKind::Character) => ElementKind::Transition,
                Some(_) | None => ElementKind::SceneHeading,
            }),
        }
    }

    /// Changes nothing but what is meant.
    fn stay(&self, intent: Option<ElementKind>) -> KeyEdit {
        KeyEdit {
            edits: Vec::new(),
            caret: self.caret,
            intent,
        }
    }

    /// Means `kind` on this empty line, and gives it the empty lines around it that it needs.
    fn mean(&self, kind: ElementKind) -> KeyEdit {
        let blank = |line: Option<Line>| line.is_none_or(|line| line.is_blank(self.text));
        let mut insert = String::new();
        if !blank(self.line.before(self.text)) {
            insert.push('\n');
        }
        let caret = self.caret + insert.len();
        if !blank(self.line.after(self.text)) {
            insert.push('\n');
        }
        let edits = if insert.is_empty() {
            vec![]
        } else {
            vec![Edit::insert(self.caret, insert)]
        };
        KeyEdit {
            edits,
            caret,
            intent: Some(kind),
        }
    }

    /// The content of this line's element where it is one line; else the line.
    fn content(&self) -> TextRange {
        let line = TextRange::new(self.line.start, self.line.end);
        match self
            .parse
            .element_at(self.line.start)
            .map(|index| &self.parse.elements[index])
        {
            Some(element) if line.covers(element.content) && !element.content.is_empty() => {
                element.content
            }
            Some(_) | None => line,
        }
    }

    /// Whether only marks and spaces stand between the caret and the end of the line.
    fn at_end(&self) -> bool {
        self.caret >= self.content().end || self.text[self.caret..self.line.end].trim().is_empty()
    }

    /// Whether the next line is empty or missing.
    fn ends_paragraph(&self) -> bool {
        self.line
            .after(self.text)
            .is_none_or(|line| line.is_blank(self.text))
    }

    /// Puts `insert` at the caret in place of the spaces around it, or behind the marks at the line's
    /// end where the caret stands before nothing else, and writes the forcing mark that the line needs.
    fn put(&self, insert: &str, caret: usize, intent: Option<ElementKind>) -> KeyEdit {
        let blank = self.line.is_blank(self.text);
        let at = if !blank && self.at_end() {
            self.line.end
        } else {
            self.caret
        };
        let (before, after) = (
            &self.text[self.line.start..at],
            &self.text[at..self.line.end],
        );
        let (start, end) = if blank || before.trim().is_empty() {
            (at, at)
        } else {
            let spaces_after = after.len() - after.trim_start_matches([' ', '\t']).len();
            (
                self.line.start + before.trim_end_matches([' ', '\t']).len(),
                at + spaces_after,
            )
        };
        let mut edits = Vec::new();
        // A line that is only pushed down keeps its text.
        edits.extend(self.forcing_mark().filter(|mark| mark.range.start < start));
        edits.push(Edit {
            range: TextRange::new(start, end),
            insert: insert.to_owned(),
        });
        let caret = edit::map(start, &edits) + caret;
        KeyEdit {
            edits,
            caret,
            intent,
        }
    }

    /// A new paragraph at the caret, with an empty line on both sides.
    fn paragraph(&self, intent: Option<ElementKind>) -> KeyEdit {
        let before = &self.text[self.line.start..self.caret];
        if before.trim().is_empty() {
            let first = self
                .line
                .before(self.text)
                .is_none_or(|line| line.is_blank(self.text));
            return if first {
                self.put("\n\n", 2, None)
            } else {
                self.put("\n", 1, None)
            };
        }
        if self.at_end() && !self.ends_paragraph() {
            return self.put("\n\n\n", 2, intent);
        }
        self.put("\n\n", 2, if self.at_end() { intent } else { None })
    }

    fn leave_cue(&self, insert: &str, caret: usize, intent: ElementKind) -> KeyEdit {
        let next = self
            .line
            .after(self.text)
            .filter(|line| !line.is_blank(self.text));
        match next {
            _ if !self.at_end() => self.put("\n", 1, None),
            Some(next) if intent == ElementKind::Dialogue => {
                let edits: Vec<Edit> = self.forcing_mark().into_iter().collect();
                let caret = edit::map(next.start, &edits);
                KeyEdit {
                    edits,
                    caret,
                    intent: None,
                }
            }
            Some(_) | None => self.put(insert, caret, Some(intent)),
        }
    }

    fn is_empty_parenthetical(&self) -> bool {
        matches!(self.line.of(self.text).trim(), "()" | "（）")
    }

    /// Goes behind the parenthesis to the next line of the speech; an empty one is taken away.
    fn leave_parenthetical(&self) -> KeyEdit {
        if self.is_empty_parenthetical() {
            let cleared = self.clear_line(self.line.start, self.line.end);
            return KeyEdit {
                intent: Some(ElementKind::Dialogue),
                ..cleared
            };
        }
        match self
            .line
            .after(self.text)
            .filter(|line| !line.is_blank(self.text))
        {
            Some(next) => KeyEdit {
                edits: Vec::new(),
                caret: next.start,
                intent: None,
            },
            None => {
                let caret = self.line.end + 1;
                let edits = vec![Edit::insert(self.line.end, "\n")];
                KeyEdit {
                    edits,
                    caret,
                    intent: Some(ElementKind::Dialogue),
                }
            }
        }
    }

    fn clear_line(&self, start: usize, end: usize) -> KeyEdit {
        KeyEdit {
            edits: vec![Edit::delete(start, end)],
            caret: start,
            intent: None,
        }
    }

    /// `()` on this empty line with the caret between.
    fn parentheses(&self) -> KeyEdit {
        let edits = vec![Edit {
            range: TextRange::new(self.line.start, self.line.end),
            insert: "()".into(),
        }];
        KeyEdit {
            edits,
            caret: self.line.start + 1,
            intent: Some(ElementKind::Parenthetical),
        }
    }

    /// The mark without which the line would not be what is meant.
    fn forcing_mark(&self) -> Option<Edit> {
        let line = self.line.of(self.text);
        let at = self.line.start + line.len() - line.trim_start().len();
        let line = line.trim();
        let mark = match self.intent? {
            ElementKind::Character if !is_cue(line) && !line.is_empty() => "@",
            ElementKind::SceneHeading
                if !heading::has_prefix(line) && line.starts_with(char::is_alphanumeric) =>
            {
                "."
            }
            ElementKind::Transition
                if !(line.is_empty() || is_upper(line) && line.ends_with("TO:")) =>
            {
                "> "
            }
            _ => return None,
        };
        Some(Edit::insert(at, mark))
    }
}

#[cfg(test)]
mod tests;
