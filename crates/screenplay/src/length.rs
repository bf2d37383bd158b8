//! How long a script is, in pages: lines as they wrap in the columns of a standard page.

use crate::element::{Dual, ElementKind, Parse};

/// Lines of text on a page of 11 inches with margins of one inch, by the industry's habit.
const LINES_PER_PAGE: usize = 55;

/// Columns in cells of a tenth of an inch (Courier, 12 points).
const ACTION: usize = 60;
const DIALOGUE: usize = 35;
const PARENTHETICAL: usize = 25;
const CUE: usize = 38;
/// Each of two speeches side by side.
const DUAL: usize = 28;

/// Pages of the script, estimated: wrapped lines, an empty line before each paragraph, forced page breaks;
/// the title page apart, and without the rules that keep speeches together. Han characters take two cells.
/// O(text).
pub fn length(parse: &Parse, text: &str) -> f32 {
    let mut lines = 0;
    // Lines of the speech at the left that the one at the right still stands beside.
    let mut beside = 0;
    let mut speech = 0;
    let mut dual = None;
    for element in &parse.elements {
        let paragraph = match element.kind {
            ElementKind::PageBreak => {
                lines = usize::div_ceil(lines, LINES_PER_PAGE) * LINES_PER_PAGE;
                continue;
            }
            ElementKind::TitlePage
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => continue,
            ElementKind::Character => {
                beside = match element.dual {
                    Some(Dual::Second) => speech,
                    Some(Dual::First) | None => 0,
                };
                speech = 0;
                dual = element.dual;
                true
            }
            ElementKind::Dialogue | ElementKind::Parenthetical => false,
            ElementKind::Lyrics
            | ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered => !element.kind.is_speech(),
        };
        if !element.kind.is_speech() {
            (beside, speech, dual) = (0, 0, None);
        }
        let width = match element.kind {
            ElementKind::Dialogue | ElementKind::Lyrics if dual.is_some() => DUAL,
            ElementKind::Dialogue | ElementKind::Lyrics => DIALOGUE,
            ElementKind::Parenthetical => PARENTHETICAL,
            ElementKind::Character => CUE,
            ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::TitlePage
            | ElementKind::PageBreak
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => ACTION,
        };
        let opens = paragraph && lines % LINES_PER_PAGE > 0;
        // The empty line before two speeches is counted with the left one.
        let before = usize::from(opens && !(element.kind == ElementKind::Character && beside > 0));
        let printed = element.printed(text);
        let needs: usize = printed.lines().map(|line| wrapped(line, width)).sum();
        speech += needs;
        let shared = needs.min(beside);
        beside -= shared;
        lines += before + needs - shared;
    }
    // Below 2^24 lines every count is exact in an f32.
    lines as f32 / LINES_PER_PAGE as f32
}

/// Lines that `line` takes in a column of `width` cells; at least one. Breaks at spaces and beside wide
/// characters, and inside a word that is longer than a line.
fn wrapped(line: &str, width: usize) -> usize {
    // Bytes bound cells: a character of one cell has at least one byte, one of two at least three.
    if line.len() <= width && !line.contains('\t') {
        return 1;
    }
    let (mut lines, mut used, mut word) = (1, 0, 0);
    for c in line.trim_end().chars() {
        let cells = if c == '\t' { 4 } else { cells(c) };
        if c == ' ' || c == '\t' || cells == 2 {
            // A word ends here; spaces at a line's end hang over it.
            if used + word > width && used > 0 {
                lines += 1;
                used = 0;
            }
            used += word;
            word = 0;
            if cells == 2 && used + cells > width {
                lines += 1;
                used = 0;
            }
            used += cells;
        } else {
            if word + cells > width {
                lines += usize::from(used > 0);
                lines += 1;
                (used, word) = (0, 0);
            }
            word += cells;
        }
    }
    if used + word > width && used > 0 && word > 0 {
        lines += 1;
    }
    lines
}

/// Cells of a character: two for Han, kana, hangul, full-width forms and most emoji, none for marks that
/// stand on another character. After Unicode's East Asian Width, by blocks.
fn cells(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[track_caller]
    fn check(text: &str, lines: usize) {
        let pages = length(&parse(text), text);
        assert_eq!((pages * 55.0).round() as usize, lines);
    }

    #[test]
    fn lines_wrap_at_words() {
        assert_eq!(wrapped("", 10), 1);
        assert_eq!(wrapped("one two three", 7), 2);
        assert_eq!(wrapped("one two three", 8), 2);
        assert_eq!(wrapped("one two three", 6), 3);
        assert_eq!(wrapped("abcdefghijkl", 5), 3);
        assert_eq!(wrapped("one two        ", 7), 1);
    }

    #[test]
    fn han_characters_take_two_cells() {
        assert_eq!(wrapped("雨雨雨雨雨", 10), 1);
        assert_eq!(wrapped("雨雨雨雨雨雨", 10), 2);
        assert_eq!(wrapped("雨雨ab雨雨", 9), 2);
        check(&"雨".repeat(30), 1);
        check(&"雨".repeat(31), 2);
    }

    #[test]
    fn paragraphs_have_an_empty_line_before_them() {
        check("", 0);
        check("Rain.", 1);
        check("INT. HALL - DAY\n\nRain.\n\nMARA\n(low)\nHello.\n", 7);
        check("Rain.\n\n\n\n[[note]]\n\n= What\n\nWind.\n", 3);
    }

    #[test]
    fn two_speeches_at_once_take_the_room_of_the_longer() {
        check("A\nYes.\n\nB ^\nNo.\nNo.\n", 3);
        check("A\nYes.\nYes.\n\nB ^\nNo.\n\nRain.\n", 5);
    }

    #[test]
    fn a_page_break_fills_its_page() {
        check("Rain.\n\n===\n\nWind.", 56);
    }
}
