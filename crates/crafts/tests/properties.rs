//! Properties of any page, with texts that look like those of each craft.

use crafts::check::{check, check_page, check_replace};
use crafts::{Craft, Edit, Page};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Found cases are kept beside this file.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 512,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

fn craft() -> impl Strategy<Value = Craft> {
    prop::sample::select(&Craft::ALL)
}

/// What the four crafts are made of, and what trips readers.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "INT. HALL - DAY #1A#",
            "MARA (V.O.) ^",
            "(low)",
            "CUT TO:",
            "# Act",
            "= synopsis",
            "[[note",
            "]]",
            "/*",
            "*/",
            "**",
            "*",
            "_",
            "~",
            "@",
            "!",
            ">",
            "<",
            ".",
            "Title: x",
            "===",
            "内景 渡轮 - 夜",
            "末班车",
            "[Verse 1]",
            "[Am]",
            "(oh)",
            "{c: x}",
            "{",
            "}",
            "(",
            ")",
            "=== knot ===",
            "= stitch",
            "* [choice]",
            "+ ",
            "- ",
            "-> knot",
            "-> DONE",
            "->->",
            "~ x = 1",
            "VAR x = 1",
            "INCLUDE a.ink",
            "TODO: y",
            "// c",
            "{x: a|b}",
            "<>",
            "# tag",
            "\"",
            "```",
            "- item",
            "1. one",
            "> quote",
            "    code",
            "[l](http://x)",
            "<script>",
            "`",
            "\\",
            "love",
            "🎬",
            "e\u{301}",
            " ",
            "  ",
            "\t",
            "\n",
            "\n\n",
            "\n\n",
            "\r",
            "\r\n",
            "\u{feff}",
            "\0",
            "\u{2028}",
        ][..],
    )
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_of_any_craft_holds(craft in craft(), text in text()) {
        check(craft, &text);
    }

    #[test]
    fn any_string_of_any_craft_holds(craft in craft(), text in any::<String>()) {
        check(craft, &text);
    }

    #[test]
    fn any_edits_lead_to_what_a_fresh_page_says(
        craft in craft(),
        text in text(),
        rounds in prop::collection::vec(
            prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, text()), 1..3), 1..4),
    ) {
        let mut page = Page::new(craft, text);
        for round in rounds {
            let mut edits: Vec<Edit> = Vec::new();
            for (at, length, insert) in round {
                let now = page.text();
                let start = now.floor_char_boundary(at.index(now.len() + 1));
                let end = now.floor_char_boundary((start + length).min(now.len())).max(start);
                if edits.iter().all(|e| end < e.range.start || e.range.end < start) {
                    edits.push(Edit { range: start..end, insert });
                }
            }
            edits.sort_by_key(|edit| edit.range.start);
            check_replace(&mut page, &edits);
            check_page(&page);
        }
    }
}
