//! Words and characters of a text, counted the same way everywhere.
//!
//! A word is a run of letters, digits and apostrophes of an alphabet, or one Han character. A hyphen
//! parts words, an apostrophe inside a word does not; points and commas inside a figure do not either
//! (`3.5`, `1,000`). Kana and Hangul are alphabets here: Chinese is what is counted by characters.

use std::ops::Range;

/// How many words the text has.
pub fn words(text: &str) -> usize {
    let mut count = 0;
    let mut walk = Walk::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        count += usize::from(walk.step(c, chars.peek().copied()));
    }
    count
}

/// Where the words of the text stand, in order.
pub fn word_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut walk = Walk::default();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        if walk.step(c, chars.peek().map(|(_, next)| *next)) {
            ranges.push(at..end);
        } else if walk.inside
            && let Some(last) = ranges.last_mut()
        {
            last.end = end;
        }
    }
    ranges
}

/// Characters (Unicode scalars) without line ends.
pub fn characters(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, '\n' | '\r')).count()
}

/// Where a word begins and goes on.
#[derive(Default)]
struct Walk {
    inside: bool,
    figure: bool,
}

impl Walk {
    /// Takes the next character; whether a word begins with it. `inside` then says whether it belongs
    /// to a word of an alphabet.
    fn step(&mut self, c: char, next: Option<char>) -> bool {
        if is_han(c) {
            self.inside = false;
            return true;
        }
        if if c.is_ascii() {
            c.is_ascii_alphanumeric()
        } else {
            c.is_alphanumeric()
        } {
            let begins = !self.inside;
            self.inside = true;
            self.figure = c.is_ascii_digit();
            return begins;
        }
        self.inside = self.inside
            && (is_mark(c)
                || is_apostrophe(c) && next.is_some_and(|n| n.is_alphanumeric() && !is_han(n))
                || self.figure
                    && matches!(c, '.' | ',')
                    && next.is_some_and(|n| n.is_ascii_digit()));
        self.figure &= self.inside;
        false
    }
}

/// Whether the character is a Han character, the iteration mark and the zero 〇 included.
pub fn is_han(c: char) -> bool {
    c >= '\u{3005}'
        && matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}'
        | '\u{f900}'..='\u{faff}' | '々' | '〇')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '＇')
}

/// Combining marks, joiners and variation selectors belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = word_ranges(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, expected);
        assert_eq!(words(text), expected.len());
    }

    #[test]
    fn words_of_an_alphabet_are_runs_of_letters() {
        check("Don’t look—back.", &["Don’t", "look", "back"]);
        check("a well-known 'quote'", &["a", "well", "known", "quote"]);
        check("1,000.5 and 3.", &["1,000.5", "and", "3"]);
        check("cafe\u{301} naïve", &["cafe\u{301}", "naïve"]);
        check("—…!?🎬", &[]);
    }

    #[test]
    fn han_characters_are_words_one_by_one() {
        check("末班车，24小时", &["末", "班", "车", "24", "小", "时"]);
        check("A座的Mei's灯", &["A", "座", "的", "Mei's", "灯"]);
    }

    #[test]
    fn line_ends_are_no_characters() {
        assert_eq!(characters("ab\r\n末\n"), 3);
    }

    proptest! {
        #[test]
        fn both_ways_of_counting_agree(text in any::<String>()) {
            let ranges = word_ranges(&text);
            prop_assert_eq!(ranges.len(), words(&text));
            prop_assert!(ranges.iter().all(|r| !text[r.clone()].is_empty()));
            prop_assert!(ranges.windows(2).all(|p| p[0].end <= p[1].start));
        }
    }
}
