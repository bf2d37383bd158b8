//! Conformance with counts of syllables made by others.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lyrics::{Dictionary, syllables_by_rule, word_readings, word_syllables};
use serde::Deserialize;

fn corpora(file: &str) -> String {
    let folder = std::env::var_os("PALIMPSEST_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let path = folder.join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "conformance data not found: {}: {error}; set PALIMPSEST_CORPORA",
            path.display()
        )
    })
}

#[derive(Deserialize)]
struct NewWords {
    words: Vec<NewWord>,
}

#[derive(Deserialize)]
struct NewWord {
    word: String,
    syllables: Vec<u32>,
}

fn new_words() -> Vec<NewWord> {
    serde_json::from_str::<NewWords>(&corpora("syllables/new-words.json"))
        .expect("new-words.json has the shape that its `about` says")
        .words
}

#[test]
fn words_that_dictionaries_lack_are_counted_by_rule_alone() {
    let words = new_words();
    let wrong: Vec<_> = words
        .iter()
        .filter(|w| !w.syllables.contains(&syllables_by_rule(&w.word)))
        .map(|w| {
            format!(
                "{} {} {:?}",
                w.word,
                syllables_by_rule(&w.word),
                w.syllables
            )
        })
        .collect();
    println!(
        "new-words by rule: {} of {}",
        words.len() - wrong.len(),
        words.len()
    );
    assert!(words.len() - wrong.len() >= 100, "{wrong:#?}");
}

#[test]
fn words_that_dictionaries_lack_are_counted_with_the_help_of_those_they_have() {
    let dictionary = Dictionary::bundled();
    let words = new_words();
    let wrong: Vec<_> = words
        .iter()
        .filter(|w| !w.syllables.contains(&word_syllables(&w.word, &dictionary)))
        .map(|w| {
            format!(
                "{} {} {:?}",
                w.word,
                word_syllables(&w.word, &dictionary),
                w.syllables
            )
        })
        .collect();
    println!(
        "new-words with dictionary: {} of {}",
        words.len() - wrong.len(),
        words.len()
    );
    assert!(words.len() - wrong.len() >= 100, "{wrong:#?}");
}

#[derive(Deserialize)]
struct Pronounced {
    word: String,
    syllables: Vec<u32>,
    stress: Vec<String>,
}

#[test]
fn words_of_the_dictionary_have_its_counts_and_stress() {
    let dictionary = Dictionary::bundled();
    let words: Vec<Pronounced> = serde_json::from_str(&corpora("syllables/cmudict.json")).unwrap();
    println!("cmudict: {} words", words.len());
    // 0 and 2 are alike: a syllable has the first stress or not.
    let level = |pattern: &str| pattern.replace('2', "0");
    for word in &words {
        let count = word_syllables(&word.word, &dictionary);
        assert!(word.syllables.contains(&count), "{}: {count}", word.word);
        let stress: Vec<_> = word.stress.iter().map(|s| level(s)).collect();
        let found: Vec<_> = dictionary
            .stresses(&word.word)
            .unwrap()
            .map(level)
            .collect();
        assert!(
            found.iter().all(|f| stress.contains(f)),
            "{}: {found:?}",
            word.word
        );
    }
}

/// Words whose count differs from the one reading that the CMU Pronouncing Dictionary has of them.
const OTHER_READINGS: [&str; 11] = [
    "accompaniments",
    "acquirer",
    "admired",
    "aerodynamically",
    "aerospatiale",
    "californian",
    "julius",
    "juniors",
    "liberace",
    "makepeace",
    "premed",
];

#[test]
fn words_of_another_count_agree() {
    let dictionary = Dictionary::bundled();
    let words: BTreeMap<String, u32> =
        serde_json::from_str(&corpora("syllables/words-syllable.json")).unwrap();
    let wrong: Vec<_> = words
        .iter()
        .filter(|(word, count)| !word_readings(word, &dictionary).contains(count))
        .map(|(word, _)| word.as_str())
        .collect();
    let usual = words
        .iter()
        .filter(|(w, c)| word_syllables(w, &dictionary) == **c)
        .count();
    println!(
        "words-syllable: {} of {}, {usual} by the usual reading",
        words.len() - wrong.len(),
        words.len()
    );
    assert_eq!(wrong, OTHER_READINGS);
}
