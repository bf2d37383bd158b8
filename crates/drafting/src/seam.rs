//! Where an answer meets the page: which line ends and spaces stand between them.

use crafts::Craft;

use crate::language::is_han;

/// How an answer relates to the text around its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The model went on from the very characters before the caret, so its own first characters count.
    Exact,
    /// The model began afresh; the seam is ours to make.
    Loose,
    /// The answer stands for the selection and takes over the white space at its two ends.
    Replaces,
}

/// What an answer is joined to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seam {
    /// The page's craft.
    pub craft: Craft,
    /// The page's text that ends at the caret, or the selection when the answer replaces it. Its last
    /// lines are enough.
    pub before: String,
    /// The page's text from the caret on; its first line is enough.
    pub after: String,
    /// How the answer relates to them.
    pub fit: Fit,
}

/// What happens at the head of an answer: `drop` bytes go and `insert` comes in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) drop: usize,
    pub(crate) insert: String,
}

impl Seam {
    /// The same seam for an answer that relates otherwise.
    pub(crate) fn with(&self, fit: Fit) -> Self {
        Self {
            fit,
            ..self.clone()
        }
    }

    /// What to do with the head of an answer; `None` while more of it must be seen. `whole` says that no
    /// more will come. Whatever follows, the answer to a longer head is the same.
    pub(crate) fn lead(&self, head: &str, whole: bool) -> Option<Lead> {
        let body = head.trim_start();
        if body.is_empty() {
            return whole.then(|| Lead {
                drop: head.len(),
                insert: String::new(),
            });
        }
        let white = &head[..head.len() - body.len()];
        match self.fit {
            Fit::Exact => Some(Lead {
                drop: white.len(),
                insert: self.exact(white),
            }),
            Fit::Loose => joint(self.craft, &self.before, body, whole).map(|insert| Lead {
                drop: white.len(),
                insert: insert.into(),
            }),
            Fit::Replaces => {
                let words = self.before.trim_start();
                let leading = &self.before[..self.before.len() - words.len()];
                Some(Lead {
                    drop: white.len(),
                    insert: leading.into(),
                })
            }
        }
    }

    /// The white space that ends an answer whose last character is `last`, instead of its own.
    pub(crate) fn tail(&self, last: char) -> String {
        if self.fit == Fit::Replaces {
            return self.before[self.before.trim_end().len()..].into();
        }
        let Some(next) = self.after.chars().next().filter(|c| !c.is_whitespace()) else {
            return String::new();
        };
        match line_ends(&self.before) {
            0 => space_between(last, next).into(),
            1 => "\n".into(),
            _ => "\n\n".into(),
        }
    }

    /// The model's own white space, without what the page has already: no more than one empty line, no
    /// second space, no indent where the craft has none.
    fn exact(&self, white: &str) -> String {
        let ends = white.matches('\n').count();
        let indent = match white.rfind('\n') {
            Some(at) => &white[at + 1..],
            None => white,
        };
        let indents = match self.craft {
            Craft::Screenplay | Craft::Lyrics => false,
            Craft::Story | Craft::Notes => true,
        };
        let there = line_ends(&self.before);
        if ends == 0 {
            let keep = match self.before.chars().next_back() {
                None | Some('\n') => indents,
                Some(c) => !c.is_whitespace(),
            };
            return if keep { indent.into() } else { String::new() };
        }
        let mut insert = "\n".repeat(ends.min(2usize.saturating_sub(there)));
        if indents {
            insert.push_str(indent);
        }
        insert
    }
}

/// The line end or space that belongs between the page before the caret and a candidate that was written
/// without one. `""` where none does.
pub fn join(craft: Craft, before: &str, candidate: &str) -> &'static str {
    joint(craft, before, candidate, true).unwrap_or("")
}

fn joint(craft: Craft, before: &str, candidate: &str, whole: bool) -> Option<&'static str> {
    let first = candidate.chars().next()?;
    let ends = line_ends(before);
    if ends >= 2 {
        return Some("");
    }
    let last_line = before
        .trim_end_matches([' ', '\t', '\n'])
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    let inline = || {
        before
            .chars()
            .next_back()
            .map_or("", |last| space_between(last, first))
    };
    let paragraph = if ends == 1 { "\n" } else { "\n\n" };
    let line = if ends == 1 { "" } else { "\n" };
    Some(match craft {
        Craft::Screenplay => match script_line(last_line) {
            ScriptLine::Heading => paragraph,
            ScriptLine::Cue if !last_line.is_empty() => line,
            ScriptLine::Cue | ScriptLine::Words => {
                if opens_block(candidate, whole)? {
                    paragraph
                } else if ends == 1 {
                    ""
                } else {
                    inline()
                }
            }
        },
        Craft::Lyrics => match (ends, first) {
            (_, '[') => paragraph,
            (1, _) => "",
            (_, c) if c.is_uppercase() || is_han(c) => line,
            _ => inline(),
        },
        Craft::Story => {
            let heads = last_line.trim_start().starts_with(['=', '~'])
                || ["VAR ", "CONST ", "LIST ", "INCLUDE "]
                    .iter()
                    .any(|word| last_line.starts_with(word));
            if ends == 1 {
                ""
            } else if heads || matches!(first, '*' | '+' | '=' | '~') {
                line
            } else if first == '-' {
                // `->` may stand behind text; a gather may not. One more character tells.
                match candidate.chars().nth(1) {
                    Some('>') => inline(),
                    None if !whole => return None,
                    _ => line,
                }
            } else {
                inline()
            }
        }
        Craft::Notes => {
            let marker = matches!(first, '#' | '>' | '-' | '*');
            if last_line.starts_with('#') || (marker && first == '#') {
                paragraph
            } else if ends == 1 {
                ""
            } else if marker && candidate.chars().count() < 2 && !whole {
                return None;
            } else if marker && candidate.chars().nth(1).is_some_and(|c| c == ' ') {
                line
            } else {
                inline()
            }
        }
    })
}

/// What the line before the caret asks for after it, as far as the seam cares.
enum ScriptLine {
    /// A scene heading or transition: an empty line follows.
    Heading,
    /// A cue or a parenthetical: the next line is speech.
    Cue,
    Words,
}

/// True for a line that names who speaks.
pub(crate) fn is_cue(line: &str) -> bool {
    matches!(script_line(line), ScriptLine::Cue) && !line.trim().starts_with('(')
}

fn script_line(line: &str) -> ScriptLine {
    let line = line.trim();
    if is_heading(line) || line.ends_with("TO:") || line.starts_with(['#', '=']) {
        ScriptLine::Heading
    } else if line.starts_with('@')
        || (line.starts_with('(') && line.ends_with(')'))
        || (is_capitals(line.split('(').next().unwrap_or_default()) && line.len() <= 60)
    {
        ScriptLine::Cue
    } else {
        ScriptLine::Words
    }
}

/// Scene headings of Fountain: INT, EXT, EST, INT./EXT, INT/EXT, I/E, in any case, and `.` before a word.
pub(crate) fn is_heading(line: &str) -> bool {
    let mut chars = line.chars();
    if chars.next() == Some('.') && chars.next().is_some_and(|c| c.is_alphanumeric()) {
        return true;
    }
    let upper: String = line.chars().take(5).collect::<String>().to_uppercase();
    ["INT", "EXT", "EST", "I/E"].iter().any(|word| {
        upper
            .strip_prefix(word)
            .is_some_and(|rest| rest.starts_with(['.', ' ', '/']))
    })
}

fn is_capitals(line: &str) -> bool {
    line.chars().any(char::is_alphabetic)
        && line.chars().all(|c| !c.is_alphabetic() || c.is_uppercase())
}

/// True when a script's element of its own begins here: a heading, a cue, a transition, anything forced.
/// Reads on only as far as it must, so that streaming is not held up: `None` asks for more.
fn opens_block(candidate: &str, whole: bool) -> Option<bool> {
    const ENOUGH: usize = 60;
    if candidate.starts_with(['@', '#', '>', '=']) {
        return Some(true);
    }
    let mut letters = 0;
    for (n, c) in candidate.chars().enumerate() {
        // A heading shows within six characters, in whatever case; after them the case decides.
        if n == 6 && is_heading(candidate) {
            return Some(true);
        }
        if c == '\n' || c == '(' || n == ENOUGH {
            return Some(letters > 0 && (letters > 1 || c != '('));
        }
        if c.is_alphabetic() && !c.is_uppercase() {
            // `Int. room` is a heading too: wait for its six characters.
            return if n < 6 && may_head(candidate) {
                match candidate.chars().count() {
                    6.. => Some(is_heading(candidate)),
                    _ if whole => Some(is_heading(candidate)),
                    _ => None,
                }
            } else {
                Some(false)
            };
        }
        letters += usize::from(c.is_alphabetic());
    }
    whole.then(|| is_heading(candidate) || letters > 1)
}

fn may_head(candidate: &str) -> bool {
    candidate.starts_with(['i', 'I', 'e', 'E', '.'])
}

/// How many line ends stand before the caret, up to two; the start of the page counts as two.
fn line_ends(before: &str) -> usize {
    let white = &before[before.trim_end().len()..];
    if white.len() == before.len() {
        return 2;
    }
    white.matches('\n').count().min(2)
}

/// One space between two words of an alphabet, none elsewhere.
fn space_between(last: char, next: char) -> &'static str {
    let glued = last.is_whitespace()
        || next.is_whitespace()
        || is_wide(last)
        || is_wide(next)
        || matches!(
            last,
            '(' | '[' | '{' | '“' | '‘' | '-' | '—' | '–' | '\'' | '/' | '<' | '#' | '@' | '~'
        )
        || matches!(
            next,
            ')' | ']' | '}' | '”' | '’' | '.' | ',' | ';' | ':' | '!' | '?' | '…' | '\'' | '—'
        );
    if glued { "" } else { " " }
}

/// Han characters and the full-width punctuation around them.
fn is_wide(c: char) -> bool {
    is_han(c)
        || matches!(u32::from(c), 0x3000..=0x303F | 0xFF00..=0xFF65 | 0x2018..=0x201F | 0x2026 | 0x2014)
            && !matches!(c, '‘' | '’' | '“' | '”' | '…' | '—')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn joined(craft: Craft, before: &str, candidate: &str, expected: &str) {
        assert_eq!(
            join(craft, before, candidate),
            expected,
            "{before:?} + {candidate:?}"
        );
    }

    #[test]
    fn words_are_parted_by_one_space_and_han_by_none() {
        joined(Craft::Notes, "She walks", "away.", " ");
        joined(Craft::Notes, "She walks ", "away.", "");
        joined(Craft::Notes, "She walks", ", slowly", "");
        joined(Craft::Notes, "她走", "开了。", "");
        joined(Craft::Screenplay, "她说：", "不。", "");
    }

    #[test]
    fn a_script_gets_the_lines_its_elements_need() {
        let s = Craft::Screenplay;
        joined(s, "INT. PIER - NIGHT", "Rain.", "\n\n");
        joined(s, "INT. PIER - NIGHT\n", "Rain.", "\n");
        joined(s, "INT. PIER - NIGHT\n\n", "Rain.", "");
        joined(s, "Rain.\n\nMARA", "No.", "\n");
        joined(s, "Rain.\n\nMARA\n(softly)", "No.", "\n");
        joined(s, "Rain falls.", "MARA\nNo.", "\n\n");
        joined(s, "Rain falls.", "MARA (O.S.)\nNo.", "\n\n");
        joined(s, "Rain falls.\n", "EXT. PIER - DAY", "\n");
        joined(s, "Rain falls.", "int. hut - day", "\n\n");
        joined(s, "Rain falls.", "I wait.", " ");
        joined(s, "", "EXT. PIER - DAY", "");
    }

    #[test]
    fn a_lyric_line_goes_on_or_a_new_one_begins() {
        joined(Craft::Lyrics, "Walking in the", "rain", " ");
        joined(
            Craft::Lyrics,
            "Walking in the rain",
            "Talking in vain",
            "\n",
        );
        joined(Craft::Lyrics, "Walking in the rain", "[Chorus]\nOh", "\n\n");
        joined(Craft::Lyrics, "走在雨中", "没有回头", "\n");
    }

    #[test]
    fn ink_choices_and_gathers_begin_lines() {
        joined(Craft::Story, "You wait.", "* [Go]", "\n");
        joined(Craft::Story, "You wait.", "-> north", " ");
        joined(Craft::Story, "You wait.", "- Later", "\n");
        joined(Craft::Story, "=== north ===", "It is cold.", "\n");
        joined(Craft::Story, "You wait.\n", "* [Go]", "");
    }

    fn seam(craft: Craft, before: &str, after: &str, fit: Fit) -> Seam {
        Seam {
            craft,
            before: before.into(),
            after: after.into(),
            fit,
        }
    }

    #[test]
    fn an_exact_answer_keeps_its_own_white_space_but_not_what_is_there_already() {
        let check = |before: &str, head: &str, insert: &str| {
            let seam = seam(Craft::Screenplay, before, "", Fit::Exact);
            assert_eq!(
                seam.lead(head, false).unwrap().insert,
                insert,
                "{before:?} {head:?}"
            );
        };
        check("She walks", " away", " ");
        check("She walks ", " away", "");
        check("She walks.", "\n\nMARA", "\n\n");
        check("She walks.\n", "\n\nMARA", "\n");
        check("She walks.\n\n", "\n\nMARA", "");
        check("wal", "king", "");
        check("", "\nINT.", "");
    }

    #[test]
    fn text_after_the_caret_keeps_its_own_line() {
        let tail = |before: &str, after: &str| {
            seam(Craft::Screenplay, before, after, Fit::Loose).tail('.')
        };
        assert_eq!(tail("Rain.\n\n", "MARA\n"), "\n\n");
        assert_eq!(tail("Rain.\n", "More\n"), "\n");
        assert_eq!(tail("Rain", "more\n"), " ");
        assert_eq!(tail("Rain", "\nmore\n"), "");
        assert_eq!(tail("Rain", ""), "");
    }

    #[test]
    fn a_rewrite_keeps_the_white_space_of_the_selection() {
        let seam = seam(Craft::Notes, "\n  Old words.\n\n", "next", Fit::Replaces);
        assert_eq!(
            seam.lead("\n\nNew", false),
            Some(Lead {
                drop: 2,
                insert: "\n  ".into()
            })
        );
        assert_eq!(seam.tail('.'), "\n\n");
    }

    #[test]
    fn the_seam_waits_only_while_it_cannot_tell() {
        let seam = seam(Craft::Screenplay, "Rain falls.", "", Fit::Loose);
        assert_eq!(seam.lead("MAR", false), None);
        assert_eq!(seam.lead("Int. r", false).unwrap().insert, "\n\n");
        assert_eq!(seam.lead("She", false).unwrap().insert, " ");
    }
}
