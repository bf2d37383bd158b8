//! Which stretch of a page goes into a prompt.
//!
//! A page is counted in pieces whose borders depend on the lines around them only. So an edit makes one or
//! two pieces new, and all other counts are known from the ask before.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::tokens::Counter;

/// A place where a scene, section, knot or heading begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Border {
    /// Byte in the text.
    pub at: usize,
    /// What a reader calls what begins there.
    pub title: String,
}

impl From<&crafts::OutlineItem> for Border {
    fn from(item: &crafts::OutlineItem) -> Self {
        Self {
            at: item.range.start,
            title: item.title.clone(),
        }
    }
}

/// A stretch of the page and its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) range: Range<usize>,
    pub(crate) tokens: u32,
}

/// No tokenizer in use packs more bytes into a token on average over a page.
const BYTES_A_TOKEN: usize = 8;

const FAR_STEP: usize = 1 << 14;

/// The stretch that ends at `end` and has at most `room` tokens. All of the text if it fits; otherwise it
/// begins at the first border from which on it fits, or, where that would leave more than half of the room
/// empty, at a paragraph, a line, a word.
///
/// Its beginning moves in strides of about an eighth of the room, so that while the writer goes on writing
/// the prompt's front stays the same and a model need not read it again.
pub(crate) fn backwards(
    text: &str,
    end: usize,
    room: u32,
    borders: &[Border],
    counter: &mut Counter<'_>,
) -> Stretch {
    // In large steps, so that the pieces begin where they began at the ask before.
    let far = end.saturating_sub(room as usize * BYTES_A_TOKEN) / FAR_STEP * FAR_STEP;
    let far = text.floor_char_boundary(far);
    let pieces = pieces(text, far..end);
    let mut sum = 0;
    let mut whole = end;
    let mut cut = None;
    for piece in pieces.iter().rev() {
        let count = counter.of(&text[piece.clone()]);
        if sum + count > room {
            cut = Some((piece.clone(), count));
            break;
        }
        sum += count;
        whole = piece.start;
    }
    let Some((piece, count)) = cut else {
        if far == 0 {
            return Stretch {
                range: 0..end,
                tokens: sum,
            };
        }
        let start = begin(text, far, end, room, borders);
        return measured(text, start..end, &pieces, counter);
    };
    // Within the piece that is too much, a guess by its own density, a little short.
    let bytes = (piece.len() as u64 * u64::from(room - sum) * 9 / (u64::from(count) * 10)) as usize;
    let guess = text.ceil_char_boundary(piece.end - bytes.min(piece.len()));
    let start = begin(text, guess, end, room, borders);
    let stretch = measured(text, start..end, &pieces, counter);
    if stretch.tokens <= room {
        return stretch;
    }
    let start = begin(text, whole, end, room, borders);
    measured(text, start..end, &pieces, counter)
}

/// The best place to begin at or after `fits`, from where on all fits.
fn begin(text: &str, fits: usize, end: usize, room: u32, borders: &[Border]) -> usize {
    let stride = (room as usize / 2).max(64).next_power_of_two() / 2;
    let latest = fits + (end - fits) / 2;
    let from = match fits.next_multiple_of(stride) {
        stepped if stepped <= latest => stepped,
        _ => fits,
    };
    // A border soon after the stride; else any border in the nearer half; else within a scene.
    border(text, from, fits + (end - fits) / 4, borders)
        .or_else(|| border(text, fits, latest, borders))
        .or_else(|| within(text, from, latest))
        .or_else(|| within(text, fits, latest))
        .unwrap_or_else(|| text.ceil_char_boundary(fits).min(end))
}

/// The tokens of `range`, which ends where the pieces end.
fn measured(
    text: &str,
    range: Range<usize>,
    pieces: &[Range<usize>],
    counter: &mut Counter<'_>,
) -> Stretch {
    let start = range.start;
    let inside = pieces
        .iter()
        .find(|piece| piece.start <= start && start < piece.end);
    let mut sum = inside.map_or(0, |piece| counter.of(&text[start..piece.end]));
    let next = inside.map_or(start, |piece| piece.end);
    for piece in pieces.iter().filter(|piece| piece.start >= next) {
        sum += counter.of(&text[piece.clone()]);
    }
    Stretch { range, tokens: sum }
}

/// The first border between `from` and `latest`.
fn border(text: &str, from: usize, latest: usize, borders: &[Border]) -> Option<usize> {
    borders
        .iter()
        .map(|border| border.at)
        .filter(|at| (from..=latest).contains(at) && text.is_char_boundary(*at))
        .min()
}

/// The first paragraph between `from` and `latest`, else the first line, else the first word.
fn within(text: &str, from: usize, latest: usize) -> Option<usize> {
    let from = text.ceil_char_boundary(from);
    let latest = text.ceil_char_boundary(latest).min(text.len());
    let window = &text[from..latest];
    if let Some(at) = window.find("\n\n") {
        let after =
            from + at + text[from + at..].len() - text[from + at..].trim_start_matches('\n').len();
        if after <= latest {
            return Some(after);
        }
    }
    if let Some(at) = window.find('\n') {
        return Some(from + at + 1);
    }
    if from > 0 && text[..from].ends_with('\n') {
        return Some(from);
    }
    window
        .find(|c: char| c.is_whitespace() || is_stop(c))
        .map(|at| from + at + text[from + at..].chars().next().map_or(0, char::len_utf8))
}

/// A text without spaces can be parted at these.
fn is_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '，' | '；')
}

/// The stretch that begins at `start` and has at most `room` tokens: all of the text if it fits, otherwise
/// up to the last border, paragraph, line or word from which on it does not, if that is not less than half.
pub(crate) fn forwards(
    text: &str,
    start: usize,
    room: u32,
    borders: &[Border],
    counter: &mut Counter<'_>,
) -> Stretch {
    let far = text.ceil_char_boundary((start + room as usize * BYTES_A_TOKEN).min(text.len()));
    let mut end = far;
    loop {
        let count = counter.of(&text[start..end]);
        if count <= room && end == text.len() {
            return Stretch {
                range: start..end,
                tokens: count,
            };
        }
        if count <= room {
            let aligned = finish(text, start, end, borders);
            return Stretch {
                range: start..aligned,
                tokens: counter.of(&text[start..aligned]),
            };
        }
        let bytes = ((end - start) as u64 * u64::from(room) * 9 / (u64::from(count) * 10)) as usize;
        end = text.floor_char_boundary(start + bytes);
        if end == start {
            return Stretch {
                range: start..start,
                tokens: 0,
            };
        }
    }
}

fn finish(text: &str, start: usize, end: usize, borders: &[Border]) -> usize {
    let earliest = start + (end - start) / 2;
    if let Some(border) = borders
        .iter()
        .map(|border| border.at)
        .filter(|at| (earliest..=end).contains(at) && *at > start && text.is_char_boundary(*at))
        .max()
    {
        return border;
    }
    let window = &text[text.ceil_char_boundary(earliest)..end];
    let base = end - window.len();
    window
        .rfind("\n\n")
        .map(|at| at + 2)
        .or_else(|| window.rfind('\n').map(|at| at + 1))
        .or_else(|| {
            window
                .char_indices()
                .rev()
                .find(|(_, c)| c.is_whitespace() || is_stop(*c))
                .map(|(at, c)| at + c.len_utf8())
        })
        .map_or(end, |at| base + at)
}

/// Pieces of `range` that tile it, 1 to 4 KB each. They end at line ends, at which ones the lines themselves
/// decide, so most of them are the same after an edit elsewhere; never between two line ends, which many
/// tokenizers take together.
fn pieces(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    const LEAST: usize = 1024;
    const MOST: usize = 4096;
    let mut pieces = vec![];
    let (mut start, mut at) = (range.start, range.start);
    let page = &text[range.clone()];
    for line in page.split_inclusive('\n') {
        // A line longer than a piece is cut in the middle.
        while at + line.len() - start > MOST && at + line.len() - start > line.len() {
            pieces.push(start..at);
            start = at;
        }
        let line_end = at + line.len();
        while line_end - start > MOST {
            let cut = text.floor_char_boundary(start + MOST);
            pieces.push(start..cut);
            start = cut;
        }
        at = line_end;
        let closes = !text[at..].starts_with('\n') && line.len() > 1;
        if closes && at - start >= LEAST {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            if hasher.finish().is_multiple_of(4) {
                pieces.push(start..at);
                start = at;
            }
        }
    }
    if start < range.end {
        pieces.push(start..range.end);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Counts;
    use proptest::prelude::*;

    /// A token for every four bytes.
    fn quarter(text: &str) -> u32 {
        text.len().div_ceil(4) as u32
    }

    fn script(scenes: usize) -> (String, Vec<Border>) {
        let (mut text, mut borders) = (String::new(), vec![]);
        for n in 0..scenes {
            borders.push(Border {
                at: text.len(),
                title: format!("INT. ROOM {n}"),
            });
            text.push_str(&format!("INT. ROOM {n} - DAY\n\n"));
            for line in 0..8 {
                text.push_str(&format!("She opens door {line} of room {n} and looks.\n\n"));
            }
        }
        (text, borders)
    }

    #[test]
    fn a_short_page_goes_whole() {
        let (text, borders) = script(2);
        let stretch = backwards(
            &text,
            text.len(),
            10_000,
            &borders,
            &mut Counts::new().with(&quarter),
        );
        assert_eq!(stretch.range, 0..text.len());
    }

    #[test]
    fn a_long_page_begins_at_a_scene() {
        let (text, borders) = script(300);
        let stretch = backwards(
            &text,
            text.len(),
            2000,
            &borders,
            &mut Counts::new().with(&quarter),
        );
        assert!(text[stretch.range.clone()].starts_with("INT. ROOM"));
        assert!(
            stretch.tokens <= 2000 && stretch.tokens > 1500,
            "{}",
            stretch.tokens
        );
    }

    #[test]
    fn a_scene_longer_than_the_room_begins_at_a_paragraph() {
        let (text, _) = script(300);
        let border = Border {
            at: 0,
            title: String::new(),
        };
        let stretch = backwards(
            &text,
            text.len(),
            2000,
            &[border],
            &mut Counts::new().with(&quarter),
        );
        assert!(text[..stretch.range.start].ends_with("\n\n"));
    }

    #[test]
    fn the_front_stays_while_one_writes_on() {
        let (text, borders) = script(300);
        let mut counts = Counts::new();
        let mut starts = vec![];
        for end in (text.len() - 4000..text.len()).step_by(40) {
            starts.push(
                backwards(&text, end, 2000, &borders, &mut counts.with(&quarter))
                    .range
                    .start,
            );
        }
        let moves = starts.windows(2).filter(|two| two[0] != two[1]).count();
        assert!(moves <= 9, "{moves} moves in 4,000 bytes");
    }

    #[test]
    fn an_edit_costs_few_counts() {
        let (text, borders) = script(300);
        let calls = std::cell::Cell::new((0, 0));
        let tokens = |text: &str| {
            let (n, bytes) = calls.get();
            calls.set((n + 1, bytes + text.len()));
            quarter(text)
        };
        let mut counts = Counts::new();
        let room = 4000;
        backwards(&text, text.len(), room, &borders, &mut counts.with(&tokens));
        let (first, _) = calls.replace((0, 0));
        assert!(first <= 20, "{first}");
        let edited = text.replacen("door 3 of room 290", "gate 3 of room 290", 1) + "More.";
        backwards(
            &edited,
            edited.len(),
            room,
            &borders,
            &mut counts.with(&tokens),
        );
        let (again, bytes) = calls.get();
        assert!(again <= 4 && bytes < 9000, "{again} calls, {bytes} bytes");
    }

    #[test]
    fn text_after_the_caret_ends_at_a_border() {
        let (text, borders) = script(300);
        let stretch = forwards(&text, 0, 500, &borders, &mut Counts::new().with(&quarter));
        assert!(text[stretch.range.end..].starts_with("INT. ROOM"));
        assert!(stretch.tokens <= 500 && stretch.tokens >= 250);
    }

    proptest! {
        #[test]
        fn a_stretch_never_exceeds_its_room(
            text in "([a-z雨。]{0,30}[ \n]){0,200}",
            at in 0usize..8000,
            room in 0u32..600,
        ) {
            let at = text.floor_char_boundary(at);
            for stretch in [
                backwards(&text, at, room, &[], &mut Counts::new().with(&quarter)),
                forwards(&text, at, room, &[], &mut Counts::new().with(&quarter)),
            ] {
                prop_assert!(text.get(stretch.range.clone()).is_some());
                prop_assert!(stretch.tokens <= room);
                prop_assert!(quarter(&text[stretch.range.clone()]) <= room + 1);
            }
        }

        #[test]
        fn pieces_tile(text in "([a-z雨]{0,40}\n){0,100}[a-z]{0,5000}", from in 0usize..500) {
            let from = text.floor_char_boundary(from);
            let mut at = from;
            for piece in pieces(&text, from..text.len()) {
                prop_assert_eq!(piece.start, at);
                prop_assert!(piece.len() <= 4096 && !piece.is_empty());
                at = piece.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
