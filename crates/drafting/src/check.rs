//! Bodies for fuzzing, called by the tests too: each panics when a promise does not hold.

use crate::clean::{Clean, Cleaner, Cleaning, clean};
use crafts::Craft;

/// Cuts `text` at the given bytes, moved to borders between characters.
pub fn cut<'a>(text: &'a str, at: &[usize]) -> Vec<&'a str> {
    let mut at: Vec<usize> = at
        .iter()
        .map(|at| text.floor_char_boundary(*at))
        .chain([text.len()])
        .collect();
    at.sort_unstable();
    let mut from = 0;
    at.into_iter()
        .map(|to| {
            let piece = &text[from..to];
            from = to;
            piece
        })
        .collect()
}

/// A stream gives one candidate however it is cut: whole, at `cuts`, and character by character. No thought
/// tag is in it, and apart from the seam its words stand in the stream in their order.
pub fn cleaner(cleaning: Cleaning, stream: &str, cuts: &[usize]) {
    let candidate = clean(cleaning.clone(), stream);
    let letters: Vec<usize> = stream.char_indices().map(|(at, _)| at).collect();
    for cuts in [cuts, &letters] {
        let mut cleaner = Cleaner::new(cleaning.clone());
        let mut got = String::new();
        let mut events = vec![];
        for piece in cut(stream, cuts) {
            events.extend(cleaner.push(piece, 1));
        }
        events.extend(cleaner.finish());
        for event in events {
            match event {
                Clean::Text(text) => got.push_str(&text),
                Clean::Retract => got.clear(),
                Clean::Thinking { .. } => {}
            }
        }
        assert_eq!(got, candidate, "cut at {cuts:?}: {stream:?}");
    }
    for tag in [
        "<think>",
        "</think>",
        "[/THINK]",
        "<|channel|>",
        "<|message|>",
    ] {
        assert!(!candidate.contains(tag), "{tag} in {candidate:?}");
    }
    if cleaning.seam.craft != Craft::Story {
        assert!(!candidate.contains("[THINK]"), "{candidate:?}");
    }
    let mut rest = stream.chars();
    for c in candidate.trim().chars() {
        assert!(
            c.is_whitespace() || rest.any(|seen| seen == c),
            "{candidate:?} is not made of {stream:?}"
        );
    }
}

/// [`cleaner`] for raw bytes: the first two choose craft and page, the rest is the stream.
pub fn cleaner_bytes(data: &[u8]) {
    use crate::seam::{Fit, Seam};
    let (Some(choice), Some(cut)) = (data.first(), data.get(1)) else {
        return;
    };
    let stream = String::from_utf8_lossy(&data[2..]);
    let craft =
        [Craft::Screenplay, Craft::Lyrics, Craft::Story, Craft::Notes][usize::from(choice & 3)];
    let fit = [Fit::Exact, Fit::Loose, Fit::Replaces][usize::from(choice >> 2 & 3) % 3];
    let before =
        ["", "Rain falls on the pier.\n\n", "MARA\n", "She walks"][usize::from(choice >> 4 & 3)];
    let after = ["", "x", "\nx", " x"][usize::from(choice >> 6 & 3)];
    let cleaning = Cleaning {
        seam: Seam {
            craft,
            before: before.into(),
            after: after.into(),
            fit,
        },
        chatter: fit != Fit::Exact,
        echo: fit == Fit::Loose,
        begins_in_thought: cut & 1 == 1,
    };
    cleaner(
        cleaning,
        &stream,
        &[usize::from(*cut), usize::from(*cut) / 2],
    );
}
