//! Real pages, given as a model would stream them, come through whole: what resembles chatter, thoughts,
//! fences or echoes in them is their writers' own.

#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests unwrap is what they assert"
)]

use std::path::{Path, PathBuf};

use crafts::Craft;
use drafting::{Cleaning, Fit, Seam, check, clean, pieces};

fn corpora() -> PathBuf {
    std::env::var_os("PALIMPSEST_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    )
}

/// All texts of a kind under a folder, in the order of their paths.
fn pages(folder: &str, ends: &[&str]) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, ends: &[&str], into: &mut Vec<PathBuf>) {
        let entries = std::fs::read_dir(folder).unwrap_or_else(|cause| {
            panic!(
                "{} is needed (PALIMPSEST_CORPORA): {cause}",
                folder.display()
            )
        });
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ends, into);
            } else if path
                .extension()
                .is_some_and(|end| ends.iter().any(|known| end == *known))
            {
                into.push(path);
            }
        }
    }
    let mut paths = vec![];
    walk(&corpora().join(folder), ends, &mut paths);
    paths.sort();
    let pages: Vec<_> = paths
        .into_iter()
        .filter_map(|path| {
            // A few are in other encodings on purpose.
            let text = String::from_utf8(std::fs::read(&path).unwrap()).ok()?;
            Some((path, text.replace("\r\n", "\n").replace('\r', "\n")))
        })
        .collect();
    assert!(!pages.is_empty(), "no page in {folder}");
    pages
}

fn cleaning(craft: Craft, before: &str, fit: Fit) -> Cleaning {
    Cleaning {
        seam: Seam {
            craft,
            before: before.into(),
            after: String::new(),
            fit,
        },
        chatter: fit == Fit::Loose,
        echo: fit == Fit::Loose,
        begins_in_thought: false,
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Every stretch of a page, from an empty line to 1,500 bytes further, is an answer.
fn each_answer(page: &str, mut see: impl FnMut(&str, &str)) {
    let starts = [0]
        .into_iter()
        .chain(page.match_indices("\n\n").map(|(at, _)| at + 2));
    for start in starts.step_by((page.len() / 20_000).max(1)) {
        let end = page.ceil_char_boundary((start + 1500).min(page.len()));
        let end = page[..end]
            .rfind('\n')
            .filter(|at| *at > start)
            .unwrap_or(end);
        see(&page[..start], &page[start..end]);
    }
}

fn all() -> Vec<(Craft, PathBuf, String)> {
    let mut all = vec![];
    for (craft, folder, ends) in [
        (Craft::Screenplay, "fountain-tests", &["fountain"][..]),
        (Craft::Screenplay, "screenplain", &["fountain"]),
        (Craft::Screenplay, "afterwriting", &["fountain"]),
        (Craft::Story, "ink-proof", &["ink"]),
        (Craft::Story, "ink-samples", &["ink"]),
        (Craft::Story, "ink-library", &["ink"]),
        (Craft::Lyrics, "chordpro", &["cho", "crd", "txt"]),
    ] {
        all.extend(
            pages(folder, ends)
                .into_iter()
                .map(|(path, text)| (craft, path, text)),
        );
    }
    all
}

#[test]
fn a_page_as_an_answer_loses_nothing() {
    let mut answers = 0;
    for (craft, path, page) in all() {
        each_answer(&page, |_, answer| {
            answers += 1;
            for fit in [Fit::Loose, Fit::Exact] {
                let candidate = clean(cleaning(craft, "", fit), answer);
                assert_eq!(words(&candidate), words(answer), "{}", path.display());
                assert_eq!(candidate.trim_end(), candidate);
            }
        });
    }
    assert!(answers > 1000, "{answers}");
}

#[test]
fn going_on_with_the_very_next_lines_is_no_echo() {
    let (mut answers, mut cut) = (0, vec![]);
    for (craft, path, page) in all() {
        each_answer(&page, |before, answer| {
            answers += 1;
            let candidate = clean(cleaning(craft, before, Fit::Loose), answer);
            if words(&candidate) != words(answer) {
                cut.push(format!("{}: {:?}", path.display(), answer.lines().next()));
            }
        });
    }
    // A page that repeats its last lines on purpose cannot be told from an echo.
    assert!(
        cut.len() * 500 <= answers,
        "{} of {answers}: {cut:#?}",
        cut.len()
    );
}

#[test]
fn a_page_said_again_before_it_goes_on_is_trimmed_to_what_is_new() {
    let (mut answers, mut missed) = (0, vec![]);
    // Songs repeat their verses on purpose, so in them only longer stretches count.
    for (craft, path, page) in all()
        .into_iter()
        .filter(|(craft, ..)| *craft != Craft::Lyrics)
    {
        each_answer(&page, |before, answer| {
            // The last paragraph and what follows.
            let last = before.trim_end().rfind("\n\n").map_or(0, |at| at + 2);
            let said = before[last..].trim_end();
            let lines = said.lines().filter(|line| !line.trim().is_empty()).count();
            if said.len() < 24 || !(2..=12).contains(&lines) {
                return;
            }
            answers += 1;
            let candidate = clean(
                cleaning(craft, before, Fit::Loose),
                &format!("{said}\n\n{answer}"),
            );
            if words(&candidate) != words(answer) {
                missed.push(format!("{}: {said:?}", path.display()));
            }
        });
    }
    assert!(answers > 100, "{answers}");
    assert!(
        missed.len() * 100 <= answers,
        "{} of {answers}: {missed:#?}",
        missed.len()
    );
}

#[test]
fn a_page_in_any_pieces_is_the_same_candidate() {
    for (n, (craft, _, page)) in all().into_iter().enumerate() {
        let page = &page[..page.floor_char_boundary(600)];
        let wrapped = format!(
            "<think>{page}</think>\nSure! Here is the scene:\n```\n{page}\n```\nLet me know!"
        );
        check::cleaner(cleaning(craft, "", Fit::Loose), page, &[n % 90, 200]);
        check::cleaner(cleaning(craft, "", Fit::Loose), &wrapped, &[n % 90, 200]);
    }
}

#[test]
fn words_lines_and_paragraphs_tile_every_page() {
    for (_, path, page) in all() {
        let page = &page[..page.floor_char_boundary(3000)];
        for next in [pieces::next_word, pieces::next_line, pieces::next_paragraph] {
            let mut taken = 0;
            while taken < page.len() {
                let range = next(page, taken);
                assert!(
                    range.start == taken && range.end > taken,
                    "{}",
                    path.display()
                );
                taken = range.end;
            }
        }
    }
}
