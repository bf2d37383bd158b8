//! Keys that belong to ink: Tab and Shift+Tab set the depth of a choice or gather, Enter keeps the indent.

use crate::element::{Element, ElementKind, Parse, SpanKind, TextRange};

/// A key that belongs to the craft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Tab.
    Tab,
    /// Shift+Tab.
    ShiftTab,
    /// Enter.
    Enter,
}

/// Replaces `range` (bytes of the text before) by `insert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: TextRange,
    /// What comes.
    pub insert: String,
}

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEdit {
    /// To apply as one act; sorted and disjoint.
    pub edits: Vec<Edit>,
    /// The caret in the text afterwards.
    pub caret: usize,
}

/// What `key` does at `caret`, or `None` where it is no key of ink's.
///
/// | key | where | does |
/// |---|---|---|
/// | Tab | before the text of a choice or gather | one mark more: `* ` becomes `** `, `* * ` stays spaced |
/// | Shift+Tab | the same, from depth 2 on | one mark less |
/// | Enter | in the text of an indented line, or of a choice or gather | a new line with its indent |
/// | Enter | on a choice or gather without text | takes its marks away |
pub fn on_key(text: &str, parse: &Parse, caret: usize, key: Key) -> Option<KeyEdit> {
    let line = parse.elements.get(parse.element_at(caret)?)?;
    if caret > line_end(text, line) {
        // After the last line end a new line is empty, and no line of its own.
        return None;
    }
    match key {
        Key::Tab => deeper(text, line, caret),
        Key::ShiftTab => shallower(text, line, caret),
        Key::Enter => new_line(text, line, caret),
    }
}

fn line_end(text: &str, line: &Element) -> usize {
    line.range.start
        + text[line.range.clone()]
            .trim_end_matches(['\r', '\n'])
            .len()
}

/// The marks of a choice or gather.
fn marks(line: &Element) -> Option<TextRange> {
    let wanted = match line.kind {
        ElementKind::Choice => SpanKind::ChoiceMark,
        ElementKind::Gather => SpanKind::GatherMark,
        ElementKind::Knot
        | ElementKind::Stitch
        | ElementKind::Function
        | ElementKind::Divert
        | ElementKind::Text
        | ElementKind::Logic
        | ElementKind::Variable
        | ElementKind::Include
        | ElementKind::Todo
        | ElementKind::Comment
        | ElementKind::Blank => return None,
    };
    line.spans
        .iter()
        .find(|span| span.kind == wanted)
        .map(|span| span.range.clone())
}

fn deeper(text: &str, line: &Element, caret: usize) -> Option<KeyEdit> {
    let marks = marks(line)?;
    if caret > line.content.start.max(marks.end) {
        return None;
    }
    let mark = text[..marks.end].chars().next_back()?;
    let spaced = text[marks.clone()].contains(' ');
    let insert = if spaced {
        format!(" {mark}")
    } else {
        mark.to_string()
    };
    let moved = if caret >= marks.end {
        caret + insert.len()
    } else {
        caret
    };
    Some(KeyEdit {
        edits: vec![Edit {
            range: marks.end..marks.end,
            insert,
        }],
        caret: moved,
    })
}

fn shallower(text: &str, line: &Element, caret: usize) -> Option<KeyEdit> {
    let marks = marks(line)?;
    if line.depth < 2 || caret > line.content.start.max(marks.end) {
        return None;
    }
    let kept = text[marks.start..marks.end - 1]
        .trim_end_matches([' ', '\t'])
        .len();
    let gone = marks.start + kept..marks.end;
    let moved = if caret >= gone.end {
        caret - gone.len()
    } else {
        caret.min(gone.start)
    };
    Some(KeyEdit {
        edits: vec![Edit {
            range: gone,
            insert: String::new(),
        }],
        caret: moved,
    })
}

fn new_line(text: &str, line: &Element, caret: usize) -> Option<KeyEdit> {
    let content = &text[line.range.start..line_end(text, line)];
    let indent = &content[..content.len() - content.trim_start_matches([' ', '\t']).len()];
    if let Some(marks) = marks(line) {
        if line.content.is_empty() && line.name.is_none() && caret >= marks.end {
            let gone = marks.start..line_end(text, line);
            return Some(KeyEdit {
                caret: gone.start,
                edits: vec![Edit {
                    range: gone,
                    insert: String::new(),
                }],
            });
        }
        if caret < marks.end {
            return None;
        }
    } else if indent.is_empty() || caret < line.range.start + indent.len() {
        return None;
    }
    let insert = format!("\n{indent}");
    Some(KeyEdit {
        caret: caret + insert.len(),
        edits: vec![Edit {
            range: caret..caret,
            insert,
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    /// `<|>` is the caret. `None` where the key is not ink's.
    #[track_caller]
    fn check(before: &str, key: Key, after: Option<&str>) {
        let caret = before.find("<|>").unwrap();
        let text = before.replace("<|>", "");
        let found = on_key(&text, &parse(&text), caret, key).map(|answer| {
            let mut changed = text.clone();
            for edit in answer.edits.iter().rev() {
                changed.replace_range(edit.range.clone(), &edit.insert);
            }
            changed.insert_str(answer.caret, "<|>");
            changed
        });
        assert_eq!(found.as_deref(), after);
    }

    #[test]
    fn tab_before_a_choice_adds_a_mark() {
        check("<|>* ask", Key::Tab, Some("<|>** ask"));
        check("  * <|>ask", Key::Tab, Some("  ** <|>ask"));
        check("* * <|>ask", Key::Tab, Some("* * * <|>ask"));
        check("- <|>", Key::Tab, Some("-- <|>"));
        check("* a<|>sk", Key::Tab, None);
        check("<|>ask", Key::Tab, None);
        check("<|>", Key::Tab, None);
    }

    #[test]
    fn shift_tab_takes_one_away() {
        check("** <|>ask", Key::ShiftTab, Some("* <|>ask"));
        check("+ + <|>ask", Key::ShiftTab, Some("+ <|>ask"));
        check("* <|>ask", Key::ShiftTab, None);
    }

    #[test]
    fn enter_keeps_the_indent() {
        check("  * ask<|>\nx", Key::Enter, Some("  * ask\n  <|>\nx"));
        check("    text<|>", Key::Enter, Some("    text\n    <|>"));
        check("text<|>", Key::Enter, None);
        check("* ask<|>", Key::Enter, Some("* ask\n<|>"));
        check("  * <|>\n", Key::Enter, Some("  <|>\n"));
        check("* ask\n<|>", Key::Enter, None);
    }
}
