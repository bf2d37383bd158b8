//! Syllables of words and of lines.

use std::ops::AddAssign;

use crate::dictionary::Dictionary;
use crate::element::{Element, ElementKind, Parse, SpanKind};
use crate::english::{contraction, fold, hisses, syllables_by_rule};
use crate::number;
use crate::vowels::is_vowel;

/// Syllables of a line or of more, those in parentheses apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Syllables {
    /// Sung by the lead.
    pub lead: u32,
    /// In parentheses.
    pub aside: u32,
}

impl AddAssign for Syllables {
    fn add_assign(&mut self, other: Self) {
        self.lead = self.lead.saturating_add(other.lead);
        self.aside = self.aside.saturating_add(other.aside);
    }
}

/// Syllables of one line of a sheet; none for anything but a lyric line. English by the dictionary,
/// else by rule; a Han character is one; figures are read in the language of the words at them. Chords
/// and directives are no syllables and do not part a word (`count[Am]ing`).
pub fn line_syllables(text: &str, element: &Element, dictionary: &Dictionary) -> Syllables {
    let mut sum = Syllables::default();
    if element.kind != ElementKind::LyricLine {
        return sum;
    }
    let mut lead = String::new();
    let mut aside = String::new();
    let mut spans = element.spans.iter().peekable();
    let mut aside_until = 0;
    let mut skip_until = 0;
    for (offset, c) in text[element.content.clone()].char_indices() {
        let at = element.content.start + offset;
        while let Some(span) = spans.next_if(|span| span.range.start <= at) {
            match span.kind {
                SpanKind::Aside => {
                    aside_until = span.range.end;
                    lead.push(' ');
                    aside.push(' ');
                }
                SpanKind::Chord | SpanKind::Directive | SpanKind::Syntax => {
                    skip_until = skip_until.max(span.range.end);
                }
            }
        }
        if at < skip_until {
            continue;
        }
        if at < aside_until {
            aside.push(c)
        } else {
            lead.push(c)
        }
    }
    sum.lead = syllables(&lead, dictionary);
    sum.aside = syllables(&aside, dictionary);
    sum
}

/// Syllables of every element of a sheet, in order.
pub fn count(text: &str, parse: &Parse, dictionary: &Dictionary) -> Vec<Syllables> {
    parse
        .elements
        .iter()
        .map(|element| line_syllables(text, element, dictionary))
        .collect()
}

/// Syllables of running text in any mix of English and Chinese.
pub fn syllables(text: &str, dictionary: &Dictionary) -> u32 {
    let shouted = !text.chars().any(char::is_lowercase);
    let mut count: u32 = 0;
    let mut rest = text;
    let mut han_before = false;
    while let Some(c) = rest.chars().next() {
        if let Some(n) = syllabic(c) {
            count = count.saturating_add(n);
            han_before = is_han(c) || han_before && n == 0;
            rest = &rest[c.len_utf8()..];
        } else if c.is_ascii_digit() || is_currency(c) && digit_follows(&rest[c.len_utf8()..]) {
            let (token, after) = figure(rest);
            let next = after
                .chars()
                .find(|c| c.is_alphabetic() || c.is_ascii_digit());
            let in_han = match next {
                Some(next) if next.is_alphabetic() => is_han(next),
                Some(_) | None => han_before,
            };
            count = count.saturating_add(if in_han {
                number::chinese(token, after.trim_start().starts_with('年'))
            } else {
                number::english(token)
            });
            rest = after;
        } else if c.is_alphabetic() || is_apostrophe(c) {
            let (token, after) = word(rest);
            // `x2` says how often a line is sung.
            if matches!(token, "x" | "X") && digit_follows(after) {
                rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
                continue;
            }
            count = count.saturating_add(spoken(token, shouted, dictionary));
            han_before = false;
            rest = after;
        } else {
            rest = &rest[c.len_utf8()..];
            count = count.saturating_add(match c {
                '&' | '＆' => 1,                 // and
                '#' if digit_follows(rest) => 2, // number
                _ => 0,
            });
        }
    }
    count
}

/// Syllables of one English word as it is most often said.
pub fn word_syllables(word: &str, dictionary: &Dictionary) -> u32 {
    let folded = fold(word);
    usual(&folded, dictionary).unwrap_or_else(|| {
        // Marks are gone in `folded` where they change nothing for the dictionary.
        derived(&folded, dictionary).unwrap_or_else(|| syllables_by_rule(word))
    })
}

/// All syllable counts that the word can have, the most usual first.
pub fn word_readings(word: &str, dictionary: &Dictionary) -> Vec<u32> {
    let usual = word_syllables(word, dictionary);
    let mut readings = vec![usual];
    readings.extend(
        dictionary
            .counts(&fold(word))
            .unwrap_or_default()
            .into_iter()
            .filter(|n| *n != usual),
    );
    readings
}

/// Words of which the dictionary has only a reading with a glide before the r, and singers have the other.
const WITHOUT_GLIDE: &[(&str, u32)] = &[
    ("acquire", 2),
    ("acquires", 2),
    ("acquired", 2),
    ("bonfire", 2),
    ("bonfires", 2),
    ("campfire", 2),
    ("campfires", 2),
    ("desire", 2),
    ("desires", 2),
    ("desired", 2),
];

/// The dictionary's count: its first reading, but the shortest of `fire`, `tired`, `our`, `hours`,
/// `every`, which it lists second and singers sing first.
fn usual(folded: &str, dictionary: &Dictionary) -> Option<u32> {
    let counts = dictionary.counts(folded)?;
    let stem = folded.strip_suffix(['s', 'd']).unwrap_or(folded);
    if stem.ends_with("ire") || stem.ends_with("our") || folded.starts_with("every") {
        let sung = WITHOUT_GLIDE
            .iter()
            .find(|(word, _)| *word == folded)
            .map(|(_, count)| *count);
        return sung.or_else(|| counts.iter().min().copied());
    }
    counts.first().copied()
}

/// The count of a word that the dictionary lacks by words that it has; `None` if that leads nowhere.
fn derived(folded: &str, dictionary: &Dictionary) -> Option<u32> {
    let bare = folded.trim_matches('\'');
    if bare.is_empty() {
        return None;
    }
    if bare != folded
        && let Some(count) = usual(bare, dictionary)
    {
        return Some(count);
    }
    // lovin', lovin
    if let Some(stem) = bare.strip_suffix("in")
        && stem.bytes().any(is_vowel)
        && let Some(count) = usual(&format!("{bare}g"), dictionary)
    {
        return Some(count);
    }
    // the kettle's, it'd, that'll
    let (stem, added) = contraction(bare);
    if stem.len() < bare.len()
        && let Some(count) = usual(stem, dictionary).or_else(|| derived(stem, dictionary))
    {
        return Some(count + added);
    }
    if let Some(short) = unstretched(bare)
        && let Some(count) = usual(&short, dictionary)
    {
        return Some(count);
    }
    inflected(bare, dictionary).or_else(|| compound(bare, dictionary))
}

/// Plural, past, -ing, -ly, -ness… of a known word.
fn inflected(word: &str, dictionary: &Dictionary) -> Option<u32> {
    let known = |stem: &str| usual(stem, dictionary);
    for ending in [
        "ness", "less", "ful", "ment", "ship", "like", "ly", "ing", "er", "ers", "y",
    ] {
        let Some(stem) = word.strip_suffix(ending).filter(|s| s.len() >= 3) else {
            continue;
        };
        let undoubled = || {
            let w = stem.as_bytes();
            (w[w.len() - 1] == w[w.len() - 2])
                .then(|| known(&stem[..stem.len() - 1]))
                .flatten()
        };
        let silent_e = || {
            if is_vowel(ending.as_bytes()[0]) {
                known(&format!("{stem}e"))
            } else {
                None
            }
        };
        if let Some(count) = known(stem).or_else(silent_e).or_else(undoubled) {
            return Some(count + 1);
        }
        if let Some(y) = stem.strip_suffix('i')
            && let Some(count) = known(&format!("{y}y"))
        {
            return Some(count + 1);
        }
    }
    if let Some(stem) = word.strip_suffix('s').filter(|s| s.len() >= 3)
        && let Some(count) = known(stem)
    {
        let last = stem.as_bytes()[stem.len() - 1];
        return Some(count + u32::from(hisses(stem.trim_end_matches('e'), last)));
    }
    if let Some(stem) = word.strip_suffix("ed").filter(|s| s.len() >= 3)
        && let Some(count) = known(stem).or_else(|| known(&word[..word.len() - 1]))
    {
        return Some(count + u32::from(stem.ends_with(['d', 't'])));
    }
    None
}

/// Two known words in one, split where the shorter is longest.
fn compound(word: &str, dictionary: &Dictionary) -> Option<u32> {
    if word.len() < 7 || !word.is_ascii() {
        return None;
    }
    let middle = word.len() / 2;
    let splits = (0..=middle.saturating_sub(3)).flat_map(|d| [middle + d, middle - d]);
    for at in splits.filter(|at| *at >= 3 && word.len() - at >= 3) {
        if let (Some(a), Some(b)) = (
            usual(&word[..at], dictionary),
            usual(&word[at..], dictionary),
        ) {
            return Some(a + b);
        }
    }
    None
}

/// Letters drawn out (`sooo`, `yeeeah`) as the word was meant: runs of three and more as two, else as one.
fn unstretched(word: &str) -> Option<String> {
    let mut single = String::new();
    let mut run = 0;
    let mut last = ' ';
    let mut stretched = false;
    for c in word.chars() {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        stretched |= run > 2;
        if run == 1 {
            single.push(c);
        }
    }
    stretched.then_some(single)
}

/// Syllables of a token of letters as it stands in the text.
fn spoken(token: &str, shouted: bool, dictionary: &Dictionary) -> u32 {
    let letters = token.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 {
        return 0;
    }
    if !token.chars().any(is_latin) {
        return foreign(token);
    }
    // Dotted letters, and capitals that no mouth could join, are spelled.
    let dotted = token.contains('.');
    let capitals = letters >= 2 && token.chars().all(|c| c.is_ascii_uppercase());
    let folded = fold(token);
    if dotted || capitals && !shouted && usual(&folded, dictionary).is_none() && unsayable(&folded)
    {
        return token.chars().map(letter).sum();
    }
    if capitals && unsayable(&folded) && letters <= 4 && usual(&folded, dictionary).is_none() {
        return token.chars().map(letter).sum();
    }
    word_syllables(token, dictionary)
}

/// No vowel in it, and no cry such as `hmm` or `shh`. In capitals y is a consonant: NYC.
fn unsayable(folded: &str) -> bool {
    !folded.bytes().any(|b| is_vowel(b) && b != b'y')
        && !folded
            .bytes()
            .all(|b| matches!(b, b'h' | b'm' | b's' | b'z' | b'r'))
}

/// The name of a letter.
fn letter(c: char) -> u32 {
    match c {
        'w' | 'W' => 3,
        c if c.is_ascii_alphabetic() => 1,
        _ => 0,
    }
}

/// Words of other alphabets: vowel letters where they are known, else one.
fn foreign(token: &str) -> u32 {
    let vowels = token
        .to_lowercase()
        .chars()
        .filter(|c| "аеёиоуыэюяіїєαεηιοωυάέήίόώύ".contains(*c))
        .count();
    u32::try_from(vowels).unwrap_or(u32::MAX).max(1)
}

/// The word at the start of `text`, with its apostrophes, dots between single letters included.
fn word(text: &str) -> (&str, &str) {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = c.is_alphabetic() && syllabic(c).is_none() || is_apostrophe(c) || is_mark(c);
        let dot = c == '.'
            && at <= LONGEST_INITIALS
            && dotted_before(&text[..at])
            && chars
                .peek()
                .is_some_and(|(_, next)| next.is_ascii_alphabetic());
        if !inside && !dot {
            break;
        }
        end = at + c.len_utf8();
    }
    text.split_at(end)
}

/// Bytes of a row of dotted letters: longer ones are none, and are not looked through again and again.
const LONGEST_INITIALS: usize = 24;

/// Whether the text so far is one letter, or letters with a dot between each (`U.S`).
fn dotted_before(text: &str) -> bool {
    text.split('.')
        .all(|part| part.len() == 1 && part.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// The figure at the start of `text` with sign, separators and suffix (`$1,000`, `24/7`, `21st`, `50%`).
fn figure(text: &str) -> (&str, &str) {
    let mut end = 0;
    let bytes = text.as_bytes();
    let mut suffix = false;
    for (at, c) in text.char_indices() {
        let next_digit = || bytes.get(at + c.len_utf8()).is_some_and(u8::is_ascii_digit);
        let inside = match c {
            '0'..='9' => !suffix,
            ',' | '.' | ':' | '/' | '-' | '–' => !suffix && next_digit(),
            '%' => true,
            c if is_currency(c) => at == 0,
            c if c.is_ascii_alphabetic() => {
                suffix = true;
                true
            }
            _ => false,
        };
        if !inside {
            break;
        }
        end = at + c.len_utf8();
        if c == '%' {
            break;
        }
    }
    text.split_at(end)
}

fn digit_follows(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '＇')
}

/// Combining marks belong to their letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}')
}

/// Whether the character is a Han character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}'
        | '\u{f900}'..='\u{faff}' | '々' | '〇')
}

/// The syllables of a character that is a syllable by itself: Han, kana, Hangul; 0 for those that hang
/// on the one before. `None` for letters of an alphabet, figures and signs.
fn syllabic(c: char) -> Option<u32> {
    match c {
        c if is_han(c) => Some(1),
        'ゃ' | 'ゅ' | 'ょ' | 'ャ' | 'ュ' | 'ョ' | 'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'ァ'
        | 'ィ' | 'ゥ' | 'ェ' | 'ォ' => Some(0),
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー' => Some(1),
        '\u{ac00}'..='\u{d7a3}' => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[track_caller]
    fn check(line: &str, lead: u32, aside: u32) {
        let parse = parse(line);
        let found = line_syllables(line, &parse.elements[0], &Dictionary::bundled());
        assert_eq!(found, Syllables { lead, aside }, "{line}");
    }

    #[test]
    fn the_lines_of_a_song_are_counted() {
        check("Every hour our fire of desire", 8, 0);
        check("The last bus hums a borrowed key", 8, 0);
        check("And all the windows look like me", 8, 0);
        check("[Am]You count the stops [G]inside your sleep", 8, 0);
        check("I count the promises that you would keep", 10, 0);
        check("Stay on, stay on, stay on", 6, 0);
        check("(oh) till it is gone", 4, 1);
    }

    #[test]
    fn chords_and_directives_part_no_word() {
        check("count[Am]ing {comment: slowly} stars", 3, 0);
        check("[Am] [G]", 0, 0);
        check("stay (oh [C]baby) on", 2, 3);
    }

    #[test]
    fn contractions_possessives_and_elisions_are_one_word() {
        check("I'd've gone, she couldn’t've", 7, 0);
        check("the boss's keys, the boys' keys", 7, 0);
        check("'cause I'm lovin' 'em all", 6, 0);
        check("o'er the hill", 3, 0);
        check("that'll do", 3, 0);
    }

    #[test]
    fn figures_and_letters_are_spoken() {
        check("24 hours", 4, 0);
        check("on MTV in the U.S.A.", 9, 0);
        check("rock & roll", 3, 0);
        check("the #1 in NYC 4ever (x2)", 11, 0);
    }

    #[test]
    fn cries_are_one_syllable_however_long() {
        check("ooooh, yeeeah, mmm, shhh", 4, 0);
        check("sooooo lonely", 3, 0);
        check("la-la-la, na na na", 6, 0);
    }

    #[test]
    fn han_characters_are_one_each() {
        check("末班车哼着借来的调", 9, 0);
        check("我等了24小时（真的）", 8, 2);
        check("1999年的夏天", 8, 0);
        check("我的 baby 不要走", 7, 0);
    }
}
