//! Pages of whole documents: the corpora, byte for byte, and what an edit changes.

use std::path::PathBuf;
use std::time::Instant;

use crafts::check::{check, check_replace};
use crafts::{Craft, Edit, Gutter, Others, Page, decode};

fn corpora(path: &str) -> PathBuf {
    let folder = std::env::var_os("PALIMPSEST_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let path = folder.join(path);
    assert!(
        path.exists(),
        "conformance data not found: {}; set PALIMPSEST_CORPORA",
        path.display()
    );
    path
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![corpora(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the corpora is readable") {
            let path = entry.expect("an entry of the corpora is readable").path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_text_of_the_corpora_is_a_page() {
    let mut pages = 0;
    for folder in [
        "fountain-tests",
        "screenplain",
        "afterwriting",
        "ink-proof",
        "ink-samples",
        "ink-library",
        "inkjs",
        "chordpro",
    ] {
        for path in files(folder) {
            let name = path.to_string_lossy().into_owned();
            let craft = match Craft::from_file_name(&name) {
                Some(craft) => craft,
                None if name.ends_with(".cho") => Craft::Lyrics,
                None => continue,
            };
            let decoded = decode(&std::fs::read(&path).expect("a file of the corpora is readable"));
            let decoded = decoded.unwrap_or_else(|error| panic!("{name}: {error}"));
            if decoded.text.len() < 60_000 {
                check(craft, &decoded.text);
            }
            let again: String = Page::new(craft, decoded.text.as_str())
                .elements()
                .iter()
                .map(|e| &decoded.text[e.range.clone()])
                .collect();
            assert_eq!(again, decoded.text, "{name}");
            pages += 1;
        }
    }
    println!("{pages} pages");
    assert!(pages > 150, "{pages}");
}

#[test]
fn a_key_in_a_long_script_changes_its_line_alone() {
    let text = std::fs::read_to_string(corpora("fountain-tests/input/The Long Haul.fountain"))
        .expect("The Long Haul is readable");
    let mut page = Page::new(Craft::Screenplay, text.as_str());
    let at = page.text().len() / 2;
    let at = at + page.text()[at..].find("\n\n").expect("paragraphs end") - 1;
    let edit = Edit {
        range: at..at,
        insert: "x".to_owned(),
    };
    check_replace(&mut page, std::slice::from_ref(&edit));

    let start = Instant::now();
    let rounds = 20;
    for _ in 0..rounds {
        let patch = page.replace(std::slice::from_ref(&edit));
        assert!(patch.lines.len() <= 1, "{patch:?}");
    }
    println!(
        "replace in {} KB: {:?}",
        text.len() / 1000,
        start.elapsed() / rounds
    );
}

#[test]
fn the_margin_counts_syllables_and_shows_scene_numbers() {
    let page = Page::new(
        Craft::Lyrics,
        "[Verse]\nThe last bus hums a borrowed key (oh)\n",
    );
    assert_eq!(page.lines()[0].gutter, None);
    assert_eq!(
        page.lines()[1].gutter,
        Some(Gutter::Syllables { lead: 8, aside: 1 })
    );
    let page = Page::new(Craft::Screenplay, "INT. HALL - DAY #1A#\n\nRain.\n");
    assert_eq!(
        page.lines()[0].gutter,
        Some(Gutter::SceneNumber("1A".to_owned()))
    );
    assert_eq!(page.outline()[0].detail, "1A");
}

#[test]
fn names_of_included_stories_are_known() {
    let mut others = Others::new();
    others.insert("deck", "VAR tide = 1\n=== deck\nRain.\n-> END\n");
    let text = "INCLUDE deck\n-> dekc\n=== cabin\n{tide > 0: Low.}\n-> deck\n";
    let page = Page::new(Craft::Story, text);
    let problems = page.problems(&others);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(
        (problems[0].code, problems[0].suggestion.as_deref()),
        ("unknown_target", Some("deck"))
    );
    let at = text.rfind("deck").expect("the divert");
    let target = page
        .target(at, &others)
        .expect("it leads to the other document");
    assert_eq!(target.document.as_deref(), Some("deck"));
    let typed = Page::new(Craft::Story, "INCLUDE deck\n-> d");
    let completion = typed
        .complete(typed.text().len(), None, &others)
        .expect("a knot begins so");
    assert_eq!(completion.items[0].text, "deck");
    assert_eq!(page.neighbourhood(text.len()).title, "cabin");
}

#[test]
fn long_rows_of_one_mark_are_read_in_time() {
    let marks = [
        "[", "(", "{", "*", "_", "`", "**a", "`` ` ", "(a)", "[x]", "{a}", "a", "末", "> ", "# ",
        "x'", "''s", "9,", "ly", "side", "U.", "\r", "![", "\\", "*a*b", "~~~\n", "| a ", "&",
    ];
    for mark in marks {
        for craft in [Craft::Lyrics, Craft::Notes] {
            let text = mark.repeat(60_000 / mark.len());
            let start = Instant::now();
            let page = Page::new(craft, text.as_str());
            page.html("", "en");
            page.elements();
            page.complete(text.len(), None, &Others::new());
            // In time that grows as the text it is some 20 ms, in its square many seconds.
            assert!(
                start.elapsed().as_secs() < 4,
                "{mark:?} as {craft}: {:?}",
                start.elapsed()
            );
        }
    }
}
