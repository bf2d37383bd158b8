//! What a line is by its visible text and by what stands around it.

use crate::element::{ElementKind, TextRange};
use crate::heading;
use crate::lines::trim;

/// What stands on the lines after a line, comments apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// An empty line or the end.
    Blank,
    /// A section, synopsis or page break.
    Unprinted,
    Text,
}

/// A kind, and the bytes of the mark that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) kind: ElementKind,
    pub(crate) mark: usize,
}

fn plain(kind: ElementKind) -> Kind {
    Kind { kind, mark: 0 }
}

fn marked(kind: ElementKind, mark: usize) -> Kind {
    Kind { kind, mark }
}

pub(crate) fn kind_is_forced(kind: ElementKind) -> bool {
    matches!(
        kind,
        ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Character
            | ElementKind::Transition
    )
}

/// The kind of a line in a speech.
pub(crate) fn spoken(line: &str) -> Kind {
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
pub(crate) fn unspoken(visible: &str, after_blank: bool, next: Next) -> Kind {
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
pub(crate) fn extensions(text: &str, cue: TextRange) -> Vec<TextRange> {
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
