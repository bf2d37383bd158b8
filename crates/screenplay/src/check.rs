//! What must hold of any text. Called by the property tests and by a fuzz target.

use std::ops::Range;

use crate::element::{ElementKind, Parse, TextRange};
use crate::{
    Emphasis, HtmlOptions, Key, apply, break_before, characters, complete, html, length, on_key,
    outline, paragraph_before, parse, pending_cue, scene_at, toggle_emphasis,
};

/// Positions at which keys are struck in a text; the text is short in tests, and long in a corpus.
const PLACES: usize = 24;

/// Reads `text` in every way and panics where a promise of this crate is broken.
pub fn check(text: &str) {
    let parse = parse(text);
    assert_eq!(parse.to_text(text), text, "elements give the text back");
    let mut at = 0;
    for element in &parse.elements {
        assert_eq!(element.range.start, at, "ranges tile the text");
        assert!(!element.range.is_empty(), "no element is empty");
        at = element.range.end;
        let holds = |range: TextRange| {
            assert!(element.range.covers(range), "{element:?} holds {range:?}");
            let _ = range.of(text); // panics off a character border
        };
        holds(element.content);
        element.spans.iter().for_each(|span| holds(span.range));
        element.extensions.iter().for_each(|&range| holds(range));
        element.scene_number.iter().for_each(|&range| holds(range));
        assert!(
            element.spans.is_sorted_by_key(|span| span.range.start),
            "spans are sorted: {element:?}"
        );
        assert_eq!(element.depth > 0, element.kind == ElementKind::Section);
    }
    assert_eq!(at, text.len(), "ranges reach the end");
    let titles = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::TitlePage)
        .count();
    assert_eq!(
        titles,
        parse.title_page.len(),
        "a field for each element of the title page"
    );
    check_keys(text, &parse);
    check_outline(text, &parse);
    let pages = length(&parse, text);
    assert!(pages.is_finite() && pages >= 0.0);
    let options = HtmlOptions {
        title: text,
        lang: "en",
    };
    let page = html(&parse, text, &options);
    assert!(
        !page.to_lowercase().contains("<script"),
        "all text is escaped"
    );
    assert_eq!(page.matches("<div").count(), page.matches("</div>").count());
    assert_eq!(page.matches("<p").count(), page.matches("</p>").count());
}

/// Every `text.len() / PLACES`th character border, both ends included.
fn places(text: &str) -> impl Iterator<Item = usize> {
    (0..=PLACES).map(|n| text.floor_char_boundary(text.len() * n / PLACES))
}

/// `text` without white space and without the marks that keys put and take away.
fn words(text: &str) -> String {
    let marks = ['(', ')', '（', '）', '@', '.', '>', '~', '-'];
    text.chars()
        .filter(|c| !c.is_whitespace() && !marks.contains(c))
        .collect()
}

/// Edits are sorted and disjoint, split no character, and leave the caret on a border.
fn check_keys(text: &str, parse: &Parse) {
    let intents = [
        None,
        Some(ElementKind::Character),
        Some(ElementKind::Transition),
    ];
    for caret in places(text) {
        for key in [Key::Tab, Key::ShiftTab, Key::Enter] {
            for intent in intents {
                let answer = on_key(text, parse, TextRange::new(caret, caret), intent, key);
                let after = apply(text, &answer.edits); // panics off a border or out of order
                assert!(after.is_char_boundary(answer.caret), "{key:?} at {caret}");
                assert_eq!(
                    words(&after),
                    words(text),
                    "{key:?} at {caret} keeps what is written"
                );
            }
        }
        let selection = TextRange::new(text.floor_char_boundary(caret / 2), caret);
        let answer = on_key(text, parse, selection, None, Key::Enter);
        assert!(apply(text, &answer.edits).is_char_boundary(answer.caret));
        for style in [Emphasis::Bold, Emphasis::Italic, Emphasis::Underline] {
            for selection in [selection, TextRange::new(caret, caret)] {
                let answer = toggle_emphasis(text, parse, selection, style);
                let after = apply(text, &answer.edits);
                assert!(
                    after.get(Range::from(answer.selection)).is_some(),
                    "{style:?} {selection:?}"
                );
            }
        }
        for intent in intents {
            if let Some(found) = complete(text, parse, caret, intent) {
                assert_eq!(found.range.end, caret);
                assert!(text.is_char_boundary(found.range.start) && !found.items.is_empty());
            }
        }
        let _ = pending_cue(text, parse, caret).map(|range| range.of(text));
        assert!(scene_at(parse, text, caret).touches(caret));
        assert!(break_before(parse, text, caret) <= caret);
        assert!(paragraph_before(parse, caret) <= caret);
    }
}

/// Entries stand in order, and each ends within those that it lies in.
fn check_outline(text: &str, parse: &Parse) {
    let items = outline(parse, text);
    for pair in items.windows(2) {
        assert!(pair[0].range.start < pair[1].range.start);
        let inside = pair[1].depth > pair[0].depth;
        assert_eq!(pair[0].range.end > pair[1].range.start, inside, "{pair:?}");
    }
    for item in items {
        let _ = item.range.of(text);
    }
    let said = characters(parse, text)
        .iter()
        .map(|m| m.count)
        .sum::<usize>();
    let cues = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::Character)
        .count();
    assert!(said <= cues);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::check;

    /// Pieces that Fountain gives a meaning, in any order.
    fn script() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\n"),
            Just("\n\n"),
            Just("\r\n"),
            Just("\r"),
            Just("  \n"),
            Just(" "),
            Just("\t"),
            Just("\u{feff}"),
            Just("\0"),
            Just("INT. HALL - DAY"),
            Just("内景 船舱 - 夜"),
            Just("MARA"),
            Just("@玛拉"),
            Just("(O.S.)"),
            Just("（画外音）"),
            Just("^"),
            Just("(low)"),
            Just("CUT TO:"),
            Just(">"),
            Just("<"),
            Just("."),
            Just("!"),
            Just("~"),
            Just("#"),
            Just("="),
            Just("==="),
            Just("[["),
            Just("]]"),
            Just("/*"),
            Just("*/"),
            Just("*"),
            Just("**"),
            Just("***"),
            Just("_"),
            Just("\\"),
            Just("Title:"),
            Just("标题："),
            Just("#12A#"),
            Just("words"),
            Just("雨。"),
            Just("é"),
            Just("<script>"),
            Just("\u{3000}"),
            Just("😀"),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_string_keeps_every_promise(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn any_script_keeps_every_promise(text in script()) {
            check(&text);
        }
    }
}
