//! Names of sections, in English and Chinese.
//!
//! A name is one of a known list, since any other bracket is a chord: `[Verse 2]`, `[Final Chorus x2]`,
//! `[副歌×2]`, `[Bridge: Mei]`. Case, hyphens, full-width forms and a number or letter do not matter.

use crate::element::{Heading, SectionKind};

/// Names as written, with the part of a song they name. The first of a kind is the one proposed.
pub(crate) const NAMES: &[(&str, SectionKind)] = &[
    ("Verse", SectionKind::Verse),
    ("Strophe", SectionKind::Verse),
    ("主歌", SectionKind::Verse),
    ("Pre-Chorus", SectionKind::PreChorus),
    ("Build", SectionKind::PreChorus),
    ("Build-Up", SectionKind::PreChorus),
    ("导歌", SectionKind::PreChorus),
    ("導歌", SectionKind::PreChorus),
    ("预副歌", SectionKind::PreChorus),
    ("Chorus", SectionKind::Chorus),
    ("Refrain", SectionKind::Chorus),
    ("Drop", SectionKind::Chorus),
    ("副歌", SectionKind::Chorus),
    ("高潮", SectionKind::Chorus),
    ("叠句", SectionKind::Chorus),
    ("Post-Chorus", SectionKind::PostChorus),
    ("后副歌", SectionKind::PostChorus),
    ("Bridge", SectionKind::Bridge),
    ("Middle 8", SectionKind::Bridge),
    ("Middle Eight", SectionKind::Bridge),
    ("桥段", SectionKind::Bridge),
    ("橋段", SectionKind::Bridge),
    ("Hook", SectionKind::Hook),
    ("记忆点", SectionKind::Hook),
    ("記憶點", SectionKind::Hook),
    ("Intro", SectionKind::Intro),
    ("Introduction", SectionKind::Intro),
    ("前奏", SectionKind::Intro),
    ("引子", SectionKind::Intro),
    ("Interlude", SectionKind::Interlude),
    ("Instrumental", SectionKind::Interlude),
    ("Break", SectionKind::Interlude),
    ("Breakdown", SectionKind::Interlude),
    ("Solo", SectionKind::Interlude),
    ("Turnaround", SectionKind::Interlude),
    ("间奏", SectionKind::Interlude),
    ("間奏", SectionKind::Interlude),
    ("过门", SectionKind::Interlude),
    ("過門", SectionKind::Interlude),
    ("独奏", SectionKind::Interlude),
    ("Outro", SectionKind::Outro),
    ("Coda", SectionKind::Outro),
    ("Ending", SectionKind::Outro),
    ("Tag", SectionKind::Outro),
    ("Vamp", SectionKind::Outro),
    ("尾奏", SectionKind::Outro),
    ("尾声", SectionKind::Outro),
    ("结尾", SectionKind::Outro),
    ("Rap", SectionKind::Spoken),
    ("Spoken", SectionKind::Spoken),
    ("Spoken Word", SectionKind::Spoken),
    ("Ad-Lib", SectionKind::Spoken),
    ("说唱", SectionKind::Spoken),
    ("念白", SectionKind::Spoken),
    ("独白", SectionKind::Spoken),
];

/// Words that may stand before a name.
const BEFORE: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "last",
    "final",
    "repeat",
    "half",
    "double",
    "guitar",
    "piano",
    "sax",
    "drum",
    "bass",
    "acoustic",
    "instrumental",
    "first half of",
];

/// Numbers that may stand behind a name, digits and single letters apart.
const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "ii", "iii", "iv", "vi", "vii",
    "viii", "ix", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "上", "下",
];

/// Reads what stands between the brackets of a line, and what follows them (only `x2` may).
/// `None` if it is no section name.
pub(crate) fn read(inside: &str, behind: &str) -> Option<Heading> {
    let behind = fold(behind);
    let behind = behind.trim();
    let times_behind = if behind.is_empty() {
        None
    } else {
        Some(times(behind)?)
    };
    let inside = fold(inside);
    // `Verse 1: Mei` names who sings it.
    let (name, singer) = match inside.split_once(':') {
        Some((name, singer)) => (name, Some(singer)),
        None => (inside.as_str(), None),
    };
    if singer.is_some_and(|s| s.contains(['[', ']'])) {
        return None;
    }
    let (kind, times_inside) = read_name(name.trim())?;
    Some(Heading {
        kind,
        times: times_behind.or(times_inside).unwrap_or(1),
    })
}

fn read_name(name: &str) -> Option<(SectionKind, Option<u32>)> {
    let name = name
        .strip_prefix("第")
        .and_then(|rest| {
            NUMBERS
                .iter()
                .find_map(|n| rest.strip_prefix(n))
                .map(|r| r.trim_start_matches(['段', '节']))
        })
        .unwrap_or(name);
    if let Some(found) = read_plain(name) {
        return Some(found);
    }
    BEFORE
        .iter()
        .filter_map(|word| name.strip_prefix(word)?.strip_prefix([' ', '-']))
        .find_map(read_plain)
}

fn read_plain(name: &str) -> Option<(SectionKind, Option<u32>)> {
    // The longest name first, so that `Middle 8` and `Break`, `Breakdown` do not hide one another.
    NAMES
        .iter()
        .filter_map(|&(known, kind)| Some((kind, strip_name(name, known)?)))
        .min_by_key(|(_, rest)| rest.len())
        .and_then(|(kind, rest)| tail(rest).map(|times| (kind, times)))
}

/// What follows `known` in `name`, which is folded; hyphens and spaces inside a name are one.
fn strip_name<'a>(name: &'a str, known: &str) -> Option<&'a str> {
    let mut rest = name;
    for c in known.chars() {
        if matches!(c, '-' | ' ') {
            rest = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
        } else {
            let next = rest.chars().next()?;
            if next != c.to_ascii_lowercase() {
                return None;
            }
            rest = &rest[next.len_utf8()..];
        }
    }
    let latin = known.is_ascii();
    if latin && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(rest)
}

/// A number or letter, then `x2`; either may be missing. `Some(None)` without a count.
fn tail(rest: &str) -> Option<Option<u32>> {
    let rest = rest.trim().trim_start_matches('#').trim_start();
    if rest.is_empty() {
        return Some(None);
    }
    if let Some(n) = times(rest) {
        return Some(Some(n));
    }
    let (number, more) = match rest.find([' ', '(', '×', '*']) {
        Some(at) => (&rest[..at], rest[at..].trim()),
        None => (rest, ""),
    };
    if !is_number(number) {
        return None;
    }
    if more.is_empty() {
        Some(None)
    } else {
        times(more).map(Some)
    }
}

/// `2`, `2a`, `a`, `ii`, `二`, `one`.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut letters = digits.chars();
    match (letters.next(), letters.next()) {
        (None, _) => true,
        (Some(c), None) if c.is_ascii_alphabetic() => true,
        _ => NUMBERS.contains(&word),
    }
}

/// `x2`, `×2`, `* 2`, `2x`, with or without parentheses.
fn times(word: &str) -> Option<u32> {
    let word = word.trim();
    let word = word
        .strip_prefix('(')
        .and_then(|w| w.strip_suffix(')'))
        .unwrap_or(word)
        .trim();
    let number = word
        .strip_prefix(['x', '×', '*'])
        .or_else(|| word.strip_suffix(['x', '×']))?
        .trim();
    if number.is_empty() || number.len() > 3 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse().ok().filter(|n| *n > 0)
}

/// Lower case, full-width forms and typographic hyphens as ASCII.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)
                .unwrap_or(c)
                .to_ascii_lowercase(),
            '\u{3000}' | '\u{a0}' | '\t' => ' ',
            '\u{2010}'..='\u{2015}' => '-',
            _ => c.to_ascii_lowercase(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(inside: &str, behind: &str, expected: Option<(SectionKind, u32)>) {
        let found = read(inside, behind).map(|h| (h.kind, h.times));
        assert_eq!(found, expected, "[{inside}]{behind}");
    }

    #[test]
    fn names_are_read_in_all_their_forms() {
        check("Verse", "", Some((SectionKind::Verse, 1)));
        check("VERSE 2", "", Some((SectionKind::Verse, 1)));
        check("Verse 2a", "", Some((SectionKind::Verse, 1)));
        check("verse ii", "", Some((SectionKind::Verse, 1)));
        check("Verse One", "", Some((SectionKind::Verse, 1)));
        check("Pre-Chorus", "", Some((SectionKind::PreChorus, 1)));
        check("prechorus", "", Some((SectionKind::PreChorus, 1)));
        check("Pre Chorus 2", "", Some((SectionKind::PreChorus, 1)));
        check("Chorus x2", "", Some((SectionKind::Chorus, 2)));
        check("Chorus 1 ×3", "", Some((SectionKind::Chorus, 3)));
        check("Chorus", " x2", Some((SectionKind::Chorus, 2)));
        check("Chorus", " (2x)", Some((SectionKind::Chorus, 2)));
        check("Final Chorus", "", Some((SectionKind::Chorus, 1)));
        check("Guitar Solo", "", Some((SectionKind::Interlude, 1)));
        check("Middle 8", "", Some((SectionKind::Bridge, 1)));
        check("Breakdown", "", Some((SectionKind::Interlude, 1)));
        check("Verse 1: Mei & Ferryman", "", Some((SectionKind::Verse, 1)));
        check("主歌", "", Some((SectionKind::Verse, 1)));
        check("主歌1", "", Some((SectionKind::Verse, 1)));
        check("主歌 一", "", Some((SectionKind::Verse, 1)));
        check("第二段主歌", "", Some((SectionKind::Verse, 1)));
        check("主歌Ａ", "", Some((SectionKind::Verse, 1)));
        check("副歌×2", "", Some((SectionKind::Chorus, 2)));
        check("副歌", "×2", Some((SectionKind::Chorus, 2)));
        check("记忆点", "", Some((SectionKind::Hook, 1)));
    }

    #[test]
    fn all_else_is_a_chord() {
        for chord in [
            "Am",
            "G",
            "C#m7/E",
            "",
            "N.C.",
            "Verses",
            "Verse of my life",
            "Hooked",
            "x2",
        ] {
            check(chord, "", None);
        }
        check("Chorus", " stay on", None);
        check("Chorus x0", "", None);
    }
}
