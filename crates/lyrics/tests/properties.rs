//! Properties of any text.

use std::sync::LazyLock;

use lyrics::{Dictionary, parse, syllables, syllables_by_rule, word_syllables};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::bundled);

/// Found cases are kept beside this file.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 512,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

/// Lines that look like lyrics, with what is likely to trip a reader.
fn sheet() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "[Verse 1]",
            "[Am]",
            "[",
            "]",
            "(",
            ")",
            "（",
            "{c: x}",
            "{",
            "}",
            "#",
            "\n",
            "\r\n",
            "\r",
            "\u{feff}",
            "love",
            "couldn't've",
            "24",
            "1,999%",
            "末班车",
            "【副歌】",
            "x2",
            "U.S.",
            "’",
            "-",
            " ",
            "é",
            "\u{301}",
            "🎵",
            "$",
            ".",
            "\0",
            "ооо",
            "ñ",
        ][..],
    );
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_holds(text in any::<String>()) {
        lyrics::check::check(&text, &DICTIONARY);
    }

    #[test]
    fn any_sheet_holds(text in sheet()) {
        lyrics::check::check(&text, &DICTIONARY);
    }

    #[test]
    fn a_sheet_is_its_elements_byte_for_byte(text in sheet()) {
        let again: String = parse(&text).elements.iter().map(|e| &text[e.range.clone()]).collect();
        prop_assert_eq!(again, text);
    }

    #[test]
    fn any_word_has_a_syllable_and_no_more_than_letters(word in "[a-zA-Zéïñ']{1,24}") {
        let dictionary = Dictionary::empty();
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        prop_assert!(syllables_by_rule(&word) as usize <= letters.max(1) + 2, "{}", word);
        prop_assert!(word_syllables(&word, &dictionary) >= 1);
    }

    #[test]
    fn counts_of_lines_add_up(a in "[a-z ]{0,20}", b in "[a-z ]{0,20}") {
        let dictionary = &*DICTIONARY;
        let both = syllables(&format!("{a}, {b}"), dictionary);
        prop_assert_eq!(both, syllables(&a, dictionary) + syllables(&b, dictionary));
    }
}
