//! What a line is likely to become: names on a cue, prefixes, places and times in a heading.

use crate::element::{ElementKind, Parse, TextRange};
use crate::heading;
use crate::outline::{Mention, characters, locations, times};

/// Proposals at the caret, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the chosen text replaces.
    pub range: TextRange,
    /// The proposals.
    pub items: Vec<CompletionItem>,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What is inserted.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
}

/// What a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A name on a cue.
    Character,
    /// What stands in parentheses after it.
    Extension,
    /// `INT.` and the like.
    Prefix,
    /// A place.
    Location,
    /// A time.
    Time,
}

impl CompletionKind {
    /// Its word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Character => "character",
            Self::Extension => "extension",
            Self::Prefix | Self::Location => "scene_heading",
            Self::Time => "time",
        }
    }
}

/// At most so many proposals.
const MOST: usize = 12;

const PREFIXES: [&str; 4] = ["INT. ", "EXT. ", "INT./EXT. ", "EST. "];
const HAN_PREFIXES: [&str; 3] = ["内景 ", "外景 ", "内外景 "];
const TIMES: [&str; 8] = [
    "DAY",
    "NIGHT",
    "MORNING",
    "EVENING",
    "DAWN",
    "DUSK",
    "CONTINUOUS",
    "LATER",
];
const HAN_TIMES: [&str; 6] = ["日", "夜", "晨", "黄昏", "黎明", "傍晚"];
const EXTENSIONS: [&str; 3] = ["V.O.", "O.S.", "CONT'D"];
const HAN_EXTENSIONS: [&str; 3] = ["旁白", "画外音", "续"];

/// What could stand at `caret`, the end of its line; `intent` is what the writer means there, as
/// [`on_key`](crate::on_key) said. `None` where text follows, where nothing fits, and where too little is typed
/// to tell a cue from a sentence: without an intent, two capitals, or three letters of a prefix.
pub fn complete(
    text: &str,
    parse: &Parse,
    caret: usize,
    intent: Option<ElementKind>,
) -> Option<Completion> {
    let caret = text.floor_char_boundary(caret.min(text.len()));
    let start = text[..caret].rfind('\n').map_or(0, |at| at + 1);
    if !text[caret..].lines().next().unwrap_or("").trim().is_empty() {
        return None;
    }
    let line = text[start..caret].trim_start_matches(['\u{feff}', ' ', '\t']);
    let at = caret - line.len();
    let opens = text[..start]
        .lines()
        .next_back()
        .is_none_or(|before| before.trim().is_empty());
    let kind = parse
        .element_at(at)
        .map_or(ElementKind::Blank, |i| parse.elements[i].kind);
    match (intent, kind) {
        (Some(ElementKind::SceneHeading), _) | (_, ElementKind::SceneHeading) => {
            in_heading(text, parse, line, at, caret)
        }
        (Some(ElementKind::Character), _) | (_, ElementKind::Character) => {
            let mark = usize::from(line.starts_with('@'));
            on_cue(text, parse, &line[mark..], at + mark, caret)
        }
        // What stands over text is action to the parser until an empty line parts them.
        (None, ElementKind::Action) if opens && heading::has_prefix(line) => {
            in_heading(text, parse, line, at, caret)
        }
        (None, ElementKind::Action) if opens => {
            let capitals = line.chars().count() > 1 && !line.chars().any(char::is_lowercase);
            let names = if capitals {
                on_cue(text, parse, line, at, caret)
            } else {
                None
            };
            let prefix = if capitals || line.len() > 2 {
                in_prefix(line, is_han(line), at, caret)
            } else {
                None
            };
            match (names, prefix) {
                (Some(mut names), Some(prefix)) if names.range == prefix.range => {
                    names.items.extend(prefix.items);
                    names.items.truncate(MOST);
                    Some(names)
                }
                (names, prefix) => names.or(prefix),
            }
        }
        (Some(_) | None, _) => None,
    }
}

fn is_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

/// Whether the script begins in Chinese: what an empty line is completed by.
fn is_han_script(text: &str) -> bool {
    text.chars()
        .take(400)
        .any(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

fn in_prefix(line: &str, han: bool, at: usize, caret: usize) -> Option<Completion> {
    let all = if han {
        &HAN_PREFIXES[..]
    } else {
        &PREFIXES[..]
    };
    offer(
        at,
        caret,
        line,
        all.iter()
            .map(|&word| (word.to_owned(), CompletionKind::Prefix)),
    )
}

/// Prefixes on an empty line, places after the prefix, times after the dash.
fn in_heading(
    text: &str,
    parse: &Parse,
    line: &str,
    at: usize,
    caret: usize,
) -> Option<Completion> {
    let known = heading::prefix_len(line);
    let (body, body_at) = match known {
        Some(len) => (&line[len..], at + len),
        None if line.starts_with('.') => (&line[1..], at + 1),
        None => {
            let han = is_han(line) || line.is_empty() && is_han_script(text);
            let found = in_prefix(line, han, at, caret);
            return found.or_else(|| places(text, parse, line, at, caret));
        }
    };
    let dashed = body
        .strip_suffix(" -")
        .map(|_| (body.len() - 2, body.len()));
    match heading::last_dash(body).or(dashed) {
        Some((_, end)) => {
            let typed = body[end..].trim_start();
            let start = caret - typed.len();
            let used = named(times(parse, text), CompletionKind::Time);
            let stock = if is_han(line) {
                &HAN_TIMES[..]
            } else {
                &TIMES[..]
            };
            let stock = stock
                .iter()
                .map(|&time| (time.to_owned(), CompletionKind::Time));
            offer(start, caret, typed, used.chain(stock))
        }
        None => places(text, parse, body, body_at, caret),
    }
}

fn places(text: &str, parse: &Parse, typed: &str, at: usize, caret: usize) -> Option<Completion> {
    let all = named(locations(parse, text), CompletionKind::Location);
    offer(at, caret, typed, all)
}

/// Names, and extensions after an open parenthesis.
fn on_cue(text: &str, parse: &Parse, typed: &str, at: usize, caret: usize) -> Option<Completion> {
    if let Some(open) = typed
        .rfind(['(', '（'])
        .filter(|_| !typed.ends_with([')', '）']))
    {
        let inner = &typed[open + typed[open..].chars().next()?.len_utf8()..];
        let wide = typed[open..].starts_with('（');
        let stock = if wide || is_han(typed) {
            &HAN_EXTENSIONS[..]
        } else {
            &EXTENSIONS[..]
        };
        let close = if wide { "）" } else { ")" };
        let all = stock
            .iter()
            .map(|word| (format!("{word}{close}"), CompletionKind::Extension));
        return offer(caret - inner.len(), caret, inner, all);
    }
    let mut names = characters(parse, text);
    if typed.is_empty() {
        names = by_turn(parse, text, at, names);
    }
    offer(at, caret, typed, named(names, CompletionKind::Character))
}

/// With nothing typed: who spoke before the last speaker comes first, as in a talk of two.
fn by_turn(parse: &Parse, text: &str, at: usize, names: Vec<Mention>) -> Vec<Mention> {
    let mut turn: Vec<String> = Vec::new();
    let scene = crate::outline::scene_at(parse, text, at).start;
    let cues = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::Character);
    let here: Vec<_> = cues
        .filter(|e| e.range.start >= scene && e.range.start < at)
        .collect();
    for cue in here.iter().rev() {
        let name = cue.printed_name(text).to_uppercase();
        if !turn.contains(&name) {
            turn.push(name);
        }
    }
    if turn.len() > 1 {
        turn.swap(0, 1);
    }
    let rank = |mention: &Mention| {
        let name = mention.name.to_uppercase();
        turn.iter()
            .position(|other| *other == name)
            .unwrap_or(usize::MAX)
    };
    let mut names = names;
    names.sort_by_key(rank);
    names
}

fn named(
    all: Vec<Mention>,
    kind: CompletionKind,
) -> impl Iterator<Item = (String, CompletionKind)> {
    all.into_iter().map(move |mention| (mention.name, kind))
}

/// Those of `all` that begin with `typed`, whatever the case, and are more than it.
fn offer(
    start: usize,
    caret: usize,
    typed: &str,
    all: impl IntoIterator<Item = (String, CompletionKind)>,
) -> Option<Completion> {
    let typed = typed.to_uppercase();
    let mut items: Vec<CompletionItem> = Vec::new();
    for (text, kind) in all {
        let upper = text.to_uppercase();
        let fits = upper.starts_with(&typed) && upper.trim_end() != typed.trim_end();
        if fits && !items.iter().any(|item| item.text.to_uppercase() == upper) {
            items.push(CompletionItem { text, kind });
        }
        if items.len() == MOST {
            break;
        }
    }
    (!items.is_empty()).then(|| Completion {
        range: TextRange::new(start, caret),
        items,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::unmark;
    use crate::parse;

    #[track_caller]
    fn check(marked: &str, intent: Option<ElementKind>, expected: &[&str]) {
        let (text, caret) = unmark(marked);
        let found = complete(&text, &parse(&text), caret, intent);
        let items: Vec<_> = found
            .iter()
            .flat_map(|found| &found.items)
            .map(|item| item.text.as_str())
            .collect();
        assert_eq!(items, expected);
        if let Some(found) = found {
            assert_eq!(found.range.end, caret);
        }
    }

    const CUE: Option<ElementKind> = Some(ElementKind::Character);
    const HEADING: Option<ElementKind> = Some(ElementKind::SceneHeading);
    const TALK: &str = "INT. HALL - DAY\n\nMARA\nHi.\n\nMAX\nHo.\n\n";

    #[test]
    fn a_cue_is_completed_by_names() {
        check(&format!("{TALK}MA<|>"), None, &["MAX", "MARA"]);
        check(&format!("{TALK}MAR<|>"), None, &["MARA"]);
        check(&format!("{TALK}ma<|>"), CUE, &["MAX", "MARA"]);
        check(&format!("{TALK}M<|>"), None, &[]);
        check(&format!("{TALK}Mar<|>"), None, &[]);
        check("夜。\n\n@玛拉\n嗨。\n\n@玛<|>", None, &["玛拉"]);
    }

    #[test]
    fn an_empty_cue_offers_the_other_speaker_first() {
        check(&format!("{TALK}<|>"), CUE, &["MARA", "MAX"]);
        check(&format!("{TALK}<|>"), None, &[]);
    }

    #[test]
    fn an_extension_follows_its_parenthesis() {
        check(&format!("{TALK}MARA (O<|>"), None, &["O.S.)"]);
        check("@玛拉（<|>", None, &["旁白）", "画外音）", "续）"]);
    }

    #[test]
    fn a_heading_is_completed_part_by_part() {
        check(&format!("{TALK}IN<|>"), None, &["INT. ", "INT./EXT. "]);
        check(&format!("{TALK}int<|>"), None, &["INT. ", "INT./EXT. "]);
        check(&format!("{TALK}INT. <|>"), None, &["HALL"]);
        check(&format!("{TALK}EXT. H<|>"), None, &["HALL"]);
        check(&format!("{TALK}INT. HALL - N<|>"), None, &["NIGHT"]);
        check(
            &format!("{TALK}INT. HALL - D<|>"),
            None,
            &["DAY", "DAWN", "DUSK"],
        );
        check(
            "Rain.\n\n<|>",
            HEADING,
            &["INT. ", "EXT. ", "INT./EXT. ", "EST. "],
        );
        check("雨。\n\n<|>", HEADING, &["内景 ", "外景 ", "内外景 "]);
        check("内景 船舱 - 夜\n\n雨。\n\n外景 船<|>", None, &["船舱"]);
        check(
            "内景 船舱 - <|>",
            None,
            &["日", "夜", "晨", "黄昏", "黎明", "傍晚"],
        );
    }

    #[test]
    fn nothing_is_offered_in_the_middle_of_text() {
        check(&format!("{TALK}MA<|> goes."), None, &[]);
        check("MARA\nMA<|>", None, &[]);
        check(&format!("{TALK}Rain.\nMA<|>"), None, &[]);
    }
}
