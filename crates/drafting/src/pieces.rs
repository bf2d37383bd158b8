//! The pieces of a candidate that a writer takes: the next word, line, paragraph, or all of it.
//!
//! Every function takes the candidate and how many bytes of it are taken already, and answers the range
//! that the next press takes. Ranges adjoin, never are empty before the end, and end between characters.
//!
//! Words of Chinese come from the dictionary that browsers use for a double click (ICU's, in
//! `icu_segmenter`): it is constant data in the program, so it costs no start-up time and no memory of its
//! own. A dictionary of jieba's kind would have to be unpacked into some 40 MB first.

use std::ops::Range;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

/// The next word: line ends and spaces before it, the word, the punctuation that closes it and the spaces
/// after it. Signs that stand alone (`*`, `->`) are a word.
pub fn next_word(candidate: &str, taken: usize) -> Range<usize> {
    let start = floor(candidate, taken);
    let rest = &candidate[start..];
    let lead = rest.len() - rest.trim_start().len();
    let body = &rest[lead..];
    let mut end = 0;
    let mut has_word = false;
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    // Words are looked for in one line, so the dictionary never reads the whole candidate.
    let line = &body[..body.find('\n').unwrap_or(body.len())];
    let mut breaks = segmenter.segment_str(line).iter_with_word_type();
    let mut from = breaks.next().map_or(0, |(at, _)| at);
    for (at, kind) in breaks {
        let segment = &line[from..at];
        let space = segment.chars().all(char::is_whitespace);
        let opens = segment.chars().all(is_opening);
        if kind.is_word_like() || (!space && segment.chars().any(char::is_alphanumeric)) {
            if has_word {
                break;
            }
            has_word = true;
        } else if space {
            end = at;
            break;
        } else if has_word && opens {
            break;
        }
        end = at;
        from = at;
    }
    // The spaces after a word may be several segments.
    let tail = &line[end..];
    if end > 0 && line[..end].ends_with(char::is_whitespace) {
        end += tail.len() - tail.trim_start().len();
    }
    start..start + lead + end
}

/// The next line with its line end, and the empty lines before it.
pub fn next_line(candidate: &str, taken: usize) -> Range<usize> {
    let start = floor(candidate, taken);
    let rest = &candidate[start..];
    let lead = rest.len() - rest.trim_start_matches('\n').len();
    let end = rest[lead..]
        .find('\n')
        .map_or(rest.len(), |at| lead + at + 1);
    start..start + end
}

/// The next paragraph with the empty lines after it, and those before it.
pub fn next_paragraph(candidate: &str, taken: usize) -> Range<usize> {
    let start = floor(candidate, taken);
    let bytes = candidate.as_bytes();
    let mut at = next_line(candidate, start).end;
    // A paragraph ends where an empty line follows its last line.
    while at < bytes.len() {
        let line_end = candidate[at..]
            .find('\n')
            .map_or(bytes.len(), |n| at + n + 1);
        if !candidate[at..line_end].trim().is_empty() {
            at = line_end;
            continue;
        }
        while at < bytes.len() {
            let line_end = candidate[at..]
                .find('\n')
                .map_or(bytes.len(), |n| at + n + 1);
            if !candidate[at..line_end].trim().is_empty() {
                break;
            }
            at = line_end;
        }
        break;
    }
    start..at
}

/// All that is left.
pub fn all(candidate: &str, taken: usize) -> Range<usize> {
    floor(candidate, taken)..candidate.len()
}

/// The nearest border between characters at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// Opening brackets and quotes belong to the word after them.
fn is_opening(c: char) -> bool {
    matches!(
        c,
        '(' | '[' | '{' | '“' | '‘' | '«' | '「' | '『' | '（' | '《' | '〈' | '【' | '〔'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(next: fn(&str, usize) -> Range<usize>, candidate: &str, pieces: &[&str]) {
        let (mut taken, mut got) = (0, vec![]);
        while taken < candidate.len() {
            let range = next(candidate, taken);
            got.push(&candidate[range.clone()]);
            taken = range.end;
        }
        assert_eq!(got, pieces);
    }

    #[test]
    fn a_word_takes_its_punctuation_and_the_space_after_it() {
        check(
            next_word,
            " she doesn't know, \"does she?\" 3.5 times",
            &[
                " she ", "doesn't ", "know, ", "\"does ", "she?\" ", "3.5 ", "times",
            ],
        );
    }

    #[test]
    fn a_line_end_goes_with_the_word_after_it() {
        check(
            next_word,
            "MARA\n(softly)\nNo.\n\nShe",
            &["MARA", "\n(softly)", "\nNo.", "\n\nShe"],
        );
    }

    #[test]
    fn signs_of_a_craft_are_words() {
        check(
            next_word,
            "* [Go north] -> north",
            &["* ", "[Go ", "north] ", "-> ", "north"],
        );
    }

    #[test]
    fn chinese_goes_by_words_not_characters() {
        check(
            next_word,
            "我们在码头等你，王先生。",
            &["我们", "在", "码头", "等", "你，", "王", "先生。"],
        );
    }

    #[test]
    fn chinese_quotes_open_and_close_with_their_words() {
        check(
            next_word,
            "他说：“今天下雨。”",
            &["他", "说：", "“今天", "下雨。”"],
        );
    }

    #[test]
    fn lines_keep_their_ends() {
        check(
            next_line,
            "\nOne line\nTwo\n\nThree",
            &["\nOne line\n", "Two\n", "\nThree"],
        );
    }

    #[test]
    fn paragraphs_end_with_the_empty_lines_after_them() {
        check(
            next_paragraph,
            "A\nB\n\n\nC\n \nD",
            &["A\nB\n\n\n", "C\n \n", "D"],
        );
    }

    #[test]
    fn all_is_what_is_left() {
        assert_eq!(all("你好 world", 4), 3..12);
    }

    proptest! {
        #[test]
        fn pieces_always_move_on_and_tile_the_candidate(text in "[a-c你好，。 \\n\"(*-]{0,40}", at in 0usize..60) {
            for next in [next_word, next_line, next_paragraph, all] {
                let first = next(&text, at);
                prop_assert!(text.is_char_boundary(first.start) && text.is_char_boundary(first.end));
                let mut taken = 0;
                while taken < text.len() {
                    let range = next(&text, taken);
                    prop_assert_eq!(range.start, taken);
                    prop_assert!(range.end > taken);
                    taken = range.end;
                }
            }
        }
    }
}
