//! The caret's line and its neighbours, as a writer sees them: a line in capitals may be a cue
//! before anything is said under it.

use crate::element::{ElementKind, Parse, TextRange};
use crate::heading;
use crate::rules::is_cue;

/// The line that waits for its speech: in capitals, alone, with the caret's empty line right under it.
/// Fountain takes it for action until something is said; a window shows it as the cue it will be.
pub fn pending_cue(text: &str, parse: &Parse, caret: usize) -> Option<TextRange> {
    let line = Line::at(text, text.floor_char_boundary(caret.min(text.len())));
    let before = line.before(text)?;
    let waits = line.is_blank(text) && before.kind(text, parse) == ElementKind::Character;
    waits.then(|| TextRange::new(before.start, before.end))
}

/// A source line, without its line end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Line {
    pub(super) fn at(text: &str, offset: usize) -> Self {
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = text[offset..]
            .find('\n')
            .map_or(text.len(), |at| offset + at);
        // A caret between CR and LF stands at the end of its line.
        let end = if text[start..end].ends_with('\r') {
            end - 1
        } else {
            end
        };
        Self { start, end }
    }

    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    pub(super) fn is_blank(self, text: &str) -> bool {
        self.of(text).trim().is_empty()
    }

    pub(super) fn before(self, text: &str) -> Option<Self> {
        self.start.checked_sub(1).map(|end| Self::at(text, end))
    }

    pub(super) fn after(self, text: &str) -> Option<Self> {
        text[self.end..]
            .find('\n')
            .map(|at| Self::at(text, self.end + at + 1))
    }

    /// What stands on it: the parser's word, or a cue where one is likely meant.
    pub(super) fn kind(self, text: &str, parse: &Parse) -> ElementKind {
        let Some(index) = parse.element_at(self.start) else {
            return ElementKind::Blank;
        };
        let element = &parse.elements[index];
        let first = index.checked_sub(1).is_none_or(|before| {
            matches!(
                parse.elements[before].kind,
                ElementKind::Blank
                    | ElementKind::TitlePage
                    | ElementKind::Section
                    | ElementKind::Synopsis
                    | ElementKind::PageBreak
            )
        });
        let alone = element.range.start >= self.start
            || (self.start == 3 && element.range.start == 0 && text.starts_with('\u{feff}'));
        let line = self.of(text).trim();
        if element.kind == ElementKind::Action
            && first
            && alone
            && element.content.end <= self.end
            && is_cue(line)
            && !heading::has_prefix(line)
            && !line.ends_with(['.', '!', '?', ':', ',', '…'])
            && line.split_whitespace().count() <= 5
        {
            return ElementKind::Character;
        }
        if element.kind != ElementKind::Note
            && element.kind != ElementKind::Boneyard
            && element.kind != ElementKind::Dialogue
            && self.is_blank(text)
        {
            return ElementKind::Blank;
        }
        element.kind
    }
}

/// What belongs on an empty line by what stands above it.
pub(super) fn expected(text: &str, parse: &Parse, line: Line) -> ElementKind {
    let Some(before) = line.before(text) else {
        return ElementKind::Action;
    };
    match before.kind(text, parse) {
        ElementKind::Character | ElementKind::Dialogue | ElementKind::Parenthetical => {
            ElementKind::Dialogue
        }
        ElementKind::TitlePage => ElementKind::TitlePage,
        ElementKind::SceneHeading
        | ElementKind::Action
        | ElementKind::Lyrics
        | ElementKind::Transition
        | ElementKind::Shot
        | ElementKind::Centered
        | ElementKind::PageBreak
        | ElementKind::Section
        | ElementKind::Synopsis
        | ElementKind::Note
        | ElementKind::Boneyard
        | ElementKind::Blank => ElementKind::Action,
    }
}
