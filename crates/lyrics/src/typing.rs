//! Help while typing: names of sections.

use std::ops::Range;

use crate::element::{ElementKind, Parse};
use crate::section;

/// Names for the section that is being opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the chosen name replaces: from `[` to the caret, and a `]` right behind it.
    pub range: Range<usize>,
    /// Whole section lines (`[Verse 2]`), best first.
    pub names: Vec<String>,
}

/// Proposals for a `[` at the start of a line with nothing but a name begun behind it. Names that the
/// sheet has come first, the next number first of all; then the usual ones, Chinese ones where the sheet
/// is written in Han characters.
pub fn complete(text: &str, parse: &Parse, caret: usize) -> Option<Completion> {
    if !text.is_char_boundary(caret) {
        return None;
    }
    let start = text[..caret].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = text[start..caret].trim_start_matches('\u{feff}');
    let begun = line.trim_start().strip_prefix('[')?;
    if begun.contains([']', '[']) {
        return None;
    }
    let rest = &text[caret..];
    let rest = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    if !matches!(rest.trim_end(), "" | "]") {
        return None;
    }
    let open = caret - begun.len() - 1;
    let end = if rest.starts_with(']') {
        caret + 1
    } else {
        caret
    };
    let han = text
        .chars()
        .filter(|c| crate::syllables::is_han(*c))
        .take(200)
        .count()
        * 2
        > text
            .chars()
            .filter(|c| c.is_ascii_alphabetic())
            .take(400)
            .count();

    let mut names: Vec<String> = Vec::new();
    let mut push = |name: String| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    let here =
        |e: &&crate::element::Element| e.kind == ElementKind::Section && !e.range.contains(&open);
    let written: Vec<&str> = parse
        .elements
        .iter()
        .filter(here)
        .map(|e| &text[e.content.clone()])
        .collect();
    for name in &written {
        if let Some(next) = numbered_next(name, &written) {
            push(next);
        }
    }
    for name in written.iter().rev() {
        push((*name).to_owned());
    }
    for &(name, _) in section::NAMES {
        if name.is_ascii() != han {
            push(name.to_owned());
        }
    }
    let wanted = begun.trim().to_lowercase();
    names.retain(|name| name.to_lowercase().starts_with(&wanted));
    for name in &mut names {
        *name = format!("[{name}]");
    }
    (!names.is_empty()).then_some(Completion {
        range: open..end,
        names,
    })
}

/// `Verse 3` for `Verse 2`, if it is not there yet.
fn numbered_next(name: &str, written: &[&str]) -> Option<String> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u32 = name[stem.len()..].parse().ok()?;
    let next = format!("{stem}{}", number.checked_add(1)?);
    // `Chorus x2` counts how often, not which.
    let times = stem.trim_end().ends_with(['x', 'X', '×', '*']);
    (!times && !written.contains(&next.as_str())).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[track_caller]
    fn check(marked: &str, replaced: &str, first: &[&str]) {
        let caret = marked.find("<|>").unwrap();
        let text = marked.replace("<|>", "");
        let found = complete(&text, &parse(&text), caret).unwrap();
        assert_eq!(&text[found.range.clone()], replaced);
        assert_eq!(found.names[..first.len()], *first);
    }

    #[test]
    fn a_bracket_proposes_sections() {
        check("[<|>", "[", &["[Verse]", "[Strophe]", "[Pre-Chorus]"]);
        check("[ch<|>]", "[ch]", &["[Chorus]"]);
        check(
            "[Verse 1]\nLa\n[Chorus]\nNa\n\n[<|>",
            "[",
            &["[Verse 2]", "[Chorus]", "[Verse 1]"],
        );
        check(
            "[主歌1]\n末班车\n[<|>",
            "[",
            &["[主歌2]", "[主歌1]", "[主歌]"],
        );
    }

    #[test]
    fn a_chord_in_a_line_is_left_alone() {
        for text in ["Stay [<|>", "[<|>Am] on", "[Am]<|>", "<|>"] {
            let caret = text.find("<|>").unwrap();
            let text = text.replace("<|>", "");
            assert_eq!(complete(&text, &parse(&text), caret), None, "{text}");
        }
    }
}
